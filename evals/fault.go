package evals

import (
	"context"
	"errors"
	"time"

	"github.com/aubade/aubade/subagents"
)

type faultsKey struct{}

// WithFaults lets the helpers of a conversation that is opened with this context go wrong.
func WithFaults(ctx context.Context, faults []Fault) context.Context {
	return context.WithValue(ctx, faultsKey{}, faults)
}

// Faulty makes a helper do what the faults of its conversation say.
func Faulty(a subagents.Agent) subagents.Agent {
	return subagents.Func(a.Name(), func(ctx context.Context, q subagents.Question) (subagents.Finding, error) {
		faults, _ := ctx.Value(faultsKey{}).([]Fault)
		for _, f := range faults {
			if f.Helper != a.Name() {
				continue
			}
			if f.Error != "" {
				return subagents.Finding{}, errors.New(f.Error)
			}
			d, err := time.ParseDuration(f.Delay)
			if err != nil {
				return subagents.Finding{}, err
			}
			return subagents.Slowly(a, d).Find(ctx, q)
		}
		return a.Find(ctx, q)
	})
}

// FaultyHelpers are the names of the helpers that go wrong in any of the cases.
func FaultyHelpers(cases []Case) map[string]bool {
	names := map[string]bool{}
	for _, c := range cases {
		for _, f := range c.Faults {
			names[f.Helper] = true
		}
	}
	return names
}
