package retrieval

import (
	"slices"
	"testing"

	"github.com/aubade/aubade/store"
)

func ranked(numbers ...int) []store.Hit {
	var out []store.Hit
	for _, n := range numbers {
		out = append(out, store.Hit{Number: n})
	}
	return out
}

func numbersOf(hits []store.Hit) []int {
	var out []int
	for _, h := range hits {
		out = append(out, h.Number)
	}
	return out
}

func TestFittedVectorsFillWhatTheWordsLeave(t *testing.T) {
	words := ranked(1, 2, 3, 4)
	if got := numbersOf(fuse(words, ranked(9, 4, 3, 2), byFitted)); !slices.Equal(got, []int{1, 2, 3, 4, 9}) {
		t.Errorf("fused %v: the words' first ranks stand, what they lack comes after", got)
	}
	if got := numbersOf(fuse(nil, ranked(9, 4), byFitted)); !slices.Equal(got, []int{9, 4}) {
		t.Errorf("fused %v without a word", got)
	}
	// At depth a neighbour by meaning comes before the hundredth that shares a word.
	var many []int
	for i := range 100 {
		many = append(many, i)
	}
	if got := numbersOf(fuse(ranked(many...), ranked(500), byFitted)); slices.Index(got, 500) > 90 || slices.Index(got, 500) < 10 {
		t.Errorf("the nearest by meaning stands at %d", slices.Index(got, 500))
	}
}

func TestTrainedVectorsAreWorthAsMuchAsWords(t *testing.T) {
	if got := numbersOf(fuse(ranked(1, 2, 3), ranked(2, 9, 1), byServed)); !slices.Equal(got, []int{2, 1, 9, 3}) {
		t.Errorf("fused %v", got)
	}
}
