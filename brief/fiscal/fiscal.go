// Package fiscal counts time as a company does: its quarters and years, from the last day of its fiscal year.
package fiscal

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/internal/quantity"
)

// A Calendar is a company's. A fiscal year has the number of the calendar year that it ends in.
type Calendar struct {
	last time.Month // the month that the fiscal year ends in
}

// Of reads a term's FiscalYearEnd; without one the fiscal year is the calendar's.
func Of(t lexicon.Term) Calendar {
	if d, err := time.Parse("01-02", t.FiscalYearEnd); err == nil {
		return Calendar{d.Month()}
	}
	return Calendar{time.December}
}

// Ending is the period of the given length in months that ends on a day. Years of 52 weeks end up to a week into the
// next month: such a day counts as the end of the month before.
func (c Calendar) Ending(end time.Time, months int) (quantity.Period, bool) {
	end = day(end)
	month := end
	if end.Day() <= 7 {
		month = end.AddDate(0, 0, -end.Day())
	}
	year := month.Year()
	if month.Month() > c.last {
		year++
	}
	since := (int(month.Month()) - int(c.last) + 12) % 12 // months into the fiscal year; 0 is its end
	if since == 0 {
		since = 12
	}
	p := quantity.Period{Fiscal: c.last != time.December, Year: year, End: end, Start: start(month, months)}
	switch {
	case months == 3 && since%3 == 0:
		p.Kind, p.N = quantity.Quarter, since/3
	case months == 12 && since == 12:
		p.Kind = quantity.Year
	case months == 12:
		p.Kind, p.Year = quantity.Trailing, 0
	case months == 6 && since%6 == 0:
		p.Kind, p.N = quantity.Half, since/6
	case months == 9 && since == 9:
		p.Kind = quantity.NineMos
	default:
		return quantity.Period{}, false
	}
	return p, true
}

// Quarter is a quarter by its number, with its days.
func (c Calendar) Quarter(year, n int) quantity.Period {
	p, _ := c.Ending(monthEnd(year, int(c.last)-12+3*n), 3)
	return p
}

// Year is a fiscal year by its number, with its days.
func (c Calendar) Year(year int) quantity.Period {
	p, _ := c.Ending(monthEnd(year, int(c.last)), 12)
	return p
}

// Before is the same stretch n periods earlier; only quarters and years have one.
func (c Calendar) Before(p quantity.Period, n int) (quantity.Period, bool) {
	switch p.Kind {
	case quantity.Quarter:
		at := p.Year*4 + p.N - 1 - n
		return c.Quarter(at/4, at%4+1), true
	case quantity.Year:
		return c.Year(p.Year - n), true
	}
	return quantity.Period{}, false
}

func day(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

func monthEnd(year, month int) time.Time {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC)
}

func start(end time.Time, months int) time.Time {
	return time.Date(end.Year(), end.Month()-time.Month(months)+1, 1, 0, 0, 0, 0, time.UTC)
}

const date = `((?:january|february|march|april|may|june|july|august|september|october|november|december) \d{1,2}, \d{4})`

var (
	ended    = regexp.MustCompile(`(?i)(three months|six months|nine months|twelve months|year|quarter|quarterly period|fiscal year|annual period|13 weeks|52 weeks) ended ` + date)
	quarter  = regexp.MustCompile(`(?i)\b(first|second|third|fourth)[- ](?:fiscal )?quarter(?:(?: of|,)? (?:the )?(fiscal )?(?:year )?(20\d\d))?`)
	shortQ   = regexp.MustCompile(`\bQ([1-4])(?: (?:of )?(?:FY|fiscal )?'?(20\d\d|\d\d))?\b`)
	fiscalY  = regexp.MustCompile(`(?i)\b(?:fiscal(?: year)?|full[- ]year|FY) ?(20\d\d)\b`)
	onlyDate = regexp.MustCompile(`(?i)^\s*(?:as of )?` + date + `\s*$`)
)

var months = map[string]int{"three months": 3, "six months": 6, "nine months": 9, "twelve months": 12, "year": 12, "quarter": 3, "quarterly period": 3, "fiscal year": 12, "annual period": 12, "13 weeks": 3, "52 weeks": 12}

var ordinal = map[string]int{"first": 1, "second": 2, "third": 3, "fourth": 4}

// Find reads the first period that a text names. Where a quarter has no year, it is the last one that ended before
// published.
func (c Calendar) Find(text string, published time.Time) (quantity.Period, bool) {
	type found struct {
		at int
		p  quantity.Period
	}
	best := found{at: -1}
	consider := func(at int, p quantity.Period, ok bool) {
		if ok && (best.at < 0 || at < best.at) {
			best = found{at, p}
		}
	}
	if m := ended.FindStringSubmatchIndex(text); m != nil {
		end, err := time.Parse("January 2, 2006", canonical(text[m[4]:m[5]]))
		if err == nil {
			p, ok := c.Ending(end, months[strings.ToLower(text[m[2]:m[3]])])
			consider(m[0], p, ok)
		}
	}
	if m := quarter.FindStringSubmatchIndex(text); m != nil {
		n, year := ordinal[strings.ToLower(text[m[2]:m[3]])], 0
		if m[6] >= 0 {
			year, _ = strconv.Atoi(text[m[6]:m[7]])
		}
		p, ok := c.quarter(n, year, published)
		consider(m[0], p, ok)
	}
	if m := shortQ.FindStringSubmatchIndex(text); m != nil {
		n, _ := strconv.Atoi(text[m[2]:m[3]])
		year := 0
		if m[4] >= 0 {
			if year, _ = strconv.Atoi(text[m[4]:m[5]]); year < 100 {
				year += 2000
			}
		}
		p, ok := c.quarter(n, year, published)
		consider(m[0], p, ok)
	}
	if m := fiscalY.FindStringSubmatchIndex(text); m != nil {
		year, _ := strconv.Atoi(text[m[2]:m[3]])
		consider(m[0], c.Year(year), true)
	}
	return best.p, best.at >= 0
}

// Column reads the head of a table's column: a period, or the day of a balance, which counts as the quarter it ends.
func (c Calendar) Column(head string, published time.Time) (quantity.Period, bool) {
	if m := onlyDate.FindStringSubmatch(head); m != nil {
		end, err := time.Parse("January 2, 2006", canonical(m[1]))
		if err != nil {
			return quantity.Period{}, false
		}
		return c.Ending(end, 3)
	}
	return c.Find(head, published)
}

// Latest is the last quarter that had ended by a day.
func (c Calendar) Latest(by time.Time) quantity.Period {
	for i := 0; ; i++ {
		end := monthEnd(by.Year(), int(by.Month())-i)
		if end.After(by) {
			continue
		}
		if p, ok := c.Ending(end, 3); ok {
			return p
		}
	}
}

func (c Calendar) quarter(n, year int, published time.Time) (quantity.Period, bool) {
	if year > 0 {
		return c.Quarter(year, n), true
	}
	if published.IsZero() {
		return quantity.Period{}, false
	}
	for y := published.Year() + 1; ; y-- {
		if p := c.Quarter(y, n); !p.End.After(published) {
			return p, true
		}
	}
}

// canonical writes a month as time.Parse wants it.
func canonical(date string) string {
	return strings.ToUpper(date[:1]) + strings.ToLower(date[1:])
}

// Say names a period for a sentence: "the third quarter of fiscal 2027".
func Say(p quantity.Period) string {
	fiscal := ""
	if p.Fiscal {
		fiscal = "fiscal "
	}
	switch p.Kind {
	case quantity.Quarter:
		return fmt.Sprintf("the %s quarter of %s%d", []string{"", "first", "second", "third", "fourth"}[p.N], fiscal, p.Year)
	case quantity.Half:
		return fmt.Sprintf("the %s half of %s%d", []string{"", "first", "second"}[p.N], fiscal, p.Year)
	case quantity.Year:
		if p.Fiscal {
			return fmt.Sprintf("fiscal %d", p.Year)
		}
		return fmt.Sprintf("the year %d", p.Year)
	case quantity.NineMos:
		return fmt.Sprintf("the first nine months of %s%d", fiscal, p.Year)
	case quantity.Day:
		return p.End.Format("January 2, 2006")
	case quantity.Month:
		return fmt.Sprintf("%s %d", time.Month(p.N), p.Year)
	case quantity.Trailing:
		return "the twelve months to " + p.End.Format("January 2, 2006")
	}
	return p.End.Format("January 2, 2006")
}
