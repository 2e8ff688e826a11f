package subagents

import (
	"errors"
	"slices"
	"time"
)

// A part is one question of a turn with its attempts. Everything in it is under the Desk's lock.
type part struct {
	session *Session
	member  *member // nil: the Desk has no such agent
	gather  *Gather // nil: prepared, not asked yet
	id      string
	ask     Ask
	asked   time.Time

	attempts []*attempt // under way
	calls    int        // attempts made
	wanted   int        // calls, when one more was last wanted
	queued   bool       // waiting for a place
	plan     plan

	settled  bool
	silent   bool // nobody wants to hear of its end
	deferred bool
	finding  Finding
	err      error
	lastErr  error // of the last attempt, while others may follow
	took     time.Duration
	patience func() // stops its timer
}

func (s *Session) newPart(turn int, a Ask, now time.Time) *part {
	d := s.desk
	id := a.Question.ID // of an orphan of the ledger
	if id == "" {
		id = d.id(s.ID, turn)
	}
	p := &part{session: s, member: d.members[a.Agent], id: id, ask: a, asked: now}
	q := &p.ask.Question
	q.ID, q.Session, q.Turn, q.Asked = p.id, s.ID, turn, now
	s.live[p] = true
	return p
}

// begin makes the first attempt, by the quickest way that can be in time.
func (p *part) begin(now time.Time, left time.Duration) {
	s, m := p.session, p.member
	switch {
	case m == nil:
		p.settle(now, Finding{}, ErrUnknown)
		return
	case s.closed || s.ctx.Err() != nil:
		p.settle(now, Finding{}, errClosed)
		return
	}
	s.desk.price.asked()
	stuck := m.ghosts >= m.Concurrency
	late := false
	if c := m.latency.look(left); c != nil && m.Twin != nil {
		median, known := c.median()
		late = !known || left < median
	}
	switch {
	case stuck || !m.breaker.allow(now):
		if m.Twin != nil {
			p.launch(now, true)
		} else if stuck {
			p.settle(now, Finding{}, ErrStuck)
		} else {
			p.settle(now, Finding{}, ErrBroken)
		}
	case late:
		m.breaker.abandoned() // the probe's place, if it was one
		p.launch(now, true)
	case m.running >= m.Concurrency:
		m.breaker.abandoned()
		p.queued = true
		m.queue = append(m.queue, p)
	default:
		p.launch(now, false)
	}
}

// launchExtra makes one more attempt, if there is a place and the budget allows it.
func (p *part) launchExtra(now time.Time) bool {
	m, d := p.member, p.session.desk
	if m.running >= m.Concurrency || !m.breaker.allow(now) {
		return false
	}
	if p.wanted < p.calls { // once for each attempt, however often the bank is asked
		p.wanted = p.calls
		d.price.wanted()
	}
	if !d.price.buy() {
		m.breaker.abandoned()
		return false
	}
	p.launch(now, false)
	return true
}

func (p *part) mayAskAgain() bool {
	return p.member != nil && !p.member.Once && !p.queued && !p.twinned() && p.calls > 0 && p.calls < maxAttempts
}

// idle says that nothing is under way.
func (p *part) idle() bool { return len(p.attempts) == 0 && !p.queued }

// hopeful says that an answer may still come in the time that is left, by what was seen of the agent or else what was said.
func (p *part) hopeful(now time.Time, left time.Duration) bool {
	switch {
	case p.twinned():
		return true
	case p.plan.known:
		return p.plan.chance >= hopeless
	}
	return p.member.Usually-now.Sub(p.asked) <= left
}

// twinned says that the quick way is under way.
func (p *part) twinned() bool {
	return slices.ContainsFunc(p.attempts, func(a *attempt) bool { return a.twin })
}

func (p *part) curve(left time.Duration) *curve { return p.member.latency.look(left) }

// look makes a first plan, as if this part were all that is missing. Later steps find the one before them.
func (p *part) look(now time.Time, left time.Duration, price float64) {
	if p.settled || p.member == nil || p.plan.known {
		return
	}
	p.plan = planFor(p.curve(left), p.ages(now), left, price)
}

func (p *part) ages(now time.Time) []time.Duration {
	ages := make([]time.Duration, 0, maxAttempts)
	for _, a := range p.attempts {
		ages = append(ages, now.Sub(a.began))
	}
	return ages
}

// deferLate lets the part run on after its turn; false when too much is owed already.
func (p *part) deferLate(now time.Time) bool {
	s := p.session
	if s.owed+len(s.late) >= maxOwed {
		p.silent = true
		p.settle(now, Finding{}, ErrTooMuchOwed)
		return false
	}
	p.deferred = true
	s.owed++
	d := s.desk
	p.patience = d.after(max(0, p.member.Patience-now.Sub(p.asked)), func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		p.settle(d.now(), Finding{}, ErrPatience)
	})
	return true
}

// ended takes the end of an attempt.
func (p *part) ended(now time.Time, a *attempt, f Finding, err error) {
	m, d := p.member, p.session.desk
	if i := slices.Index(p.attempts, a); i >= 0 {
		p.attempts = slices.Delete(p.attempts, i, i+1)
	}
	took := now.Sub(a.began)
	if !a.twin {
		switch {
		case err == nil || errors.Is(err, ErrNothing):
			m.latency.observe(m.latency.answered, took)
			m.breaker.succeeded()
		case p.session.ctx.Err() != nil:
			m.breaker.abandoned()
		default:
			m.latency.observe(m.latency.failed, took)
			m.breaker.failed(now)
			d.log.Warn("agent failed", "agent", m.name, "request", p.id, "attempt", a.number, "took", took, "error", err)
		}
	}
	if p.settled {
		return
	}
	if err == nil || errors.Is(err, ErrNothing) && !a.twin {
		f.Agent, f.Quick = m.name, f.Quick || a.twin
		p.settle(now, f, err)
		return
	}
	p.lastErr = err
	if a.twin && p.calls < maxAttempts && m.ghosts < m.Concurrency && m.running < m.Concurrency && m.breaker.allow(now) {
		p.launch(now, false) // the quick way knew nothing; the agent itself may, late
		return
	}
	if p.gather != nil && !p.gather.closed {
		p.gather.step(now)
		return
	}
	if !p.idle() {
		return
	}
	if p.deferred && p.mayAskAgain() && p.calls < 2 && d.price.spare() && p.launchExtra(now) {
		return // an answer was promised: a failure earns one more attempt, where no turn in time has a use for it
	}
	p.settle(now, Finding{}, err)
}

// settle ends the part for good. What is under way is cancelled.
func (p *part) settle(now time.Time, f Finding, err error) {
	if p.settled {
		return
	}
	s := p.session
	p.settled, p.finding, p.err, p.took = true, f, err, now.Sub(p.asked)
	delete(s.live, p)
	if p.patience != nil {
		p.patience()
	}
	for _, a := range p.attempts {
		a.giveUp(now)
	}
	p.attempts = nil
	if p.queued {
		p.queued = false
		p.member.queue = slices.DeleteFunc(p.member.queue, func(q *part) bool { return q == p })
	}
	if p.deferred {
		s.owed--
		if !p.silent && !s.closed {
			a := p.arrival()
			a.Late = true
			s.late <- a // has room: see maxOwed
		}
		return
	}
	if p.gather != nil {
		p.gather.step(now)
	}
}

func (p *part) arrival() Arrival {
	return Arrival{ID: p.id, Ask: p.ask, Finding: p.finding, Err: p.err, Took: p.took, Calls: p.calls}
}
