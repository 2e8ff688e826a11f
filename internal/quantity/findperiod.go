package quantity

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// A PeriodMatch is a period found in a text: text[Start:End] is what was written.
type PeriodMatch struct {
	Start, End int
	Period     Period
}

const (
	monthNames = `(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?`
	yearDigits = `((?:19|20)\d\d)`
)

// A pattern reads one way of writing a period. The first that matches at a place wins.
type pattern struct {
	re   *regexp.Regexp
	read func(g []string, ref time.Time) (Period, bool)
}

var patterns = []pattern{
	{ci(yearDigits + `-(\d\d)-(\d\d)`), func(g []string, _ time.Time) (Period, bool) {
		return day(num(g[1]), num(g[2]), num(g[3]))
	}},
	{ci(`(\d{1,2})/(\d{1,2})/` + yearDigits), func(g []string, _ time.Time) (Period, bool) {
		return day(num(g[3]), num(g[1]), num(g[2]))
	}},
	{ci(monthNames + ` (\d{1,2})(?:st|nd|rd|th)?,? ` + yearDigits), func(g []string, _ time.Time) (Period, bool) {
		return day(num(g[3]), month(g[1]), num(g[2]))
	}},
	{ci(`(\d{1,2})(?:st|nd|rd|th)?(?: of)? ` + monthNames + ` ` + yearDigits), func(g []string, _ time.Time) (Period, bool) {
		return day(num(g[3]), month(g[2]), num(g[1]))
	}},
	{ci(monthNames + ` ` + yearDigits), func(g []string, _ time.Time) (Period, bool) {
		return Period{Kind: Month, Year: num(g[2]), N: month(g[1])}, true
	}},
	{ci(monthNames + ` (\d{1,2})(?:st|nd|rd|th)?`), func(g []string, ref time.Time) (Period, bool) {
		return nearestDay(ref, month(g[1]), num(g[2]))
	}},
	{ci(`(\d{1,2})(?:st|nd|rd|th)?(?: of)? ` + monthNames), func(g []string, ref time.Time) (Period, bool) {
		return nearestDay(ref, month(g[2]), num(g[1]))
	}},
	{ci(`q([1-4])(?: of)?,?(?: |-)?(fy|fiscal )?'?((?:20)?\d\d)`), func(g []string, _ time.Time) (Period, bool) {
		return Period{Kind: Quarter, Fiscal: g[2] != "", Year: year(g[3]), N: num(g[1])}, true
	}},
	{ci(`([1-4])q(?: ?(fy))?'?((?:20)?\d\d)`), func(g []string, _ time.Time) (Period, bool) {
		return Period{Kind: Quarter, Fiscal: g[2] != "", Year: year(g[3]), N: num(g[1])}, true
	}},
	{ci(`(?:fy|fiscal )'?((?:20)?\d\d) q([1-4])`), func(g []string, _ time.Time) (Period, bool) {
		return Period{Kind: Quarter, Fiscal: true, Year: year(g[1]), N: num(g[2])}, true
	}},
	{ci(`(fiscal )?(first|second|third|fourth|1st|2nd|3rd|4th)[ -](?:fiscal )?quarter(?:,? (?:of |in )?(?:the )?(fiscal |fy ?)?(?:year )?` + yearDigits + `)?`), func(g []string, _ time.Time) (Period, bool) {
		return Period{Kind: Quarter, Fiscal: g[1] != "" || g[3] != "", Year: num(g[4]), N: ordinal(g[2])}, true
	}},
	{ci(`([12])h'?((?:20)?\d\d)`), func(g []string, _ time.Time) (Period, bool) {
		return Period{Kind: Half, Year: year(g[2]), N: num(g[1])}, true
	}},
	{ci(`h([12]) (fy)?'?((?:20)?\d\d)`), func(g []string, _ time.Time) (Period, bool) {
		return Period{Kind: Half, Fiscal: g[2] != "", Year: year(g[3]), N: num(g[1])}, true
	}},
	{ci(`(first|second) half(?: of (fiscal )?` + yearDigits + `)?`), func(g []string, _ time.Time) (Period, bool) {
		return Period{Kind: Half, Fiscal: g[2] != "", Year: num(g[3]), N: ordinal(g[1])}, true
	}},
	{ci(`(?:first )?nine months(?: of (fiscal )?` + yearDigits + `)`), func(g []string, _ time.Time) (Period, bool) {
		return Period{Kind: NineMos, Fiscal: g[1] != "", Year: num(g[2])}, true
	}},
	{ci(`(?:fy|fiscal(?: year)?) ?'?((?:20)?\d\d)`), func(g []string, _ time.Time) (Period, bool) {
		return Period{Kind: Year, Fiscal: true, Year: year(g[1])}, true
	}},
	{ci(`(yesterday|today|tonight|this morning)`), func(g []string, ref time.Time) (Period, bool) {
		if ref.IsZero() {
			return Period{}, false
		}
		back := 0
		if strings.EqualFold(g[1], "yesterday") {
			back = 1
		}
		return dayOf(ref.AddDate(0, 0, -back)), true
	}},
	{ci(`(?:last |this )?(monday|tuesday|wednesday|thursday|friday|saturday|sunday)`), func(g []string, ref time.Time) (Period, bool) {
		if ref.IsZero() {
			return Period{}, false
		}
		for back := range 7 {
			if d := ref.AddDate(0, 0, -back); strings.EqualFold(d.Weekday().String(), g[1]) {
				return dayOf(d), true
			}
		}
		return Period{}, false
	}},
	{ci(`(?:in|for|since|during|end of|by|year|through|until|from|versus|vs) ` + yearDigits), func(g []string, _ time.Time) (Period, bool) {
		return Period{Kind: Year, Year: num(g[1])}, true
	}},
}

func ci(re string) *regexp.Regexp { return regexp.MustCompile(`(?i)\b` + re + `\b`) }

// FindPeriods lists the periods that a text names, in order and without overlaps. Days that are told without a year, or
// by weekday, are the last such day up to ref; with no ref they are left out.
func FindPeriods(text string, ref time.Time) []PeriodMatch {
	var out []PeriodMatch
	for at := 0; at < len(text); {
		best := PeriodMatch{Start: len(text)}
		for _, p := range patterns {
			loc := p.re.FindStringSubmatchIndex(text[at:])
			if loc == nil || at+loc[0] > best.Start || at+loc[0] == best.Start && at+loc[1] <= best.End {
				continue
			}
			groups := make([]string, len(loc)/2)
			for i := range groups {
				if loc[2*i] >= 0 {
					groups[i] = text[at+loc[2*i] : at+loc[2*i+1]]
				}
			}
			if period, ok := p.read(groups, ref); ok {
				best = PeriodMatch{at + loc[0], at + loc[1], period}
			}
		}
		if best.Period.Kind == "" {
			break
		}
		out = append(out, best)
		at = best.End
	}
	return out
}

func num(s string) int {
	n, _ := strconv.Atoi(s) // the pattern matched digits, or nothing
	return n
}

// year reads "2026" and "26".
func year(s string) int {
	n := num(s)
	if n < 100 {
		n += 2000
	}
	return n
}

func month(s string) int {
	return strings.Index("janfebmaraprmayjunjulaugsepoctnovdec", strings.ToLower(s[:3]))/3 + 1
}

func ordinal(s string) int {
	return map[string]int{"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}[strings.ToLower(s)]
}

func day(y, m, d int) (Period, bool) {
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if m < 1 || m > 12 || t.Day() != d {
		return Period{}, false
	}
	return Period{Kind: Day, Year: y, End: t}, true
}

func dayOf(t time.Time) Period {
	p, _ := day(t.Year(), int(t.Month()), t.Day())
	return p
}

// nearestDay is the last such day up to a month after ref.
func nearestDay(ref time.Time, m, d int) (Period, bool) {
	if ref.IsZero() {
		return Period{}, false
	}
	p, ok := day(ref.Year(), m, d)
	if ok && p.End.After(ref.AddDate(0, 1, 0)) {
		return day(ref.Year()-1, m, d)
	}
	return p, ok
}
