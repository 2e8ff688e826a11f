package brief

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/internal/terms"
	"github.com/aubade/aubade/store"
)

// A counted is a number of things that a passage tells: 12,400 "electric delivery trucks".
type counted struct {
	value  quantity.Quantity
	things []string // the stems of the words behind it
}

const (
	disputeDays   = 14 // stories further apart tell of different days
	disputeTopics = 2  // words that two stories must share besides names and things, to be of one event
)

// Dispute marks passages of different stories that count the same things differently: about one company, within two
// weeks, with words in common. What has a metric is compared as facts; this is for what has none. original maps a copy
// of a story to the story.
func Dispute(passages []store.Passage, titles map[string]string, original map[string]string) {
	type teller struct {
		at     int
		counts []counted
		topics map[string]bool
	}
	by := map[string][]teller{}
	for i := range passages {
		p := &passages[i]
		p.Contradicts = nil
		if p.Kind != store.News || len(p.Entities) == 0 {
			continue
		}
		counts := countsOf(p.Text)
		if len(counts) == 0 {
			continue
		}
		// The headline may name the things by another word: "recall covers 14,200 trucks".
		for _, t := range countsOf(titles[p.Span.Document]) {
			for j := range counts {
				if quantity.Same(counts[j].value, t.value) {
					counts[j].things = append(counts[j].things, t.things...)
				}
			}
		}
		topics := map[string]bool{}
		for _, w := range terms.Of(titles[p.Span.Document] + " " + p.Text) {
			if !digits(w) {
				topics[w] = true
			}
		}
		by[p.Entities[0]] = append(by[p.Entities[0]], teller{i, counts, topics})
	}
	for _, tellers := range by {
		for i, a := range tellers {
			for _, b := range tellers[i+1:] {
				p, q := &passages[a.at], &passages[b.at]
				if story(p, original) == story(q, original) || p.Published.Sub(q.Published).Abs() > disputeDays*24*time.Hour {
					continue
				}
				if differ(a.counts, b.counts) && common(a.topics, b.topics) > disputeTopics+1 {
					p.Contradicts, q.Contradicts = append(p.Contradicts, q.ID), append(q.Contradicts, p.ID)
				}
			}
		}
	}
}

func story(p *store.Passage, original map[string]string) string {
	if o := original[p.Span.Document]; o != "" {
		return o
	}
	return p.Span.Document
}

// differ says that two passages count one kind of thing and neither gives the other's number.
func differ(a, b []counted) bool {
	for _, x := range a {
		for _, y := range b {
			shared := slices.ContainsFunc(x.things, func(w string) bool { return slices.Contains(y.things, w) })
			if !shared || quantity.Same(x.value, y.value) {
				continue
			}
			says := func(list []counted, v quantity.Quantity) bool {
				return slices.ContainsFunc(list, func(c counted) bool { return quantity.Same(c.value, v) })
			}
			if !says(a, y.value) && !says(b, x.value) {
				return true
			}
		}
	}
	return false
}

func common(a, b map[string]bool) int {
	n := 0
	for w := range a {
		if b[w] {
			n++
		}
	}
	return n
}

// countsOf lists the bare numbers from a hundred on, with up to three words behind them.
func countsOf(text string) []counted {
	var out []counted
	for _, m := range quantity.Find(text) {
		if m.Quantity.Unit != quantity.None || m.Quantity.Float() < 100 || year(m.Quantity) {
			continue
		}
		rest := text[m.End:]
		if i := strings.IndexAny(rest, ".,;:()"); i >= 0 {
			rest = rest[:i]
		}
		words := strings.FieldsFunc(rest, func(r rune) bool { return !unicode.IsLetter(r) })
		var things []string
		for _, w := range words[:min(3, len(words))] {
			things = append(things, terms.Of(w)...)
		}
		if len(things) > 0 {
			out = append(out, counted{m.Quantity, things})
		}
	}
	return out
}

func year(q quantity.Quantity) bool {
	f := q.Float()
	return q.Digits == 4 && f >= 1900 && f < 2100
}

func digits(w string) bool { return w[0] >= '0' && w[0] <= '9' }
