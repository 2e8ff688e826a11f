package speech

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sentences cuts a stream of text into sentences. The result is the same for every way of cutting the text into tokens:
// a sentence is given out once what follows it has shown that it has ended.
type Sentences struct {
	rest string
}

// NewSentences begins a stream.
func NewSentences() *Sentences { return &Sentences{} }

// Write adds a token and returns the sentences that it completed.
func (s *Sentences) Write(token string) []string {
	s.rest += token
	var out []string
	for {
		end := sentenceEnd(s.rest)
		if end < 0 {
			return out
		}
		if one := strings.TrimSpace(s.rest[:end]); one != "" {
			out = append(out, one)
		}
		s.rest = s.rest[end:]
	}
}

// Flush returns what is left at the end of the stream.
func (s *Sentences) Flush() []string {
	rest := strings.TrimSpace(s.rest)
	s.rest = ""
	if rest == "" {
		return nil
	}
	return []string{rest}
}

// abbreviations end with a full stop that ends no sentence.
var abbreviations = map[string]bool{
	"dr": true, "mr": true, "mrs": true, "ms": true, "prof": true, "st": true, "vs": true, "etc": true, "e.g": true, "i.e": true,
	"inc": true, "corp": true, "co": true, "ltd": true, "jr": true, "sr": true, "approx": true, "est": true, "fig": true, "gen": true, "sen": true, "rep": true, "gov": true,
	"jan": true, "feb": true, "mar": true, "apr": true, "jun": true, "jul": true, "aug": true, "sep": true, "sept": true, "oct": true, "nov": true, "dec": true,
}

// sentenceEnd is the offset behind the first sentence, closing quotes and marks like "[2]" included, or −1 where what is
// there does not tell yet.
func sentenceEnd(s string) int {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\n':
			return i + 1
		case '.', '!', '?':
		default:
			continue
		}
		j := i + 1
		for j < len(s) && (s[j] == '.' || s[j] == '!' || s[j] == '?') {
			j++
		}
		j = closing(s, j)
		if j < 0 {
			return -1
		}
		if j == len(s) {
			return -1 // a digit, a quote or a mark may follow
		}
		if s[j] != ' ' && s[j] != '\n' && s[j] != '\t' {
			i = j - 1
			continue // inside a number, a ticker or an address
		}
		if s[i] == '.' && abbreviated(s[:i]) {
			continue
		}
		k := j
		for k < len(s) && (s[k] == ' ' || s[k] == '\t') {
			k++
		}
		if k == len(s) {
			return -1
		}
		if s[k] == '[' { // a mark that stands behind a space belongs to the sentence before it
			end := strings.IndexByte(s[k:], ']')
			if end < 0 {
				return -1
			}
			return k + end + 1
		}
		if !utf8.FullRuneInString(s[k:]) {
			return -1 // half a letter
		}
		if r, _ := utf8.DecodeRuneInString(s[k:]); unicode.IsLower(r) && s[i] == '.' {
			continue
		}
		return j
	}
	return -1
}

// closing steps over quotes, brackets and marks that close a sentence; −1 where a mark is not whole yet.
func closing(s string, j int) int {
	for j < len(s) {
		switch {
		case !utf8.FullRuneInString(s[j:]):
			return -1
		case s[j] == '"' || s[j] == '\'' || s[j] == ')' || strings.HasPrefix(s[j:], "”") || strings.HasPrefix(s[j:], "’"):
			_, n := utf8.DecodeRuneInString(s[j:])
			j += n
		case s[j] == '[':
			end := strings.IndexByte(s[j:], ']')
			if end < 0 {
				return -1
			}
			j += end + 1
		default:
			return j
		}
	}
	return j
}

// abbreviated says whether the word before a full stop is an abbreviation or an initial: "Dr", "U.S", "J".
func abbreviated(before string) bool {
	i := strings.LastIndexAny(before, " \n\t(\"") + 1
	w := before[i:]
	if abbreviations[strings.ToLower(w)] {
		return true
	}
	if len(w) == 1 && w[0] >= 'A' && w[0] <= 'Z' {
		return true
	}
	return len(w) >= 3 && len(w) <= 5 && w[1] == '.' && w[0] >= 'A' && w[0] <= 'Z' // U.S
}
