package terminal

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"iter"
	"sync"
	"time"

	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/audio"
)

// Options says what a call in a terminal has.
type Options struct {
	// Microphone and Speaker are commands that give and take raw sound at 16 kHz, mono, 16 bit. Empty: whatever is found.
	Microphone, Speaker string
	// Headset says that the microphone does not hear the loudspeaker. Without one the microphone is deaf while the agent
	// speaks, because a terminal has no echo cancellation and the agent would interrupt itself.
	Headset bool
}

// A Room is the terminal: the user's microphone, or none; the loudspeaker; the keyboard and the screen. It is used for
// one call.
type Room struct {
	*speaker
	o      Options
	screen *Screen
	mic    io.Reader // nil: there is none
	hush   func()    // ends the microphone's program
	first  []byte
	typed  chan string
	taps   chan voice.Control
	stop   context.CancelFunc
	wait   sync.WaitGroup

	// NoMicrophone says why there is none.
	NoMicrophone error
}

// Open finds the devices. It fails where there is no loudspeaker; without a microphone one types.
func Open(ctx context.Context, o Options) (*Room, error) {
	ctx, stop := context.WithCancel(ctx)
	r := &Room{o: o, typed: make(chan string, 4), taps: make(chan voice.Control, 4), stop: stop}
	out, err := openPlayer(ctx, o.Speaker)
	if err != nil {
		stop()
		return nil, fmt.Errorf("no loudspeaker: %w", err)
	}
	r.speaker = newSpeaker(out.in)
	in, first, err := openRecorder(ctx, o.Microphone)
	if err != nil {
		r.NoMicrophone = fmt.Errorf("no microphone: %w", err)
	} else {
		r.mic, r.first, r.hush = in.out, first, in.stop
		r.wait.Go(func() {
			<-ctx.Done()
			_ = in.cmd.Wait()
		})
	}
	r.wait.Go(func() { r.speaker.run(ctx) })
	r.wait.Go(func() {
		<-ctx.Done()
		<-out.done
	})
	return r, nil
}

// SetScreen says where the call is shown. Call it before the call.
func (r *Room) SetScreen(s *Screen) { r.screen = s }

// Close ends the programs, and returns when they have ended.
func (r *Room) Close() {
	r.stop()
	r.wait.Wait()
}

// Frames is the microphone; silence, at the pace of the clock, where there is none.
func (r *Room) Frames(ctx context.Context) iter.Seq2[audio.Frame, error] {
	if r.mic == nil {
		return silence(ctx)
	}
	return func(yield func(audio.Frame, error) bool) {
		// A read of a device that gives nothing more ends with its program only.
		defer context.AfterFunc(ctx, r.hush)()
		raw := r.first
		for at := audio.Position(0); ctx.Err() == nil; at += audio.FrameSamples {
			f := audio.Frame{PCM: make([]int16, audio.FrameSamples), Rate: audio.Rate, At: at}
			if r.o.Headset || !r.sounding() {
				for i := range f.PCM {
					f.PCM[i] = int16(binary.LittleEndian.Uint16(raw[2*i:]))
				}
			}
			if !yield(f, nil) {
				return
			}
			if _, err := io.ReadFull(r.mic, raw); err != nil {
				if ctx.Err() == nil {
					yield(audio.Frame{}, fmt.Errorf("the microphone went away: %w", err))
				}
				return
			}
		}
	}
}

func silence(ctx context.Context) iter.Seq2[audio.Frame, error] {
	return func(yield func(audio.Frame, error) bool) {
		began := time.Now()
		timer := time.NewTimer(0)
		defer timer.Stop()
		for at := audio.Position(0); ; at += audio.FrameSamples {
			timer.Reset(time.Until(began.Add(at.Duration() + audio.FrameDuration)))
			select {
			case <-timer.C:
			case <-ctx.Done():
				return
			}
			if !yield(audio.Frame{PCM: make([]int16, audio.FrameSamples), Rate: audio.Rate, At: at}, nil) {
				return
			}
		}
	}
}

// Notify shows an event.
func (r *Room) Notify(_ context.Context, e voice.Event) error {
	r.screen.Show(e)
	return nil
}

// Typed is what the user writes.
func (r *Room) Typed() <-chan string { return r.typed }

// Controls is what the user does.
func (r *Room) Controls() <-chan voice.Control { return r.taps }

// Type reads the keyboard until it ends, or ctx does: a line is a question, Escape or an empty line interrupts, the first
// Ctrl-C or the keyboard's end says goodbye, the next one hangs up.
func (r *Room) Type(ctx context.Context, keys io.Reader) {
	if r.mic == nil {
		r.do(voice.Present)
	}
	leaving := false
	read(ctx, keys, func(k key) bool {
		switch k.kind {
		case enter:
			line := r.screen.line()
			if line == "" {
				r.do(voice.Interrupt)
				return true
			}
			select {
			case r.typed <- line:
			default: // four questions wait already
			}
		case escape:
			r.do(voice.Interrupt)
		case leave:
			if leaving {
				r.do(voice.Hangup)
				return false
			}
			leaving = true
			r.do(voice.Goodbye)
		default:
			r.screen.edit(k)
		}
		return true
	})
}

// do passes a control on; four may wait, and a user who taps faster means the same thing.
func (r *Room) do(c voice.Control) {
	select {
	case r.taps <- c:
	default:
	}
}
