package bench

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/aubade/aubade/evals/engine"
)

// TestMain lets the test be the children that it starts.
func TestMain(m *testing.M) {
	if a := os.Args; len(a) == 4 && a[1] == "bench" && a[2] == "child" {
		if err := Child(context.Background(), a[3], os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func TestTheSessionsOfTheEngineAreAProcessOfTheirOwn(t *testing.T) {
	r, err := Engine(t.Context(), engine.Options{Sessions: 5, Warm: 200 * time.Millisecond, For: 500 * time.Millisecond}, "")
	if err != nil {
		t.Fatal(err)
	}
	if r.Sent != 50 || r.Returned != 50 || r.Wrong != 0 {
		t.Errorf("sent %d, returned %d, wrong %d", r.Sent, r.Returned, r.Wrong)
	}
}

func TestWhatOthersUseOfTheMachine(t *testing.T) {
	at := func(ms int) time.Time { return time.UnixMilli(int64(ms)) }
	d := time.Millisecond
	// Two cores; in the second second they are all busy, a quarter of that with us.
	o := Others{[]othersSample{{at(0), 0, 0, 0}, {at(1000), 0, 2000 * d, 0}, {at(2000), 2000 * d, 4000 * d, 500 * d}}}
	for _, tt := range []struct {
		from, to int
		want     float64
	}{{0, 1000, 0}, {1000, 2000, .75}, {0, 2000, .375}, {1200, 1800, .75}, {5000, 6000, 0}} {
		if got := o.Share(at(tt.from), at(tt.to)); got != tt.want {
			t.Errorf("from %d to %d: %v, want %v", tt.from, tt.to, got, tt.want)
		}
	}
}
