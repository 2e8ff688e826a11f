package speech

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const hanDigits = "零一二三四五六七八九"

func hanDigit(c byte) string { return hanDigits[int(c-'0')*3 : int(c-'0')*3+3] }

// chineseCurrency is how money is called, which stands behind the amount.
var chineseCurrency = map[string]string{
	"$": "美元", "US$": "美元", "USD": "美元", "€": "欧元", "EUR": "欧元", "£": "英镑", "GBP": "英镑", "¥": "元", "￥": "元", "CNY": "元", "RMB": "元", "JP¥": "日元", "JPY": "日元", "HK$": "港元", "HKD": "港元", "₩": "韩元", "NT$": "新台币",
}

// chineseUnit reads one unit of Chinese writing at i: a character, a word in Latin letters, or a number with what belongs
// to it. No spaces are needed between them.
func (v *Verbaliser) chineseUnit(dst []byte, t *text, i int) ([]byte, int) {
	s := t.s
	if !utf8.FullRuneInString(s[i:]) {
		t.short = true
	}
	r, size := utf8.DecodeRuneInString(s[i:])
	if out, end, ok := v.chineseFigure(dst, t, i); ok {
		return out, end
	}
	if !letter(s[i]) && !digit(s[i]) {
		if name, ok := symbolNames[r]; ok && (r == '&' || r == '+' || r == '=') {
			return word(dst, name), i + size
		}
		if unicode.IsPunct(r) && r < utf8.RuneSelf && !strings.ContainsRune(",.;:?!", r) || r == '（' || r == '）' || r == '《' || r == '》' || r == '“' || r == '”' {
			return dst, i + size
		}
		return append(dst, s[i:i+size]...), i + size
	}
	end := i
	for end < len(s) && (letter(s[end]) || digit(s[end]) || strings.IndexByte("&'/-.", s[end]) >= 0 && end+1 < len(s) && letter(s[end+1])) {
		end++
	}
	if end+1 >= len(s) {
		t.short = true
	}
	core := s[i:end]
	if f, ok := fiscalOf(core); ok {
		return append(dst, chinesePeriod(f)...), end
	}
	for _, n := range v.names[core] {
		if len(n.words) == 1 {
			return word(dst, n.spoken), end
		}
	}
	if s, ok := shorthand[core]; ok && len(core) > 1 {
		return word(dst, chineseShorthand(core, s)), end
	}
	if out, ok := acronym(dst, core); ok {
		return out, end
	}
	return v.symbols(dst, core), end
}

func chineseShorthand(core, english string) string {
	switch strings.ToLower(core) {
	case "yoy":
		return "同比"
	case "qoq", "mom":
		return "环比"
	case "ttm", "ltm":
		return "过去十二个月"
	case "ytd":
		return "年初至今"
	}
	return english
}

func chinesePeriod(f fiscalSpan) string {
	var b []byte
	if f.year != "" {
		y := f.year
		if len(y) == 2 {
			y = itoa(century(atoi(y)))
		}
		b = hanSpelled(b, y)
		if f.kind == 'Y' {
			return string(append(b, "财年"...))
		}
		b = append(b, "年"...)
	}
	switch f.kind {
	case 'Q':
		b = append(append(b, "第"...), hanDigit(byte('0'+f.n))...)
		b = append(b, "季度"...)
	case 'H':
		b = append(b, map[int]string{1: "上半年", 2: "下半年"}[f.n]...)
	case 'M':
		b = append(b, "前九个月"...)
	}
	return string(b)
}

// chineseFigure says a number with its sign, currency, scale and unit; dates and times too.
func (v *Verbaliser) chineseFigure(dst []byte, t *text, i int) ([]byte, int, bool) {
	s, start := t.s, i
	peek := func(n int) string {
		if i+n > len(s) {
			t.short = true
			n = len(s) - i
		}
		return s[i : i+n]
	}
	negative := false
	if prev, _ := utf8.DecodeLastRuneInString(s[:i]); !unicode.IsDigit(prev) {
		for _, m := range [...]string{"-", "−"} {
			if strings.HasPrefix(s[i:], m) {
				negative, i = true, i+len(m)
			}
		}
	}
	cur := ""
	for _, c := range currencySigns {
		if strings.HasPrefix(s[i:], c.sign) && chineseCurrency[c.sign] != "" {
			cur, i = chineseCurrency[c.sign], i+len(c.sign)
			break
		}
	}
	if i < len(s) && !negative && (s[i] == '-') && cur != "" {
		negative, i = true, i+1
	}
	end := i
	for end < len(s) && (digit(s[end]) || strings.IndexByte(",.-/:", s[end]) >= 0) {
		end++
	}
	if end == len(s) {
		t.short = true
	}
	if i == end || !digit(s[i]) {
		if i == len(s) {
			t.short = true
		}
		return dst, start, false
	}
	if cur == "" && !negative {
		if out, n, ok := chineseDate(dst, s[i:end]); ok {
			return out, i + n, true
		}
	}
	n, length := parseNum(s[i:])
	i += length
	next := peek(6)
	if len(n.whole) == 4 && n.frac == "" && !n.comma && strings.HasPrefix(next, "年") && cur == "" {
		return hanSpelled(dst, n.whole), i, true
	}
	// a range: the second figure is read by itself
	exp, after := 0, 0
	switch {
	case strings.HasPrefix(next, "万亿"):
		exp, after = 12, 6
	case strings.HasPrefix(next, "亿"):
		exp, after = 8, 3
	case strings.HasPrefix(next, "万"):
		exp, after = 4, 3
	default:
		letters := 0
		for letters < len(next) && letter(next[letters]) {
			letters++
		}
		l := lower(next[:letters])
		if name := scaleLetters[string(l.key())]; name != "" && (cur != "" || letters == 1 && upper(next[0]) || letters > 1) {
			exp, after = map[string]int{"thousand": 3, "million": 6, "billion": 9, "trillion": 12}[name], letters
		} else if word := strings.TrimLeft(s[i:], " "); strings.HasPrefix(next, " ") && cur != "" {
			for name, e := range map[string]int{"thousand": 3, "million": 6, "billion": 9, "trillion": 12} {
				if strings.HasPrefix(word, name) {
					exp, after = e, len(s)-i-len(word)+len(name)
				}
			}
			if !t.final && len(word) < 8 {
				t.short = true
			}
		}
	}
	i += after
	next = peek(6)
	if negative {
		dst = append(dst, "负"...)
	}
	switch {
	case strings.HasPrefix(next, "%"), strings.HasPrefix(next, "％"):
		_, size := utf8.DecodeRuneInString(next)
		dst = hanScaled(append(dst, "百分之"...), n, exp)
		i += size
	case (next == "" || next[0] == '-' || next[0] == '~') && cur == "" && chinesePercentRange(s[i:]):
		dst = hanScaled(append(dst, "百分之"...), n, 0)
	case strings.HasPrefix(next, "x"):
		dst = append(hanScaled(dst, n, exp), "倍"...)
		i++
	case strings.HasPrefix(next, "bps"):
		dst = append(hanScaled(dst, n, exp), "个基点"...)
		i += 3
	default:
		dst = hanScaled(dst, n, exp)
	}
	dst = append(dst, cur...)
	if cur != "" && strings.HasPrefix(s[i:], cur) {
		i += len(cur)
	}
	if i+1 < len(s) && (s[i] == '-' || s[i] == '~') && (digit(s[i+1]) || s[i+1] == '$') {
		dst, i = append(dst, "到"...), i+1
	}
	return dst, i, true
}

// chinesePercentRange says that a range whose first figure has just been read ends in a percent sign.
func chinesePercentRange(s string) bool {
	if s == "" {
		return false
	}
	_, n := parseNum(s[1:])
	return n > 0 && strings.HasPrefix(s[1+n:], "%")
}

// chineseDate says "2026-11-20" and "9:30".
func chineseDate(dst []byte, s string) ([]byte, int, bool) {
	if h, m, ok := strings.Cut(s, ":"); ok && len(m) >= 2 && atoi(h) >= 0 && atoi(h) < 25 && atoi(m[:2]) >= 0 && atoi(m[:2]) < 60 && len(h) <= 2 {
		dst = append(hanCardinal(dst, h), "点"...)
		if m[:2] != "00" {
			dst = append(hanCardinal(dst, m[:2]), "分"...)
		}
		return dst, len(h) + 3, true
	}
	if len(s) < 8 || s[4] != '-' && s[4] != '/' {
		return dst, 0, false
	}
	rest := s[5:]
	m, d, ok := strings.Cut(rest, s[4:5])
	if !ok {
		return dst, 0, false
	}
	n := 0
	for n < len(d) && digit(d[n]) && n < 2 {
		n++
	}
	if atoi(s[:4]) < 1000 || atoi(m) < 1 || atoi(m) > 12 || atoi(d[:n]) < 1 || atoi(d[:n]) > 31 {
		return dst, 0, false
	}
	dst = append(hanSpelled(dst, s[:4]), "年"...)
	dst = append(hanCardinal(dst, m), "月"...)
	return append(hanCardinal(dst, d[:n]), "日"...), 6 + len(m) + n, true
}

func hanSpelled(dst []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		if digit(s[i]) {
			dst = append(dst, hanDigit(s[i])...)
		}
	}
	return dst
}

// hanScaled says a number times ten to the power of exp, in myriads: "$2.314B" has twenty-three point one four of them.
func hanScaled(dst []byte, n num, exp int) []byte {
	if exp == 0 {
		dst = hanCardinal(dst, n.whole)
		if n.frac != "" {
			dst = hanSpelled(append(dst, "点"...), n.frac)
		}
		return dst
	}
	digits := strings.TrimLeft(strings.ReplaceAll(n.whole, ",", "")+n.frac, "0")
	if digits == "" {
		return append(dst, "零"...)
	}
	exp -= len(n.frac)
	unit, name := 0, ""
	switch size := len(digits) + exp; {
	case size > 12:
		unit, name = 12, "万亿"
	case size > 8:
		unit, name = 8, "亿"
	case size > 4:
		unit, name = 4, "万"
	}
	exp -= unit
	if exp >= 0 {
		return append(hanCardinal(dst, digits+strings.Repeat("0", exp)), name...)
	}
	if len(digits) <= -exp {
		digits = strings.Repeat("0", 1-exp-len(digits)) + digits
	}
	whole, frac := digits[:len(digits)+exp], strings.TrimRight(digits[len(digits)+exp:], "0")
	dst = hanCardinal(dst, whole)
	if frac != "" {
		dst = hanSpelled(append(dst, "点"...), frac)
	}
	return append(dst, name...)
}

// hanCardinal says a whole number in groups of four digits.
func hanCardinal(dst []byte, s string) []byte {
	s = strings.TrimLeft(strings.ReplaceAll(s, ",", ""), "0")
	if s == "" {
		return append(dst, "零"...)
	}
	if len(s) > 16 {
		return hanSpelled(dst, s)
	}
	first, zero := true, false
	for len(s) > 0 {
		size := (len(s)-1)%4 + 1
		group := s[:size]
		s = s[size:]
		said := false
		for i := range group {
			place := size - 1 - i
			c := group[i]
			if c == '0' {
				zero = zero || !first
				continue
			}
			if zero {
				dst, zero = append(dst, "零"...), false
			}
			switch {
			case c == '1' && place == 1 && first:
			case c == '2' && (place == 3 || place == 0 && size == 1 && len(s) > 0 && first):
				dst = append(dst, "两"...)
			default:
				dst = append(dst, hanDigit(c)...)
			}
			dst = append(dst, [...]string{"", "十", "百", "千"}[place]...)
			said, first = true, false
		}
		switch rest := len(s); {
		case rest == 4 && said:
			dst = append(dst, "万"...)
		case rest == 8:
			dst = append(dst, "亿"...)
		case rest == 12:
			dst = append(dst, "万"...)
		}
	}
	return dst
}
