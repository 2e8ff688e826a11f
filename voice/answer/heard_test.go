package answer

import (
	"context"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/aubade/aubade/internal/domain"
	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/retrieval"
	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/subagents"
	"github.com/aubade/aubade/voice"
)

// converse opens a conversation about the sample market, with a lexicon.
func converse(t *testing.T, l lexicon.Lexicon) *Conversation {
	t.Helper()
	db, err := store.Open(filepath.Join(t.TempDir(), "x.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	draft, err := db.Begin(t.Context(), store.Edition{Domain: "sample"})
	if err != nil {
		t.Fatal(err)
	}
	e, err := draft.Seal(t.Context(), func(e *store.Edition) { e.Lexicon = l })
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
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// A caller who interrupts leaves in the middle of what is said. Nothing more may be yielded then: it would end the program.
func TestWhoIsInterruptedSaysNoMore(t *testing.T) {
	c := converse(t, lexicon.Lexicon{})
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

func TestTheSubjectIsWhatTheLastReplyThatWasHeardIsAbout(t *testing.T) {
	c := converse(t, lexicon.Lexicon{Terms: []lexicon.Term{{ID: "HLDN", Name: "Halden", Kind: lexicon.Company}}})
	for _, err := range c.Respond(t.Context(), voice.Turn{ID: 1, Kind: voice.Asked, Transcript: voice.Transcript{Text: "How is Halden doing?", Final: true}}) {
		if err != nil {
			t.Fatal(err)
		}
	}
	if got := c.Subjects(); got != nil {
		t.Errorf("before anything was heard: %q", got)
	}
	c.Heard(t.Context(), voice.HeardReport{Turn: 1})
	c.mu.Lock() // as it is while the store is waited for: a call must not stand still meanwhile
	defer c.mu.Unlock()
	if got := c.Subjects(); !slices.Equal(got, []string{"HLDN"}) {
		t.Errorf("after the reply: %q", got)
	}
}

// "Never mind" may be the beginning of "never mind the revenue": a reply that was composed ahead withdraws nothing.
func TestNothingIsWithdrawnBeforeTheReplyIsHeard(t *testing.T) {
	c := converse(t, lexicon.Lexicon{})
	c.owe(t.Context(), []subagents.Arrival{{ID: "1", Ask: subagents.Ask{Agent: "options", Question: subagents.Question{Name: "the volatility"}}}})
	for s, err := range c.Respond(t.Context(), voice.Turn{ID: 1, Kind: voice.Asked, Speculative: true, Transcript: voice.Transcript{Text: "Never mind.", Final: true}}) {
		if err != nil || s.Text != "All right, I will drop it." {
			t.Fatalf("%q, %v", s.Text, err)
		}
	}
	if !c.Ledger()[0].Open() {
		t.Error("it was withdrawn before anything was said")
	}
	c.Heard(t.Context(), voice.HeardReport{Turn: 1})
	if c.Ledger()[0].Open() {
		t.Error("it is owed still")
	}
}

// A reply that is cut short while it waits for the store is reported as heard before it has returned.
func TestAReplyThatIsStillBeingComposedChangesNothing(t *testing.T) {
	c := converse(t, lexicon.Lexicon{Terms: []lexicon.Term{{ID: "HLDN", Name: "Halden", Kind: lexicon.Company}}})
	for _, err := range c.Respond(t.Context(), voice.Turn{ID: 1, Kind: voice.Asked, Transcript: voice.Transcript{Text: "How is Halden doing?", Final: true}}) {
		if err != nil {
			t.Fatal(err)
		}
		c.Heard(t.Context(), voice.HeardReport{Turn: 1})
	}
	if got := c.Subjects(); got != nil {
		t.Errorf("it is about %q", got)
	}
}
