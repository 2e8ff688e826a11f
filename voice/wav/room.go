// Package wav is the room of a recording: a file speaks through the microphone, and both sides are recorded.
package wav

import (
	"context"
	"fmt"
	"io"
	"iter"
	"os"
	"time"

	"github.com/aubade/aubade/voice/audio"
)

// A Room plays a recording to a session in real time, or as fast as the clock of a testing/synctest bubble runs. It is
// the session's AudioIn and AudioOut; the caller hangs up when the recording is over and the agent has been silent for
// Patience. It is used for one call.
type Room struct {
	// Patience is how long after the last sound of either side the caller stays. 4 s.
	Patience time.Duration

	caller  []int16 // at audio.Rate
	speaker *audio.Loudspeaker
	began   time.Time // of the microphone
	heard   int       // samples of the caller's track that were played, silence after it included
}

// New makes a room from a recording of any rate and any number of channels. Times count from now.
func New(r audio.Recording) *Room {
	return &Room{
		Patience: 4 * time.Second,
		caller:   audio.Resample(r.Mono(), r.Rate, audio.Rate),
		speaker:  audio.NewLoudspeaker(audio.Rate, 1),
	}
}

// Open makes a room from a WAV file.
func Open(file string) (*Room, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("recorded room: %w", err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	r, err := audio.ReadWAV(f)
	if err != nil {
		return nil, fmt.Errorf("recorded room: %s: %w", file, err)
	}
	return New(r), nil
}

// Frames is the caller. Frames come at absolute times, so that a session that is slow once is not slow for ever.
func (r *Room) Frames(ctx context.Context) iter.Seq2[audio.Frame, error] {
	return func(yield func(audio.Frame, error) bool) {
		r.began = time.Now()
		over := time.Duration(len(r.caller)) * time.Second / audio.Rate
		timer := time.NewTimer(0)
		defer timer.Stop()
		for at := 0; ; at += audio.FrameSamples {
			due := r.began.Add(audio.Position(at + audio.FrameSamples).Duration())
			timer.Reset(time.Until(due))
			select {
			case <-timer.C:
			case <-ctx.Done():
				return
			}
			f := audio.Frame{PCM: make([]int16, audio.FrameSamples), Rate: audio.Rate, At: audio.Position(at)}
			if at < len(r.caller) {
				copy(f.PCM, r.caller[at:])
			}
			r.heard = at + audio.FrameSamples
			if !yield(f, nil) {
				return
			}
			last := r.began.Add(over)
			if until := r.speaker.Until(); until.After(last) {
				last = until
			}
			if due.Sub(last) >= r.Patience {
				return
			}
		}
	}
}

// Play queues a frame of the agent's.
func (r *Room) Play(ctx context.Context, f audio.Frame) error { return r.speaker.Play(ctx, f) }

// Drain waits until the agent has been heard.
func (r *Room) Drain(ctx context.Context) error { return r.speaker.Drain(ctx) }

// Gain ducks and swells the agent.
func (r *Room) Gain(db float64) { r.speaker.Gain(db) }

// Cut silences the agent.
func (r *Room) Cut() time.Duration { return r.speaker.Cut() }

// Spans are the stretches in which the agent was heard.
func (r *Room) Spans() []audio.Span { return r.speaker.Spans() }

// Agent is what the room heard of the agent, at audio.Rate, from the room's beginning.
func (r *Room) Agent() []int16 { return r.speaker.Track() }

// Recording is the call once it is over: the caller on the left, the agent on the right, as the room heard them.
func (r *Room) Recording() audio.Recording {
	agent := r.speaker.Track()
	n := max(r.heard, len(agent))
	out := audio.Recording{Rate: audio.Rate, Channels: 2, PCM: make([]int16, 2*n)}
	for i, v := range r.caller[:min(len(r.caller), r.heard)] {
		out.PCM[2*i] = v
	}
	for i, v := range agent {
		out.PCM[2*i+1] = v
	}
	return out
}

// WriteTo writes the Recording as a WAV file.
func (r *Room) WriteWAV(w io.Writer) error { return r.Recording().WriteWAV(w) }
