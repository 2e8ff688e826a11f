package voicetest

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/aubade/aubade/voice"
)

// A Log is a Notifier that keeps everything, and prints it as timelines are written.
type Log struct {
	mu     sync.Mutex
	events []voice.Event
}

// Notify keeps e.
func (l *Log) Notify(_ context.Context, e voice.Event) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.events = append(l.events, e)
	return nil
}

// Events is everything so far.
func (l *Log) Events() []voice.Event {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]voice.Event(nil), l.events...)
}

// Format writes an event as a line of a timeline: seconds, kind, and what is set.
//
//	4.250 barge-in 2 heard="It closed higher." cause="speech"
func Format(e voice.Event) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%.3f %s", e.At.Seconds(), e.Kind)
	if e.Turn != 0 {
		fmt.Fprintf(&b, " %d", e.Turn)
	}
	if e.Spoke != 0 {
		fmt.Fprintf(&b, " at=%.3f", e.Spoke.Seconds())
	}
	if e.Text != "" {
		fmt.Fprintf(&b, " %q", e.Text)
	}
	if e.Say != nil {
		fmt.Fprintf(&b, " as=%s", e.Say.Kind)
	}
	if e.Heard != "" {
		fmt.Fprintf(&b, " heard=%q", e.Heard)
	}
	if e.Cause != "" {
		fmt.Fprintf(&b, " cause=%q", e.Cause)
	}
	if e.Saved != 0 {
		fmt.Fprintf(&b, " saved=%v", e.Saved)
	}
	if f := e.Finding; f != nil {
		fmt.Fprintf(&b, " %s %s", f.Agent, f.State)
		if f.Question != "" {
			fmt.Fprintf(&b, " %q", f.Question)
		}
	}
	if c := e.Counts; c != nil {
		fmt.Fprintf(&b, " gathered=%d deferred=%d failed=%d", c.Gathered, c.Deferred, c.Failed)
	}
	if w := e.Waterfall; w != nil {
		fmt.Fprintf(&b, " ttfa=%v cut=%d/%d", w.TTFA, w.FalseCuts, w.Turns)
		for _, p := range w.Parts {
			fmt.Fprintf(&b, " %s=%v", strings.ReplaceAll(p.Name, " ", "-"), p.For)
		}
	}
	return b.String()
}
