package extractive

import (
	"slices"
	"strings"
	"unicode"

	"github.com/aubade/aubade/internal/lexicon"
)

// A matcher finds the lexicon's names and metrics in written text.
type matcher struct {
	byFirst map[string][]phrase
}

type phrase struct {
	words []string
	term  *lexicon.Term
	exact bool // as written, capitals included: a ticker that is also a word
}

// A mention is a term and where it stands in the text.
type mention struct {
	term       *lexicon.Term
	start, end int
}

// spoken phrases are how people ask, not how documents write: they would read sentences that say something else.
var spoken = map[string]bool{"lose": true, "lost": true, "sell": true, "sold": true, "open": true, "opened": true, "high": true, "low": true, "peak": true,
	"stock": true, "price": true, "worth": true, "owe": true, "take in": true, "took in": true, "bring in": true, "brought in": true, "finish": true, "finished": true,
	"settle": true, "settled": true, "close": true, "closes": true, "closing": true, "ended": true, "end the day": true, "trading": true, "highest": true, "lowest": true,
	"turn over": true, "turned over": true, "guidance": true, "guide for": true, "outlook": true, "forecast": true, "production": false}

func newMatcher(l lexicon.Lexicon) *matcher {
	m := &matcher{byFirst: map[string][]phrase{}}
	for i := range l.Terms {
		t := &l.Terms[i]
		names := append([]string{t.Name}, t.Aliases...)
		for _, n := range names {
			if t.Kind == lexicon.Metric && spoken[strings.ToLower(n)] {
				continue
			}
			m.add(phrase{words: fold(n), term: t})
		}
		if t.Ticker != "" {
			m.add(phrase{words: []string{t.Ticker}, term: t, exact: true})
		}
	}
	for _, ps := range m.byFirst {
		slices.SortStableFunc(ps, func(a, b phrase) int { return len(b.words) - len(a.words) })
	}
	return m
}

func (m *matcher) add(p phrase) {
	if len(p.words) > 0 {
		first := strings.ToLower(p.words[0])
		m.byFirst[first] = append(m.byFirst[first], p)
	}
}

// A token is one word with its place.
type token struct {
	start, end int
	text       string // as written
	low        string // lower case, without a possessive
}

func fold(s string) []string {
	var out []string
	for _, t := range tokens(s) {
		out = append(out, t.low)
	}
	return out
}

func tokens(s string) []token {
	var out []token
	start := -1
	flush := func(end int) {
		if start >= 0 {
			w := s[start:end]
			low := strings.ToLower(w)
			low = strings.TrimSuffix(strings.TrimSuffix(low, "'s"), "’s")
			out = append(out, token{start, end, w, low})
			start = -1
		}
	}
	for i, r := range s {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r), start >= 0 && (r == '\'' || r == '’' || r == '.') && inWord(s, i):
			if start < 0 {
				start = i
			}
		case r == '&':
			flush(i)
			out = append(out, token{i, i + 1, "&", "and"})
		default:
			flush(i)
		}
	}
	flush(len(s))
	return out
}

// inWord says that the mark at i has a letter right before and behind it: "PFR.B", "Larkspur's".
func inWord(s string, i int) bool {
	rest := strings.TrimLeft(s[i:], "'’.")
	return len(s)-i-len(rest) <= 3 && rest != "" && (rest[0] >= 'A' && rest[0] <= 'Z' || rest[0] >= 'a' && rest[0] <= 'z') && i > 0 && s[i-1] != ' '
}

// find lists the terms of a text in order, the longest first where they overlap.
func (m *matcher) find(s string) []mention {
	ts := tokens(s)
	var out []mention
	for i := 0; i < len(ts); {
		n := 1
	phrases:
		for _, p := range m.byFirst[ts[i].low] {
			if i+len(p.words) > len(ts) {
				continue
			}
			for j, w := range p.words {
				if t := ts[i+j]; p.exact && strings.TrimSuffix(strings.TrimSuffix(t.text, "'s"), "’s") != w || !p.exact && !alike(t.low, w) {
					continue phrases
				}
			}
			n = len(p.words)
			out = append(out, mention{p.term, ts[i].start, ts[i+n-1].end})
			break
		}
		i += n
	}
	return out
}

// alike forgives a plural.
func alike(a, b string) bool {
	return a == b || a == b+"s" || b == a+"s"
}

// entities lists the IDs of what a text names, in order, without metrics and concepts.
func (m *matcher) entities(s string) []string {
	var out []string
	for _, x := range m.find(s) {
		if entity(x.term) && !slices.Contains(out, x.term.ID) {
			out = append(out, x.term.ID)
		}
	}
	return out
}

func entity(t *lexicon.Term) bool { return t.Kind == lexicon.Company || t.Kind == lexicon.Index }
