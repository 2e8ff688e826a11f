package speech

import "strings"

// rangeOf says "$1.2–1.4 billion" and "100-200": two figures in one core. What only the second says of unit and scale is
// said once, at the end, as people do.
func (v *Verbaliser) rangeOf(dst []byte, t *text, p piece, low figure) ([]byte, piece, bool) {
	name, rest, _ := v.scaleIn(low.rest, low.cur != nil)
	shared := 0 // letters of a unit that both ends name: "12x–14x"
	for name == "" && shared < len(rest) && letter(rest[shared]) {
		shared++
	}
	unit := rest[:shared]
	rest = rest[shared:]
	percent := strings.HasPrefix(rest, "%")
	rest = strings.TrimPrefix(rest, "%")
	dash := 0
	for _, m := range [...]string{"-", "–", "—", "−", "~"} {
		if strings.HasPrefix(rest, m) {
			dash = len(m)
		}
	}
	if dash == 0 || low.rest == "" {
		return v.operator(dst, t, p, low)
	}
	high, ok := v.parseFigure(rest[dash:])
	if !ok || high.prefix != "" || high.sign != "" && low.n.one() {
		return dst, p, false
	}
	if unit != "" && high.rest != unit {
		return dst, p, false
	}
	if strings.ContainsAny(high.rest, "-–/:") && !strings.Contains(high.rest, "-year") && !strings.HasPrefix(high.rest, "-basis") {
		return dst, p, false // a date, a telephone number, a serial number
	}
	if !v.literal && low.cur == nil && high.cur == nil && high.rest == "" && low.rest[0] == '-' && digitCount(low.n.whole)+digitCount(high.n.whole) > 8 && !low.n.comma {
		return dst, p, false
	}
	dst = low.lead(dst)
	highScale, _, _ := v.scaleIn(high.rest, low.cur != nil || high.cur != nil)
	years := low.n.frac == "" && high.n.frac == "" && len(low.n.whole) == 4 && len(high.n.whole) == 4 && high.rest == "" && low.cur == nil &&
		atoi(low.n.whole) >= 1900 && atoi(high.n.whole) < 2100 && atoi(low.n.whole) < 2100 && atoi(high.n.whole) >= 1900
	if next, ok := t.follower(p); ok && years && v.unitPiece(t, next) {
		years = false
	}
	shortYears := !v.literal && low.n.frac == "" && len(low.n.whole) == 4 && len(high.n.whole) == 2 && high.rest == "" && low.cur == nil &&
		atoi(low.n.whole) >= 1900 && atoi(low.n.whole) < 2100
	switch {
	case years, shortYears:
		dst = year(dst, atoi(low.n.whole))
	case v.literal && low.cur == nil && high.cur == nil && name == "" && !percent && high.rest == "" && low.n.frac == "" && high.n.zero():
		dst = decimal(dst, low.n, true)
		return decimal(word(dst, "-"), high.n, true), p, true
	case low.cur != nil && high.cur != nil && (high.rest == "" && !v.scaleFollows(t, p) || high.rest != "" && highScale == ""):
		dst = v.money(dst, low.cur, low.n, name, false)
	case low.cur != nil && high.cur == nil && high.rest == "" && name == "" && !v.scaleFollows(t, p):
		dst = decimal(dst, low.n, v.literal)
	default:
		dst = decimal(dst, low.n, v.literal)
		if name != "" && name != highScale {
			dst = word(dst, name)
		}
		if percent && v.literal {
			dst = word(dst, "percent")
		}
	}
	dst = word(dst, "to")
	if high.sign != "" {
		dst = word(dst, high.sign)
	}
	high.sign = ""
	if years {
		return year(dst, atoi(high.n.whole)), p, true
	}
	if shortYears {
		return below100(dst, atoi(high.n.whole)), p, true
	}
	if high.cur == nil {
		high.cur = low.cur
	}
	if high.rest == "" && percent {
		high.rest = "%"
	}
	if high.rest == "" && name != "" && high.cur != nil {
		return word(word(decimal(dst, high.n, v.literal), name), high.cur.name(false, v.literal)), p, true
	}
	if high.cur != nil {
		return v.moneyFigure(dst, t, p, high)
	}
	if high.rest == "" {
		if next, ok := t.follower(p); ok {
			l := lower(t.core(next))
			if v.unitPiece(t, next) || scaleWords[string(l.key())] {
				return v.spacedFigure(dst, t, p, high)
			}
		}
		return decimal(dst, high.n, v.literal), p, true
	}
	return v.plainFigure(dst, t, p, high)
}

func (v *Verbaliser) scaleFollows(t *text, p piece) bool {
	next, ok := t.follower(p)
	if !ok {
		return false
	}
	l := lower(t.core(next))
	return scaleWords[string(l.key())]
}

// operator says "2x8", "2+3" and their like.
func (v *Verbaliser) operator(dst []byte, _ *text, p piece, low figure) ([]byte, piece, bool) {
	if low.cur != nil || low.rest == "" || low.sign != "" {
		return dst, p, false
	}
	name := ""
	n := 1
	switch {
	case low.rest[0] == 'x':
		name = "by"
		if v.literal {
			name = "x"
		}
	case strings.HasPrefix(low.rest, "×"):
		name, n = "by", len("×")
		if v.literal {
			name = "times"
		}
	case low.rest[0] == '+':
		name = "plus"
	case low.rest[0] == '=':
		name = "equals"
	case low.rest[0] == '*':
		name = "times"
	default:
		return dst, p, false
	}
	high, ok := v.parseFigure(low.rest[n:])
	if !ok || high.rest != "" || high.cur != nil {
		return dst, p, false
	}
	dst = word(decimal(low.lead(dst), low.n, v.literal), name)
	return decimal(high.lead(dst), high.n, v.literal), p, true
}

// scaleIn reads a scale; behind a bare number a literal reader knows none that is a letter.
func (v *Verbaliser) scaleIn(rest string, money bool) (name, after string, hyphen bool) {
	name, after, hyphen = scaleOf(rest, money)
	if !money && v.literal && !hyphen && len(rest)-len(after) < 4 {
		return "", rest, false
	}
	return name, after, hyphen
}
