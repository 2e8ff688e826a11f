package terms

import (
	_ "embed"
	"strings"
)

//go:embed common.txt
var commonText string

// commonWords are words that people use in any talk, and in talk of markets. A recogniser that writes one mostly heard it.
var commonWords = func() map[string]bool {
	m := make(map[string]bool, 12000)
	for w := range strings.FieldsSeq(commonText) {
		m[w] = true
	}
	return m
}()

// Common says whether a word in lower case is an ordinary one, or an inflection of one.
func Common(w string) bool {
	if commonWords[w] {
		return true
	}
	for _, e := range [...]struct{ tail, base string }{{"s", ""}, {"es", ""}, {"ies", "y"}, {"ed", ""}, {"ed", "e"}, {"d", ""}, {"ing", ""}, {"ing", "e"}, {"ly", ""}, {"er", ""}, {"er", "e"}, {"est", ""}, {"n't", ""}, {"'re", ""}, {"'ve", ""}, {"'ll", ""}, {"'d", ""}, {"'m", ""}, {"ment", ""}, {"ness", ""}, {"able", ""}, {"less", ""}, {"ful", ""}, {"un", ""}} {
		stem, ok := strings.CutSuffix(w, e.tail)
		if !ok || len(stem) < 2 {
			continue
		}
		if commonWords[stem+e.base] {
			return true
		}
		// "dropping", "bigger": the consonant was doubled
		if n := len(stem); e.base == "" && n > 3 && stem[n-1] == stem[n-2] && commonWords[stem[:n-1]] {
			return true
		}
	}
	return false
}
