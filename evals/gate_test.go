package evals

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/apd/v3"

	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/retrieval"
	"github.com/aubade/aubade/store"
)

// candidate makes an edition of one fact and one passage, after the test has spoiled them.
func candidate(t *testing.T, db *store.DB, spoil func(*store.Fact, *store.Passage)) store.Edition {
	t.Helper()
	ctx := t.Context()
	text := "Larkspur said revenue for the third quarter of 2026 was $2.31 billion. It will build a plant."
	day := time.Date(2026, 11, 18, 0, 0, 0, 0, time.UTC)
	if _, err := db.PutDocument(ctx, "d", store.Document{ID: "doc", URL: "https://wire.example/1", Text: text, Published: day}); err != nil {
		t.Fatal(err)
	}
	quote := func(s string) store.Span {
		i := strings.Index(text, s)
		return store.Span{Document: "doc", Start: i, End: i + len(s), Quote: s}
	}
	f := store.Fact{ID: "f", Entity: "LRKS", Metric: "revenue", Value: quantity.Quantity{Value: *apd.New(231, 7), Unit: quantity.USD, Digits: 3}, AsOf: day,
		Period: quantity.Period{Kind: quantity.Quarter, Year: 2026, N: 3, End: day}, Statement: "Larkspur's revenue was $2.31 billion.", Span: quote("revenue for the third quarter of 2026 was $2.31 billion")}
	f.Citation = store.Citation{Document: "doc", URL: "https://wire.example/1", Quote: f.Span.Quote}
	p := store.Passage{ID: "p", Entities: []string{"LRKS"}, Text: "It will build a plant.", Span: quote("It will build a plant."), Published: day}
	p.Citation = store.Citation{Document: "doc", URL: "https://wire.example/1", Quote: p.Span.Quote}
	if spoil != nil {
		spoil(&f, &p)
	}
	d, err := db.Begin(ctx, store.Edition{Domain: "d"})
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(d.AddFacts(ctx, []store.Fact{f}), d.AddPassages(ctx, []store.Passage{p}),
		d.AddQuestions(ctx, []store.Question{{ID: "q", Text: "What was Larkspur's revenue last quarter?", Facts: []string{"f"}}}))
	if err != nil {
		t.Fatal(err)
	}
	e, err := d.Seal(ctx, func(e *store.Edition) {
		e.Watch, e.AsOf = []string{"LRKS"}, day
		e.Lexicon = lexicon.Lexicon{Terms: []lexicon.Term{{ID: "LRKS", Kind: lexicon.Company, Name: "Larkspur"}, {ID: "revenue", Kind: lexicon.Metric, Name: "revenue", Unit: "USD"}}}
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestTheGateCatchesWhatIsWrong(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*store.Fact, *store.Passage)
		fails string
	}{
		"nothing is wrong":              {nil, ""},
		"a span that is not there":      {func(f *store.Fact, _ *store.Passage) { f.Span.Start++ }, "groundedness"},
		"a passage that nobody wrote":   {func(_ *store.Fact, p *store.Passage) { p.Span.Quote = "It will close a plant." }, "groundedness"},
		"another number":                {func(f *store.Fact, _ *store.Passage) { f.Value.Value = *apd.New(232, 7) }, "number exactness, frozen questions"},
		"a statement of another number": {func(f *store.Fact, _ *store.Passage) { f.Statement = "Larkspur's revenue was $2.41 billion." }, "number exactness, frozen questions"},
		"a citation that leads nowhere": {func(f *store.Fact, _ *store.Passage) { f.Citation.URL = "" }, "citations"},
		"another company's fact":        {func(f *store.Fact, _ *store.Passage) { f.Entity = "HLDN" }, "coverage of the watch-list, anticipated questions, frozen questions"},
		"another quarter's question":    {func(f *store.Fact, _ *store.Passage) { f.Period.Kind = quantity.Year }, "anticipated questions, frozen questions"},
		"another currency": {func(f *store.Fact, p *store.Passage) {
			f.Value.Unit, f.Statement = "EUR", "Larkspur's revenue was €2.31 billion."
		}, "number exactness, frozen questions"},
		"nothing new": {func(f *store.Fact, p *store.Passage) { f.AsOf, p.Published = time.Time{}, time.Time{} }, "freshness of the watch-list"},
	} {
		t.Run(name, func(t *testing.T) {
			db, err := store.Open(filepath.Join(t.TempDir(), "x.db"))
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			e := candidate(t, db, c.spoil)
			g := Gate{DB: db, Now: time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC),
				Open: func(ctx context.Context, e store.Edition) (*retrieval.Retriever, error) {
					return retrieval.New(ctx, db, e, nil)
				},
				Frozen: []Case{{ID: "c", Kind: KindNumber, Question: "what was Larkspur's revenue last quarter", Value: &Value{Number: "2310000000", Unit: "USD"}}}}
			checks, err := g.Check(t.Context(), e, nil)
			if err != nil {
				t.Fatal(err)
			}
			var failed []string
			for _, k := range checks {
				if !k.Pass() {
					failed = append(failed, k.Name)
				}
			}
			if got := strings.Join(failed, ", "); got != c.fails {
				t.Errorf("fails %q, want %q", got, c.fails)
			}
		})
	}
}

func TestAnEditionThatLostHalfOfYesterdayIsHeldBack(t *testing.T) {
	db, err := store.Open(filepath.Join(t.TempDir(), "x.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	e := candidate(t, db, nil)
	live := e
	live.Counts.Facts = 2
	g := Gate{DB: db, Now: e.AsOf, Open: func(ctx context.Context, e store.Edition) (*retrieval.Retriever, error) {
		return retrieval.New(ctx, db, e, nil)
	}}
	checks, err := g.Check(t.Context(), e, &live)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(checks, func(c GateCheck) bool { return !c.Pass() })
	if i < 0 || checks[i].Name != "facts against the live edition" {
		t.Errorf("checks %+v", checks)
	}
}
