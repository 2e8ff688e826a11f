package audio

import (
	"testing"
	"time"
)

func TestClockBelievesTheFastestFrame(t *testing.T) {
	began := time.Date(2026, 11, 21, 7, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name  string
		delay func(i int) time.Duration // of the i-th frame
		want  time.Duration             // by how much positions appear late at the end
	}{
		{"a steady stream is placed where it was", func(int) time.Duration { return 0 }, 0},
		{"a constant delay cannot be told from the truth", func(int) time.Duration { return 60 * time.Millisecond }, 60 * time.Millisecond},
		{"jitter does not move the clock", func(i int) time.Duration { return time.Duration(i%7) * 10 * time.Millisecond }, 0},
		{"a burst of a second that catches up does not move the clock", func(i int) time.Duration {
			if i >= 400 && i < 450 {
				return time.Duration(450-i) * FrameDuration
			}
			return 0
		}, 0},
		{"a stream held up for good is believed after two seconds", func(i int) time.Duration {
			if i >= 380 {
				return 10 * time.Second
			}
			return 0
		}, 10 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			var k Clock
			const frames = 500
			for i := range frames {
				end := time.Duration(i+1) * FrameDuration
				k.Observe(At(end), began.Add(end+c.delay(i)))
			}
			p := At(frames * FrameDuration)
			if got := k.Wall(p).Sub(began.Add(p.Duration())); got != c.want {
				t.Errorf("the clock is late by %v, want %v", got, c.want)
			}
		})
	}
	if !new(Clock).Wall(0).IsZero() {
		t.Error("a clock that saw nothing knows a time")
	}
}
