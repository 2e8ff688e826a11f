package subagents

import (
	"math"
	"time"
)

// A price is what an extra call must be worth, in chance of a complete answer, to be made. It rises with each extra call
// and falls with each ordinary one, so that it settles where the calls worth more than it just use up the share:
// the Lagrange multiplier of the budget, found on line. The bank holds the calls that the share still allows; an empty
// bank buys nothing, so the share is never exceeded, not even for a moment.
type price struct {
	share float64
	log   float64 // of the price
	bank  float64 // extra calls that may be made now
	base  int     // calls that were asked for
	extra int     // calls beyond them
}

const (
	priceStep  = 0.02 // how fast the price moves: half-way in some hundred calls
	priceFloor = 0.004
	priceStart = 0.1
)

func newPrice(share float64) price {
	return price{share: share, log: math.Log(priceStart)}
}

func (p *price) now() float64 { return math.Exp(p.log) }

// asked counts one ordinary call.
func (p *price) asked() {
	p.base++
	p.bank += p.share
	p.log = max(p.log-priceStep*p.share, math.Log(priceFloor))
}

// buy makes one extra call, if the bank has it.
func (p *price) buy() bool {
	if p.bank < 1 {
		return false
	}
	p.extra++
	p.bank--
	p.log = min(p.log+priceStep, 0)
	return true
}

// A plan is when to ask again, and how likely an answer is in time.
type plan struct {
	known  bool          // enough has been seen of the agent to say
	chance float64       // of an answer by the deadline, asking again included
	ask    bool          // asking again is worth its price at some time
	wait   time.Duration // until then; 0: now
}

// planSteps is how finely the time left is searched for the best moment.
const planSteps = 96

// planFor decides about one question: its attempts are ages old, left remains to the deadline, and an extra call costs
// price, in units of the chance to answer in time.
//
// Asking again u from now, if nothing has come by then, gains the chance that all present attempts miss the deadline
// times the chance that a new one makes it. Waiting may save the call; it also eats the new attempt's time. The best
// moment is found backwards from the deadline, where asking again is worth nothing:
//
//	worth(u) = max( gain(u) − price,  P(still waiting) · worth(u+h) + P(failed meanwhile) · (P(a new one makes it) − price)⁺ )
//
// As nothing is learned while waiting but that nothing has come, this is the optimal stopping time for one more attempt.
func planFor(c *curve, ages []time.Duration, left time.Duration, price float64) plan {
	if c == nil {
		return plan{ask: len(ages) == 0} // of a stranger we know only that it failed: once more
	}
	if len(ages) == 0 {
		p := c.by(c.answered, left)
		return plan{known: true, chance: p, ask: p > price}
	}
	h := max(left/planSteps, c.step/2)
	n := min(int(left/h), planSteps)

	var miss, gain, alive, fail [planSteps + 1]float64
	for k := range n + 1 {
		u := time.Duration(k) * h
		m, a, f := 1.0, 1.0, 0.0
		for _, age := range ages {
			done, failed := c.by(c.answered, age+u), c.by(c.failed, age+u)
			pending := max(1-done-failed, 1e-9)
			m *= 1 - min(1, (c.by(c.answered, age+left)-done)/pending)
			a *= pending
			if len(ages) == 1 {
				f = c.by(c.failed, age+u+h) - failed
			}
		}
		miss[k], alive[k], fail[k] = m, a, f
		gain[k] = m * c.by(c.answered, left-u)
	}
	worth, best := 0.0, -1
	for k := n - 1; k >= 0; k-- {
		wait := worth * min(1, alive[k+1]/alive[k])
		if again := c.by(c.answered, left-time.Duration(k+1)*h) - price; again > 0 {
			wait += again * min(1, fail[k]/alive[k])
		}
		if now := gain[k] - price; now >= wait && now > 0 {
			worth, best = now, k
		} else {
			worth = wait
		}
	}
	return plan{
		known:  true,
		chance: 1 - miss[0] + worth,
		ask:    best >= 0,
		wait:   time.Duration(max(best, 0)) * h,
	}
}
