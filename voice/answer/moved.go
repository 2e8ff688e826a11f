package answer

import (
	"cmp"
	"slices"

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
