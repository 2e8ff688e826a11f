package evals

import (
	"math"
	"regexp"
	"strings"
	"time"

	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/voice"
)

// ungrounded is a number of an answer that nobody gave: it is in no quote of what is cited, follows from no two numbers of
// the quotes, is not in the question, and is not what the case wants. Without any quote there is nothing to compare with;
// a rate may have been computed of numbers of which one alone is quoted, so it is held to quotes that have rates.
func (c Case) ungrounded(shown string, cites []voice.Citation) string {
	var given []quantity.Quantity
	quoted, rates := false, false
	for _, cite := range cites {
		quoted = quoted || cite.Quote != ""
		for _, m := range quantity.Find(strings.ReplaceAll(cite.Quote, " | )", ")") + "\n" + cite.Title) {
			given = append(given, m.Quantity)
			rates = rates || m.Quantity.Unit.Rate()
		}
	}
	if !quoted {
		return ""
	}
	for _, t := range c.Turns() {
		for _, m := range quantity.Find(t) {
			given = append(given, m.Quantity)
		}
	}
	if want, _, err := c.wanted(); err == nil {
		given = append(given, want)
	}
	for _, t := range append(append([]string(nil), c.Accept...), c.Must...) {
		for _, m := range quantity.Find(t) {
			given = append(given, m.Quantity)
		}
	}
	if byShares.MatchString(shown) {
		return "" // a price times shares that no quote has
	}
	dated := datesOf(shown)
	for _, m := range quantity.Find(shown) {
		if m.Bare || inAny(m, dated) || m.Quantity.Unit.Rate() && !rates {
			continue // counts of words and parts of dates are no claims of their own
		}
		if !supportedBy(m.Quantity, given) {
			return shown[m.Start:m.End]
		}
	}
	return ""
}

var byShares = regexp.MustCompile(`(?i)\bmarket (value|cap)`)

func (c Case) wanted() (quantity.Quantity, float64, error) {
	if c.Value == nil {
		return quantity.Quantity{}, 0, quantity.ErrNone
	}
	return c.Value.quantity()
}

type stretchOf struct{ from, to int }

func datesOf(text string) (out []stretchOf) {
	for _, d := range findDates(text) {
		out = append(out, stretchOf{d.at, d.end})
	}
	return out
}

func inAny(m quantity.Match, spans []stretchOf) bool {
	for _, s := range spans {
		if m.Start >= s.from && m.End <= s.to {
			return true
		}
	}
	return false
}

// supportedBy says whether a number is one of those given, at any scale that a table may state elsewhere, or comes of two
// of them: a difference, a share, a change.
func supportedBy(q quantity.Quantity, given []quantity.Quantity) bool {
	x := math.Abs(q.Float())
	slack := math.Pow(10, float64(q.Value.Exponent)) / 2 * 1.02
	near := func(v float64) bool { return math.Abs(math.Abs(v)-x) <= slack }
	for _, g := range given {
		v := g.Float()
		for _, scale := range []float64{1, 1e3, 1e6, 1e9, 100, 0.01} {
			if near(v*scale) || near(v/scale) {
				return true
			}
		}
	}
	for i, a := range given {
		for j, b := range given {
			if i == j {
				continue
			}
			if a.Unit.Rate() != b.Unit.Rate() {
				continue // no sum of an amount and a rate says anything
			}
			x, y := a.Float(), b.Float()
			of := []float64{x - y, x + y}
			if q.Unit.Rate() && !a.Unit.Rate() {
				of = []float64{100 * (x - y) / y, 100 * x / y}
			} else if q.Unit == quantity.Multiple || q.Unit == quantity.None {
				of = append(of, x/y)
			} else if q.Unit.Rate() != a.Unit.Rate() {
				continue
			}
			for _, v := range of {
				if near(v) || !q.Unit.Rate() && (near(v*1e3) || near(v*1e6)) {
					return true
				}
			}
		}
	}
	return false
}

// otherPeriod is a period that an answer speaks of in place of the one that the question names with its year.
func (c Case) otherPeriod(shown string) string {
	turns := c.Turns()
	asked := named(turns[len(turns)-1])
	if len(asked) != 1 {
		return ""
	}
	other := ""
	for _, p := range named(shown) {
		if p.Kind != asked[0].Kind {
			continue
		}
		if p.Year == asked[0].Year && p.N == asked[0].N {
			return ""
		}
		other = p.String()
	}
	return other
}

// named lists the quarters and years that a text names with a number of the year.
func named(text string) (out []quantity.Period) {
	for _, m := range quantity.FindPeriods(text, time.Time{}) {
		if p := m.Period; p.Year > 1900 && (p.Kind == quantity.Quarter || p.Kind == quantity.Year) {
			out = append(out, p)
		}
	}
	return out
}
