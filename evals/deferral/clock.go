package deferral

import (
	"container/heap"
	"time"
)

// A clock is virtual time: it stands still until it is told to go on to the next thing that happens.
type clock struct {
	now    time.Time
	queue  events
	serial uint64
}

type event struct {
	at      time.Time
	serial  uint64 // the earlier of two at the same moment
	f       func()
	stopped bool
}

func newClock() *clock { return &clock{now: time.Date(2026, 11, 20, 9, 30, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time { return c.now }

func (c *clock) After(d time.Duration, f func()) (stop func()) {
	e := c.at(c.now.Add(max(d, 0)), f)
	return func() { e.stopped = true }
}

func (c *clock) at(t time.Time, f func()) *event {
	c.serial++
	e := &event{at: t, serial: c.serial, f: f}
	heap.Push(&c.queue, e)
	return e
}

// step lets the next thing happen; false when nothing will.
func (c *clock) step() bool {
	for len(c.queue) > 0 {
		e := heap.Pop(&c.queue).(*event)
		if e.stopped {
			continue
		}
		c.now = e.at
		e.f()
		return true
	}
	return false
}

// until lets everything happen that is due before t, and moves on to t.
func (c *clock) until(t time.Time) {
	for len(c.queue) > 0 && !c.queue[0].at.After(t) {
		c.step()
	}
	c.now = t
}

type events []*event

func (q events) Len() int { return len(q) }
func (q events) Less(i, j int) bool {
	if q[i].at.Equal(q[j].at) {
		return q[i].serial < q[j].serial
	}
	return q[i].at.Before(q[j].at)
}
func (q events) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *events) Push(x any)   { *q = append(*q, x.(*event)) }
func (q *events) Pop() any {
	old := *q
	e := old[len(old)-1]
	old[len(old)-1] = nil
	*q = old[:len(old)-1]
	return e
}
