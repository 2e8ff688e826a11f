package deferral

import (
	"math"
	"testing"
	"time"
)

// joint solves two coupled parts exactly, on the optimum's own grid made coarse: every pair of states at every moment,
// each part with up to two attempts at once. It returns the best of P(both answer) − price × extra calls.
type joint struct {
	o     [2]*oracle
	steps int
	price float64
	memo  map[[7]int]float64
}

// A part's state is the ages of its attempts; -1: none. done is (-2, -2).
func (j *joint) best(left int, a, b [2]int) float64 {
	if a == [2]int{-2, -2} && b == [2]int{-2, -2} {
		return 1
	}
	if left == 0 {
		return 0
	}
	key := [7]int{left, a[0], a[1], b[0], b[1]}
	if v, ok := j.memo[key]; ok {
		return v
	}
	best := math.Inf(-1)
	for _, na := range asks(a) {
		for _, nb := range asks(b) {
			cost := 0.0
			if na != a {
				cost += j.price
			}
			if nb != b {
				cost += j.price
			}
			v := -cost
			for _, oa := range j.after(0, na) {
				for _, ob := range j.after(1, nb) {
					if p := oa.p * ob.p; p > 0 {
						v += p * j.best(left-1, oa.next, ob.next)
					}
				}
			}
			best = max(best, v)
		}
	}
	j.memo[key] = best
	return best
}

// asks are the states that asking again, or not, leads to.
func asks(s [2]int) [][2]int {
	switch {
	case s[0] == -2:
		return [][2]int{s}
	case s[0] == -1:
		return [][2]int{s, {0, -1}}
	case s[1] == -1:
		return [][2]int{s, {s[0], 0}}
	}
	return [][2]int{s}
}

type branch struct {
	p    float64
	next [2]int
}

// after is what a step may bring to a part.
func (j *joint) after(part int, s [2]int) []branch {
	if s[0] < 0 {
		return []branch{{1, s}}
	}
	o := j.o[part]
	one := func(age int) [3]float64 { // answers, fails, neither
		return [3]float64{o.ends[age], o.fails[age], 1 - o.ends[age] - o.fails[age]}
	}
	x := one(s[0])
	if s[1] < 0 {
		return []branch{{x[0], [2]int{-2, -2}}, {x[1], [2]int{-1, -1}}, {x[2], [2]int{s[0] + 1, -1}}}
	}
	y := one(s[1])
	return []branch{
		{1 - (1-x[0])*(1-y[0]), [2]int{-2, -2}},
		{x[1] * y[1], [2]int{-1, -1}},
		{x[1] * y[2], [2]int{s[1] + 1, -1}},
		{x[2] * y[1], [2]int{s[0] + 1, -1}},
		{x[2] * y[2], [2]int{s[0] + 1, s[1] + 1}},
	}
}

// value is what the policy of the indices is worth in the same coarse world, worked out exactly.
func (j *joint) value(left int, a, b [2]int) float64 {
	if a == [2]int{-2, -2} && b == [2]int{-2, -2} {
		return 1
	}
	if left == 0 {
		return 0
	}
	key := [7]int{left, a[0], a[1], b[0], b[1], 1}
	if v, ok := j.memo[key]; ok {
		return v
	}
	v := 0.0
	na, nb := a, b
	for part, s := range [][2]int{a, b} {
		other, os := 1-part, [][2]int{b, a}[part]
		q := playing{oracle: j.o[part], attempts: flights(s)}
		w := playing{oracle: j.o[other], attempts: flights(os), done: os[0] == -2}
		if s[0] == -2 || s[1] >= 0 {
			continue
		}
		// The oracles' grid is the fine one; the coarse world's moments are its last steps.
		if float64(q.index(0, left))*w.look(0, left, j.price, nearest(j.price)) >= j.price {
			v -= j.price
			if next := asks(s)[1]; part == 0 {
				na = next
			} else {
				nb = next
			}
		}
	}
	for _, oa := range j.after(0, na) {
		for _, ob := range j.after(1, nb) {
			if p := oa.p * ob.p; p > 0 {
				v += p * j.value(left-1, oa.next, ob.next)
			}
		}
	}
	j.memo[key] = v
	return v
}

// flights are attempts of these ages at step 0.
func flights(s [2]int) (fs []flight) {
	for _, age := range s {
		if age >= 0 {
			fs = append(fs, flight{began: -age})
		}
	}
	return fs
}

// TestTheIndexPolicyIsAsGoodAsTheExactOne holds the optimum's one simplification, that parts are decided one by one at the
// price over the others' chance, against the exact solution of both together.
func TestTheIndexPolicyIsAsGoodAsTheExactOne(t *testing.T) {
	if testing.Short() {
		t.Skip("solves every pair of states")
	}
	const steps = 12 // of the grid's: a world in which an attempt takes a few of them
	m := model(t, "errors")
	// The grid's step is a hundred-and-twelfth of the deadline: with this one, twelve steps are as long as a turn.
	deadline := 800 * time.Millisecond * gridSteps / steps
	o := [2]*oracle{solve(m.Backends[0], deadline), solve(m.Backends[1], deadline)}
	for _, price := range []float64{0.05, 0.1, 0.2, 0.4} {
		j := &joint{o: o, steps: steps, price: price, memo: map[[7]int]float64{}}
		best := j.best(steps, [2]int{0, -1}, [2]int{0, -1})
		got := j.value(steps, [2]int{0, -1}, [2]int{0, -1})
		t.Logf("price %.2f: exact %.5f, by index %.5f", price, best, got)
		if got > best+1e-9 {
			t.Errorf("price %.2f: by index %.5f is better than exact %.5f", price, got, best)
		}
		if best-got > 0.003 {
			t.Errorf("price %.2f: by index %.5f, exact %.5f", price, got, best)
		}
	}
}
