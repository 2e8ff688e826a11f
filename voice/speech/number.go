package speech

import (
	"strings"
)

var units = []string{"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"}
var tens = []string{"", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"}
var scales = []string{"", " thousand", " million", " billion", " trillion", " quadrillion"}

var ordinalOf = map[string]string{
	"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth", "twelve": "twelfth",
	"twenty": "twentieth", "thirty": "thirtieth", "forty": "fortieth", "fifty": "fiftieth", "sixty": "sixtieth", "seventy": "seventieth", "eighty": "eightieth", "ninety": "ninetieth",
}

// cardinal says a whole number: "twelve thousand four hundred".
func cardinal(n int64) string {
	if n < 0 {
		return "minus " + cardinal(-n)
	}
	if n < 1000 {
		return below1000(int(n))
	}
	var parts []string
	for i := 0; n > 0 && i < len(scales); i++ {
		if g := int(n % 1000); g > 0 {
			parts = append([]string{below1000(g) + scales[i]}, parts...)
		}
		n /= 1000
	}
	return strings.Join(parts, " ")
}

func below1000(n int) string {
	switch {
	case n < 20:
		return units[n]
	case n < 100:
		s := tens[n/10]
		if n%10 > 0 {
			s += "-" + units[n%10]
		}
		return s
	}
	s := units[n/100] + " hundred"
	if n%100 > 0 {
		s += " " + below1000(n%100)
	}
	return s
}

// ordinal says a rank: "twenty-first".
func ordinal(n int64) string {
	s := cardinal(n)
	i := strings.LastIndexAny(s, " -") + 1
	last := s[i:]
	if o, ok := ordinalOf[last]; ok {
		return s[:i] + o
	}
	return s + "th"
}

// year says a year in pairs: "twenty twenty-six", "two thousand five", "nineteen hundred".
func year(n int) string {
	switch {
	case n < 1000 || n > 2999:
		return cardinal(int64(n))
	case n >= 2000 && n < 2010 || n%1000 == 0:
		return cardinal(int64(n))
	case n%100 == 0:
		return below1000(n/100) + " hundred"
	case n%100 < 10:
		return below1000(n/100) + " oh " + units[n%100]
	}
	return below1000(n/100) + " " + below1000(n%100)
}

// decimal says digits with a point, one by one behind it: "two point three one". The text has no sign and no commas.
func decimal(s string) string {
	whole, frac, _ := strings.Cut(s, ".")
	var n int64
	for _, r := range whole {
		n = n*10 + int64(r-'0')
	}
	out := cardinal(n)
	if frac == "" {
		return out
	}
	out += " point"
	for _, r := range frac {
		out += " " + units[r-'0']
	}
	return out
}
