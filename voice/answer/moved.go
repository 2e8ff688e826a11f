package answer

import (
	"cmp"
	"slices"
	"strings"

	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/voice/speech"
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

// comparison is two values of one metric in one sentence, the larger first: worked out here, by code.
func comparison(lex lexicon.Lexicon, facts []store.Fact) (string, bool) {
	if len(facts) != 2 {
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
	metric := strings.ReplaceAll(a.Metric, "-", " ")
	if t, ok := lex.Term(a.Metric); ok {
		metric = t.Name
	}
	verdict := " was higher: "
	switch a.Value.Value.Cmp(&b.Value.Value) {
	case 0:
		verdict = " was the same: "
	case -1:
		a, b = b, a
	}
	when := func(f store.Fact) string {
		switch f.Period.Kind {
		case "":
			return ""
		case quantity.Day:
			return " on " + f.Period.String()
		}
		return " in " + f.Period.String()
	}
	s := speech.Possessive(name(a.Entity)) + " " + metric + verdict + a.Value.String()
	if wa, wb := when(a), when(b); wa == wb {
		return s + ", against " + b.Value.String() + " for " + name(b.Entity) + wa + ".", true
	} else {
		return s + wa + ", against " + b.Value.String() + wb + " for " + name(b.Entity) + ".", true
	}
}
