package spoken

import (
	"context"
	"errors"
	"iter"
	"math"
	"sync"
	"time"

	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/audio"
)

// A Line is a call from the caller's side.
type Line interface {
	// Say speaks a recording at audio.Rate and returns when its last sample was said. From and to bound what is loud of it.
	Say(ctx context.Context, pcm []int16) (from, to time.Time, err error)
	// Interrupt taps the screen to take the floor.
	Interrupt() error
	// Answer waits for the agent's voice after a moment.
	Answer(ctx context.Context, after time.Time) error
	// Quiet waits until the agent has been silent for d.
	Quiet(ctx context.Context, d time.Duration) error
	// Recording is what both sides said between two moments, at audio.Rate.
	Recording(from, to time.Time) (caller, agent []int16)
	// Events are those of the session until now, in order.
	Events() []Stamped
	// Hangup ends the call and returns when the session has ended.
	Hangup() error
}

// Stamped is an event with when it came.
type Stamped struct {
	At time.Time
	voice.Event
}

// A Room is a recorded one whose caller listens: what is said next may depend on what was heard. It is the session's
// microphone, loudspeaker and screen, and the caller's Line.
type Room struct {
	speaker *audio.Loudspeaker
	began   time.Time
	over    chan struct{} // closed when the caller hangs up
	once    sync.Once
	ended   chan struct{} // closed when the session has ended, with err
	err     error
	taps    chan voice.Control

	mu     sync.Mutex
	queue  []*saying
	track  []int16 // the caller's
	events []Stamped
}

type saying struct {
	pcm      []int16
	next     int
	from, to int // of what is loud
	at       time.Time
	done     chan struct{}
}

// NewRoom opens a room; times count from now. talk holds a session in it until its microphone ends.
func NewRoom(talk func(*Room) error) *Room {
	r := &Room{speaker: audio.NewLoudspeaker(audio.Rate, 1), began: time.Now(), over: make(chan struct{}), ended: make(chan struct{}), taps: make(chan voice.Control, 1)}
	go func() {
		defer close(r.ended)
		r.err = talk(r)
	}()
	return r
}

// Frames is the caller's microphone, at absolute times.
func (r *Room) Frames(ctx context.Context) iter.Seq2[audio.Frame, error] {
	return func(yield func(audio.Frame, error) bool) {
		timer := time.NewTimer(0)
		defer timer.Stop()
		for at := 0; ; at += audio.FrameSamples {
			timer.Reset(time.Until(r.began.Add(audio.Position(at + audio.FrameSamples).Duration())))
			select {
			case <-timer.C:
			case <-r.over:
				return
			case <-ctx.Done():
				return
			}
			if !yield(audio.Frame{PCM: r.next(at), Rate: audio.Rate, At: audio.Position(at)}, nil) {
				return
			}
		}
	}
}

// next is the caller's next frame: speech if there is any, or silence.
func (r *Room) next(at int) []int16 {
	pcm := make([]int16, audio.FrameSamples)
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.queue) > 0 {
		s := r.queue[0]
		if s.next == 0 {
			s.at = r.began.Add(audio.Position(at).Duration())
		}
		s.next += copy(pcm, s.pcm[s.next:])
		if s.next == len(s.pcm) {
			r.queue = r.queue[1:]
			close(s.done)
		}
	}
	r.track = append(r.track, pcm...)
	return pcm
}

// Say speaks.
func (r *Room) Say(ctx context.Context, pcm []int16) (from, to time.Time, err error) {
	s := &saying{pcm: pcm, done: make(chan struct{})}
	s.from, s.to = loud(pcm)
	r.mu.Lock()
	r.queue = append(r.queue, s)
	r.mu.Unlock()
	select {
	case <-s.done:
		return s.at.Add(audio.Position(s.from).Duration()), s.at.Add(audio.Position(s.to).Duration()), nil
	case <-r.ended:
		return from, to, errors.Join(errEnded, r.err)
	case <-ctx.Done():
		return from, to, context.Cause(ctx)
	}
}

var errEnded = errors.New("the session has ended the call")

// Play queues a frame of the agent's.
func (r *Room) Play(ctx context.Context, f audio.Frame) error { return r.speaker.Play(ctx, f) }

// Drain waits until the agent has been heard.
func (r *Room) Drain(ctx context.Context) error { return r.speaker.Drain(ctx) }

// Gain ducks and swells the agent.
func (r *Room) Gain(db float64) { r.speaker.Gain(db) }

// Cut silences the agent.
func (r *Room) Cut() time.Duration { return r.speaker.Cut() }

// Notify keeps the event.
func (r *Room) Notify(_ context.Context, e voice.Event) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, Stamped{time.Now(), e})
	return nil
}

// Typed never says anything.
func (r *Room) Typed() <-chan string { return nil }

// Controls are the caller's taps.
func (r *Room) Controls() <-chan voice.Control { return r.taps }

// Interrupt taps.
func (r *Room) Interrupt() error {
	select {
	case r.taps <- voice.Interrupt:
	default: // one tap is waiting already
	}
	return nil
}

// Events are those so far.
func (r *Room) Events() []Stamped {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Stamped(nil), r.events...)
}

// look is how often the caller listens whether the agent speaks.
const look = 10 * time.Millisecond

// Answer waits for the agent to speak after a moment.
func (r *Room) Answer(ctx context.Context, after time.Time) error {
	return r.wait(ctx, func() bool {
		spans := r.speaker.Spans()
		return len(spans) > 0 && r.began.Add(spans[len(spans)-1].To).After(after) && r.began.Add(spans[len(spans)-1].From).Before(time.Now())
	})
}

// Quiet waits until nothing was queued for the loudspeaker for d.
func (r *Room) Quiet(ctx context.Context, d time.Duration) error {
	return r.wait(ctx, func() bool { return time.Since(r.speaker.Until()) >= d })
}

func (r *Room) wait(ctx context.Context, until func() bool) error {
	t := time.NewTicker(look)
	defer t.Stop()
	for !until() {
		select {
		case <-t.C:
		case <-r.ended:
			return errors.Join(errEnded, r.err)
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

// Recording cuts both tracks.
func (r *Room) Recording(from, to time.Time) (caller, agent []int16) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return cut(r.track, r.began, from, to), cut(r.speaker.Track(), r.began, from, to)
}

func cut(track []int16, began, from, to time.Time) []int16 {
	out := make([]int16, max(0, int(audio.At(to.Sub(from)))))
	if at := int(audio.At(from.Sub(began))); at < len(track) {
		copy(out, track[max(0, at):])
	}
	return out
}

// Hangup ends the microphone and waits for the session.
func (r *Room) Hangup() error {
	r.once.Do(func() { close(r.over) })
	<-r.ended
	return r.err
}

// The level above which a stretch of 10 ms counts as heard: −50 dBFS, and no more than 35 dB below the loudest stretch,
// because some voices breathe and hum at the end of what they say.
const (
	heardLevel = 32768 / 316.0
	below      = 1 / 56.0
	stretch    = audio.Rate / 100
)

// loud bounds what is heard of a recording, in samples.
func loud(pcm []int16) (from, to int) {
	loudest := 0.0
	for i := 0; i+stretch <= len(pcm); i += stretch {
		loudest = max(loudest, level(pcm[i:i+stretch]))
	}
	least := max(heardLevel, loudest*below)
	first := -1
	for i := 0; i+stretch <= len(pcm); i += stretch {
		if level(pcm[i:i+stretch]) >= least {
			if first < 0 {
				first = i
			}
			to = i + stretch
		}
	}
	return max(first, 0), to
}

func isLoud(pcm []int16) bool { return level(pcm) >= heardLevel }

// level is the root mean square.
func level(pcm []int16) float64 {
	var sum float64
	for _, v := range pcm {
		sum += float64(v) * float64(v)
	}
	return math.Sqrt(sum / float64(max(len(pcm), 1)))
}
