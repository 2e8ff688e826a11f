package terms

import (
	"slices"
	"strings"
	"testing"
	"unicode"
)

func TestTermsOfAText(t *testing.T) {
	for text, want := range map[string][]string{
		"the company's shares":     {"compani", "share"},
		"the companies’ shares":    {"compani", "share"},
		"we'll see O'Brien's plan": {"see", "o", "brien", "plan"},
		"Larkspur's":               {"larkspur"},
		"'s":                       {"s"},
		"\u0301\u0301 ́":           nil, // accents of nothing
		"ﷺ ½":                      {"صلىاللهعليهوسلم"},
		"1,234.50 dollars":         {"1234_50", "dollar"},
		"data-center chips":        {"data", "center", "chip"},
		"Café's, naïve":            {"cafe", "naiv"},
		"it's 5'10\" tall":         {"5", "tall"},
	} {
		if got := Of(text); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func FuzzEach(f *testing.F) {
	f.Add("the company's, O'Brien’s 1,234.5 — naïve\xff'")
	f.Fuzz(func(t *testing.T, text string) {
		Each(text, func(term string) {
			if term == "" || strings.ContainsFunc(term, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' }) {
				t.Errorf("a term is %q", term)
			}
		})
	})
}
