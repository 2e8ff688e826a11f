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
	e.Words(words, false, 0, until.Add(200*time.Millisecond))
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

func TestOrdersAreWholeTurns(t *testing.T) {
	for _, text := range []string{"stop", "okay repeat that please", "brief me", "uh what changed", "goodbye"} {
		e, until := heard(Options{}, text)
		if w := wait(e, until); w > 400*time.Millisecond {
			t.Errorf("after %q we wait %v", text, w)
		}
	}
	if ordering(strings.Fields("what changed in")) || ordering(nil) {
		t.Error("what is no order was taken for one")
	}
}

func TestAnAnswerIsExpected(t *testing.T) {
	e, until := heard(Options{}, "yes")
	before := wait(e, until)
	e.Expect()
	if after := wait(e, until); after > 800*time.Millisecond || after >= before {
		t.Errorf("after a yes we wait %v, and when we have asked for it %v", before, after)
	}
}

// The last word is missing while the words end well before the speech did: nothing is decided on the others alone.
func TestMissingWordsAreWaitedFor(t *testing.T) {
	e := New(Options{})
	words := say("how did larkspur close today", 0)
	e.Voice(true, 0)
	e.Words(words[:4], false, 0, audio.At(900*time.Millisecond))
	e.Voice(false, audio.At(time.Second))
	d := e.Decide(audio.At(time.Second))
	if d.Settled || d.WaitUntil < audio.At(1400*time.Millisecond) {
		t.Errorf("without the last word: %+v", d)
	}
	e.Words(words, true, 0, audio.At(1150*time.Millisecond))
	if d = e.Decide(audio.At(1150 * time.Millisecond)); !d.Settled || d.WaitUntil > audio.At(1500*time.Millisecond) {
		t.Errorf("with it: %+v", d)
	}
}

func TestOtherSignalsCount(t *testing.T) {
	plain, until := heard(Options{}, "the price of larkspur")
	base := wait(plain, until)
	sure, _ := heard(Options{}, "the price of larkspur")
	sure.Acoustic(0.97, until.Add(210*time.Millisecond))
	closed, _ := heard(Options{}, "the price of larkspur")
	closed.Words(nil, true, 0.8, until.Add(210*time.Millisecond))
	unsure, _ := heard(Options{}, "the price of larkspur")
	unsure.Acoustic(0.05, until.Add(210*time.Millisecond))
	if a := wait(sure, until); a >= base {
		t.Errorf("we wait %v when the sound says it is over, and %v when nothing does", a, base)
	}
	if a := wait(unsure, until); a <= base {
		t.Errorf("we wait %v when the sound says it is not, and %v when nothing does", a, base)
	}
}

func TestWhoPausesLongIsExpectedToPauseLong(t *testing.T) {
	pause := func(pause time.Duration) float64 {
		e := New(Options{})
		at := audio.Position(0)
		for i := range strings.Fields("i wanted to ask how the new stores did in the third quarter last year") {
			if i > 0 && i%2 == 0 {
				e.Voice(false, at)
				at = at.Add(pause)
				e.Voice(true, at)
			} else if i == 0 {
				e.Voice(true, at)
			}
			at = at.Add(250 * time.Millisecond)
		}
		e.Voice(false, at)
		e.Next() // the habit outlasts the turn
		e.Voice(true, at.Add(time.Second))
		e.Words(say("and the margins", 0), false, 0, at.Add(2*time.Second))
		e.Voice(false, at.Add(2*time.Second))
		e.Decide(at.Add(2 * time.Second))
		return e.reading.mu
	}
	if short, long := pause(150*time.Millisecond), pause(900*time.Millisecond); short >= long {
		t.Errorf("a pause of exp %.2f ms is expected of the fluent, and %.2f of the halting", short, long)
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

// The wait is one function of how likely the thought is complete: it falls as that rises, without a jump, from the
// ceiling to the floor.
func TestTheWaitFallsWithoutAJump(t *testing.T) {
	words := say("how did larkspur close today", 0)
	until := words[len(words)-1].End
	known := until.Add(60 * time.Millisecond)
	wait := func(sound float32) time.Duration {
		e := New(Options{})
		e.Voice(true, 0)
		e.Voice(false, until)
		e.Words(words, true, 0, known)
		e.Acoustic(sound, known)
		return e.Decide(known).WaitUntil.Sub(until)
	}
	last := wait(0.01)
	if last < time.Second {
		t.Errorf("a thought that sounds unfinished waits %v", last)
	}
	for p := float32(0.012); p < 0.99; p += 0.002 {
		w := wait(p)
		if w > last || last-w > 80*time.Millisecond {
			t.Errorf("from %.3f to %.3f the wait goes from %v to %v", p-0.002, p, last, w)
		}
		last = w
	}
	if last != 60*time.Millisecond {
		t.Errorf("a thought that is surely complete waits %v", last)
	}
}
