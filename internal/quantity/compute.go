package quantity

import (
	"errors"
	"fmt"

	"github.com/cockroachdb/apd/v3"
)

// ErrUnits says that two quantities do not count the same thing.
var ErrUnits = errors.New("units differ")

// ErrZero says that a share of nothing was asked for.
var ErrZero = errors.New("division by zero")

// Diff is a − b, and the formula with the numbers in it. The difference of two percentages is in percentage points.
func Diff(a, b Quantity) (Quantity, string, error) {
	if a.Unit != b.Unit {
		return Quantity{}, "", fmt.Errorf("%s − %s: %w", a, b, ErrUnits)
	}
	var d apd.Decimal
	if _, err := work.Sub(&d, &a.Value, &b.Value); err != nil {
		return Quantity{}, "", err
	}
	u := a.Unit
	if u == Percent {
		u = PercentPt
	}
	return made(&d, u), fmt.Sprintf("%s − %s", a, b), nil
}

// Sum is the sum of quantities of one unit.
func Sum(qs ...Quantity) (Quantity, string, error) {
	if len(qs) == 0 {
		return Quantity{}, "", ErrNone
	}
	var d apd.Decimal
	formula := ""
	for i, q := range qs {
		if q.Unit != qs[0].Unit {
			return Quantity{}, "", fmt.Errorf("%s + %s: %w", qs[0], q, ErrUnits)
		}
		if _, err := work.Add(&d, &d, &q.Value); err != nil {
			return Quantity{}, "", err
		}
		if i > 0 {
			formula += " + "
		}
		formula += q.String()
	}
	return made(&d, qs[0].Unit), formula, nil
}

// PercentChange is how much now differs from then, in percent of then's size, rounded to one decimal place, or to two
// below one percent.
func PercentChange(now, then Quantity) (Quantity, string, error) {
	if now.Unit != then.Unit {
		return Quantity{}, "", fmt.Errorf("%s to %s: %w", then, now, ErrUnits)
	}
	if then.Value.IsZero() {
		return Quantity{}, "", fmt.Errorf("change from %s: %w", then, ErrZero)
	}
	var d, base apd.Decimal
	base.Abs(&then.Value)
	_, err1 := work.Sub(&d, &now.Value, &then.Value)
	_, err2 := work.Quo(&d, &d, &base)
	if err := errors.Join(err1, err2); err != nil {
		return Quantity{}, "", err
	}
	d.Exponent += 2
	return rounded(&d, Percent), fmt.Sprintf("(%s − %s) ÷ %s", now, then, then), nil
}

// Ratio is a ÷ b: a multiple, rounded to two decimal places, or a percentage where percent is asked for.
func Ratio(a, b Quantity, percent bool) (Quantity, string, error) {
	if b.Value.IsZero() {
		return Quantity{}, "", fmt.Errorf("%s ÷ %s: %w", a, b, ErrZero)
	}
	var d apd.Decimal
	if _, err := work.Quo(&d, &a.Value, &b.Value); err != nil {
		return Quantity{}, "", err
	}
	formula := fmt.Sprintf("%s ÷ %s", a, b)
	if percent {
		d.Exponent += 2
		return rounded(&d, Percent), formula, nil
	}
	if _, err := work.Quantize(&d, &d, -2); err != nil {
		return Quantity{}, "", err
	}
	return made(&d, Multiple), formula, nil
}

// CAGR is the compound growth rate for each of the periods between two values, in percent.
func CAGR(now, then Quantity, periods int) (Quantity, string, error) {
	if now.Unit != then.Unit {
		return Quantity{}, "", fmt.Errorf("%s to %s: %w", then, now, ErrUnits)
	}
	if periods < 1 || then.Value.Sign() <= 0 || now.Value.Sign() <= 0 {
		return Quantity{}, "", fmt.Errorf("growth from %s to %s over %d periods: %w", then, now, periods, ErrZero)
	}
	var ratio, root, inverse apd.Decimal
	_, err1 := work.Quo(&ratio, &now.Value, &then.Value)
	_, err2 := work.Quo(&inverse, apd.New(1, 0), apd.New(int64(periods), 0))
	_, err3 := work.Pow(&root, &ratio, &inverse)
	_, err4 := work.Sub(&root, &root, apd.New(1, 0))
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return Quantity{}, "", err
	}
	root.Exponent += 2
	return rounded(&root, Percent), fmt.Sprintf("(%s ÷ %s)^(1 ÷ %d) − 1", now, then, periods), nil
}

func rounded(d *apd.Decimal, u Unit) Quantity {
	places := int32(-1)
	if one := apd.New(1, 0); d.CmpTotal(one) < 0 && d.CmpTotal(apd.New(-1, 0)) > 0 {
		places = -2
	}
	if _, err := work.Quantize(d, d, places); err != nil {
		return Quantity{}
	}
	return made(d, u)
}

func made(d *apd.Decimal, u Unit) Quantity {
	var v apd.Decimal
	v.Set(d)
	q := Quantity{Value: v, Unit: u}
	q.Digits = max(int(q.Value.NumDigits()), 1)
	return q
}
