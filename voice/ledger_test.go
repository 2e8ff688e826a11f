package voice

import (
	"testing"
	"time"
)

func TestWhatWasHeardEndsAtAWord(t *testing.T) {
	// "It rose to $2.3B." is said in six words of 300 ms; the last four of them stand for "$2.3B.".
	const text = "It rose to $2.3B."
	cues := []cue{{0, 0, 2}, {300 * time.Millisecond, 3, 7}, {600 * time.Millisecond, 8, 10}}
	for i := range 4 {
		cues = append(cues, cue{time.Duration(900+300*i) * time.Millisecond, 11, 17})
	}
	for _, c := range []struct {
		name     string
		whole    bool
		played   time.Duration
		want     string
		complete bool
	}{
		{"nothing was played", true, 0, "", false},
		{"a word that is not over was not heard", true, 250 * time.Millisecond, "", false},
		{"a word that is over was", true, 300 * time.Millisecond, "It", false},
		{"words up to the middle of a number", true, 1500 * time.Millisecond, "It rose to", false},
		{"a number is heard with its last word", true, 2140 * time.Millisecond, text, true},
		{"all of it", true, 2100 * time.Millisecond, text, true},
		{"the last word known so far may go on", false, 2100 * time.Millisecond, "It rose to", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := ledger{}
			e := l.add(Say{Text: text})
			e.begun, e.whole, e.to, e.cues = true, c.whole, 2100*time.Millisecond, cues
			l.add(Say{Text: "Never reached."})
			r := l.report(7, c.played, nil)
			if h := r.Says[0]; h.Heard != c.want || h.Complete != c.complete {
				t.Errorf("%q, complete %v; want %q, %v", h.Heard, h.Complete, c.want, c.complete)
			}
			if h := r.Says[1]; h.Heard != "" || h.Complete {
				t.Errorf("of the second sentence %q was heard", h.Heard)
			}
		})
	}
}

func TestClausesStandAlone(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		{"", nil},
		{"Good morning.", []string{"Good morning."}},
		{"Well, it rose.", []string{"Well, it rose."}},
		{"It closed at 3.5 percent, which is more than before; volume was light.", []string{"It closed at 3.5 percent,", "which is more than before;", "volume was light."}},
	} {
		var got []string
		for _, cl := range AsWritten(c.text).Clauses {
			got = append(got, cl.Text)
			for _, w := range cl.Words {
				if cl.Text[w.Start:w.End] != c.text[w.From:w.To] {
					t.Errorf("%q stands for %q", cl.Text[w.Start:w.End], c.text[w.From:w.To])
				}
			}
		}
		if len(got) != len(c.want) {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%q: %q, want %q", c.text, got, c.want)
			}
		}
	}
	s := aligned("$2.3B.", "two point three billion dollars")
	for _, cl := range s.Clauses {
		for _, w := range cl.Words {
			if w.From != 0 || w.To != 6 {
				t.Errorf("%q stands for %d–%d", cl.Text[w.Start:w.End], w.From, w.To)
			}
		}
	}
}

func TestTheWaterfallAddsUp(t *testing.T) {
	spoke := time.Date(2026, 11, 21, 7, 0, 0, 0, time.UTC)
	at := func(ms int) time.Time { return spoke.Add(time.Duration(ms) * time.Millisecond) }
	w := stopwatch{spoke: spoke}
	// Composed ahead: its steps were done before the turn had ended.
	w.note("retrieved", at(120))
	w.note(stepSay, at(250))
	w.note(stepTurn, at(400))
	w.note(stepAudio, at(450))
	w.note(stepAudio, at(999))
	w.note(stepPlaying, at(470))
	b := w.breakdown()
	want := []Part{{stepTurn, 400 * time.Millisecond}, {"retrieved", 0}, {stepSay, 0}, {stepAudio, 50 * time.Millisecond}, {stepPlaying, 20 * time.Millisecond}}
	if b.TTFA != 470*time.Millisecond || len(b.Parts) != len(want) {
		t.Fatalf("%+v", b)
	}
	for i := range want {
		if b.Parts[i] != want[i] {
			t.Errorf("part %d is %+v, want %+v", i, b.Parts[i], want[i])
		}
	}
}

func TestASessionSaysWhatItLacks(t *testing.T) {
	if _, err := New(Config{}); err == nil {
		t.Error("a session of nothing is taken")
	}
}
