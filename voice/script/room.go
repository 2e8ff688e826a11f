package script

import (
	"context"
	"iter"
	"time"

	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/audio"
)

// Mic is the caller's microphone: it speaks what the script says, at its time, and does what the script does.
type Mic struct {
	lines    []Line
	typed    chan string
	controls chan voice.Control
}

// loud is the level of scripted speech; the detector takes half of it for certain.
const loud = 6000

// Frames plays the caller. The sequence ends when the caller leaves, or 10 s after the last thing in the script.
func (m *Mic) Frames(ctx context.Context) iter.Seq2[audio.Frame, error] {
	return func(yield func(audio.Frame, error) bool) {
		began := time.Now()
		last := time.Duration(0)
		for _, l := range m.lines {
			if timed[l.Who] && l.Who != "jitter" {
				last = max(last, l.At+l.For)
			}
		}
		done := make(map[int]bool)
		var held time.Duration // by a gap: the microphone's clock stands still
		timer := time.NewTimer(time.Hour)
		defer timer.Stop()
		for pos := time.Duration(0); pos < last+10*time.Second; pos += audio.FrameDuration {
			end := pos + audio.FrameDuration
			at := end + held
			for i, l := range m.lines {
				if done[i] || l.At > pos {
					continue
				}
				switch l.Who {
				case "gap":
					done[i] = true
					held += l.For
					at += l.For
				case "leave":
					return
				case "burst":
					if pos < l.At+l.For {
						at = l.At + l.For + held
					}
				case "jitter":
					// Any odd number would do: it only has to look random.
					at += time.Duration(uint64(pos/audio.FrameDuration)*7919%101) * l.For / 100
				case "type":
					done[i] = true
					m.typed <- l.Text
				default:
					if c, ok := controls[l.Who]; ok {
						done[i] = true
						m.controls <- c
					}
				}
			}
			if d := time.Until(began.Add(at)); d > 0 {
				timer.Reset(d)
				select {
				case <-timer.C:
				case <-ctx.Done():
					return
				}
			}
			f := audio.Frame{PCM: make([]int16, audio.FrameSamples), Rate: audio.Rate, At: audio.At(pos)}
			for _, l := range m.lines {
				if (l.Who == "user" || l.Who == "noise") && l.At < end && pos < l.At+l.For {
					v := int16(loud)
					if l.Who == "user" { // syllables are louder than the gaps between them
						v = []int16{loud, loud * 55 / 100, loud * 8 / 10}[pos/audio.FrameDuration%3]
					}
					for i := range f.PCM {
						f.PCM[i] = v - 2*v*int16(i/8%2) // 1 kHz, square
					}
				}
			}
			if !yield(f, nil) {
				return
			}
		}
	}
}

var controls = map[string]voice.Control{
	"tap": voice.Interrupt, "hangup": voice.Hangup, "goodbye": voice.Goodbye, "mute": voice.Mute, "unmute": voice.Unmute,
	"present": voice.Present,
}

// Detector takes loud sound for speech.
type Detector struct{}

// Speech is certain about every frame of the script.
func (Detector) Speech(f audio.Frame) (float32, audio.Position, error) {
	for _, v := range f.PCM {
		if v > loud/2 {
			return 1, f.End(), nil
		}
	}
	return 0, f.End(), nil
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
