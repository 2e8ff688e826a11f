package livekit

import (
	"context"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/pion/webrtc/v4/pkg/media"

	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/aubade/aubade/internal/native/opus"
	"github.com/aubade/aubade/voice/audio"
)

const (
	// queueAhead is how much sound waits to be sent. Play blocks beyond it: that is the pacing. It bridges a synthesizer
	// that hesitates; a cut drops it.
	queueAhead = 200 * time.Millisecond
	// hangover is how long silence is sent after speech, so that a listener's jitter buffer ends on silence, not on a guess.
	hangover = 200 * time.Millisecond
	// fadeOut is the length of the slope at the edge of a cut.
	fadeOut = 10 * time.Millisecond
	// hopeless is how late the pacer may be before it gives up catching up: more would be heard as a burst.
	hopeless = 200 * time.Millisecond
)

// A sink is where packets go: a LiveKit track, or a test's list.
type sink interface {
	WriteSample(s media.Sample, o *lksdk.SampleWriteOptions) error
}

// A speaker sends what it is given in real time: one packet each 20 ms, at absolute deadlines, encoded at the last
// moment, so that a cut or a change of gain holds from the next packet on.
type speaker struct {
	to sink

	mu      sync.Mutex
	changed chan struct{} // closed and replaced whenever the queue changes
	rate    int           // of queue
	queue   []int16
	tail    []int16   // the faded edge of a cut; gain was applied
	tailAt  int       // its rate
	until   time.Time // when what was sent will have been heard
	gain    float64   // of the last sample sent
	target  float64   // of the last sample of the next frame

	// Owned by run.
	encoders map[int]*opus.Encoder
	packet   [opus.MaxPacket]byte
}

func newSpeaker(to sink) (*speaker, error) {
	if err := opus.Load(); err != nil {
		return nil, err
	}
	return &speaker{to: to, changed: make(chan struct{}), gain: 1, target: 1, encoders: map[int]*opus.Encoder{}}, nil
}

// notify wakes whoever waits for the queue to change. The lock is held.
func (s *speaker) notify() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// Play queues a frame, and blocks while 200 ms wait. Rates are those of Opus: 8, 12, 16, 24 and 48 kHz.
func (s *speaker) Play(ctx context.Context, f audio.Frame) error {
	switch f.Rate {
	case 8000, 12000, 16000, 24000, 48000:
	default:
		return fmt.Errorf("play at %d Hz: Opus takes 8, 12, 16, 24 or 48 kHz", f.Rate)
	}
	s.mu.Lock()
	for ctx.Err() == nil && (s.queued() >= queueAhead || (len(s.queue) > 0 && s.rate != f.Rate)) {
		changed := s.changed
		s.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
		}
		s.mu.Lock()
	}
	defer s.mu.Unlock()
	if ctx.Err() != nil {
		return context.Cause(ctx) // looked at under the lock: nothing is queued after cancel and Cut
	}
	s.rate = f.Rate
	s.queue = append(s.queue, f.PCM...)
	s.notify()
	return nil
}

// queued is how long the queue lasts. The lock is held.
func (s *speaker) queued() time.Duration {
	if s.rate == 0 {
		return 0
	}
	return time.Duration(len(s.queue)) * time.Second / time.Duration(s.rate)
}

// Drain returns when the queue is empty and its last sample has had time to sound.
func (s *speaker) Drain(ctx context.Context) error {
	for {
		s.mu.Lock()
		changed, empty, until := s.changed, len(s.queue) == 0 && len(s.tail) == 0, s.until
		s.mu.Unlock()
		var sounded <-chan time.Time
		if empty {
			left := time.Until(until)
			if left <= 0 {
				return nil
			}
			t := time.NewTimer(left)
			defer t.Stop()
			sounded = t.C
		}
		select {
		case <-changed:
		case <-sounded:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// Gain moves what is playing to db decibels within the next frame.
func (s *speaker) Gain(db float64) {
	s.mu.Lock()
	s.target = math.Pow(10, db/20)
	s.mu.Unlock()
}

// Cut drops the queue, but for 10 ms that slope to silence, and says how much was not heard.
func (s *speaker) Cut() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	unheard := s.queued()
	n := min(len(s.queue), s.rate*int(fadeOut/time.Millisecond)/1000)
	if n > 0 {
		s.tail, s.tailAt = make([]int16, n), s.rate
		for i := range n {
			s.tail[i] = int16(float64(s.queue[i]) * s.gain * float64(n-1-i) / float64(n))
		}
	}
	s.queue = s.queue[:0]
	s.notify()
	return unheard
}

// next takes the sound of the next packet, or nil where there is none. Gain moves in a straight line over it.
func (s *speaker) next(deadline time.Time) (pcm []int16, rate int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case len(s.tail) > 0:
		rate = s.tailAt
		pcm = make([]int16, rate/50)
		copy(pcm, s.tail)
		s.tail = nil
		s.gain = s.target
	case len(s.queue) > 0:
		rate = s.rate
		pcm = make([]int16, rate/50)
		n := copy(pcm, s.queue)
		s.queue = s.queue[:copy(s.queue, s.queue[n:])]
		ramp(pcm, s.gain, s.target)
		s.gain = s.target
	default:
		s.gain = s.target
		return nil, s.rate
	}
	s.until = deadline.Add(audio.FrameDuration)
	s.notify()
	return pcm, rate
}

// ramp multiplies with a gain that goes from one value to another.
func ramp(pcm []int16, from, to float64) {
	if from == 1 && to == 1 {
		return
	}
	step := (to - from) / float64(len(pcm))
	for i, v := range pcm {
		from += step
		pcm[i] = int16(max(math.MinInt16, min(math.MaxInt16, float64(v)*from)))
	}
}

// wait returns when there is something to send; false means that ctx ended.
func (s *speaker) wait(ctx context.Context) bool {
	for {
		s.mu.Lock()
		changed, some := s.changed, len(s.queue) > 0 || len(s.tail) > 0
		s.mu.Unlock()
		if some {
			return ctx.Err() == nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return false
		}
	}
}

// run sends until ctx ends. Nothing is sent, and nothing wakes, while there is nothing to say.
func (s *speaker) run(ctx context.Context) error {
	defer func() {
		for _, e := range s.encoders {
			e.Close()
		}
	}()
	timer := time.NewTimer(0)
	defer timer.Stop()
	var deadline time.Time
	for s.wait(ctx) {
		if now := time.Now(); deadline.Before(now) {
			deadline = now
		}
		for quiet := time.Duration(0); quiet < hangover; {
			pcm, rate := s.next(deadline)
			if pcm == nil {
				quiet += audio.FrameDuration
				pcm = make([]int16, rate/50)
			} else {
				quiet = 0
			}
			if err := s.send(pcm, rate, deadline); err != nil {
				return err
			}
			deadline = deadline.Add(audio.FrameDuration)
			late := -time.Until(deadline)
			if late > hopeless {
				deadline, late = deadline.Add(late), 0
			}
			timer.Reset(-late)
			select {
			case <-timer.C:
			case <-ctx.Done():
				return nil
			}
		}
	}
	return nil
}

func (s *speaker) send(pcm []int16, rate int, deadline time.Time) error {
	enc := s.encoders[rate]
	if enc == nil {
		var err error
		if enc, err = opus.NewEncoder(rate, 1); err != nil {
			return err
		}
		// Half the price of the most complex setting, and nobody hears it at 32 kbit/s of one voice.
		if err := enc.SetComplexity(5); err != nil {
			return err
		}
		s.encoders[rate] = enc
	}
	n, err := enc.Encode(pcm, s.packet[:])
	if err != nil {
		return fmt.Errorf("encode %d samples at %d Hz: %w", len(pcm), rate, err)
	}
	level := loudness(pcm)
	// The wall-clock time lets the receiver see our silences; the level makes us an active speaker. A packet that cannot
	// be sent is a network's business: the call goes on, or the room ends it.
	_ = s.to.WriteSample(media.Sample{Data: s.packet[:n], Duration: audio.FrameDuration, Timestamp: deadline},
		&lksdk.SampleWriteOptions{AudioLevel: &level})
	return nil
}

// loudness is the frame's level below full scale in dB, 0 to 127, as RFC 6464 counts it.
func loudness(pcm []int16) uint8 {
	var sum float64
	for _, v := range pcm {
		sum += float64(v) * float64(v)
	}
	if sum == 0 {
		return 127
	}
	return uint8(min(127, max(0, math.Round(-10*math.Log10(sum/float64(len(pcm))/(32768*32768))))))
}
