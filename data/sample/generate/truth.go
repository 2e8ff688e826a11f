package main

import (
	"fmt"
	"strings"
	"time"
)

// today is the market's present: a Friday, after the close.
var today = day(2026, time.November, 20)

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

// A Company is one row of the table of truth. Money is in thousands of dollars, shares in basis points of revenue,
// so that everything that is derived from it is exact. Pairs are now and a year ago.
type Company struct {
	ID       string
	Name     string // as it is written in full
	Short    string
	Legal    string
	Business string // completes "NAME …"
	City     string
	CEO, CFO string
	Signed   string // who signed the filings, where the CFO is new
	CIK      int
	FYE      time.Month // the month in which the fiscal year ends, on its last day
	Last     time.Time  // the end of the latest quarter that was reported
	Filed    time.Time
	Next     time.Time // the next report
	Millions bool      // the filings are in millions, else in thousands
	Bank     bool

	Revenue  [8]int64 // by quarter, latest first
	Gross    [2]int64 // basis points of revenue
	RD, SGA  [2]int64
	Other    int64 // interest and other, net, in a quarter
	Tax      int64 // basis points of a profit before tax
	Shares   int64 // diluted, thousands
	OCF      int64
	Capex    int64
	Cash     int64
	Debt     int64
	Dividend int64 // cents a quarter
	Declared int64 // cents for the latest quarter, where the dividend has been raised since
	Guide    [2]int64
	Segments []Segment
	KPI      []KPI

	Close  int64            // cents, on today
	Vol    int64            // basis points: the widest ordinary day
	Volume int64            // shares on an ordinary day
	Moves  map[string]int64 // basis points on days with news
}

// A Segment has a share of revenue, in basis points, now and a year ago.
type Segment struct {
	Name  string
	Share [2]int64
}

// A KPI is a figure that a company reports beside its accounts.
type KPI struct {
	ID   string
	Name string
	Unit string // USD, %, or what is counted
	Now  string // decimal, scale multiplied out
	Then string
}

// A Quarter is one column of a company's accounts, all in thousands but EPS, which is in cents.
type Quarter struct {
	End                                 time.Time
	FY, Q                               int
	Revenue, Cost, Gross, RD, SGA       int64
	Operating, Other, Pretax, Tax       int64
	Net, Shares, EPS, OCF, Capex, Spare int64 // Spare is free cash flow
	Dividend                            int64
}

// Quarters are the eight quarters of the table, latest first.
func (c *Company) Quarters() []Quarter {
	qs := make([]Quarter, len(c.Revenue))
	for i, rev := range c.Revenue {
		end := monthEnd(c.Last, -3*i)
		fy, q := c.fiscal(end)
		x := Quarter{End: end, FY: fy, Q: q, Revenue: rev, Other: c.Other}
		x.Gross = c.unit(rev * lean(c.Gross, i) / 10000)
		x.Cost = rev - x.Gross
		x.RD = c.unit(rev * lean(c.RD, i) / 10000)
		x.SGA = c.unit(rev * lean(c.SGA, i) / 10000)
		x.Operating = x.Gross - x.RD - x.SGA
		x.Pretax = x.Operating + x.Other
		if x.Pretax > 0 {
			x.Tax = c.unit(x.Pretax * c.Tax / 10000)
		}
		x.Net = x.Pretax - x.Tax
		x.Shares = c.Shares - int64(i)*c.Shares/400
		if c.Millions {
			x.Shares = x.Shares / 1000 * 1000
		}
		x.EPS = div(x.Net*100, x.Shares)
		x.OCF = c.unit(rev * c.OCF / 10000 * (1000 - int64(i%4)*17) / 1000)
		x.Capex = c.unit(rev * c.Capex / 10000)
		x.Spare = x.OCF - x.Capex
		if x.Dividend = max(c.Declared, 0); x.Dividend == 0 {
			x.Dividend = c.Dividend
		}
		if i >= 4 { // it is raised once a year, by about five percent
			x.Dividend -= div(x.Dividend, 19)
		}
		qs[i] = x
	}
	return qs
}

// Year sums the four quarters of a fiscal year; false if the table does not hold all of them.
func (c *Company) Year(fy int) (Quarter, bool) {
	var y Quarter
	n := 0
	for _, q := range c.Quarters() {
		if q.FY != fy {
			continue
		}
		if n == 0 {
			y.End, y.FY = q.End, fy
		}
		n++
		y.Revenue += q.Revenue
		y.Cost += q.Cost
		y.Gross += q.Gross
		y.RD += q.RD
		y.SGA += q.SGA
		y.Operating += q.Operating
		y.Other += q.Other
		y.Pretax += q.Pretax
		y.Tax += q.Tax
		y.Net += q.Net
		y.OCF += q.OCF
		y.Capex += q.Capex
		y.Spare += q.Spare
		y.Dividend += q.Dividend
		y.Shares += q.Shares
	}
	if n != 4 {
		return y, false
	}
	y.Shares /= 4
	y.EPS = div(y.Net*100, y.Shares)
	return y, true
}

// fiscal says which quarter of which fiscal year ends at end. A fiscal year has the number of the year it ends in.
func (c *Company) fiscal(end time.Time) (year, quarter int) {
	months := (int(end.Month()) - int(c.FYE) + 12) % 12 // since the fiscal year's end
	quarter = months / 3
	year = end.Year()
	if end.Month() > c.FYE {
		year++
	}
	if quarter == 0 {
		quarter = 4
	}
	return year, quarter
}

// unit rounds to what the company's filings show.
func (c *Company) unit(thousands int64) int64 {
	if c.Millions {
		return div(thousands, 1000) * 1000
	}
	return thousands
}

// lean moves from the pair's first value, now, to its second, a year ago, and on in the same direction by half.
func lean(pair [2]int64, i int) int64 {
	if i <= 4 {
		return pair[0] + (pair[1]-pair[0])*int64(i)/4
	}
	return pair[1] + (pair[1]-pair[0])*int64(i-4)/8
}

// div divides and rounds half away from zero.
func div(a, b int64) int64 {
	if b < 0 {
		a, b = -a, -b
	}
	if a < 0 {
		return -((-a + b/2) / b)
	}
	return (a + b/2) / b
}

func monthEnd(t time.Time, months int) time.Time {
	return day(t.Year(), t.Month()+time.Month(months)+1, 0)
}

// money writes thousands of dollars as a newspaper does: $2.31 billion, $386.4 million.
func money(thousands int64) string {
	sign := ""
	if thousands < 0 {
		sign, thousands = "-", -thousands
	}
	switch {
	case thousands >= 1_000_000:
		return sign + "$" + fixed(div(thousands, 10_000), 2) + " billion"
	default:
		return sign + "$" + fixed(div(thousands, 100), 1) + " million"
	}
}

// fixed writes n with its last digits as decimals, without trailing zeros.
func fixed(n int64, decimals int) string {
	s := exact(n, decimals)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// exact writes n with its last digits as decimals, zeros kept.
func exact(n int64, decimals int) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	s := fmt.Sprintf("%0*d", decimals+1, n)
	if decimals == 0 {
		return sign + s
	}
	return sign + s[:len(s)-decimals] + "." + s[len(s)-decimals:]
}

// comma writes an integer with thousands separators.
func comma(n int64) string {
	s := fmt.Sprint(max(n, -n))
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	if n < 0 {
		return "-" + s
	}
	return s
}

// change is the change from b to a in tenths of a percent.
func change(a, b int64) int64 { return div((a-b)*1000, max(b, -b)) }

// percent writes tenths of a percent without their sign.
func percent(tenths int64) string { return exact(max(tenths, -tenths), 1) + "%" }

// margin is a share of revenue in tenths of a percent.
func margin(part, revenue int64) int64 { return div(part*1000, revenue) }

// dollars writes cents: $1.63, and a loss as a newspaper does.
func dollars(cents int64) string { return "$" + exact(max(cents, -cents), 2) }

func upDown(tenths int64, up, down string) string {
	if tenths < 0 {
		return down
	}
	return up
}

var ordinals = []string{"", "first", "second", "third", "fourth"}

func longDate(t time.Time) string { return t.Format("January 2, 2006") }

// period names a quarter as a company does: "third quarter of fiscal 2027".
func (q Quarter) period() string { return fmt.Sprintf("%s quarter of fiscal %d", ordinals[q.Q], q.FY) }
