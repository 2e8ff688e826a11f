package answer

import (
	"testing"
	"time"
)

func TestNoMoreQuestionsAreOfferedAloudThanThereIsTimeFor(t *testing.T) {
	revenue, halden, which := "What was Larkspur's revenue last quarter?", "How did Halden close?", "Which had more revenue last quarter, Ostrander or Greywether?"
	for _, c := range []struct {
		name      string
		questions []string
		within    time.Duration
		want      string
	}{
		{"two where both fit", []string{revenue, halden, which}, 12 * time.Second, "You could ask: What was Larkspur's revenue last quarter; or: How did Halden close?"},
		{"one where two do not", []string{revenue, halden}, 4 * time.Second, "You could ask: What was Larkspur's revenue last quarter?"},
		{"the first that fits", []string{which, halden, revenue}, 4 * time.Second, "You could ask: How did Halden close?"},
		{"the shortest where none does", []string{which, revenue, halden}, 0, "You could ask: How did Halden close?"},
		{"never silence", nil, time.Second, "You can say: brief me."},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := couldAsk(c.questions, c.within); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestAPassageIsReadAsFarAsAListenerFollows(t *testing.T) {
	text := "It makes routers. It is in Gannet Bay, Washington. Its chief executive is Evander Szymanski."
	for _, c := range []struct {
		name      string
		sentences int
		within    time.Duration
		want      string
	}{
		{"two sentences", 2, 12 * time.Second, "It makes routers. It is in Gannet Bay, Washington."},
		{"no more than there is time for", 2, 2 * time.Second, "It makes routers."},
		{"the first in any case", 2, 0, "It makes routers."},
		{"all of it, as it is", 3, 12 * time.Second, text},
	} {
		t.Run(c.name, func(t *testing.T) {
			conv := &Conversation{a: &Answerer{c: Config{MaxSpeech: c.within}}}
			conv.style.sentences = c.sentences
			if got := conv.fitting(text); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}
