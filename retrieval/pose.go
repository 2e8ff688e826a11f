package retrieval

import (
	"context"
	"slices"
	"strings"

	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/internal/terms"
	"github.com/aubade/aubade/store"
)

// Questions that one fact does not answer, though it would be easy to take one for the answer: whether there ever was a
// profit, whether guidance was beaten, whether a day closed higher than it opened, who has reported.

var (
	expected   = wordSet("guidance expectations expectation estimates estimate consensus forecast forecasts outlook")
	beaten     = wordSet("beat beats beaten beating met meet meets miss missed misses exceed exceeded exceeds surpass surpassed topped")
	opens      = wordSet("open opened opens opening")
	closes     = wordSet("close closed closes closing finish finished finishes end ended ends")
	sides      = wordSet("higher lower above below up down")
	gains      = wordSet("profit profits profitable positive money black")
	losses     = wordSet("loss losses lost lose losing unprofitable negative red")
	reportings = wordSet("earnings results result numbers figures quarter quarterly yet already")
)

// pose sets the work of such a question, and what it is worked out of.
func (q *Query) pose(ws []string) bool {
	has := func(set map[string]bool) bool { return slices.ContainsFunc(ws, func(w string) bool { return set[w] }) }
	switch {
	case slices.Contains(ws, "ever") && (has(losses) || has(gains)):
		q.Work = Profit
		if has(losses) {
			q.Work = Loss
		}
		if q.Metric == "" || q.Metric == "close" {
			q.Metric = "net-income"
		}
	case has(beaten) && has(expected):
		if q.Work = Beat; q.Metric == "" || q.Metric == "close" || strings.HasPrefix(q.Metric, "guidance-") {
			q.Metric = "revenue"
		}
		q.More = []string{"guidance-" + q.Metric}
	case has(opens) && has(closes) && has(sides):
		q.Work, q.Metric, q.More, q.Intent = Session, "close", []string{"open"}, Number
	default:
		return false
	}
	return true
}

// reporting says that a question asks who has reported, and nothing of what.
func reporting(ws []string, timed []bool, q Query) bool {
	i := slices.Index(ws, "reported")
	if i < 0 || q.Named || !slices.ContainsFunc(ws[:i], func(w string) bool {
		return w == "who" || w == "which" || w == "what" || w == "anyone" || w == "anybody" || w == "any"
	}) {
		return false
	}
	any := false
	for j := i + 1; j < len(ws); j++ {
		if !timed[j] && !reportings[ws[j]] && !terms.Stop(ws[j]) {
			return false
		}
		any = any || timed[j]
	}
	return !any || !q.Since.IsZero()
}

// criterion says that a question has a word of its own beside the companies and the asking itself: "on efficiency". What
// it asks is that, and nothing that is at hand stands in for it.
func criterion(ws []string, timed []bool, mentions []mention) bool {
	for i, w := range ws {
		_, super := superlatives[w]
		if timed[i] || super || upWords[w] || downWords[w] || comparing[w] || terms.Stop(w) || slices.ContainsFunc(mentions, func(m mention) bool { return m.from <= i && i < m.to }) {
			continue
		}
		if ts := terms.Of(w); slices.ContainsFunc(ts, func(t string) bool { return !lean[t] && len(t) > 1 }) {
			return true
		}
	}
	return false
}

var comparing = wordSet("compare compares compared comparing comparison versus vs against between two both please companies company stock stocks business businesses firm firms side bigger larger smaller " +
	"expensive cheaper pricier profitable profitability valuable size worth better worse best stronger weaker bet figures numbers results performance doing difference stack stacks put tell show give")

// sized says that a question asks how big a company is and names no measure: "what is Halden's size".
func sized(ws []string, mentions []mention) bool {
	for i, w := range ws {
		if w != "size" {
			continue
		}
		after := slices.IndexFunc(mentions, func(m mention) bool { return entity(m.term) && m.to == len(ws) && i+2 == m.from && ws[i+1] == "of" })
		if i == len(ws)-1 || after >= 0 {
			return true
		}
	}
	return false
}

// choose takes, of a vague question's metrics, the first that all its entities have.
func (r *Retriever) choose(ctx context.Context, q *Query) error {
	for _, m := range append([]string{q.Metric}, q.Or...) {
		all := true
		for _, e := range q.Entities {
			facts, err := r.known(ctx, store.FactQuery{Entity: e, Metric: m})
			if err != nil {
				return err
			}
			all = all && len(r.at(facts, q.Period)) > 0
		}
		if all {
			q.Metric = m
			return nil
		}
	}
	return nil
}

// reported finds the newest results of every company, the last published first.
func (r *Retriever) reported(ctx context.Context, res *Result) error {
	all, err := r.known(ctx, store.FactQuery{Metric: res.Query.Metric})
	if err != nil {
		return err
	}
	by := map[string][]store.Fact{}
	for _, f := range all {
		if t, ok := r.lexicon.Term(f.Entity); ok && t.Kind == lexicon.Company && f.Citation.Kind == store.Filing {
			by[f.Entity] = append(by[f.Entity], f)
		}
	}
	for _, facts := range by {
		if at := r.at(facts, Period{}); len(at) > 0 {
			res.Facts = append(res.Facts, at[0])
		}
	}
	slices.SortFunc(res.Facts, func(a, b store.Fact) int {
		if c := b.Citation.Published.Compare(a.Citation.Published); c != 0 {
			return c
		}
		return strings.Compare(a.Entity, b.Entity)
	})
	if len(res.Facts) == 0 {
		res.Missing = NoFact
	}
	return nil
}
