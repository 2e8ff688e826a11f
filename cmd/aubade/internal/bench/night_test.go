package bench

import (
	"io"
	"strings"
	"testing"
)

func TestANightIsMeasured(t *testing.T) {
	r, err := Briefs(t.Context(), 120, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if r.Documents != 120 || r.Changed != 2 || r.Facts == 0 || r.Passages == 0 || r.Build <= 0 || r.Few <= 0 || r.Disk <= 0 || r.Nothing >= r.Build {
		t.Errorf("implausible: %+v", r)
	}
	var b strings.Builder
	if r.Print(&b); !strings.HasPrefix(b.String(), "120 documents: ") {
		t.Error(b.String())
	}
}

func TestFindingIsMeasured(t *testing.T) {
	r, err := Retrievals(t.Context(), RetrievalOptions{Passages: 600, Companies: 20, Dims: 32, Queries: 10, Log: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Asked) != 3 || r.Memory <= 0 {
		t.Errorf("implausible: %+v", r)
	}
	for _, a := range r.Asked {
		if a.Took.N != 10 || a.Took.Max <= 0 {
			t.Errorf("implausible: %+v", a)
		}
	}
	var b strings.Builder
	if r.Print(&b); !strings.Contains(b.String(), "a tenth of all passages") {
		t.Error(b.String())
	}
}
