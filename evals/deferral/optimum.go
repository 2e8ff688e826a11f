package deferral

import (
	"math"
	"time"
)

// The best causal policy that knows the distributions.
//
// Let an extra call cost a price. Then each part is a stopping problem of its own, solved backwards from the deadline on
// a grid of moments: its state is the ages of its attempts, its choice whether to ask again now. Solved for many prices,
// each state gets an index: the highest price at which asking again now is best.
//
// The parts of a turn are coupled, because only the whole counts: an answer of one part is worth the chance that all the
// others come. That chance is known at each moment, and is a martingale; the policy asks again where the index is at
// least the price divided by it. (What it leaves out is the value of waiting to see how the others fare; the test that
// solves two coupled parts exactly finds it too small to see.) The price is then set so that the policy makes exactly as
// many extra calls as the one that it is compared to.

const (
	gridSteps = 112 // from the turn's begin to its deadline
	prices    = 26
	priceLow  = 0.002
)

// An oracle is the solved problem of one backend.
type oracle struct {
	ends, fails []float64 // chance that an attempt of age k ends with an answer, or fails, within the next step
	by          []float64 // chance that a new attempt has answered within k steps
	chance      []float64 // by left, age: that one attempt answers in time, nothing more being done
	idle        []float32 // index by left: nothing is under way
	one         []float32 // index by left, age
	two         []float32 // index by left, age, age
	best        [][]float32
}

func at1(left, age int) int  { return left*(gridSteps+1) + age }
func at2(left, a, b int) int { return (left*(gridSteps+1)+a)*(gridSteps+1) + b }
func priceAt(k int) float64  { return priceLow * math.Pow(1/priceLow, float64(k)/(prices-1)) }
func nearest(price float64) int {
	return int(clampf(math.Round(math.Log(price/priceLow)/math.Log(1/priceLow)*(prices-1)), 0, prices-1))
}

func clampf(x, lo, hi float64) float64 { return min(max(x, lo), hi) }

func solve(b Backend, deadline time.Duration) *oracle {
	const n = gridSteps
	o := &oracle{
		ends: make([]float64, n+1), fails: make([]float64, n+1), by: make([]float64, n+1),
		chance: make([]float64, (n+1)*(n+1)),
		idle:   make([]float32, n+1), one: make([]float32, (n+1)*(n+1)), two: make([]float32, (n+1)*(n+1)*(n+1)),
	}
	cdf := make([]float64, n+2)
	for k := range cdf {
		cdf[k] = b.cdf(deadline * time.Duration(k) / n)
	}
	for k := range n + 1 {
		o.by[k] = (1 - b.ErrorRate) * cdf[k]
		if alive := 1 - cdf[k]; alive > 1e-12 {
			h := (cdf[k+1] - cdf[k]) / alive
			o.ends[k], o.fails[k] = (1-b.ErrorRate)*h, b.ErrorRate*h
		} else {
			o.ends[k], o.fails[k] = 1-b.ErrorRate, b.ErrorRate
		}
	}
	for left := 1; left <= n; left++ {
		for age := 0; age+left <= n; age++ {
			o.chance[at1(left, age)] = o.ends[age] + (1-o.ends[age]-o.fails[age])*o.chance[at1(left-1, age+1)]
		}
	}
	o.best = make([][]float32, prices)
	s := &solution{o: o, v1: make([]float64, (n+1)*(n+1)), v2: [2][]float64{make([]float64, (n+1)*(n+1)), make([]float64, (n+1)*(n+1))}}
	for k := range prices {
		s.at(priceAt(k))
		o.best[k] = make([]float32, len(s.v1))
		for i, v := range s.v1 {
			o.best[k][i] = float32(v)
		}
	}
	return o
}

// A solution is the value of each state at one price.
type solution struct {
	o    *oracle
	idle [gridSteps + 1]float64
	v1   []float64    // by left, age
	v2   [2][]float64 // by age, age; of this moment and the next
}

// at solves for a price, and raises the index of the states in which asking again is best at it.
func (s *solution) at(price float64) {
	const n = gridSteps
	o := s.o
	clear(s.v1)
	clear(s.v2[0])
	clear(s.v2[1])
	s.idle[0] = 0
	for left := 1; left <= n; left++ {
		now, next := s.v2[left%2], s.v2[(left+1)%2]
		fresh := o.chance[at1(left, 0)]
		for a := 0; a+left <= n; a++ {
			for b := 0; b <= a; b++ {
				pa, pb := 1-o.ends[a]-o.fails[a], 1-o.ends[b]-o.fails[b]
				v := 1 - (1-o.ends[a])*(1-o.ends[b]) +
					o.fails[a]*o.fails[b]*s.idle[left-1] +
					o.fails[a]*pb*s.v1[at1(left-1, b+1)] +
					pa*o.fails[b]*s.v1[at1(left-1, a+1)]
				if left > 1 {
					v += pa * pb * next[at1(a+1, b+1)]
				}
				miss := (1 - o.chance[at1(left, a)]) * (1 - o.chance[at1(left, b)])
				if third := 1 - miss*(1-fresh) - price; third > v {
					v = third
					o.two[at2(left, a, b)] = float32(price)
				}
				now[at1(a, b)] = v
			}
		}
		for a := 0; a+left <= n; a++ {
			wait := o.ends[a] + o.fails[a]*s.idle[left-1] + (1-o.ends[a]-o.fails[a])*s.v1[at1(left-1, a+1)]
			if again := now[at1(a, 0)] - price; again > wait {
				wait = again
				o.one[at1(left, a)] = float32(price)
			}
			s.v1[at1(left, a)] = wait
		}
		s.idle[left] = 0
		if again := s.v1[at1(left, 0)] - price; again > 0 {
			s.idle[left] = again
			o.idle[left] = float32(price)
		}
	}
}

// solveAll solves every backend, before and after the change.
func solveAll(m Model, o Options) (oracles [2][]*oracle) {
	phases, _ := m.phases(o.Turns)
	for phase, bs := range phases {
		for i, b := range bs {
			if phase == 1 && b == phases[0][i] {
				oracles[1] = append(oracles[1], oracles[0][i])
			} else {
				oracles[phase] = append(oracles[phase], solve(b, o.Deadline))
			}
		}
	}
	return oracles
}

// A stretch is turns that one budget is for.
type stretch struct {
	from, to int
	extra    float64
}

// optimum replays the policy at the price, of each stretch, that makes it spend as many extra calls as allowed there.
func optimum(m Model, o Options, oracles [2][]*oracle, stretches ...stretch) Score {
	d := newDice(o.Seed)
	p := player{dice: d, step: o.Deadline / gridSteps}
	phases, change := m.phases(o.Turns)
	t := tally{deadline: o.Deadline}
	extras := 0
	for _, s := range stretches {
		// At some prices many states change their mind at once, for instance the first one of every turn. The policy is
		// then the mixture of the two beside the price, by lot for each turn.
		play := func(t *tally, dear, cheap, share float64, every int) (extras int) {
			nearDear, nearCheap := nearest(dear), nearest(max(cheap, priceLow))
			var asked []int
			for turn := s.from; turn < s.to; turn += every {
				phase := 0
				if turn >= change {
					phase = 1
				}
				p.price, p.near = dear, nearDear
				if _, lot := math.Modf(float64(turn) * math.Phi); lot < share {
					p.price, p.near = cheap, nearCheap
				}
				asked = d.asked(m, turn, asked)
				onTime, n, waited := p.turn(turn, asked, phases[phase], oracles[phase])
				extras += n
				t.turn(len(asked), onTime, waited)
			}
			return extras
		}
		spends := func(price float64, every int) float64 {
			t := tally{}
			n := play(&t, price, 0, 0, every)
			return ratio(n, t.asked)
		}
		// The dearer, the fewer.
		lo, hi := math.Log(priceLow), math.Log(2.0)
		every := max(1, (s.to-s.from)/15000)
		for range 8 {
			if mid := (lo + hi) / 2; spends(math.Exp(mid), every) > s.extra {
				lo = mid
			} else {
				hi = mid
			}
		}
		dear, cheap := math.Exp(hi+0.02), math.Exp(lo-0.02)
		few, many := spends(dear, 1), spends(cheap, 1)
		share := 1.0
		if many > few {
			share = clampf((s.extra-few)/(many-few), 0, 1)
		}
		extras += play(&t, dear, cheap, share, 1)
	}
	return t.score(t.asked, extras)
}

// A player plays turns by the oracles' indices.
type player struct {
	dice  *dice
	price float64
	near  int // the solved price nearest to it
	step  time.Duration
	parts []playing
}

type playing struct {
	*oracle
	backend  *Backend
	attempts []flight
	calls    int
	done     bool
	at       time.Duration
}

type flight struct {
	began int // step
	outcome
}

// turn plays one turn: how many parts answered in time, at how many extra calls, and how long it waited.
func (p *player) turn(turn int, asked []int, backends []Backend, oracles []*oracle) (onTime, extra int, waited time.Duration) {
	if len(p.parts) != len(asked) {
		p.parts = make([]playing, len(asked))
	}
	for i, b := range asked {
		q := &p.parts[i]
		*q = playing{oracle: oracles[b], backend: &backends[b], attempts: q.attempts[:0]}
		p.ask(turn, i, 0)
	}
	for k := range gridSteps {
		missing := 0
		for i := range p.parts {
			if q := &p.parts[i]; !q.done {
				q.advance(k, p.step)
				if q.done {
					waited = max(waited, q.at)
				} else {
					missing++
				}
			}
		}
		if missing == 0 {
			break
		}
		left := gridSteps - k
		for i := range p.parts {
			q := &p.parts[i]
			if q.done {
				continue
			}
			index := float64(q.index(k, left))
			if index < p.price {
				continue // not even if all the others were there
			}
			worth := 1.0
			for j := range p.parts {
				if j != i {
					worth *= p.parts[j].look(k, left, p.price, p.near)
				}
			}
			if index*worth >= p.price {
				p.ask(turn, i, k)
				extra++
			}
		}
	}
	for i := range p.parts {
		q := &p.parts[i]
		if !q.done {
			q.advance(gridSteps, p.step)
		}
		if q.done {
			onTime++
			waited = max(waited, q.at)
		} else {
			waited = p.step * gridSteps
		}
	}
	return onTime, extra, waited
}

func (p *player) ask(turn, part, k int) {
	q := &p.parts[part]
	q.attempts = append(q.attempts, flight{k, p.dice.draw(q.backend, turn, part, q.calls)})
	q.calls++
}

// advance takes what has come by step k.
func (q *playing) advance(k int, step time.Duration) {
	now := time.Duration(k) * step
	q.at = never
	keep := q.attempts[:0]
	for _, f := range q.attempts {
		end := time.Duration(f.began)*step + f.after
		switch {
		case end > now:
			keep = append(keep, f)
		case !f.failed:
			q.done = true
			q.at = min(q.at, end)
		}
	}
	q.attempts = keep
}

// look is the chance that the part answers in time.
func (q *playing) look(k, left int, price float64, near int) float64 {
	switch {
	case q.done:
		return 1
	case len(q.attempts) == 0:
		if float64(q.idle[left]) >= price {
			return q.by[left]
		}
		return 0
	case len(q.attempts) == 1:
		return float64(q.best[near][at1(left, k-q.attempts[0].began)])
	default:
		miss := 1.0
		for _, f := range q.attempts {
			miss *= 1 - q.chance[at1(left, k-f.began)]
		}
		return 1 - miss
	}
}

// index is the highest price at which asking again now is best.
func (q *playing) index(k, left int) float32 {
	switch len(q.attempts) {
	case 0:
		return q.idle[left]
	case 1:
		return q.one[at1(left, k-q.attempts[0].began)]
	case 2:
		a, b := k-q.attempts[0].began, k-q.attempts[1].began
		return q.two[at2(left, max(a, b), min(a, b))]
	default:
		return 0
	}
}
