package retrieval

import (
	"slices"
	"strings"
	"unicode"

	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/internal/terms"
)

// names finds the lexicon's terms in a text by the longest phrase that matches.
type names struct {
	root  *node
	fuzzy []fuzzyName // single words of entity names, for names that were misheard or mistyped
}

// A node is one word further into the phrases.
type node struct {
	next map[string]*node
	term *lexicon.Term // the term whose phrase ends here
}

type fuzzyName struct {
	word string
	term *lexicon.Term
}

// A mention is a term and the words of the text that named it: from, up to to.
type mention struct {
	term     *lexicon.Term
	from, to int
}

func newNames(l lexicon.Lexicon) *names {
	n := &names{root: &node{}}
	firsts := map[string]int{}
	for i := range l.Terms {
		t := &l.Terms[i]
		if entity(t) {
			firsts[first(t.Name)]++
		}
	}
	for i := range l.Terms {
		t := &l.Terms[i]
		phrases := slices.Concat([]string{t.Name, t.Spoken}, t.Aliases, t.Heard)
		if t.Ticker != "" {
			phrases = append(phrases, t.Ticker, strings.Join(strings.Split(t.Ticker, ""), " "))
		}
		if entity(t) {
			// The first word of a company's name stands for it where no other begins the same and it is no common word.
			if f := first(t.Name); firsts[f] == 1 && len(f) >= 5 && !terms.Stop(f) && !generic[f] {
				phrases = append(phrases, f)
			}
		} else {
			phrases = append(phrases, strings.ReplaceAll(t.ID, "-", " "))
		}
		for _, p := range phrases {
			n.add(p, t)
		}
	}
	return n
}

func first(name string) string {
	w := words(name)
	if len(w) == 0 {
		return ""
	}
	return w[0]
}

// generic words begin company names, but do not stand for them.
var generic = map[string]bool{"american": true, "united": true, "general": true, "national": true, "first": true, "international": true, "global": true, "advanced": true, "north": true, "south": true, "western": true, "eastern": true, "northern": true, "southern": true, "consolidated": true, "standard": true, "pacific": true, "atlantic": true}

func entity(t *lexicon.Term) bool { return t.Kind != lexicon.Metric && t.Kind != lexicon.Concept }

func (n *names) add(phrase string, t *lexicon.Term) {
	ws := words(phrase)
	if len(ws) == 0 {
		return
	}
	at := n.root
	for _, w := range ws {
		if t.Kind == lexicon.Metric {
			w = stemmed(w)
		}
		if at.next == nil {
			at.next = map[string]*node{}
		}
		if at.next[w] == nil {
			at.next[w] = &node{}
		}
		at = at.next[w]
		if entity(t) && len(w) >= 5 && !terms.Stop(w) && !generic[w] {
			n.fuzzy = append(n.fuzzy, fuzzyName{w, t})
		}
	}
	if at.term == nil || entity(t) && !entity(at.term) {
		at.term = t
	}
}

// find lists the terms that a text names, in order, longest first and without overlaps.
func (n *names) find(ws []string) []mention {
	var out []mention
	for i := 0; i < len(ws); {
		best, end := n.longest(ws, i)
		if best == nil {
			i++
			continue
		}
		out = append(out, mention{term: best, from: i, to: end})
		i = end
	}
	return out
}

// longest follows the phrases from word i. Each word may match as it is or by its stem.
func (n *names) longest(ws []string, i int) (best *lexicon.Term, end int) {
	type state struct {
		at *node
		j  int
	}
	todo := []state{{n.root, i}}
	for len(todo) > 0 {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if s.at.term != nil && s.j > end {
			best, end = s.at.term, s.j
		}
		if s.j >= len(ws) || s.at.next == nil {
			continue
		}
		w := ws[s.j]
		if next := s.at.next[w]; next != nil {
			todo = append(todo, state{next, s.j + 1})
		}
		if st := stemmed(w); st != w {
			if next := s.at.next[st]; next != nil {
				todo = append(todo, state{next, s.j + 1})
			}
		}
	}
	return best, end
}

// guess finds the entity whose name is nearest in spelling to a word that nothing else explains. At most one edit in
// four letters is forgiven, and the first letter must agree or the word be long.
func (n *names) guess(word string) *lexicon.Term {
	if len(word) < 5 {
		return nil
	}
	var best *lexicon.Term
	least := len(word)/4 + 1
	for _, f := range n.fuzzy {
		if abs(len(f.word)-len(word)) >= least || f.word[0] != word[0] && len(word) < 7 {
			continue
		}
		if d := edits(word, f.word, least); d < least {
			best, least = f.term, d
		}
	}
	return best
}

// edits is the Levenshtein distance of two words, or limit where it is at least that.
func edits(a, b string, limit int) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diag, low := row[0], limit
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			next := min(row[j+1]+1, row[j]+1, diag+cost)
			diag, row[j+1] = row[j+1], next
			low = min(low, next)
		}
		if low >= limit {
			return limit
		}
	}
	return min(row[len(b)], limit)
}

func abs(x int) int { return max(x, -x) }

// words cuts a text into lower-case words: letters and digits, without possessives; "&" is "and"; "3.5" and "p/e" split.
func words(text string) []string {
	var (
		out []string
		b   strings.Builder
	)
	flush := func() {
		if b.Len() > 0 {
			out = append(out, b.String())
			b.Reset()
		}
	}
	rs := []rune(text)
	for i, r := range rs {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if (r == 's' || r == 'S') && i > 0 && (rs[i-1] == '\'' || rs[i-1] == '’') && (i+1 == len(rs) || !unicode.IsLetter(rs[i+1])) {
				continue // the possessive
			}
			b.WriteRune(unicode.ToLower(r))
		case r == '&':
			flush()
			out = append(out, "and")
		default:
			flush()
		}
	}
	flush()
	return out
}

// stemmed folds the endings of a word, so that "margins" is "margin"; stop words stay as they are.
func stemmed(w string) string {
	if t := terms.Of(w); len(t) == 1 {
		return t[0]
	}
	return w
}
