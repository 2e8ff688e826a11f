// Package extractive digests documents in plain Go: it takes what is written in known forms and leaves out what it does not understand.
package extractive

import (
	"context"
	"strings"
	"sync/atomic"

	"github.com/aubade/aubade/brief"
	"github.com/aubade/aubade/brief/fiscal"
	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/store"
)

// A Digester needs no model. Its claims are quotations: nothing that it says is in its own words but the statements of
// numbers.
type Digester struct {
	// One edition's documents are read one after the other with one lexicon: its matcher is made once.
	last atomic.Pointer[matched]
}

type matched struct {
	first *lexicon.Term // the lexicon is known by where its terms are
	n     int
	names *matcher
}

// New makes a digester. It is safe for concurrent use.
func New() *Digester { return &Digester{} }

func (g *Digester) matcher(l lexicon.Lexicon) *matcher {
	if len(l.Terms) == 0 {
		return newMatcher(l)
	}
	if m := g.last.Load(); m != nil && m.first == &l.Terms[0] && m.n == len(l.Terms) {
		return m.names
	}
	m := &matched{&l.Terms[0], len(l.Terms), newMatcher(l)}
	g.last.Store(m)
	return m.names
}

// Name changes when the digest of a document may.
func (*Digester) Name() string { return "extractive/3" }

// Digest reads prices from CSV, figures from tables and sentences, and cuts the prose into passages.
func (g *Digester) Digest(_ context.Context, d store.Document, l lexicon.Lexicon) (brief.Digest, error) {
	r := newReader(d, l, g.matcher(l))
	switch d.Kind {
	case store.Prices:
		r.prices()
	case store.Chain:
		// The options helper reads chains; a brief does not read them aloud.
	case store.Calendar:
		r.calendar()
	default:
		if r.concepts() {
			break
		}
		r.prose()
	}
	return r.out, nil
}

// A reader is one document while it is read.
type reader struct {
	doc     store.Document
	lexicon lexicon.Lexicon
	names   *matcher
	out     brief.Digest
	// about is the company that the document as a whole is about; nil where there are several or none.
	about *lexicon.Term

	// group are the sentences of the passage that is being collected, under heading.
	group   []sentence
	heading string
}

func newReader(d store.Document, l lexicon.Lexicon, names *matcher) *reader {
	r := &reader{doc: d, lexicon: l, names: names}
	if len(d.Entities) == 1 {
		if t, ok := l.Term(d.Entities[0]); ok {
			r.about = &t
		}
	}
	if r.about == nil {
		head := d.Title + "\n" + d.Text[:min(len(d.Text), 400)]
		if d.Kind == store.Filing {
			head = d.Title + "\n" + d.Text[:min(len(d.Text), 2000)]
		}
		if named := r.names.entities(head); len(named) > 0 && (len(named) == 1 || d.Kind == store.Filing) {
			if t, ok := l.Term(named[0]); ok {
				r.about = &t
			}
		}
	}
	return r
}

func (r *reader) calendarOf(t *lexicon.Term) fiscal.Calendar { return fiscal.Of(*t) }

// span is the part of the document's text from start to end.
func (r *reader) span(start, end int) store.Span {
	return store.Span{Document: r.doc.ID, Start: start, End: end, Quote: r.doc.Text[start:end]}
}

func (r *reader) fact(f store.Fact) {
	if f.AsOf.IsZero() {
		f.AsOf = r.doc.AsOf
	}
	if f.AsOf.IsZero() {
		f.AsOf = r.doc.Published
	}
	r.out.Facts = append(r.out.Facts, f)
}

// A line is one line of the text and where it stands.
type line struct {
	start, end int
	text       string
}

func linesOf(text string) []line {
	var out []line
	at := 0
	for l := range strings.Lines(text) {
		s := strings.TrimRight(l, "\r\n")
		out = append(out, line{at, at + len(s), s})
		at += len(l)
	}
	return out
}

// isRow says that a line is a row of a table.
func isRow(s string) bool { return strings.Contains(s, " | ") }

// cells cuts a row; a comma separates where there is no bar.
func cells(s string) []string {
	sep := ","
	if isRow(s) {
		sep = " | "
	}
	out := strings.Split(s, sep)
	for i := range out {
		out[i] = strings.Trim(strings.TrimSpace(out[i]), `"|`)
		out[i] = strings.TrimSpace(out[i])
	}
	return out
}
