package bench

import (
	"testing"
	"time"
)

func TestEveryProviderIsMeasuredBeyondItsServer(t *testing.T) {
	rows, err := Providers(t.Context(), 20*time.Millisecond, 3)
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 7 {
		t.Errorf("%d rows", len(rows))
	}
	for _, r := range rows {
		// How much it is depends on the machine; that the server's own time is not ours does not.
		if r.ServerMS < 20 || r.P50 < 0 || r.P90 < r.P50 || r.Max < r.P90 {
			t.Errorf("%+v", r)
		}
	}
}
