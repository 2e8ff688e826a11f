package table

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A when is a point or stretch of time as far as it was named; zero parts were not.
type when struct {
	year, month, day, quarter int
}

var (
	monthNames = []string{"", "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"}
	yearRx     = regexp.MustCompile(`(?i)\b(?:fy|f|cy|fiscal|year|h[12]|[1-4]q|q[1-4])?\s?['’]?((?:19|20)\d{2})\b|\b(?:fy|f|cy|fye|h[12]fy|h[12])\s?['’]?(\d{2})\d?\b`)
	monthRx    = regexp.MustCompile(`(?i)\b(jan(?:uary)?|feb(?:r?uary|urary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?`)
	dayRx      = regexp.MustCompile(`(?i)\b(\d{1,2})(?:st|nd|rd|th)?\s+$|^\s*(\d{1,2})\b`)
	quarterRx  = regexp.MustCompile(`(?i)\b(first|second|third|fourth|1st|2nd|3rd|4th)\s+(?:fiscal\s+)?quarter|\bq([1-4])\b|\b([1-4])q\b`)
	quarterNo  = map[string]int{"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
)

// whens reads the times that a text names, in order.
func whens(s string) []when {
	var out []when
	last := 0
	for _, m := range yearRx.FindAllStringSubmatchIndex(s, -1) {
		w := when{}
		if m[2] >= 0 {
			w.year, _ = strconv.Atoi(s[m[2]:m[3]])
		} else {
			n, _ := strconv.Atoi(s[m[4]:m[5]])
			w.year = 2000 + n
		}
		before := s[last:m[0]]
		if mm := monthRx.FindAllStringSubmatchIndex(before, -1); len(mm) > 0 {
			// Months named alone before a year that follows belong to it too: "May and August 2019".
			for i, x := range mm {
				v := w
				v.month = monthNumber(before[x[2]:x[3]])
				if d := dayRx.FindStringSubmatch(before[:x[0]]); d != nil && d[1] != "" {
					v.day, _ = strconv.Atoi(d[1])
				} else if d := dayRx.FindStringSubmatch(before[x[1]:]); d != nil && d[2] != "" {
					v.day, _ = strconv.Atoi(d[2])
				}
				if i < len(mm)-1 {
					out = append(out, v)
				} else {
					w = v
				}
			}
		}
		if q := quarterRx.FindAllStringSubmatch(before, -1); len(q) > 0 {
			for i, x := range q {
				v := w
				v.quarter = quarterOf(x)
				if i < len(q)-1 {
					out = append(out, v)
				} else {
					w = v
				}
			}
		}
		out = append(out, w)
		last = m[1]
	}
	if len(out) == 0 {
		for _, m := range monthRx.FindAllStringSubmatch(s, -1) {
			if strings.EqualFold(m[1], "may") || strings.EqualFold(m[1], "mar") {
				continue // words of their own
			}
			out = append(out, when{month: monthNumber(m[1])})
		}
		for _, q := range quarterRx.FindAllStringSubmatch(s, -1) {
			out = append(out, when{quarter: quarterOf(q)})
		}
	}
	return out
}

func quarterOf(m []string) int {
	if n, ok := quarterNo[strings.ToLower(m[1])]; ok {
		return n
	}
	n, _ := strconv.Atoi(m[2] + m[3])
	return n
}

func monthNumber(s string) int {
	s = strings.ToLower(s)
	return slices.IndexFunc(monthNames, func(m string) bool { return m != "" && strings.HasPrefix(m, s[:3]) })
}

// fits says that a label's time may be the one that is asked for: no part that both name differs.
func (w when) fits(label when) bool {
	same := func(a, b int) bool { return a == 0 || b == 0 || a == b }
	return same(w.year, label.year) && same(w.month, label.month) && same(w.day, label.day) && same(w.quarter, label.quarter)
}

func (w when) before(v when) bool {
	if w.year != v.year {
		return w.year < v.year
	}
	if w.month != v.month {
		return w.month < v.month
	}
	if w.quarter != v.quarter {
		return w.quarter < v.quarter
	}
	return w.day < v.day
}

// timeless removes the times from a text.
func timeless(s string) string {
	s = yearRx.ReplaceAllString(s, " ")
	s = quarterRx.ReplaceAllString(s, " ")
	return datedRx.ReplaceAllStringFunc(s, func(m string) string {
		if f := strings.Fields(m); len(f) == 1 && (strings.EqualFold(f[0], "may") || strings.EqualFold(f[0], "march") || strings.EqualFold(f[0], "mar")) {
			return m
		}
		return " "
	})
}

// datedRx is a month with its day.
var datedRx = regexp.MustCompile(`(?:\b\d{1,2}(?:st|nd|rd|th)?\s+)?` + monthRx.String() + `(?:\s*\d{1,2}(?:st|nd|rd|th)?\b)?`)

// isTime says that a text is a time and nothing else: the heading of a column.
func isTime(s string) bool {
	if len(whens(s)) == 0 {
		return false
	}
	rest := dayNumbers.ReplaceAllString(timeless(s), " ")
	for _, w := range words(rest) {
		if !stop[w] && !timeWords[w] {
			return false
		}
	}
	return true
}

var (
	dayNumbers = regexp.MustCompile(`\b\d{1,2}(?:st|nd|rd|th)?\b`)
	timeWords  = set("restated see note previously adjusted months month three six nine twelve weeks quarter unaudited audited restated march may actual")
)
