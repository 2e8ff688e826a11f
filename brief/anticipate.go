package brief

import (
	"slices"
	"strings"

	"github.com/aubade/aubade/internal/domain"
	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/store"
)

// anticipated are the questions that are asked of every company, the most likely first; %s is its name.
var anticipated = []struct {
	text   string
	metric string
	kind   quantity.PeriodKind
}{
	{"How did %s close?", "change-day", quantity.Day},
	{"What was %s revenue last quarter?", "revenue", quantity.Quarter},
	{"How much did %s revenue grow from a year ago?", "revenue" + YoY, quantity.Quarter},
	{"What were %s earnings per share last quarter?", "eps-diluted", quantity.Quarter},
	{"What was %s gross margin last quarter?", "gross-margin", quantity.Quarter},
	{"What was %s net income last quarter?", "net-income", quantity.Quarter},
	{"How much did %s shares change this week?", "change-week", quantity.Day},
	{"What is the market value of %s?", "market-cap", quantity.Day},
}

// Anticipate prepares answers to the questions that callers are likely to ask, from the newest facts, the likeliest first:
// those that the domain offers, then those about the watch-list, in its order, then those about the others.
func Anticipate(d *domain.Domain, lex lexicon.Lexicon, c Content) []store.Question {
	newest := map[[2]string]store.Fact{}
	for _, f := range c.Facts {
		for _, a := range anticipated {
			if f.Metric != a.metric || f.Period.Kind != a.kind || f.Unverified || len(f.Contradicts) > 0 {
				continue
			}
			k := [2]string{f.Entity, f.Metric}
			if old, ok := newest[k]; !ok || f.Period.End.After(old.Period.End) {
				newest[k] = f
			}
		}
	}
	closes := map[[2]string]string{} // by company and day
	for _, f := range c.Facts {
		if f.Metric == "close" {
			closes[[2]string{f.Entity, PeriodKey(f.Period)}] = f.ID
		}
	}
	companies := slices.Clone(d.Watch)
	for _, t := range lex.Terms {
		if t.Kind == lexicon.Company && !slices.Contains(companies, t.ID) {
			companies = append(companies, t.ID)
		}
	}
	var out []store.Question
	for _, a := range anticipated {
		for _, id := range companies {
			f, ok := newest[[2]string{id, a.metric}]
			t, known := lex.Term(id)
			if !ok || !known {
				continue
			}
			name := shortName(t)
			if strings.Contains(a.text, "%s revenue") || strings.Contains(a.text, "%s earnings") || strings.Contains(a.text, "%s gross") || strings.Contains(a.text, "%s net") || strings.Contains(a.text, "%s shares") {
				name = Possessive(name)
			}
			text := strings.Replace(a.text, "%s", name, 1)
			facts := []string{f.ID}
			if id := closes[[2]string{id, PeriodKey(f.Period)}]; id != "" && f.Metric == "change-day" {
				facts = append(facts, id) // the answer tells the price as well
			}
			out = append(out, store.Question{ID: "q-" + shortHash(text), Text: text, Answer: f.Statement, Facts: facts})
		}
	}
	// What the page offers is what is asked most.
	offered := map[string]bool{}
	for _, q := range d.Questions {
		offered[q] = true
	}
	slices.SortStableFunc(out, func(a, b store.Question) int {
		switch {
		case offered[a.Text] && !offered[b.Text]:
			return -1
		case offered[b.Text] && !offered[a.Text]:
			return 1
		}
		return 0
	})
	return out
}

// shortName is what people call a company: its first alias where that begins the name.
func shortName(t lexicon.Term) string {
	if len(t.Aliases) > 0 && strings.HasPrefix(t.Name, t.Aliases[0]) {
		return t.Aliases[0]
	}
	return t.Name
}
