package calc

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/cockroachdb/apd/v3"

	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/subagents"
	"github.com/aubade/aubade/subagents/words"
)

// Options are the helper's.
type Options struct {
	// Rates are stated exchange rates: "EUR/USD" → "1.0850" is what one euro costs in dollars.
	Rates map[string]string
	// RatesFrom says whose rates they are and of when: "the European Central Bank's of November 20, 2026".
	RatesFrom string
	RatesAsOf time.Time
}

// Helper calculates.
type Helper struct {
	rates rates
	o     Options
}

// New returns the helper. A rate that is none is an error.
func New(o Options) (*Helper, error) {
	r, err := parseRates(o.Rates)
	if err != nil {
		return nil, fmt.Errorf("calc: %w", err)
	}
	return &Helper{r, o}, nil
}

// Name is "calc".
func (h *Helper) Name() string { return "calc" }

// Find works out the question's words, where they are a calculation.
func (h *Helper) Find(_ context.Context, q subagents.Question) (subagents.Finding, error) {
	if len(q.Text) > 400 {
		return subagents.Finding{}, subagents.ErrNothing
	}
	for _, way := range []func(string) (subagents.Finding, error){h.convert, growth, share, compound, arithmetic} {
		f, err := way(q.Text)
		switch {
		case err == nil:
			f.Agent = "calc"
			return f, nil
		case errors.Is(err, errSyntax):
			continue // not said in this way
		case errors.Is(err, errUnits):
			return subagents.Finding{}, subagents.ErrNothing // "how many apples are two dollars": no sum
		default:
			return subagents.Finding{}, fmt.Errorf("calc: %w", err)
		}
	}
	return subagents.Finding{}, subagents.ErrNothing
}

// Everything that the sentence says is evidence.
func finding(text, formula string, values ...quantity.Quantity) subagents.Finding {
	f := subagents.Finding{Text: text, Formula: formula}
	for _, v := range values {
		f.Values = append(f.Values, store.Value{Metric: "calculation", Quantity: v})
	}
	return f
}

// spoken rounds a result for the ear: money to the cent, other results to four decimal places. It says whether anything
// was lost.
func spoken(q quantity.Quantity) (quantity.Quantity, string, error) {
	places := int32(-4)
	if q.Unit.Currency() != "" {
		places = -2
	}
	var d, short apd.Decimal
	d.Set(&q.Value)
	if d.Exponent < places {
		c := *work
		c.Rounding = apd.RoundHalfUp
		if _, err := c.Quantize(&d, &d, places); err != nil {
			return quantity.Quantity{}, "", errSize
		}
	}
	if short.Reduce(&d); short.Exponent <= 0 || q.Unit.Currency() == "" {
		d = short
	}
	if d.Exponent > 0 {
		if _, err := work.Quantize(&d, &d, 0); err != nil {
			return quantity.Quantity{}, "", errSize
		}
	}
	verb := "is"
	if d.Cmp(&q.Value) != 0 {
		verb = "is about"
		if d.IsZero() {
			return quantity.Quantity{}, "", errSize // it would be said to be nothing
		}
	}
	return quantity.Quantity{Value: d, Unit: q.Unit, Digits: int(d.NumDigits())}, verb, nil
}

func arithmetic(text string) (subagents.Finding, error) {
	tokens, err := tokenise(text)
	if err != nil {
		return subagents.Finding{}, err
	}
	t, err := evaluate(tokens)
	if err != nil {
		return subagents.Finding{}, err
	}
	if t.given {
		return subagents.Finding{}, errSyntax // a number alone is no sum
	}
	result, verb, err := spoken(t.q)
	if err != nil {
		return subagents.Finding{}, err
	}
	values := []quantity.Quantity{result}
	for _, tok := range tokens {
		if tok.op == "" {
			values = append(values, tok.q)
		}
	}
	return finding(fmt.Sprintf("%s %s %s.", t.formula, verb, result), t.formula, values...), nil
}

// two returns the two quantities of a text, which are all that it has, or the first two of three.
func two(text string, n int) ([]quantity.Match, error) {
	ms := quantity.Find(text)
	if len(ms) != n {
		return nil, errSyntax
	}
	return ms, nil
}

var fromTo = regexp.MustCompile(`(?i)\bfrom\b.*\bto\b`)

// growth is the change from one value to another, or the compound growth over so many periods.
func growth(text string) (subagents.Finding, error) {
	if !fromTo.MatchString(text) || !words.Mentions(text, "change", "changed", "grow", "grew", "growth", "grown", "increase", "decrease", "rise", "rose", "fall", "fell", "drop", "dropped", "compound", "cagr", "percent", "percentage") {
		return subagents.Finding{}, errSyntax
	}
	if ms, err := two(text, 3); err == nil {
		then, now := ms[0].Quantity, ms[1].Quantity
		periods, err := strconv.Atoi(strings.TrimSpace(ms[2].Quantity.Value.Text('f')))
		after := strings.ToLower(text[ms[2].End:])
		unit := strings.TrimRight(strings.TrimSpace(after), "?.! ")
		if err != nil || periods < 1 || periods > 200 || !words.Mentions(unit, "year", "years", "quarter", "quarters", "month", "months", "period", "periods") {
			return subagents.Finding{}, errSyntax
		}
		g, formula, err := quantity.CAGR(now, then, periods)
		if err != nil {
			return subagents.Finding{}, growthError(err)
		}
		single := strings.TrimSuffix(strings.Fields(unit)[0], "s")
		return finding(fmt.Sprintf("From %s to %s in %d %ss is %s a %s, compounded.", then, now, periods, single, g, single), formula, g, then, now, ms[2].Quantity), nil
	}
	ms, err := two(text, 2)
	if err != nil {
		return subagents.Finding{}, err
	}
	then, now := ms[0].Quantity, ms[1].Quantity
	g, formula, err := quantity.PercentChange(now, then)
	if err != nil {
		return subagents.Finding{}, growthError(err)
	}
	way := "a rise of " + g.String()
	switch g.Value.Sign() {
	case 0:
		way = "no change"
	case -1:
		way = "a fall of " + g.Abs().String()
	}
	return finding(fmt.Sprintf("From %s to %s is %s.", then, now, way), formula, g, then, now), nil
}

func growthError(err error) error {
	if errors.Is(err, quantity.ErrUnits) {
		return errUnits
	}
	return err
}

var (
	asPercent   = regexp.MustCompile(`(?i)\bas an? (percentage|percent|share|fraction) of\b`)
	whatPercent = regexp.MustCompile(`(?i)\bwhat (percentage|percent|share) of\b.*\bis\b`)
)

// share is one value as a percentage of another.
func share(text string) (subagents.Finding, error) {
	first, second := asPercent.MatchString(text), whatPercent.MatchString(text)
	if !first && !second {
		return subagents.Finding{}, errSyntax
	}
	ms, err := two(text, 2)
	if err != nil {
		return subagents.Finding{}, err
	}
	part, whole := ms[0].Quantity, ms[1].Quantity
	if second && !first {
		part, whole = whole, part
	}
	if part.Unit != whole.Unit {
		return subagents.Finding{}, errUnits
	}
	r, formula, err := quantity.Ratio(part, whole, true)
	if err != nil {
		return subagents.Finding{}, err
	}
	return finding(fmt.Sprintf("%s is %s of %s.", part, r, whole), formula, r, part, whole), nil
}

var compounding = regexp.MustCompile(`(?i)\b(compounded|compounding|growing|grows|grown|invested|interest)\b.*\bfor\b`)

// compound is what a value becomes that grows at a rate for so many periods.
func compound(text string) (subagents.Finding, error) {
	if !compounding.MatchString(text) {
		return subagents.Finding{}, errSyntax
	}
	ms, err := two(text, 3)
	if err != nil {
		return subagents.Finding{}, err
	}
	start, rate, periods := ms[0].Quantity, ms[1].Quantity, ms[2].Quantity
	if rate.Unit != quantity.Percent || start.Unit == quantity.Percent || periods.Value.Exponent < 0 || periods.Value.Cmp(apd.New(200, 0)) > 0 {
		return subagents.Finding{}, errSyntax
	}
	one := given(quantity.New(1, 0, quantity.None))
	fraction := rate
	fraction.Unit = quantity.None
	var d apd.Decimal
	d.Set(&rate.Value)
	d.Exponent -= 2
	fraction.Value = d
	base, err := apply("+", one, term{q: fraction, formula: rate.String(), level: 9})
	if err != nil {
		return subagents.Finding{}, err
	}
	periods.Unit = quantity.None
	power, err := apply("^", base, given(periods))
	if err != nil {
		return subagents.Finding{}, err
	}
	t, err := apply("*", given(start), power)
	if err != nil {
		return subagents.Finding{}, err
	}
	result, verb, err := spoken(t.q)
	if err != nil {
		return subagents.Finding{}, err
	}
	return finding(fmt.Sprintf("%s, compounded at %s for %s periods, %s %s.", start, rate, periods, verb, result), t.formula, result, start, rate, periods), nil
}
