package speech

import (
	"unicode"
	"unicode/utf8"
)

// A text is writing that is still arriving. Every look at it that touches its end is remembered: what was decided then
// could be decided otherwise when more has come, so the decision waits. That is the whole of streaming: the words for ears
// cannot depend on where the tokens were cut.
type text struct {
	s     string
	final bool // nothing more will come
	short bool // a look touched the end
}

// longest is how many bytes a piece may have; a longer one is read in parts, so that a stream never waits for ever.
const longest = 256

// lookBack is how many bytes before a piece may be read. A stream keeps at least as many.
const lookBack = 96

// A piece is what stands between two spaces: opening marks, a core, closing marks.
type piece struct {
	start, from, to, end int
}

// piece is the next one at or after i; its start is beyond the text where there is none.
func (t *text) piece(i int) piece {
	s := t.s
	for i < len(s) {
		r, n := utf8.DecodeRuneInString(s[i:])
		if !unicode.IsSpace(r) {
			break
		}
		i += n
	}
	p := piece{start: i, from: i, to: i, end: i}
	for p.end < len(s) {
		c := s[p.end]
		if c == ' ' || c == '\n' || c == '\t' || c == '\r' {
			break
		}
		n := 1
		if c >= utf8.RuneSelf {
			if !t.final && !utf8.FullRuneInString(s[p.end:]) {
				p.end = len(s)
				break
			}
			var r rune
			r, n = utf8.DecodeRuneInString(s[p.end:])
			if unicode.IsSpace(r) {
				break
			}
		}
		if p.end+n-p.start > longest {
			break
		}
		p.end += n
	}
	if p.end == len(s) {
		t.short = true
	}
	p.from, p.to = trim(s, p.start, p.end)
	return p
}

// trim is the core of s[i:j] without the marks around it.
func trim(s string, i, j int) (int, int) {
	from, to := i, j
	for from < to {
		r, n := utf8.DecodeRuneInString(s[from:to])
		if !opening(r) || r == '\'' && from+n < to && digit(s[from+n]) {
			break
		}
		from += n
	}
	for to > from {
		r, n := utf8.DecodeLastRuneInString(s[from:to])
		if !closingMark(r) {
			break
		}
		to -= n
	}
	return from, to
}

func opening(r rune) bool {
	switch r {
	case '(', '[', '{', '"', '\'', '“', '‘', '«', '!', '?', '¿', '¡', '*', '_':
		return true
	}
	return false
}

func closingMark(r rune) bool {
	switch r {
	case ')', ']', '}', '"', '\'', '”', '’', '»', '.', ',', ';', ':', '!', '?', '…', '*', '_', '—', '–':
		return true
	}
	return false
}

// core is a piece without its marks; before and after are the marks.
func (t *text) core(p piece) string   { return t.s[p.from:p.to] }
func (t *text) before(p piece) string { return t.s[p.start:p.from] }
func (t *text) after(p piece) string  { return t.s[p.to:p.end] }

// follower is the piece after p where it may belong with it: nothing stands between them but a space.
func (t *text) follower(p piece) (piece, bool) {
	if p.to != p.end {
		return p, false
	}
	q := t.piece(p.end)
	return q, q.start < q.end && q.from == q.start
}

// previous is the core of the piece that ends before i, and the place it begins.
func (t *text) previous(i int) (string, int) {
	s := t.s
	least := max(i-lookBack, 0)
	end := i
	for end > least && (s[end-1] == ' ' || s[end-1] == '\n' || s[end-1] == '\t' || s[end-1] == '\r') {
		end--
	}
	start := end
	for start > least && s[start-1] != ' ' && s[start-1] != '\n' && s[start-1] != '\t' && s[start-1] != '\r' {
		start--
	}
	if start == least && least > 0 {
		return "", least // too long to be a word that tells anything
	}
	from, to := trim(s, start, end)
	return s[from:to], start
}
