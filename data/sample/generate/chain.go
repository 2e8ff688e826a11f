package main

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// An optionChain says what the options of a company are priced at: an implied volatility at the money, and its skew.
type optionChain struct {
	Company string
	ATM     float64 // implied volatility of the 28-day options at the money
	Term    float64 // added for each further month
	Skew    float64 // added for each 10 % below the spot
	Strikes []int64 // cents
}

var chains = []optionChain{
	{"HLDN", 0.42, 0.008, 0.03, []int64{1600, 1700, 1800, 1900, 2000, 2100, 2150, 2200, 2300, 2400, 2500, 2600, 2800}},
	{"LRKS", 0.31, 0.005, 0.025, []int64{12000, 12500, 13000, 13500, 14000, 14500, 15000, 15500, 16000, 16500, 17000, 18000}},
}

var expiries = []time.Time{day(2026, 12, 18), day(2027, 1, 15), day(2027, 3, 19)}

// riskFree is the rate that the chains are priced at, for all expiries, continuously compounded.
const riskFree = 0.0375

// chainCSV prices both sides of every strike with Black–Scholes–Merton and puts a bid and an ask around it, in cents.
func chainCSV(o optionChain) string {
	c := company(o.Company)
	rnd := c.rand("options")
	spot := float64(c.Close) / 100
	yield := float64(c.Dividend) * 4 / float64(c.Close)
	var b strings.Builder
	b.WriteString("as_of,underlying,spot,rate,dividend_yield,expiry,type,strike,bid,ask,last,volume,open_interest\n")
	for month, expiry := range expiries {
		years := expiry.Sub(today).Hours() / 24 / 365
		for _, k := range o.Strikes {
			strike := float64(k) / 100
			vol := o.ATM + o.Term*float64(month) + o.Skew*(spot-strike)/spot*10
			for _, kind := range []string{"call", "put"} {
				mid := price(kind, spot, strike, riskFree, yield, vol, years)
				half := max(0.01, math.Round(mid*1.5)/100)
				bid, ask := max(0, math.Round(mid*100-half*100)/100), math.Round(mid*100+half*100)/100
				near := 1 / (1 + 12*math.Abs(spot-strike)/spot)
				volume := int(near * float64(200+rnd.Int64N(2400)))
				interest := int(near * float64(1500+rnd.Int64N(16000)))
				fmt.Fprintf(&b, "%s,%s,%.2f,%.4f,%.4f,%s,%s,%.2f,%.2f,%.2f,%.2f,%d,%d\n", today.Format(time.DateOnly), c.ID, spot, riskFree, yield,
					expiry.Format(time.DateOnly), kind, strike, bid, ask, math.Round(mid*100)/100, volume, interest)
			}
		}
	}
	return b.String()
}

// price is the Black–Scholes–Merton value of a European option with a continuous dividend yield.
func price(kind string, s, k, r, q, vol, t float64) float64 {
	d1 := (math.Log(s/k) + (r-q+vol*vol/2)*t) / (vol * math.Sqrt(t))
	d2 := d1 - vol*math.Sqrt(t)
	n := func(x float64) float64 { return math.Erfc(-x/math.Sqrt2) / 2 }
	if kind == "call" {
		return s*math.Exp(-q*t)*n(d1) - k*math.Exp(-r*t)*n(d2)
	}
	return k*math.Exp(-r*t)*n(-d2) - s*math.Exp(-q*t)*n(-d1)
}
