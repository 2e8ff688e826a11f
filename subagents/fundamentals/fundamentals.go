package fundamentals

import (
	"context"
	"errors"
	"fmt"

	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/subagents"
	"github.com/aubade/aubade/subagents/words"
)

// Library is what the helper reads.
type Library interface {
	Facts(ctx context.Context, edition int64, q store.FactQuery) ([]store.Fact, error)
	Edition(ctx context.Context, id int64) (store.Edition, error)
}

// Options are the helper's.
type Options struct {
	SEC *SEC // asked where the edition does not know; nil: nobody is
}

// Helper tells what companies report.
type Helper struct {
	library Library
	o       Options
}

// New returns the helper.
func New(l Library, o Options) *Helper { return &Helper{l, o} }

// Name is "fundamentals".
func (h *Helper) Name() string { return "fundamentals" }

// Find tells the metric of each company that the question names, for the asked period or for the newest.
func (h *Helper) Find(ctx context.Context, q subagents.Question) (subagents.Finding, error) {
	if q.Subject() == "" || q.Metric == "" {
		return subagents.Finding{}, subagents.ErrNothing
	}
	edition, err := h.library.Edition(ctx, q.Edition)
	if err != nil {
		return subagents.Finding{}, fmt.Errorf("fundamentals: %w", err)
	}
	out := subagents.Finding{Agent: h.Name()}
	for _, entity := range q.Entities[:min(3, len(q.Entities))] {
		f, parts, err := h.value(ctx, q, entity)
		if errors.Is(err, subagents.ErrNothing) && len(q.Entities) > 1 {
			continue // the others may be known
		}
		if err != nil {
			return subagents.Finding{}, err
		}
		if out.Text != "" {
			out.Text += " "
		}
		out.Text += sentence(edition.Lexicon, f)
		if f.Formula != "" {
			out.Formula = f.Formula
		}
		if out.AsOf.Before(f.AsOf) {
			out.AsOf = f.AsOf
		}
		for _, e := range append([]store.Fact{f}, parts...) {
			out.Values = append(out.Values, store.Value{Entity: e.Entity, Metric: e.Metric, Quantity: e.Value, Period: e.Period})
			if e.Formula == "" {
				out.Citations = append(out.Citations, e.Citation)
			}
		}
		if f.Formula != "" && len(parts) == 0 {
			out.Citations = append(out.Citations, f.Citation)
		}
	}
	if out.Text == "" {
		return subagents.Finding{}, subagents.ErrNothing
	}
	return out, nil
}

// value finds one value: as the edition has it, computed from the edition, as the SEC has it, computed from that.
func (h *Helper) value(ctx context.Context, q subagents.Question, entity string) (store.Fact, []store.Fact, error) {
	stored := func(ctx context.Context, metric string, p quantity.Period) (store.Fact, error) {
		facts, err := h.library.Facts(ctx, q.Edition, store.FactQuery{Entity: entity, Metric: metric, Period: p})
		if err != nil {
			return store.Fact{}, fmt.Errorf("fundamentals: %w", err)
		}
		for _, f := range facts { // the newest first; what is only said to be so comes after what is reported
			if !f.Unverified {
				return f, nil
			}
		}
		return store.Fact{}, subagents.ErrNothing
	}
	f, parts, err := either(ctx, stored, q.Metric, q.Period)
	if err == nil || !errors.Is(err, subagents.ErrNothing) || h.o.SEC == nil {
		return f, parts, err
	}
	c, address, err := h.o.SEC.facts(ctx, entity)
	if err != nil {
		return store.Fact{}, nil, err
	}
	return either(ctx, func(_ context.Context, metric string, p quantity.Period) (store.Fact, error) {
		return c.find(entity, metric, address, p)
	}, q.Metric, q.Period)
}

// either finds a metric as reported, or computes it.
func either(ctx context.Context, find lookup, metric string, p quantity.Period) (store.Fact, []store.Fact, error) {
	f, err := find(ctx, metric, p)
	if errors.Is(err, subagents.ErrNothing) {
		return compute(ctx, find, metric, p, depth)
	}
	return f, nil, err
}

// sentence says a value: as the edition says it, where it does.
func sentence(l lexicon.Lexicon, f store.Fact) string {
	if f.Statement != "" {
		return f.Statement
	}
	when := ""
	if s := f.Period.String(); s != "" {
		when = " for " + s
	}
	if !f.Period.End.IsZero() && f.Period.Kind != quantity.Day {
		when = " for the " + string(f.Period.Kind) + " that ended on " + words.Day(f.Period.End)
	}
	return fmt.Sprintf("%s %s was %s%s.", words.Possessive(words.Name(l, f.Entity)), metricName(l, f.Metric), f.Value, when)
}

func metricName(l lexicon.Lexicon, id string) string {
	if t, ok := l.Term(id); ok {
		return t.Name
	}
	names := map[string]string{
		"net-margin": "net margin", "rd-share": "research spending as a share of revenue", "capex-share": "capital expenditure as a share of revenue",
		"debt-to-cash": "debt relative to cash", "net-debt": "net debt", "fcf-margin": "free cash flow margin",
	}
	if n, ok := names[id]; ok {
		return n
	}
	return id
}
