package evals

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/retrieval"
	"github.com/aubade/aubade/store"
)

// A Gate judges whether an edition may go live: by what it says and where from, by the questions that it was made for, by
// questions that never change, and by the edition that is live now.
type Gate struct {
	DB *store.DB
	// Open opens an edition as a call would.
	Open func(ctx context.Context, e store.Edition) (*retrieval.Retriever, error)
	// Frozen are questions with values that do not depend on the build; those without are left out.
	Frozen []Case
	// Now is the domain's present; Fresh is how old the newest thing about a watched company may be (0: a week).
	Now   time.Time
	Fresh time.Duration
}

// A GateCheck is one thing that was looked at.
type GateCheck struct {
	Name  string
	Value float64
	Least float64
	Text  string // an example of what is wrong
}

// Pass says that a check holds.
func (c GateCheck) Pass() bool { return c.Value >= c.Least }

// What an edition must reach. A claim that cannot be traced is one too many; a company without news is not.
const (
	leastTraced    = 1.0
	leastCovered   = 0.9
	leastFresh     = 0.8
	leastAnswers   = 0.95
	leastFrozen    = 0.5  // where no edition is live to compare with
	frozenSlack    = 0.02 // how much worse than the live edition is noise
	leastOfTheLast = 0.6  // of the live edition's facts and passages
)

// Check looks at a candidate; live is nil where nothing is.
func (g Gate) Check(ctx context.Context, candidate store.Edition, live *store.Edition) ([]GateCheck, error) {
	facts, err := g.DB.Facts(ctx, candidate.ID, store.FactQuery{})
	if err != nil {
		return nil, err
	}
	passages, err := g.DB.Passages(ctx, candidate.ID)
	if err != nil {
		return nil, err
	}
	traced, err := g.traced(ctx, facts, passages)
	if err != nil {
		return nil, err
	}
	checks := append(traced, numbers(facts))
	checks = append(checks, g.covered(candidate, facts, passages)...)
	r, err := g.Open(ctx, candidate)
	if err != nil {
		return nil, err
	}
	answers, err := g.answers(ctx, candidate, r)
	if err != nil {
		return nil, err
	}
	checks = append(checks, answers)
	if frozen, ok, err := g.frozen(ctx, r, live); err != nil {
		return nil, err
	} else if ok {
		checks = append(checks, frozen)
	}
	if live != nil {
		checks = append(checks, against("facts against the live edition", candidate.Counts.Facts, live.Counts.Facts),
			against("passages against the live edition", candidate.Counts.Passages, live.Counts.Passages))
	}
	return checks, nil
}

// A tally counts what holds and keeps the first thing that does not.
type tallied struct {
	good, all int
	text      string
}

func (t *tallied) add(ok bool, text func() string) {
	t.all++
	if ok {
		t.good++
	} else if t.text == "" {
		t.text = text()
	}
}

func (t tallied) check(name string, least float64) GateCheck {
	c := GateCheck{Name: name, Value: 1, Least: least, Text: t.text}
	if t.all > 0 {
		c.Value = float64(t.good) / float64(t.all)
	}
	return c
}

// traced follows every claim to its document: the span must be there, and the citation must lead somewhere.
func (g Gate) traced(ctx context.Context, facts []store.Fact, passages []store.Passage) ([]GateCheck, error) {
	texts := map[string]string{}
	text := func(id string) (string, error) {
		if t, ok := texts[id]; ok {
			return t, nil
		}
		d, err := g.DB.Document(ctx, id)
		if err != nil {
			return "", err
		}
		texts[id] = d.Text
		return d.Text, nil
	}
	var grounded, cited tallied
	one := func(s store.Span, c store.Citation, says string) error {
		t, err := text(s.Document)
		if err != nil && ctx.Err() != nil {
			return err
		}
		ok := err == nil && s.Start >= 0 && s.End <= len(t) && s.Start < s.End && t[s.Start:s.End] == s.Quote
		grounded.add(ok, func() string { return says })
		cited.add(c.Document == s.Document && c.URL != "" && c.Quote != "", func() string { return says })
		return nil
	}
	for _, f := range facts {
		if err := one(f.Span, f.Citation, f.Statement); err != nil {
			return nil, err
		}
	}
	for _, p := range passages {
		if err := one(p.Span, p.Citation, p.Text); err != nil {
			return nil, err
		}
	}
	return []GateCheck{grounded.check("groundedness", leastTraced), cited.check("citations", leastTraced)}, nil
}

// numbers compares each fact's value with its quote, or asks for its formula, and with what its statement will say.
func numbers(facts []store.Fact) GateCheck {
	var t tallied
	for _, f := range facts {
		ok := f.Formula != "" && len(f.Inputs) > 0
		if f.Formula == "" {
			ok = tells(f.Span.Quote, f.Value, []int32{0, 3, 6, 9})
		}
		t.add(ok && tells(f.Statement, f.Value, []int32{0}), func() string { return f.Statement })
	}
	return t.check("number exactness", leastTraced)
}

// tells says that a text has a number which is the value, up to its sign, which words may carry, up to rounding, and up
// to a scale that a table states elsewhere.
func tells(text string, v quantity.Quantity, scales []int32) bool {
	for _, m := range quantity.Find(strings.ReplaceAll(text, " | )", ")")) {
		for _, exp := range scales {
			q := m.Quantity
			q.Value.Exponent += exp
			if q.Unit == quantity.None {
				q.Unit = v.Unit
			}
			if a, b := q.Unit.Currency(), v.Unit.Currency(); a != "" && b != "" && a != b {
				continue
			}
			if quantity.Same(q, v) || quantity.Same(q.Neg(), v) || q.Value.Cmp(&v.Value) == 0 {
				return true
			}
		}
	}
	return false
}

// covered says how much of the watch-list has facts and passages, and how much of it has something new.
func (g Gate) covered(e store.Edition, facts []store.Fact, passages []store.Passage) []GateCheck {
	newest := map[string]time.Time{}
	hasFact, hasPassage := map[string]bool{}, map[string]bool{}
	see := func(entity string, t time.Time) {
		if t.After(newest[entity]) {
			newest[entity] = t
		}
	}
	for _, f := range facts {
		hasFact[f.Entity] = true
		see(f.Entity, f.AsOf)
	}
	for _, p := range passages {
		for _, id := range p.Entities {
			hasPassage[id] = true
			see(id, p.Published)
		}
	}
	within := g.Fresh
	if within == 0 {
		within = 7 * 24 * time.Hour
	}
	var covered, fresh tallied
	for _, id := range e.Watch {
		covered.add(hasFact[id] && hasPassage[id], func() string { return "nothing on " + id })
		fresh.add(g.Now.Sub(newest[id]) <= within, func() string {
			return fmt.Sprintf("the newest on %s is of %s", id, newest[id].Format(time.DateOnly))
		})
	}
	return []GateCheck{covered.check("coverage of the watch-list", leastCovered), fresh.check("freshness of the watch-list", leastFresh)}
}

// answers asks the questions that the edition anticipates and compares what is found with what was prepared.
func (g Gate) answers(ctx context.Context, e store.Edition, r *retrieval.Retriever) (GateCheck, error) {
	questions, err := g.DB.Questions(ctx, e.ID)
	if err != nil {
		return GateCheck{}, err
	}
	var t tallied
	for _, q := range questions {
		res, err := r.Retrieve(ctx, r.Resolve(q.Text, retrieval.Subject{}))
		if err != nil {
			return GateCheck{}, err
		}
		ok := slices.ContainsFunc(res.Facts, func(f store.Fact) bool { return slices.Contains(q.Facts, f.ID) })
		t.add(ok, func() string { return q.Text })
	}
	return t.check("anticipated questions", leastAnswers), nil
}

// frozen asks the questions that never change, of the candidate and of the live edition.
func (g Gate) frozen(ctx context.Context, r *retrieval.Retriever, live *store.Edition) (GateCheck, bool, error) {
	t, err := g.ask(ctx, r)
	if err != nil || t.all == 0 {
		return GateCheck{}, false, err
	}
	least := leastFrozen
	if live != nil {
		old, err := g.Open(ctx, *live)
		if err != nil {
			return GateCheck{}, false, err
		}
		was, err := g.ask(ctx, old)
		if err != nil {
			return GateCheck{}, false, err
		}
		least = float64(was.good)/float64(was.all) - frozenSlack
	}
	return t.check("frozen questions", least), true, nil
}

func (g Gate) ask(ctx context.Context, r *retrieval.Retriever) (tallied, error) {
	var t tallied
	for _, c := range g.Frozen {
		if c.Value == nil || c.Kind == KindSlow {
			continue
		}
		var subject retrieval.Subject
		var res retrieval.Result
		var err error
		for _, q := range c.Turns() {
			if res, err = r.Retrieve(ctx, r.Resolve(q, subject)); err != nil {
				return t, err
			}
			subject = res.Subject
		}
		// What would be said of a fact is graded by the scorer of answers.
		found := slices.ContainsFunc(res.Facts, func(f store.Fact) bool { return c.is(f.Value) && c.says(f.Statement) })
		t.add(found, func() string { return strings.Join(c.Turns(), " / ") })
	}
	return t, nil
}

func against(name string, now, then int) GateCheck {
	c := GateCheck{Name: name, Value: 1, Least: leastOfTheLast}
	if then > 0 {
		c.Value = float64(now) / float64(then)
	}
	return c
}
