package store

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/apd/v3"

	"github.com/aubade/aubade/internal/quantity"
)

func open(t *testing.T) *DB {
	t.Helper()
	db, err := Open(filepath.Join(t.TempDir(), "aubade.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// seal makes an edition of two facts and three passages.
func seal(t *testing.T, db *DB, domain string) Edition {
	t.Helper()
	ctx := t.Context()
	d, err := db.Begin(ctx, Edition{Domain: domain})
	if err != nil {
		t.Fatal(err)
	}
	day := time.Date(2026, 9, 30, 0, 0, 0, 0, time.UTC)
	err = errors.Join(
		d.AddFacts(ctx, []Fact{
			{ID: "f1", Entity: "LRKS", Metric: "revenue", Value: quantity.Quantity{Value: *apd.New(231, 7), Unit: quantity.USD},
				Period: quantity.Period{Kind: quantity.Quarter, Fiscal: true, Year: 2026, N: 3, End: day}},
			{ID: "f2", Entity: "LRKS", Metric: "revenue", Value: quantity.Quantity{Value: *apd.New(202, 7), Unit: quantity.USD},
				Period: quantity.Period{Kind: quantity.Quarter, Fiscal: true, Year: 2025, N: 3, End: day.AddDate(-1, 0, 0)}},
		}),
		d.AddPassages(ctx, []Passage{
			{ID: "p1", Entities: []string{"LRKS"}, Text: "Larkspur raised its guidance for the year.", Published: day},
			{ID: "p2", Entities: []string{"HLDN"}, Text: "Halden opened a plant; guidance was not given.", Published: day},
			{ID: "p3", Entities: []string{"LRKS", "HLDN"}, Text: "Larkspur supplies Halden with sensors.", Published: day},
		}),
		d.AddVectors(ctx, [][]float32{{1, 0}, {0, 1}, {0.6, 0.8}}),
		d.AddQuestions(ctx, []Question{{ID: "q1", Text: "What was Larkspur's revenue?", Facts: []string{"f1"}}}),
		d.Attach(ctx, "embedder", []byte("fitted")),
	)
	if err != nil {
		t.Fatal(err)
	}
	e, err := d.Seal(ctx, func(e *Edition) { e.Hash = "h" })
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestAnEditionIsSealedPublishedAndRolledBack(t *testing.T) {
	ctx, db := t.Context(), open(t)
	if _, err := db.Current(ctx, "sample"); !errors.Is(err, ErrNoEdition) {
		t.Fatalf("an empty store has an edition: %v", err)
	}
	first := seal(t, db, "sample")
	if first.State != Candidate || first.Counts.Facts != 2 || first.Counts.Passages != 3 || first.Dims != 2 {
		t.Fatalf("sealed %+v", first)
	}
	if _, err := db.Current(ctx, "sample"); !errors.Is(err, ErrNoEdition) {
		t.Fatalf("a candidate is live: %v", err)
	}
	if err := db.Publish(ctx, first.ID); err != nil {
		t.Fatal(err)
	}
	second := seal(t, db, "sample")
	if err := db.Publish(ctx, second.ID); err != nil {
		t.Fatal(err)
	}
	if e, err := db.Current(ctx, "sample"); err != nil || e.ID != second.ID {
		t.Fatalf("current is %d, %v; want %d", e.ID, err, second.ID)
	}
	if e, err := db.Rollback(ctx, "sample"); err != nil || e.ID != first.ID {
		t.Fatalf("rolled back to %d, %v", e.ID, err)
	}
	if e, _ := db.Current(ctx, "sample"); e.ID != first.ID {
		t.Fatalf("current is %d after the rollback", e.ID)
	}
	if _, err := db.Rollback(ctx, "sample"); err == nil {
		t.Fatal("rolled back beyond the first edition")
	}
}

func TestFactsAreFoundByEntityMetricAndPeriodOnly(t *testing.T) {
	ctx, db := t.Context(), open(t)
	e := seal(t, db, "sample")
	for name, c := range map[string]struct {
		q    FactQuery
		want string
	}{
		"the latest period comes first":          {FactQuery{Entity: "LRKS", Metric: "revenue"}, "f1 f2"},
		"a period picks its own":                 {FactQuery{Entity: "LRKS", Metric: "revenue", Period: quantity.Period{Kind: quantity.Quarter, Year: 2025, N: 3}}, "f2"},
		"a period that is not there is not near": {FactQuery{Entity: "LRKS", Metric: "revenue", Period: quantity.Period{Kind: quantity.Quarter, Year: 2025, N: 2}}, ""},
		"another entity has none":                {FactQuery{Entity: "HLDN", Metric: "revenue"}, ""},
		"a kind alone is every period of it":     {FactQuery{Entity: "LRKS", Period: quantity.Period{Kind: quantity.Quarter}}, "f1 f2"},
	} {
		t.Run(name, func(t *testing.T) {
			facts, err := db.Facts(ctx, e.ID, c.q)
			if err != nil {
				t.Fatal(err)
			}
			var ids []string
			for _, f := range facts {
				ids = append(ids, f.ID)
			}
			if got := strings.Join(ids, " "); got != c.want {
				t.Errorf("found %q, want %q", got, c.want)
			}
		})
	}
	f, err := db.Fact(ctx, "f1")
	if err != nil || f.Value.Value.Text('f') != "2310000000" {
		t.Errorf("fact f1 reads back as %s, %v", f.Value.Value.Text('f'), err)
	}
	if _, err := db.Fact(ctx, "nothing"); !errors.Is(err, ErrNotFound) {
		t.Errorf("a fact that is not there: %v", err)
	}
	if b, err := db.Attachment(ctx, e.ID, "embedder"); err != nil || string(b) != "fitted" {
		t.Errorf("attachment: %q, %v", b, err)
	}
}

func TestTheIndexSearchesWordsAndVectors(t *testing.T) {
	ctx, db := t.Context(), open(t)
	e := seal(t, db, "sample")
	x, err := db.OpenIndex(ctx, e.ID)
	if err != nil {
		t.Fatal(err)
	}
	numbers := func(hits []Hit, err error) string {
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, h := range hits {
			ids = append(ids, x.ID(h.Number))
		}
		return strings.Join(ids, " ")
	}
	for name, c := range map[string]struct{ got, want string }{
		"words are stemmed":                      {numbers(x.Match(ctx, "which sensor does it supply", nil, 5, 0)), "p3"},
		"an entity narrows the words":            {numbers(x.Match(ctx, "guidance", []string{"LRKS"}, 5, 0)), "p1"},
		"more of the words beats a shorter text": {numbers(x.Match(ctx, "guidance for the year", nil, 5, 0)), "p1 p2"},
		"two entities widen again":               {numbers(x.Match(ctx, "guidance", []string{"LRKS", "HLDN"}, 5, 0)), "p1 p2"},
		"stop words find nothing":                {numbers(x.Match(ctx, "what is the", nil, 5, 0)), ""},
		"the rarest word survives a low budget":  {numbers(x.Match(ctx, "guidance sensors", nil, 5, 1)), "p3"},
		"the nearest vector comes first":         {numbers(x.Near(ctx, []float32{0, 1}, nil, 2)), "p2 p3"},
		"an entity narrows the vectors":          {numbers(x.Near(ctx, []float32{0, 1}, []string{"LRKS"}, 5)), "p3 p1"},
	} {
		if c.got != c.want {
			t.Errorf("%s: found %q, want %q", name, c.got, c.want)
		}
	}
	ps, err := x.Read(ctx, []int{2, 0})
	if err != nil || ps[0].ID != "p3" || ps[1].ID != "p1" {
		t.Errorf("read %v, %v", ps, err)
	}
}

func TestADamagedRegisterStillServesTheOldEdition(t *testing.T) {
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "aubade.db")
	db, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	old := seal(t, db, "sample")
	if err := db.Publish(ctx, old.ID); err != nil {
		t.Fatal(err)
	}
	seal(t, db, "sample") // a candidate, newer
	db.Close()
	os.Remove(path + "-wal")
	if err := os.WriteFile(path, []byte(strings.Repeat("this is not a database ", 500)), 0o644); err != nil {
		t.Fatal(err)
	}
	db, err = Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if !errors.Is(db.Damage(), ErrCorrupt) {
		t.Errorf("damage is %v", db.Damage())
	}
	e, err := db.Current(ctx, "sample")
	if err != nil || e.ID != old.ID {
		t.Errorf("serves %d, %v; want %d", e.ID, err, old.ID)
	}
	if facts, err := db.Facts(ctx, e.ID, FactQuery{}); err != nil || len(facts) != 2 {
		t.Errorf("%d facts, %v", len(facts), err)
	}
	if _, err := db.Begin(ctx, Edition{Domain: "sample"}); !errors.Is(err, ErrCorrupt) {
		t.Errorf("builds into a damaged store: %v", err)
	}
	if _, err := Open(filepath.Join(filepath.Dir(path), "other", "x.db")); err != nil {
		t.Errorf("another store beside it: %v", err)
	}
}

func TestADamagedEditionSaysSo(t *testing.T) {
	ctx, db := t.Context(), open(t)
	e := seal(t, db, "sample")
	if err := os.WriteFile(db.editions.path(e.ID), []byte("garbage, but long enough to be looked at as a header"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := db.OpenIndex(ctx, e.ID); !errors.Is(err, ErrCorrupt) {
		t.Errorf("error is %v, want ErrCorrupt", err)
	}
}

func TestAReadOnlyStoreIsServedAndRefusesToWrite(t *testing.T) {
	if os.Getuid() == 0 {
		// Root may write everywhere; the immutable open is the same code path.
		t.Log("running as root: a read-only folder is simulated by the open mode")
	}
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "aubade.db")
	db, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	e := seal(t, db, "sample")
	if err := db.Publish(ctx, e.ID); err != nil {
		t.Fatal(err)
	}
	db.Close()
	ro := &DB{path: path}
	ro.editions.dir = db.editions.dir
	if err := ro.openReadOnly(); err != nil {
		t.Fatal(err)
	}
	defer ro.Close()
	if got, err := ro.Current(ctx, "sample"); err != nil || got.ID != e.ID {
		t.Errorf("serves %d, %v", got.ID, err)
	}
	if err := ro.SaveSession(ctx, Session{ID: "s"}); !errors.Is(err, ErrReadOnly) {
		t.Errorf("a session was saved: %v", err)
	}
}

func TestASecondBuilderIsToldWhoHoldsTheStore(t *testing.T) {
	db := open(t)
	unlock, err := db.Lock()
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.Lock()
	var locked *LockedError
	if !errors.As(err, &locked) || !strings.Contains(locked.Holder, "process") {
		t.Fatalf("second lock: %v", err)
	}
	unlock()
	again, err := db.Lock()
	if err != nil {
		t.Fatalf("after the first has gone: %v", err)
	}
	again()
}

func TestADraftThatWasKilledIsClearedByTheNext(t *testing.T) {
	ctx, db := t.Context(), open(t)
	d, err := db.Begin(ctx, Edition{Domain: "sample"})
	if err != nil {
		t.Fatal(err)
	}
	d.sql.Close() // as a kill would
	e := seal(t, db, "sample")
	all, err := db.Editions(ctx, "sample")
	if err != nil || len(all) != 1 || all[0].ID != e.ID {
		t.Errorf("editions: %v, %v", all, err)
	}
	if _, err := os.Stat(db.editions.path(d.ID()) + buildingSuffix); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the killed draft's file is still there: %v", err)
	}
}

func TestPruneKeepsTheLiveAndThePinned(t *testing.T) {
	ctx, db := t.Context(), open(t)
	var ids []int64
	for range 5 {
		e := seal(t, db, "sample")
		if err := db.Publish(ctx, e.ID); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, e.ID)
	}
	if err := db.SaveSession(ctx, Session{ID: "s", Domain: "sample", Edition: ids[1], Began: time.Now()}); err != nil {
		t.Fatal(err)
	}
	gone, err := db.Prune(ctx, "sample", 2)
	if err != nil {
		t.Fatal(err)
	}
	if len(gone) != 2 || gone[0] != ids[2] || gone[1] != ids[0] {
		t.Errorf("pruned %v of %v", gone, ids)
	}
}

func TestDocumentsAreKeptChangedAndGone(t *testing.T) {
	ctx, db := t.Context(), open(t)
	d := Document{ID: DocumentID("s", "u"), Source: "s", URL: "u", Entities: []string{"LRKS"}, Raw: []byte{1}, Text: "one", Published: time.Unix(5, 0).UTC()}
	put := func(want bool) {
		t.Helper()
		if changed, err := db.PutDocument(ctx, "sample", d); err != nil || changed != want {
			t.Fatalf("changed %t, %v; want %t", changed, err, want)
		}
	}
	put(true)
	put(false)
	d.Text = "two"
	d.Hash = ""
	put(true)
	got, err := db.Document(ctx, d.ID)
	if err != nil || got.Text != "two" || got.Entities[0] != "LRKS" || !got.Published.Equal(d.Published) || len(got.Raw) != 1 {
		t.Fatalf("read back %+v, %v", got, err)
	}
	if err := db.MarkGone(ctx, d.ID); err != nil {
		t.Fatal(err)
	}
	if all, err := db.Documents(ctx, "sample"); err != nil || len(all) != 0 {
		t.Fatalf("a document that is gone is listed: %v, %v", all, err)
	}
}

func TestSessionsTurnsAndEventsReadBack(t *testing.T) {
	ctx, db := t.Context(), open(t)
	if err := db.SaveTurn(ctx, Turn{Session: "nobody", ID: 1}); err == nil {
		t.Error("a turn of no session was saved")
	}
	now := time.Unix(100, 0).UTC()
	err := errors.Join(
		db.SaveSession(ctx, Session{ID: "s", Domain: "sample", Edition: 1, Began: now}),
		db.SaveTurn(ctx, Turn{Session: "s", ID: 1, Asked: "hello?", Said: "Good morning. It is Friday.", At: now}),
		db.SaveTurn(ctx, Turn{Session: "s", ID: 1, Asked: "hello?", Said: "Good morning. It is Friday.", Heard: "Good morning.", At: now}),
		db.AppendEvents(ctx, "s", []Event{{Seq: 1, At: time.Second, Kind: "turn.end", Turn: 1, Body: []byte(`{"a":1}`)}}),
	)
	if err != nil {
		t.Fatal(err)
	}
	turns, err := db.Turns(ctx, "s")
	if err != nil || len(turns) != 1 || turns[0].Heard != "Good morning." {
		t.Errorf("turns %+v, %v", turns, err)
	}
	events, err := db.Events(ctx, "s")
	if err != nil || len(events) != 1 || string(events[0].Body) != `{"a":1}` {
		t.Errorf("events %+v, %v", events, err)
	}
	if err := db.AppendEvents(ctx, "s", []Event{{Seq: 1}}); err == nil {
		t.Error("the same line was logged twice")
	}
}

func TestAFullDiskIsSaidAsSuch(t *testing.T) {
	ctx, db := t.Context(), open(t)
	if _, err := db.sql.Exec("pragma max_page_count = 1"); err != nil {
		t.Fatal(err)
	}
	db.sql.SetMaxOpenConns(1)
	if _, err := db.sql.Exec("pragma max_page_count = 1"); err != nil {
		t.Fatal(err)
	}
	_, err := db.PutDocument(context.WithoutCancel(ctx), "sample", Document{ID: "big", Text: strings.Repeat("x", 1<<22)})
	if !errors.Is(err, ErrFull) {
		t.Errorf("error is %v, want ErrFull", err)
	}
}
