package speech

import "strings"

// shorthand is writing that is said as other words, told apart by case; dots at the end are not part of the key.
var shorthand = map[string]string{
	"YoY": "year over year", "yoy": "year over year", "y/y": "year over year", "Y/Y": "year over year", "YOY": "year over year", "y-o-y": "year over year", "Y-o-Y": "year over year",
	"QoQ": "quarter over quarter", "qoq": "quarter over quarter", "q/q": "quarter over quarter", "Q/Q": "quarter over quarter", "QOQ": "quarter over quarter", "q-o-q": "quarter over quarter",
	"MoM": "month over month", "m/m": "month over month", "M/M": "month over month", "WoW": "week over week",
	"YTD": "year to date", "QTD": "quarter to date", "MTD": "month to date", "ytd": "year to date",
	"TTM": "trailing twelve months", "LTM": "last twelve months", "NTM": "next twelve months",
	"EBITDA": "ee-bit-dah", "EBIT": "ee-bit", "EBITDAR": "ee-bit-dar", "CAGR": "compound annual growth rate", "capex": "cap-ex", "CapEx": "cap-ex", "CAPEX": "cap-ex", "opex": "op-ex", "OpEx": "op-ex", "OPEX": "op-ex",
	"P/E": "P E", "P/S": "price to sales", "P/B": "price to book", "EV/EBITDA": "E V to ee-bit-dah", "EV/Sales": "E V to sales", "D/E": "debt to equity", "P/FCF": "price to free cash flow",
	"M&A": "M and A", "R&D": "R and D", "S&P": "S and P", "SG&A": "S G and A", "G&A": "G and A", "P&L": "P and L", "D&A": "D and A", "AT&T": "A T and T", "Q&A": "Q and A", "C&I": "C and I", "B&M": "B and M",
	"FTSE": "footsie", "NYSE": "N Y S E", "Nasdaq": "Nasdaq", "NASDAQ": "Nasdaq", "DJIA": "Dow Jones Industrial Average", "VIX": "vix", "DAX": "dax", "CAC": "cack", "STOXX": "stocks", "AMEX": "am-ex", "CBOE": "C B O E",
	"SaaS": "sass", "PaaS": "pass", "REIT": "reet", "REITs": "reets", "ARPU": "ar-poo", "GAAP": "gap", "IFRS": "I F R S", "FOMC": "F O M C", "LIBOR": "lie-bor", "SOFR": "so-fur", "FICO": "fie-co", "ADR": "A D R", "bn": "billion", "mn": "million",
	"vs": "versus", "w/": "with", "w/o": "without", "b/c": "because", "&": "and", "n/a": "not available", "N/A": "not available", "and/or": "and or",
	"a.k.a": "also known as", "aka": "also known as", "c/o": "care of", "DEF": "definitive",
}

// dotted are abbreviations that count as such only with their full stop.
var dotted = map[string]string{
	"dr": "doctor", "mr": "mister", "mrs": "misses", "ms": "miz", "prof": "professor", "rev": "reverend", "hon": "honorable", "gov": "governor", "sen": "senator", "rep": "representative",
	"gen": "general", "col": "colonel", "capt": "captain", "lt": "lieutenant", "sgt": "sergeant", "jr": "junior", "sr": "senior",
	"approx": "approximately", "est": "estimated", "vs": "versus", "etc": "et cetera", "dept": "department", "mgmt": "management", "avg": "average", "ave": "avenue", "blvd": "boulevard", "rd": "road",
	"e.g": "for example", "i.e": "that is", "inc": "incorporated", "corp": "corporation", "ltd": "limited", "govt": "government", "bros": "brothers", "mfg": "manufacturing", "intl": "international",
	"no": "number", "nos": "numbers", "fig": "figure", "vol": "volume", "st": "saint", "mt": "mount", "ft": "fort",
}

// abbreviation says shorthand and abbreviations.
func (v *Verbaliser) abbreviation(dst []byte, t *text, p piece) ([]byte, piece, bool) {
	core := t.core(p)
	if !v.literal || core == "vs" || core == "&" {
		if s, ok := shorthand[core]; ok {
			if core == "vs" && strings.HasPrefix(t.after(p), ".") {
				p.to++
			}
			return word(dst, s), p, true
		}
		if stem, ok := cutPossessive(core); ok {
			if s, ok := shorthand[stem]; ok {
				return append(word(dst, s), core[len(stem):]...), p, true
			}
		}
		if body, tail, ok := cutForm(core); ok { // a form such as S-1 or F-4
			return cardinal(word(dst, body), tail), p, true
		}
	}
	if !strings.HasPrefix(t.after(p), ".") || strings.HasPrefix(t.after(p), "..") {
		return dst, p, false
	}
	l := lower(core)
	s, ok := dotted[string(l.key())]
	if !ok {
		return dst, p, false
	}
	switch string(l.key()) {
	case "no", "nos":
		next := t.piece(p.end)
		if c := t.core(next); c == "" || !digit(c[0]) {
			return dst, p, false
		}
	case "st":
		prev, _ := t.previous(p.start)
		next := t.piece(p.end)
		c := t.core(next)
		if c == "" || !upper(c[0]) || prev != "" && upper(prev[0]) && !preposition(prev) {
			s = "street"
		}
	case "fig", "vol", "mt", "ft", "est", "gen", "col", "rep", "sen", "gov", "rev", "hon", "lt", "no.":
		next := t.piece(p.end)
		c := t.core(next)
		if !upper(core[0]) || c == "" || !upper(c[0]) && !digit(c[0]) {
			return dst, p, false
		}
	case "inc", "corp", "ltd", "ave", "rd", "blvd":
		if v.literal && string(l.key()) != "ave" && string(l.key()) != "rd" && string(l.key()) != "blvd" {
			return dst, p, false
		}
		if !upper(core[0]) {
			return dst, p, false
		}
	case "ms":
		if v.literal {
			s = "miss"
		}
		if !upper(core[0]) {
			return dst, p, false
		}
	}
	next := t.piece(p.end)
	// At the end of a sentence its full stop stays, to be heard as a pause.
	if next.start >= len(t.s) && !v.literal {
		return word(dst, s), p, true
	}
	p.to++
	return word(dst, s), p, true
}

func cutPossessive(s string) (string, bool) {
	for _, tail := range [...]string{"'s", "’s"} {
		if stem, ok := strings.CutSuffix(s, tail); ok {
			return stem, true
		}
	}
	return s, false
}

// cutForm reads the name of a filing that begins with its letter: "S-1", "F-4".
func cutForm(s string) (letter, n string, ok bool) {
	if len(s) >= 3 && len(s) <= 4 && s[1] == '-' && upper(s[0]) && atoi(s[2:]) > 0 {
		return s[:1], s[2:], true
	}
	return "", "", false
}

// spoken acronyms are words by themselves.
var pronounced = map[string]bool{"OPEC": true, "NASA": true, "NATO": true, "NAFTA": true, "COVID": true, "SWOT": true, "LASER": true, "FIFO": true, "LIFO": true, "TARP": true, "FANG": true, "MAGA": true, "RAM": true,
	"DRAM": true, "NAND": true, "SIM": true, "PIN": true, "SPAC": true, "SPACs": true, "ESPP": false, "DOGE": true, "CHIPS": true, "ASAP": false, "NOPAT": true, "SIPP": true, "UNICEF": true, "FEMA": true, "OSHA": true, "AIDS": true, "MOAT": true}

// shouted are short words in capitals that are no acronyms.
var shouted = func() map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq("A I AM AN AND ARE AS AT BE BUT BY CAN DO FOR GO HAD HAS HE HER HIS HOW IF IN IS ME MY NEW NO NOT NOW OF OFF ON ONE OR OUT OUR SEE SHE SO THE TO TWO UP WAS WE WHO WHY YES YOU ALL BUY SELL HOLD DOWN FROM HAVE THIS THAT WITH WILL INTO OVER VERY JUST NOTE PER NET CASH LOSS TOTAL SALES") {
		m[w] = true
	}
	return m
}()

// acronym spells what is written in capitals and is no word: "CEO", "EPS", "ETFs", "SEC's".
func acronym(dst []byte, s string) ([]byte, bool) {
	n := 0
	for n < len(s) && upper(s[n]) {
		n++
	}
	if n >= 1 && n+2 == len(s) && s[n] == '-' && upper(s[n+1]) && n <= 4 && !shouted[s[:n]] {
		return spell(spell(dst, s[:n]), s[n+1:]), true // a class of shares: BF-B
	}
	tail := s[n:]
	switch tail {
	case "", "s", "'s", "’s", "s'":
	default:
		return dst, false
	}
	if n < 2 || n > 5 || shouted[s[:n]] || pronounced[s] || pronounced[s[:n]] {
		return dst, false
	}
	if n == 5 && strings.ContainsAny(s[:n], "AEIOUY") {
		return dst, false // a word in capitals
	}
	return append(spell(dst, s[:n]), tail...), true
}

// spell says letters one by one.
func spell(dst []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case letter(c):
			dst = append(word(dst, ""), c&^0x20)
		case digit(c):
			dst = word(dst, ones[c-'0'])
		case c == '.':
			dst = word(dst, "dot")
		case c == '-':
			dst = word(dst, "dash")
		}
	}
	return dst
}

// beforeRoman are words whose number is a Roman one.
var beforeRoman = func() map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq("chapter part section volume article book appendix act scene class type grade tier title figure table phase stage level war bowl basel mifid solvency series schedule item annex vol chap sec pt division lesson unit mark generation gen model episode exhibit track category fund verse step round rule form") {
		m[w] = true
	}
	return m
}()

// rulers are given names that a Roman number makes a ruler, or a descendant, of.
var rulers = func() map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq("sam samuel louis henry john paul george edward charles elizabeth james william mary richard philip peter nicholas napoleon alexander benedict pius leo francis frederick ivan catherine otto robert david michael thomas joseph daniel mark steve steven king queen pope ramses gregory clement innocent urban harald olaf carl gustav albert victor umberto juan felipe fernando alfonso pedro hugo max walter howard warren walton ford rockefeller morgan jack bill bob tom jim ben adam eric peter andrew anthony christopher matthew brian kevin jason jeffrey ryan jacob gary larry justin scott brandon frank gregory raymond patrick dennis jerry tyler aaron jose henry douglas nathan zachary kyle theodore arthur lawrence roger jonathan harry") {
		m[w] = true
	}
	return m
}()

// roman says Roman numerals where they are ones: "Chapter IV", "Henry VIII".
func (v *Verbaliser) roman(dst []byte, t *text, p piece) ([]byte, piece, bool) {
	core := t.core(p)
	n := romanValue(core)
	if n == 0 {
		return dst, p, false
	}
	prev, at := t.previous(p.start)
	if prev == "" || t.s[at:p.start] != "" && strings.ContainsAny(t.s[at:p.start], ",.;:!?()") {
		return dst, p, false
	}
	l := lower(prev)
	switch {
	case beforeRoman[string(l.key())] && (len(core) > 1 || strings.Contains("IVXivx", core)):
		return cardinal(dst, itoa(n)), p, true
	case len(core) < 2 && (core != "V" && core != "X" || !rulers[string(l.key())]) || !upper(prev[0]) || !upper(core[0]):
		return dst, p, false
	case rulers[string(l.key())]:
		if !v.literal {
			dst = word(dst, "the")
		}
		return ordinal(dst, itoa(n)), p, true
	case core == "IV" || core == "CD" || core == "MD" || core == "DC" || core == "CV" || core == "MC" || core == "CC" || core == "LI" || core == "DI" || core == "MI" || core == "XL" || core == "CI" || core == "DX":
		return dst, p, false // letters more often than numbers
	case n > 20:
		return dst, p, false
	}
	return cardinal(dst, itoa(n)), p, true
}

// romanValue is the number that a canonical Roman numeral writes, or 0.
func romanValue(s string) int {
	if len(s) == 0 || len(s) > 9 || strings.ContainsFunc(s, func(r rune) bool { return r >= 'a' }) && strings.ContainsFunc(s, func(r rune) bool { return r < 'a' }) {
		return 0
	}
	value := func(c byte) int {
		switch c &^ 0x20 {
		case 'I':
			return 1
		case 'V':
			return 5
		case 'X':
			return 10
		case 'L':
			return 50
		case 'C':
			return 100
		case 'D':
			return 500
		case 'M':
			return 1000
		}
		return 0
	}
	n := 0
	for i := range len(s) {
		x := value(s[i])
		if x == 0 {
			return 0
		}
		if i+1 < len(s) && value(s[i+1]) > x {
			n -= x
		} else {
			n += x
		}
	}
	if n <= 0 || n > 3999 || !strings.EqualFold(toRoman(n), s) {
		return 0
	}
	return n
}

func toRoman(n int) string {
	var b [16]byte
	out := b[:0]
	for _, r := range [...]struct {
		v int
		s string
	}{{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}} {
		for ; n >= r.v; n -= r.v {
			out = append(out, r.s...)
		}
	}
	return string(out)
}
