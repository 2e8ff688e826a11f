package speech

var ones = [...]string{"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
	"thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"}

var tens = [...]string{"", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"}

var scaleNames = [...]string{"", "thousand", "million", "billion", "trillion", "quadrillion", "quintillion", "sextillion",
	"septillion", "octillion", "nonillion", "decillion"}

var onesOrdinal = [...]string{"zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
	"eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth"}

var tensOrdinal = [...]string{"", "", "twentieth", "thirtieth", "fortieth", "fiftieth", "sixtieth", "seventieth", "eightieth", "ninetieth"}

// word appends a word, after a space where something stands before it.
func word(dst []byte, w string) []byte {
	if n := len(dst); n > 0 && dst[n-1] != ' ' {
		dst = append(dst, ' ')
	}
	return append(dst, w...)
}

// below100 appends a number under a hundred: "forty-two".
func below100(dst []byte, n int) []byte {
	if n < 20 {
		return word(dst, ones[n])
	}
	dst = word(dst, tens[n/10])
	if n%10 > 0 {
		dst = append(dst, '-')
		dst = append(dst, ones[n%10]...)
	}
	return dst
}

func below1000(dst []byte, n int) []byte {
	if n >= 100 {
		dst = word(dst, ones[n/100])
		dst = word(dst, "hundred")
		if n%100 == 0 {
			return dst
		}
	}
	return below100(dst, n%100)
}

// cardinal appends a whole number; commas among its digits do not count.
func cardinal(dst []byte, s string) []byte {
	n := digitCount(s)
	if n > 3*len(scaleNames) {
		return spellDigits(dst, s)
	}
	group, said := 0, false
	for i := 0; i < len(s); i++ {
		if !digit(s[i]) {
			continue
		}
		group = group*10 + int(s[i]-'0')
		n--
		if n%3 != 0 {
			continue
		}
		if group > 0 {
			dst = below1000(dst, group)
			if n > 0 {
				dst = word(dst, scaleNames[n/3])
			}
			said = true
		}
		group = 0
	}
	if !said {
		dst = word(dst, "zero")
	}
	return dst
}

// spellDigits appends digits one by one.
func spellDigits(dst []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		if digit(s[i]) {
			dst = word(dst, ones[s[i]-'0'])
		}
	}
	return dst
}

// ordinal appends a whole number as a place in an order: its last word changes.
func ordinal(dst []byte, s string) []byte {
	from := len(dst)
	dst = cardinal(dst, s)
	i := len(dst)
	for i > from && dst[i-1] != ' ' && dst[i-1] != '-' {
		i--
	}
	last := dst[i:]
	for n, w := range ones {
		if string(last) == w {
			return append(dst[:i], onesOrdinal[n]...)
		}
	}
	for n, w := range tens {
		if w != "" && string(last) == w {
			return append(dst[:i], tensOrdinal[n]...)
		}
	}
	return append(dst, "th"...)
}

// year appends a year: "twenty twenty-six", "nineteen oh five", "two thousand six".
func year(dst []byte, y int) []byte {
	hi, lo := y/100, y%100
	switch {
	case y < 1000:
		return below1000(dst, y)
	case hi%10 == 0 && lo < 10:
		dst = word(dst, ones[hi/10])
		dst = word(dst, "thousand")
		if lo > 0 {
			dst = word(dst, ones[lo])
		}
		return dst
	case lo == 0:
		return word(below100(dst, hi), "hundred")
	case lo < 10:
		dst = word(below100(dst, hi), "oh")
		return word(dst, ones[lo])
	}
	return below100(below100(dst, hi), lo)
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func digitCount(s string) int {
	n := 0
	for i := 0; i < len(s); i++ {
		if digit(s[i]) {
			n++
		}
	}
	return n
}

// atoi is the number that s is, or −1 where it is none, or not one of at most nine digits.
func atoi(s string) int {
	if s == "" || len(s) > 9 {
		return -1
	}
	n := 0
	for i := 0; i < len(s); i++ {
		if !digit(s[i]) {
			return -1
		}
		n = n*10 + int(s[i]-'0')
	}
	return n
}
