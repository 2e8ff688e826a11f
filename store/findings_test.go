package store

import (
	"errors"
	"path/filepath"
	"testing"
	"time"
)

func TestFindingsOutliveTheProcessAndMoveWithTheirCaller(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	db, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	at := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	rows := []Finding{
		{ID: "b", Session: "one", Caller: "ann", State: Ready, Text: "0.42", Asked: at.Add(time.Second)},
		{ID: "a", Session: "one", Caller: "ann", State: Spoken, Asked: at},
		{ID: "c", Session: "one", State: Ready, Asked: at.Add(2 * time.Second)},
	}
	for _, f := range rows {
		if err := db.SaveFinding(ctx, f); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if db, err = Open(path); err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	got, err := db.Findings(ctx, "one")
	if err != nil || len(got) != 3 || got[0].ID != "a" || got[1].Text != "0.42" {
		t.Fatalf("%+v, %v", got, err)
	}
	if none, err := db.ClaimFindings(ctx, "", "two"); err != nil || len(none) != 0 {
		t.Errorf("a caller without a name claimed %+v, %v", none, err)
	}
	claimed, err := db.ClaimFindings(ctx, "ann", "two")
	if err != nil || len(claimed) != 1 || claimed[0].ID != "b" || claimed[0].Session != "two" {
		t.Fatalf("%+v, %v", claimed, err)
	}
	if err := db.SaveFinding(ctx, rows[0]); !errors.Is(err, ErrClaimed) {
		t.Errorf("the first call wrote what the second claimed: %v", err)
	}
	if again, err := db.ClaimFindings(ctx, "ann", "two"); err != nil || len(again) != 0 {
		t.Errorf("claimed twice: %+v, %v", again, err)
	}
}
