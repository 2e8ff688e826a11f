package audio

import (
	"context"
	"math"
	"sync"
	"time"
)

// A Loudspeaker plays frames at the pace of the wall clock and remembers what was heard: the agent's voice in a room that
// is not a live one. It keeps the promises of a room: Play blocks while 200 ms are queued, and a frame whose context was
// cancelled before a Cut is not queued after it.
type Loudspeaker struct {
	rate  int // of the track; 0 keeps none
	slow  int
	began time.Time

	mu    sync.Mutex
	until time.Time // when all that is queued will have been heard
	woken chan struct{}
	spans []Span
	gains []gain
	track []int16
	conv  *Resampler
	from  int // the rate that conv takes
}

// A Span is a stretch of sound as the room heard it, of one level.
type Span struct {
	From, To time.Duration // since the speaker began
	Gain     float64       // dB
}

type gain struct {
	at time.Duration
	db float64
}

const (
	queued = 200 * time.Millisecond
	fade   = 10 * time.Millisecond
)

// NewLoudspeaker makes one whose times count from now. It keeps a track at a rate in Hz, or none where that is 0. A slow
// one takes so many times as long to play, as a room that cannot keep up; 1 is right.
func NewLoudspeaker(rate, slow int) *Loudspeaker {
	now := time.Now()
	return &Loudspeaker{rate: rate, slow: max(1, slow), began: now, until: now, woken: make(chan struct{})}
}

// Play queues a frame, waiting while enough is queued.
func (s *Loudspeaker) Play(ctx context.Context, f Frame) error {
	for {
		s.mu.Lock()
		if err := ctx.Err(); err != nil {
			s.mu.Unlock()
			return err
		}
		now := time.Now()
		wait := s.until.Sub(now) - queued
		if wait <= 0 {
			s.take(f, now)
			s.mu.Unlock()
			return nil
		}
		woken := s.woken
		s.mu.Unlock()
		if err := pause(ctx, wait, woken); err != nil {
			return err
		}
	}
}

func (s *Loudspeaker) take(f Frame, now time.Time) {
	if s.until.Before(now) {
		s.until = now
	}
	from := s.until.Sub(s.began)
	s.until = s.until.Add(f.Duration() * time.Duration(s.slow))
	span := Span{From: from, To: s.until.Sub(s.began)}
	if n := len(s.gains); n > 0 {
		span.Gain = s.gains[n-1].db
	}
	if n := len(s.spans); n > 0 && s.spans[n-1].To == from && s.spans[n-1].Gain == span.Gain {
		s.spans[n-1].To = span.To
	} else {
		s.spans = append(s.spans, span)
	}
	if s.rate == 0 || f.Rate == 0 {
		return
	}
	at := s.samples(from)
	if s.conv == nil || s.from != f.Rate || at > len(s.track)+s.rate/50 {
		s.conv, s.from = NewResampler(f.Rate, s.rate), f.Rate
	}
	if at > len(s.track) {
		s.track = append(s.track, make([]int16, at-len(s.track))...)
	}
	s.track = s.conv.Write(s.track, f.PCM)
}

func (s *Loudspeaker) samples(d time.Duration) int {
	return int(d * time.Duration(s.rate) / time.Second)
}

// Drain waits until all that was queued has been heard, or cut.
func (s *Loudspeaker) Drain(ctx context.Context) error {
	for {
		s.mu.Lock()
		wait, woken := time.Until(s.until), s.woken
		s.mu.Unlock()
		if wait <= 0 {
			return ctx.Err()
		}
		if err := pause(ctx, wait, woken); err != nil {
			return err
		}
	}
}

func pause(ctx context.Context, d time.Duration, woken <-chan struct{}) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-woken:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Gain changes the level of everything that has not been heard yet.
func (s *Loudspeaker) Gain(db float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.gains); n > 0 && s.gains[n-1].db == db || n == 0 && db == 0 {
		return
	}
	now := time.Since(s.began)
	s.gains = append(s.gains, gain{now, db})
	if n := len(s.spans); n > 0 && s.spans[n-1].To > now {
		last := s.spans[n-1]
		s.spans[n-1].To = max(now, last.From)
		if last.From >= now {
			s.spans = s.spans[:n-1]
		}
		s.spans = append(s.spans, Span{From: max(now, last.From), To: last.To, Gain: db})
	}
}

// Cut drops what is queued, with a fade of 10 ms, and says how much that was.
func (s *Loudspeaker) Cut() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	unheard := max(0, s.until.Sub(now)) / time.Duration(s.slow)
	s.until = now
	at := now.Sub(s.began)
	for n := len(s.spans); n > 0 && s.spans[n-1].To > at; n = len(s.spans) {
		if s.spans[n-1].From >= at {
			s.spans = s.spans[:n-1]
			continue
		}
		s.spans[n-1].To = at
	}
	if from := s.samples(at); from < len(s.track) {
		end := min(len(s.track), from+s.samples(fade))
		for i := from; i < end; i++ {
			s.track[i] = int16(int(s.track[i]) * (end - i) / (end - from))
		}
		s.track = s.track[:end]
	}
	s.conv = nil
	close(s.woken)
	s.woken = make(chan struct{})
	return unheard
}

// Spans is everything that was heard so far.
func (s *Loudspeaker) Spans() []Span {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Span(nil), s.spans...)
}

// Until is when all that is queued will have been heard; in the past where nothing is.
func (s *Loudspeaker) Until() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.until
}

// Track is what was heard, as samples, with the gains applied over 5 ms each.
func (s *Loudspeaker) Track() []int16 {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := append([]int16(nil), s.track...)
	level, next := 1.0, 0
	target, ramp := 1.0, s.samples(5*time.Millisecond)
	step := 0.0
	for i := range out {
		for next < len(s.gains) && s.samples(s.gains[next].at) <= i {
			target = math.Pow(10, s.gains[next].db/20)
			step = (target - level) / float64(max(1, ramp))
			next++
		}
		if level != target {
			if level += step; (target-level)*step <= 0 {
				level = target
			}
		}
		if level != 1 {
			out[i] = int16(float64(out[i]) * level)
		}
	}
	return out
}
