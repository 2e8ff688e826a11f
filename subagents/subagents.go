// Package subagents finds facts in parallel and never keeps the speaker waiting.
package subagents

import (
	"context"
	"time"

	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/store"
)

// A Question is what one agent is asked on behalf of one turn.
type Question struct {
	ID       string // of the request; equal for a hedged pair
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
