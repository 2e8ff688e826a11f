package quantity

import (
	"errors"
	"strings"

	"github.com/cockroachdb/apd/v3"
)

// ErrNone says that a text holds no quantity.
var ErrNone = errors.New("no quantity")

// work computes with more digits than any figure of a report has.
var work = apd.BaseContext.WithPrecision(40)

// A Match is a quantity found in a text: text[Start:End] is what was written.
type Match struct {
	Start, End int
	Quantity   Quantity
	// Bare says that nothing but a number stands there: no unit, no scale, no sign.
	Bare bool
	// Range says that this is the lower end of a range whose upper end is the next match.
	Range bool
}

// Parse reads the one quantity that a text is.
func Parse(s string) (Quantity, error) {
	all := Find(s)
	if len(all) == 0 {
		return Quantity{}, ErrNone
	}
	return all[0].Quantity, nil
}

// Find lists the quantities of a running text, written or transcribed, in order: money with any sign and scale,
// percentages, basis points, multiples, shares, amounts per share, and bare numbers. Ordinals, clock times, and digits
// that are part of a name ("10-K", "Q3", "S-1") are none.
func Find(text string) []Match {
	t := tokens(tokenise(text))
	var out []Match
	for i := 0; i < len(t); {
		m, next, ok := t.quantity(i)
		if !ok {
			i++
			continue
		}
		// "$1.2–1.4 billion": what the upper end says of scale and unit holds for the lower.
		if j, dash := t.rangeDash(next); dash {
			// "by 25 basis points to 3.75" changes the unit: it is no range.
			up, after, ok := t.quantity(j)
			if ok && (t.word(next) != "to" || !m.Quantity.percentage() || up.Quantity.Unit == m.Quantity.Unit) {
				m.Range = inheritRange(&m, &up)
				out = append(out, m.Match, up.Match)
				i = after
				continue
			}
		}
		out = append(out, m.Match)
		i = next
	}
	return out
}

// found is a match with what a range needs to know of it.
type found struct {
	Match
	scaled bool
	scale  int32 // the power of ten of its scale
	prefix bool  // a currency stood before it
}

// quantity reads the quantity that begins at token i.
func (t tokens) quantity(i int) (f found, next int, ok bool) {
	start, j := i, i
	negative, parens, approx := false, false, t.hedged(i)
	if t.symbol(j) == "(" {
		parens, j = true, j+1
	}
	switch s := t.symbol(j); {
	case (s == "-" || s == "−" || s == "–") && !t.at(j+1).spaced && (t.at(j).spaced || parens):
		negative, j = true, j+1
	case t.word(j) == "minus" || t.word(j) == "negative":
		negative, j = true, j+1
	}
	unit, afterPrefix := t.currencyPrefix(j)
	prefixed := afterPrefix > j
	j = afterPrefix
	switch s := t.symbol(j); {
	case prefixed && (s == "-" || s == "−"):
		negative, j = true, j+1
	case prefixed && s == "(" && !parens:
		parens, j = true, j+1
	}
	n, j2, ok := t.number(j, prefixed)
	if !ok || n.ordinal {
		return f, i, false
	}
	j = j2
	u, after := t.unit(j, unit, n)
	j = after
	if parens {
		if t.symbol(j) != ")" || t.at(j).spaced {
			// An ordinary bracket: the quantity stands inside it, and is met there.
			return f, i, false
		} else if n.fromDigits {
			negative = true
			j++
		}
	}
	q := Quantity{Value: n.value, Unit: u.unit, Digits: n.digits, Approx: approx}
	if u.exp != 0 {
		q.Value.Exponent += u.exp
	}
	if negative {
		q = q.Neg()
	}
	f.Match = Match{Start: t[start].start, End: t[j-1].end, Quantity: q, Bare: u.unit == None && !n.scaled && !negative}
	f.scaled, f.scale, f.prefix = n.scaled, n.scale, prefixed
	return f, j, true
}

// number reads digits or number words, and the scale behind them.
func (t tokens) number(i int, money bool) (readNumber, int, bool) {
	tok := t.at(i)
	if tok.kind != numberToken {
		n, j, ok := t.spelled(i)
		if !ok || n.bare && t.word(i) == "one" && !t.unitFollows(j) {
			return readNumber{}, i, false
		}
		return readNumber{number: n}, j, true
	}
	if t.partOfName(i) {
		return readNumber{}, i, false
	}
	d, _, err := apd.NewFromString(strings.ReplaceAll(tok.text, ",", ""))
	if err != nil {
		return readNumber{}, i, false
	}
	n := readNumber{number: number{value: *d, digits: int(d.NumDigits())}, fromDigits: true}
	j := i + 1
	k := t.skipHyphen(j)
	w := t.word(k)
	if s, ok := scaleWords[w]; ok && w != "mil" {
		n.value.Exponent += s
		n.scaled, n.scale = true, s
		return n, k + 1, true
	}
	if s, ok := scaleLetters[w]; ok && (!t.at(j).spaced || money) && (t.at(j).upper || money || w != "m" && w != "b" && w != "t") {
		n.value.Exponent += s
		n.scaled, n.scale = true, s
		return n, j + 1, true
	}
	if w == "hundred" && n.value.Exponent >= 0 {
		n.value.Exponent += 2
		return n, k + 1, true
	}
	return n, j, true
}

type readNumber struct {
	number
	fromDigits bool
}

var scaleLetters = map[string]int32{"k": 3, "m": 6, "b": 9, "t": 12}

// partOfName says that digits belong to a name, a time or an ordinal: "Q3", "10-K", "S-1", "9:30", "3rd", "ASTER-3".
func (t tokens) partOfName(i int) bool {
	before, after := t.at(i-1), t.at(i+1)
	if i > 0 && !t.at(i).spaced {
		if before.kind == wordToken && !isCurrencyWord(before.text) {
			return true
		}
		if before.text == "-" && !before.spaced && t.at(i-2).kind == wordToken && !t.at(i-2).spacedAfterNumber(t, i-2) {
			return true
		}
		if before.text == ":" || before.text == "#" {
			return true
		}
	}
	if after.spaced {
		return false
	}
	switch {
	case after.kind == wordToken && (after.text == "st" || after.text == "nd" || after.text == "rd" || after.text == "th"):
		return true
	case after.text == ":" && t.at(i+2).kind == numberToken && !t.at(i+2).spaced:
		return true
	case after.text == "-" && t.at(i+2).kind == wordToken && !t.at(i+2).spaced && len(t.at(i+2).text) == 1:
		return true
	}
	return false
}

// spacedAfterNumber says that the word before a hyphen is itself the end of a quantity ("million-2"), not of a name.
func (tok token) spacedAfterNumber(t tokens, i int) bool {
	_, scale := scaleWords[tok.text]
	return scale || t.at(i-1).kind == numberToken
}

var hedges = map[string]bool{"about": true, "around": true, "roughly": true, "nearly": true, "almost": true, "approximately": true, "some": true, "approx": true, "circa": true}

func (t tokens) hedged(i int) bool {
	return hedges[t.word(i-1)] || t.symbol(i-1) == "~" || t.symbol(i-1) == "≈"
}

// rangeDash says whether a range goes on at i: a dash, or "to" between numbers.
func (t tokens) rangeDash(i int) (int, bool) {
	switch s := t.symbol(i); s {
	case "–", "—":
		return i + 1, t.at(i+1).kind == numberToken || t.symbol(i+1) == "$"
	case "-":
		return i + 1, t.at(i).spaced == t.at(i+1).spaced && (t.at(i+1).kind == numberToken || t.symbol(i+1) == "$")
	}
	if t.word(i) == "to" {
		_, _, ok := t.quantity(i + 1)
		return i + 1, ok
	}
	return i, false
}

// inheritRange gives the lower end of a range what only the upper end says. It reports whether this is a range at all.
func inheritRange(low, up *found) bool {
	q, to := &low.Quantity, up.Quantity
	if q.Unit == None {
		q.Unit = to.Unit
	}
	if up.Quantity.Unit == None && low.Quantity.Unit != None {
		up.Quantity.Unit = low.Quantity.Unit
	}
	if !low.scaled && up.scaled && q.Unit == up.Quantity.Unit {
		q.Value.Exponent += up.scale
		if q.Value.Cmp(&up.Quantity.Value) >= 0 {
			q.Value.Exponent -= up.scale // "five hundred to one thousand"
		}
	}
	low.Bare, up.Bare = q.Unit == None && !low.scaled && !up.scaled, up.Bare && q.Unit == None
	return q.Unit == up.Quantity.Unit && q.Value.Cmp(&up.Quantity.Value) < 0
}
