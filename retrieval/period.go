package retrieval

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aubade/aubade/internal/quantity"
)

// spoken is what a question says about time.
type spoken struct {
	period       Period
	against      Period
	since, until time.Time
	// span is how far back a change is asked over: "this week" is 7 days.
	span time.Duration
}

var ordinals = map[string]int{"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}

var months = map[string]time.Month{"january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8,
	"september": 9, "october": 10, "november": 11, "december": 12, "jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8,
	"sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12}

var weekdays = map[string]time.Weekday{"sunday": 0, "monday": 1, "tuesday": 2, "wednesday": 3, "thursday": 4, "friday": 5, "saturday": 6}

// timeOf reads the periods that a question names. used marks the words it took, so that they name nothing else.
func timeOf(ws []string, now time.Time, subject quantity.Period, change bool) (s spoken, used []bool) {
	p := periodReader{ws: ws, now: dayOf(now), subject: subject, change: change, used: make([]bool, len(ws))}
	for i := 0; i < len(ws); {
		if n := p.absolute(i); n > 0 {
			p.mark(i, n)
			i += n
		} else if n := p.relative(i); n > 0 {
			p.mark(i, n)
			i += n
		} else {
			i++
		}
	}
	return p.spoken, p.used
}

type periodReader struct {
	spoken
	ws      []string
	now     time.Time
	subject quantity.Period
	change  bool
	used    []bool
}

func (p *periodReader) mark(i, n int) {
	for j := i; j < i+n; j++ {
		p.used[j] = true
	}
}

func (p *periodReader) at(i int) string {
	if i < len(p.ws) {
		return p.ws[i]
	}
	return ""
}

// is says whether the words from i on are these; a word may be "a|b".
func (p *periodReader) is(i int, phrase string) int {
	n := 0
	for w := range strings.FieldsSeq(phrase) {
		if !slices.Contains(strings.Split(w, "|"), p.at(i+n)) {
			return 0
		}
		n++
	}
	return n
}

// set names the period; where one is named already, it is what a change is measured against.
func (p *periodReader) set(q Period) {
	if !p.period.Named() {
		p.period = q
	} else if !p.against.Named() {
		p.against = q
	}
}

func day(t time.Time) quantity.Period { return quantity.Period{Kind: quantity.Day, End: t} }

func dayOf(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// absolute reads a period that has a name of its own at word i and says how many words it took.
func (p *periodReader) absolute(i int) int {
	w := p.at(i)
	// "Q3", "third quarter", "quarter three", each with a year or without.
	quarter, n := 0, 0
	if len(w) == 2 && w[0] == 'q' && w[1] >= '1' && w[1] <= '4' {
		quarter, n = int(w[1]-'0'), 1
	} else if o := ordinals[w]; o > 0 && (p.at(i+1) == "quarter" || p.at(i+1) == "fiscal" && p.at(i+2) == "quarter") {
		quarter, n = o, p.is(i+1, "quarter")+1
		if n == 1 {
			n = 3
		}
	} else if w == "quarter" {
		if o := slices.Index([]string{"", "one", "two", "three", "four"}, p.at(i+1)); o > 0 {
			quarter, n = o, 2
		}
	}
	if quarter > 0 {
		n += max(p.is(i+n, "of the"), p.is(i+n, "of|in"))
		q := Period{Period: quantity.Period{Kind: quantity.Quarter, N: quarter}}
		if year, fiscal, m := p.year(i + n); m > 0 {
			q.Year, q.Fiscal = year, fiscal
			n += m
		} else if m := max(p.is(i+n, "last|previous|prior year"), p.is(i+n, "a year earlier|ago|before"), p.is(i+n, "the year before")); m > 0 {
			q.Relative, q.Back = true, 4
			n += m
		}
		p.set(q)
		return n
	}
	if o := ordinals[w]; (o == 1 || o == 2) && p.at(i+1) == "half" {
		q := Period{Period: quantity.Period{Kind: quantity.Half, N: o}}
		n := 2 + p.is(i+2, "of")
		if year, fiscal, m := p.year(i + n); m > 0 {
			q.Year, q.Fiscal = year, fiscal
			n += m
		}
		p.set(q)
		return n
	}
	// "November 18", "18 November", "November 18th, 2026"; a month alone is a month.
	if m, ok := months[w]; ok && (w != "may" && w != "mar" || dayNumber(p.at(i+1)) > 0) {
		if d := dayNumber(p.at(i + 1)); d > 0 {
			y, _, k := p.year(i + 2)
			p.set(Period{Period: day(p.date(y, m, d))})
			return 2 + k
		}
		if y, _, k := p.year(i + 1); k > 0 {
			p.set(Period{Period: quantity.Period{Kind: quantity.Month, Year: y, N: int(m)}})
			return 1 + k
		}
		return 0
	}
	if d := dayNumber(w); d > 0 {
		k := 1 + p.is(i+1, "of")
		if m, ok := months[p.at(i+k)]; ok {
			y, _, l := p.year(i + k + 1)
			p.set(Period{Period: day(p.date(y, m, d))})
			return k + 1 + l
		}
	}
	// 2026-11-18 comes as three words.
	if y, m, d := number(w), number(p.at(i+1)), number(p.at(i+2)); len(w) == 4 && y > 1900 && m >= 1 && m <= 12 && d >= 1 && d <= 31 {
		p.set(Period{Period: day(time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC))})
		return 3
	}
	if year, fiscal, n := p.year(i); n > 0 {
		p.set(Period{Period: quantity.Period{Kind: quantity.Year, Year: year, Fiscal: fiscal}})
		return n
	}
	return 0
}

// relative reads a period that is counted from now, from the newest, or from what the conversation is about.
func (p *periodReader) relative(i int) int {
	newest := func(k quantity.PeriodKind) { p.set(Period{Period: quantity.Period{Kind: k}, Relative: true}) }
	has := p.subject.Kind != ""
	try := func(phrases ...string) int {
		n := 0
		for _, ph := range phrases {
			n = max(n, p.is(i, ph))
		}
		return n
	}
	if n := try("same quarter|period last|previous|prior year", "same quarter|period a year ago|earlier|before", "same quarter|period the year before", "same quarter|period of|in last|the year", "same quarter|period of|in the prior|previous year",
		"year on|over year", "yoy", "a year ago|earlier|before", "year before|earlier|ago", "the year before|earlier|ago", "previous|prior year", "year ago quarter", "prior year quarter", "twelve months ago|earlier"); n > 0 {
		p.yearBefore()
		return n
	}
	// "Two years ago", "over the last three years".
	for skip := range 4 {
		years := slices.Index(ones, p.at(i+skip))
		if years < 2 {
			years = number(p.at(i + skip))
		}
		if years < 2 || years > 20 || p.at(i+skip+1) != "years" {
			continue
		}
		n, back := skip+2, p.is(i+skip+2, "ago|before|earlier")
		lead := strings.Join(p.ws[i:i+skip], " ")
		if back == 0 && !slices.Contains([]string{"over", "over the last", "over the past", "in", "in the last", "in the past", "last", "past", "the last", "the past"}, lead) || back > 0 && skip > 0 {
			continue
		}
		p.yearsBefore(years)
		return n + back
	}
	if n := try("a|one week ago|earlier|before", "a|one month ago|earlier|before", "the month before"); n > 0 {
		t := p.now.AddDate(0, 0, -7)
		if p.at(i+1) == "month" {
			t = p.now.AddDate(0, -1, 0)
			if t.Day() != p.now.Day() {
				t = t.AddDate(0, 0, -t.Day()) // the month before has no 31st: its last day
			}
		}
		for t.Weekday() == time.Saturday || t.Weekday() == time.Sunday {
			t = t.AddDate(0, 0, -1)
		}
		p.set(Period{Period: day(t)})
		return n
	}
	if n := try("christmas day", "christmas", "new years day", "new year day", "independence day", "halloween", "boxing day"); n > 0 {
		d := map[string][2]int{"christmas": {12, 25}, "new": {1, 1}, "independence": {7, 4}, "halloween": {10, 31}, "boxing": {12, 26}}[p.at(i)]
		p.set(Period{Period: day(p.date(0, time.Month(d[0]), d[1]))})
		return n
	}
	if n := try("quarter before last"); n > 0 {
		p.set(Period{Period: quantity.Period{Kind: quantity.Quarter}, Relative: true, Back: 1})
		return n
	}
	if n := try("quarter on|over quarter", "qoq", "sequentially", "quarter before|earlier|ago", "the quarter before|earlier|ago", "the previous|prior|preceding quarter", "previous|prior|preceding quarter", "the one before that"); n > 0 {
		switch {
		case p.change || p.period.Named():
			p.against = Period{Period: quantity.Period{Kind: quantity.Quarter}, Relative: true, Back: 1}
		case has:
			p.set(Period{Period: p.subject, Relative: true, Back: 1})
		default:
			newest(quantity.Quarter)
		}
		return n
	}
	if n := try("last|latest|this|past|recent|current quarter", "most recent quarter", "just reported quarter", "its quarter", "the quarter"); n > 0 {
		newest(quantity.Quarter)
		return n
	}
	if n := try("last|latest|past|recent fiscal|full|financial year", "last|latest full fiscal year", "whole of last year", "last year", "full year", "fiscal year", "the year", "annual", "annually", "for the year"); n > 0 {
		switch {
		case has && p.subject.Kind != quantity.Year && p.at(i) == "last" && n == 2 && len(p.ws) <= 5:
			p.yearBefore() // "and last year?"
		case p.change && p.at(i) == "last" && n == 2, p.period.Named() && p.at(i) == "last":
			p.yearBefore()
		default:
			newest(quantity.Year)
		}
		return n
	}
	if n := try("past|last twelve|12 months", "trailing twelve|12 months", "ttm"); n > 0 {
		p.span = 365 * 24 * time.Hour
		return n
	}
	if n := try("past|last year", "over a year", "this year", "year to date"); n > 0 {
		p.span = 365 * 24 * time.Hour
		return n
	}
	if n := try("yesterday"); n > 0 {
		p.on(p.now.AddDate(0, 0, -1))
		return n
	}
	if n := try("day|session before", "the day|session before", "previous|prior|preceding day|session|close", "trading day before"); n > 0 {
		if has && p.subject.Kind == quantity.Day {
			p.set(Period{Period: p.subject, Relative: true, Back: 1})
		} else {
			p.set(Period{Period: quantity.Period{Kind: quantity.Day}, Relative: true, Back: 1})
		}
		return n
	}
	if n := try("today", "tonight", "this morning", "right now", "last night", "latest close", "last close"); n > 0 {
		if p.since.IsZero() {
			p.since = p.now.AddDate(0, 0, -1)
		}
		newest(quantity.Day)
		return n
	}
	if n := try("this|past|last|the week", "last|past five|5 days|sessions", "in a week"); n > 0 {
		p.span, p.since = 7*24*time.Hour, p.now.AddDate(0, 0, -7)
		return n
	}
	if n := try("this|past|last|the month", "in a month", "last|past thirty|30 days"); n > 0 {
		p.span, p.since = 31*24*time.Hour, p.now.AddDate(0, -1, 0)
		return n
	}
	if d, ok := weekdays[p.at(i)]; ok {
		back := (int(p.now.Weekday()) - int(d) + 7) % 7
		if i > 0 && p.at(i-1) == "next" {
			return 0
		}
		if i > 0 && p.at(i-1) == "since" {
			p.since = p.now.AddDate(0, 0, -back)
			return 1
		}
		p.on(p.now.AddDate(0, 0, -back))
		return 1
	}
	return 0
}

func (p *periodReader) on(t time.Time) {
	p.set(Period{Period: day(t)})
	p.since, p.until = t, t.AddDate(0, 0, 1)
}

// yearBefore is the same period one year back: of the period just named, of the subject's, or of the newest quarter.
func (p *periodReader) yearBefore() { p.yearsBefore(1) }

func (p *periodReader) yearsBefore(years int) {
	kind := quantity.Quarter
	if p.subject.Kind != "" {
		kind = p.subject.Kind
	}
	if p.period.Named() {
		kind = p.period.Kind
	}
	back := years * perYear(kind)
	switch {
	case p.change || p.period.Named():
		p.against = Period{Period: quantity.Period{Kind: kind}, Relative: true, Back: back}
	case p.subject.Kind != "":
		p.set(Period{Period: p.subject, Relative: true, Back: back})
	default:
		p.set(Period{Period: quantity.Period{Kind: kind}, Relative: true, Back: back})
	}
}

// perYear is how many periods of a kind a year has; a day's year is one of its own, see step.
func perYear(k quantity.PeriodKind) int {
	switch k {
	case quantity.Quarter:
		return 4
	case quantity.Half:
		return 2
	case quantity.Month:
		return 12
	case quantity.Week:
		return 52
	case quantity.Day:
		return 252 // sessions
	}
	return 1
}

// year reads "2026", "fiscal 2026", "FY26", "the fiscal year 2026" or "twenty twenty six".
func (p *periodReader) year(i int) (year int, fiscal bool, n int) {
	n = p.is(i, "the")
	if m := max(p.is(i+n, "fiscal|financial year"), p.is(i+n, "fiscal|fy|financial")); m > 0 {
		fiscal, n = true, n+m
	}
	w := p.at(i + n)
	if rest, ok := strings.CutPrefix(w, "fy"); ok && rest != "" {
		fiscal, w = true, rest
	}
	y := number(w)
	switch {
	case len(w) == 4 && y >= 1950 && y <= 2100:
		return y, fiscal, n + 1
	case fiscal && len(w) == 2 && y > 0:
		return 2000 + y, true, n + 1
	case w == "twenty" || w == "two" && p.at(i+n+1) == "thousand":
		m := 1
		if w == "two" {
			m = 2 + p.is(i+n+2, "and")
		}
		if v, k := small(p.ws, i+n+m); k > 0 && (w == "two" || v >= 10) {
			return 2000 + v, fiscal, n + m + k
		}
	}
	return 0, false, 0
}

// date completes a day without a year to the last one that is not in the future.
func (p *periodReader) date(y int, m time.Month, d int) time.Time {
	if y > 0 {
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	t := time.Date(p.now.Year(), m, d, 0, 0, 0, 0, time.UTC)
	if t.After(p.now) {
		t = time.Date(p.now.Year()-1, m, d, 0, 0, 0, 0, time.UTC)
	}
	return t
}

var ones = []string{"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
	"fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"}
var tens = []string{"", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"}

// small reads a number below a hundred that is written as words, or as two digits.
func small(ws []string, i int) (value, n int) {
	if i >= len(ws) {
		return 0, 0
	}
	if v := number(ws[i]); v > 0 && len(ws[i]) == 2 {
		return v, 1
	}
	if v := slices.Index(ones, ws[i]); v >= 0 {
		return v, 1
	}
	if v := slices.Index(tens, ws[i]); v >= 2 {
		if i+1 < len(ws) {
			if o := slices.Index(ones[:10], ws[i+1]); o > 0 {
				return 10*v + o, 2
			}
		}
		return 10 * v, 1
	}
	return 0, 0
}

func dayNumber(w string) int {
	for _, suffix := range []string{"st", "nd", "rd", "th"} {
		w = strings.TrimSuffix(w, suffix)
	}
	if d := number(w); d >= 1 && d <= 31 && len(w) <= 2 {
		return d
	}
	return 0
}

func number(w string) int {
	n, err := strconv.Atoi(w)
	if err != nil {
		return 0
	}
	return n
}

// step moves a period with a year back by n of its kind. Days are moved by sessions elsewhere, where the calendar is known.
func step(p quantity.Period, n int) quantity.Period {
	per := perYear(p.Kind)
	if p.Kind == quantity.Day || p.Year == 0 {
		return p
	}
	at := p.Year*per + max(p.N, 1) - 1 - n
	out := quantity.Period{Kind: p.Kind, Fiscal: p.Fiscal, Year: at / per}
	if p.N > 0 {
		out.N = at%per + 1
	}
	return out
}
