package speech

import "strings"

// idiom says what only the trade writes so: ratings, tenors, ratios, the names of plans.
func (v *Verbaliser) idiom(dst []byte, t *text, p piece) ([]byte, piece, bool) {
	core := t.core(p)
	if v.literal || len(core) < 2 || len(core) > 12 {
		return dst, p, false
	}
	if digit(core[0]) {
		return v.countedIdiom(dst, t, p)
	}
	if out, ok := v.rating(dst, t, p); ok {
		return out, p, true
	}
	dot := t.after(p) == "."
	switch core {
	case "Adj", "adj":
		if dot {
			p.to++
			return word(dst, "adjusted"), p, true
		}
	case "Est", "est":
		if dot && figureAhead(t.core(t.piece(p.end))) {
			p.to++
			return word(dst, "estimated"), p, true
		}
	case "mkt", "Mkt":
		return word(dst, "market"), p, true
	}
	return dst, p, false
}

func figureAhead(s string) bool {
	if s == "" {
		return false
	}
	_, n := currencyAt(s)
	return n > 0 || digit(s[0])
}

// countedIdiom says idioms that begin with a number.
func (v *Verbaliser) countedIdiom(dst []byte, t *text, p piece) ([]byte, piece, bool) {
	core := t.core(p)
	i := 1
	for i < len(core) && digit(core[i]) {
		i++
	}
	n, tail := core[:i], core[i:]
	switch tail {
	case "DMA", "-DMA":
		return word(cardinal(dst, n), "day moving average"), p, true
	case "(k", "(b":
		if len(n) == 3 && n[0] == '4' && n[1] == '0' && strings.HasPrefix(t.after(p), ")") {
			dst = word(word(word(dst, ones[n[0]-'0']), "oh"), ones[n[2]-'0'])
			p.to++
			return word(dst, tail[1:]), p, true
		}
	case "E", "A": // an estimate or an actual figure, as the screen shows
		if y := atoi(n); len(n) == 4 && y >= 1990 && y < 2100 {
			return year(dst, y), p, true
		}
	case "wk", "-wk", "wks", "y", "yr", "-yr", "M", "m":
		next, ok := t.follower(p)
		if !ok {
			return dst, p, false
		}
		if unit := tenor(tail, t.core(next)); unit != "" {
			return word(cardinal(dst, n), unit), p, true
		}
	}
	if len(tail) < 2 || tail[0] != ':' {
		return dst, p, false
	}
	m := tail[1:]
	if atoi(m) <= 0 || len(n) > 3 || len(m) > 3 {
		return dst, p, false
	}
	if len(m) != 1 { // else a time
		next, ok := t.follower(p)
		if !ok || !ratioOf(t.core(next)) {
			return dst, p, false
		}
	}
	return cardinal(word(cardinal(dst, n), "to"), m), p, true
}

// tenor is the unit of "3M EURIBOR", "5y CDS" and "52wk high": said in the singular, because it stands before its noun.
func tenor(unit, noun string) string {
	switch unit {
	case "wk", "-wk", "wks":
		switch noun {
		case "high", "low", "range", "highs", "lows":
			return "week"
		}
	case "y", "yr", "-yr":
		switch noun {
		case "CDS", "Treasury", "Treasuries", "yield", "yields", "note", "notes", "bond", "bonds", "swap", "swaps", "rate", "rates", "gilt", "gilts", "Bund", "Bunds", "CAGR", "JGB", "UST":
			return "year"
		}
	case "M", "m":
		switch noun {
		case "EURIBOR", "Euribor", "LIBOR", "Libor", "SOFR", "T-bill", "T-bills", "Treasury", "bill", "bills", "TIBOR", "SONIA":
			return "month"
		}
	}
	return ""
}

func ratioOf(s string) bool {
	switch s {
	case "split", "ratio", "reverse", "exchange", "leverage":
		return true
	}
	return false
}

// rating says the grades of debt: "AAA" is triple A, "BB+" double B plus, "A-" A minus.
func (v *Verbaliser) rating(dst []byte, t *text, p piece) ([]byte, bool) {
	s := t.core(p)
	grade := strings.TrimRight(s, "+-")
	sign := s[len(grade):]
	if len(grade) == 0 || len(grade) > 3 || len(sign) > 1 || grade[0] < 'A' || grade[0] > 'C' || strings.Trim(grade, grade[:1]) != "" {
		return dst, false
	}
	switch {
	case len(grade) == 3:
		dst = word(dst, "triple")
	case len(grade) == 2 && sign != "":
		dst = word(dst, "double")
	default:
		next, ok := t.follower(p)
		if sign == "" || !ok {
			return dst, false
		}
		switch t.core(next) {
		case "rating", "rated", "grade", "credit", "outlook":
		default:
			return dst, false
		}
	}
	dst = word(dst, grade[:1])
	switch sign {
	case "+":
		dst = word(dst, "plus")
	case "-":
		dst = word(dst, "minus")
	}
	return dst, true
}

// bracketedPercent says "(2.5)%", which accountants write for a fall.
func (v *Verbaliser) bracketedPercent(dst []byte, t *text, p piece) ([]byte, piece, bool) {
	if v.literal || t.before(p) != "(" || t.core(p) == "" || !digit(t.core(p)[0]) {
		return dst, p, false
	}
	n, length := parseNum(t.core(p))
	if length == 0 || t.core(p)[length:] != ")%" {
		return dst, p, false
	}
	return word(decimal(word(dst, "minus"), n, false), "percent"), p, true
}

// spacedPhone says a telephone number with a space in it: "(555) 123-4567", "+1 (555) 123-4567", "call 555-1234".
func (v *Verbaliser) spacedPhone(dst []byte, t *text, p piece) ([]byte, piece, bool) {
	first := t.s[p.start:p.end]
	if first == "" || first[0] != '(' && first[0] != '+' && !digit(first[0]) {
		return dst, p, false
	}
	if local(first, t.after(p)) {
		switch prev, _ := t.previous(p.start); prev {
		case "call", "Call", "dial", "Dial", "phone", "Phone", "tel", "Tel", "fax", "Fax":
			return v.digitGroups(dst, t.core(p)), p, true
		}
		return dst, p, false
	}
	code := p
	if first[0] == '+' && len(first) <= 4 && atoi(first[1:]) > 0 {
		code = t.piece(p.end)
	}
	area := t.s[code.start:code.end]
	if len(area) != 5 || area[0] != '(' || area[4] != ')' || atoi(area[1:4]) < 0 {
		return dst, p, false
	}
	last := t.piece(code.end)
	if !local(t.s[last.start:last.to], "") {
		return dst, p, false
	}
	if code != p {
		dst = append(spellDigits(word(dst, "plus"), first[1:]), ',')
	}
	dst = append(spellDigits(dst, area[1:4]), ',')
	return v.digitGroups(dst, t.core(last)), last, true
}

// local says whether s, without the marks behind it, is a local telephone number: three digits, a hyphen, four digits.
func local(s, marks string) bool {
	s = strings.TrimSuffix(s, marks)
	return len(s) == 8 && s[3] == '-' && atoi(s[:3]) >= 0 && atoi(s[4:]) >= 0
}

func (v *Verbaliser) digitGroups(dst []byte, s string) []byte {
	dst = append(spellDigits(dst, s[:3]), ',')
	return spellDigits(dst, s[4:])
}
