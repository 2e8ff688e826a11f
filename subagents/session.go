package subagents

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// maxOwed is how many late answers one session may wait for or leave unread. Late has room for all of them, so that
// an agent's answer never waits for a reader and is never dropped.
const maxOwed = 64

// closeGrace is how long Close waits for attempts that were told to stop.
const closeGrace = time.Second

var errClosed = errors.New("session is closed")

// A Session is one conversation's place at the Desk. Late answers live as long as it does, not as their turn.
type Session struct {
	ID   string
	desk *Desk

	ctx    context.Context
	cancel context.CancelCauseFunc
	wg     sync.WaitGroup // attempts on goroutines
	late   chan Arrival

	// The rest is under the Desk's lock.
	closed   bool
	owed     int              // late answers that have not come
	prepared map[string]*part // asked on words that may yet change, by key
	live     map[*part]bool   // not settled
}

// An Ask is one question to one agent.
type Ask struct {
	Agent    string
	Question Question
}

// An Arrival is how one question ended: with a finding, or with an error.
type Arrival struct {
	ID      string // of the request: the ledger's, too
	Ask     Ask
	Finding Finding
	Err     error
	Took    time.Duration // since it was asked
	Calls   int           // attempts made
	Late    bool
}

// A Gathered is what a turn's questions came to by the deadline.
type Gathered struct {
	Findings []Arrival
	Deferred []Arrival // still running: ID and Ask only
	Failed   []Arrival
	Overrun  time.Duration // how long after the deadline the gathering ended; 0 or less where everything came in time
}

// Ask sends the questions of a turn and returns at the deadline with what came; the rest run on. It returns sooner when
// nothing is missing, and when ctx ends, whose cause is the caller's to know: what is then missing counts as deferred.
func (s *Session) Ask(ctx context.Context, turn int, deadline time.Time, asks ...Ask) Gathered {
	g := s.Begin(turn, deadline, asks...)
	select {
	case <-g.Done():
	case <-ctx.Done():
	}
	return g.Collect()
}

// Begin sends the questions of a turn and returns at once.
func (s *Session) Begin(turn int, deadline time.Time, asks ...Ask) *Gather {
	d := s.desk
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.now()
	g := &Gather{session: s, deadline: deadline, done: make(chan struct{})}
	for _, a := range asks {
		p := s.adopt(turn, a)
		if p == nil {
			p = s.newPart(turn, a, now)
			p.begin(now, deadline.Sub(now))
		}
		g.parts = append(g.parts, p)
	}
	for _, p := range g.parts { // only now, so that one which fails at once cannot end what has not begun
		p.gather = g
	}
	g.step(now)
	return g
}

// Prepare asks those of the questions whose agents are cheap, on words that may yet change. What was prepared before and
// is not asked any more is cancelled. A later Ask of the same question finds its answer there, or on its way.
func (s *Session) Prepare(turn int, asks ...Ask) {
	d := s.desk
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.now()
	wanted := map[string]bool{}
	for _, a := range asks {
		m := d.members[a.Agent]
		if m == nil || !m.Cheap || s.closed {
			continue
		}
		key := m.key(a)
		wanted[key] = true
		if s.prepared[key] != nil {
			continue
		}
		a.Question.Speculative = true
		p := s.newPart(turn, a, now)
		s.prepared[key] = p
		p.begin(now, m.Patience)
	}
	for key, p := range s.prepared {
		if !wanted[key] {
			delete(s.prepared, key)
			p.settle(now, Finding{}, ErrDropped)
		}
	}
}

// adopt hands over a question that was prepared, if this is one.
func (s *Session) adopt(turn int, a Ask) *part {
	m := s.desk.members[a.Agent]
	if m == nil || !m.Cheap {
		return nil
	}
	key := m.key(a)
	p := s.prepared[key]
	if p == nil {
		return nil
	}
	delete(s.prepared, key)
	if p.settled && p.err != nil && !errors.Is(p.err, ErrNothing) {
		return nil
	}
	// From here on it is this turn's question, in this turn's words.
	q := &a.Question
	q.ID, q.Session, q.Turn, q.Asked = p.id, s.ID, turn, p.asked
	p.ask = a
	return p
}

func (m *member) key(a Ask) string {
	if m.Key != nil {
		return a.Agent + "\x00" + m.Key(a.Question)
	}
	q := a.Question
	return strings.Join([]string{a.Agent, q.Text, fmt.Sprint(q.Edition), strings.Join(q.Entities, "\x00"), q.Metric, fmt.Sprint(q.Period)}, "\x00")
}

// Late brings the answers that came after their turn's deadline, and the final failures. It is closed by Close.
func (s *Session) Late() <-chan Arrival { return s.late }

// Drop gives up on a late answer: the user does not want it any more. It says whether there was one.
func (s *Session) Drop(id string) bool {
	d := s.desk
	d.mu.Lock()
	defer d.mu.Unlock()
	for p := range s.live {
		if p.id == id {
			p.silent = true
			p.settle(d.now(), Finding{}, ErrDropped)
			return true
		}
	}
	return false
}

// Close ends everything that was asked and waits for it, though not for ever: an agent that does not return when it is
// told to is named in the error and left behind, holding only its own places.
func (s *Session) Close() error {
	d := s.desk
	d.mu.Lock()
	if s.closed {
		d.mu.Unlock()
		return nil
	}
	s.closed = true
	now := d.now()
	var names []string
	for p := range s.live {
		if len(p.attempts) > 0 {
			names = append(names, p.ask.Agent)
		}
		p.silent = true
		p.settle(now, Finding{}, errClosed)
	}
	s.cancel(errClosed)
	close(s.late)
	d.mu.Unlock()

	gone := make(chan struct{})
	go func() { s.wg.Wait(); close(gone) }() // ends with the last attempt
	grace := time.NewTimer(closeGrace)
	defer grace.Stop()
	select {
	case <-gone:
		return nil
	case <-grace.C:
		slices.Sort(names)
		return fmt.Errorf("close desk session %s: attempts of %s do not stop", s.ID, strings.Join(slices.Compact(names), ", "))
	}
}
