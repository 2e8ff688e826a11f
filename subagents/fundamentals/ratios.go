package fundamentals

import (
	"context"
	"errors"
	"fmt"

	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/subagents"
)

// A ratio is computed from two metrics of the same period.
type ratio struct {
	above, below string
	percent      bool
	difference   bool // above − below, not above ÷ below
}

// ratios are the metrics that companies seldom report and everybody asks for.
var ratios = map[string]ratio{
	"gross-margin":     {above: "gross-profit", below: "revenue", percent: true},
	"operating-margin": {above: "operating-income", below: "revenue", percent: true},
	"net-margin":       {above: "net-income", below: "revenue", percent: true},
	"rd-share":         {above: "rd-expense", below: "revenue", percent: true},
	"capex-share":      {above: "capex", below: "revenue", percent: true},
	"debt-to-cash":     {above: "debt", below: "cash"},
	"free-cash-flow":   {above: "operating-cash-flow", below: "capex", difference: true},
	"net-debt":         {above: "debt", below: "cash", difference: true},
	"fcf-margin":       {above: "free-cash-flow", below: "revenue", percent: true},
}

// depth bounds ratios of ratios.
const depth = 3

// lookup is how a reported value is found.
type lookup func(ctx context.Context, metric string, p quantity.Period) (store.Fact, error)

// compute works out a ratio for a period, or for the newest one that both parts have.
func compute(ctx context.Context, find lookup, metric string, p quantity.Period, left int) (store.Fact, []store.Fact, error) {
	r, ok := ratios[metric]
	if !ok || left == 0 {
		return store.Fact{}, nil, subagents.ErrNothing
	}
	part := func(metric string, p quantity.Period) (store.Fact, []store.Fact, error) {
		f, err := find(ctx, metric, p)
		if errors.Is(err, subagents.ErrNothing) {
			return compute(ctx, find, metric, p, left-1)
		}
		return f, nil, err
	}
	above, parts, err := part(r.above, p)
	if err != nil {
		return store.Fact{}, nil, err
	}
	below, more, err := part(r.below, above.Period)
	if err != nil {
		return store.Fact{}, nil, err
	}
	if !above.Period.Same(below.Period) {
		return store.Fact{}, nil, subagents.ErrNothing
	}
	var (
		v       quantity.Quantity
		formula string
	)
	if r.difference {
		v, formula, err = quantity.Diff(above.Value, below.Value)
	} else {
		v, formula, err = quantity.Ratio(above.Value, below.Value, r.percent)
	}
	if err != nil {
		return store.Fact{}, nil, fmt.Errorf("fundamentals: %s: %w", metric, err)
	}
	out := store.Fact{
		Entity: above.Entity, Metric: metric, Value: v, Period: above.Period, AsOf: above.AsOf, Formula: formula, Citation: above.Citation,
		Unverified: above.Unverified || below.Unverified,
	}
	return out, append(append(parts, more...), above, below), nil
}
