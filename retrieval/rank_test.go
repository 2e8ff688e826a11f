package retrieval

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/store"
)

func TestARankComparesLikeWithLike(t *testing.T) {
	ctx := t.Context()
	db, err := store.Open(filepath.Join(t.TempDir(), "store.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	d, err := db.Begin(ctx, store.Edition{Domain: "d"})
	if err != nil {
		t.Fatal(err)
	}
	revenue := func(id, entity string, value int64, kind quantity.PeriodKind, rumour bool) store.Fact {
		f := store.Fact{ID: id, Entity: entity, Metric: "revenue", Value: quantity.New(value, 6, quantity.USD), Unverified: rumour, AsOf: friday,
			Period: quantity.Period{Kind: kind, Year: 2026, End: time.Date(2026, 9, 30, 0, 0, 0, 0, time.UTC)}}
		if kind == quantity.Quarter {
			f.Period.N = 3
		}
		if rumour {
			f.AsOf = friday.Add(time.Hour) // newer than what was filed
		}
		return f
	}
	if err := d.AddFacts(ctx, []store.Fact{
		revenue("a", "LRKS", 20, quantity.Quarter, false),
		revenue("b", "HLDN", 30, quantity.Quarter, false), revenue("c", "HLDN", 10, quantity.Quarter, true),
		revenue("d", "PFRW", 90, quantity.Year, false), // reports by the year
		revenue("e", "GRWE", 99, quantity.Quarter, true),
	}); err != nil {
		t.Fatal(err)
	}
	e, err := d.Seal(ctx, func(e *store.Edition) { e.Lexicon, e.AsOf = testLexicon(), friday })
	if err != nil {
		t.Fatal(err)
	}
	r, err := New(ctx, db, e, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := r.Retrieve(ctx, r.Resolve("which company has the highest revenue", Subject{}))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range res.Facts {
		got = append(got, f.Entity+" "+f.Value.String())
	}
	if s := strings.Join(got, ", "); s != "HLDN $30 million, LRKS $20 million" {
		t.Errorf("the rank is %s", s)
	}
}
