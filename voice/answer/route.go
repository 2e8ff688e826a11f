package answer

import (
	"strings"
	"time"

	"github.com/aubade/aubade/retrieval"
	"github.com/aubade/aubade/subagents"
)

// asks are the questions that go to helpers: routing is a look-up by metric and intent, no model is asked.
func (c *Conversation) asks(turn int, q retrieval.Query) []subagents.Ask {
	if c.desk == nil {
		return nil
	}
	var names []string
	add := func(name string) {
		if name == "" || !c.a.c.Desk.Has(name) {
			return
		}
		for _, n := range names {
			if n == name {
				return
			}
		}
		names = append(names, name)
	}
	switch {
	case q.Rank.Asked:
	case q.Intent == retrieval.Calendar && q.Stranger == "":
		add("calendar")
	case len(q.Entities) > 0 && q.Metric != "" && q.Intent != retrieval.News:
		if name, ok := c.a.c.Routes[q.Metric]; ok {
			add(name)
		} else {
			add(c.a.c.Routes[""])
		}
	case len(q.Entities) > 0 && q.Intent == retrieval.News:
		add("news")
	case len(q.Entities) == 1 && q.Metric == "" && (q.Intent == retrieval.Number || q.Intent == retrieval.Other):
		add("tables") // a value that no metric of the lexicon names may stand in a filing
	case len(q.Entities) == 0 && looksLikeSum(q.Text):
		add("calc")
	}
	var asks []subagents.Ask
	now := time.Now()
	for _, name := range names {
		// A comparison asks for each company on its own, so that one which is late does not hold up the other.
		entities := q.Entities
		if len(entities) == 0 {
			entities = []string{""}
		}
		for _, e := range entities {
			question := subagents.Question{
				Session: c.id, Turn: turn, Edition: c.book.edition.ID, Text: q.Text, Metric: q.Metric,
				Period: q.Period.Period, Asked: now, Name: c.nameOf(q, e),
			}
			if e != "" {
				question.Entities = []string{e}
			}
			asks = append(asks, subagents.Ask{Agent: name, Question: question})
		}
	}
	return asks
}

// wantsHelper says that the question is a helper's, so that an answer prepared at night is too old for it.
func (c *Conversation) wantsHelper(q retrieval.Query) bool {
	return c.desk != nil && q.Metric != "" && len(q.Entities) > 0 && c.a.c.Routes[q.Metric] != "" && c.a.c.Desk.Has(c.a.c.Routes[q.Metric])
}

// nameOf is how a question is called when its answer comes late: "the implied volatility of Halden".
func (c *Conversation) nameOf(q retrieval.Query, entity string) string {
	metric := "what you asked"
	if t, ok := c.book.edition.Lexicon.Term(q.Metric); ok {
		metric = "the " + strings.ToLower(t.Name)
	} else if q.Intent == retrieval.News {
		metric = "the news"
	}
	if t, ok := c.book.edition.Lexicon.Term(entity); ok {
		return metric + " of " + shortName(t)
	}
	return metric
}

// looksLikeSum says that a question without a company is arithmetic.
func looksLikeSum(text string) bool {
	plain := " " + strings.Join(plainWords(text), " ") + " "
	if !strings.ContainsAny(plain, "0123456789") && !strings.Contains(plain, "percent") && !strings.Contains(plain, "million") &&
		!strings.Contains(plain, "billion") && !strings.Contains(plain, "hundred") && !strings.Contains(plain, "thousand") {
		return false
	}
	for _, w := range []string{" plus ", " minus ", " times ", " divided by ", " percent of ", "% of ", " compounded ", " growing at ", " percent change from ", " in euros ", " in dollars ", " into "} {
		if strings.Contains(plain, w) {
			return true
		}
	}
	return false
}
