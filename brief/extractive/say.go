package extractive

import (
	"strings"

	"github.com/cockroachdb/apd/v3"

	"github.com/aubade/aubade/brief"
	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/store"
)

// scaled multiplies a value by a power of ten.
func scaled(q quantity.Quantity, exp int32) quantity.Quantity {
	q.Value.Exponent += exp
	return q
}

func decimal(s string) (apd.Decimal, bool) {
	d, _, err := apd.NewFromString(strings.ReplaceAll(s, ",", ""))
	if err != nil || d.Form != apd.Finite {
		return apd.Decimal{}, false
	}
	return *d, true
}

// unitOf is the unit that a metric's values have.
func unitOf(metric *lexicon.Term) quantity.Unit { return quantity.Unit(metric.Unit) }

func (r *reader) metric(id string) (*lexicon.Term, bool) {
	t, ok := r.lexicon.Term(id)
	return &t, ok && t.Kind == lexicon.Metric
}

func (r *reader) state(t *lexicon.Term, metric *lexicon.Term, v quantity.Quantity, p quantity.Period, s store.Span) {
	r.fact(store.Fact{Entity: t.ID, Metric: metric.ID, Value: v, Period: p, Statement: brief.State(*t, *metric, v, p), Span: s, Unverified: r.doc.Unverified})
}
