// Package budget is the arithmetic of how long a reply may take.
package budget

import "time"

// Budget is the time a reply may take, counted from the end of the user's speech.
// It is a target, not a limit: a late reply is still spoken, only poorer.
type Budget struct {
	SpokeUntil time.Time     // the last voiced frame, not the moment we noticed
	Target     time.Duration // to first audio
}

// Deadline is when a stage must hand over, if reserve is what must still happen after it.
func (b Budget) Deadline(reserve time.Duration) time.Time {
	return b.SpokeUntil.Add(b.Target - reserve)
}

// Left is what remains until the target; it is negative when the reply is late.
func (b Budget) Left(now time.Time) time.Duration {
	return b.SpokeUntil.Add(b.Target).Sub(now)
}
