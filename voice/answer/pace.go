package answer

import (
	"sync"
	"time"

	"github.com/aubade/aubade/internal/budget"
)

// pace is what a reply is known to need after the helpers: how long the model takes to its first sentence, and the voice
// from there to its first frame. The deadline of a turn moves with it, and so with the machine.
type pace struct {
	model, voice quantile
}

// reserve is the p90 of what still has to happen after the helpers were heard.
func (p *pace) reserve(model bool) time.Duration {
	r := p.voice.value(80 * time.Millisecond)
	if model {
		r += p.model.value(300 * time.Millisecond)
	}
	return r
}

// leastWait is what a helper is given even where the budget is spent: below it, asking would be for nothing.
const leastWait = 50 * time.Millisecond

// deadline is when the helpers' answers are due.
func (p *pace) deadline(b budget.Budget, now time.Time, model bool) time.Time {
	d := b.Deadline(p.reserve(model))
	if least := now.Add(leastWait); d.Before(least) {
		return least
	}
	return d
}

// A quantile follows the p90 of a stream with two numbers: it steps up by nine parts when a sample lies above it, down
// by one when below, so that it rests where one sample in ten lies above (Robbins and Monro's recursion). The step is a
// part of the value itself, so that it follows a machine that becomes twice as slow within some thirty samples.
type quantile struct {
	mu sync.Mutex
	v  time.Duration
}

func (q *quantile) observe(d time.Duration) {
	if d < 0 {
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.v == 0 {
		q.v = d
		return
	}
	step := max(q.v/100, 100*time.Microsecond)
	if d > q.v {
		q.v += 9 * step
	} else {
		q.v -= step
	}
}

// value is the estimate, or what is assumed before the first sample.
func (q *quantile) value(assumed time.Duration) time.Duration {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.v == 0 {
		return assumed
	}
	return q.v
}
