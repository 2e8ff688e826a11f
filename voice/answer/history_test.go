package answer

import (
	"strings"
	"testing"
)

func TestHistoryHoldsWhatWasHeard(t *testing.T) {
	h := history{turns: 3, tokens: 1000}
	h.asked(1, "how did Larkspur close")
	h.heard(1, "It closed higher.")
	h.asked(2, "wait, I meant")
	h.asked(2, "wait, I meant Halden")
	msgs := h.messages(0)
	var b strings.Builder
	for _, m := range msgs {
		b.WriteString(string(m.From) + ": " + m.Text + "\n")
	}
	want := "user: how did Larkspur close\nassistant: It closed higher.\nuser: wait, I meant Halden\n"
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
	if got := h.messages(2); len(got) != 2 {
		t.Errorf("the turn now asked is in its own history: %v", got)
	}
}

func TestHistoryIsBounded(t *testing.T) {
	h := history{turns: 10, tokens: 50}
	for i := 1; i <= 40; i++ {
		h.asked(i, strings.Repeat("word ", 8)) // 10 tokens
		h.heard(i, strings.Repeat("told ", 8))
	}
	if len(h.list) != 10 {
		t.Errorf("%d turns are kept, want 10", len(h.list))
	}
	if got := len(h.messages(0)); got != 4 {
		t.Errorf("%d messages fit into 50 tokens, want 4", got)
	}
}
