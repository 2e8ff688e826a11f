package main

import (
	"context"
	"log/slog"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aubade/aubade/internal/domain"
	"github.com/aubade/aubade/store"
)

var nightly = &domain.Domain{Name: "d", TimeZone: "America/New_York", Schedule: "30 5 * * *", Sources: []domain.Source{{Name: "s"}}}

func TestTheNightComesByTheDomainsClock(t *testing.T) {
	// Half past five in New York is half past ten in London in winter.
	noon := time.Date(2026, 1, 10, 12, 0, 0, 0, time.UTC)
	if got, want := nextRun(nightly, noon), time.Date(2026, 1, 11, 10, 30, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("next run %s, want %s", got, want)
	}
	// The clocks go forward on the 8th of March: the run stays at half past five.
	if got, want := nextRun(nightly, time.Date(2026, 3, 8, 5, 0, 0, 0, time.UTC)), time.Date(2026, 3, 8, 9, 30, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("next run over the change of clocks %s, want %s", got, want)
	}
	if got := nextRun(&domain.Domain{}, noon); !got.IsZero() {
		t.Errorf("without a schedule the next run is %s", got)
	}
}

// days runs cron for some days in a bubble and says how many builds began, and how many ran at once at most.
func days(t *testing.T, n int, missed bool, takes time.Duration) (began, most int64) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(n)*24*time.Hour)
		defer cancel()
		var running, count, peak atomic.Int64
		err := runCron(ctx, nightly, missed, func(ctx context.Context) error {
			count.Add(1)
			peak.Store(max(peak.Load(), running.Add(1)))
			defer running.Add(-1)
			select {
			case <-time.After(takes):
			case <-ctx.Done():
			}
			return nil
		}, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Error(err)
		}
		began, most = count.Load(), peak.Load()
	})
	return began, most
}

func TestCronBuildsEveryNightAndNeverTwoAtOnce(t *testing.T) {
	for name, c := range map[string]struct {
		days   int
		missed bool
		takes  time.Duration
		want   int64
	}{
		"one build a night":                     {4, false, time.Hour, 4},
		"a missed night is caught up at once":   {4, true, time.Hour, 5},
		"a build of 30 hours skips a night":     {4, false, 30 * time.Hour, 2},
		"catching up counts as a running build": {1, true, 20 * time.Hour, 1},
	} {
		t.Run(name, func(t *testing.T) {
			began, most := days(t, c.days, c.missed, c.takes)
			if began != c.want || most != 1 {
				t.Errorf("%d builds, at most %d at once; want %d, one at a time", began, most, c.want)
			}
		})
	}
}

func TestAMissedNightIsNoticed(t *testing.T) {
	ctx := t.Context()
	db, err := store.Open(filepath.Join(t.TempDir(), "x.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	missed := func(now time.Time) bool {
		t.Helper()
		m, err := missedNight(ctx, db, nightly, now)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	now := time.Now()
	if !missed(now) {
		t.Error("a store without an edition has missed nothing")
	}
	d, err := db.Begin(ctx, store.Edition{Domain: "d"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Seal(ctx, func(*store.Edition) {}); err != nil {
		t.Fatal(err)
	}
	if missed(now.Add(time.Minute)) && nextRun(nightly, now).After(now.Add(time.Minute)) {
		t.Error("a night was missed a minute after the build")
	}
	if !missed(now.Add(25 * time.Hour)) {
		t.Error("a day later no night was missed")
	}
	if err := db.SetSince(ctx, "d", "s", now.Add(25*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if missed(now.Add(25*time.Hour + time.Second)) {
		t.Error("a run that found nothing new counts as missed")
	}
}
