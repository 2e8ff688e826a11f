package turn

import (
	"math"
	"time"
)

// A speaker is what a call has taught about how long this user pauses within a turn.
type speaker struct {
	n, sum  float64 // pauses of this turn; the sum of the logarithms of their milliseconds
	last    float64 // the logarithm of the latest
	calls   float64 // pauses of the turns before
	callSum float64
}

// What people do in general: the median pause within a turn is 340 ms. The general habit counts as much as so many pauses
// of the speaker's own.
const (
	usualPause  = 5.83
	usualWeight = 8
)

// shortest is the least gap between words that is a pause and not articulation; longestPause is as much as one counts.
const (
	shortest     = 100 * time.Millisecond
	longestPause = 2 * time.Second
)

// paused learns from a silence after which the same speaker went on.
func (s *speaker) paused(d time.Duration) {
	if d < shortest {
		return
	}
	s.last = math.Log(float64(min(d, longestPause)) / float64(time.Millisecond))
	s.n++
	s.sum += s.last
}

// next begins a turn. The turns before it count for half as much with every turn.
func (s *speaker) next() {
	*s = speaker{calls: s.calls/2 + s.n, callSum: s.callSum/2 + s.sum}
}

// habit is the logarithm of the usual pause of the call so far, without this turn.
func (s *speaker) habit() float64 {
	return (s.callSum + usualWeight*usualPause) / (s.calls + usualWeight)
}

// usual is the same of this turn, beginning with what people do in general.
func (s *speaker) usual() float64 {
	return (s.sum + usualWeight*usualPause) / (s.n + usualWeight)
}
