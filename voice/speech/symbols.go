package speech

import (
	"strings"
	"unicode/utf8"
)

// symbolNames are how signs are called.
var symbolNames = map[rune]string{
	'$': "dollar", '€': "euro", '£': "pound", '¥': "yen", '₩': "won", '₹': "rupee", '%': "percent", '#': "hash", '@': "at", '&': "and", '+': "plus", '=': "equals", '*': "asterisk",
	'/': "slash", '\\': "backslash", '_': "underscore", '~': "tilde", '<': "less than", '>': "greater than", '°': "degree", 'º': "degree", '|': "vertical bar", '^': "caret",
	'×': "times", '÷': "divided by", '±': "plus minus", '≈': "about", '≤': "at most", '≥': "at least", '→': "to", '§': "section", '©': "copyright", '®': "registered", '™': "trademark", '¢': "cent", '−': "minus", '‰': "per mille", '∞': "infinity", '√': "square root", 'α': "alpha", 'β': "beta", 'μ': "mu", 'π': "pi", 'σ': "sigma", 'Δ': "delta", 'θ': "theta", 'ω': "omega", 'λ': "lambda", 'γ': "gamma",
}

// symbols says what nothing else could read: letters stay together, digits are said as in serial numbers, signs by name.
func (v *Verbaliser) symbols(dst []byte, s string) []byte {
	glue := false // a hyphen or slash was kept: the next run belongs to it
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case digit(c):
			j := i
			for j < len(s) && (digit(s[j]) || (s[j] == '.' || s[j] == ',') && j+1 < len(s) && digit(s[j+1]) && j > i) {
				j++
			}
			dst = v.serial(dst, s[i:j])
			i, glue = j, false
		case letter(c) || c == '\'' || c >= utf8.RuneSelf && !symbolAt(s[i:]):
			j := i
			for j < len(s) && (letter(s[j]) || s[j] == '\'' || s[j] == '.' && j+1 < len(s) && letter(s[j+1]) || s[j] >= utf8.RuneSelf && !symbolAt(s[j:])) {
				j++
			}
			w := s[i:j]
			if glue {
				dst = append(dst, w...)
			} else if out, ok := acronym(dst, w); ok && !v.literal {
				dst = out
			} else if !v.literal && strings.IndexByte(w, '.') > 0 && upper(w[0]) && len(w) <= 7 {
				dst = spell(dst, w) // a class of shares: BRK.B
			} else {
				dst = word(dst, w)
			}
			i, glue = j, false
		case c == '-' || c == '.' || c == ',' || c == ':' || c == ';' || c == '!' || c == '?' || c == '\'' || c == '"' || c == '(' || c == ')' || c == '[' || c == ']' || c == '_' && !v.literal:
			if v.literal {
				dst = append(dst, c)
			} else if strings.IndexByte(",;:!?", c) >= 0 && len(dst) > 0 {
				dst = append(dst, c)
			}
			i++
		case c == '/' && i > 0 && i+1 < len(s):
			switch {
			case v.literal:
				dst = append(dst, '/')
			case digit(s[i-1]) || digit(s[i+1]):
				dst = word(dst, "slash")
			}
			i++
		default:
			r, n := utf8.DecodeRuneInString(s[i:])
			name, ok := symbolNames[r]
			switch {
			case !ok:
				if v.literal {
					dst = word(dst, s[i:i+n])
				}
			case r == '$' && !v.literal && i+1 < len(s) && letter(s[i+1]):
				dst = spell(dst, cashtag(s[i+1:])) // $F
				n += len(cashtag(s[i+1:]))
			default:
				dst = word(dst, name)
			}
			i += n
		}
	}
	return dst
}

// cashtag is the ticker at the start of s, with its class.
func cashtag(s string) string {
	i := 0
	for i < len(s) && (letter(s[i]) || s[i] == '.' && i+1 < len(s) && letter(s[i+1])) {
		i++
	}
	return s[:i]
}

// serial says the digits of a serial number: two, and round ones, as a number; the others one by one.
func (v *Verbaliser) serial(dst []byte, s string) []byte {
	if strings.ContainsAny(s, ".,") {
		n, length := parseNum(s)
		if length == len(s) {
			return decimal(dst, n, v.literal)
		}
		for i := 0; i < len(s); i++ {
			if s[i] == '.' {
				dst = word(dst, "dot")
			} else if digit(s[i]) {
				dst = word(dst, ones[s[i]-'0'])
			}
		}
		return dst
	}
	if len(s) <= 2 && s[0] != '0' || len(s) <= 4 && strings.HasSuffix(s, "00") && s[0] != '0' || s == "0" {
		return cardinal(dst, s)
	}
	return spellDigits(dst, s)
}

// electronic says mail and web addresses.
func (v *Verbaliser) electronic(dst []byte, s string) ([]byte, bool) {
	if !isAddress(s) {
		return dst, false
	}
	if !v.literal {
		for _, p := range [...]string{"https://", "http://", "www."} {
			s = strings.TrimPrefix(s, p)
		}
		s = strings.TrimSuffix(s, "/")
	}
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case letter(c):
			j := i
			for j < len(s) && letter(s[j]) {
				j++
			}
			dst = v.addressWord(dst, s[i:j])
			i = j
			continue
		case digit(c):
			dst = word(dst, ones[c-'0'])
		case c == '.':
			dst = word(dst, "dot")
		case c == '-':
			dst = word(dst, "dash")
		case c == ':':
			dst = word(dst, "colon")
		case c == '?':
			dst = word(dst, "question mark")
		case c == '~':
			dst = word(dst, "tilde")
		default:
			r, n := utf8.DecodeRuneInString(s[i:])
			if name, ok := symbolNames[r]; ok {
				dst = word(dst, name)
			} else {
				dst = word(dst, s[i:i+n])
			}
			i += n
			continue
		}
		i++
	}
	return dst, true
}

func (v *Verbaliser) addressWord(dst []byte, w string) []byte {
	l := lower(w)
	switch k := string(l.key()); {
	case k == "jpg":
		return word(dst, "jpeg")
	case v.literal:
		return word(dst, w)
	case len(w) <= 3 && k != "com" && k != "net" && k != "org" && k != "gov" || !strings.ContainsAny(w, "aeiouyAEIOUY"):
		return spell(dst, w)
	}
	return word(dst, w)
}

var domains = map[string]bool{"com": true, "org": true, "net": true, "edu": true, "gov": true, "io": true, "ai": true, "co": true, "uk": true, "de": true, "fr": true, "it": true, "eu": true, "us": true, "info": true, "dev": true, "app": true, "example": true, "ca": true, "au": true, "jp": true, "cn": true, "in": true, "sm": true, "tv": true, "me": true, "biz": true, "abc": true}

func isAddress(s string) bool {
	if strings.Contains(s, "://") || strings.HasPrefix(s, "www.") {
		return true
	}
	if i := strings.IndexByte(s, '@'); i > 0 && strings.IndexByte(s[i:], '.') > 1 && plainHost(s[:i]) {
		return true
	}
	host, _, _ := strings.Cut(s, "/")
	i := strings.LastIndexByte(host, '.')
	if i < 2 || !plainHost(host) || host != strings.ToLower(host) {
		return false
	}
	for j := range i {
		if letter(host[j]) {
			return domains[host[i+1:]]
		}
	}
	return false
}

func plainHost(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; !letter(c) && !digit(c) && c != '.' && c != '-' && c != '_' && c != '+' {
			return false
		}
	}
	return s != ""
}

// phone says telephone numbers, and others that are read in groups of digits: "(123) 123-5678", "1-800-555-0100",
// "123-45-6789", "192.168.0.1".
func (v *Verbaliser) phone(dst []byte, t *text, p piece) ([]byte, bool) {
	raw := t.s[p.start:p.to]
	if raw == "" || raw[0] != '+' && raw[0] != '(' && !digit(raw[0]) {
		return dst, false
	}
	s := strings.TrimPrefix(strings.TrimPrefix(raw, "+"), "(")
	if s == "" || !digit(s[0]) || strings.IndexByte(s, '-') < 0 && strings.Count(s, ".") != 3 {
		if out, ok := countryCode(dst, t, p); ok {
			return out, true
		}
		return dst, false
	}
	groups, digits, letters, dots := 0, 0, 0, 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case digit(c):
			if i == 0 || !digit(s[i-1]) {
				groups++
			}
			digits++
		case c == '-' || c == ')' || c == '(':
		case c == '.':
			dots++
		case upper(c):
			letters++
		default:
			return dst, false
		}
	}
	ip := dots == 3 && groups == 4 && digits <= 12 && letters == 0
	if dots > 0 && !ip && dots != groups-1 || letters > 0 && (digits < 4 || !strings.HasPrefix(s, "1-8")) {
		return dst, false
	}
	if !ip && (groups < 3 && (raw[0] != '(' || groups != 2 || digits != 10) && letters == 0 || digits+letters < 7) {
		return dst, false
	}
	if digits == 8 && groups == 3 && atoi(s[:4]) > 0 || !ip && digits == 8 && groups == 3 && len(s) >= 4 && atoi(s[len(s)-4:]) > 1000 && strings.Count(s, "-") == 2 {
		return dst, false // a date
	}
	if raw[0] == '+' {
		dst = word(dst, "plus")
	}
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case digit(c):
			j := i
			for j < len(s) && digit(s[j]) {
				j++
			}
			if g := s[i:j]; g == "800" || g == "900" {
				dst = cardinal(dst, g)
			} else {
				dst = spellDigits(dst, g)
			}
			i = j
		case upper(c):
			j := i
			for j < len(s) && (upper(s[j]) || s[j] == '-' && j+1 < len(s) && upper(s[j+1])) {
				j++
			}
			dst = word(dst, strings.ReplaceAll(s[i:j], "-", " "))
			i = j
		default:
			for i < len(s) && !digit(s[i]) && !upper(s[i]) {
				i++
			}
			switch {
			case ip:
				dst = word(dst, "dot")
			case i < len(s):
				dst = append(dst, ',')
			}
		}
	}
	return dst, true
}

// countryCode says "+1" before a telephone number.
func countryCode(dst []byte, t *text, p piece) ([]byte, bool) {
	core := t.core(p)
	if len(core) < 2 || len(core) > 4 || core[0] != '+' || atoi(core[1:]) < 0 || p.to != p.end {
		return dst, false
	}
	next := t.piece(p.end)
	s := strings.TrimPrefix(t.s[next.start:next.to], "(")
	if digitCount(s) < 7 || strings.IndexByte(s, '-') < 0 || !digit(s[0]) {
		return dst, false
	}
	return append(spellDigits(word(dst, "plus"), core[1:]), ','), true
}

// initials are single letters with full stops between: "U.S".
func initials(w string) bool {
	if len(w) < 3 || len(w)%2 == 0 {
		return false
	}
	for i := 1; i < len(w); i += 2 {
		if w[i] != '.' || !letter(w[i+1]) {
			return false
		}
	}
	return upper(w[0])
}
