package voice

import "time"

// newTimer is a timer that does not run.
func newTimer() *time.Timer {
	t := time.NewTimer(time.Hour)
	t.Stop()
	return t
}

// setTimer makes t fire at a moment; the zero time stops it.
func setTimer(t *time.Timer, at time.Time) {
	if at.IsZero() {
		t.Stop()
		return
	}
	t.Reset(max(0, time.Until(at)))
}

// earliestAfter is the first of the moments that lie after now; zero where none does.
func earliestAfter(now time.Time, times ...time.Time) time.Time {
	var first time.Time
	for _, t := range times {
		if t.After(now) && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	return first
}
