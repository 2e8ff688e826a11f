package speech

import "strings"

// A currency is how money is said.
type currency struct {
	one, many       string
	minor, minors   string // hundredths; empty where nobody counts them
	oneEar, manyEar string // where a person says it otherwise
	whose           string // stands before cents alone, which would else be taken for American ones
}

func (c *currency) name(one, literal bool) string {
	switch {
	case one && !literal && c.oneEar != "":
		return c.oneEar
	case !one && !literal && c.manyEar != "":
		return c.manyEar
	case one:
		return c.one
	}
	return c.many
}

var (
	dollar = &currency{one: "dollar", many: "dollars", minor: "cent", minors: "cents"}
	euro   = &currency{one: "euro", many: "euros", minor: "cent", minors: "cents", whose: "euro"}
	pound  = &currency{one: "pound", many: "pounds", minor: "penny", minors: "pence"}
	yen    = &currency{one: "yen", many: "yen"}
	won    = &currency{one: "won", many: "won"}
	yuan   = &currency{one: "yuan", many: "yuan"}
	rupee  = &currency{one: "rupee", many: "rupees", minor: "paisa", minors: "paise"}
	usd    = &currency{one: "us dollar", many: "us dollars", minor: "cent", minors: "cents", oneEar: "U S dollar", manyEar: "U S dollars"}
)

// currencySigns are in the order in which they are tried: longer ones first.
var currencySigns = []struct {
	sign string
	cur  *currency
}{
	{"US$", usd}, {"U.S.$", usd}, {"HK$", dollars("Hong Kong")}, {"NZ$", dollars("New Zealand")}, {"NT$", dollars("New Taiwan")}, {"CA$", dollars("Canadian")}, {"AU$", dollars("Australian")},
	{"A$", dollars("Australian")}, {"C$", dollars("Canadian")}, {"S$", dollars("Singapore")}, {"R$", &currency{one: "real", many: "reais"}}, {"Rs.", rupee}, {"Rs", rupee},
	{"CHF", francs}, {"USD", usd}, {"EUR", euro}, {"GBP", pound}, {"RMB", yuan}, {"CNY", yuan}, {"JPY", yen}, {"HKD", dollars("Hong Kong")},
	{"$", dollar}, {"€", euro}, {"£", pound}, {"¥", yen}, {"￥", yen}, {"₩", won}, {"₹", rupee},
	{"₽", &currency{one: "ruble", many: "rubles"}}, {"₺", &currency{one: "lira", many: "lira"}}, {"₪", &currency{one: "shekel", many: "shekels"}},
	{"฿", &currency{one: "baht", many: "baht"}}, {"₫", &currency{one: "dong", many: "dong"}}, {"₱", &currency{one: "peso", many: "pesos"}}, {"₦", &currency{one: "naira", many: "naira"}},
}

var francs = &currency{one: "Swiss franc", many: "Swiss francs"}

func dollars(of string) *currency {
	return &currency{one: of + " dollar", many: of + " dollars", minor: "cent", minors: "cents", whose: of}
}

// currencyCodes stand before or behind an amount in a piece of their own.
var currencyCodes = map[string]*currency{
	"USD": usd, "EUR": euro, "GBP": pound, "JPY": yen, "CNY": yuan, "RMB": yuan, "CHF": francs, "CAD": dollars("Canadian"), "AUD": dollars("Australian"),
	"HKD": dollars("Hong Kong"), "NZD": dollars("New Zealand"), "SGD": dollars("Singapore"), "TWD": dollars("New Taiwan"), "KRW": won, "INR": rupee,
	"SEK": {one: "Swedish krona", many: "Swedish kronor"}, "NOK": {one: "Norwegian krone", many: "Norwegian kroner"}, "DKK": {one: "Danish krone", many: "Danish kroner"},
	"BRL": {one: "real", many: "reais"}, "MXN": {one: "Mexican peso", many: "Mexican pesos"}, "ZAR": {one: "rand", many: "rand"}, "ILS": {one: "shekel", many: "shekels"},
	"€": euro, "£": pound, "$": dollar, "¥": yen, "₩": won,
}

// currencyAt reads the sign of a currency before a digit, a point or a sign.
func currencyAt(s string) (*currency, int) {
	if s == "" || s[0] >= 'a' && s[0] <= 'z' || digit(s[0]) {
		return nil, 0
	}
	for i := range currencySigns {
		c := &currencySigns[i]
		if c.sign[0] != s[0] || !strings.HasPrefix(s, c.sign) {
			continue
		}
		n := len(c.sign)
		rest := strings.TrimPrefix(s[n:], "\u00a0")
		if rest == "" {
			return nil, 0
		}
		if digit(rest[0]) || rest[0] == '.' || rest[0] == '-' || strings.HasPrefix(rest, "−") || rest[0] == '+' {
			return c.cur, n
		}
		return nil, 0
	}
	return nil, 0
}

// money appends an amount of money. A person joins dollars and cents with "and".
func (v *Verbaliser) money(dst []byte, cur *currency, n num, scale string, singular bool) []byte {
	if scale != "" {
		dst = word(decimal(dst, n, v.literal), scale)
		return word(dst, cur.name(singular, v.literal))
	}
	cents := strings.TrimRight(n.frac, "0")
	switch {
	case n.frac == "" && v.o.Round && digitCount(n.whole) > 6:
		return word(roundedAmount(dst, n), cur.name(singular, v.literal))
	case cents == "":
		whole := n
		whole.frac = ""
		if whole.whole == "" {
			whole.whole = "0"
		}
		return word(decimal(dst, whole, v.literal), cur.name(n.one() || whole.one() || singular, v.literal))
	case len(cents) > 2 || cur.minor == "":
		return word(decimal(dst, n, v.literal), cur.name(false, v.literal))
	}
	c := int(cents[0]-'0') * 10
	if len(cents) == 2 {
		c += int(cents[1] - '0')
	}
	if strings.Trim(n.whole, "0,") != "" {
		dst = word(cardinal(dst, n.whole), cur.name(n.whole == "1", v.literal))
		if !v.literal {
			dst = word(dst, "and")
		}
		dst = below100(dst, c)
	} else if dst = below100(dst, c); !v.literal && cur.whose != "" {
		dst = word(dst, cur.whose)
	}
	if c == 1 {
		return word(dst, cur.minor)
	}
	return word(dst, cur.minors)
}

// roundedAmount says a large whole number with three digits: "about one point two three billion".
func roundedAmount(dst []byte, n num) []byte {
	var digits [64]byte
	d := digits[:0]
	for i := 0; i < len(n.whole) && len(d) < len(digits); i++ {
		if digit(n.whole[i]) {
			d = append(d, n.whole[i])
		}
	}
	size := len(d)
	if strings.Trim(string(d[3:]), "0") == "" || size > 3*len(scaleNames)-1 {
		return shortScale(dst, d[:3], size)
	}
	v := int(d[0]-'0')*100 + int(d[1]-'0')*10 + int(d[2]-'0')
	if d[3] >= '5' {
		v++
	}
	if v == 1000 {
		v, size = 100, size+1
	}
	three := [3]byte{byte('0' + v/100), byte('0' + v/10%10), byte('0' + v%10)}
	return shortScale(word(dst, "about"), three[:], size)
}

// shortScale says the leading three digits of a number of so many digits with the word for its scale.
func shortScale(dst []byte, three []byte, size int) []byte {
	group := (size - 1) / 3
	whole := size - 3*group
	dst = cardinal(dst, string(three[:whole]))
	frac := strings.TrimRight(string(three[whole:]), "0")
	if frac != "" {
		dst = spellDigits(word(dst, "point"), frac)
	}
	return word(dst, scaleNames[group])
}

// moneyFigure says an amount of money with what belongs to it: the scale, and what it is paid for.
func (v *Verbaliser) moneyFigure(dst []byte, t *text, p piece, f figure) ([]byte, piece, bool) {
	last := p
	name, after, hyphen := scaleOf(f.rest, true)
	if name == "" && f.rest == "" {
		if next, ok := t.follower(p); ok {
			l := lower(t.core(next))
			if scaleWords[string(l.key())] {
				name, last = scaleName(l.key()), next
			} else if s := scaleLetters[string(l.key())]; s != "" {
				name, last = s, next
			}
		}
	}
	if name == "" && f.rest == "" && v.scaledLater(t, p, f) {
		return decimal(f.lead(dst), f.n, v.literal), p, true
	}
	switch {
	case after == "":
	case after[0] == '/':
	case after == "+":
	case after[0] == '-' && plainWord(after[1:]) && len(after) > 1:
	case after == "'s" || after == "'":
	default:
		return dst, p, false
	}
	if !v.literal && f.sign == "minus" && v.isLoss(t, p, last, after) {
		f.sign, f.loss = "", true
		if prev, at := t.previous(p.start); !isLossWord(prev) {
			if prev2, _ := t.previous(at); !isLossWord(prev2) {
				dst = word(dst, "a loss of")
			}
		}
	}
	if !v.literal && after == "+" {
		dst = word(dst, "more than")
	}
	dst = v.money(f.lead(dst), f.cur, f.n, name, hyphen)
	switch {
	case after == "" || after == "+":
	case after[0] == '/':
		dst = v.per(dst, after[1:])
	case after[0] == '-':
		dst = word(dst, after[1:])
	case after[0] == '\'':
	}
	return dst, last, true
}

// scaledLater says that the scale of an amount stands only at the other end of its range: "$1.2 to $1.4 billion".
func (v *Verbaliser) scaledLater(t *text, p piece, f figure) bool {
	if digitCount(f.n.whole) > 3 {
		return false
	}
	to, ok := t.follower(p)
	if !ok {
		return false
	}
	switch t.core(to) {
	case "to":
	case "and":
		if prev, _ := t.previous(p.start); prev != "between" {
			return false
		}
	default:
		return false
	}
	other, ok := t.follower(to)
	if !ok {
		return false
	}
	high, ok := v.parseFigure(t.core(other))
	if !ok || high.cur != f.cur {
		return false
	}
	name, _, _ := scaleOf(high.rest, true)
	return name != "" || high.rest == "" && v.scaleFollows(t, other)
}

// isLoss says that a negative amount is earnings, so that a person would call it a loss: it is for a share, or what stands
// before it speaks of income.
func (v *Verbaliser) isLoss(t *text, p, last piece, after string) bool {
	if after == "/share" {
		return true
	}
	if q, ok := t.follower(last); ok {
		l := lower(t.core(q))
		if s := string(l.key()); s == "a" || s == "per" {
			if r, ok := t.follower(q); ok {
				l := lower(t.core(r))
				if s := string(l.key()); s == "share" || s == "diluted" || s == "basic" {
					return true
				}
			}
		}
	}
	at := p.start
	var w string
	for range 2 {
		if w, at = t.previous(at); isLossWord(w) {
			return true
		}
	}
	return false
}

func isLossWord(w string) bool {
	l := lower(w)
	switch string(l.key()) {
	case "loss", "losses", "lost":
		return true
	}
	return false
}

// leadingCode says an amount whose currency stands before it in a piece of its own: "USD 5 million".
func (v *Verbaliser) leadingCode(dst []byte, t *text, p piece) ([]byte, piece, bool) {
	core := t.core(p)
	cur := currencyCodes[core]
	if core == "US$" || core == "US" {
		cur = usd
	}
	if cur == nil {
		return dst, p, false
	}
	next, ok := t.follower(p)
	if !ok {
		return dst, p, false
	}
	f, ok := v.parseFigure(t.core(next))
	if !ok || (core == "US") != (f.cur == dollar) {
		return dst, p, false
	}
	f.cur = cur
	if out, last, ok := v.rangeOf(dst, t, next, f); ok {
		return out, last, true
	}
	return v.moneyFigure(dst, t, next, f)
}

// bracketed says the negative numbers of tables and reports: "(82,668)" alone, "$(0.42)", "of ($0.42)".
func (v *Verbaliser) bracketed(dst []byte, t *text, p piece) ([]byte, piece, bool) {
	s := t.s[p.start:p.end]
	bracket := strings.IndexByte(s, '(')
	if v.literal || bracket < 0 {
		return dst, p, false
	}
	var cur *currency
	for i := range currencySigns {
		if c := &currencySigns[i]; c.sign == s[:bracket] {
			cur, s = c.cur, s[bracket:]
			break
		}
	}
	if s == "" || s[0] != '(' {
		return dst, p, false
	}
	f, ok := v.parseFigure(s[1:])
	if !ok || f.sign != "" || f.prefix != "" {
		return dst, p, false
	}
	if f.cur == nil {
		f.cur = cur
	}
	name, rest, _ := scaleOf(f.rest, f.cur != nil)
	open := rest == "" && name == "" && f.cur != nil // the scale and the closing bracket are in the next piece
	if !open && (rest == "" || rest[0] != ')') {
		return dst, p, false
	}
	if cur == nil {
		prev, _ := t.previous(p.start)
		l := lower(prev)
		switch string(l.key()) {
		case "of", "was", "to", "from", "is", "at", "versus", "vs", "with", "|":
		case "":
			if p.start > 0 || f.cur == nil && !f.n.comma {
				return dst, p, false
			}
		default:
			return dst, p, false
		}
	}
	if f.cur == nil {
		dst = decimal(word(dst, "minus"), f.n, false)
		if name != "" {
			dst = word(dst, name)
		}
	} else {
		first := p
		last := piece{start: p.start, from: p.from, to: p.end, end: p.end}
		if name == "" {
			if next, ok := t.follower(last); ok {
				l := lower(t.core(next))
				if scaleWords[string(l.key())] && (!open || strings.HasPrefix(t.after(next), ")")) {
					name = scaleName(l.key())
					p = next
					last = next
				}
			}
		}
		if open {
			if name == "" || last == first {
				return dst, first, false
			}
			p.to++
			last = p
		}
		lead := "minus"
		if v.isLoss(t, first, last, "") {
			lead = "a loss of"
			if prev, at := t.previous(first.start); isLossWord(prev) {
				lead = ""
			} else if prev, _ = t.previous(at); isLossWord(prev) {
				lead = ""
			}
		}
		if lead != "" {
			dst = word(dst, lead)
		}
		dst = v.money(dst, f.cur, f.n, name, false)
		if name != "" && p == last {
			return dst, p, true
		}
	}
	p.to = p.end - len(strings.TrimLeft(rest, ")"))
	return dst, p, true
}
