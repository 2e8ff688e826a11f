package subagents

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/aubade/aubade/store"
)

// A Keeper keeps the ledger's rows. What it has been given it must have written when it returns.
type Keeper interface {
	SaveFinding(ctx context.Context, f store.Finding) error
	Findings(ctx context.Context, session string) ([]store.Finding, error)
	ClaimFindings(ctx context.Context, caller, session string) ([]store.Finding, error)
}

// A Ledger is what is owed to one listener: questions whose answers were deferred.
//
//	pending ──► ready ──► offered ──► spoken        heard to its end
//	   │          ▲          │
//	   │          └──────────┘                      interrupted: it is owed again
//	   └──────────┴──────────┴──► superseded        a newer question on the same
//	                              expired           past its validity
//	                              withdrawn         "never mind"
//
// Every change is written before it is told, so that a row which was heard is never told again, whatever ends the
// process. A Ledger is safe for concurrent use.
type Ledger struct {
	mu      sync.Mutex
	keep    Keeper
	now     func() time.Time
	changed func(store.Finding)
	session string
	caller  string
	rows    []*store.Finding // in the order in which they were asked
}

// A LedgerConfig says whose ledger it is.
type LedgerConfig struct {
	Session string
	// Caller is who may be told on a later call; empty without consent.
	Caller string
	Now    func() time.Time // nil: the real clock
	// Changed is told of every change, on the goroutine that makes it and under the ledger's lock. May be nil.
	Changed func(store.Finding)
}

// owedFor is how long an answer is worth telling that says nothing of it itself.
const owedFor = 24 * time.Hour

// OpenLedger returns a session's ledger: what it owed before a reconnect or a restart, and, with consent, what earlier
// calls of the same caller still owe. A row that was being told when its call broke off is owed again.
func OpenLedger(ctx context.Context, keep Keeper, c LedgerConfig) (*Ledger, error) {
	l := &Ledger{keep: keep, now: c.Now, changed: c.Changed, session: c.Session, caller: c.Caller}
	if l.now == nil {
		l.now = time.Now
	}
	own, err := keep.Findings(ctx, c.Session)
	if err != nil {
		return nil, fmt.Errorf("open ledger: %w", err)
	}
	owed, err := keep.ClaimFindings(ctx, c.Caller, c.Session)
	if err != nil {
		return nil, fmt.Errorf("open ledger: %w", err)
	}
	for _, f := range append(owed, own...) {
		if !slices.ContainsFunc(l.rows, func(r *store.Finding) bool { return r.ID == f.ID }) {
			l.rows = append(l.rows, &f)
		}
	}
	slices.SortStableFunc(l.rows, func(a, b *store.Finding) int { return a.Asked.Compare(b.Asked) })
	for _, r := range l.rows {
		if r.State == store.Offered {
			if err := l.set(ctx, r, store.Ready, nil); err != nil {
				return nil, err
			}
		}
	}
	return l, nil
}

// set changes a row: on paper first, then here, then in the ears of who listens.
func (l *Ledger) set(ctx context.Context, r *store.Finding, to store.FindingState, edit func(*store.Finding)) error {
	next := *r
	next.State = to
	if edit != nil {
		edit(&next)
	}
	// The call may be over, and its context with it; what was heard must be kept all the same.
	if err := l.keep.SaveFinding(context.WithoutCancel(ctx), next); err != nil {
		if errors.Is(err, store.ErrClaimed) {
			l.rows = slices.DeleteFunc(l.rows, func(o *store.Finding) bool { return o == r })
			return nil
		}
		return fmt.Errorf("ledger: %s to %s: %w", r.State, to, err)
	}
	*r = next
	if l.changed != nil {
		l.changed(next)
	}
	return nil
}

func (l *Ledger) find(id string) *store.Finding {
	for _, r := range l.rows {
		if r.ID == id {
			return r
		}
	}
	return nil
}

// Defer writes down that a question's answer is owed. What was owed on the same subject and metric is superseded.
func (l *Ledger) Defer(ctx context.Context, a Arrival) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.find(a.ID) != nil {
		return nil
	}
	q := a.Ask.Question
	if err := l.supersede(ctx, q.Subject(), q.Metric, a.Ask.Agent); err != nil {
		return err
	}
	q.ID = a.ID
	asking, err := json.Marshal(Ask{Agent: a.Ask.Agent, Question: q})
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	name := q.Name
	if name == "" {
		name = q.Text
	}
	r := &store.Finding{
		ID: a.ID, Session: l.session, Caller: l.caller, Turn: q.Turn, Agent: a.Ask.Agent,
		Question: name, Subject: q.Subject(), Metric: q.Metric, Asked: l.now(), Asking: asking,
	}
	if err := l.set(ctx, r, store.Pending, nil); err != nil {
		return err
	}
	l.rows = append(l.rows, r)
	return nil
}

// Arrived writes down a late answer, or that there will be none. An answer to a question that nobody waits for any more
// changes nothing.
func (l *Ledger) Arrived(ctx context.Context, a Arrival) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := l.find(a.ID)
	if r == nil || r.State != store.Pending {
		return nil
	}
	return l.set(ctx, r, store.Ready, func(f *store.Finding) {
		f.Ready = l.now()
		if a.Err != nil {
			f.Failed = true
			return
		}
		f.Text, f.Citations, f.Values, f.ValidUntil = a.Finding.Text, a.Finding.Citations, a.Finding.Values, a.Finding.ValidUntil
	})
}

// Next hands out the oldest answer that is worth telling, as offered; false when there is none.
func (l *Ledger) Next(ctx context.Context) (store.Finding, bool, error) {
	return l.Take(ctx, Match{})
}

// Take hands out the oldest ready answer that matches, as offered: "what about that volatility?"
func (l *Ledger) Take(ctx context.Context, m Match) (store.Finding, bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.expire(ctx); err != nil {
		return store.Finding{}, false, err
	}
	for _, r := range slices.Clone(l.rows) {
		if r.State != store.Ready || !m.fits(r) {
			continue
		}
		if err := l.set(ctx, r, store.Offered, nil); err != nil {
			return store.Finding{}, false, err
		}
		if r.State == store.Offered { // else another call has claimed it meanwhile
			return *r, true, nil
		}
	}
	return store.Finding{}, false, nil
}

// Heard writes down how the telling of an offered answer went, by playout. What was interrupted is owed again.
func (l *Ledger) Heard(ctx context.Context, id string, complete bool) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := l.find(id)
	if r == nil || r.State != store.Offered {
		return nil
	}
	if !complete {
		return l.set(ctx, r, store.Ready, nil)
	}
	return l.set(ctx, r, store.Spoken, func(f *store.Finding) { f.Told = l.now() })
}

// Supersede ends what is owed on a subject and metric: it was asked anew, and answered.
func (l *Ledger) Supersede(ctx context.Context, subject, metric string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.supersede(ctx, subject, metric, "")
}

func (l *Ledger) supersede(ctx context.Context, subject, metric, agent string) error {
	if subject == "" && metric == "" {
		return nil // nothing was named: no two such questions are the same
	}
	for _, r := range slices.Clone(l.rows) {
		if r.Open() && r.Subject == subject && r.Metric == metric && (agent == "" || agent == r.Agent) {
			if err := l.set(ctx, r, store.Superseded, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// A Match picks rows. Its zero fields match everything.
type Match struct{ ID, Subject, Metric, Agent string }

func (m Match) fits(r *store.Finding) bool {
	return (m.ID == "" || m.ID == r.ID) && (m.Subject == "" || m.Subject == r.Subject) &&
		(m.Metric == "" || m.Metric == r.Metric) && (m.Agent == "" || m.Agent == r.Agent)
}

// Withdraw ends what is owed and matches, and lists it, so that the Desk can be told to drop it.
func (l *Ledger) Withdraw(ctx context.Context, m Match) ([]store.Finding, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []store.Finding
	for _, r := range slices.Clone(l.rows) {
		if !r.Open() || !m.fits(r) {
			continue
		}
		if err := l.set(ctx, r, store.Withdrawn, nil); err != nil {
			return out, err
		}
		out = append(out, *r)
	}
	return out, nil
}

// Find returns the newest row that is owed and matches.
func (l *Ledger) Find(ctx context.Context, m Match) (store.Finding, bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.expire(ctx); err != nil {
		return store.Finding{}, false, err
	}
	for _, r := range slices.Backward(l.rows) {
		if r.Open() && m.fits(r) {
			return *r, true, nil
		}
	}
	return store.Finding{}, false, nil
}

// List returns all rows in the order in which they were asked.
func (l *Ledger) List() []store.Finding {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make([]store.Finding, len(l.rows))
	for i, r := range l.rows {
		out[i] = *r
	}
	return out
}

// Orphans lists the questions that are pending from before a restart, to be asked again: their request IDs are those of
// their rows.
func (l *Ledger) Orphans() []Ask {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []Ask
	for _, r := range l.rows {
		var a Ask
		if r.State == store.Pending && json.Unmarshal(r.Asking, &a) == nil {
			out = append(out, a)
		}
	}
	return out
}

// Waiting says whether anything is ready to be told.
func (l *Ledger) Waiting() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.ContainsFunc(l.rows, func(r *store.Finding) bool { return r.State == store.Ready })
}

// End closes the call's page: what is still owed waits for the caller's next call or, without consent, expires.
func (l *Ledger) End(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, r := range slices.Clone(l.rows) {
		var to store.FindingState
		switch {
		case !r.Open():
			continue
		case l.caller == "":
			to = store.Expired
		case r.State == store.Offered:
			to = store.Ready
		default:
			continue
		}
		if err := l.set(ctx, r, to, nil); err != nil {
			return err
		}
	}
	return nil
}

// expire ends what is past its validity.
func (l *Ledger) expire(ctx context.Context) error {
	now := l.now()
	for _, r := range slices.Clone(l.rows) {
		stale := !r.ValidUntil.IsZero() && now.After(r.ValidUntil) || now.Sub(r.Asked) > owedFor
		if r.State != store.Offered && r.Open() && stale {
			if err := l.set(ctx, r, store.Expired, nil); err != nil {
				return err
			}
		}
	}
	return nil
}
