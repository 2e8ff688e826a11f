package extractive

import (
	"strings"

	"github.com/cockroachdb/apd/v3"

	"github.com/aubade/aubade/brief/fiscal"
	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/store"
)

// say is the statement of a fact: whose, what, how much and when.
func say(t *lexicon.Term, metric *lexicon.Term, v quantity.Quantity, p quantity.Period) string {
	when := " in "
	if p.Kind == quantity.Day {
		when = " on "
	}
	if instants[metric.ID] && p.Kind != quantity.Day {
		return possessive(t.Name) + " " + metric.Name + " was " + v.String() + " at the end of " + fiscal.Say(p) + "."
	}
	verb := " was "
	if strings.HasSuffix(metric.Name, "s") && metric.Unit != "USD/share" && !strings.HasSuffix(metric.Name, "ss") {
		verb = " were "
	}
	return possessive(t.Name) + " " + metric.Name + verb + v.String() + when + fiscal.Say(p) + "."
}

// instants are balances: true on one day, not over a stretch.
var instants = map[string]bool{"cash": true, "debt": true, "shares-outstanding": true, "backlog": true, "arr": true, "customers": true, "connections": true, "cet1": true}

func possessive(name string) string {
	if strings.HasSuffix(name, "s") {
		return name + "'"
	}
	return name + "'s"
}

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
	r.fact(store.Fact{Entity: t.ID, Metric: metric.ID, Value: v, Period: p, Statement: say(t, metric, v, p), Span: s, Unverified: r.doc.Unverified})
}
