package terminal

import (
	"context"
	"encoding/binary"
	"io"
	"math"
	"sync"
	"time"

	"github.com/aubade/aubade/voice/audio"
)

const (
	frameBytes = 2 * audio.FrameSamples
	queued     = 200 * time.Millisecond // of sound may wait; then Play waits
	fade       = audio.Rate / 100       // samples: 10 ms
)

// A speaker feeds a player one frame every 20 ms, silence included, so that the player's buffer never runs dry and never
// grows. It is a [voice.AudioOut].
type speaker struct {
	to io.Writer

	mu     sync.Mutex
	queue  []int16
	tail   []int16 // the fade of what was cut
	db     float64
	level  float64 // what db has come to so far
	conv   *audio.Resampler
	from   int
	change chan struct{} // closed and made anew when the queue shrinks
	quiet  time.Time     // when the last sound was played
	broken error
}

func newSpeaker(to io.Writer) *speaker {
	return &speaker{to: to, level: 1, change: make(chan struct{})}
}

// run plays until ctx ends. A player that ends leaves a speaker that is heard by nobody; the call goes on in writing.
func (s *speaker) run(ctx context.Context) {
	began := time.Now()
	timer := time.NewTimer(0)
	defer timer.Stop()
	raw := make([]byte, 0, frameBytes)
	for n := 1; ; n++ {
		due := began.Add(time.Duration(n) * audio.FrameDuration)
		if late := time.Since(due); late > 500*time.Millisecond {
			began, n = time.Now(), 0 // the machine slept
			continue
		}
		timer.Reset(time.Until(due))
		select {
		case <-timer.C:
		case <-ctx.Done():
			return
		}
		raw = raw[:0]
		for _, v := range s.next() {
			raw = binary.LittleEndian.AppendUint16(raw, uint16(v))
		}
		if s.broken == nil {
			_, s.broken = s.to.Write(raw)
		}
	}
}

// next takes a frame off the queue, at its level.
func (s *speaker) next() [audio.FrameSamples]int16 {
	var out [audio.FrameSamples]int16
	s.mu.Lock()
	defer s.mu.Unlock()
	target := math.Pow(10, s.db/20)
	n := copy(out[:], s.tail)
	if s.tail = s.tail[n:]; n > 0 {
		return out
	}
	n = copy(out[:], s.queue)
	for i := range out[:n] {
		s.level += (target - s.level) / (audio.Rate / 400) // settles within some 5 ms
		out[i] = int16(float64(out[i]) * s.level)
	}
	if n > 0 {
		s.queue = s.queue[n:]
		s.quiet = time.Now()
		s.wake()
	}
	return out
}

func (s *speaker) wake() {
	close(s.change)
	s.change = make(chan struct{})
}

// Play queues a frame, waiting while enough is queued.
func (s *speaker) Play(ctx context.Context, f audio.Frame) error {
	for {
		s.mu.Lock()
		if err := ctx.Err(); err != nil {
			s.mu.Unlock()
			return err
		}
		if length(s.queue) < queued {
			if s.conv == nil || s.from != f.Rate {
				s.conv, s.from = audio.NewResampler(f.Rate, audio.Rate), f.Rate
			}
			s.queue = s.conv.Write(s.queue, f.PCM)
			s.mu.Unlock()
			return nil
		}
		change := s.change
		s.mu.Unlock()
		select {
		case <-change:
		case <-ctx.Done():
		}
	}
}

// Drain waits until all that was queued has been heard, or cut.
func (s *speaker) Drain(ctx context.Context) error {
	for {
		s.mu.Lock()
		left, change := len(s.queue), s.change
		s.mu.Unlock()
		if left == 0 {
			return ctx.Err()
		}
		select {
		case <-change:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Gain ducks and swells what is playing.
func (s *speaker) Gain(db float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.db = db
}

// Cut drops the queue, but for a fade of 10 ms, and says how much that was.
func (s *speaker) Cut() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	unheard := length(s.queue)
	if n := min(len(s.queue), fade); n > 0 {
		s.tail = s.queue[:n:n]
		for i, v := range s.tail {
			s.tail[i] = int16(float64(v) * s.level * float64(n-i) / float64(n))
		}
	}
	s.queue, s.conv = nil, nil
	s.wake()
	return unheard
}

// sounding says whether the room is filled with the agent's voice, or its echo.
func (s *speaker) sounding() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.queue) > 0 || time.Since(s.quiet) < 250*time.Millisecond
}

func length(pcm []int16) time.Duration {
	return time.Duration(len(pcm)) * time.Second / audio.Rate
}
