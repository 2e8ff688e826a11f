package answer

import (
	"bufio"
	"os"
	"strings"
	"testing"
)

// testdata/policy.txt holds a verdict and an utterance a line: attempts to change the rules, pleas for advice, and
// questions that sound like them but are not.
func TestJudge(t *testing.T) {
	names := map[string]verdict{"allowed": allowed, "advice": advice, "tampering": tampering, "fabricated": fabricated}
	f, err := os.Open("testdata/policy.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	n := map[verdict]int{}
	for s := bufio.NewScanner(f); s.Scan(); {
		if s.Text() == "" || s.Text()[0] == '#' {
			continue
		}
		name, text, _ := strings.Cut(s.Text(), "\t")
		want, ok := names[name]
		if !ok {
			t.Fatalf("no verdict is called %q", name)
		}
		n[want]++
		if got := judge(text); got != want {
			t.Errorf("judge(%q) = %v, want %s", text, got, name)
		}
	}
	if n[tampering]+n[fabricated] < 40 {
		t.Errorf("only %d attempts to change the rules are tried, want 40", n[tampering]+n[fabricated])
	}
}

func TestFindCommand(t *testing.T) {
	for _, tc := range []struct {
		text string
		want command
	}{
		{"brief me", cmdBrief},
		{"Okay, brief me please.", cmdBrief},
		{"what changed?", cmdChanged},
		{"what's changed today", cmdChanged},
		{"Could you repeat that?", cmdRepeat},
		{"a bit slower please", cmdSlower},
		{"shorter", cmdShorter},
		{"stop", cmdStop},
		{"What can I ask?", cmdHelp},
		{"never mind", cmdNeverMind},
		{"thank you", cmdThanks},
		{"what changed at Larkspur", noCommand},
		{"did Larkspur stop production", noCommand},
		{"what is Halden's dividend", noCommand},
		{"repeat after me", noCommand},
		{"", noCommand},
	} {
		if got := findCommand(tc.text); got != tc.want {
			t.Errorf("findCommand(%q) = %v, want %v", tc.text, got, tc.want)
		}
	}
}
