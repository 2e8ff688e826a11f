package turn

import (
	"math"
	"time"
)

// wait is how long after the end of speech the turn shall end, as planned after some silence: what costs least.
//
//	cost(w) = P(end)·w + (1 − P(end))·P(pause > w)·Patience
//
// It is least where pauses of just that length are as frequent as P(end) ÷ (1 − P(end)) ÷ Patience, which falls without
// a jump as P(end) rises. P(end) is of the moment the silence began. What the silence itself has told since needs no term
// of its own, because the cheapest w that is still ahead stays the same.
func (e *Endpointer) wait(silence time.Duration) time.Duration {
	o, r := e.o, e.reading
	if r.hold == HoldAsked {
		return o.Asked
	}
	least, most := max(e.floor(), silence), o.Ceiling
	if r.hold != "" {
		most = o.HoldCeiling
	}
	// The odds themselves, because the probability is rounded.
	ms := r.pauseAsFrequentAs(math.Exp(r.odds) / (float64(o.Patience) / float64(time.Millisecond)))
	w := time.Duration(min(ms, float64(most/time.Millisecond)) * float64(time.Millisecond))
	return min(max(w, least), max(most, least), o.Deadline)
}

// pauseAsFrequentAs is the pause, in ms, whose density is a given one per ms. Lengths of pauses are log-normal, so that
// the logarithm of the density is a parabola over that of the length. Shorter than the most frequent, where the log-normal
// falls again, the density is taken to rise on, by a quarter down to no pause at all.
func (r reading) pauseAsFrequentAs(density float64) float64 {
	top := r.mu - r.sigma*r.sigma
	mode := math.Exp(top)
	most := math.Exp(-r.sigma*r.sigma/2) / (mode * r.sigma * math.Sqrt(2*math.Pi))
	if density >= most {
		return mode * max(0, 1-4*(density/most-1))
	}
	return math.Exp(top + r.sigma*math.Sqrt(2*math.Log(most/density)))
}
