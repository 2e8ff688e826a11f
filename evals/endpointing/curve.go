package endpointing

import (
	"math"
	"slices"
	"time"

	"github.com/aubade/aubade/voice/turn"
)

// A Point is what one setting costs.
type Point struct {
	Setting time.Duration // the patience; for silence alone, the wait
	Cut     float64       // share of pauses
	Dead    time.Duration // mean after the turns
	P95     time.Duration
	Never   float64 // share of turns without a cut
}

func measure(silences []Silence, setting int) Point {
	var p Point
	var dead []time.Duration
	pauses := 0
	cut := map[int]bool{}
	for _, s := range silences {
		if s.End {
			dead = append(dead, s.Waits[setting])
			cut[s.Turn] = cut[s.Turn] || false
			continue
		}
		pauses++
		if s.Cut(setting) {
			p.Cut++
			cut[s.Turn] = true
		}
	}
	p.Cut /= max(1, float64(pauses))
	slices.Sort(dead)
	var sum time.Duration
	for _, d := range dead {
		sum += d
	}
	p.Dead = sum / time.Duration(len(dead))
	p.P95 = dead[min(len(dead)-1, int(math.Ceil(0.95*float64(len(dead))))-1)]
	for _, c := range cut {
		if !c {
			p.Never += 1 / float64(len(cut))
		}
	}
	return p
}

// A Curve is what the settings of one endpointer cost, from the hastiest to the most patient.
type Curve []Point

// CutAt is the least share of pauses cut with a mean dead air of at most d.
func (c Curve) CutAt(d time.Duration) float64 {
	best := 1.0
	for _, p := range c {
		if p.Dead <= d {
			best = min(best, p.Cut)
		}
	}
	return best
}

// At is the setting with the least dead air among those that cut at most a share of the pauses.
func (c Curve) At(cut float64) (Point, bool) {
	best, ok := Point{}, false
	for _, p := range c {
		if p.Cut <= cut && (!ok || p.Dead < best.Dead) {
			best, ok = p, true
		}
	}
	return best, ok
}

// patiences are the settings that are swept: 2 % apart, from a fifth of a second to three minutes.
func patiences() []time.Duration {
	var out []time.Duration
	for ms := 200.0; ms < 200e3; ms *= 1.02 {
		out = append(out, time.Duration(ms)*time.Millisecond)
	}
	return out
}

// options are those of the sweep: the bounds of the shipped setting are lifted, because the sweep is of the signal.
func options(m *turn.Model) turn.Options {
	const most = 4 * time.Second
	return turn.Options{Model: m, Floor: time.Millisecond, Ceiling: most, HoldCeiling: most, Deadline: most, Asked: most}
}

// curve measures silences at every setting.
func curve(silences []Silence, settings []time.Duration) Curve {
	c := make(Curve, len(settings))
	for i := range settings {
		c[i] = measure(silences, i)
		c[i].Setting = settings[i]
	}
	return c
}

// silenceAlone is the curve of the plainest endpointer: a fixed wait, swept in steps of 10 ms.
func silenceAlone(silences []Silence) Curve {
	var waits []time.Duration
	for d := 100 * time.Millisecond; d <= 4*time.Second; d += 10 * time.Millisecond {
		waits = append(waits, d)
	}
	plain := slices.Clone(silences)
	for i := range plain {
		plain[i].Waits = waits
	}
	return curve(plain, waits)
}
