package bench

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var stubs = Stub{
	Final: 200 * time.Millisecond, FirstToken: 150 * time.Millisecond, FirstAudio: 100 * time.Millisecond,
	Partials: true, Lag: 200 * time.Millisecond, Answer: "It was two point three billion dollars, up four percent on the year before.",
}

func TestTurnsAreMeasuredThroughARealServer(t *testing.T) {
	r, err := Turns(t.Context(), TurnOptions{Turns: withoutPauses(Invented(2, 1)), Stub: stubs, InterruptEvery: 2, Here: true})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	r.Print(&b)
	t.Log("\n" + b.String())
	if r.Turns != 2 || r.Answered+r.Lost+r.Over != 2 {
		t.Errorf("%d turns, %d answered, %d lost, %d spoken over", r.Turns, r.Answered, r.Lost, r.Over)
	}
	if r.Answered < 1 {
		t.Errorf("%d of 2 turns were answered", r.Answered)
	}
	if r.TTFA.P50 < 100 || r.TTFA.P50 > 3000 {
		t.Errorf("TTFA %v ms", r.TTFA.P50)
	}
	if r.Interruptions != 1 || r.Ducked.P50 <= 0 {
		t.Errorf("%d interruptions, ducked after %v ms", r.Interruptions, r.Ducked.P50)
	}
}

// withoutPauses are turns at which nobody can be cut.
func withoutPauses(turns []Turn) []Turn {
	for i, t := range turns {
		fluent := Turn{ID: t.ID}
		for _, w := range t.Words {
			fluent.add(w.Text, fluent.End, fluent.End+w.To-w.From)
		}
		turns[i] = fluent
	}
	return turns
}

func TestReadTurns(t *testing.T) {
	path := filepath.Join(t.TempDir(), "turns.jsonl")
	write := func(s string) {
		if err := os.WriteFile(path, []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(`{"id": "a", "words": [["so", 0.0, 0.4], ["what", 0.9, 1.2], ["now", 1.1, 1.5]], "end": 1.5}` + "\n" +
		`{"id": "short", "words": [["hm", 0.0, 0.2]], "end": 0.2}` + "\n")
	turns, err := ReadTurns(path, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if len(turns) != 1 || turns[0].Text() != "so what now" || turns[0].End != 1500*time.Millisecond {
		t.Fatalf("got %+v", turns)
	}
	if p := turns[0].Pauses(); len(p) != 1 || p[0] != (Pause{400 * time.Millisecond, 900 * time.Millisecond}) {
		t.Errorf("pauses %v", p)
	}
	for _, bad := range []string{"{", `{"words": [["a"]]}`, `{"words": [[1, 2, 3]]}`, ""} {
		write(bad)
		if _, err := ReadTurns(path, time.Minute); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

func TestInventedTurnsPauseAsPeopleDo(t *testing.T) {
	var pauses []time.Duration
	for _, turn := range Invented(400, 7) {
		for _, p := range turn.Pauses() {
			pauses = append(pauses, p.To-p.From)
		}
	}
	s := spread(pauses)
	if s.N < 300 || s.P50 < 280 || s.P50 > 420 || s.P95 < 700 {
		t.Errorf("%d pauses, half of them over %v ms, a twentieth over %v", s.N, s.P50, s.P95)
	}
}

func TestSpread(t *testing.T) {
	var ds []time.Duration
	for i := 100; i >= 1; i-- {
		ds = append(ds, time.Duration(i)*time.Millisecond)
	}
	if s := spread(ds); s.P50 != 50 || s.P95 != 95 || s.P99 != 99 || s.Min != 1 || s.Max != 100 || s.Avg != 50.5 {
		t.Errorf("got %+v", s)
	}
}

func TestSlope(t *testing.T) {
	at := []time.Duration{0, time.Hour, 2 * time.Hour}
	if s := slope(at, []float64{1, 3, 5}); s != 2 {
		t.Errorf("slope %v, want 2 an hour", s)
	}
}
