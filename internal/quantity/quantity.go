// Package quantity is numbers that know their unit, their scale and their period: it finds, compares and computes them.
//
// [Find] and [FindPeriods] read running text, written or transcribed; [Same] and [Period.Agrees] say whether two of
// what they found are the same claim; [PercentChange] and its siblings compute new ones and show their working.
package quantity

import (
	"strings"

	"github.com/cockroachdb/apd/v3"
)

// A Unit is what a value counts. The zero Unit is a bare number.
type Unit string

const (
	None        Unit = ""
	Percent     Unit = "%"
	BasisPoint  Unit = "bp"
	PercentPt   Unit = "pp" // percentage points: the difference of two percentages
	Multiple    Unit = "x"
	Shares      Unit = "shares"
	USD         Unit = "USD" // any ISO 4217 code is a unit
	USDPerShare Unit = "USD/share"
)

const perShare = "/share"

// Currency is the ISO 4217 code of a unit of money, per share or not; it is empty for every other unit.
func (u Unit) Currency() string {
	code := strings.TrimSuffix(string(u), perShare)
	if len(code) != 3 || code != strings.ToUpper(code) {
		return ""
	}
	return code
}

// PerShare says whether the unit is money for each share.
func (u Unit) PerShare() bool { return strings.HasSuffix(string(u), perShare) }

// Rate says whether the unit measures a proportion, which no table's "in millions" applies to.
func (u Unit) Rate() bool {
	return u == Percent || u == BasisPoint || u == PercentPt || u == Multiple || u.PerShare()
}

// A Quantity is one number as somebody wrote it.
type Quantity struct {
	// Value is the exact value with the scale multiplied out: "$2.3B" is 2300000000, "12.5%" is 12.5.
	Value apd.Decimal
	Unit  Unit
	// Digits is how many significant digits were written: 2 for "$2.3B". It says how exactly the value is known.
	Digits int
	// Approx says that the writer hedged: "about", "nearly", "~".
	Approx bool
}

// New makes a quantity of coefficient × 10^exponent, known to the digits of the coefficient: New(23, 8, USD) is "$2.3B".
func New(coefficient int64, exponent int32, u Unit) Quantity {
	var q Quantity
	q.Value.SetFinite(coefficient, exponent)
	q.Unit = u
	q.Digits = int(q.Value.NumDigits())
	return q
}

// FromFloat makes a quantity of a float as it prints, rounded to so many digits after the decimal point: for prices and
// other values that a program computed, never for what somebody wrote.
func FromFloat(f float64, decimals int, u Unit) (Quantity, error) {
	var q Quantity
	if _, err := q.Value.SetFloat64(f); err != nil {
		return q, err
	}
	if _, err := work.Quantize(&q.Value, &q.Value, int32(-decimals)); err != nil {
		return q, err
	}
	q.Unit = u
	q.Digits = int(q.Value.NumDigits())
	return q, nil
}

// IsZero says that there is no quantity here: not that its value is nought.
func (q Quantity) IsZero() bool { return q.Digits == 0 && q.Unit == None && q.Value.IsZero() }

// Float is the value as a float64, for charts and scores; compare and compute with the decimal.
func (q Quantity) Float() float64 {
	f, err := q.Value.Float64()
	if err != nil {
		return 0
	}
	return f
}

// Neg is the quantity with its sign turned round.
func (q Quantity) Neg() Quantity {
	var d apd.Decimal
	d.Neg(&q.Value)
	q.Value = d
	return q
}

// Abs is the quantity without its sign.
func (q Quantity) Abs() Quantity {
	var d apd.Decimal
	d.Abs(&q.Value)
	q.Value = d
	return q
}

// Scaled is the quantity times ten to the power of exp: what a cell means in a table that is "in millions" (exp 6).
// Percentages, multiples and amounts per share are not scaled, because such headings never mean them.
func (q Quantity) Scaled(exp int) Quantity {
	if q.Unit.Rate() || exp == 0 {
		return q
	}
	var d apd.Decimal
	d.Set(&q.Value)
	d.Exponent += int32(exp)
	q.Value = d
	return q
}

// Known is the quantity without the digits that it is not known to: a product of a value of three digits has three.
func (q Quantity) Known() Quantity {
	if q.Digits == 0 || q.Value.IsZero() || int(q.Value.NumDigits()) <= max(q.Digits, 3) {
		return q
	}
	var d apd.Decimal
	if _, err := work.Quantize(&d, &q.Value, q.Value.Exponent+int32(q.Value.NumDigits())-int32(max(q.Digits, 3))); err != nil {
		return q
	}
	d.Reduce(&d)
	q.Value = d
	return q
}

// place is the power of ten of the last digit that was written: 8 for "$2.3B".
func (q Quantity) place() int32 {
	if q.Digits == 0 || q.Value.IsZero() {
		return q.Value.Exponent
	}
	return q.Value.Exponent + int32(q.Value.NumDigits()) - int32(q.Digits)
}
