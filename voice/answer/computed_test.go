package answer

import (
	"slices"
	"strings"
	"testing"

	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/store"
)

func TestATurnIsCutIntoItsQuestions(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"one question", "What was Larkspur's revenue last quarter?", []string{"What was Larkspur's revenue last quarter?"}},
		{"two, by and", "What were Larkspur's revenue and gross margin, and how did Halden close?", []string{"What were Larkspur's revenue and gross margin", "how did Halden close?"}},
		{"two sentences", "What was Halden's revenue? What is its debt?", []string{"What was Halden's revenue", "What is its debt?"}},
		{"a reason", "How did Halden close on Friday, and why?", []string{"How did Halden close on Friday, and why?"}},
		{"metrics are no questions", "revenue and net income of Larkspur", []string{"revenue and net income of Larkspur"}},
		{"at most three", "What is its cash? What is its debt? What is its revenue? What is its margin?", []string{"What is its cash", "What is its debt", "What is its revenue? What is its margin?"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := parts(c.text); !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestAValueInTheQuestionIsConfirmedOrNot(t *testing.T) {
	fact := store.Fact{Value: quantity.New(231, 7, quantity.USD)}
	for question, want := range map[string]string{
		"Was Larkspur's revenue 3 billion last quarter?":   "No: ",
		"Was Larkspur's revenue 2.31 billion last quarter": "Yes: ",
		"Was revenue $2.3 billion?":                        "Yes: ",
		"What was revenue?":                                "",
		"Was revenue higher in the third quarter of 2026?": "",
		"Did revenue grow 14 %?":                           "",
	} {
		if got := verdictOn(question, fact); got != want {
			t.Errorf("%s: %q, want %q", question, got, want)
		}
	}
}

func TestAReasonIsTheSentenceThatGivesIt(t *testing.T) {
	text := "Halden delivered 18,420 vehicles. The chief executive blamed a shortage of axles. Shares fell."
	if got := theReason(text, " blamed "); got != "The chief executive blamed a shortage of axles." {
		t.Errorf("%q", got)
	}
	if direction("why did it fall") != -1 || direction("why did revenue grow") != 1 || direction("why") != 0 {
		t.Error("the way that a question says is misread")
	}
}

func FuzzParts(f *testing.F) {
	for _, s := range []string{"a? and what b", "What is x and how is y? Why?", "? ? ?", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		ps := parts(s)
		if len(ps) == 0 || len(ps) > maxParts {
			t.Fatalf("%d parts", len(ps))
		}
		for _, p := range ps {
			if !strings.Contains(s, strings.TrimSpace(p)) {
				t.Fatalf("%q is not in %q", p, s)
			}
		}
	})
}
