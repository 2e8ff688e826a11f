// Package turn decides when the user has finished: it is pure, runs on the audio clock, and starts no goroutine.
//
//	probabilities ─► Gate ─► speech marks ─┐
//	partials, finals ──────────────────────┼─► Endpointer ─► End, Hold, or wait until
//	a model's opinion of the sound ────────┘
//
//	speech while the agent speaks ─► Overlap ─► duck; then real, backchannel, echo or noise
//
// The endpointer weighs two prices: silence that the user sits through, and talking over someone who only took a breath.
// How likely each is follows from the words, how they were spoken, and this speaker's pauses so far; Options.Patience
// says what the one is worth in the other.
package turn

import "github.com/aubade/aubade/voice/audio"

// A Word is one recognised word and where it was heard.
type Word struct {
	Text       string
	Start, End audio.Position
	Confidence float32 // 0 to 1; 0 where the recognizer gives none
}
