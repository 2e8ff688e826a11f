package subagents

import (
	"math"
	"time"

	"github.com/DataDog/sketches-go/ddsketch"
)

const (
	accuracy     = 0.02  // of the sketches, relative
	forget       = 0.998 // what an observation weighs after the next one: the last five hundred count
	enough       = 24    // observations before a curve is drawn
	redraw       = 16    // observations between two drawings
	cells        = 256   // of a curve
	firstHorizon = 1280 * time.Millisecond
)

// A latency is what one agent's attempts taught: how soon they answer, how soon they fail. Attempts that were cancelled
// because their twin won tell only that they would have taken longer; leaving them out would hide the very tail that
// hedging is for, so they are kept as censored and the curve is drawn by Kaplan and Meier's estimate. All three sketches
// decay, so that a backend that changes is believed within some hundred calls.
type latency struct {
	answered, failed, censored *ddsketch.DDSketch
	weight                     float64 // of the next observation; grows, so that the old ones decay
	seen                       int     // observations, for ever
	drawn                      int     // seen, when the curve was drawn
	horizon                    time.Duration
	curve                      *curve
}

func newLatency() *latency {
	sketch := func() *ddsketch.DDSketch {
		s, err := ddsketch.LogCollapsingLowestDenseDDSketch(accuracy, 1024)
		if err != nil {
			panic(err) // the accuracy is a constant
		}
		return s
	}
	return &latency{answered: sketch(), failed: sketch(), censored: sketch(), weight: 1, horizon: firstHorizon}
}

// observe keeps how long an attempt took until it ended in the sketch's way.
func (l *latency) observe(s *ddsketch.DDSketch, took time.Duration) {
	ms := max(float64(took)/float64(time.Millisecond), 0.1)
	if err := s.AddWithCount(ms, l.weight); err != nil {
		return // beyond what a float can index: no latency is
	}
	l.seen++
	l.weight /= forget
	if l.weight > 1e9 {
		for _, s := range []*ddsketch.DDSketch{l.answered, l.failed, l.censored} {
			_ = s.Reweight(1 / l.weight) // only a factor of 0 or less is an error
		}
		l.weight = 1
	}
}

// look returns the curve up to a horizon, redrawn when enough has been seen since, or nil while too little is known.
func (l *latency) look(horizon time.Duration) *curve {
	if l.seen < enough {
		return nil
	}
	if l.curve == nil || l.seen-l.drawn >= redraw || horizon > l.horizon {
		l.horizon = max(l.horizon, horizon)
		l.draw()
	}
	return l.curve
}

// draw estimates the curve from the sketches. They share one mapping, so that their bins can be walked together.
func (l *latency) draw() {
	l.drawn = l.seen
	m := l.answered.IndexMapping
	bins, from := binsOf(l.answered, l.failed, l.censored)
	if l.curve == nil {
		l.curve = &curve{answered: make([]float64, cells+1), failed: make([]float64, cells+1)}
	}
	c := l.curve
	c.step = l.horizon / cells
	stepMS := float64(c.step) / float64(time.Millisecond)

	risk := 0.0
	for _, b := range bins {
		risk += b[0] + b[1] + b[2]
	}
	pending, answered, failed := 1.0, 0.0, 0.0
	lastA, lastF, last := 0.0, 0.0, 0.0 // at the lower edge of the bin
	cell := 0
	for i, b := range bins {
		if risk <= 1e-12*l.weight || pending <= 0 {
			break
		}
		last, lastA, lastF = m.LowerBound(from+i), answered, failed
		// Those cut off within the bin were at risk for half of it on average.
		atRisk := risk - b[2]/2
		if ends := b[0] + b[1]; ends > 0 && atRisk > 0 {
			share := min(1, ends/atRisk) * pending
			answered += share * b[0] / ends
			failed += share * b[1] / ends
			pending = max(0, 1-answered-failed)
		}
		risk -= b[0] + b[1] + b[2]
		upper := m.LowerBound(from + i + 1)
		for ; cell <= cells && float64(cell)*stepMS <= upper; cell++ {
			part := clamp((float64(cell)*stepMS-last)/(upper-last), 0, 1)
			c.answered[cell] = lastA + part*(answered-lastA)
			c.failed[cell] = lastF + part*(failed-lastF)
		}
	}
	for ; cell <= cells; cell++ {
		c.answered[cell], c.failed[cell] = answered, failed
	}
}

// binsOf returns the counts of the sketches by bin, side by side, and the index of the first bin.
func binsOf(sketches ...*ddsketch.DDSketch) (bins [][3]float64, from int) {
	from, to := math.MaxInt, math.MinInt
	for _, s := range sketches {
		st := s.GetPositiveValueStore()
		if st.IsEmpty() {
			continue
		}
		lo, _ := st.MinIndex() // only an empty store has none
		hi, _ := st.MaxIndex()
		from, to = min(from, lo), max(to, hi)
	}
	if from > to {
		return nil, 0
	}
	bins = make([][3]float64, to-from+1)
	for k, s := range sketches {
		s.GetPositiveValueStore().ForEach(func(i int, n float64) bool {
			bins[i-from][k] = n
			return false
		})
	}
	return bins, from
}

// A curve is how an attempt ends over time: the chance that it has answered, and that it has failed, by k steps.
type curve struct {
	step             time.Duration
	answered, failed []float64
}

// cell is where t lies on the curve.
func (c *curve) cell(t time.Duration) float64 { return float64(t) / float64(c.step) }

// by is the chance that an attempt has ended in the way of cum by a cell.
func by(cum []float64, cell float64) float64 {
	if cell <= 0 {
		return 0
	}
	k := int(cell)
	if k >= len(cum)-1 {
		return cum[len(cum)-1]
	}
	return cum[k] + (cell-float64(k))*(cum[k+1]-cum[k])
}

// median is when half of the attempts have answered; false when fewer than half ever do within the curve.
func (c *curve) median() (time.Duration, bool) {
	for k, p := range c.answered {
		if p >= 0.5 {
			return time.Duration(k) * c.step, true
		}
	}
	return 0, false
}

func clamp(x, lo, hi float64) float64 { return min(max(x, lo), hi) }
