package speech

import "strings"

// A num is a number in digits: its whole part, perhaps with commas, and what stands behind the point.
type num struct {
	whole, frac string
	comma       bool
}

// parseNum reads a number at the start of s and returns how long it is.
func parseNum(s string) (n num, length int) {
	i := 0
	for i < len(s) && digit(s[i]) {
		i++
	}
	if i > 0 && i <= 3 {
		for i+3 < len(s) && s[i] == ',' && digit(s[i+1]) && digit(s[i+2]) && digit(s[i+3]) && (i+4 == len(s) || !digit(s[i+4])) {
			i += 4
			n.comma = true
		}
	}
	n.whole = s[:i]
	if i+1 < len(s) && s[i] == '.' && digit(s[i+1]) {
		j := i + 1
		for j < len(s) && digit(s[j]) {
			j++
		}
		n.frac = s[i+1 : j]
		i = j
	}
	if n.whole == "" && n.frac == "" {
		return num{}, 0
	}
	return n, i
}

func (n num) zero() bool { return strings.Trim(n.whole, "0,") == "" && strings.Trim(n.frac, "0") == "" }
func (n num) one() bool  { return n.frac == "" && n.whole == "1" }

// decimal appends a number with its point.
func decimal(dst []byte, n num, literal bool) []byte {
	switch {
	case n.frac == "":
		if !n.comma && len(n.whole) > 1 && n.whole[0] == '0' {
			return spellDigits(dst, n.whole)
		}
		return cardinal(dst, n.whole)
	case n.whole != "":
		dst = cardinal(dst, n.whole)
	case !literal:
		dst = word(dst, "zero")
	}
	return spellDigits(word(dst, "point"), n.frac)
}

var scaleLetters = map[string]string{
	"k": "thousand", "m": "million", "b": "billion", "t": "trillion", "mm": "million", "mn": "million", "mln": "million",
	"bn": "billion", "bln": "billion", "tn": "trillion", "trn": "trillion",
}

var scaleWords = map[string]bool{"hundred": true, "thousand": true, "million": true, "billion": true, "trillion": true, "quadrillion": true}

// scale reads the scale of a number: attached letters or a word. rest is what follows in the same core.
func scaleOf(rest string, money bool) (name, after string, adjective bool) {
	if strings.HasPrefix(rest, "-") {
		end := 1
		for end < len(rest) && letter(rest[end]) {
			end++
		}
		l := lower(rest[1:end])
		if scaleWords[string(l.key())] {
			return scaleName(l.key()), rest[end:], true
		}
		return "", rest, false
	}
	end := 0
	for end < len(rest) && letter(rest[end]) {
		end++
	}
	if end == 0 {
		return "", rest, false
	}
	l := lower(rest[:end])
	if scaleWords[string(l.key())] {
		return scaleName(l.key()), rest[end:], false
	}
	if name := scaleLetters[string(l.key())]; name != "" && (money || string(l.key()) != "mm") {
		return name, rest[end:], false
	}
	return "", rest, false
}

func scaleName(key []byte) string {
	switch string(key) {
	case "hundred":
		return "hundred"
	case "quadrillion":
		return "quadrillion"
	case "thousand":
		return "thousand"
	case "million":
		return "million"
	case "billion":
		return "billion"
	}
	return "trillion"
}

// A figure is one number with all that stands around it.
type figure struct {
	prefix string // "about", "more than"
	sign   string // "minus", "plus"
	cur    *currency
	n      num
	scale  string
	rest   string // of the core, unread
	loss   bool   // "-$0.42" is to be said as a loss
}

var prefixes = []struct{ mark, ear, literal string }{
	{"~", "about", "tilde"}, {"≈", "about", "about"}, {"<=", "at most", "less than or equal to"}, {">=", "at least", "greater than or equal to"},
	{"<", "less than", "less than"}, {">", "more than", "greater than"},
	{"≤", "at most", "less than or equal to"}, {"≥", "at least", "greater than or equal to"}, {"±", "plus or minus", "plus minus"},
	{"#", "number", "number"}, {"×", "times", "times"}, {"=", "equals", "equals"},
}

// parseFigure reads a figure at the start of s. Signs count only where nothing precedes them.
func (v *Verbaliser) parseFigure(s string) (f figure, ok bool) {
	for _, p := range prefixes {
		if s == "" || digit(s[0]) || letter(s[0]) {
			break
		}
		if strings.HasPrefix(s, p.mark) {
			f.prefix, s = p.ear, s[len(p.mark):]
			if v.literal {
				f.prefix = p.literal
			}
			break
		}
	}
	s = f.readSign(s)
	if cur, n := currencyAt(s); n > 0 {
		f.cur, s = cur, s[n:]
		if f.sign == "" {
			s = f.readSign(s)
		}
		s = strings.TrimPrefix(s, "\u00a0")
	}
	n, length := parseNum(s)
	if length == 0 {
		return f, false
	}
	f.n, f.rest = n, s[length:]
	return f, true
}

func (f *figure) readSign(s string) string {
	for _, m := range [...]string{"-", "−", "–"} {
		if strings.HasPrefix(s, m) {
			f.sign = "minus"
			return s[len(m):]
		}
	}
	if strings.HasPrefix(s, "+") {
		f.sign = "plus"
		return s[1:]
	}
	return s
}

// amount says a number with its currency, scale and unit.
func (v *Verbaliser) amount(dst []byte, t *text, p piece) ([]byte, piece, bool) {
	core := t.core(p)
	if f, ok := vulgar(core); ok {
		return v.mixedFraction(dst, t, p, f)
	}
	f, ok := v.parseFigure(core)
	if !ok {
		return v.leadingCode(dst, t, p)
	}
	if out, last, ok := v.rangeOf(dst, t, p, f); ok {
		return out, last, true
	}
	if f.cur != nil {
		return v.moneyFigure(dst, t, p, f)
	}
	if out, last, ok := v.fraction(dst, t, p, f); ok {
		return out, last, true
	}
	return v.plainFigure(dst, t, p, f)
}

func (f *figure) lead(dst []byte) []byte {
	if f.prefix != "" {
		dst = word(dst, f.prefix)
	}
	if f.sign != "" {
		dst = word(dst, f.sign)
	}
	return dst
}

// plainFigure says a number without currency.
func (v *Verbaliser) plainFigure(dst []byte, t *text, p piece, f figure) ([]byte, piece, bool) {
	last := p
	if f.rest == "" {
		return v.spacedFigure(dst, t, p, f)
	}
	if out, ok := v.ordinalSuffix(dst, f); ok {
		return out, last, true
	}
	if f.rest[0] == '%' || strings.HasPrefix(f.rest, "％") {
		after := strings.TrimPrefix(strings.TrimPrefix(f.rest, "%"), "％")
		if after == "" || after == "-points" || after[0] == '-' && plainWord(after[1:]) && len(after) > 1 {
			dst = word(decimal(f.lead(dst), f.n, v.literal), "percent")
			if after != "" {
				dst = word(dst, after[1:])
			}
			return dst, last, true
		}
		if after[0] == '/' {
			dst = word(decimal(f.lead(dst), f.n, v.literal), "percent")
			return v.per(dst, after[1:]), last, true
		}
		return dst, p, false
	}
	if name, after, _ := scaleOf(f.rest, false); !v.literal && name != "" && (after == "" || after[0] == '-' || after[0] == '/') {
		dst = word(decimal(f.lead(dst), f.n, v.literal), name)
		switch {
		case after != "" && after[0] == '/':
			dst = v.per(dst, after[1:])
		case after != "":
			dst = word(dst, after[1:])
		default:
			return v.unitAfter(dst, t, p, figure{n: f.n, scale: name}, false)
		}
		return dst, last, true
	}
	if out, ok := v.attachedUnit(dst, f); ok {
		return out, last, true
	}
	if f.rest[0] == '-' && len(f.rest) > 1 && plainWord(f.rest[1:]) {
		if len(f.rest) == 2 && f.rest[1] >= 'A' && f.rest[1] <= 'Z' { // a form: 10-K
			return word(v.bareNumber(f.lead(dst), t, p, f, false), f.rest[1:]), last, true
		}
		dst = v.bareNumber(f.lead(dst), t, p, f, false)
		rest := f.rest[1:]
		if first, tail, found := strings.Cut(rest, "-"); found { // "25-basis-point"
			dst = v.unitWord(dst, first, true)
			return word(dst, strings.ReplaceAll(tail, "-", " ")), last, true
		}
		return v.unitWord(dst, rest, true), last, true
	}
	return dst, p, false
}

// spacedFigure says a number that ends its piece, with the scale, unit or fraction in the pieces after it.
func (v *Verbaliser) spacedFigure(dst []byte, t *text, p piece, f figure) ([]byte, piece, bool) {
	next, joined := t.follower(p)
	if joined {
		core := t.core(next)
		if out, last, ok := v.wholeAndFraction(dst, t, p, next, f); ok {
			return out, last, true
		}
		l := lower(core)
		if scaleWords[string(l.key())] || !v.literal && len(core) == 1 && strings.ContainsAny(core, "KMBT") {
			name := scaleLetters[string(l.key())]
			if name == "" {
				name = scaleName(l.key())
			}
			dst = word(decimal(f.lead(dst), f.n, v.literal), name)
			return v.unitAfter(dst, t, next, figure{n: f.n, scale: name}, false)
		}
		if v.unitPiece(t, next) {
			dst = decimal(f.lead(dst), f.n, v.literal)
			return v.unitAfter(dst, t, p, f, true)
		}
	}
	return v.bareNumber(f.lead(dst), t, p, f, true), p, true
}

// bareNumber says a number that nothing qualifies. Four digits are mostly a year.
func (v *Verbaliser) bareNumber(dst []byte, t *text, p piece, f figure, alone bool) []byte {
	n := f.n
	if alone && n.frac == "" && !n.comma && len(n.whole) == 4 && f.sign == "" {
		if y := atoi(n.whole); v.isYear(t, p, y) {
			return year(dst, y)
		}
	}
	if !v.literal && n.frac == "" && !n.comma && len(n.whole) >= 9 && f.sign == "" && !roundNumber(n.whole) {
		return spellDigits(dst, n.whole) // an identifier
	}
	return decimal(dst, n, v.literal)
}

func roundNumber(s string) bool { return strings.HasSuffix(s, "000") }

// isYear says whether four digits are said as a year.
func (v *Verbaliser) isYear(t *text, p piece, y int) bool {
	if v.literal {
		return y >= 1100 && y < 2100
	}
	if prev, _ := t.previous(p.start); indexNames[prev] {
		return false
	}
	return y >= 1900 && y < 2100
}

// indexNames stand before numbers that look like years: "Russell 2000".
var indexNames = map[string]bool{"Russell": true, "Wilshire": true, "STOXX": true, "CSI": true, "ASX": true}

// ordinalSuffix says "3rd"; where the suffix does not fit the number, the number is said and the suffix after it.
func (v *Verbaliser) ordinalSuffix(dst []byte, f figure) ([]byte, bool) {
	rest := f.rest
	if len(rest) < 2 || f.n.frac != "" || f.n.whole == "" {
		return dst, false
	}
	l := lower(rest[:2])
	suffix := string(l.key())
	switch suffix {
	case "st", "nd", "rd", "th":
	default:
		return dst, false
	}
	if len(rest) > 2 && rest[2] != '-' && rest[2] != '\'' {
		return dst, false
	}
	w := f.n.whole
	lastDigit := w[len(w)-1]
	teen := len(w) > 1 && w[len(w)-2] == '1'
	fits := "th"
	switch {
	case teen:
	case lastDigit == '1':
		fits = "st"
	case lastDigit == '2':
		fits = "nd"
	case lastDigit == '3':
		fits = "rd"
	}
	dst = f.lead(dst)
	switch {
	case suffix == fits:
		dst = ordinal(dst, w)
	case len(w) > 2:
		dst = word(spellDigits(dst, w), rest[:2])
	default:
		dst = word(cardinal(dst, w), rest[:2])
	}
	if len(rest) > 2 && rest[2] == '-' {
		return word(dst, rest[3:]), true
	}
	return append(dst, rest[2:]...), true
}
