package call

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/voice"
)

// A paper is a store that refuses for a while.
type paper struct {
	mu     sync.Mutex
	refuse int
	events []store.Event
}

func (p *paper) AppendEvents(_ context.Context, _ string, events []store.Event) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.refuse > 0 {
		p.refuse--
		return errors.New("disk is full")
	}
	p.events = append(p.events, events...)
	return nil
}

func TestNothingSaidIsLostWhileTheDiskIsFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &paper{refuse: 3}
		r := NewRecorder(p, "s1", slog.New(slog.DiscardHandler))
		for turn := 1; turn <= 100; turn++ {
			if err := r.Notify(t.Context(), voice.Event{Kind: voice.Final, Turn: turn}); err != nil {
				t.Fatal(err)
			}
			if turn%10 == 0 {
				synctest.Wait()
			}
		}
		r.Close()
		if len(p.events) != 100 {
			t.Fatalf("%d events were written, want 100", len(p.events))
		}
		for i, e := range p.events {
			if e.Turn != i+1 || e.Seq != int64(i+1) {
				t.Fatalf("event %d is of turn %d with number %d", i, e.Turn, e.Seq)
			}
		}
	})
}

func TestCloseEndsEvenIfTheStoreNeverRecovers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := NewRecorder(&paper{refuse: 1 << 30}, "s1", slog.New(slog.DiscardHandler))
		_ = r.Notify(t.Context(), voice.Event{Kind: voice.Final})
		r.Close()
	})
}
