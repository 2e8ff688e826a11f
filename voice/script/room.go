package script

import (
	"context"
	"iter"
	"sync"
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
			if timed[l.Who] {
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
					for i := range f.PCM {
						f.PCM[i] = loud - 2*loud*int16(i/8%2) // 1 kHz, square
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

// Speaker is a room's loudspeaker that plays in real time, or slower, and remembers what it played.
type Speaker struct {
	// Slow makes the room take so many times as long to play; 0 means 1.
	Slow int

	mu     sync.Mutex
	began  time.Time
	until  time.Time // when all that is queued will have been heard
	gain   float64
	played []Played
	woken  chan struct{} // closed at each cut
}

// Played is a stretch of the agent's voice as the room heard it.
type Played struct {
	From, To time.Duration // since the speaker's making
	Gain     float64       // dB
	Samples  int
}

// NewSpeaker makes a speaker whose times count from now.
func NewSpeaker() *Speaker { return &Speaker{began: time.Now(), woken: make(chan struct{})} }

// ahead is how much a room queues: 200 ms of sound. Play waits for the rest.
const ahead = 200 * time.Millisecond

// Play queues a frame.
func (s *Speaker) Play(ctx context.Context, f audio.Frame) error {
	for {
		s.mu.Lock()
		if err := ctx.Err(); err != nil {
			s.mu.Unlock()
			return err
		}
		now := time.Now()
		if s.until.Before(now) {
			s.until = now
		}
		wait := s.until.Sub(now) - ahead
		if wait <= 0 {
			from := s.until
			s.until = from.Add(f.Duration() * time.Duration(max(1, s.Slow)))
			s.played = append(s.played, Played{From: from.Sub(s.began), To: s.until.Sub(s.began), Gain: s.gain, Samples: len(f.PCM)})
			s.mu.Unlock()
			return nil
		}
		woken := s.woken
		s.mu.Unlock()
		if err := sleep(ctx, wait, woken); err != nil {
			return err
		}
	}
}

// Drain waits until all that was queued has been heard, or cut.
func (s *Speaker) Drain(ctx context.Context) error {
	for {
		s.mu.Lock()
		wait, woken := time.Until(s.until), s.woken
		s.mu.Unlock()
		if wait <= 0 {
			return ctx.Err()
		}
		if err := sleep(ctx, wait, woken); err != nil {
			return err
		}
	}
}

func sleep(ctx context.Context, d time.Duration, woken <-chan struct{}) error {
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

// Gain changes the level of what has not been heard yet.
func (s *Speaker) Gain(db float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gain = db
	now := time.Since(s.began)
	for i := len(s.played) - 1; i >= 0 && s.played[i].From >= now; i-- {
		s.played[i].Gain = db
	}
}

// Cut drops what is queued.
func (s *Speaker) Cut() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	unheard := max(0, s.until.Sub(now)) / time.Duration(max(1, s.Slow))
	s.until = now
	at := now.Sub(s.began)
	for i := len(s.played) - 1; i >= 0 && s.played[i].To > at; i-- {
		s.played[i].To = max(s.played[i].From, at)
		if s.played[i].From >= at {
			s.played = s.played[:i]
		}
	}
	close(s.woken)
	s.woken = make(chan struct{})
	return unheard
}

// Played is everything that was heard so far, in stretches of one level.
func (s *Speaker) Played() []Played {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Played
	for _, p := range s.played {
		if n := len(out); n > 0 && out[n-1].To == p.From && out[n-1].Gain == p.Gain {
			out[n-1].To = p.To
			out[n-1].Samples += p.Samples
			continue
		}
		out = append(out, p)
	}
	return out
}
