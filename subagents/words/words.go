// Package words is how helpers name things in the sentences they write.
package words

import (
	"strings"
	"time"

	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/store"
)

// Name is how a lexicon ID is written: its name, or the ID itself where the lexicon has none.
func Name(l lexicon.Lexicon, id string) string {
	if t, ok := l.Term(id); ok && t.Name != "" {
		return t.Name
	}
	return id
}

// Possessive is "Halden Motors'", "Larkspur's".
func Possessive(name string) string {
	if strings.HasSuffix(name, "s") {
		return name + "'"
	}
	return name + "'s"
}

// Day is a day as it is written in a sentence: "November 20, 2026".
func Day(t time.Time) string { return t.Format("January 2, 2006") }

// Cite is a citation of a whole document, with what of it supports the claim.
func Cite(d store.Document, quote string) store.Citation {
	return store.Citation{
		Document: d.ID, Title: d.Title, URL: d.URL, Publisher: d.Publisher, Published: d.Published, Kind: d.Kind, Quote: quote,
	}
}

// Mentions says whether a text has one of the words or phrases in it, at word boundaries and whatever the case.
func Mentions(text string, any ...string) bool {
	text = " " + strings.Map(func(r rune) rune {
		if strings.ContainsRune(".,;:!?\"()-", r) {
			return ' '
		}
		return r
	}, strings.ToLower(text)) + " "
	for _, w := range any {
		if strings.Contains(text, " "+strings.ReplaceAll(w, "-", " ")+" ") {
			return true
		}
	}
	return false
}
