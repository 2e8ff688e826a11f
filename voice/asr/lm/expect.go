package lm

import (
	"strings"
	"sync"

	"github.com/aubade/aubade/internal/lexicon"
)

// An Expectation knows how questions of a domain end. It is the grammar that the language model is dealt from, with
// companies, metrics and periods as classes, so that it is as sure of a name it has never counted as of any other.
type Expectation struct {
	// tags are names and periods by their first word, longest first where they begin alike.
	tags map[string][]tag
}

type tag struct {
	words []string
	class string
}

const (
	company = "{co}"
	metric  = "{metric}"
	period  = "{period}"
	thing   = "{thing}"
)

// Expect makes one for the names of a lexicon; words cuts a written text into words for ears.
func Expect(l lexicon.Lexicon, words func(text string) []string) *Expectation {
	e := &Expectation{tags: map[string][]tag{}}
	for _, t := range l.Terms {
		class := ""
		switch t.Kind {
		case lexicon.Company, lexicon.Index:
			class = company
		case lexicon.Metric:
			class = metric
		default:
			continue
		}
		for _, n := range names(t, words) {
			e.tag(n, class)
			if class == company {
				e.tag(possessive(n), company+"'s")
			}
		}
	}
	for _, t := range things {
		e.tag([]string{t}, thing)
	}
	var years []int
	for y := 2010; y < 2050; y++ {
		years = append(years, y)
	}
	for _, p := range periods(years, strings.Fields) {
		e.tag(p, period)
	}
	return e
}

func (e *Expectation) tag(words []string, class string) {
	first := words[0]
	for _, t := range e.tags[first] {
		if len(t.words) == len(words) && strings.Join(t.words, " ") == strings.Join(words, " ") {
			return
		}
	}
	e.tags[first] = append(e.tags[first], tag{words, class})
}

// classes are words with the longest names in them replaced by what they name.
func (e *Expectation) classes(words []string) []string {
	out := make([]string, 0, len(words))
	for i := 0; i < len(words); {
		n, class := 1, words[i]
		for _, t := range e.tags[words[i]] {
			if len(t.words) <= len(words)-i && (len(t.words) > n || class == words[i]) && equal(t.words, words[i:]) {
				n, class = len(t.words), t.class
			}
		}
		out = append(out, class)
		i += n
	}
	return out
}

func equal(head, words []string) bool {
	for i, w := range head {
		if words[i] != w {
			return false
		}
	}
	return true
}

// Ends is the share of the domain's questions with words like the last of these that end there; 0 where there are none.
// Words are in lower case and without punctuation.
func (e *Expectation) Ends(words []string) float64 {
	const longest = 24 // no question is longer: what was said before does not matter
	words = words[max(0, len(words)-longest):]
	if len(words) < 2 {
		return 0
	}
	g := endings()
	c := append([]string{begin}, e.classes(words)...)
	for n := min(order, len(c)); n >= 2; n-- {
		if s, ok := g[strings.Join(c[len(c)-n:], " ")]; ok {
			return s.ends / s.all
		}
	}
	return 0
}

// order is how many classes back a question is read.
const order = 5

type seen struct{ all, ends float64 }

// endings counts how often the templates' sentences end after each stretch of classes.
var endings = sync.OnceValue(func() map[string]seen {
	g := map[string]seen{}
	for _, templates := range [][][][]string{askedOfCompany, askedOfAny, plainly} {
		for _, t := range templates {
			ways := waysOf(t)
			for _, s := range ways {
				if len(s) < 2 {
					continue // a word alone is more often the beginning of something
				}
				c := append([]string{begin}, s...)
				for i := 2; i <= len(c); i++ {
					for n := 2; n <= min(order, i); n++ {
						key := strings.Join(c[i-n:i], " ")
						v := g[key]
						v.all += 1 / float64(len(ways))
						if i == len(c) {
							v.ends += 1 / float64(len(ways))
						}
						g[key] = v
					}
				}
			}
		}
	}
	return g
})

// waysOf are all sentences of a template.
func waysOf(t [][]string) [][]string {
	all := [][]string{nil}
	for _, choice := range t {
		var next [][]string
		for _, phrase := range choice {
			for _, s := range all {
				base := s[:len(s):len(s)]
				switch phrase {
				case "{co}", "{co2}":
					next = append(next, append(base, company))
				case "{co's}", "{co2's}":
					next = append(next, append(base, company+"'s"))
				case "{metric}":
					next = append(next, append(base, metric))
				case "{thing}":
					next = append(next, append(base, thing))
				case "{period}":
					next = append(next, append(base, period))
				case "{when?}":
					next = append(next, base, append(base, period))
				default:
					next = append(next, append(base, strings.Fields(phrase)...))
				}
			}
		}
		all = next
	}
	return all
}
