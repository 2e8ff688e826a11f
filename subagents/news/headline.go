package news

import (
	"strings"
	"unicode"

	"github.com/aubade/aubade/internal/lexicon"
)

// alike is the share of their words that two headlines of one story have in common.
const alike = 0.5

// about says whether a text names an entity, by any of its names.
func about(t lexicon.Term, text string) bool {
	text = " " + fold(text) + " "
	names := append([]string{t.Name}, t.Aliases...)
	if len(t.Ticker) > 1 {
		names = append(names, t.Ticker)
	}
	for _, n := range names {
		if n = fold(n); n != "" && strings.Contains(text, " "+n+" ") {
			return true
		}
	}
	return false
}

// fold is a text's words in lower case, possessives and punctuation left out.
func fold(s string) string {
	s = strings.NewReplacer("'s ", " ", "’s ", " ").Replace(strings.ToLower(s) + " ")
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '.' && r != '&' }), " ")
}

// small words say nothing about what a story is.
var small = map[string]bool{"a": true, "an": true, "the": true, "of": true, "to": true, "in": true, "on": true, "for": true, "and": true, "as": true, "at": true, "is": true, "its": true, "by": true, "with": true, "after": true, "from": true, "says": true}

func wordSet(s string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(fold(s)) {
		if w = strings.Trim(w, "."); !small[w] && w != "" {
			set[w] = true
		}
	}
	return set
}

// overlap is how much of their words two headlines share.
func overlap(a, b map[string]bool) float64 {
	both := 0
	for w := range a {
		if b[w] {
			both++
		}
	}
	if both == 0 {
		return 0
	}
	return float64(both) / float64(min(len(a), len(b)))
}
