package answer

import (
	"slices"
	"sync"
	"time"

	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/subagents"
)

// owed is the ledger of one call in memory.
type owed struct {
	mu   sync.Mutex
	rows []*store.Finding
}

func (o *owed) row(id string) *store.Finding {
	for _, r := range o.rows {
		if r.ID == id {
			return r
		}
	}
	return nil
}

func (o *owed) Has(id string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.row(id) != nil
}

func (o *owed) Defer(a subagents.Arrival) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	q := a.Ask.Question
	if o.row(a.ID) == nil {
		o.rows = append(o.rows, &store.Finding{ID: a.ID, Session: q.Session, Turn: q.Turn, Agent: a.Ask.Agent, Question: q.Name,
			Subject: q.Subject(), Metric: q.Metric, State: store.Pending, Asked: q.Asked})
	}
	return nil
}

func (o *owed) Arrived(a subagents.Arrival) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	r := o.row(a.ID)
	if r == nil || r.State != store.Pending {
		return nil
	}
	if a.Err != nil {
		r.State = store.Ready
		r.Text = "I could not find it out."
		return nil
	}
	r.State, r.Text, r.Citations, r.Values = store.Ready, a.Finding.Text, a.Finding.Citations, a.Finding.Values
	r.ValidUntil, r.Ready = a.Finding.ValidUntil, time.Now()
	return nil
}

func (o *owed) Next() (store.Finding, bool, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, r := range o.rows {
		if r.State == store.Ready {
			r.State = store.Offered
			return *r, true, nil
		}
	}
	return store.Finding{}, false, nil
}

func (o *owed) Take(id string) (store.Finding, bool, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	r := o.row(id)
	if r == nil || r.State != store.Ready && r.State != store.Offered {
		return store.Finding{}, false, nil
	}
	r.State = store.Offered
	return *r, true, nil
}

func (o *owed) Heard(id string, complete bool) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if r := o.row(id); r != nil && r.State == store.Offered {
		r.State = store.Ready
		if complete {
			r.State, r.Told = store.Spoken, time.Now()
		}
	}
	return nil
}

func (o *owed) Supersede(subject, metric, by string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, r := range o.rows {
		if r.ID != by && r.Subject == subject && r.Metric == metric && (r.State == store.Pending || r.State == store.Ready) {
			r.State = store.Superseded
		}
	}
	return nil
}

func (o *owed) Withdraw() (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := 0
	for _, r := range o.rows {
		if r.State == store.Pending || r.State == store.Ready || r.State == store.Offered {
			r.State = store.Withdrawn
			n++
		}
	}
	return n, nil
}

func (o *owed) Find(metric string, entities []string) (store.Finding, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, r := range slices.Backward(o.rows) {
		if r.Metric == metric && (len(entities) == 0 || slices.Contains(entities, r.Subject)) {
			return *r, true
		}
	}
	return store.Finding{}, false
}

func (o *owed) Len(state store.FindingState) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := 0
	for _, r := range o.rows {
		if r.State == state {
			n++
		}
	}
	return n
}

func (o *owed) List() []store.Finding {
	o.mu.Lock()
	defer o.mu.Unlock()
	var out []store.Finding
	for _, r := range o.rows {
		out = append(out, *r)
	}
	return out
}

func (o *owed) Waiting() bool { return o.Len(store.Ready) > 0 }
