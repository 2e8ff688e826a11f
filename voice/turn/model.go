package turn

import "fmt"

// A Model is what the endpointer knows of turns: five small linear models, each a table of named weights. The first
// three read the words, the last two judge the silence after them.
type Model struct {
	Duration []float64 // the logarithm of a word's usual seconds; DurationNames
	Boundary []float64 // log-odds that a sentence ends between two words; BoundaryNames
	Sentence []float64 // log-odds that the sentence is complete, nothing later being known; SentenceNames
	End      []float64 // log-odds that a silence ends the turn, if as many did as did not; CueNames
	Pause    []float64 // the logarithm of its milliseconds where it does not; CueNames
	Spread   float64   // the standard deviation of that logarithm
}

// Shipped is the model that an Endpointer uses unless told otherwise.
func Shipped() *Model { return &shipped }

// named makes a table of weights; what is not named weighs nothing.
func named(names []string, weights map[string]float64) []float64 {
	out := make([]float64, len(names))
	left := len(weights)
	for i, n := range names {
		if w, ok := weights[n]; ok {
			out[i] = w
			left--
		}
	}
	if left != 0 {
		panic(fmt.Sprintf("voice/turn: %d weights have no cue", left))
	}
	return out
}
