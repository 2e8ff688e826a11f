package voicetest

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/audio"
)

// Speech is a sound with its words, for suites of recognizers. PCM is at audio.Rate.
type Speech struct {
	PCM  []int16
	Text string // what a recognizer makes of it, without case and punctuation; empty: anything but nothing
}

// Recognizer holds a recognizer to the promises of voice.Recognizer and voice.Stream. It runs in real time, and asks for
// nothing that a recognizer would answer differently each time.
func Recognizer(t *testing.T, open func(t *testing.T) voice.Recognizer, said Speech) {
	t.Helper()
	const patience = 30 * time.Second
	write := func(t *testing.T, s voice.Stream, pcm []int16, at audio.Position) {
		t.Helper()
		for _, f := range audio.Frames(pcm, audio.Rate) {
			f.At += at
			f.PCM = append([]int16(nil), f.PCM...)
			if err := s.Write(f); err != nil {
				t.Fatalf("write: %v", err)
			}
		}
	}
	final := func(t *testing.T, s voice.Stream) voice.Transcript {
		t.Helper()
		late := time.After(patience)
		for {
			select {
			case r, ok := <-s.Results():
				if !ok {
					t.Fatalf("the stream ended: %v", s.Err())
				}
				if r.Final {
					return r
				}
			case <-late:
				t.Fatal("no final came")
			}
		}
	}
	start := func(t *testing.T, r voice.Recognizer) voice.Stream {
		t.Helper()
		s, err := r.Open(t.Context())
		if err != nil {
			t.Fatalf("open: %v", err)
		}
		return s
	}
	same := func(got string) bool {
		return said.Text == "" && got != "" || said.Text != "" && plain(got) == plain(said.Text)
	}
	quiet := make([]int16, audio.Rate/2)

	t.Run("speech becomes a final after a flush", func(t *testing.T) {
		s := start(t, open(t))
		defer s.Close()
		write(t, s, quiet, 0)
		write(t, s, said.PCM, audio.Position(len(quiet)))
		write(t, s, quiet, audio.Position(len(quiet)+len(said.PCM)))
		if err := s.Flush(); err != nil {
			t.Fatal(err)
		}
		f := final(t, s)
		if !same(f.Text) {
			t.Errorf("heard %q, want %q", f.Text, said.Text)
		}
		for i, w := range f.Words {
			if w.End < w.Start || i > 0 && w.Start < f.Words[i-1].Start {
				t.Errorf("word %d, %q, is at %d–%d: out of order", i, w.Text, w.Start, w.End)
			}
		}
	})
	t.Run("a second utterance does not contain the first", func(t *testing.T) {
		s := start(t, open(t))
		defer s.Close()
		at := audio.Position(0)
		for range 2 {
			for _, pcm := range [][]int16{quiet, said.PCM, quiet} {
				write(t, s, pcm, at)
				at += audio.Position(len(pcm))
			}
			if err := s.Flush(); err != nil {
				t.Fatal(err)
			}
			if f := final(t, s); !same(f.Text) {
				t.Errorf("heard %q, want %q", f.Text, said.Text)
			}
		}
	})
	t.Run("silence gives an empty final", func(t *testing.T) {
		s := start(t, open(t))
		defer s.Close()
		write(t, s, make([]int16, audio.Rate), 0)
		if err := s.Flush(); err != nil {
			t.Fatal(err)
		}
		if f := final(t, s); f.Text != "" && !f.Rejected {
			t.Errorf("silence is %q", f.Text)
		}
	})
	t.Run("close ends the results, twice is once, and nothing may be written after it", func(t *testing.T) {
		s := start(t, open(t))
		write(t, s, said.PCM[:min(len(said.PCM), audio.Rate)], 0)
		if err := errors.Join(s.Close(), s.Close()); err != nil {
			t.Fatal(err)
		}
		late := time.After(patience)
		for open := true; open; {
			select {
			case _, open = <-s.Results():
			case <-late:
				t.Fatal("the results stay open")
			}
		}
		if s.Write(audio.Frame{PCM: make([]int16, audio.FrameSamples), Rate: audio.Rate}) == nil {
			t.Error("a closed stream takes sound")
		}
	})
	t.Run("streams do not mix", func(t *testing.T) {
		r := open(t)
		streams := []voice.Stream{start(t, r), start(t, r)}
		var wg sync.WaitGroup
		for _, s := range streams {
			defer s.Close()
			wg.Go(func() {
				at := audio.Position(0)
				for _, pcm := range [][]int16{quiet, said.PCM, quiet} {
					for _, f := range audio.Frames(pcm, audio.Rate) {
						f.At += at
						f.PCM = append([]int16(nil), f.PCM...)
						if err := s.Write(f); err != nil {
							t.Errorf("write: %v", err)
							return
						}
					}
					at += audio.Position(len(pcm))
				}
				if err := s.Flush(); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		for _, s := range streams {
			if f := final(t, s); !same(f.Text) {
				t.Errorf("heard %q, want %q", f.Text, said.Text)
			}
		}
	})
}

// Synthesizer holds a synthesizer to the promises of voice.Synthesizer.
func Synthesizer(t *testing.T, open func(t *testing.T) voice.Synthesizer) {
	t.Helper()
	clause := voice.Clause{Text: "the market closed a little higher on friday"}
	speak := func(t *testing.T, ctx context.Context, s voice.Synthesizer, c voice.Clause) (sound time.Duration, peak int) {
		t.Helper()
		last := -1
		for f, err := range s.Synthesize(ctx, c) {
			if err != nil {
				t.Fatalf("synthesize: %v", err)
			}
			if f.Rate < 8000 || len(f.PCM) == 0 || f.Duration() > audio.FrameDuration+time.Millisecond {
				t.Fatalf("a frame of %d samples at %d Hz", len(f.PCM), f.Rate)
			}
			for _, m := range f.Marks {
				if m.Offset < 0 || m.Offset >= len(f.PCM) || m.Start < 0 || m.End > len(c.Text) || m.Start >= m.End || m.Start < last {
					t.Fatalf("mark %+v in %d samples of %q after %d", m, len(f.PCM), c.Text, last)
				}
				last = m.Start
			}
			sound += f.Duration()
			for _, v := range f.PCM {
				peak = max(peak, int(v))
			}
		}
		return sound, peak
	}
	t.Run("a clause becomes sound of a plausible length", func(t *testing.T) {
		d, peak := speak(t, t.Context(), open(t), clause)
		if d < time.Second || d > 8*time.Second || peak < 500 {
			t.Errorf("%v of sound, peak %d", d, peak)
		}
	})
	t.Run("breaking off stops it, and the next clause is whole", func(t *testing.T) {
		s := open(t)
		for _, err := range s.Synthesize(t.Context(), clause) {
			if err != nil {
				t.Fatal(err)
			}
			break
		}
		if d, _ := speak(t, t.Context(), s, clause); d < time.Second {
			t.Errorf("after a break: %v of sound", d)
		}
	})
	t.Run("a cancelled context ends it soon", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		long := voice.Clause{Text: strings.Repeat("and then it rose again ", 40)}
		var stopped time.Time
		for _, err := range open(t).Synthesize(ctx, long) {
			if stopped.IsZero() {
				cancel()
				stopped = time.Now()
			}
			if err != nil {
				break
			}
		}
		cancel()
		if d := time.Since(stopped); d > 2*time.Second {
			t.Errorf("it went on for %v", d)
		}
	})
	t.Run("nothing to say is no sound and no error", func(t *testing.T) {
		for f, err := range open(t).Synthesize(t.Context(), voice.Clause{}) {
			if err != nil || len(f.PCM) > audio.Rate {
				t.Fatalf("%d samples, %v", len(f.PCM), err)
			}
		}
	})
	t.Run("two at once are two", func(t *testing.T) {
		s := open(t)
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				if d, _ := speak(t, t.Context(), s, clause); d < time.Second {
					t.Errorf("%v of sound", d)
				}
			})
		}
		wg.Wait()
	})
}

// AudioOut holds a room to the promises of voice.AudioOut, in real time: it takes about two seconds.
func AudioOut(t *testing.T, open func() voice.AudioOut) {
	t.Helper()
	frame := func() audio.Frame {
		return audio.Frame{PCM: make([]int16, audio.FrameSamples), Rate: audio.Rate}
	}
	t.Run("play paces, and drain waits for the rest", func(t *testing.T) {
		out := open()
		began := time.Now()
		for range 40 {
			if err := out.Play(t.Context(), frame()); err != nil {
				t.Fatal(err)
			}
		}
		if d := time.Since(began); d < 200*time.Millisecond || d > 2*time.Second {
			t.Errorf("800 ms were taken within %v", d)
		}
		if err := out.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if d := time.Since(began); d < 700*time.Millisecond {
			t.Errorf("800 ms had been heard after %v", d)
		}
	})
	t.Run("a cut is at once, tells what was queued, and frees whoever waits", func(t *testing.T) {
		out := open()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var wg sync.WaitGroup
		wg.Go(func() {
			for out.Play(ctx, frame()) == nil {
			}
		})
		time.Sleep(300 * time.Millisecond)
		cancel()
		began := time.Now()
		if left := out.Cut(); left <= 0 || left > 2*time.Second {
			t.Errorf("%v were queued", left)
		}
		if d := time.Since(began); d > 50*time.Millisecond {
			t.Errorf("the cut took %v", d)
		}
		wg.Wait()
		if err := out.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if d := time.Since(began); d > 150*time.Millisecond {
			t.Errorf("it was silent only after %v", d)
		}
	})
	t.Run("nothing of a cancelled reply is queued after the cut", func(t *testing.T) {
		out := open()
		for range 20 {
			ctx, cancel := context.WithCancel(t.Context())
			var wg sync.WaitGroup
			wg.Go(func() {
				for out.Play(ctx, frame()) == nil {
				}
			})
			time.Sleep(5 * time.Millisecond)
			cancel()
			out.Cut()
			wg.Wait()
			if left := out.Cut(); left > 0 {
				t.Fatalf("%v came after the cut", left)
			}
		}
	})
	t.Run("a gain does not stop it", func(t *testing.T) {
		out := open()
		if err := out.Play(t.Context(), frame()); err != nil {
			t.Fatal(err)
		}
		out.Gain(-24)
		out.Gain(0)
		if err := out.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
}

// plain is a text as the suites compare it.
func plain(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '\'')
	}), " ")
}
