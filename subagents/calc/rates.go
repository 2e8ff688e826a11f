package calc

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/cockroachdb/apd/v3"

	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/subagents"
)

// rates are what one unit of the first currency costs in the second.
type rates map[[2]string]rate

type rate struct {
	value  apd.Decimal
	stated string // "1.0850"
}

func parseRates(stated map[string]string) (rates, error) {
	r := rates{}
	for pair, value := range stated {
		from, to, ok := strings.Cut(strings.ToUpper(pair), "/")
		if !ok || len(from) != 3 || len(to) != 3 {
			return nil, fmt.Errorf("rate %q: want a pair like EUR/USD", pair)
		}
		d, _, err := apd.NewFromString(value)
		if err != nil || d.Form != apd.Finite || d.Sign() <= 0 {
			return nil, fmt.Errorf("rate %s: %q is no rate", pair, value)
		}
		r[[2]string{from, to}] = rate{*d, value}
	}
	return r, nil
}

// currencies as they are said.
var currencies = map[string]string{
	"dollar": "USD", "dollars": "USD", "usd": "USD", "euro": "EUR", "euros": "EUR", "eur": "EUR", "pound": "GBP", "pounds": "GBP",
	"sterling": "GBP", "gbp": "GBP", "yen": "JPY", "jpy": "JPY", "yuan": "CNY", "renminbi": "CNY", "cny": "CNY", "franc": "CHF",
	"francs": "CHF", "chf": "CHF", "rupee": "INR", "rupees": "INR", "inr": "INR",
}

var into = regexp.MustCompile(`(?i)\b(?:in|into|to)\s+(?:us\s+|swiss\s+|japanese\s+|british\s+)?([a-z]+)\s*[?.!]*\s*$`)

// convert is money in another currency, at the stated rates.
func (h *Helper) convert(text string) (subagents.Finding, error) {
	m := into.FindStringSubmatch(text)
	if m == nil {
		return subagents.Finding{}, errSyntax
	}
	to, ok := currencies[strings.ToLower(m[1])]
	if !ok {
		return subagents.Finding{}, errSyntax
	}
	ms := quantity.Find(text)
	if len(ms) != 1 || ms[0].Quantity.Unit.Currency() == "" || ms[0].Quantity.Unit.PerShare() {
		return subagents.Finding{}, errSyntax
	}
	amount := ms[0].Quantity
	from := amount.Unit.Currency()
	if from == to {
		return subagents.Finding{}, errSyntax
	}
	t, said, used, err := h.rates.convert(given(amount), from, to)
	if err != nil {
		return subagents.Finding{}, err
	}
	result, verb, err := spoken(t.q)
	if err != nil {
		return subagents.Finding{}, err
	}
	whose := ""
	if h.o.RatesFrom != "" {
		whose = ", " + h.o.RatesFrom
	}
	f := finding(fmt.Sprintf("%s %s %s, at %s%s.", amount, verb, result, said, whose), t.formula, append(used, result, amount)...)
	f.AsOf = h.o.RatesAsOf
	return f, nil
}

// convert goes by a stated pair, its inverse, or by way of the dollar.
func (r rates) convert(amount term, from, to string) (out term, said string, used []quantity.Quantity, err error) {
	step := func(t term, from, to string) (term, error) {
		t.q.Unit = quantity.None
		op, rt, ok := "*", rate{}, false
		if rt, ok = r[[2]string{from, to}]; !ok {
			op = "/"
			if rt, ok = r[[2]string{to, from}]; !ok {
				return term{}, subagents.ErrNothing
			}
			from, to = to, from
		}
		q := quantity.Quantity{Value: rt.value, Unit: quantity.Unit(to), Digits: int(rt.value.NumDigits())}
		used = append(used, q, quantity.New(1, 0, quantity.Unit(from)))
		if said != "" {
			said += " and "
		}
		said += fmt.Sprintf("%s %s to the %s", rt.stated, plural(to), names[from])
		return apply(op, t, term{q: quantity.Quantity{Value: rt.value}, formula: rt.stated, level: 9})
	}
	out, err = step(amount, from, to)
	if err != nil && from != "USD" && to != "USD" {
		said, used = "", nil
		if out, err = step(amount, from, "USD"); err == nil {
			out, err = step(out, "USD", to)
		}
	}
	out.q.Unit = quantity.Unit(to)
	return out, said, used, err
}

var names = map[string]string{"USD": "dollar", "EUR": "euro", "GBP": "pound", "JPY": "yen", "CNY": "yuan", "CHF": "franc", "INR": "rupee"}

func plural(code string) string {
	switch n := names[code]; n {
	case "":
		return code
	case "yen", "yuan":
		return n
	default:
		return n + "s"
	}
}
