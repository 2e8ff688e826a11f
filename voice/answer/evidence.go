package answer

import (
	"context"
	"strings"
	"time"

	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/internal/terms"
	"github.com/aubade/aubade/retrieval"
	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/subagents"
)

// evidence is all that a reply may draw on.
type evidence struct {
	book     *book
	result   retrieval.Result
	findings []subagents.Arrival
	extra    []store.Fact // looked up beside: the other side of a contradiction
	made     []item       // computed here, from facts that are cited where it is said
	now      time.Time
	zone     *time.Location
	about    []string // whom a passage that was read is about
	longer   bool     // a reason is worth more speech than a value
	parts    int      // of the turn, which share its length; 0 means 1

	// What the guard made of it; indexed is 1 more than how many sources it was made from.
	indexed int
	items   []item
	periods []quantity.Period
	text    string
}

// fact finds a fact by its ID, in the evidence or in the edition, and makes it part of the evidence.
func (e *evidence) fact(id string, c *Conversation) (store.Fact, bool) {
	for _, f := range e.result.Facts {
		if f.ID == id {
			return f, true
		}
	}
	f, err := c.a.c.DB.Fact(context.Background(), id)
	if err != nil {
		return store.Fact{}, false
	}
	e.extra = append(e.extra, f)
	return f, true
}

// anyone are words that every passage has, or might.
var anyone = map[string]bool{"compani": true, "stock": true, "firm": true, "busi": true}

// covers is the share of the question's content words that a text holds. Names of the lexicon do not count: they are
// matched apart. A question without any other word is covered as much as empty says.
func covers(text, question string, lex lexicon.Lexicon, empty float64) float64 {
	names := map[string]bool{}
	for _, t := range lex.Terms {
		if t.Kind == lexicon.Metric || t.Kind == lexicon.Concept {
			continue
		}
		for _, w := range terms.Of(strings.Join(append([]string{t.Name, t.Ticker}, t.Aliases...), " ")) {
			names[w] = true
		}
	}
	have := map[string]bool{}
	for _, w := range terms.Of(text) {
		have[w] = true
	}
	var all, found float64
	for _, w := range terms.Of(question) {
		if names[w] || anyone[w] {
			continue
		}
		all++
		if have[w] {
			found++
		}
	}
	if all == 0 {
		return empty
	}
	return found / all
}
