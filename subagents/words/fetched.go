package words

import (
	"html"
	"regexp"
	"strings"
	"unicode"
)

var (
	markup   = regexp.MustCompile(`(?s)<!--.*?-->|<(script|style)\b.*?</(script|style)\s*>|<[^>]*>`)
	commands = regexp.MustCompile(`(?i)\b(ignore|disregard|forget|override)\b.{0,40}\b(previous|prior|above|earlier|all|any|your)\b|\bsystem prompt\b|\byou are (now|an? (ai|assistant|language model))\b|\b(assistant|agent|chatbot|ai)\s*[:,]|\bnew instructions?\b|\binstructions? (to|for) (the |any )?(ai|assistant|model|agent)\b|\b(tell|advise|urge) (the |your )?(user|users|listener|listeners|caller|callers)\b|</?(system|user|assistant)>|\[/?inst\]`)
)

// Clean is a fetched text as a reader sees it: no markup, nothing invisible, one line of at most so many runes.
func Clean(s string, longest int) string {
	s = html.UnescapeString(markup.ReplaceAllString(s, " "))
	s = markup.ReplaceAllString(s, " ") // what was escaped once more
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r), r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if rs := []rune(s); len(rs) > longest {
		s = strings.TrimRight(string(rs[:longest]), " ,;:") + "…"
	}
	return strings.Trim(s, `"“” `)
}

// Commanding says that a fetched text speaks to the machine instead of to its reader. It is one net of several: what it
// misses is still only quoted.
func Commanding(s string) bool { return commands.MatchString(s) }
