// Package figures finds the numbers that a document states, with their scale, their unit and where they stand.
package figures

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/cockroachdb/apd/v3"

	"github.com/aubade/aubade/internal/quantity"
)

// A Figure is one number of a text.
type Figure struct {
	Start, End int // byte offsets of all of it, sign and unit included
	Quantity   quantity.Quantity
}

type word struct {
	text string
	exp  int32
	unit quantity.Unit
}

// scales and units may follow a number, with a space or without. Longer ones stand before what they begin with.
var (
	scales = []word{{"trillion", 12, ""}, {"billion", 9, ""}, {"million", 6, ""}, {"thousand", 3, ""}, {"bn", 9, ""}, {"mn", 6, ""}, {"tn", 12, ""}}
	// A single letter must touch the number, be a capital or follow money, and end a word.
	letters = map[byte]int32{'T': 12, 'B': 9, 'M': 6, 'K': 3}
	units   = []word{{"%", 0, quantity.Percent}, {"percentage points", 0, quantity.PercentPt}, {"percentage point", 0, quantity.PercentPt},
		{"percent", 0, quantity.Percent}, {"per cent", 0, quantity.Percent}, {"basis points", 0, quantity.BasisPoint}, {"basis point", 0, quantity.BasisPoint},
		{"bps", 0, quantity.BasisPoint}, {"bp", 0, quantity.BasisPoint}, {"pp", 0, quantity.PercentPt}, {"shares", 0, quantity.Shares}, {"times", 0, quantity.Multiple}, {"x", 0, quantity.Multiple}}
	cents      = []word{{"cents", -2, ""}, {"cent", -2, ""}}
	currencies = []struct {
		text string
		unit quantity.Unit
	}{{"US$", "USD"}, {"$", "USD"}, {"€", "EUR"}, {"£", "GBP"}, {"¥", "JPY"}}
	perShare = []string{" per diluted share", " a diluted share", " per share", " a share", "/share"}
	hedges   = []string{"about ", "around ", "nearly ", "almost ", "roughly ", "approximately ", "some ", "over ", "more than ", "~"}
)

// Find lists the numbers of a text in order. Digits inside a word ("Q3", "COVID-19's") are none; the parts of a date
// and bare years are, without a unit: who looks for a value asks for its unit.
func Find(text string) []Figure {
	var out []Figure
	for i := 0; i < len(text); {
		if !digit(text, i) && !(text[i] == '.' && digit(text, i+1) && !digit(text, i-1)) {
			i++
			continue
		}
		f, next := read(text, i)
		if f.End > 0 {
			out = append(out, f)
		}
		i = next
	}
	return out
}

func digit(s string, i int) bool { return i >= 0 && i < len(s) && s[i] >= '0' && s[i] <= '9' }

// letter says that a letter begins at i; letterBefore, that one ends there.
func letter(s string, i int) bool {
	if i < 0 || i >= len(s) {
		return false
	}
	r, _ := utf8.DecodeRuneInString(s[i:])
	return unicode.IsLetter(r)
}

func letterBefore(s string, i int) bool {
	r, _ := utf8.DecodeLastRuneInString(s[:i])
	return unicode.IsLetter(r)
}

// read reads the number whose digits begin at i and returns where to go on.
func read(s string, i int) (Figure, int) {
	start, end := i, i
	for digit(s, end) || end < len(s) && s[end] == ',' && digit(s, end+1) && digit(s, end+2) && digit(s, end+3) && !digit(s, end+4) {
		end++
	}
	if end < len(s) && s[end] == '.' && digit(s, end+1) {
		end++
		for digit(s, end) {
			end++
		}
	}
	if letterBefore(s, start) || start > 0 && (s[start-1] == '_' || s[start-1] == '#') {
		return Figure{}, end
	}
	digits := strings.ReplaceAll(s[start:end], ",", "")
	if len(digits) > 30 {
		return Figure{}, end
	}
	d, _, err := apd.NewFromString(digits)
	if err != nil {
		return Figure{}, end
	}
	q := quantity.Quantity{Value: *d, Digits: significant(digits)}

	// What stands before: "$", "-$", "$-", "($".
	for _, c := range currencies {
		if strings.HasSuffix(s[:start], c.text) || strings.HasSuffix(s[:start], c.text+" ") {
			q.Unit = c.unit
			start = strings.LastIndex(s[:start], c.text)
			break
		}
	}
	for _, minus := range []string{"-", "−"} {
		if before, ok := strings.CutSuffix(s[:start], minus); ok && !digit(before, len(before)-1) && !letterBefore(before, len(before)) {
			q.Value.Negative, start = true, len(before)
			for _, c := range currencies {
				if b, ok := strings.CutSuffix(before, c.text); ok && q.Unit == quantity.None {
					q.Unit, start = c.unit, len(b)
				}
			}
		}
	}
	// Accountants write a loss in brackets; in a table the closing one may be a cell away.
	if before, ok := strings.CutSuffix(s[:start], "("); ok && (end < len(s) && s[end] == ')' || strings.HasPrefix(s[end:], " | )") || strings.HasPrefix(s[end:], "%)")) {
		q.Value.Negative, start = true, len(before)
	}

	end = suffix(s, end, &q)
	for _, h := range hedges {
		if n := start - len(h); n >= 0 && strings.EqualFold(s[n:start], h) {
			q.Approx = true
		}
	}
	return Figure{Start: start, End: end, Quantity: q}, end
}

// suffix reads the scale and the unit behind a number.
func suffix(s string, end int, q *quantity.Quantity) int {
	next := func(words []word) (word, int) {
		for _, w := range words {
			for _, gap := range []string{"", " ", "-", "\u00a0"} {
				at := end + len(gap)
				if !strings.HasPrefix(s[end:], gap) || len(s) < at+len(w.text) || !strings.EqualFold(s[at:at+len(w.text)], w.text) {
					continue
				}
				if stop := at + len(w.text); !letter(s, stop) || w.text == "%" {
					return w, stop
				}
			}
		}
		return word{}, 0
	}
	if w, stop := next(scales); stop > 0 {
		q.Value.Exponent += w.exp
		end = stop
	} else if end < len(s) && letters[s[end]] > 0 && !letter(s, end+1) && !digit(s, end+1) {
		q.Value.Exponent += letters[s[end]]
		end++
	}
	if q.Unit == quantity.None {
		if w, stop := next(units); stop > 0 {
			q.Unit, end = w.unit, stop
		} else if w, stop := next(cents); stop > 0 {
			q.Unit, end = quantity.USD, stop
			q.Value.Exponent += w.exp
		}
	}
	if q.Unit == quantity.USD {
		for _, p := range perShare {
			if len(s) >= end+len(p) && strings.EqualFold(s[end:end+len(p)], p) {
				q.Unit, end = quantity.USDPerShare, end+len(p)
				break
			}
		}
	}
	return end
}

func significant(digits string) int {
	return max(1, len(strings.TrimLeft(strings.ReplaceAll(digits, ".", ""), "0")))
}

// Equal says that two values are the same number, whatever their exponents.
func Equal(a, b apd.Decimal) bool { return a.Cmp(&b) == 0 }

// Agree says that two statements of a value do not contradict each other: one is the other, rounded to the digits that
// it was written with.
func Agree(a, b quantity.Quantity) bool {
	return Equal(a.Value, b.Value) || rounds(a, b) || rounds(b, a)
}

// rounds says that fine rounds to coarse.
func rounds(fine, coarse quantity.Quantity) bool {
	if coarse.Value.IsZero() || fine.Value.IsZero() {
		return false
	}
	var diff, half apd.Decimal
	if _, err := apd.BaseContext.WithPrecision(40).Sub(&diff, &fine.Value, &coarse.Value); err != nil {
		return false
	}
	diff.Negative = false
	// Half a unit of the last digit that was written.
	last := coarse.Value.Exponent
	if n := int32(coarse.Value.NumDigits()); coarse.Digits > 0 && n > int32(coarse.Digits) {
		last += n - int32(coarse.Digits)
	}
	half.SetFinite(5, last-1)
	return diff.Cmp(&half) <= 0
}
