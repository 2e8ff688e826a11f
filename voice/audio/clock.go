package audio

import "time"

// A Clock maps the audio clock of one stream to the wall clock. Sound arrives late and in bursts, never early, so the
// least delay seen lately is the truth: positions are placed as if every frame had come as fast as the fastest.
// It is not safe for concurrent use.
type Clock struct {
	// least[i] is the earliest moment at which the stream can have begun, as seen in the i-th latest stretch.
	least [clockStretches]time.Time
	until Position // the end of the present stretch
}

// A stream that was held up for good, by a reconnect, is believed after clockStretches × clockStretch; a burst that
// catches up within that time is not.
const (
	clockStretches = 4
	clockStretch   = Position(Rate / 2)
)

// Observe tells that the sound before p had arrived at a moment.
func (c *Clock) Observe(p Position, arrived time.Time) {
	began := arrived.Add(-p.Duration())
	if p >= c.until {
		copy(c.least[1:], c.least[:clockStretches-1])
		c.least[0] = time.Time{}
		c.until = p + clockStretch
	}
	if c.least[0].IsZero() || began.Before(c.least[0]) {
		c.least[0] = began
	}
}

// Wall is the moment of a position; the zero time before anything was observed.
func (c *Clock) Wall(p Position) time.Time {
	var began time.Time
	for _, t := range c.least {
		if !t.IsZero() && (began.IsZero() || t.Before(began)) {
			began = t
		}
	}
	if began.IsZero() {
		return time.Time{}
	}
	return began.Add(p.Duration())
}
