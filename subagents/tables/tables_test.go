package tables

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/subagents"
)

type library []store.Document

func (l library) Documents(context.Context, string) ([]store.Document, error) { return l, nil }

func (library) Edition(context.Context, int64) (store.Edition, error) {
	return store.Edition{Lexicon: lexicon.Lexicon{Terms: []lexicon.Term{{ID: "HLDN", Kind: lexicon.Company, Name: "Halden Motors", Ticker: "HLDN", Aliases: []string{"Halden"}}}}}, nil
}

const quarter = `Item 1. Financial Statements

REVENUE BY SEGMENT

(in millions, except per share amounts) | Three months ended September 30, 2026 | Three months ended September 30, 2025
Trucks | $1,095 | $1,247
Vans | $281 | $275

OPERATING DATA

Operating data | Three months ended September 30, 2026 | Three months ended September 30, 2025
Vehicles delivered | 18,420 | 20,115
Warranty claims | 3.1% | 2.4%
Result of the van plant | (12) | 4`

func day(s string) time.Time { t, _ := time.Parse(time.DateOnly, s); return t }

func TestFind(t *testing.T) {
	docs := library{
		{ID: "new", Kind: store.Filing, Media: "text/html", Title: "Halden 10-Q", Entities: []string{"HLDN"}, AsOf: day("2026-09-30"), Text: quarter},
		{ID: "old", Kind: store.Filing, Media: "text/html", Entities: []string{"HLDN"}, AsOf: day("2026-06-30"), Text: strings.NewReplacer("September 30, 2026", "June 30, 2026", "18,420", "17,000").Replace(quarter)},
		{ID: "other", Kind: store.Filing, Media: "text/html", Entities: []string{"LRKS"}, AsOf: day("2026-10-31"), Text: strings.ReplaceAll(quarter, "18,420", "1")},
		{ID: "post", Kind: store.Social, Entities: []string{"HLDN"}, AsOf: day("2026-11-20"), Text: strings.ReplaceAll(quarter, "18,420", "99"), Unverified: true},
	}
	h := New(docs, "sample")
	for _, c := range []struct {
		name, question string
		period         quantity.Period
		want, quote    string
		value          string
	}{
		{"the newest column where no time is named", "How many vehicles delivered did Halden report?", quantity.Period{}, "“Vehicles delivered” of 18,420 for the period that ended on September 30, 2026", "Vehicles delivered | 18,420 | 20,115", "18420"},
		{"money in the scale of its table", "What was the vans segment of Halden?", quantity.Period{}, "“Vans” of $281 million", "Vans | $281 | $275", "281000000"},
		{"a percentage", "What were Halden Motors' warranty claims?", quantity.Period{}, "“Warranty claims” of 3.1%", "Warranty claims | 3.1% | 2.4%", "3.1"},
		{"a loss keeps its sign", "What was the result of the van plant of Halden?", quantity.Period{}, "of -12 for", "Result of the van plant | (12) | 4", "-12"},
		{"the filing of the period that is asked for", "How many vehicles delivered did Halden report?", quantity.Period{Kind: quantity.Quarter, End: day("2026-06-30")}, "17,000", "Vehicles delivered | 17,000 | 20,115", "17000"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := h.Find(t.Context(), subagents.Question{Text: c.question, Entities: []string{"HLDN"}, Period: c.period})
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(f.Text, c.want) || f.Citations[0].Quote != c.quote || f.Values[0].Quantity.Value.Text('f') != c.value {
				t.Errorf("%q from %q, value %s", f.Text, f.Citations[0].Quote, f.Values[0].Quantity.Value.Text('f'))
			}
		})
	}
	for name, q := range map[string]subagents.Question{
		"a row that no table has":             {Text: "What is Halden's goodwill?", Entities: []string{"HLDN"}},
		"a period that no filing is of":       {Text: "How many vehicles delivered did Halden report?", Entities: []string{"HLDN"}, Period: quantity.Period{End: day("2019-09-30")}},
		"a company without filings":           {Text: "How many vehicles delivered?", Entities: []string{"XYLQ"}},
		"nobody's":                            {Text: "How many vehicles delivered?"},
		"a count that the table has in money": {Text: "How many vans does Halden build?", Entities: []string{"HLDN"}},
		"what a company does, not how much":   {Text: "What does Halden do?", Entities: []string{"HLDN"}},
	} {
		if f, err := h.Find(t.Context(), q); !errors.Is(err, subagents.ErrNothing) {
			t.Errorf("%s: %q, %v", name, f.Text, err)
		}
	}
}
