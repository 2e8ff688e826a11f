package subagents

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"sync"
	"time"
)

// A Member is an agent at the Desk, and what may be done with it.
type Member struct {
	Agent Agent
	// Twin is the agent's quick and cheaper way: a cached value, yesterday's edition. It is asked where the agent would
	// be late, or is broken. May be nil.
	Twin Agent
	// Once says that asking twice does more than asking once: such an agent is never hedged, nor asked again.
	Once bool
	// Cheap says that asking costs next to nothing and changes nothing, so that it may be asked on words that the user
	// may yet change.
	Cheap bool
	// Usually is how long an answer takes, where that is known beforehand; 0: it is not. It is believed until enough answers
	// were seen, and only to spare the user a wait that has no end in sight.
	Usually time.Duration
	// Patience is how long a late answer is waited for; 0 means 20 s.
	Patience time.Duration
	// Concurrency is how many attempts may run at once; 0 means 4.
	Concurrency int
	// Key tells which questions are the same; nil means those equal in text, edition, entities, metric and period.
	Key func(Question) string
}

// A Config is what a Desk is made of.
type Config struct {
	Members []Member
	// HedgeShare is the most extra calls, hedges and retries, as a share of the ordinary ones. 0 means 0.10; less than 0, none.
	HedgeShare float64
	// Now and After are the clock; nil means the real one. After calls f once, d from now, unless stopped.
	Now   func() time.Time
	After func(d time.Duration, f func()) (stop func())
	Log   *slog.Logger // nil: none
}

// A Desk asks agents on behalf of many sessions, and learns from each call how long the next may take.
type Desk struct {
	now   func() time.Time
	after func(time.Duration, func()) (stop func())
	log   *slog.Logger

	mu      sync.Mutex // over everything below, and all sessions; held for microseconds, never while an agent is called
	members map[string]*member
	price   price
	serial  int
	epoch   string // tells this process's request IDs from an earlier one's
}

// member is a Member with what was learned about it.
type member struct {
	Member
	name    string
	latency *latency
	breaker breaker
	running int     // attempts whose Find has not returned
	ghosts  int     // those of them that were given up
	queue   []*part // waiting for a place
}

// NewDesk returns a Desk with its members. Two of the same name are a mistake of the wiring, and so an error.
func NewDesk(c Config) (*Desk, error) {
	d := &Desk{now: c.Now, after: c.After, log: c.Log, members: map[string]*member{}}
	if d.now == nil {
		d.now = time.Now
	}
	if d.after == nil {
		d.after = func(d time.Duration, f func()) func() {
			t := time.AfterFunc(d, f)
			return func() { t.Stop() }
		}
	}
	if d.log == nil {
		d.log = slog.New(slog.DiscardHandler)
	}
	switch {
	case c.HedgeShare == 0:
		c.HedgeShare = 0.10
	case c.HedgeShare < 0:
		c.HedgeShare = 0
	}
	d.price = newPrice(c.HedgeShare)
	d.epoch = strconv.FormatInt(d.now().UnixMilli(), 36)
	for _, m := range c.Members {
		name := m.Agent.Name()
		if d.members[name] != nil {
			return nil, fmt.Errorf("two agents are called %q", name)
		}
		if m.Patience == 0 {
			m.Patience = 20 * time.Second
		}
		if m.Concurrency == 0 {
			m.Concurrency = 4
		}
		d.members[name] = &member{Member: m, name: name, latency: newLatency()}
	}
	return d, nil
}

// Has says whether an agent of that name sits at the Desk.
func (d *Desk) Has(agent string) bool { return d.members[agent] != nil }

// Cheap says whether the agent may be asked on words that may yet change.
func (d *Desk) Cheap(agent string) bool {
	m := d.members[agent]
	return m != nil && m.Cheap
}

// Health is how an agent is doing.
type Health struct {
	Agent   string
	Breaker string        // closed, open or half-open
	Median  time.Duration // 0: not known yet
	Running int
	Stuck   int // given up, but not returned
}

// Health tells how the agents are doing, by name.
func (d *Desk) Health() []Health {
	d.mu.Lock()
	defer d.mu.Unlock()
	var hs []Health
	for name, m := range d.members {
		h := Health{Agent: name, Breaker: m.breaker.state(d.now()), Running: m.running, Stuck: m.ghosts}
		if c := m.latency.look(0); c != nil {
			h.Median, _ = c.median()
		}
		hs = append(hs, h)
	}
	slices.SortFunc(hs, func(a, b Health) int {
		if a.Agent < b.Agent {
			return -1
		}
		return 1
	})
	return hs
}

// Calls tells how many calls were asked for, and how many were made beyond them.
func (d *Desk) Calls() (ordinary, extra int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.price.base, d.price.extra
}

// Open begins a session. Everything that is asked in it ends with ctx, or with Close.
func (d *Desk) Open(ctx context.Context, id string) *Session {
	s := &Session{ID: id, desk: d, late: make(chan Arrival, maxOwed), prepared: map[string]*part{}, live: map[*part]bool{}}
	s.ctx, s.cancel = context.WithCancelCause(ctx)
	return s
}

func (d *Desk) id(session string, turn int) string {
	d.serial++
	return session + "." + strconv.Itoa(turn) + "." + d.epoch + "." + strconv.Itoa(d.serial)
}
