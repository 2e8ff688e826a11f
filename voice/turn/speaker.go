package turn

import (
	"math"
	"time"
)

// A speaker is what a call has taught about how long this user pauses within a turn.
type speaker struct {
	n   float64 // pauses heard
	sum float64 // of the logarithms of their milliseconds
}

// What people do in general: the median pause within a turn is 340 ms, and the spread of its logarithm 0.69; the
// general habit counts as much as so many pauses of the speaker's own.
const (
	usualPause  = 5.83
	usualSpread = 0.69
	usualWeight = 8
)

// shortest is the least gap between words that is a pause and not articulation.
const shortest = 100 * time.Millisecond

// paused learns from a silence after which the same speaker went on. Very long ones are not hesitation.
func (s *speaker) paused(d time.Duration) {
	if d < shortest {
		return
	}
	s.n++
	s.sum += math.Log(float64(min(d, 2*time.Second) / time.Millisecond))
}

// pauses are the location and the spread of the logarithm of a pause, in milliseconds.
func (s *speaker) pauses() (mu, sigma float64) {
	return (s.sum + usualWeight*usualPause) / (s.n + usualWeight), usualSpread
}
