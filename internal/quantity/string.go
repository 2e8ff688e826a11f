package quantity

import (
	"strings"

	"github.com/cockroachdb/apd/v3"
)

// signs are the currencies that are written with a sign.
var signs = map[string]string{"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CNY": "CN¥", "INR": "₹"}

// String is the quantity as a reader expects it: "$2.31 billion", "-$0.42 a share", "12.5%", "25 basis points", "3.5x".
func (q Quantity) String() string {
	cur := q.Unit.Currency()
	switch q.Unit {
	case Percent:
		return plain(&q.Value) + "%"
	case PercentPt:
		return plain(&q.Value) + " percentage points"
	case BasisPoint:
		return plain(&q.Value) + " basis points"
	case Multiple:
		return plain(&q.Value) + "x"
	}
	body, sign := scaled(q), ""
	if strings.HasPrefix(body, "-") {
		body, sign = body[1:], "-"
	}
	switch {
	case cur != "":
		if s, ok := signs[cur]; ok {
			body = s + body
		} else {
			body += " " + cur
		}
		if q.Unit.PerShare() {
			body += " a share"
		}
	case q.Unit == Shares:
		body += " shares"
	case q.Unit != None:
		body += " " + string(q.Unit)
	}
	return sign + body
}

// scaled writes large values with the word for their scale, and money with its cents.
func scaled(q Quantity) string {
	if q.Value.IsZero() {
		return "0"
	}
	var d apd.Decimal
	d.Abs(&q.Value)
	for _, s := range []struct {
		exp  int32
		word string
	}{{12, " trillion"}, {9, " billion"}, {6, " million"}} {
		if unit := apd.New(1, s.exp); d.Cmp(unit) >= 0 {
			var v apd.Decimal
			v.Set(&q.Value)
			v.Exponent -= s.exp
			v.Reduce(&v)
			return plain(&v) + s.word
		}
	}
	if q.Unit.Currency() != "" && q.Value.Exponent == -1 {
		var v apd.Decimal
		if _, err := work.Quantize(&v, &q.Value, -2); err == nil {
			return plain(&v)
		}
	}
	return plain(&q.Value)
}

// plain writes a decimal without an exponent, with commas from a thousand on.
func plain(d *apd.Decimal) string {
	s := d.Text('f')
	neg := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	whole, frac, _ := strings.Cut(s, ".")
	var b strings.Builder
	if neg {
		b.WriteByte('-')
	}
	for i, r := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(r)
	}
	if frac != "" {
		b.WriteByte('.')
		b.WriteString(frac)
	}
	return b.String()
}
