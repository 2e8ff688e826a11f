package turn

import (
	"strings"
	"testing"
	"time"

	"github.com/aubade/aubade/voice/audio"
)

// say lays out words of 200 ms each from a position.
func say(text string, from time.Duration) []Word {
	var words []Word
	for i, w := range strings.Fields(text) {
		at := from + time.Duration(i)*200*time.Millisecond
		words = append(words, Word{Text: w, Start: audio.At(at), End: audio.At(at + 200*time.Millisecond)})
	}
	return words
}

// heard is an endpointer that has just heard the text, which ended at the returned position.
func heard(o Options, text string) (*Endpointer, audio.Position) {
	e := New(o)
	words := say(text, 0)
	until := words[len(words)-1].End
	e.Voice(true, 0)
	e.Voice(false, until)
	e.Words(words, false, false, until.Add(200*time.Millisecond))
	return e, until
}

func wait(e *Endpointer, until audio.Position) time.Duration {
	return e.Decide(until).WaitUntil.Sub(until)
}

func TestWhoeverIsDoneWaitsLess(t *testing.T) {
	for _, c := range []struct{ done, going string }{
		{"how did larkspur close today", "how did larkspur close and"},
		{"what was the revenue of halden last quarter", "what was the revenue of"},
		{"what is the price of larkspur", "so the price of larkspur"},
		{"compare larkspur and halden", "compare larkspur and"},
		{"what is the dividend of halden thank you", "i wanted to ask about the dividend of the"},
	} {
		d, du := heard(Options{}, c.done)
		g, gu := heard(Options{}, c.going)
		if a, b := wait(d, du), wait(g, gu); a >= b {
			t.Errorf("after %q we wait %v, and after %q only %v", c.done, a, c.going, b)
		}
	}
}

func TestHolds(t *testing.T) {
	for _, c := range []struct {
		text string
		want Hold
	}{
		{"wait", HoldAsked},
		{"um hang on", HoldAsked},
		{"hold on a second please", HoldAsked},
		{"let me think", HoldAsked},
		{"just a moment please", HoldAsked},
		{"how long should i wait", ""},
		{"how did larkspur close and", HoldTrailing},
		{"what is the price of", HoldTrailing},
		{"what is the", HoldTrailing},
		{"where is that growth coming from", ""},
		{"what are you waiting for", ""},
		{"how about that", ""},
		{"compare larkspur and", HoldComparison},
		{"compare larkspur", HoldComparison},
		{"compare larkspur with the", HoldComparison},
		{"compare larkspur and halden", ""},
		{"how do the two compare", ""},
		{"what is the difference between larkspur", HoldComparison},
		{"what is the difference between larkspur and halden", ""},
		{"is larkspur bigger than", HoldComparison},
		{"my number is five five", HoldDictation},
		{"my number is five five five one two one two", ""},
		{"the ticker is l", HoldDictation},
		{"the ticker is l k s p", ""},
		{"how did larkspur um", HoldFiller},
		{"how did larkspur close", ""},
		{"", ""},
	} {
		if got := holding(strings.Fields(c.text)); got != c.want {
			t.Errorf("%q holds for %q, want %q", c.text, got, c.want)
		}
	}
}

func TestTheDeadlineComesWhateverHappens(t *testing.T) {
	for _, text := range []string{"how did larkspur close", "compare larkspur and", "um"} {
		e, until := heard(Options{}, text)
		if !e.Decide(until.Add(4 * time.Second)).End {
			t.Errorf("%q has not ended by the deadline", text)
		}
	}
	e := New(Options{})
	e.Voice(true, 0)
	e.Voice(false, audio.At(time.Second))
	if !e.Decide(audio.At(5 * time.Second)).End {
		t.Error("speech without words has not ended by the deadline")
	}
	e, until := heard(Options{}, "hang on")
	if e.Decide(until.Add(4 * time.Second)).End {
		t.Error("we did not wait for somebody who asked us to")
	}
	if !e.Decide(until.Add(10 * time.Second)).End {
		t.Error("we waited for ever for somebody who asked us to")
	}
}

func TestNothingEndsBeforeItBegan(t *testing.T) {
	e := New(Options{})
	if d := e.Decide(audio.At(time.Hour)); d.End || d.WaitUntil != Never {
		t.Errorf("silence from the first is %+v", d)
	}
	e.Voice(true, audio.At(time.Second))
	if d := e.Decide(audio.At(time.Hour)); d.End {
		t.Error("the turn ended under the user's speech")
	}
}

func TestNextForgetsTheWords(t *testing.T) {
	e, until := heard(Options{}, "how did larkspur close today")
	e.Next()
	if d := e.Decide(until.Add(time.Hour)); d.End || d.WaitUntil != Never {
		t.Errorf("after Next: %+v", d)
	}
}

func TestTheGateMarksWhereSpeechWas(t *testing.T) {
	g := NewGate(GateOptions{})
	var marks []Mark
	at := audio.Position(0)
	hear := func(p float32, d time.Duration) {
		for range d / audio.FrameDuration {
			at = at.Add(audio.FrameDuration)
			if m, ok := g.Hear(p, at); ok {
				marks = append(marks, m)
			}
		}
	}
	hear(0.1, 500*time.Millisecond)
	hear(0.9, 20*time.Millisecond) // a click
	hear(0.1, 480*time.Millisecond)
	hear(0.9, 300*time.Millisecond)
	hear(0.4, 200*time.Millisecond) // undecided: still speech
	hear(0.1, 60*time.Millisecond)  // a plosive
	hear(0.9, 240*time.Millisecond)
	hear(0.1, time.Second)
	want := []Mark{{true, audio.At(time.Second)}, {false, audio.At(1800 * time.Millisecond)}}
	if len(marks) != 2 || marks[0] != want[0] || marks[1] != want[1] {
		t.Errorf("marks are %v, want %v", marks, want)
	}
}
