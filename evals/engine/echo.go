package engine

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/audio"
)

// echo is everybody around one session: what the microphone hears is what the voice says. The greeting is one long
// sentence, and the synthesizer speaks it with the frames that the recognizer was given, so that each of them crosses
// the whole session.
type echo struct {
	host    *host
	in      chan *message    // 1 s; the host drops, and the loss is counted
	flying  chan *message    // 400 ms; the microphone waits
	sound   chan audio.Frame // 160 ms, from the ears to the voice; the ears wait
	results chan voice.Transcript
	over    chan struct{} // closed when the caller has left

	// Owned by utter: the packet whose sound is coming back.
	back *message
	got  int // samples of it
}

func newEcho(h *host) *echo {
	return &echo{
		host: h, in: make(chan *message, time.Second/Packet), flying: make(chan *message, 8),
		sound: make(chan audio.Frame, 8), results: make(chan voice.Transcript), over: make(chan struct{}),
	}
}

func (e *echo) session() (*voice.Session, error) {
	return voice.New(voice.Config{
		In: e, Out: e, Detector: e, Recognizer: e, Synthesizer: e, Responder: e,
		Options: voice.Options{Nudge: time.Hour, Patience: 2 * time.Hour, FirstAudio: time.Minute, Lead: -1},
	})
}

// Frames is the microphone: each packet becomes two frames of 20 ms and one of 10.
func (e *echo) Frames(ctx context.Context) iter.Seq2[audio.Frame, error] {
	return func(yield func(audio.Frame, error) bool) {
		defer close(e.over)
		at := audio.Position(0)
		for m := range e.in {
			m.at = at
			select {
			case e.flying <- m:
			case <-ctx.Done():
				return
			}
			for from := 0; from < samples; from += audio.FrameSamples {
				f := audio.Frame{PCM: m.pcm[from:min(from+audio.FrameSamples, samples)], Rate: audio.Rate, At: at}
				at = f.End()
				if !yield(f, nil) {
					return
				}
			}
		}
	}
}

// Speech is the stub of the voice detector: there is none.
func (e *echo) Speech(f audio.Frame) (float32, audio.Position, error) { return 0, f.End(), nil }

func (e *echo) Open(context.Context) (voice.Stream, error) { return ears{e}, nil }

type ears struct{ *echo }

func (e ears) Write(f audio.Frame) error {
	select {
	case e.sound <- f:
	case <-e.over:
	}
	return nil
}

func (e ears) Flush() error                     { return nil }
func (e ears) Results() <-chan voice.Transcript { return e.results }
func (e ears) Err() error                       { return errors.New("over") }
func (e ears) Close() error                     { close(e.results); return nil }

// Synthesize speaks what was heard.
func (e *echo) Synthesize(ctx context.Context, _ voice.Clause) iter.Seq2[audio.Frame, error] {
	return func(yield func(audio.Frame, error) bool) {
		for {
			select {
			case f := <-e.sound:
				if !yield(f, nil) {
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}
}

func (e *echo) Prepare(context.Context, voice.Transcript) {}
func (e *echo) Heard(context.Context, voice.HeardReport)  {}
func (e *echo) Respond(_ context.Context, t voice.Turn) iter.Seq2[voice.Say, error] {
	return func(yield func(voice.Say, error) bool) {
		if t.Kind == voice.Greeting {
			yield(voice.Say{Kind: voice.Prompt, Text: "Echo."}, nil)
		}
	}
}

// Play is the room: a packet goes back when its last frame is here, with the sound that came. One that the session has
// dropped a frame of is lost.
func (e *echo) Play(_ context.Context, f audio.Frame) error {
	for e.back == nil || f.At >= e.back.at+audio.Position(samples) {
		if e.back != nil {
			e.host.pool.Put(e.back)
		}
		e.back, e.got = <-e.flying, 0
	}
	at := int(f.At - e.back.at)
	e.got += copy(e.back.pcm[at:], f.PCM) // onto itself, if all is well
	if e.got == samples {
		e.host.out <- e.back
		e.back = nil
	}
	return nil
}

func (e *echo) Drain(context.Context) error { return nil }
func (e *echo) Gain(float64)                {}
func (e *echo) Cut() time.Duration          { return 0 }
