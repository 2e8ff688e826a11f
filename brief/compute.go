package brief

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/aubade/aubade/brief/fiscal"
	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/store"
)

// Compute derives what code can derive from stated facts: margins, free cash flow, missing quarters and years, changes
// on the quarter and on the year, and what prices did. Each result carries its formula with the numbers in it and the
// facts that went in. A model is never asked for any of these.
func Compute(facts []store.Fact, l lexicon.Lexicon) []store.Fact {
	by := map[string][]store.Fact{}
	var order []string
	for _, f := range facts {
		if by[f.Entity] == nil {
			order = append(order, f.Entity)
		}
		by[f.Entity] = append(by[f.Entity], f)
	}
	slices.Sort(order)
	var out []store.Fact
	for _, id := range order {
		t, ok := l.Term(id)
		if !ok {
			continue
		}
		c := &computer{term: t, lexicon: l, calendar: fiscal.Of(t), facts: map[key]store.Fact{}}
		for _, f := range by[id] {
			c.keep(f)
		}
		c.accounts()
		c.prices()
		c.valuation()
		c.changes()
		out = append(out, c.out...)
	}
	return out
}

type key struct{ metric, period string }

// A computer works on one company.
type computer struct {
	term     lexicon.Term
	lexicon  lexicon.Lexicon
	calendar fiscal.Calendar
	facts    map[key]store.Fact
	out      []store.Fact
}

// keep enters a stated fact; of two for one period the better founded one is computed with.
func (c *computer) keep(f store.Fact) {
	k := key{f.Metric, PeriodKey(f.Period)}
	if old, ok := c.facts[k]; ok && !better(f, old) {
		return
	}
	c.facts[k] = f
}

func (c *computer) get(metric string, p quantity.Period) (store.Fact, bool) {
	f, ok := c.facts[key{metric, PeriodKey(p)}]
	return f, ok
}

// add enters a computed fact, unless the same is stated already.
func (c *computer) add(metric string, v quantity.Quantity, p quantity.Period, statement, formula string, inputs ...store.Fact) {
	k := key{metric, PeriodKey(p)}
	if _, stated := c.facts[k]; stated {
		return
	}
	f := store.Fact{Entity: c.term.ID, Metric: metric, Value: v, Period: p, Statement: statement, Formula: formula, Corroboration: 1}
	for _, in := range inputs {
		f.Inputs = append(f.Inputs, in.ID)
		if in.AsOf.After(f.AsOf) {
			f.AsOf = in.AsOf
		}
		f.Unverified = f.Unverified || in.Unverified
	}
	f.Span = inputs[0].Span
	f.ID = FactID(f)
	f.Citation = inputs[0].Citation
	f.Citation.Passage = f.ID
	c.facts[k] = f
	c.out = append(c.out, f)
}

func (c *computer) name(metric string) string {
	if m, ok := c.lexicon.Term(metric); ok {
		return m.Name
	}
	return strings.ReplaceAll(metric, "-", " ")
}

func (c *computer) was(metric string, v quantity.Quantity, p quantity.Period) string {
	in := " in "
	if p.Kind == quantity.Day {
		in = " on "
	}
	return Possessive(c.term.Name) + " " + c.name(metric) + " was " + v.String() + in + fiscal.Say(p) + "."
}

// periodsOf lists the periods of a kind that a metric has, oldest first.
func (c *computer) periodsOf(metric string, kind quantity.PeriodKind) []quantity.Period {
	var out []quantity.Period
	for k, f := range c.facts {
		if k.metric == metric && f.Period.Kind == kind {
			out = append(out, f.Period)
		}
	}
	slices.SortFunc(out, func(a, b quantity.Period) int { return strings.Compare(PeriodKey(a), PeriodKey(b)) })
	return out
}

// flows add up over time; the others are ratios or balances.
var flows = []string{"revenue", "cost-of-revenue", "gross-profit", "rd-expense", "sga", "operating-expenses", "operating-income", "net-income", "operating-cash-flow", "capex", "free-cash-flow"}

// ratios are computed as a percentage of revenue.
var ratios = []struct{ metric, of string }{{"gross-margin", "gross-profit"}, {"operating-margin", "operating-income"}, {"net-margin", "net-income"}}

func (c *computer) accounts() {
	for _, m := range flows {
		c.fillQuarter(m)
		c.fillYear(m)
	}
	for _, kind := range []quantity.PeriodKind{quantity.Quarter, quantity.Year} {
		for _, p := range c.periodsOf("operating-cash-flow", kind) {
			a, ok1 := c.get("operating-cash-flow", p)
			b, ok2 := c.get("capex", p)
			if !ok1 || !ok2 {
				continue
			}
			if v, formula, err := quantity.Diff(a.Value, b.Value); err == nil {
				c.add("free-cash-flow", v, p, c.was("free-cash-flow", v, p), formula, a, b)
			}
		}
		for _, r := range ratios {
			for _, p := range c.periodsOf(r.of, kind) {
				a, ok1 := c.get(r.of, p)
				b, ok2 := c.get("revenue", p)
				if !ok1 || !ok2 || b.Value.Value.Sign() <= 0 {
					continue
				}
				if v, formula, err := quantity.Ratio(a.Value, b.Value, true); err == nil {
					c.add(r.metric, v, p, c.was(r.metric, v, p), formula, a, b)
				}
			}
		}
	}
}

// fillQuarter finds the fourth quarter, which companies do not report by itself: the year less the other three.
func (c *computer) fillQuarter(metric string) {
	for _, y := range c.periodsOf(metric, quantity.Year) {
		p := c.calendar.Quarter(y.Year, 4)
		if _, ok := c.get(metric, p); ok {
			continue
		}
		year, _ := c.get(metric, y)
		rest, ok := c.quarters(metric, y.Year, 3)
		if !ok {
			continue
		}
		sum, _, err := quantity.Sum(values(rest)...)
		if err != nil {
			continue
		}
		v, formula, err := quantity.Diff(year.Value, sum)
		if err != nil {
			continue
		}
		c.add(metric, v, p, c.was(metric, v, p), formula, append([]store.Fact{year}, rest...)...)
	}
}

// fillYear sums four quarters where the year is not stated.
func (c *computer) fillYear(metric string) {
	for _, q := range c.periodsOf(metric, quantity.Quarter) {
		if q.N != 4 {
			continue
		}
		four, ok := c.quarters(metric, q.Year, 4)
		if !ok {
			continue
		}
		if v, formula, err := quantity.Sum(values(four)...); err == nil {
			p := c.calendar.Year(q.Year)
			c.add(metric, v, p, c.was(metric, v, p), formula, four...)
		}
	}
}

func (c *computer) quarters(metric string, year, n int) ([]store.Fact, bool) {
	var out []store.Fact
	for q := 1; q <= n; q++ {
		f, ok := c.get(metric, c.calendar.Quarter(year, q))
		if !ok {
			return nil, false
		}
		out = append(out, f)
	}
	return out, true
}

func values(facts []store.Fact) []quantity.Quantity {
	out := make([]quantity.Quantity, len(facts))
	for i, f := range facts {
		out[i] = f.Value
	}
	return out
}

// YoY and QoQ make the metric of a change from the metric that changed: "revenue-yoy".
const (
	YoY = "-yoy"
	QoQ = "-qoq"
)

// changes compares every quarter and year of every reported metric with the one a year before, and with the one before.
func (c *computer) changes() {
	var keys []key
	for k, f := range c.facts {
		if f.Period.Kind == quantity.Quarter || f.Period.Kind == quantity.Year {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, func(a, b key) int {
		return cmp.Or(strings.Compare(a.metric, b.metric), strings.Compare(a.period, b.period))
	})
	for _, k := range keys {
		now := c.facts[k]
		if m, ok := c.lexicon.Term(k.metric); !ok || m.Kind != lexicon.Metric {
			continue
		}
		back := 4
		if now.Period.Kind == quantity.Year {
			back = 1
		}
		c.change(now, back, YoY, "a year earlier")
		if now.Period.Kind == quantity.Quarter {
			c.change(now, 1, QoQ, "the previous quarter")
		}
	}
}

func (c *computer) change(now store.Fact, back int, suffix, since string) {
	p, ok := c.calendar.Before(now.Period, back)
	if !ok {
		return
	}
	then, ok := c.get(now.Metric, p)
	if !ok || now.Value.Unit != then.Value.Unit {
		return
	}
	// A percentage of a loss, or of a percentage, misleads: there the difference is told.
	difference := now.Value.Unit.Rate() || then.Value.Value.Sign() <= 0 || now.Value.Value.Sign() < 0
	var (
		v       quantity.Quantity
		formula string
		err     error
	)
	if difference {
		v, formula, err = quantity.Diff(now.Value, then.Value)
	} else {
		v, formula, err = quantity.PercentChange(now.Value, then.Value)
	}
	if err != nil {
		return
	}
	verb := "rose " + v.Abs().String() + " from "
	switch v.Value.Sign() {
	case -1:
		verb = "fell " + v.Abs().String() + " from "
	case 0:
		verb = "moved " + v.String() + " from "
	}
	name := Possessive(c.term.Name) + " " + c.name(now.Metric)
	statement := fmt.Sprintf("%s %s%s, to %s in %s.", name, verb, since, now.Value, fiscal.Say(now.Period))
	c.add(now.Metric+suffix, v, now.Period, statement, formula, now, then)
}

// rounded keeps so many digits after the point.
func rounded(q quantity.Quantity, decimals int) quantity.Quantity {
	f := q.Float()
	r, err := quantity.FromFloat(f, decimals, q.Unit)
	if err != nil {
		return q
	}
	return r
}

// sessions lists the closes, newest first.
func (c *computer) sessions() []store.Fact {
	var out []store.Fact
	for k, f := range c.facts {
		if k.metric == "close" && f.Period.Kind == quantity.Day {
			out = append(out, f)
		}
	}
	slices.SortFunc(out, func(a, b store.Fact) int { return b.Period.End.Compare(a.Period.End) })
	return out
}

// changeDays is for how many sessions back the change on the day is kept.
const changeDays = 21

// prices says what the closing price did: on the day, over five sessions, over 21, over a year; and how much it moves.
func (c *computer) prices() {
	s := c.sessions()
	for i := 0; i+1 < len(s) && i < changeDays; i++ {
		c.moved("change-day", "", s[i], s[i+1])
	}
	for _, span := range []struct {
		metric, words string
		sessions      int
	}{{"change-week", " over five sessions", 5}, {"change-month", " over 21 sessions", 21}} {
		if len(s) > span.sessions {
			c.moved(span.metric, span.words, s[0], s[span.sessions])
		}
	}
	if len(s) == 0 {
		return
	}
	yearAgo := s[0].Period.End.AddDate(-1, 0, 0)
	for _, then := range s {
		if !then.Period.End.After(yearAgo) {
			c.moved("change-year", " over a year", s[0], then)
			break
		}
	}
	c.volatility(s)
}

func (c *computer) moved(metric, words string, now, then store.Fact) {
	v, formula, err := quantity.PercentChange(now.Value, then.Value)
	if err != nil {
		return
	}
	p := now.Period
	p.Start = then.Period.End
	verb := "rose " + v.Abs().String()
	switch v.Value.Sign() {
	case -1:
		verb = "fell " + v.Abs().String()
	case 0:
		verb = "moved " + v.String()
	}
	statement := fmt.Sprintf("%s shares %s%s, to %s on %s.", Possessive(c.term.Name), verb, words, now.Value, fiscal.Say(now.Period))
	c.add(metric, v, p, statement, formula, now, then)
}

// volatility is the standard deviation of the daily logarithmic returns of the last 21 sessions, for a year of 252.
func (c *computer) volatility(s []store.Fact) {
	const n = 21
	if len(s) <= n {
		return
	}
	var returns []float64
	mean := 0.0
	for i := range n {
		a, b := s[i].Value.Float(), s[i+1].Value.Float()
		if a <= 0 || b <= 0 {
			return
		}
		r := math.Log(a / b)
		returns = append(returns, r)
		mean += r / n
	}
	sum := 0.0
	for _, r := range returns {
		sum += (r - mean) * (r - mean)
	}
	v, err := quantity.FromFloat(100*math.Sqrt(sum/(n-1)*252), 1, quantity.Percent)
	if err != nil {
		return
	}
	p := s[0].Period
	p.Start = s[n].Period.End
	statement := fmt.Sprintf("%s realised volatility over %d sessions was %s a year as of %s.", Possessive(c.term.Name), n, v, fiscal.Say(s[0].Period))
	formula := fmt.Sprintf("standard deviation of ln(close ÷ previous close) over %d sessions from %s to %s × √252", n, s[n].Period.End.Format(time.DateOnly), s[0].Period.End.Format(time.DateOnly))
	c.add("realised-volatility", v, p, statement, formula, s[0], s[n])
}

// valuation joins the price with the accounts: market value, and price to the earnings of four quarters.
func (c *computer) valuation() {
	s := c.sessions()
	if len(s) == 0 {
		return
	}
	if shares, ok := c.newest("shares-outstanding", "shares-diluted"); ok {
		cap := s[0].Value
		cap.Unit = quantity.USD
		if err := multiply(&cap, shares.Value); err == nil {
			formula := fmt.Sprintf("%s × %s", s[0].Value, shares.Value)
			statement := fmt.Sprintf("%s market value is %s, at the close of %s.", Possessive(c.term.Name), cap.Known(), fiscal.Say(s[0].Period))
			c.add("market-cap", cap, s[0].Period, statement, formula, s[0], shares)
		}
	}
	quarters := c.periodsOf("eps-diluted", quantity.Quarter)
	if len(quarters) == 0 {
		return
	}
	last := quarters[len(quarters)-1]
	var four []store.Fact
	for i := range 4 {
		p, ok := c.calendar.Before(last, i)
		if !ok {
			return
		}
		f, ok := c.get("eps-diluted", p)
		if !ok {
			return
		}
		four = append(four, f)
	}
	sum, added, err := quantity.Sum(values(four)...)
	if err != nil || sum.Value.Sign() <= 0 {
		return // a multiple of a loss says nothing
	}
	price := s[0].Value
	price.Unit = quantity.USDPerShare
	v, _, err := quantity.Ratio(price, sum, false)
	if err != nil {
		return
	}
	v = rounded(v, 1)
	v.Unit = quantity.Multiple
	statement := fmt.Sprintf("%s shares trade at %s the earnings of the last four quarters, at the close of %s.", Possessive(c.term.Name), strings.TrimSuffix(v.String(), "x")+" times", fiscal.Say(s[0].Period))
	c.add("pe-ratio", v, s[0].Period, statement, fmt.Sprintf("%s ÷ (%s)", s[0].Value, added), append([]store.Fact{s[0]}, four...)...)
}

func (c *computer) newest(metrics ...string) (store.Fact, bool) {
	for _, m := range metrics {
		if ps := c.periodsOf(m, quantity.Quarter); len(ps) > 0 {
			return c.get(m, ps[len(ps)-1])
		}
	}
	return store.Fact{}, false
}
