package subagents

import (
	"context"
	"errors"
	"time"

	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/store"
)

// A Question is what one agent is asked on behalf of one turn.
type Question struct {
	ID       string // of the request; equal for a hedged pair
	Attempt  int    // 0 for the first, 1 and up for hedges and retries
	Session  string
	Turn     int
	Edition  int64
	Text     string   // the user's words, corrected
	Entities []string // lexicon IDs, the subject first
	Metric   string   // lexicon ID, where one was named
	Period   quantity.Period
	Name     string // how the question is named when its answer comes late: "the implied volatility of Halden"
	Asked    time.Time
	// Speculative says that the user has not finished: only pure, cheap agents are asked.
	Speculative bool
}

// Subject is the lexicon ID of what the question is about; empty where nothing was named.
func (q Question) Subject() string {
	if len(q.Entities) == 0 {
		return ""
	}
	return q.Entities[0]
}

// A Finding is what an agent found. Everything that Text says is in Values or in a citation's quote.
type Finding struct {
	Agent      string
	Text       string // one or two written sentences that can be verbalised
	Values     []store.Value
	Citations  []store.Citation
	Formula    string // for a computed value, with its numbers
	AsOf       time.Time
	ValidUntil time.Time // zero: no limit
	// Quick says that this is the quick twin's answer: cached, or yesterday's.
	Quick bool
}

// An Agent finds one kind of fact. Find returns when it knows, or when ctx ends; [ErrNothing] says that it looked and
// there is nothing. It must be safe for concurrent use.
type Agent interface {
	Name() string
	Find(ctx context.Context, q Question) (Finding, error)
}

// A Starter is an Agent that answers by calling back, so that nobody waits for it on a goroutine. Start must not call
// reply before it returns, and must call it exactly once, ctx ended or not.
type Starter interface {
	Agent
	Start(ctx context.Context, q Question, reply func(Finding, error))
}

// The errors that a question may end with, beside an agent's own.
var (
	// ErrNothing says that an agent looked and there is nothing: an answer, not a failure.
	ErrNothing = errors.New("nothing found")
	// ErrUnknown says that the Desk has no agent of that name.
	ErrUnknown = errors.New("no such agent")
	// ErrBroken says that the agent failed so often lately that it is not asked for a while.
	ErrBroken = errors.New("agent is not answering for now")
	// ErrStuck says that every place of the agent is held by attempts that were given up and do not return.
	ErrStuck = errors.New("agent is stuck")
	// ErrPatience says that a late answer did not come within the agent's patience.
	ErrPatience = errors.New("patience ran out")
	// ErrDropped says that the question was withdrawn.
	ErrDropped = errors.New("question was dropped")
	// ErrTooMuchOwed says that so many answers are owed to the session that another is not deferred.
	ErrTooMuchOwed = errors.New("too many answers are owed already")
)

// Func makes an Agent of a function.
func Func(name string, find func(ctx context.Context, q Question) (Finding, error)) Agent {
	return agentFunc{name, find}
}

type agentFunc struct {
	name string
	find func(context.Context, Question) (Finding, error)
}

func (a agentFunc) Name() string                                          { return a.name }
func (a agentFunc) Find(ctx context.Context, q Question) (Finding, error) { return a.find(ctx, q) }

// Slowly is a, with d of waiting before it looks: a slow helper for demonstrations and tests.
func Slowly(a Agent, d time.Duration) Agent {
	return Func(a.Name(), func(ctx context.Context, q Question) (Finding, error) {
		t := time.NewTimer(d)
		defer t.Stop()
		select {
		case <-t.C:
			return a.Find(ctx, q)
		case <-ctx.Done():
			return Finding{}, context.Cause(ctx)
		}
	})
}
