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
	in      chan packet      // 1 s; the driver drops, and the loss is counted
	flying  chan packet      // 2 s; the microphone waits
	sound   chan audio.Frame // 160 ms, from the ears to the voice; the ears wait
	results chan voice.Transcript
	over    chan struct{} // closed when the caller has left

	next      packet // utter's: the one whose last frame is to come
	flies     bool
	latencies []time.Duration
}

type packet struct {
	end      audio.Position // of its last sample
	due      time.Duration  // since the process began to measure
	measured bool
}

// began is what due times count from: a duration is a third of a time.Time, and there are many.
var began = time.Now()

func newEcho(packets int) *echo {
	return &echo{
		in: make(chan packet, time.Second/Packet), flying: make(chan packet, 2*time.Second/Packet),
		sound: make(chan audio.Frame, 8), results: make(chan voice.Transcript), over: make(chan struct{}),
		latencies: make([]time.Duration, 0, packets),
	}
}

// send hands a packet in, unless the session is a second behind: then it is lost.
func (e *echo) send(p packet) {
	select {
	case e.in <- p:
	default:
	}
}

// Frames is the microphone: each packet becomes two frames of 20 ms and one of 10.
func (e *echo) Frames(ctx context.Context) iter.Seq2[audio.Frame, error] {
	return func(yield func(audio.Frame, error) bool) {
		defer close(e.over)
		at := audio.Position(0)
		const samples = int(Packet * audio.Rate / time.Second)
		for p := range e.in {
			p.end = at + audio.Position(samples)
			select {
			case e.flying <- p:
			case <-ctx.Done():
				return
			}
			pcm := make([]int16, samples)
			for from := 0; from < samples; from += audio.FrameSamples {
				f := audio.Frame{PCM: pcm[from:min(from+audio.FrameSamples, samples)], Rate: audio.Rate, At: at}
				if !yield(f, nil) {
					return
				}
				at = f.End()
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

// Play is the room: a packet has come back when its last frame is here.
func (e *echo) Play(_ context.Context, f audio.Frame) error {
	if !e.flies {
		e.next, e.flies = <-e.flying, true
	}
	if f.End() < e.next.end {
		return nil
	}
	e.flies = false
	if e.next.measured {
		e.latencies = append(e.latencies, time.Since(began)-e.next.due)
	}
	return nil
}

func (e *echo) Drain(context.Context) error { return nil }
func (e *echo) Gain(float64)                {}
func (e *echo) Cut() time.Duration          { return 0 }
