package brief

import (
	"strings"

	"github.com/cockroachdb/apd/v3"

	"github.com/aubade/aubade/internal/quantity"
)

// Say writes a quantity as a sentence does: "$2.31 billion", "-2.1%", "$0.15 a share", "18,420". More than four digits
// are rounded for the ear where a scale follows; the fact keeps the exact value.
func Say(q quantity.Quantity) string {
	v := q.Value
	sign := ""
	if v.Negative && !v.IsZero() {
		sign = "-"
	}
	v.Negative = false
	switch q.Unit {
	case quantity.Percent:
		return sign + plain(v) + "%"
	case quantity.PercentPt:
		return sign + plain(v) + " percentage points"
	case quantity.BasisPoint:
		return sign + plain(v) + " basis points"
	case quantity.Multiple:
		return sign + plain(v) + "x"
	case quantity.Shares:
		return sign + large(v) + " shares"
	case quantity.None:
		return sign + large(v)
	}
	unit, share := strings.CutSuffix(string(q.Unit), "/share")
	symbol := map[string]string{"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}[unit]
	if symbol == "" {
		symbol = unit + " "
	}
	s := sign + symbol
	if share {
		return s + cents(v) + " a share"
	}
	if v.Cmp(apd.New(1_000_000, 0)) < 0 {
		return s + cents(v)
	}
	return s + large(v)
}

// cents writes at least two decimals where there are any.
func cents(v apd.Decimal) string {
	s := plain(v)
	if _, frac, ok := strings.Cut(s, "."); ok && len(frac) == 1 {
		s += "0"
	}
	return s
}

// plain writes a number with its thousands grouped and without needless zeros.
func plain(v apd.Decimal) string {
	var r apd.Decimal
	r.Reduce(&v)
	s := r.Text('f')
	whole, frac, _ := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if frac != "" {
		return whole + "." + frac
	}
	return whole
}

// large writes a million and more with its scale, in at most four digits.
func large(v apd.Decimal) string {
	for _, s := range []struct {
		exp  int32
		word string
	}{{12, " trillion"}, {9, " billion"}, {6, " million"}} {
		if v.Cmp(apd.New(1, s.exp)) < 0 {
			continue
		}
		v.Exponent -= s.exp
		var r apd.Decimal
		ctx := apd.BaseContext.WithPrecision(4)
		ctx.Rounding = apd.RoundHalfUp
		if _, err := ctx.Round(&r, &v); err != nil {
			return plain(v) + s.word
		}
		return plain(r) + s.word
	}
	return plain(v)
}
