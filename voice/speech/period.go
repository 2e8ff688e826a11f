package speech

import "strings"

// A fiscalSpan is a quarter, half or year as reports write it: "Q3", "3Q25", "1H26", "FY26".
type fiscalSpan struct {
	kind byte // 'Q', 'H', 'Y' or 'M' for nine months
	n    int
	year string // two or four digits, or nothing
	tail string // "'s", "E"
}

// fiscalOf reads a period that is one core.
func fiscalOf(s string) (f fiscalSpan, ok bool) {
	if i := strings.IndexAny(s, "'’"); i > 0 && strings.HasSuffix(s, "s") && i >= len(s)-4 {
		s, f.tail = s[:i], s[i:]
	}
	if len(s) >= 3 && s[0] == 'F' && digit(s[1]) && (s[2] == 'Q' || s[2] == 'H') {
		s = s[1:] // "F1Q27"
	}
	switch {
	case len(s) >= 2 && (s[0] == 'Q' || s[0] == 'H') && digit(s[1]):
		f.kind, f.n, s = s[0], int(s[1]-'0'), s[2:]
	case len(s) >= 2 && digit(s[0]) && (s[1] == 'Q' || s[1] == 'H' || s[1] == 'q' && len(s) > 2):
		f.kind, f.n, s = s[1]&^0x20, int(s[0]-'0'), s[2:]
	case len(s) >= 2 && s[0] == '9' && s[1] == 'M' && len(s) > 2:
		f.kind, f.n, s = 'M', 9, s[2:]
	case strings.HasPrefix(s, "FY"):
		f.kind, f.n, s = 'Y', 1, s[2:]
	default:
		return f, false
	}
	if f.n == 0 || f.kind == 'Q' && f.n > 4 || f.kind == 'H' && f.n > 2 {
		return f, false
	}
	if f.kind == 'Q' || f.kind == 'H' {
		s = strings.TrimPrefix(strings.TrimPrefix(s, "-"), "FY")
	}
	s = strings.TrimPrefix(strings.TrimPrefix(s, "'"), "’")
	s = strings.TrimSuffix(strings.TrimSuffix(s, "E"), "A")
	f.year = s
	if s == "" {
		return f, f.kind != 'Y'
	}
	y := atoi(s)
	return f, len(s) == 2 && y >= 10 && y < 60 || len(s) == 4 && y >= 1900 && y < 2100
}

// period says fiscal and calendar periods. After a preposition a quarter takes its article.
func (v *Verbaliser) period(dst []byte, t *text, p piece) ([]byte, piece, bool) {
	core := t.core(p)
	if core == "FY" {
		if next, ok := t.follower(p); ok && (len(t.core(next)) == 4 || len(t.core(next)) == 2) && atoi(t.core(next)) > 0 {
			dst = word(dst, "fiscal")
			return v.fiscalYear(dst, t.core(next)), next, true
		}
		return word(dst, "fiscal year"), p, !v.literal
	}
	f, ok := fiscalOf(core)
	if !ok {
		low, high, dash := cutDash(core)
		a, ok1 := fiscalOf(low)
		b, ok2 := fiscalOf(high)
		if !dash || !ok1 || !ok2 || a.kind != 'Q' || b.kind != 'Q' || a.year != b.year || a.year != "" {
			return dst, p, false
		}
		dst = word(word(dst, onesOrdinal[a.n]), "quarter to")
		return word(word(dst, onesOrdinal[b.n]), "quarter"), p, true
	}
	last := p
	fiscal := core[0] == 'F' || strings.Contains(core, "FY")
	if f.year == "" && f.tail == "" && p.to == p.end {
		next := t.piece(p.end)
		s := t.core(next)
		if next.from == next.start {
			switch {
			case len(s) == 4 && atoi(s) >= 1900 && atoi(s) < 2100:
				f.year, last = s, next
			case len(s) == 3 && s[0] == '\'' && atoi(s[1:]) >= 0:
				f.year, last = s[1:], next
			case s == "FY":
				if after, ok := t.follower(next); ok && atoi(t.core(after)) > 0 {
					f.year, last, fiscal = t.core(after), after, true
				}
			default:
				if y, ok := fiscalOf(s); ok && y.kind == 'Y' {
					f.year, f.tail, last, fiscal = y.year, y.tail, next, true
				}
			}
		}
	}
	if f.kind == 'Y' {
		dst = v.fiscalYear(word(dst, "fiscal"), f.year)
		return append(dst, f.tail...), last, true
	}
	if prev, _ := t.previous(p.start); preposition(prev) {
		dst = word(dst, "the")
	}
	if f.kind == 'M' {
		dst = word(dst, "first nine months")
	} else {
		dst = word(dst, onesOrdinal[f.n])
		if f.kind == 'Q' {
			dst = word(dst, "quarter")
		} else {
			dst = word(dst, "half")
		}
	}
	if f.year != "" {
		dst = word(dst, "of")
		if fiscal {
			dst = word(dst, "fiscal")
		}
		dst = v.fiscalYear(dst, f.year)
	}
	return append(dst, f.tail...), last, true
}

func (v *Verbaliser) fiscalYear(dst []byte, s string) []byte {
	y := atoi(s)
	if len(s) == 2 {
		if v.literal {
			return below100(dst, y)
		}
		y = century(y)
	}
	return year(dst, y)
}

func preposition(w string) bool {
	l := lower(w)
	switch string(l.key()) {
	case "in", "for", "of", "during", "since", "from", "versus", "vs", "by", "to", "until", "through", "than", "after", "before", "into", "on", "between", "and", "against", "at":
		return true
	}
	return false
}
