package answer

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/aubade/aubade/internal/budget"
)

func TestTheReserveFollowsThe90thPercentile(t *testing.T) {
	var q quantile
	rng := rand.New(rand.NewPCG(1, 2))
	for _, scale := range []float64{100, 400, 50} { // the p90 of a uniform draw from 0 to scale is 0.9 of it
		for range 3000 {
			q.observe(time.Duration(rng.Float64() * scale * float64(time.Millisecond)))
		}
		got, want := q.value(0).Seconds()*1000, 0.9*scale
		if got < 0.75*want || got > 1.25*want {
			t.Errorf("scale %v: p90 is taken for %.0f ms, want about %.0f", scale, got, want)
		}
	}
}

func TestTheDeadlineIsNeverInThePast(t *testing.T) {
	var p pace
	now := time.Now()
	late := budget.Budget{SpokeUntil: now.Add(-2 * time.Second), Target: 900 * time.Millisecond}
	if d := p.deadline(late, now, true); !d.After(now) {
		t.Errorf("a late turn gives its helpers %s", d.Sub(now))
	}
	fresh := budget.Budget{SpokeUntil: now, Target: 900 * time.Millisecond}
	if with, without := p.deadline(fresh, now, true), p.deadline(fresh, now, false); !with.Before(without) {
		t.Error("a model to come leaves the helpers no less time")
	}
}
