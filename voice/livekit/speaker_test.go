package livekit

import (
	"context"
	"errors"
	"math"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/webrtc/v4/pkg/media"

	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/aubade/aubade/internal/native/opus"
	"github.com/aubade/aubade/voice/audio"
)

func tone(i int, hz, rate float64) float64 { return math.Sin(2 * math.Pi * hz * float64(i) / rate) }

// ear is a sink that decodes what it gets, so that tests can listen.
type ear struct {
	mu   sync.Mutex
	dec  *opus.Decoder
	sent []heard
}

type heard struct {
	at  time.Time
	pcm []int16
	db  uint8
}

func newEar(t *testing.T) *ear {
	dec, err := opus.NewDecoder(audio.Rate, 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(dec.Close)
	return &ear{dec: dec}
}

func (e *ear) WriteSample(s media.Sample, _ *lksdk.SampleWriteOptions) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	pcm := make([]int16, audio.FrameSamples)
	if _, err := e.dec.Decode(s.Data, pcm); err != nil {
		return err
	}
	e.sent = append(e.sent, heard{time.Now(), pcm, loudness(pcm)})
	return nil
}

func (e *ear) all() []heard {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]heard(nil), e.sent...)
}

// speak runs a speaker in a bubble of virtual time.
func speak(t *testing.T, do func(ctx context.Context, s *speaker, e *ear)) {
	synctest.Test(t, func(t *testing.T) {
		e := newEar(t)
		s, err := newSpeaker(e)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- s.run(ctx) }()
		do(ctx, s, e)
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func sound(n, rate int) audio.Frame {
	f := audio.Frame{PCM: make([]int16, rate/50), Rate: rate}
	for i := range f.PCM {
		f.PCM[i] = int16(10000 * tone(n*len(f.PCM)+i, 300, float64(rate)))
	}
	return f
}

func TestSpeakerPacesAtAbsoluteDeadlines(t *testing.T) {
	speak(t, func(ctx context.Context, s *speaker, e *ear) {
		start := time.Now()
		for n := range 50 {
			if err := s.Play(ctx, sound(n, 24000)); err != nil {
				t.Fatal(err)
			}
		}
		if d := time.Since(start); d < 760*time.Millisecond || d > 820*time.Millisecond {
			t.Errorf("playing 1 s blocked for %v, want 1 s less the 200 ms that may wait", d)
		}
		if err := s.Drain(ctx); err != nil {
			t.Fatal(err)
		}
		if d := time.Since(start); d != time.Second {
			t.Errorf("drained after %v, want 1 s", d)
		}
		for i, h := range e.all()[:50] {
			if h.at.Sub(start) != time.Duration(i)*audio.FrameDuration {
				t.Fatalf("packet %d was sent at %v", i, h.at.Sub(start))
			}
		}
		time.Sleep(5 * time.Second)
		if n := len(e.all()); n != 60 {
			t.Errorf("%d packets, want 50 of sound and 10 of silence, then none", n)
		}
	})
}

func TestCutFadesWithinTenMillisecondsAndSaysWhatWasNotHeard(t *testing.T) {
	speak(t, func(ctx context.Context, s *speaker, e *ear) {
		for n := range 10 {
			_ = s.Play(ctx, sound(n, 16000))
		}
		time.Sleep(70 * time.Millisecond) // four packets are out
		if unheard := s.Cut(); unheard != 120*time.Millisecond {
			t.Errorf("unheard %v, want 120 ms of 200", unheard)
		}
		if err := s.Drain(ctx); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		sent := e.all()
		for i, h := range sent {
			if loud := h.db < 20; loud != (i < 4) && i != 4 {
				t.Errorf("packet %d is %d dB below full scale", i, h.db)
			}
		}
		if n := len(sent); n != 4+1+10 {
			t.Errorf("%d packets, want 4 of sound, the faded edge, 10 of silence", n)
		}
	})
}

func TestNothingIsQueuedOnceItsContextWasCancelledAndTheQueueCut(t *testing.T) {
	speak(t, func(ctx context.Context, s *speaker, e *ear) {
		reply, cancel := context.WithCancelCause(ctx)
		done := make(chan int)
		go func() {
			n := 0
			for s.Play(reply, sound(n, 16000)) == nil {
				n++
			}
			done <- n
		}()
		time.Sleep(time.Second)
		cancel(errors.New("the user took the floor"))
		s.Cut()
		<-done
		if s.queued() != 0 {
			t.Errorf("%v are queued after the cut", s.queued())
		}
	})
}

func TestGainDucksWithinAFrame(t *testing.T) {
	speak(t, func(ctx context.Context, s *speaker, e *ear) {
		go func() {
			for n := range 60 {
				_ = s.Play(ctx, sound(n, 16000))
			}
		}()
		time.Sleep(205 * time.Millisecond)
		s.Gain(-24)
		time.Sleep(200 * time.Millisecond)
		s.Gain(0)
		time.Sleep(200 * time.Millisecond)
		sent := e.all()
		before, ducked, after := sent[9].db, sent[15].db, sent[27].db
		if d := int(ducked) - int(before); d < 22 || d > 26 {
			t.Errorf("ducked by %d dB, want 24", d)
		}
		if d := int(after) - int(before); d < -1 || d > 1 {
			t.Errorf("swelled back to %d dB off", d)
		}
	})
}

func TestPlayEndsWithItsContext(t *testing.T) {
	speak(t, func(ctx context.Context, s *speaker, e *ear) {
		why := errors.New("the user took the floor")
		ctx, cancel := context.WithCancelCause(ctx)
		go func() { time.Sleep(time.Second); cancel(why) }()
		for n := 0; ; n++ {
			err := s.Play(ctx, sound(n, 16000))
			if err == nil && n < 100 {
				continue
			}
			if !errors.Is(err, why) {
				t.Errorf("frame %d: got %v, want the cause", n, err)
			}
			return
		}
	})
}

func TestPlayRefusesARateThatOpusDoesNotTake(t *testing.T) {
	speak(t, func(ctx context.Context, s *speaker, e *ear) {
		if err := s.Play(ctx, audio.Frame{PCM: make([]int16, 441), Rate: 22050}); err == nil {
			t.Error("22,050 Hz were taken")
		}
	})
}

func BenchmarkSpeakerSend(b *testing.B) {
	s, err := newSpeaker(discard{})
	if err != nil {
		b.Fatal(err)
	}
	f := sound(3, 16000)
	b.ReportAllocs()
	for b.Loop() {
		if err := s.send(f.PCM, f.Rate, time.Now()); err != nil {
			b.Fatal(err)
		}
	}
}

type discard struct{}

func (discard) WriteSample(media.Sample, *lksdk.SampleWriteOptions) error { return nil }
