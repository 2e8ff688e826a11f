package options

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Quote is one line of a chain.
type Quote struct {
	Contract
	Expiry       time.Time
	Bid, Ask     float64
	Volume       float64
	OpenInterest float64
	Row          string // as it was read
}

// Mid is the midpoint of bid and ask, and whether that is a price: there is a bid, and it is not above the ask.
func (q Quote) Mid() (float64, bool) { return (q.Bid + q.Ask) / 2, q.Bid > 0 && q.Ask >= q.Bid }

// A Chain is the options on one underlying, as of one day.
type Chain struct {
	Underlying string
	AsOf       time.Time
	Spot       float64
	Quotes     []Quote
	Bad        int // lines that could not be read
}

var columns = []string{"as_of", "underlying", "spot", "rate", "dividend_yield", "expiry", "type", "strike", "bid", "ask", "volume", "open_interest"}

// ParseChain reads a chain: comma-separated values, or table rows of "cell | cell", under a heading that names the
// columns. Lines that cannot be read are counted and left out.
func ParseChain(text string) (Chain, error) {
	var (
		c    Chain
		head map[string]int
	)
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		sep := ","
		if strings.Contains(line, "|") {
			sep = "|"
		}
		cells := strings.Split(line, sep)
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		if head == nil {
			h := map[string]int{}
			for i, name := range cells {
				h[strings.ToLower(name)] = i
			}
			if missing := slices.IndexFunc(columns, func(n string) bool { _, ok := h[n]; return !ok }); missing < 0 {
				head = h
			} else if _, looks := h["strike"]; looks {
				return Chain{}, fmt.Errorf("read option chain: no column %q", columns[missing])
			}
			continue
		}
		q, underlying, asOf, ok := parseQuote(cells, head)
		if !ok || c.Underlying != "" && (underlying != c.Underlying || !asOf.Equal(c.AsOf)) {
			c.Bad++
			continue
		}
		q.Row = line
		c.Underlying, c.AsOf, c.Spot = underlying, asOf, q.Spot
		c.Quotes = append(c.Quotes, q)
	}
	if head == nil {
		return Chain{}, errors.New("read option chain: no heading")
	}
	return c, nil
}

func parseQuote(cells []string, head map[string]int) (q Quote, underlying string, asOf time.Time, ok bool) {
	ok = true
	text := func(name string) string {
		if i := head[name]; i < len(cells) {
			return cells[i]
		}
		ok = false
		return ""
	}
	number := func(name string) float64 {
		v, err := strconv.ParseFloat(text(name), 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) || math.Abs(v) > 1e12 {
			ok = false
		}
		return v
	}
	date := func(name string) time.Time {
		t, err := time.Parse(time.DateOnly, text(name))
		if err != nil {
			ok = false
		}
		return t
	}
	underlying, asOf = text("underlying"), date("as_of")
	q = Quote{
		Contract: Contract{Side: Side(strings.ToLower(text("type"))), Spot: number("spot"), Strike: number("strike"), Rate: number("rate"), Yield: number("dividend_yield")},
		Expiry:   date("expiry"), Bid: number("bid"), Ask: number("ask"), Volume: number("volume"), OpenInterest: number("open_interest"),
	}
	q.Years = q.Expiry.Sub(asOf).Hours() / 24 / 365
	ok = ok && (q.Side == Call || q.Side == Put) && q.Spot > 0 && q.Strike > 0 && q.Years > 0 && q.Years < 50 &&
		math.Abs(q.Rate) < 1 && math.Abs(q.Yield) < 1 && q.Bid >= 0 && q.Ask >= 0 && q.Volume >= 0 && q.OpenInterest >= 0
	return q, underlying, asOf, ok
}

// Expiries lists when the options expire, the nearest first.
func (c Chain) Expiries() []time.Time {
	var out []time.Time
	for _, q := range c.Quotes {
		if !slices.ContainsFunc(out, q.Expiry.Equal) {
			out = append(out, q.Expiry)
		}
	}
	slices.SortFunc(out, time.Time.Compare)
	return out
}

// A Point is the volatility that one quote implies.
type Point struct {
	Quote
	Vol float64
}

// Smile is what the options that expire on a day imply, by strike: of each strike the side that is out of the money,
// because it is the one that is traded. Quotes without a price, or with one that no volatility explains, are left out.
func (c Chain) Smile(expiry time.Time) []Point {
	var out []Point
	for _, q := range c.Quotes {
		if !q.Expiry.Equal(expiry) {
			continue
		}
		s, k := q.present()
		if (q.Side == Put) != (k < s) {
			continue
		}
		mid, ok := q.Mid()
		if !ok {
			continue
		}
		if vol, err := q.Implied(mid); err == nil {
			out = append(out, Point{q, vol})
		}
	}
	slices.SortStableFunc(out, func(a, b Point) int {
		switch {
		case a.Strike < b.Strike:
			return -1
		case a.Strike > b.Strike:
			return 1
		}
		return 0
	})
	return out
}

// VolAt is the volatility at a strike, between the two points beside it; false outside of them.
func VolAt(smile []Point, strike float64) (vol float64, near Point, ok bool) {
	for i, p := range smile {
		switch {
		case p.Strike == strike:
			return p.Vol, p, true
		case p.Strike > strike && i > 0:
			below := smile[i-1]
			part := (strike - below.Strike) / (p.Strike - below.Strike)
			near = below
			if part > 0.5 {
				near = p
			}
			return below.Vol + part*(p.Vol-below.Vol), near, true
		case p.Strike > strike:
			return 0, Point{}, false
		}
	}
	return 0, Point{}, false
}

// Around is the expiry nearest to so many days after the chain's day, of those that have a week left; false without one.
func (c Chain) Around(days int) (time.Time, bool) {
	var best time.Time
	want := c.AsOf.AddDate(0, 0, days)
	for _, e := range c.Expiries() {
		if e.Sub(c.AsOf) >= 7*24*time.Hour && (best.IsZero() || e.Sub(want).Abs() < best.Sub(want).Abs()) {
			best = e
		}
	}
	return best, !best.IsZero()
}

// PutCall is how many puts trade for each call, by volume and by open interest; false without calls.
func (c Chain) PutCall() (volume, interest float64, ok bool) {
	var v, o [2]float64
	for _, q := range c.Quotes {
		i := 0
		if q.Side == Put {
			i = 1
		}
		v[i] += q.Volume
		o[i] += q.OpenInterest
	}
	if v[0] == 0 || o[0] == 0 {
		return 0, 0, false
	}
	return v[1] / v[0], o[1] / o[0], true
}
