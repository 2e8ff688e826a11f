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
	floor, ceiling, deadline := o.Floor, o.Ceiling, o.Deadline
	if r.hold != "" {
		ceiling = o.HoldCeiling
	}
	if r.hold == HoldAsked {
		return o.Asked
	}
	mu, sigma := e.speaker.pauses()
	p := float64(r.complete)
	best, cheapest := ceiling, math.Inf(1)
	for w := max(floor, silence/step*step); w <= ceiling; w += step {
		ms := float64(w / time.Millisecond)
		survives := 0.5 * math.Erfc((math.Log(ms)-mu)/(sigma*math.Sqrt2))
		cost := p*ms + (1-p)*survives*float64(o.Patience/time.Millisecond)
		if cost < cheapest {
			best, cheapest = w, cost
		}
	}
	return min(best, deadline)
}
