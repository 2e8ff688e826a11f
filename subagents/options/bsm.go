package options

import (
	"errors"
	"fmt"
	"math"
)

// A Side is call or put.
type Side string

// The sides.
const (
	Call Side = "call"
	Put  Side = "put"
)

// A Contract is a European option, seen from a moment.
type Contract struct {
	Side   Side
	Spot   float64
	Strike float64
	Years  float64 // to expiry
	Rate   float64 // risk-free, continuously compounded
	Yield  float64 // of dividends, continuously compounded
}

func normal(x float64) float64  { return math.Erfc(-x/math.Sqrt2) / 2 }
func density(x float64) float64 { return math.Exp(-x*x/2) / math.Sqrt(2*math.Pi) }

func (c Contract) d(vol float64) (d1, d2 float64) {
	s := vol * math.Sqrt(c.Years)
	d1 = (math.Log(c.Spot/c.Strike) + (c.Rate-c.Yield+vol*vol/2)*c.Years) / s
	return d1, d1 - s
}

// present are the spot without the dividends until expiry, and the strike's present value.
func (c Contract) present() (spot, strike float64) {
	return c.Spot * math.Exp(-c.Yield*c.Years), c.Strike * math.Exp(-c.Rate*c.Years)
}

// Price is the value at a volatility: Merton's formula.
func (c Contract) Price(vol float64) float64 {
	d1, d2 := c.d(vol)
	s, k := c.present()
	if c.Side == Call {
		return s*normal(d1) - k*normal(d2)
	}
	return k*normal(-d2) - s*normal(-d1)
}

// Bounds are what a price must lie between, or there is money to be made without risk.
func (c Contract) Bounds() (low, high float64) {
	s, k := c.present()
	if c.Side == Call {
		return max(0, s-k), s
	}
	return max(0, k-s), k
}

// Greeks are the price's sensitivities: Vega and Rho for a change of one (100 points), Theta for a year.
type Greeks struct{ Delta, Gamma, Vega, Theta, Rho float64 }

// Greeks at a volatility.
func (c Contract) Greeks(vol float64) Greeks {
	d1, d2 := c.d(vol)
	s, k := c.present()
	carry := math.Exp(-c.Yield * c.Years)
	g := Greeks{
		Gamma: carry * density(d1) / (c.Spot * vol * math.Sqrt(c.Years)),
		Vega:  s * density(d1) * math.Sqrt(c.Years),
	}
	decay := -s * density(d1) * vol / (2 * math.Sqrt(c.Years))
	if c.Side == Call {
		g.Delta = carry * normal(d1)
		g.Theta = decay - c.Rate*k*normal(d2) + c.Yield*s*normal(d1)
		g.Rho = k * c.Years * normal(d2)
	} else {
		g.Delta = -carry * normal(-d1)
		g.Theta = decay + c.Rate*k*normal(-d2) - c.Yield*s*normal(-d1)
		g.Rho = -k * c.Years * normal(-d2)
	}
	return g
}

// ErrArbitrage says that no volatility explains a price.
var ErrArbitrage = errors.New("price is outside the no-arbitrage bounds")

const (
	volLow, volHigh = 1e-4, 8.0
	volExact        = 1e-9
)

// Implied is the volatility at which the contract has a price: Newton's steps, kept within a bracket that is halved
// where a step would leave it or vega is too small to follow.
func (c Contract) Implied(price float64) (float64, error) {
	if !(c.Spot > 0) || !(c.Strike > 0) || !(c.Years > 0) {
		return 0, fmt.Errorf("implied volatility: spot %g, strike %g, %g years", c.Spot, c.Strike, c.Years)
	}
	low, high := volLow, volHigh
	if atLow, atHigh := c.Price(low), c.Price(high); !(price > atLow) || !(price < atHigh) {
		lo, hi := c.Bounds()
		return 0, fmt.Errorf("implied volatility: %.4f is not within %.4f and %.4f: %w", price, lo, hi, ErrArbitrage)
	}
	// Manaster and Koehler's (1982) seed, from which Newton's steps do not overshoot.
	vol := math.Sqrt(2 / c.Years * math.Abs(math.Log(c.Spot/c.Strike)+(c.Rate-c.Yield)*c.Years))
	if !(vol > low) || !(vol < high) {
		vol = 0.3
	}
	for range 200 {
		miss := c.Price(vol) - price
		if miss > 0 {
			high = vol
		} else {
			low = vol
		}
		next := vol - miss/c.Greeks(vol).Vega
		if !(next > low) || !(next < high) {
			next = (low + high) / 2
		}
		if math.Abs(next-vol) < volExact {
			return next, nil
		}
		vol = next
	}
	return vol, nil
}
