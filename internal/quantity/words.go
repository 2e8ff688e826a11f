package quantity

import "github.com/cockroachdb/apd/v3"

var smallWords = map[string]int64{
	"zero": 0, "nought": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
	"nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
	"seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50,
	"sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}

var scaleWords = map[string]int32{
	"thousand": 3, "grand": 3, "million": 6, "millions": 6, "mln": 6, "mn": 6, "mm": 6, "mil": 6, "billion": 9, "billions": 9,
	"bn": 9, "bln": 9, "trillion": 12, "trillions": 12, "tn": 12, "trn": 12,
}

// ordinalWords are the ordinals that replace the last word of a number.
var ordinalWords = map[string]int64{
	"zeroth": 0, "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
	"ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15,
	"sixteenth": 16, "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30,
	"fortieth": 40, "fiftieth": 50, "sixtieth": 60, "seventieth": 70, "eightieth": 80, "ninetieth": 90, "hundredth": 100,
}

// A number is digits and a power of ten, with nothing yet said of what they count.
type number struct {
	value   apd.Decimal
	digits  int
	ordinal bool
	scaled  bool  // a scale was named: "billion"
	scale   int32 // the power of ten of that scale
	bare    bool  // a single small word, which may be no number at all: "one"
}

func numberOf(coefficient int64, exponent int32) number {
	var n number
	n.value.SetFinite(coefficient, exponent)
	n.digits = int(n.value.NumDigits())
	return n
}

// spelled reads a number in words at i: "two point three billion", "a hundred and five", "half a million", "a dozen".
func (t tokens) spelled(i int) (n number, next int, ok bool) {
	switch w := t.word(i); w {
	case "a", "an", "half":
		return t.spelledArticle(i)
	case "point":
		return t.spelledPoint(i, 0)
	case "zero", "nought":
		if t.word(i+1) == "point" {
			return t.spelledPoint(i+1, 0)
		}
	}
	whole, exp, j, ok := t.spelledWhole(i)
	if !ok {
		return n, i, false
	}
	switch {
	case t.word(j) == "point" && exp == 0:
		return t.spelledPoint(j, whole)
	case t.word(j) == "dozen":
		return numberOf(whole*12, 0), j + 1, true
	}
	halves := int32(0)
	if k, ok := t.words(j, "and", "a", "half"); ok {
		whole, exp, j, halves = whole*10+5, exp-1, k, -1
	} else if k, ok := t.words(j, "and", "one", "half"); ok {
		whole, exp, j, halves = whole*10+5, exp-1, k, -1
	}
	if s, ok := scaleWords[t.word(t.skipHyphen(j))]; ok && exp < 3 {
		j = t.skipHyphen(j) + 1
		exp += s
	}
	n = numberOf(whole, exp)
	n.scaled = exp >= 3
	if n.scaled {
		n.scale = exp - halves
	}
	n.bare = j == i+1
	if v, ok := t.ordinalTail(t.skipHyphen(j), whole, exp); ok {
		n = numberOf(v, 0)
		n.ordinal = true
		j = t.skipHyphen(j) + 1
	}
	return n, j, true
}

// spelledArticle reads the numbers that begin with an article or a half.
func (t tokens) spelledArticle(i int) (number, int, bool) {
	j := i
	if t.word(j) == "a" || t.word(j) == "an" {
		j++
	}
	if t.word(j) == "half" {
		j++
		if t.word(j) == "a" {
			j++
		}
		if s, ok := scaleWords[t.word(t.skipHyphen(j))]; ok {
			n := numberOf(5, s-1)
			n.scaled, n.scale = true, s
			return n, t.skipHyphen(j) + 1, true
		}
		return number{}, i, false
	}
	if j == i {
		return number{}, i, false
	}
	switch w := t.word(j); {
	case w == "dozen":
		return numberOf(12, 0), j + 1, true
	case w == "hundred":
		whole, exp, k, ok := t.spelledWhole(i)
		if !ok {
			return number{}, i, false
		}
		return numberOf(whole, exp), k, true
	}
	if s, ok := scaleWords[t.word(j)]; ok && t.word(j) != "mil" && t.word(j) != "grand" {
		n := numberOf(1, s)
		n.scaled, n.scale = true, s
		return n, j + 1, true
	}
	return number{}, i, false
}

// spelledWhole reads a whole number in words. Its exponent is that of the last scale named, so that "twelve million" is
// known to be a round one.
func (t tokens) spelledWhole(i int) (coefficient int64, exponent int32, next int, ok bool) {
	const ( // what the group may be followed by
		start = iota
		afterUnit
		afterTens
		afterHundred
	)
	var total, group int64
	state, lastScale, j := start, int32(99), i
	if t.word(j) == "a" && t.word(j+1) == "hundred" {
		group, state, j, ok = 100, afterHundred, j+2, true
	}
	for j < len(t) {
		k := t.skipHyphen(j)
		if j == i {
			k = j
		}
		w := t.word(k)
		if w == "and" && ok && (state == afterHundred || state == start && lastScale != 99) {
			if _, small := smallWords[t.word(k+1)]; !small {
				break
			}
			k++
			w = t.word(k)
		}
		v, small := smallWords[w]
		scale, isScale := scaleWords[w]
		switch {
		case small && v < 10 && (state == start || state == afterHundred || state == afterTens && v > 0):
			group += v
			state = afterUnit
		case small && v >= 10 && (state == start || state == afterHundred):
			group += v
			state = afterUnit
			if v >= 20 {
				state = afterTens
			}
		case w == "hundred" && (state == afterUnit || state == afterTens) && group < 100 && group > 0:
			group *= 100
			state = afterHundred
		case isScale && state != start && scale < lastScale && w != "mil":
			total += group * pow10(scale)
			group, state, lastScale = 0, start, scale
		default:
			if total == 0 && group == 0 && !ok {
				return 0, 0, i, false
			}
			return roundTo(total+group, lastScale, group), scaleExp(lastScale, group), j, ok
		}
		// A number never ends on the hyphen or the "and" that was stepped over, so only now is it taken.
		ok, j = true, k+1
	}
	return roundTo(total+group, lastScale, group), scaleExp(lastScale, group), j, ok
}

func roundTo(v int64, lastScale int32, group int64) int64 {
	return v / pow10(scaleExp(lastScale, group))
}

func scaleExp(lastScale int32, group int64) int32 {
	if lastScale == 99 || group != 0 {
		return 0
	}
	return lastScale
}

// spelledPoint reads the digits after "point", one by one or as a number: "point three one", "point thirty one".
func (t tokens) spelledPoint(i int, whole int64) (number, int, bool) {
	coefficient, exp, j := whole, int32(0), i+1
	digits := 0
	for ; digits < 15 && coefficient < 1e15; j++ {
		w := t.word(t.skipHyphen(j))
		v, small := smallWords[w]
		if w == "oh" || w == "o" {
			v, small = 0, true
		}
		if !small {
			break
		}
		j = t.skipHyphen(j)
		if v < 10 {
			coefficient, exp = coefficient*10+v, exp-1
			digits++
			continue
		}
		if u, ok := smallWords[t.word(t.skipHyphen(j+1))]; ok && v >= 20 && u > 0 && u < 10 {
			v, j = v+u, t.skipHyphen(j+1)
		}
		coefficient, exp = coefficient*100+v, exp-2
		digits += 2
	}
	if exp == 0 {
		return number{}, i, false
	}
	n := numberOf(coefficient, exp)
	if s, ok := scaleWords[t.word(t.skipHyphen(j))]; ok {
		n.value.Exponent += s
		n.scaled, n.scale = true, s
		j = t.skipHyphen(j) + 1
	}
	return n, j, true
}

// ordinalTail reads the ordinal that ends a number: "twenty-first", "two hundredth".
func (t tokens) ordinalTail(i int, whole int64, exp int32) (int64, bool) {
	v, ok := ordinalWords[t.word(i)]
	switch {
	case !ok || exp != 0 || t.word(i) == "second" && whole < 20:
		return 0, false
	case v == 100 && whole < 100:
		return whole * 100, true
	case v < 10 && whole >= 20 && whole%10 == 0 && whole%100 != 10, v < 100 && whole >= 100 && whole%100 == 0:
		return whole + v, true
	}
	return 0, false
}

func pow10(n int32) int64 {
	v := int64(1)
	for ; n > 0; n-- {
		v *= 10
	}
	return v
}
