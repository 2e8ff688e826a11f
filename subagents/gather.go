package subagents

import (
	"errors"
	"time"
)

// A Gather is the questions of one turn on their way to its deadline.
type Gather struct {
	session  *Session
	deadline time.Time
	parts    []*part
	done     chan struct{}
	closed   bool
	stop     func() // of the timer
	wake     time.Time
}

const (
	maxAttempts = 4
	// worthOfPart is what a part is worth, at the least, beside the chance that it completes the answer: an answer with
	// one part missing is poorer, not worthless.
	worthOfPart = 0.05
	// hopeless is the chance of an answer in time below which nobody is kept waiting for it, and worthwhile the shortest
	// wait that is worth ending: what is lost is at most one turn in two hundred of those, a second of silence in the rest.
	hopeless   = 0.005
	worthwhile = 100 * time.Millisecond
	// soonest keeps a timer from chasing a moment that is nearer than a timer is exact.
	soonest = time.Millisecond
)

// Done is closed at the deadline, or when nothing is missing any more.
func (g *Gather) Done() <-chan struct{} { return g.done }

// Collect ends the gathering, if it has not ended, and tells what came. It may be called once.
func (g *Gather) Collect() Gathered {
	d := g.session.desk
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.now()
	g.end(now)
	out := Gathered{Overrun: now.Sub(g.deadline)}
	for _, p := range g.parts {
		a := p.arrival()
		switch {
		case !p.settled && !p.deferLate(now):
			a.Err = ErrTooMuchOwed
			out.Failed = append(out.Failed, a)
		case !p.settled:
			out.Deferred = append(out.Deferred, Arrival{ID: p.id, Ask: p.ask})
		case p.err != nil:
			out.Failed = append(out.Failed, a)
		default:
			out.Findings = append(out.Findings, a)
		}
	}
	return out
}

// end stops the clock of the gathering.
func (g *Gather) end(now time.Time) {
	if g.closed {
		return
	}
	g.closed = true
	if g.stop != nil {
		g.stop()
	}
	for _, p := range g.parts {
		if !p.settled && p.idle() {
			// Nothing is under way and nothing was worth asking again in time.
			p.settle(now, Finding{}, p.lastErr)
		}
	}
	close(g.done)
}

// step decides what to do now, does it, and arms the timer for the next decision.
func (g *Gather) step(now time.Time) {
	if g.closed {
		return
	}
	left := g.deadline.Sub(now)
	if left <= 0 {
		g.end(now)
		return
	}
	d := g.session.desk
	price := d.price.now()
	for _, p := range g.parts {
		p.look(now, left, price)
	}
	next, waiting, hope := g.deadline, false, left < worthwhile
	for i, p := range g.parts {
		if p.settled {
			continue
		}
		waiting = waiting || !p.idle()
		if !p.mayAskAgain() {
			hope = hope || p.hopeful(now, left)
			continue
		}
		p.plan = planFor(p.curve(left), p.ages(now), left, price/g.worth(i))
		hope = hope || p.hopeful(now, left)
		switch {
		case !p.plan.ask:
		case p.plan.wait > soonest:
			if at := now.Add(p.plan.wait); at.Before(next) {
				next = at
			}
		case p.launchExtra(now):
			waiting = true
		}
	}
	if !waiting || !hope {
		g.end(now) // the user is told at once that it takes longer
		return
	}
	g.arm(now, next)
}

// worth is what an answer of part i adds: the chance that all the others come, too.
func (g *Gather) worth(i int) float64 {
	w := 1.0
	for j, p := range g.parts {
		switch {
		case j == i:
		case p.settled && (p.err == nil || errors.Is(p.err, ErrNothing)):
		case p.settled:
			w = 0
		case p.plan.known:
			w *= p.plan.chance
		}
	}
	return worthOfPart + (1-worthOfPart)*w
}

// arm sets the timer, unless it stands there already.
func (g *Gather) arm(now, at time.Time) {
	if g.stop != nil {
		if g.wake.Equal(at) {
			return
		}
		g.stop()
	}
	d := g.session.desk
	g.wake = at
	g.stop = d.after(at.Sub(now), func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		if g.wake.Equal(at) { // else it was stopped too late
			g.stop = nil
			g.step(d.now())
		}
	})
}
