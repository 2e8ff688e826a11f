package endpointing

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/aubade/aubade/voice/turn"
)

// lines writes turns in the format of the file. A word is "text" or "text|pause": words last 250 ms and touch, unless a
// pause of so many milliseconds follows.
func lines(turns ...string) string {
	var b strings.Builder
	for i, t := range turns {
		at := 0.0
		var words []string
		for _, w := range strings.Fields(t) {
			text, gap, _ := strings.Cut(w, "|")
			words = append(words, fmt.Sprintf("[%q, %.2f, %.2f]", text, at, at+0.25))
			at += 0.25
			if gap != "" {
				var ms float64
				fmt.Sscan(gap, &ms)
				at += ms / 1000
			} else {
				continue
			}
		}
		end := at
		fmt.Fprintf(&b, `{"id": "call%d-%d", "words": [%s], "end": %.2f}`+"\n", i%3, i, strings.Join(words, ", "), end)
	}
	return b.String()
}

func read(t testing.TB, text string) []Turn {
	turns, err := Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return turns
}

var conversation = lines(
	"So|300 um|500 I wanted to ask about the|400 margins How did they close last year",
	"Thank you|600 And then on the|250 pricing what do you see today",
	"Okay|350 Can you tell us about|300 the outlook for next year",
	"Hi|800 Could you say how many of|200 the stores are open now Thank you",
	"And um|700 is that growth coming from|250 the new markets",
	"We have seen a lot of|450 pressure on costs|900 So how should we think about that",
)

func TestGapsArePausesFromATenthOfASecond(t *testing.T) {
	turns := read(t, `{"id": "a-b-7", "words": [["One", 0, 0.5], ["two", 0.55, 1.2], ["three", 1.1, 1.4], ["Four", 1.6, 2.0]], "end": 2.0}`)
	x := turns[0]
	if x.Call != "a-b" {
		t.Errorf("the call is %q", x.Call)
	}
	if got := fmt.Sprint(x.pauses); got != "[0s 0s 200ms 0s]" {
		t.Errorf("pauses are %v", got)
	}
	if x.Words[2].Start < x.Words[1].End {
		t.Error("an overlap was not clamped")
	}
}

func TestBrokenFilesAreRefusedByLine(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"not JSON", "{", "line 1"},
		{"a word with two parts", `{"id":"a-1","words":[["a",1]],"end":2}`, "2 parts"},
		{"a word with a time that is text", `{"id":"a-1","words":[["a","1",2]],"end":2}`, "not a word"},
		{"a turn without words", "\n" + `{"id":"a-1","words":[],"end":2}`, `line 2: turn "a-1" has no words`},
		{"nothing", "\n\n", "there are none"},
	} {
		_, err := Read(strings.NewReader(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

func TestSilenceAloneCutsWhatIsLonger(t *testing.T) {
	silences := Replay(read(t, conversation), options(turn.Shipped()), nil, 0)
	var gaps []time.Duration
	for _, s := range silences {
		if !s.End {
			gaps = append(gaps, s.Gap)
		}
	}
	if len(gaps) != 13 || len(silences) != 19 {
		t.Fatalf("%d pauses in %d silences: %v", len(gaps), len(silences), gaps)
	}
	c := silenceAlone(silences)
	// Six pauses are longer than 400 ms; the one of 400 is not cut by a wait of 400.
	if got, want := c.CutAt(400*time.Millisecond), 6.0/13; math.Abs(got-want) > 1e-9 {
		t.Errorf("cut at 400 ms: %v, want %v", got, want)
	}
	// One pause in thirteen may be cut: the one of 900 ms is, the one of 800 is not.
	if p, ok := c.At(0.10); !ok || p.Dead != 800*time.Millisecond {
		t.Errorf("dead air at 10 %%: %v", p.Dead)
	}
}

// A word counts only when the lag has passed: whatever is said later must not change a decision made before.
func TestReplayIsCausal(t *testing.T) {
	settings := []time.Duration{100 * time.Millisecond, 400 * time.Millisecond, 2 * time.Second}
	whole := read(t, conversation)
	for n := range whole {
		all := Replay(whole[n:n+1], options(turn.Shipped()), settings, 200*time.Millisecond)
		i := 0
		for k := range whole[n].Words {
			if whole[n].pauses[k] == 0 {
				continue
			}
			// The same turn, but with nonsense after this pause.
			other := whole[n]
			other.Words = append([]turn.Word(nil), other.Words...)
			for j := k + 1; j < len(other.Words); j++ {
				other.Words[j].Text = "thanks"
			}
			got := Replay([]Turn{other}, options(turn.Shipped()), settings, 200*time.Millisecond)[i]
			for s := range settings {
				if a, b := all[i].Waits[s], got.Waits[s]; a != b {
					t.Errorf("turn %d, pause %d: we wait %v or %v, by what comes after", n, i, a, b)
				}
			}
			i++
		}
	}
}

// With a longer lag the same words come later, and no decision that needs them is made sooner.
func TestNothingIsDecidedOnWordsNotYetKnown(t *testing.T) {
	turns := read(t, lines("how did larkspur close today"))
	setting := []time.Duration{200 * time.Millisecond}
	var before time.Duration
	for _, lag := range []time.Duration{100 * time.Millisecond, 200 * time.Millisecond, 300 * time.Millisecond} {
		s := Replay(turns, options(turn.Shipped()), setting, lag)
		w := s[len(s)-1].Waits[0]
		if w < lag {
			t.Errorf("with a lag of %v we decide after %v", lag, w)
		}
		if w < before {
			t.Errorf("with a lag of %v we decide after %v, sooner than with less", lag, w)
		}
		before = w
	}
}

func TestPatienceTradesCutsForSilence(t *testing.T) {
	c := curve(Replay(read(t, conversation), options(turn.Shipped()), patiences(), 200*time.Millisecond), patiences())
	for i := 1; i < len(c); i++ {
		if c[i].Cut > c[i-1].Cut || c[i].Dead < c[i-1].Dead {
			t.Fatalf("from %+v to %+v", c[i-1], c[i])
		}
	}
	if first, last := c[0], c[len(c)-1]; first.Cut == last.Cut || first.Dead == last.Dead {
		t.Errorf("patience changes nothing: %+v", last)
	}
}

// Fitting must find what was put into the data: here, that turns end after "today" and never after "the".
func TestFitLearns(t *testing.T) {
	var made []string
	for i := range 30 {
		names := []string{"Larkspur", "Halden", "Brightwater"}
		made = append(made, fmt.Sprintf("So the|400 price of the|300 %s and um|500 how did it close today", names[i%3]))
	}
	turns := read(t, lines(made...))
	r, err := CrossValidate(turns, 200*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	if r.Turns != 30 || r.Calls != 3 || r.Pauses != 90 {
		t.Fatalf("%+v", r)
	}
	if r.Dead5 > 250 || r.SilenceOnly.Dead5 < 490 {
		t.Errorf("dead air at 5 %% cut is %v ms, and by silence alone %v", r.Dead5, r.SilenceOnly.Dead5)
	}
	if src := Source(Fit(turns, 200*time.Millisecond)); !strings.Contains(src, "var shipped = Model{") || strings.Contains(src, "NaN") {
		t.Error(src)
	}
	if _, err := CrossValidate(turns[:1], 0); err == nil {
		t.Error("one call was cross-validated")
	}
}

func FuzzRead(f *testing.F) {
	f.Add(conversation)
	f.Add(`{"id":"a-1","words":[["a",1,2]],"end":2}`)
	f.Add(`{"id":"a-1","words":[["...",1e5,0]],"end":-1}`)
	f.Fuzz(func(t *testing.T, text string) {
		turns, err := Read(strings.NewReader(text))
		if err != nil || len(turns) > 4 {
			return
		}
		for _, s := range Replay(turns, options(turn.Shipped()), []time.Duration{time.Second}, 0) {
			if s.End && (s.Waits[0] < 0 || s.Waits[0] > 4*time.Second) {
				t.Fatalf("a turn ends after %v", s.Waits[0])
			}
		}
	})
}
