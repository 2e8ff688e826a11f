package speech

import (
	"strings"
	"unicode/utf8"
)

// unit puts the piece p, and what belongs with it, into words. It returns where the next unit begins.
func (v *Verbaliser) unit(dst []byte, t *text, p piece) ([]byte, int) {
	if v.chinese {
		return v.chineseUnit(dst, t, p.start)
	}
	if out, ok := v.phone(dst, t, p); ok {
		return v.closeMarks(out, t, p), p.end
	}
	if out, last, ok := v.spacedPhone(dst, t, p); ok {
		return v.closeMarks(out, t, last), last.end
	}
	if !v.literal && citationMark(t.s[p.start:p.end]) {
		return dst, p.end
	}
	if out, last, ok := v.bracketedPercent(dst, t, p); ok {
		return v.closeMarks(out, t, last), last.end
	}
	if out, last, ok := v.bracketed(dst, t, p); ok {
		return v.closeMarks(out, t, last), last.end
	}
	if p.from == p.to {
		if v.dashBetween(t, p) {
			return word(dst, "to"), p.end
		}
		return v.bareMarks(dst, t.s[p.start:p.end]), p.end
	}
	dst = v.openMarks(dst, t.before(p))
	out, last := v.say(dst, t, p)
	return v.closeMarks(out, t, last), last.end
}

// say puts the core of p into words, and of the pieces after it as many as belong with it. It returns the last of them.
func (v *Verbaliser) say(dst []byte, t *text, p piece) ([]byte, piece) {
	core := t.core(p)
	if v.justWord(t, p) {
		return word(dst, core), p
	}
	if core == "-" && v.dashBetween(t, p) {
		return word(dst, "to"), p
	}
	if out, last, ok := v.names.say(dst, t, p, v.literal); ok {
		return out, last
	}
	if out, ok := v.electronic(dst, core); ok {
		return out, p
	}
	if out, last, ok := v.idiom(dst, t, p); ok {
		return out, last
	}
	if out, last, ok := v.period(dst, t, p); ok {
		return out, last
	}
	if out, last, ok := v.date(dst, t, p); ok {
		return out, last
	}
	if out, last, ok := v.time(dst, t, p); ok {
		return out, last
	}
	if out, last, ok := v.amount(dst, t, p); ok {
		return out, last
	}
	if out, last, ok := v.wordLike(dst, t, p); ok {
		return out, last
	}
	return v.symbols(dst, core), p
}

// justWord says at once of most words that they are said as they stand: lower case, and nothing that is ever read otherwise.
func (v *Verbaliser) justWord(t *text, p piece) bool {
	core := t.core(p)
	numeral := true
	for i := 0; i < len(core); i++ {
		c := core[i]
		if c < 'a' || c > 'z' {
			return false
		}
		numeral = numeral && strings.IndexByte("ivxlcdm", c) >= 0
	}
	if numeral || p.to < p.end && t.s[p.to] == '.' {
		return false // "chapter ix", "approx."
	}
	if monthKeys[core] != 0 || weekdays[core] != "" || v.names[core] != nil {
		return false
	}
	_, short := shorthand[core]
	return !short && core != "mkt"
}

// citationMark says that a piece is a mark such as "[2]", which is for the eyes alone.
func citationMark(s string) bool {
	s = strings.TrimRight(s, ".,;")
	return len(s) >= 3 && s[0] == '[' && s[len(s)-1] == ']' && atoi(s[1:len(s)-1]) >= 0
}

func (v *Verbaliser) openMarks(dst []byte, marks string) []byte {
	if marks == "" {
		return dst
	}
	if v.literal {
		return word(dst, marks)
	}
	if strings.ContainsAny(marks, "([") && len(dst) > 0 && !strings.ContainsRune(",.;:?!", rune(dst[len(dst)-1])) {
		dst = append(dst, ',')
	}
	return dst
}

// bareMarks puts marks that stand alone into words: a dash is a pause.
func (v *Verbaliser) bareMarks(dst []byte, marks string) []byte {
	if v.literal {
		return word(dst, marks)
	}
	if len(dst) > 0 && (strings.Contains(marks, "—") || strings.Contains(marks, "–")) {
		return append(dst, ',')
	}
	return v.keepMarks(dst, marks)
}

// closeMarks adds the marks after a piece: those that shape how it is said.
func (v *Verbaliser) closeMarks(dst []byte, t *text, p piece) []byte {
	marks := t.after(p)
	if marks == "" {
		return dst
	}
	if v.literal {
		return append(dst, marks...)
	}
	n := len(dst)
	dst = v.keepMarks(dst, marks)
	if len(dst) == n && strings.ContainsAny(marks, ")]—–") {
		if next := t.piece(p.end); next.start < len(t.s) {
			dst = append(dst, ',')
		}
	}
	return dst
}

func (v *Verbaliser) keepMarks(dst []byte, marks string) []byte {
	for i := 0; i < len(marks); i++ {
		switch c := marks[i]; c {
		case '.', ',', ';', ':', '?', '!':
			if len(dst) > 0 && dst[len(dst)-1] != c {
				dst = append(dst, c)
			}
		}
	}
	return dst
}

// wordLike says words and abbreviations.
func (v *Verbaliser) wordLike(dst []byte, t *text, p piece) ([]byte, piece, bool) {
	core := t.core(p)
	if out, last, ok := v.roman(dst, t, p); ok {
		return out, last, true
	}
	if out, last, ok := v.abbreviation(dst, t, p); ok {
		return out, last, true
	}
	if !v.literal {
		if out, ok := acronym(dst, core); ok {
			return out, p, true
		}
		if initials(core) {
			if next := t.piece(p.end); t.after(p) == "." && next.from < len(t.s) && !upper(t.s[next.from]) {
				p.to++ // the full stop is theirs, not the sentence's
			}
			return spell(dst, strings.ReplaceAll(core, ".", "")), p, true
		}
	}
	if plainWord(core) {
		return word(dst, core), p, true
	}
	return dst, p, false
}

// plainWord says whether a core is said as it stands: letters, with apostrophes and hyphens among them.
func plainWord(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if letter(c) || c >= utf8.RuneSelf && !symbolAt(s[i:]) || i > 0 && (c == '\'' || c == '-') {
			continue
		}
		return false
	}
	return true
}

func symbolAt(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	_, ok := symbolNames[r]
	return ok
}

// lowered is a word in lower case as a key, in a buffer that does not escape; it is empty where the word is too long.
type lowered struct {
	b [40]byte
	n int
}

func lower(s string) (l lowered) {
	if len(s) > len(l.b) {
		return l
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		l.b[i] = c
	}
	l.n = len(s)
	return l
}

func (l *lowered) key() []byte { return l.b[:l.n] }

// dashBetween says that a dash with spaces about it stands between two figures, and means "to".
func (v *Verbaliser) dashBetween(t *text, p piece) bool {
	if m := t.s[p.start:p.end]; m != "–" && m != "—" && m != "-" {
		return false
	}
	prev, _ := t.previous(p.start)
	if prev == "" {
		return false
	}
	last := prev[len(prev)-1]
	if _, _, half := halfOfDay(strings.TrimLeft(prev, "0123456789:")); !digit(last) && last != '%' && !half {
		return false
	}
	next := t.core(t.piece(p.end))
	f, ok := v.parseFigure(next)
	return ok && f.sign == "" && f.prefix == "" || monthOf(next) > 0
}
