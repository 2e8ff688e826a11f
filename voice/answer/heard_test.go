package answer

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/aubade/aubade/internal/domain"
	"github.com/aubade/aubade/retrieval"
	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/voice"
)

// A caller who interrupts leaves in the middle of what is said. Nothing more may be yielded then: it would end the program.
func TestWhoIsInterruptedSaysNoMore(t *testing.T) {
	db, err := store.Open(filepath.Join(t.TempDir(), "x.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	draft, err := db.Begin(t.Context(), store.Edition{Domain: "sample"})
	if err != nil {
		t.Fatal(err)
	}
	e, err := draft.Seal(t.Context(), func(*store.Edition) {})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Publish(t.Context(), e.ID); err != nil {
		t.Fatal(err)
	}
	a, err := New(Config{DB: db, Domain: &domain.Domain{Name: "sample"}, Retriever: func(ctx context.Context, e store.Edition) (*retrieval.Retriever, error) {
		return retrieval.New(ctx, db, e, nil)
	}, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	c, err := a.Open(t.Context(), "s", "")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, leave := range []int{1, 2, 3} {
		n := 0
		for _, err := range c.Respond(t.Context(), voice.Turn{ID: leave, Kind: voice.Asked, Transcript: voice.Transcript{Text: "Brief me.", Final: true}}) {
			if n++; err != nil {
				t.Fatal(err)
			}
			if n == leave {
				break
			}
		}
		if want := min(leave, 2); n != want {
			t.Errorf("heard %d, want %d", n, want)
		}
	}
}
