package subagents

import "time"

const (
	breakerTrips    = 8 // failures in a row that open it
	breakerRest     = 5 * time.Second
	breakerLongRest = time.Minute
)

// A breaker keeps an agent that only fails from being asked. It is closed until breakerTrips attempts in a row have
// failed, then open for a rest that doubles with each failed probe, then half open: one attempt is let through, and its
// end decides. It reads no clock, so that it runs on the Desk's.
type breaker struct {
	failures int       // in a row
	until    time.Time // open until then; zero: closed
	rest     time.Duration
	probing  bool
}

// allow says whether an attempt may begin, and takes the probe's place if it is one.
func (b *breaker) allow(now time.Time) bool {
	if b.until.IsZero() {
		return true
	}
	if now.Before(b.until) || b.probing {
		return false
	}
	b.probing = true
	return true
}

// succeeded closes the breaker.
func (b *breaker) succeeded() { *b = breaker{} }

// failed counts a failure and may open it.
func (b *breaker) failed(now time.Time) {
	b.failures++
	switch {
	case b.probing:
		b.rest = min(2*b.rest, breakerLongRest)
	case b.until.IsZero() && b.failures >= breakerTrips:
		b.rest = breakerRest
	default:
		return
	}
	b.probing, b.until = false, now.Add(b.rest)
}

// abandoned says that an attempt ended without telling anything: its twin won, or it was dropped.
func (b *breaker) abandoned() { b.probing = false }

// state is closed, open or half-open, for people.
func (b *breaker) state(now time.Time) string {
	switch {
	case b.until.IsZero():
		return "closed"
	case now.Before(b.until):
		return "open"
	default:
		return "half-open"
	}
}
