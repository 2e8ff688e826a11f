package speech

import "strings"

var monthNames = [...]string{"", "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}

var monthKeys = map[string]int{
	"january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8, "september": 9, "october": 10, "november": 11, "december": 12,
	"jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12,
}

var weekdays = map[string]string{"mon": "Monday", "tue": "Tuesday", "tues": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "thur": "Thursday", "thurs": "Thursday", "fri": "Friday", "sat": "Saturday", "sun": "Sunday"}

func monthOf(s string) int {
	l := lower(s)
	return monthKeys[string(l.key())]
}

// date says a date in any of its forms.
func (v *Verbaliser) date(dst []byte, t *text, p piece) ([]byte, piece, bool) {
	core := t.core(p)
	if core == "" {
		return dst, p, false
	}
	if m := monthOf(core); m > 0 {
		return v.monthFirst(dst, t, p, m)
	}
	if out, ok := v.shortDecade(dst, core); ok {
		return out, p, true
	}
	if full := weekday(core); full != "" && t.after(p) == "." || full != "" && (t.after(p) == "," || t.after(p) == ".,") && len(core) < 6 {
		if next := t.piece(p.end); monthOf(t.core(next)) > 0 || atoi(t.core(next)) > 0 {
			dst = word(dst, full)
			if t.after(p)[0] == '.' {
				p.to++
			}
			return dst, p, true
		}
	}
	if full := weekday(core); full != "" && upper(core[0]) && len(core) < 6 {
		if next, ok := t.follower(p); ok && (monthOf(t.core(next)) > 0 || dayOf(t.core(next)) > 0 && monthOf(t.core(t.piece(next.end))) > 0) {
			return word(dst, full), p, true // "Tue 4 May"
		}
	}
	if !digit(core[0]) {
		return dst, p, false
	}
	if out, ok := v.numericDate(dst, core); ok {
		return out, p, true
	}
	// 25 July 2012
	if d := dayOf(core); d > 0 && (t.after(p) == "" || t.after(p) == ",") {
		next := t.piece(p.end)
		if m := monthOf(t.core(next)); m > 0 && next.from == next.start {
			return v.dayFirst(dst, t, next, d, m)
		}
		if l := lower(t.core(next)); string(l.key()) == "of" && ordinalDay(core) && next.to == next.end {
			if after := t.piece(next.end); monthOf(t.core(after)) > 0 {
				dst = word(dst, dayOrdinal(d))
				dst = word(dst, "of")
				dst = word(dst, monthNames[monthOf(t.core(after))])
				return v.yearAfter(dst, t, v.pastDot(t, after))
			}
		}
	}
	if out, last, ok := v.era(dst, t, p); ok {
		return out, last, true
	}
	return dst, p, false
}

func weekday(s string) string {
	l := lower(s)
	return weekdays[string(l.key())]
}

// dayOf is the day of a month that "3", "3rd" or "03" names, or 0.
func dayOf(s string) int {
	if n := len(s); n > 2 && (strings.EqualFold(s[n-2:], "st") || strings.EqualFold(s[n-2:], "nd") || strings.EqualFold(s[n-2:], "rd") || strings.EqualFold(s[n-2:], "th")) {
		s = s[:n-2]
	}
	if d := atoi(s); d >= 1 && d <= 31 && len(s) <= 2 {
		return d
	}
	return 0
}

func ordinalDay(s string) bool { return !digit(s[len(s)-1]) }

func dayOrdinal(d int) string { return dayNames[d] }

var dayNames = func() (names [32]string) {
	for d := range names {
		names[d] = string(ordinal(nil, itoa(d)))
	}
	return names
}()

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + string(rune('0'+n%10))
}

// monthFirst says "July 25, 2012", "July 25" and "July 2012". A month alone is a word like any other.
func (v *Verbaliser) monthFirst(dst []byte, t *text, p piece, m int) ([]byte, piece, bool) {
	if a := t.after(p); a != "" && a != "." && a != "," {
		return dst, p, false
	}
	next := t.piece(p.end)
	if next.from != next.start || next.from == next.to {
		return dst, p, false
	}
	core := t.core(next)
	if low, high, ok := strings.Cut(strings.ReplaceAll(core, "–", "-"), "-"); ok && dayOf(low) > 0 && dayOf(high) > 0 {
		dst = word(word(dst, monthNames[m]), dayOrdinal(dayOf(low)))
		dst = word(word(dst, "to"), dayOrdinal(dayOf(high)))
		return v.yearAfter(dst, t, next)
	}
	if d := dayOf(core); d > 0 && t.after(p) != "," {
		dst = word(word(dst, monthNames[m]), dayOrdinal(d))
		return v.yearAfter(dst, t, next)
	}
	if y := atoi(core); len(core) == 4 && y >= 1000 && y < 3000 {
		return year(word(dst, monthNames[m]), y), next, true
	}
	if len(core) == 5 && core[4] == 's' { // the early May 1980s are nobody's
		return dst, p, false
	}
	return dst, p, false
}

// yearAfter says the year that may follow a day, with a comma or without.
func (v *Verbaliser) yearAfter(dst []byte, t *text, p piece) ([]byte, piece, bool) {
	if a := t.after(p); a != "" && a != "," {
		return dst, p, true
	}
	next := t.piece(p.end)
	core := t.core(next)
	if y := atoi(core); len(core) == 4 && y >= 1000 && y < 3000 && next.from == next.start {
		if v.thisYear(y) {
			return dst, next, true
		}
		if t.after(p) == "," && !v.literal {
			dst = append(dst, ',')
		}
		return year(dst, y), next, true
	}
	if y, ok := strings.CutPrefix(core, "'"); ok && len(y) == 2 && atoi(y) >= 0 {
		return year(dst, century(atoi(y))), next, true
	}
	return dst, p, true
}

// thisYear says that a person would leave out the year of a day.
func (v *Verbaliser) thisYear(y int) bool {
	return !v.literal && !v.o.Now.IsZero() && y == v.o.Now.Year()
}

// dayFirst says "25 July 2012".
func (v *Verbaliser) dayFirst(dst []byte, t *text, p piece, d, m int) ([]byte, piece, bool) {
	dst = word(word(dst, "the"), dayOrdinal(d))
	dst = word(word(dst, "of"), monthNames[m])
	return v.yearAfter(dst, t, v.pastDot(t, p))
}

// pastDot takes the full stop of an abbreviated month into the piece.
func (v *Verbaliser) pastDot(t *text, p piece) piece {
	if t.after(p) == "." {
		if next := t.piece(p.end); len(t.core(next)) == 4 && atoi(t.core(next)) > 0 {
			p.to = p.end
		}
	}
	return p
}

// numericDate says "2006-08-05", "07/03/2012", "15.01.2020" and "2026-11".
func (v *Verbaliser) numericDate(dst []byte, s string) ([]byte, bool) {
	sep := strings.IndexAny(s, "-/.")
	if sep < 1 || sep > 4 {
		return dst, false
	}
	a, rest := s[:sep], s[sep+1:]
	second := strings.IndexByte(rest, s[sep])
	if second < 0 {
		y, m := atoi(a), atoi(rest)
		if s[sep] == '-' && len(a) == 4 && len(rest) == 2 && y >= 1900 && y < 2100 && m >= 1 && m <= 12 && !v.literal {
			return year(word(dst, monthNames[m]), y), true
		}
		return dst, false
	}
	b, c := rest[:second], rest[second+1:]
	if i := strings.IndexByte(c, 'T'); i > 0 {
		c = c[:i] // the time of an ISO stamp is for machines
	}
	x, y, z := atoi(a), atoi(b), atoi(c)
	if x < 0 || y < 0 || z < 0 || len(b) > 2 {
		return dst, false
	}
	switch {
	case len(a) == 4 && x >= 1000 && x < 3000 && y >= 1 && y <= 12 && z >= 1 && z <= 31 && len(c) <= 2:
		if v.thisYear(x) {
			return v.monthDay(dst, y, z), true
		}
		return year(v.monthDay(dst, y, z), x), true
	case len(a) <= 2 && len(c) == 4 && z >= 1000 && z < 3000 && x >= 1 && x <= 12 && y >= 1 && y <= 31 && s[sep] != '.':
		return year(v.monthDay(dst, x, y), z), true
	case len(a) <= 2 && len(c) == 4 && z >= 1000 && z < 3000 && x >= 1 && x <= 31 && y >= 1 && y <= 12:
		dst = word(word(dst, "the"), dayOrdinal(x))
		return year(word(word(dst, "of"), monthNames[y]), z), true
	case len(a) <= 2 && len(c) == 2 && s[sep] == '/' && x >= 1 && x <= 12 && y >= 1 && y <= 31:
		return year(v.monthDay(dst, x, y), century(z)), true
	}
	return dst, false
}

func (v *Verbaliser) monthDay(dst []byte, m, d int) []byte {
	return word(word(dst, monthNames[m]), dayOrdinal(d))
}

// century is the year that two digits mean.
func century(y int) int {
	if y < 70 {
		return 2000 + y
	}
	return 1900 + y
}

// shortDecade says "'80s" and "mid-80s" as far as they are one core.
func (v *Verbaliser) shortDecade(dst []byte, s string) ([]byte, bool) {
	lead := ""
	if i := strings.IndexAny(s, "0123456789"); i > 0 {
		lead, s = s[:i], s[i:]
	}
	whole := len(s) == 4 && atoi(s) >= 1900 && atoi(s) < 2100 && strings.HasSuffix(lead, "-")
	if len(lead) > 6 || !whole && (!strings.HasSuffix(s, "0s") || len(s) != 3 && len(s) != 5) {
		return dst, false
	}
	switch l := lower(strings.TrimSuffix(strings.TrimRight(lead, "'’"), "-")); string(l.key()) {
	case "mid", "late", "early", "pre", "post", "low", "high":
		dst = word(dst, strings.TrimRight(lead, "'’-"))
	case "":
		if lead == "" {
			return dst, false
		}
	default:
		return dst, false
	}
	if whole {
		return year(dst, atoi(s)), true
	}
	f := figure{n: num{whole: s[:len(s)-1]}, rest: "s"}
	return v.decade(dst, f)
}

// era says "300 BC" and "AD 40".
func (v *Verbaliser) era(dst []byte, t *text, p piece) ([]byte, piece, bool) {
	n := atoi(t.core(p))
	if n <= 0 || t.after(p) != "" {
		return dst, p, false
	}
	next := t.piece(p.end)
	name := ""
	switch l := lower(t.core(next)); string(l.key()) {
	case "bc", "b.c":
		name = "BC"
	case "ad", "a.d":
		if t.core(next)[0] == 'A' || v.literal {
			name = "AD"
		}
	case "bce", "b.c.e":
		name = "BCE"
	case "ce", "c.e":
		if t.core(next)[0] == 'C' {
			name = "CE"
		}
	}
	if name == "" {
		return dst, p, false
	}
	if n >= 1000 {
		dst = year(dst, n)
	} else {
		dst = cardinal(dst, t.core(p))
	}
	if strings.HasPrefix(t.after(next), ".") && strings.Contains(t.core(next), ".") {
		next.to++
	}
	return word(dst, name), next, true
}
