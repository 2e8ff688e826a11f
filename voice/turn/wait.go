package turn

import (
	"math"
	"time"
)

// step is how finely waits are chosen.
const step = 10 * time.Millisecond

// wait is how long after the end of speech the turn shall end, as planned after some silence: what costs least.
//
//	cost(w) = P(end)·w + (1 − P(end))·P(pause > w)·Patience
//
// P(end) is of the moment the silence began. What the silence itself has told since needs no term of its own, because the
// cheapest w that is still ahead stays the same.
func (e *Endpointer) wait(silence time.Duration) time.Duration {
	o, r := e.o, e.reading
	ceiling := o.Ceiling
	switch r.hold {
	case HoldAsked:
		return o.Asked
	case "":
	default:
		ceiling = o.HoldCeiling
	}
	p := float64(r.complete)
	patience := float64(o.Patience / time.Millisecond)
	best, cheapest := ceiling, math.Inf(1)
	for w := max(e.floor(), silence/step*step); w <= ceiling; w += step {
		ms := float64(w / time.Millisecond)
		if p*ms > cheapest {
			break // it can only cost more
		}
		goesOn := 0.5 * math.Erfc((math.Log(ms)-r.mu)/(r.sigma*math.Sqrt2))
		if cost := p*ms + (1-p)*goesOn*patience; cost < cheapest {
			best, cheapest = w, cost
		}
	}
	return min(best, o.Deadline)
}
