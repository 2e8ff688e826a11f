package answer

import (
	"slices"
	"strings"
	"unicode"

	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/store"
)

// The number guard. A number, date, percentage or ticker may be spoken only if it is in the evidence: the same value to
// the digits that are said, in the same unit, of the company that the sentence names and for the period that it names.

// An item is one number of the evidence with what is known about it. Where entity or period is empty, the text that it
// stands in does not say.
type item struct {
	quantity quantity.Quantity
	entities []string
	period   quantity.Period
}

// counts are numbers that structure speech and claim nothing: "two outlets disagree".
var counts = map[string]bool{"one": true, "two": true, "three": true, "both": true, "first": true, "second": true, "third": true, "once": true, "twice": true}

// unsupported lists what a sentence claims beyond the evidence. Empty means that it may be spoken.
func (e *evidence) unsupported(sentence string) []string {
	e.index()
	var bad []string
	periods := quantity.FindPeriods(sentence, e.now)
	named := e.named(sentence)
	for _, p := range periods {
		if !e.knowsPeriod(p.Period) {
			bad = append(bad, sentence[p.Start:p.End])
		}
	}
	for _, m := range quantity.Find(sentence) {
		if slices.ContainsFunc(periods, func(p quantity.PeriodMatch) bool { return p.Start <= m.Start && m.End <= p.End }) {
			continue
		}
		said := sentence[m.Start:m.End]
		if counts[strings.ToLower(said)] && m.Quantity.Unit == quantity.None {
			continue
		}
		var period quantity.Period
		if len(periods) == 1 {
			period = periods[0].Period
		}
		if !e.knows(m.Quantity, named, period) {
			bad = append(bad, said)
		}
	}
	for _, t := range tickers(sentence) {
		if _, ok := e.book.edition.Lexicon.Term(t); !ok && !e.saysWord(t) {
			bad = append(bad, t)
		}
	}
	return bad
}

// knows says whether a number is in the evidence, of a company and a period that agree with the sentence's.
func (e *evidence) knows(q quantity.Quantity, named []string, period quantity.Period) bool {
	return slices.ContainsFunc(e.items, func(i item) bool {
		if !quantity.Same(q, i.quantity) {
			return false
		}
		if len(named) > 0 && len(i.entities) > 0 && !slices.ContainsFunc(i.entities, func(x string) bool { return slices.Contains(named, x) }) {
			return false
		}
		return period.Kind == "" || i.period.Kind == "" || period.Kind != i.period.Kind || i.period.Same(period)
	})
}

// knowsPeriod says whether a period is one that the evidence speaks of.
func (e *evidence) knowsPeriod(p quantity.Period) bool {
	return slices.ContainsFunc(e.periods, func(k quantity.Period) bool { return k.Same(p) || k.Contains(p) })
}

// index gathers the numbers, periods and words of the evidence, once.
func (e *evidence) index() {
	n := len(e.result.Facts) + len(e.extra) + len(e.result.Passages) + len(e.findings) + len(e.made)
	if e.indexed == n+1 {
		return
	}
	e.indexed, e.items, e.periods, e.text = n+1, slices.Clone(e.made), nil, ""
	text := func(s string, entities []string) {
		e.text += s + "\n"
		for _, m := range quantity.Find(s) {
			e.items = append(e.items, item{quantity: m.Quantity, entities: entities})
		}
		for _, p := range quantity.FindPeriods(s, e.now) {
			e.periods = append(e.periods, p.Period)
		}
	}
	cite := func(c store.Citation) {
		if !c.Published.IsZero() {
			e.periods = append(e.periods, quantity.Period{Kind: quantity.Day, End: localDay(c.Published, e.zone)})
		}
	}
	for _, f := range slices.Concat(e.result.Facts, e.extra) {
		e.items = append(e.items, item{f.Value, []string{f.Entity}, f.Period})
		e.periods = append(e.periods, f.Period)
		if !f.AsOf.IsZero() {
			e.periods = append(e.periods, quantity.Period{Kind: quantity.Day, End: localDay(f.AsOf, e.zone)})
		}
		// The statement was checked against its source when the brief was built.
		text(f.Statement, []string{f.Entity})
		text(f.Formula, []string{f.Entity})
		cite(f.Citation)
	}
	for _, p := range e.result.Passages {
		text(p.Text, p.Entities)
		text(p.Prefix, p.Entities)
		cite(p.Citation)
	}
	for _, a := range e.findings {
		for _, v := range a.Finding.Values {
			e.items = append(e.items, item{v.Quantity, []string{v.Entity}, v.Period})
			e.periods = append(e.periods, v.Period)
		}
		text(a.Finding.Formula, a.Ask.Question.Entities)
		for _, c := range a.Finding.Citations {
			text(c.Quote, a.Ask.Question.Entities)
			cite(c)
		}
		if !a.Finding.AsOf.IsZero() {
			e.periods = append(e.periods, quantity.Period{Kind: quantity.Day, End: localDay(a.Finding.AsOf, e.zone)})
		}
	}
	e.periods = append(e.periods, e.result.Have...)
}

// named lists the companies that a sentence names.
func (e *evidence) named(sentence string) []string {
	return e.book.retriever.Mentions(sentence)
}

func (e *evidence) saysWord(w string) bool { return strings.Contains(e.text, w) }

// tickers lists what is written as a ticker: a dollar sign and capitals.
func tickers(s string) []string {
	var out []string
	for i := 0; i < len(s); i++ {
		if s[i] != '$' || i+1 == len(s) || !unicode.IsUpper(rune(s[i+1])) {
			continue
		}
		j := i + 1
		for j < len(s) && (unicode.IsUpper(rune(s[j])) || s[j] == '.' && j+1 < len(s) && unicode.IsUpper(rune(s[j+1]))) {
			j++
		}
		if j-i > 1 && (j == len(s) || !unicode.IsDigit(rune(s[j])) && s[j] != '$') {
			out = append(out, s[i+1:j])
		}
		i = j
	}
	return out
}
