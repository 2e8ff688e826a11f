package brief

import (
	"cmp"
	"slices"
	"strings"

	"github.com/cockroachdb/apd/v3"

	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/store"
)

// multiply makes q the product of q and r, in q's unit.
func multiply(q *quantity.Quantity, r quantity.Quantity) error {
	var out apd.Decimal
	if _, err := apd.BaseContext.WithPrecision(40).Mul(&out, &q.Value, &r.Value); err != nil {
		return err
	}
	q.Value, q.Digits = out, min(q.Digits, r.Digits)
	return nil
}

// better says that a is the better founded of two statements of one thing: a filing before a report of it, a page before a
// machine's list, exact digits before rounded ones, the later before the earlier.
func better(a, b store.Fact) bool {
	rank := func(f store.Fact) int {
		switch {
		case f.Unverified:
			return 3
		case f.Citation.Kind == store.Filing || f.Citation.Kind == store.Prices:
			return 0
		case f.Citation.Kind == store.News:
			return 1
		}
		return 2
	}
	if ra, rb := rank(a), rank(b); ra != rb {
		return ra < rb
	}
	// A page that people can open before a list made for machines: the listener may want to look.
	if ra, rb := readable(a.Citation), readable(b.Citation); ra != rb && quantity.Same(a.Value, b.Value) {
		return ra
	}
	if a.Value.Digits != b.Value.Digits && quantity.Same(a.Value, b.Value) {
		return a.Value.Digits > b.Value.Digits
	}
	if !a.AsOf.Equal(b.AsOf) {
		return a.AsOf.After(b.AsOf)
	}
	return a.ID < b.ID
}

func readable(c store.Citation) bool { return !strings.HasSuffix(c.URL, ".json") }

// Merge joins facts that say the same of the same entity, metric and period: the best founded one stays and counts the
// independent documents that agree. Statements that differ by more than rounding stay side by side, each naming the
// others, so that a contradiction can be said aloud. original maps a document to the one that it repeats.
func Merge(facts []store.Fact, original map[string]string) []store.Fact {
	groups := map[string][]store.Fact{}
	var order []string
	for _, f := range facts {
		k := f.Entity + "\x00" + f.Metric + "\x00" + PeriodKey(f.Period)
		if groups[k] == nil {
			order = append(order, k)
		}
		groups[k] = append(groups[k], f)
	}
	slices.Sort(order)
	var out []store.Fact
	for _, k := range order {
		out = append(out, mergeGroup(groups[k], original)...)
	}
	return out
}

func mergeGroup(group []store.Fact, original map[string]string) []store.Fact {
	slices.SortFunc(group, func(a, b store.Fact) int {
		switch {
		case better(a, b):
			return -1
		case better(b, a):
			return 1
		}
		return cmp.Compare(a.ID, b.ID)
	})
	var best []store.Fact
	said := [][]string{} // by which documents, for each of best
	for _, f := range group {
		doc := cmp.Or(original[f.Span.Document], f.Span.Document)
		i := slices.IndexFunc(best, func(b store.Fact) bool { return quantity.Same(b.Value, f.Value) })
		if i < 0 {
			// A filing that is later than another corrects it; it does not contradict it.
			if f.Citation.Kind == store.Filing && slices.ContainsFunc(best, func(b store.Fact) bool { return b.Citation.Kind == store.Filing }) {
				continue
			}
			best, said = append(best, f), append(said, []string{doc})
			continue
		}
		if !slices.Contains(said[i], doc) {
			said[i] = append(said[i], doc)
		}
	}
	for i := range best {
		best[i].Corroboration = len(said[i])
		best[i].Contradicts = nil
		for j := range best {
			if i != j {
				best[i].Contradicts = append(best[i].Contradicts, best[j].ID)
			}
		}
	}
	return best
}

// comparePassages orders passages by their place.
func comparePassages(a, b store.Passage) int {
	return cmp.Or(strings.Compare(a.Span.Document, b.Span.Document), cmp.Compare(a.Span.Start, b.Span.Start), strings.Compare(a.ID, b.ID))
}
