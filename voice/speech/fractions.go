package speech

import (
	"strings"
	"unicode/utf8"
)

// A vulgarFraction is a fraction that is one letter of the alphabet of signs: "½".
type vulgarFraction struct{ top, bottom string }

var vulgarFractions = map[rune]vulgarFraction{
	'½': {"1", "2"}, '⅓': {"1", "3"}, '⅔': {"2", "3"}, '¼': {"1", "4"}, '¾': {"3", "4"}, '⅕': {"1", "5"}, '⅖': {"2", "5"}, '⅗': {"3", "5"},
	'⅘': {"4", "5"}, '⅙': {"1", "6"}, '⅚': {"5", "6"}, '⅛': {"1", "8"}, '⅜': {"3", "8"}, '⅝': {"5", "8"}, '⅞': {"7", "8"},
}

// mixed is a whole number and a fraction: "2½", "½". rest is unread.
type mixed struct {
	whole       string
	top, bottom string
	rest        string
}

func vulgar(s string) (mixed, bool) {
	n, length := parseNum(s)
	if n.frac != "" {
		return mixed{}, false
	}
	r, size := utf8.DecodeRuneInString(s[length:])
	f, ok := vulgarFractions[r]
	if !ok {
		return mixed{}, false
	}
	return mixed{n.whole, f.top, f.bottom, s[length+size:]}, true
}

// slashed reads "3/4" and "3/4th".
func slashed(s string) (mixed, bool) {
	top, bottom, ok := strings.Cut(s, "/")
	if !ok || top == "" || bottom == "" {
		return mixed{}, false
	}
	i := 0
	for i < len(bottom) && digit(bottom[i]) {
		i++
	}
	for j := 0; j < len(top); j++ {
		if !digit(top[j]) {
			return mixed{}, false
		}
	}
	if i == 0 || len(top) > 9 || i > 9 {
		return mixed{}, false
	}
	rest := bottom[i:]
	switch rest {
	case "th", "ths", "rd", "rds", "nd", "st":
		rest = ""
	}
	return mixed{top: top, bottom: bottom[:i], rest: rest}, true
}

// appendFraction says top over bottom: "three quarters", "twenty two thirds".
func appendFraction(dst []byte, top, bottom string) []byte {
	dst = cardinal(dst, top)
	one := strings.TrimLeft(top, "0") == "1"
	switch strings.TrimLeft(bottom, "0") {
	case "1":
		return word(dst, "over one")
	case "2":
		if one {
			return word(dst, "half")
		}
		return word(dst, "halves")
	case "4":
		dst = word(dst, "quarter")
	default:
		dst = ordinal(dst, bottom)
	}
	if !one {
		dst = append(dst, 's')
	}
	return dst
}

// fraction says "3/4" and what follows it.
func (v *Verbaliser) fraction(dst []byte, t *text, p piece, f figure) ([]byte, piece, bool) {
	if f.rest == "" || f.rest[0] != '/' || f.n.frac != "" || f.n.comma || f.prefix != "" && f.prefix != "about" {
		return dst, p, false
	}
	core := t.core(p)
	m, ok := slashed(core[len(core)-len(f.rest)-len(f.n.whole):])
	if !ok {
		return dst, p, false
	}
	if !v.literal && (core == "24/7" || core == "50/50" || core == "60/40") {
		return cardinal(cardinal(dst, m.top), m.bottom), p, true
	}
	if m.rest != "" && m.rest[0] != '-' {
		return dst, p, false
	}
	dst = appendFraction(f.lead(dst), m.top, m.bottom)
	if m.rest != "" { // "1/2-inch"
		return word(dst, m.rest[1:]), p, true
	}
	return v.unitAfter(dst, t, p, figure{n: num{whole: m.top}}, false)
}

// wholeAndFraction says "2 1/2" in two pieces.
func (v *Verbaliser) wholeAndFraction(dst []byte, t *text, p, next piece, f figure) ([]byte, piece, bool) {
	m, ok := slashed(t.core(next))
	if !ok {
		if m, ok = vulgar(t.core(next)); !ok || m.whole != "" {
			return dst, p, false
		}
	}
	if f.n.frac != "" || m.rest != "" && m.rest != "%" || len(m.top) > 2 || len(m.bottom) > 2 {
		return dst, p, false
	}
	m.whole = f.n.whole
	return v.mixedFraction(f.lead(dst), t, next, m)
}

// mixedFraction says a whole number and a fraction: "two and a half", and its unit.
func (v *Verbaliser) mixedFraction(dst []byte, t *text, p piece, m mixed) ([]byte, piece, bool) {
	if m.whole == "" {
		dst = appendFraction(dst, m.top, m.bottom)
	} else {
		dst = word(cardinal(dst, m.whole), "and")
		switch {
		case m.top == "1" && m.bottom == "2":
			dst = word(dst, "a half")
		case m.top == "1" && m.bottom == "4" && !v.literal:
			dst = word(dst, "a quarter")
		default:
			dst = appendFraction(dst, m.top, m.bottom)
		}
	}
	f := figure{n: num{whole: m.whole, frac: "5"}, rest: m.rest}
	switch {
	case m.rest == "%":
		return word(dst, "percent"), p, true
	case m.rest != "":
		if u, ok := unitOf(m.rest, false); ok {
			return word(dst, u.many), p, true
		}
		return word(dst, strings.TrimPrefix(m.rest, "-")), p, true
	}
	return v.unitAfter(dst, t, p, f, true)
}
