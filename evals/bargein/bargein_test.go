package bargein

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aubade/aubade/voice/vad/energy"
)

// TestFalseStopsAreFew plays the whole set on virtual time, through the detector that needs no model.
func TestFalseStopsAreFew(t *testing.T) {
	var results []Result
	for i, c := range Cases() {
		synctest.Test(t, func(t *testing.T) {
			r := Play(t.Context(), c, energy.New(), uint64(i))
			if r.Err != nil {
				t.Errorf("%s: %v", c.Name, r.Err)
			}
			if r.Stopped != c.Takes || c.Takes && r.Loud > 200*time.Millisecond {
				t.Logf("%s, %s: stopped %v after %v, ducked %v after %v, loud until %v", c.Kind, c.Name, r.Stopped, r.StopAt, r.Ducked, r.DuckAt, r.Loud)
			}
			results = append(results, r)
		})
	}
	r := Sum(results)
	var b strings.Builder
	if err := r.Print(&b); err != nil {
		t.Fatal(err)
	}
	t.Log(b.String())
	if r.Cases < 60 || r.Interruptions < 20 {
		t.Errorf("%d cases, %d of them interruptions, are too few", r.Cases, r.Interruptions)
	}
	if r.FalseStops > 0.05 || r.Missed > 0 || r.LoudP95 > 200 || r.CutP95 > 500 {
		t.Errorf("%.1f %% false stops, want 5; %d missed, want none; last loud sound %.0f ms, want 200; cut %.0f ms, want 500", 100*r.FalseStops, r.Missed, r.LoudP95, r.CutP95)
	}
}

func TestASumCountsWhatWasWrong(t *testing.T) {
	r := Sum([]Result{
		{Case: Case{Name: "a", Kind: "keys"}, Stopped: true},
		{Case: Case{Name: "b", Kind: "keys"}, Ducked: true},
		{Case: Case{Name: "c", Kind: "interruption", Takes: true}},
		{Case: Case{Name: "d", Kind: "interruption", Takes: true}, Stopped: true, StopAt: 300 * time.Millisecond, Loud: 80 * time.Millisecond},
	})
	if r.FalseStops != 0.5 || r.Missed != 1 || r.Dipped != 0.5 || r.CutP95 != 300 || r.LoudP95 != 80 || strings.Join(r.Wrong, " ") != "a c" {
		t.Errorf("%+v", r)
	}
}
