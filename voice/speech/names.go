package speech

import (
	"strings"

	"github.com/aubade/aubade/internal/lexicon"
)

// A name is a way to write a term, and how it is said.
type name struct {
	words  []string // as written
	spoken string
	ticker bool // told by its capitals
}

// names finds the lexicon's names in writing, by their first word.
type names map[string][]name

func newNames(l lexicon.Lexicon) names {
	n := names{}
	add := func(written, spoken string, ticker bool) {
		words := strings.Fields(written)
		if len(words) == 0 || spoken == "" || written == spoken && !ticker {
			return
		}
		for _, old := range n[words[0]] {
			if strings.Join(old.words, " ") == strings.Join(words, " ") {
				return
			}
		}
		n[words[0]] = append(n[words[0]], name{words, spoken, ticker})
	}
	for _, t := range l.Terms {
		said := t.Spoken
		if said == "" {
			said = t.Name
		}
		if t.Spoken != "" {
			add(t.Name, said, false)
		}
		if t.Ticker == "" {
			continue
		}
		switch t.SayTicker {
		case "spell":
			add(t.Ticker, string(spell(nil, t.Ticker)), true)
		case "", "name":
			add(t.Ticker, said, true)
		default:
			add(t.Ticker, t.SayTicker, true)
		}
	}
	return n
}

// say says a name that begins at p. A literal reader knows no names.
func (n names) say(dst []byte, t *text, p piece, literal bool) ([]byte, piece, bool) {
	if literal {
		return dst, p, false
	}
	core := t.core(p)
	stem, possessive := cutPossessive(core)
	key, cash := strings.CutPrefix(stem, "$")
	best := -1
	candidates := n[key]
	last := p
	for i := range candidates {
		c := &candidates[i]
		if cash && !c.ticker {
			continue
		}
		if len(c.words) == 1 {
			if best < 0 {
				best, last = i, p
			}
			continue
		}
		if possessive || best >= 0 && len(candidates[best].words) > len(c.words) {
			continue
		}
		q, ok := p, true
		tail := false
		for _, w := range c.words[1:] {
			if tail || q.to != q.end {
				ok = false
				break
			}
			q = t.piece(q.end)
			s, poss := cutPossessive(t.core(q))
			tail = poss
			if s != w || q.from != q.start {
				ok = false
				break
			}
		}
		if ok {
			best, last = i, q
		}
	}
	if best < 0 {
		return dst, p, false
	}
	dst = word(dst, candidates[best].spoken)
	s := t.core(last)
	if stem, ok := cutPossessive(s); ok {
		dst = append(dst, s[len(stem):]...)
	} else if a := t.after(last); s[len(s)-1] == 's' && (a == "'" || a == "’") { // "Larkspur Semis' close"
		dst = append(dst, "'s"...)
	}
	return dst, last, true
}
