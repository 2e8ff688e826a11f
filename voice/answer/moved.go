package answer

import (
	"cmp"
	"slices"

	"github.com/cockroachdb/apd/v3"

	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/store"
)

// changeMetric is the metric of the greeting: how much the last price moved in a day, in percent.
const changeMetric = "change-day"

// mostMoved picks the newest change of each watched company, the largest first, at most n. Where nothing is watched,
// every company counts.
func mostMoved(facts []store.Fact, watch []string, n int) []store.Fact {
	newest := map[string]store.Fact{}
	for _, f := range facts {
		if len(watch) > 0 && !slices.Contains(watch, f.Entity) {
			continue
		}
		if old, ok := newest[f.Entity]; !ok || f.AsOf.After(old.AsOf) {
			newest[f.Entity] = f
		}
	}
	picked := make([]store.Fact, 0, len(newest))
	for _, f := range newest {
		picked = append(picked, f)
	}
	slices.SortFunc(picked, func(a, b store.Fact) int {
		x, y := a.Value.Abs().Value, b.Value.Abs().Value
		if c := y.Cmp(&x); c != 0 {
			return c
		}
		return cmp.Compare(a.Entity, b.Entity)
	})
	return picked[:min(n, len(picked))]
}

// comparison says which of two values of one metric is larger, and by how much: worked out here, by code.
func comparison(lex lexicon.Lexicon, facts []store.Fact, ev *evidence) (string, bool) {
	if len(facts) < 2 {
		return "", false
	}
	a, b := facts[0], facts[1]
	if a.Metric != b.Metric || a.Entity == b.Entity || a.Value.Unit != b.Value.Unit {
		return "", false
	}
	name := func(id string) string {
		if t, ok := lex.Term(id); ok {
			return shortName(t)
		}
		return id
	}
	switch a.Value.Value.Cmp(&b.Value.Value) {
	case 0:
		return "They are the same.", true
	case -1:
		a, b = b, a
	}
	s := name(a.Entity) + "'s is higher"
	if diff, ok := difference(a.Value, b.Value); ok {
		s += ", by " + diff.String()
		ev.shown = append(ev.shown, item{quantity: diff})
	}
	return s + ".", true
}

// difference is a − b, known to as many decimal places as the coarser of the two.
func difference(a, b quantity.Quantity) (quantity.Quantity, bool) {
	var d apd.Decimal
	if _, err := apd.BaseContext.WithPrecision(40).Sub(&d, &a.Value, &b.Value); err != nil {
		return quantity.Quantity{}, false
	}
	d.Reduce(&d)
	return quantity.Quantity{Value: d, Unit: a.Unit, Digits: int(d.NumDigits())}, true
}
