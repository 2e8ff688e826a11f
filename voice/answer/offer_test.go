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
