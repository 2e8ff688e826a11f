package main

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// firstDay begins the price histories: a year and two weeks before today.
var firstDay = day(2025, time.November, 3)

// holidays are weekdays without trading.
var holidays = []string{"2025-11-27", "2025-12-25", "2026-01-01", "2026-01-19", "2026-02-16", "2026-04-03",
	"2026-05-25", "2026-06-19", "2026-07-03", "2026-09-07"}

// A Bar is one day's trading: prices in cents.
type Bar struct {
	Date                   time.Time
	Open, High, Low, Close int64
	Volume                 int64
}

func tradingDays() []time.Time {
	var days []time.Time
	for d := firstDay; !d.After(today); d = d.AddDate(0, 0, 1) {
		if wd := d.Weekday(); wd == time.Saturday || wd == time.Sunday || slices.Contains(holidays, d.Format(time.DateOnly)) {
			continue
		}
		days = append(days, d)
	}
	return days
}

// Bars walks back from today's close in whole cents, so that every machine gets the same prices.
func (c *Company) Bars() []Bar {
	days := tradingDays()
	rnd := c.rand("prices")
	bars := make([]Bar, len(days))
	closing := c.Close
	for i := len(days) - 1; i >= 0; i-- {
		move, news := c.Moves[days[i].Format(time.DateOnly)]
		if !news {
			move = (rnd.Int64N(2*c.Vol+1) + rnd.Int64N(2*c.Vol+1) - 2*c.Vol) / 2
		}
		before := div(closing*10000, 10000+move)
		gap := div((closing-before)*rnd.Int64N(80), 100)
		b := Bar{Date: days[i], Open: before + gap, Close: closing}
		b.High = max(b.Open, b.Close) + div(b.Close*rnd.Int64N(c.Vol/2+1), 20000)
		b.Low = min(b.Open, b.Close) - div(b.Close*rnd.Int64N(c.Vol/2+1), 20000)
		b.Volume = c.Volume * (70 + rnd.Int64N(60)) / 100
		if news {
			b.Volume = b.Volume * 5 / 2
		}
		b.Volume = b.Volume / 100 * 100
		bars[i] = b
		closing = before
	}
	return bars
}

// rand is a stream of its own for each company and use: adding one never changes another.
func (c *Company) rand(use string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(c.ID + "/" + use))
	return rand.New(rand.NewPCG(h.Sum64(), 20261120))
}

func pricesCSV(c *Company) string {
	var b strings.Builder
	b.WriteString("date,open,high,low,close,volume\n")
	for _, x := range c.Bars() {
		fmt.Fprintf(&b, "%s,%s,%s,%s,%s,%d\n", x.Date.Format(time.DateOnly), exact(x.Open, 2), exact(x.High, 2), exact(x.Low, 2), exact(x.Close, 2), x.Volume)
	}
	return b.String()
}

// range52 is the highest high and the lowest low of the year up to today.
func (c *Company) range52() (high, low int64) {
	low = 1 << 60
	for _, b := range c.Bars() {
		if b.Date.After(today.AddDate(-1, 0, 0)) {
			high, low = max(high, b.High), min(low, b.Low)
		}
	}
	return high, low
}

// dayMove is today's change of the close in hundredths of a percent.
func (c *Company) dayMove() int64 {
	bars := c.Bars()
	last, before := bars[len(bars)-1].Close, bars[len(bars)-2].Close
	return div((last-before)*10000, before)
}
