package lsa

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/aubade/aubade/internal/llm"
)

// corpus has two topics whose words never meet, and pairs of words that meet only through a third.
func corpus() []string {
	var out []string
	for i := range 40 {
		out = append(out,
			fmt.Sprintf("The chip maker sold semiconductor wafers to plant %d.", i),
			fmt.Sprintf("A semiconductor fab in plant %d runs at capacity.", i),
			fmt.Sprintf("The hotel at resort %d welcomed guests for skiing.", i),
			fmt.Sprintf("Guests of resort %d booked rooms for the winter.", i))
	}
	return out
}

func fit(t *testing.T, dims int) *Embedder {
	t.Helper()
	e, err := Fit(t.Context(), corpus(), dims)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func embed(t *testing.T, e *Embedder, text string) []float32 {
	t.Helper()
	v, err := e.Embed(t.Context(), llm.Query, []string{text})
	if err != nil {
		t.Fatal(err)
	}
	return v[0]
}

func cosine(a, b []float32) (s float64) {
	for i := range a {
		s += float64(a[i]) * float64(b[i])
	}
	return s
}

func TestWordsOfOneTopicAreNear(t *testing.T) {
	e := fit(t, 2)
	wafer, fab, skiing := embed(t, e, "wafers"), embed(t, e, "a fab"), embed(t, e, "skiing")
	if near, far := cosine(wafer, fab), cosine(wafer, skiing); near < 0.5 || near < far+0.4 {
		t.Errorf("wafers·fab = %.2f, wafers·skiing = %.2f: words that share no text should meet through their topic", near, far)
	}
}

func TestVectorsAreOfUnitLength(t *testing.T) {
	e := fit(t, 8)
	v := embed(t, e, "semiconductor guests")
	if l := cosine(v, v); math.Abs(l-1) > 1e-5 {
		t.Errorf("length² = %f", l)
	}
	if z := embed(t, e, "zzz unheard"); cosine(z, z) != 0 {
		t.Errorf("unknown words got a direction: %v", z)
	}
}

func TestEqualTextsFitEqualEmbedders(t *testing.T) {
	a, _ := fit(t, 8).MarshalBinary()
	b, _ := fit(t, 8).MarshalBinary()
	if !slices.Equal(a, b) {
		t.Error("two fits of one corpus differ")
	}
}

func TestAnEmbedderIsKept(t *testing.T) {
	e := fit(t, 8)
	blob, err := e.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	back, err := Load(blob)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := embed(t, e, "chip plant"), embed(t, back, "chip plant"); !slices.Equal(a, b) {
		t.Error("it embeds differently after it was read back")
	}
	for n := range len(blob) {
		if n%97 == 0 {
			if _, err := Load(blob[:n]); err == nil {
				t.Fatalf("a blob cut at %d of %d bytes was loaded", n, len(blob))
			}
		}
	}
}

func TestATinyCorpusStillFits(t *testing.T) {
	for _, texts := range [][]string{{"one word"}, {"alpha beta", "alpha beta"}, {"a the of", "gamma"}} {
		if _, err := Fit(t.Context(), texts, 64); err != nil {
			t.Errorf("%q: %v", texts, err)
		}
	}
	if _, err := Fit(t.Context(), []string{"the of a"}, 64); err == nil {
		t.Error("a corpus without words was fitted")
	}
}

func TestFittingStopsWhenAsked(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Fit(ctx, corpus(), 8); err == nil {
		t.Error("a cancelled fit succeeded")
	}
}

func FuzzLoad(f *testing.F) {
	e, err := Fit(context.Background(), corpus(), 4)
	if err != nil {
		f.Fatal(err)
	}
	blob, _ := e.MarshalBinary()
	f.Add(blob)
	f.Fuzz(func(t *testing.T, b []byte) {
		if e, err := Load(b); err == nil {
			e.embed("chip plant")
		}
	})
}
