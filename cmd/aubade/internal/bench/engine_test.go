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
