package evals

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A date has a year, a decade or a century, and what else is written of it; 0 is not written.
type date struct {
	year, month, day int
	decade, century  bool
	at, end          int
}

const monthName = `(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?`

var (
	dateForms = []struct {
		re   *regexp.Regexp
		read func(m []string) date
	}{
		{regexp.MustCompile(`(?i)\b(\d{1,2})(?:st|nd|rd|th)?(?: of)? ` + monthName + `,?(?: of)? (\d{4})\b`), func(m []string) date { return date{year: atoi(m[3]), month: monthOf(m[2]), day: atoi(m[1])} }},
		{regexp.MustCompile(`(?i)\b` + monthName + ` (\d{1,2})(?:st|nd|rd|th)?,?(?: of| in)? (\d{4})\b`), func(m []string) date { return date{year: atoi(m[3]), month: monthOf(m[1]), day: atoi(m[2])} }},
		{regexp.MustCompile(`\b(\d{4})-(\d{2})-(\d{2})\b`), func(m []string) date { return date{year: atoi(m[1]), month: atoi(m[2]), day: atoi(m[3])} }},
		{regexp.MustCompile(`\b(\d{1,2})[/.](\d{1,2})[/.](\d{4})\b`), func(m []string) date {
			d := date{year: atoi(m[3]), month: atoi(m[2]), day: atoi(m[1])}
			if d.month > 12 {
				d.month, d.day = d.day, d.month
			}
			return d
		}},
		{regexp.MustCompile(`(?i)\b` + monthName + `,?(?: of)? (\d{4})\b`), func(m []string) date { return date{year: atoi(m[2]), month: monthOf(m[1])} }},
		{regexp.MustCompile(`(?i)\b(\d{1,2})(?:st|nd|rd|th)?(?: of)? ` + monthName + `\b`), func(m []string) date { return date{month: monthOf(m[2]), day: atoi(m[1])} }},
		{regexp.MustCompile(`(?i)\b` + monthName + ` (\d{1,2})(?:st|nd|rd|th)?\b`), func(m []string) date { return date{month: monthOf(m[1]), day: atoi(m[2])} }},
		{regexp.MustCompile(`(?i)\b(\d{1,2})(?:st|nd|rd|th) century\b`), func(m []string) date { return date{year: 100 * (atoi(m[1]) - 1), century: true} }},
		{regexp.MustCompile(`\b(1\d|20)(\d)0s\b`), func(m []string) date { return date{year: atoi(m[1])*100 + atoi(m[2])*10, decade: true} }},
		{regexp.MustCompile(`(?i)\b(\d{2,4}) (?:ad|bce?|ce)\b`), func(m []string) date { return date{year: atoi(m[1])} }},
		{regexp.MustCompile(`\b(1[0-9]\d\d|20\d\d)\b`), func(m []string) date { return date{year: atoi(m[1])} }},
	}
	dateFiller = regexp.MustCompile(`(?i)\b(in|on|the|of|circa|ca?|around|about|early|late|mid|since|from|to|until|between|and|during|year|years|ad|bce?|ce|at|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b|[^\pL\pN]`)
	asksFully  = regexp.MustCompile(`(?i)\b(date|day|month)\b`)
	asksYear   = regexp.MustCompile(`(?i)\b(year)\b`)
	clauseCut  = regexp.MustCompile(`[,;:()]\s+| and | but | while | which | before | after `)
)

func atoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

func monthOf(s string) int {
	return strings.Index("janfebmaraprmayjunjulaugsepoctnovdec", strings.ToLower(s[:3]))/3 + 1
}

// findDates lists the dates of a text in order, each read by the fullest form that fits.
func findDates(text string) []date {
	var out []date
	for _, form := range dateForms {
		for _, m := range form.re.FindAllStringSubmatchIndex(text, -1) {
			if slices.ContainsFunc(out, func(d date) bool { return m[0] < d.end && d.at < m[1] }) {
				continue
			}
			var parts []string
			for i := 0; i < len(m); i += 2 {
				parts = append(parts, text[m[i]:m[i+1]])
			}
			d := form.read(parts)
			d.at, d.end = m[0], m[1]
			out = append(out, d)
		}
	}
	slices.SortFunc(out, func(a, b date) int { return a.at - b.at })
	return out
}

// goldDates says whether a gold is a date, or several, and nothing else.
func goldDates(gold string) ([]date, bool) {
	dates := findDates(gold)
	if len(dates) == 0 {
		return nil, false
	}
	rest := gold
	for _, d := range slices.Backward(dates) {
		rest = rest[:d.at] + " " + rest[d.end:]
	}
	return dates, dateFiller.ReplaceAllString(rest, "") == ""
}

// is says whether an answer's date is the gold's, as exactly as the question asks.
func (g date) is(a date, question string) bool {
	switch {
	case g.century:
		return a.year >= g.year && a.year < g.year+100
	case g.decade:
		return !a.century && a.year >= g.year && a.year < g.year+10
	case a.decade, a.century:
		return false
	case g.year != 0 && a.year != g.year:
		return a.year == 0 && g.day != 0 && a.day == g.day && a.month == g.month
	case asksYear.MatchString(question) && !asksFully.MatchString(question):
		return true
	case g.month != 0 && a.month != g.month:
		return a.month == 0 && !asksFully.MatchString(question)
	case g.day != 0 && a.day != g.day:
		return a.day == 0 && !asksFully.MatchString(question)
	}
	return true
}

// holdsDates says whether each date of a gold is what the answer says of the thing asked.
func (s sentences) holdsDates(golds []date) (bool, string) {
	for _, g := range golds {
		if ok, why := s.holdsDate(g); !ok {
			return false, why
		}
	}
	return true, "it says the date"
}

func (s sentences) holdsDate(g date) (bool, string) {
	best, right, wrong := -1, -1, ""
	for _, x := range s.all {
		if x.refuses {
			continue
		}
		for _, c := range clausesOf(x.text) {
			dates := findDates(c)
			if len(dates) == 0 {
				continue
			}
			n := s.overlap(readWords(c))
			if slices.ContainsFunc(dates, func(d date) bool { return g.is(d, s.question) }) && !deniesDate.MatchString(c) {
				right = max(right, n)
			} else if n > best && (g.day == 0 || dates[0].year != 0) {
				best, wrong = n, c[dates[0].at:dates[0].end]
			}
		}
	}
	switch {
	case right < 0 && wrong == "":
		return false, ""
	case right < 0:
		return false, "it says " + wrong
	case best >= right+2:
		return false, "it says " + wrong + " of what was asked"
	}
	return true, ""
}

var deniesDate = regexp.MustCompile(`(?i)\bnot (in|on|until)\b`)

// clausesOf cuts a sentence so that each date stands with what is said of it. A comma within a date is none.
func clausesOf(text string) []string {
	var out []string
	from := 0
	dates := findDates(text)
	for _, m := range clauseCut.FindAllStringIndex(text, -1) {
		if slices.ContainsFunc(dates, func(d date) bool { return m[0] >= d.at && m[0] < d.end }) {
			continue
		}
		out = append(out, text[from:m[0]])
		from = m[0]
	}
	return append(out, text[from:])
}
