package answer

import (
	"context"
	"errors"
	"slices"

	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/subagents"
	"github.com/aubade/aubade/voice"
)

// Ready is signalled when something that was deferred may be worth telling.
func (c *Conversation) Ready() <-chan struct{} { return c.ready }

// Ledger lists what is owed in this conversation and what became of it, oldest first.
func (c *Conversation) Ledger() []store.Finding { return c.ledger.List() }

func (c *Conversation) signal() {
	select {
	case c.ready <- struct{}{}:
	default:
	}
}

// collect brings late answers into the ledger. It ends when the desk's session is closed.
func (c *Conversation) collect() {
	defer close(c.done)
	for arrival := range c.desk.Late() {
		c.mu.Lock()
		if !c.owes(arrival.ID) {
			// Its turn is still being spoken, and may yet be taken back.
			c.early[arrival.ID] = arrival
			c.mu.Unlock()
			continue
		}
		c.mu.Unlock()
		c.arrived(arrival)
	}
}

// owes says whether the ledger has a row for a question.
func (c *Conversation) owes(id string) bool {
	return slices.ContainsFunc(c.ledger.List(), func(f store.Finding) bool { return f.ID == id })
}

// count is how many rows of the ledger are in a state.
func (c *Conversation) count(state store.FindingState) int {
	n := 0
	for _, f := range c.ledger.List() {
		if f.State == state {
			n++
		}
	}
	return n
}

// changed shows a change of the ledger on the screen.
func (c *Conversation) changed(f store.Finding) {
	c.report(voice.Event{Kind: voice.Deferral, Turn: f.Turn, Finding: &voice.Deferred{ID: f.ID, Question: f.Question, State: string(f.State), Agent: f.Agent}})
}

// Reports are what the session's log is told beside what is said: what was gathered, and every change of the ledger.
func (c *Conversation) Reports() <-chan voice.Event { return c.events }

func (c *Conversation) report(e voice.Event) {
	select {
	case c.events <- e:
	default: // nobody listens, as in text
	}
}

func (c *Conversation) arrived(a subagents.Arrival) {
	if err := c.ledger.Arrived(context.Background(), a); err != nil {
		c.a.c.Log.Error("the ledger could not be written", "session", c.id, "err", err)
	}
	if a.Err != nil && !errors.Is(a.Err, subagents.ErrNothing) {
		c.a.c.Log.Warn("a helper did not find out", "session", c.id, "agent", a.Ask.Agent, "err", a.Err)
	}
	c.signal()
}

// owe writes what a turn deferred into the ledger: from now on it is told, superseded, withdrawn or expired, but not lost.
func (c *Conversation) owe(ctx context.Context, deferred []subagents.Arrival) {
	for _, d := range deferred {
		if err := c.ledger.Defer(ctx, d); err != nil {
			c.a.c.Log.Error("the ledger could not be written", "session", c.id, "err", err)
		}
		c.mu.Lock()
		early, ok := c.early[d.ID]
		delete(c.early, d.ID)
		c.mu.Unlock()
		if ok {
			c.arrived(early)
		}
	}
}

// deferTo owes what a turn deferred, or where the turn may never be, keeps it with the reply until that was heard.
func (c *Conversation) deferTo(ctx context.Context, t voice.Turn, r *reply, deferred []subagents.Arrival) {
	if !t.Speculative {
		c.owe(ctx, deferred)
		return
	}
	c.mu.Lock()
	r.deferred = append(r.deferred, deferred...)
	c.mu.Unlock()
}

// withdraw ends all that is owed.
func (c *Conversation) withdraw(ctx context.Context) {
	dropped, err := c.ledger.Withdraw(ctx, subagents.Match{})
	if err != nil {
		c.a.c.Log.Error("the ledger could not be written", "session", c.id, "err", err)
	}
	if c.desk == nil {
		return
	}
	for _, f := range dropped {
		c.desk.Drop(f.ID)
	}
}

// tell says what is ready and still worth telling: one finding a turn.
func (c *Conversation) tell(ctx context.Context, emit func(voice.Say) bool) {
	f, ok, err := c.ledger.Next(ctx)
	if err != nil {
		c.a.c.Log.Error("the ledger could not be read", "session", c.id, "err", err)
	}
	if ok {
		emit(c.told(f))
	}
}

// told is a finding in a sentence that names the question which it answers.
func (c *Conversation) told(f store.Finding) voice.Say {
	s := voice.Say{Kind: voice.Told, Finding: f.ID, Text: "About " + f.Question + " that you asked for: " + f.Text}
	if f.Failed {
		s.Text = "About " + f.Question + " that you asked for: I could not find it out."
	}
	for _, cite := range f.Citations {
		s.Citations = append(s.Citations, cited(cite))
	}
	return s
}
