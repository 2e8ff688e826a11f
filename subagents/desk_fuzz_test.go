package subagents

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// TestDeskLosesNothing plays any turns against agents that answer, fail, panic, hang and ignore their cancellation, with
// barge-in, drops and speculation, and checks that every question ends exactly once.
func TestDeskLosesNothing(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		synctest.Test(t, func(*testing.T) { playAnything(rt) })
	})
}

func playAnything(t *rapid.T) {
	release := make(chan struct{})
	temper := func(name string) Agent {
		return Func(name, func(ctx context.Context, q Question) (Finding, error) {
			o := options(q.Text)
			takes, _ := time.ParseDuration(o["takes"])
			if o["does"] == "ignore" {
				select {
				case <-time.After(takes):
				case <-release:
				}
			} else {
				select {
				case <-time.After(takes):
				case <-ctx.Done():
					return Finding{}, ctx.Err()
				}
			}
			switch o["does"] {
			case "fail":
				return Finding{}, errors.New("503")
			case "nothing":
				return Finding{}, ErrNothing
			case "panic":
				panic("boom")
			}
			return Finding{Text: q.Text}, nil
		})
	}
	d, err := NewDesk(Config{HedgeShare: 0.2, Members: []Member{
		{Agent: temper("a"), Concurrency: rapid.IntRange(1, 4).Draw(t, "places"), Cheap: true},
		{Agent: temper("b"), Twin: temper("twin"), Patience: 3 * time.Second},
		{Agent: temper("c"), Once: true},
	}})
	if err != nil {
		t.Fatal(err)
	}
	s := d.Open(context.Background(), "s")
	owed, dropped := map[string]bool{}, map[string]bool{}
	drain := func() {
		for {
			select {
			case a := <-s.Late():
				if !owed[a.ID] || dropped[a.ID] {
					t.Fatalf("late %+v: owed %v, dropped %v", a, owed[a.ID], dropped[a.ID])
				}
				if a.Err == nil && a.Finding.Text != a.Ask.Question.Text {
					t.Fatalf("%s answers %q with %q", a.ID, a.Ask.Question.Text, a.Finding.Text)
				}
				delete(owed, a.ID)
			default:
				return
			}
		}
	}
	draw := func() (asks []Ask) {
		for i := range rapid.IntRange(0, 4).Draw(t, "questions") {
			text := fmt.Sprintf("n=%d takes=%dms does=%s", i, rapid.IntRange(0, 5000).Draw(t, "takes"),
				rapid.SampledFrom([]string{"answer", "answer", "answer", "fail", "nothing", "panic", "ignore"}).Draw(t, "does"))
			asks = append(asks, Ask{Agent: rapid.SampledFrom([]string{"a", "b", "c", "nobody"}).Draw(t, "agent"), Question: Question{Text: text}})
		}
		return asks
	}
	for turn := range rapid.IntRange(1, 12).Draw(t, "turns") {
		asks := draw()
		if rapid.Bool().Draw(t, "speculates") {
			s.Prepare(turn, asks...)
			time.Sleep(time.Duration(rapid.IntRange(0, 500).Draw(t, "talks on")) * time.Millisecond)
			if rapid.Bool().Draw(t, "changes") {
				asks = draw()
			}
		}
		ctx, cancel := context.WithCancel(context.Background())
		if rapid.Bool().Draw(t, "barges in") {
			time.AfterFunc(300*time.Millisecond, cancel)
		}
		began := time.Now()
		got := s.Ask(ctx, turn, began.Add(800*time.Millisecond), asks...)
		cancel()
		if took := time.Since(began); took > 800*time.Millisecond {
			t.Fatalf("took %v", took)
		}
		if n := len(got.Findings) + len(got.Deferred) + len(got.Failed); n != len(asks) {
			t.Fatalf("%d questions, %d ends: %+v", len(asks), n, got)
		}
		for _, f := range got.Findings {
			if f.Finding.Text != f.Ask.Question.Text {
				t.Fatalf("%q is answered with %q", f.Ask.Question.Text, f.Finding.Text)
			}
		}
		for _, a := range got.Deferred {
			if owed[a.ID] {
				t.Fatalf("%s is owed twice", a.ID)
			}
			owed[a.ID] = true
			if rapid.IntRange(0, 4).Draw(t, "drops") == 0 && s.Drop(a.ID) {
				dropped[a.ID] = true
				delete(owed, a.ID)
			}
		}
		time.Sleep(time.Duration(rapid.IntRange(0, 3000).Draw(t, "pause")) * time.Millisecond)
		drain()
	}
	time.Sleep(time.Minute) // longer than any patience
	drain()
	if len(owed) > 0 {
		t.Fatalf("never told: %v", owed)
	}
	close(release)
	synctest.Wait()
	for _, h := range d.Health() {
		if h.Running != 0 || h.Stuck != 0 {
			t.Fatalf("left behind: %+v", h)
		}
	}
	if ordinary, extra := d.Calls(); float64(extra) > 0.2*float64(ordinary) {
		t.Fatalf("%d extra calls to %d", extra, ordinary)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}
