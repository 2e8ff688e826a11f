package deferral

import (
	"math"
	"time"
)

// never is when an attempt that fails answers.
const never = time.Duration(math.MaxInt64)

// answers is when an attempt begun at t answers.
func (o outcome) answers(t time.Duration) time.Duration {
	if o.failed {
		return never
	}
	return t + o.after
}

// simple replays a policy that decides about each part alone: policy returns when the part answers, when the turn
// would stop waiting for it, and how many extra calls it made.
func simple(m Model, o Options, waits bool, policy func(d *dice, b *Backend, phase, backend, turn, part int) (answer, end time.Duration, extra int)) Score {
	d := newDice(o.Seed)
	phases, change := m.phases(o.Turns)
	t := tally{deadline: o.Deadline}
	var asked []int
	extras := 0
	for turn := range o.Turns {
		phase := 0
		if turn >= change {
			phase = 1
		}
		asked = d.asked(m, turn, asked)
		onTime, waited := 0, time.Duration(0)
		for part, i := range asked {
			answer, end, extra := policy(d, &phases[phase][i], phase, i, turn, part)
			extras += extra
			if answer <= o.Deadline {
				onTime++
			}
			waited = max(waited, end)
		}
		if !waits {
			waited = min(waited, o.Deadline)
		}
		t.turn(len(asked), onTime, waited)
	}
	return t.score(t.asked, extras)
}

// askOnce asks and hopes; whether it waits for all decides what that costs.
func askOnce(m Model, o Options, waits bool) Score {
	return simple(m, o, waits, func(d *dice, b *Backend, _, _, turn, part int) (time.Duration, time.Duration, int) {
		first := d.draw(b, turn, part, 0)
		return first.answers(0), first.after, 0
	})
}

// fixedHedge asks again at the 90th percentile of what it knew at first, where nothing has answered by then, as long as
// its extra calls stay within a share of the ordinary ones.
func fixedHedge(m Model, o Options, share float64) Score {
	p90 := make([]time.Duration, len(m.Backends))
	for i, b := range m.Backends {
		p90[i] = b.quantile(0.9)
	}
	calls, extras := 0.0, 0.0
	return simple(m, o, false, func(d *dice, b *Backend, _, i, turn, part int) (time.Duration, time.Duration, int) {
		calls++
		first := d.draw(b, turn, part, 0)
		if first.answers(0) <= p90[i] || p90[i] >= o.Deadline || extras+1 > share*calls {
			return first.answers(0), first.after, 0
		}
		extras++
		second := d.draw(b, turn, part, 1)
		end := min(first.answers(0), second.answers(p90[i]))
		if end == never {
			end = max(first.after, p90[i]+second.after)
		}
		return min(first.answers(0), second.answers(p90[i])), end, 1
	})
}
