package caller

import (
	"context"
	"errors"
	"sort"
	"time"

	"github.com/aubade/aubade/voice/audio"
)

// ErrSilence is the answer of an agent that did not speak in time.
var ErrSilence = errors.New("the agent did not speak")

// Answer waits for the agent's voice after a moment and says when it began.
func (c *Caller) Answer(ctx context.Context, after time.Time) (time.Time, error) {
	for {
		c.mu.Lock()
		changed := c.changed
		at, ok := c.firstLoud(after)
		c.mu.Unlock()
		if ok {
			return at, nil
		}
		select {
		case <-changed:
		case <-c.gone:
			return time.Time{}, errors.New("the call has ended")
		case <-ctx.Done():
			return time.Time{}, ErrSilence
		}
	}
}

// firstLoud is when the first loud sample after a moment sounded. The lock is held.
func (c *Caller) firstLoud(after time.Time) (time.Time, bool) {
	i := sort.Search(len(c.heard), func(i int) bool { return c.heard[i].End().After(after) })
	for _, h := range c.heard[i:] {
		if at := h.At.Add(h.Onset); h.Level >= Loud && !at.Before(after) {
			return at, true
		}
	}
	return time.Time{}, false
}

// Quiet waits until the agent has been silent for d.
func (c *Caller) Quiet(ctx context.Context, d time.Duration) error {
	for {
		last, _ := c.LastLoud(time.Now().Add(time.Second)) // what has arrived may sound a little later
		left := d - time.Since(last)
		if left <= 0 {
			return nil
		}
		t := time.NewTimer(left)
		select {
		case <-t.C:
		case <-c.gone:
			t.Stop()
			return errors.New("the call has ended")
		case <-ctx.Done():
			t.Stop()
			return context.Cause(ctx)
		}
	}
}

// LastLoud is when the agent's voice was last loud before a moment.
func (c *Caller) LastLoud(before time.Time) (time.Time, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := len(c.heard) - 1; i >= 0; i-- {
		if h := c.heard[i]; h.Level >= Loud && h.At.Before(before) {
			return h.End(), true
		}
	}
	return time.Time{}, false
}

// Heard is all that was heard from one moment to another: every packet if sound is kept, otherwise the loud ones.
func (c *Caller) Heard(from, to time.Time) []Heard {
	c.mu.Lock()
	defer c.mu.Unlock()
	var some []Heard
	for _, h := range c.heard {
		if !h.At.Before(from) && h.At.Before(to) {
			some = append(some, h)
		}
	}
	return some
}

// Forget drops what was heard so far, so that a long call does not grow.
func (c *Caller) Forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.heard, c.spoken = nil, nil
}

// A Recording is both sides of a call on one clock, at audio.Rate.
type Recording struct {
	Began       time.Time
	User, Agent []int16
}

// Recording puts together what was said and heard between two moments. The agent's side is there if Options.Keep was set.
func (c *Caller) Recording(from, to time.Time) Recording {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := int(to.Sub(from) * audio.Rate / time.Second)
	r := Recording{Began: from, User: make([]int16, n), Agent: make([]int16, n)}
	place := func(side []int16, at time.Time, pcm []int16) {
		i := int(at.Sub(from) * audio.Rate / time.Second)
		if i < 0 {
			pcm, i = pcm[min(-i, len(pcm)):], 0
		}
		if i < len(side) {
			copy(side[i:], pcm)
		}
	}
	for _, s := range c.spoken {
		place(r.User, s.Began, atRate(s.Clip))
	}
	for _, h := range c.heard {
		place(r.Agent, h.At, h.PCM)
	}
	return r
}

// atRate is a clip at audio.Rate: good enough for looking at and listening to what was said.
func atRate(c *Clip) []int16 {
	if c.Rate == audio.Rate {
		return c.PCM
	}
	out := make([]int16, len(c.PCM)*audio.Rate/c.Rate)
	for i := range out {
		at := float64(i) * float64(c.Rate) / audio.Rate
		j := int(at)
		k := min(j+1, len(c.PCM)-1)
		f := at - float64(j)
		out[i] = int16((1-f)*float64(c.PCM[j]) + f*float64(c.PCM[k]))
	}
	return out
}
