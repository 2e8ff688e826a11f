package subagents

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"
)

var errLost = errors.New("another attempt answered first")

// An attempt is one call of an agent.
type attempt struct {
	part   *part
	number int
	twin   bool // of the quick twin
	began  time.Time
	cancel context.CancelCauseFunc
	ghost  bool // given up; Find has not returned
}

// launch calls the agent, or its quick twin.
func (p *part) launch(now time.Time, twin bool) {
	s, m := p.session, p.member
	agent := m.Agent
	if twin {
		agent = m.Twin
	}
	a := &attempt{part: p, number: p.calls, twin: twin, began: now}
	p.calls++
	p.attempts = append(p.attempts, a)
	if !a.twin {
		m.running++
	}
	var ctx context.Context
	ctx, a.cancel = context.WithCancelCause(s.ctx)
	q := p.ask.Question
	q.Attempt = a.number
	if st, ok := agent.(Starter); ok {
		st.Start(ctx, q, a.returned)
		return
	}
	s.wg.Go(func() {
		f, err := find(ctx, agent, q)
		a.returned(f, err)
	})
}

// find calls the agent and makes an error of a panic, so that one agent's fault stays its own.
func find(ctx context.Context, agent Agent, q Question) (f Finding, err error) {
	sane := false
	defer func() {
		if sane {
			return
		}
		if r := recover(); r != nil {
			f, err = Finding{}, fmt.Errorf("ask %s: panic: %v\n%s", agent.Name(), r, debug.Stack())
		}
	}()
	f, err = agent.Find(ctx, q)
	sane = true
	return f, err
}

// returned takes the agent's answer, wanted or not, and gives its place to the next in the queue.
func (a *attempt) returned(f Finding, err error) {
	p := a.part
	d, m := p.session.desk, p.member
	d.mu.Lock()
	defer d.mu.Unlock()
	a.cancel(nil)
	now := d.now()
	if !a.twin {
		m.running--
	}
	if a.ghost {
		if !a.twin {
			m.ghosts--
		}
	} else {
		p.ended(now, a, f, err)
	}
	for len(m.queue) > 0 && m.running < m.Concurrency {
		next := m.queue[0]
		m.queue = m.queue[1:]
		next.queued = false
		if m.breaker.allow(now) {
			next.launch(now, false)
		} else {
			next.settle(now, Finding{}, ErrBroken)
		}
	}
}

// giveUp cancels the attempt. That it had not ended by now is worth knowing.
func (a *attempt) giveUp(now time.Time) {
	a.ghost = true
	m := a.part.member
	if !a.twin {
		m.ghosts++
		m.latency.observe(m.latency.censored, now.Sub(a.began))
		if errors.Is(a.part.err, ErrPatience) {
			m.breaker.failed(now)
		} else {
			m.breaker.abandoned()
		}
	}
	a.cancel(errLost)
}
