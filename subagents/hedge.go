package subagents

import (
	"math"
	"time"
)

// A price is what an extra call must be worth, in chance of a complete answer, to be made. It rises with each extra call
// that is wanted and falls with each ordinary one, so that it settles where the calls worth more than it just use up the
// share: the Lagrange multiplier of the budget, found on line. The bank holds the calls that the share still allows; an
// empty bank sells nothing, so the share is never exceeded, not even for a moment. The price leans against the bank's
// running empty, because what an empty bank refuses is as likely the best call as the worst.
type price struct {
	share float64
	log   float64 // of the price
	bank  float64 // extra calls that may be made now
	base  int     // calls that were asked for
	extra int     // calls beyond them
}

const (
	priceStart   = 0.1
	priceFloor   = 0.1   // what helps fewer than one turn in ten is not worth a call: the bank keeps it for worse days
	priceStep    = 0.008 // how fast the price moves: by a third in some four hundred calls of a tenth too many
	bankReserve  = 40    // extra calls that the price tries to keep in the bank
	spareAbove   = 1.5   // bankReserves from which on a call may be spent on an answer that is late already
	bankPressure = 0.008 // by how much of the share the aim changes with each call above or below the reserve
)

func newPrice(share float64) price {
	return price{share: share, log: math.Log(priceStart)}
}

func (p *price) now() float64 { return math.Exp(p.log) }

// asked counts one ordinary call.
func (p *price) asked() {
	p.base++
	p.bank += p.share
	aim := p.share * clamp(1+bankPressure*(p.bank-bankReserve), 0.5, 2)
	p.log = max(p.log-priceStep*aim, math.Log(priceFloor))
}

// wanted counts one extra call that would be worth the price, whether or not the bank has it.
func (p *price) wanted() { p.log = min(p.log+priceStep, 0) }

// spare says that the bank holds more than the price tries to keep there: a call from it is taken from none that would
// make a turn complete in time.
func (p *price) spare() bool { return p.bank > spareAbove*bankReserve }

// buy makes one extra call, if the bank has it.
func (p *price) buy() bool {
	if p.bank < 1 {
		return false
	}
	p.extra++
	p.bank--
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
const planSteps = 56

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
	end := c.cell(left)
	if len(ages) == 0 {
		p := by(c.answered, end)
		return plan{known: true, chance: p, ask: p > price}
	}
	n := planSteps
	if c.step/2*time.Duration(n) > left { // no finer than the curve is
		n = max(1, int(2*left/c.step))
	}
	h := end / float64(n)

	var fresh, gain, alive, fail [planSteps + 1]float64
	for k := range n + 1 {
		fresh[k] = by(c.answered, end-float64(k)*h) // a new attempt makes it from here
		gain[k], alive[k] = fresh[k], 1
	}
	missed := 1.0
	for _, age := range ages {
		x := c.cell(age)
		final := by(c.answered, x+end)
		before := 0.0
		for k := range n + 1 {
			done, failed := by(c.answered, x+float64(k)*h), by(c.failed, x+float64(k)*h)
			pending := max(1-done-failed, 1e-9)
			miss := 1 - min(1, (final-done)/pending)
			gain[k] *= miss
			alive[k] *= pending
			if k == 0 {
				missed *= miss
			} else if len(ages) == 1 {
				fail[k-1] = failed - before
			}
			before = failed
		}
	}
	worth, best := 0.0, -1
	for k := n - 1; k >= 0; k-- {
		wait := worth * min(1, alive[k+1]/alive[k])
		if again := fresh[k+1] - price; again > 0 && fail[k] > 0 {
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
		chance: 1 - missed + worth,
		ask:    best >= 0,
		wait:   time.Duration(float64(max(best, 0)) * h * float64(c.step)),
	}
}
