package quantity

import (
	"github.com/cockroachdb/apd/v3"
)

// Same says whether two quantities are the same claim: compatible units, and values equal to the digits that the
// coarser of the two was written with. "$2.3 billion" and 2,314,000,000 dollars are the same; "$2.4 billion" is not.
func Same(a, b Quantity) bool {
	a, b, ok := common(a, b)
	if !ok {
		return false
	}
	var diff, half apd.Decimal
	if _, err := work.Sub(&diff, &a.Value, &b.Value); err != nil {
		return false
	}
	diff.Abs(&diff)
	place := max(a.place(), b.place())
	half.SetFinite(5, place-1)
	if diff.Cmp(&half) > 0 {
		return false
	}
	// One written digit is half the value off: rounding must not become another number.
	return Within(a, b, 0.05)
}

// Within says whether two quantities of compatible units differ by at most tol, as a share of the larger.
func Within(a, b Quantity, tol float64) bool {
	a, b, ok := common(a, b)
	if !ok {
		return false
	}
	x, y := a.Float(), b.Float()
	if x == y {
		return true
	}
	return abs(x-y) <= tol*max(abs(x), abs(y))
}

func abs(x float64) float64 { return max(x, -x) }

// common brings two quantities to one unit. A bare number may be money, shares or a multiple, but never a percentage:
// a percentage that lost its sign is another number.
func common(a, b Quantity) (Quantity, Quantity, bool) {
	if a.Unit == b.Unit {
		return a, b, true
	}
	if a.Unit == BasisPoint {
		a = rescale(a, -2, PercentPt)
	}
	if b.Unit == BasisPoint {
		b = rescale(b, -2, PercentPt)
	}
	switch {
	case a.Unit == b.Unit:
		return a, b, true
	case a.Unit == None && !b.percentage(), b.Unit == None && !a.percentage():
		return a, b, true
	case a.Unit.Currency() != "" && a.Unit.Currency() == b.Unit.Currency():
		return a, b, true // "earned $1.63" leaves out "a share"
	}
	return a, b, false
}

func (q Quantity) percentage() bool {
	return q.Unit == Percent || q.Unit == PercentPt || q.Unit == BasisPoint
}

func rescale(q Quantity, exp int32, u Unit) Quantity {
	var d apd.Decimal
	d.Set(&q.Value)
	d.Exponent += exp
	q.Value, q.Unit = d, u
	return q
}
