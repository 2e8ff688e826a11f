package retrieval

import (
	"fmt"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/aubade/aubade/store"
)

func TestReasonsAreLookedForInThreeTimesAsManyPassages(t *testing.T) {
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
	var passages []store.Passage
	for i := range 60 {
		text := fmt.Sprintf("Larkspur revenue fell w%da w%db w%dc w%dd w%de", i, i, i, i, i) // no two alike
		passages = append(passages, store.Passage{ID: strconv.Itoa(i), Entities: []string{"LRKS"}, Kind: store.News, Text: text, Published: friday})
	}
	if err := d.AddPassages(ctx, passages); err != nil {
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
	for _, c := range []struct {
		why  bool
		want int
	}{{false, 6}, {true, 18}} {
		res, err := r.Retrieve(ctx, Query{Text: "Larkspur revenue fell", Entities: []string{"LRKS"}, Intent: Change, Why: c.why})
		if err != nil || len(res.Passages) != c.want {
			t.Errorf("why %v: %d passages, want %d; %v", c.why, len(res.Passages), c.want, err)
		}
	}
}
