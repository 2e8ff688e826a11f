package quantity

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

type tokenKind uint8

const (
	wordToken   tokenKind = iota // letters
	numberToken                  // digits, with grouping commas and a decimal point
	symbolToken                  // any other single rune
)

// A token is one word, number or symbol of a text.
type token struct {
	kind       tokenKind
	start, end int
	text       string // as written; words in lower case
	spaced     bool   // white space stands before it, or nothing at all
	upper      bool   // a word that begins with a capital letter
}

// tokenise cuts text into tokens. White space makes none.
func tokenise(s string) []token {
	toks := make([]token, 0, len(s)/4+1)
	spaced := true
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case unicode.IsSpace(r):
			spaced = true
			i += size
			continue
		case isDigit(s, i), r == '.' && isDigit(s, i+1) && (i == 0 || !isDigit(s, i-1)):
			end := scanNumber(s, i)
			toks = append(toks, token{numberToken, i, end, s[i:end], spaced, false})
			i = end
		case unicode.IsLetter(r):
			end := i + size
			for end < len(s) {
				r, size := utf8.DecodeRuneInString(s[end:])
				if !unicode.IsLetter(r) {
					break
				}
				end += size
			}
			toks = append(toks, token{wordToken, i, end, strings.ToLower(s[i:end]), spaced, unicode.IsUpper(r)})
			i = end
		default:
			toks = append(toks, token{symbolToken, i, i + size, s[i : i+size], spaced, false})
			i += size
		}
		spaced = false
	}
	return toks
}

// scanNumber returns the end of the digits at i: "1,234.5" but not the comma of "1,2" nor a full stop.
func scanNumber(s string, i int) int {
	end := i
	for isDigit(s, end) {
		end++
	}
	if end-i <= 3 && end > i {
		for end < len(s) && s[end] == ',' && isDigit(s, end+1) && isDigit(s, end+2) && isDigit(s, end+3) && !isDigit(s, end+4) {
			end += 4
		}
	}
	if end < len(s) && s[end] == '.' && isDigit(s, end+1) {
		end++
		for isDigit(s, end) {
			end++
		}
	}
	return end
}

func isDigit(s string, i int) bool { return i >= 0 && i < len(s) && s[i] >= '0' && s[i] <= '9' }

// tokens is a text that is being read; every look beyond its ends finds the empty token.
type tokens []token

func (t tokens) at(i int) token {
	if i < 0 || i >= len(t) {
		return token{kind: symbolToken, spaced: true}
	}
	return t[i]
}

// word is the word at i, or nothing where something else stands.
func (t tokens) word(i int) string {
	if tok := t.at(i); tok.kind == wordToken {
		return tok.text
	}
	return ""
}

func (t tokens) symbol(i int) string {
	if tok := t.at(i); tok.kind == symbolToken {
		return tok.text
	}
	return ""
}

// words says whether these words follow each other from i on, joined by spaces or hyphens, and where they end.
func (t tokens) words(i int, want ...string) (int, bool) {
	for n, w := range want {
		if n > 0 {
			i = t.skipHyphen(i)
		}
		if t.word(i) != w {
			return i, false
		}
		i++
	}
	return i, true
}

// skipHyphen steps over a hyphen that stands tight between two words.
func (t tokens) skipHyphen(i int) int {
	if s := t.symbol(i); (s == "-" || s == "‑") && !t.at(i).spaced && !t.at(i+1).spaced {
		return i + 1
	}
	return i
}
