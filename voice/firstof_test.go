package voice_test

import (
	"context"
	"errors"
	"iter"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/audio"
)

// engine is a Synthesizer whose every clause is one frame after a delay.
type engine struct {
	delay time.Duration
	err   error
	level int16
	asked *[]string
}

func (e engine) Synthesize(ctx context.Context, c voice.Clause) iter.Seq2[audio.Frame, error] {
	return func(yield func(audio.Frame, error) bool) {
		*e.asked = append(*e.asked, c.Text)
		select {
		case <-time.After(e.delay):
		case <-ctx.Done():
			return
		}
		if e.err != nil {
			yield(audio.Frame{}, e.err)
			return
		}
		pcm := make([]int16, audio.FrameSamples)
		pcm[0] = e.level
		yield(audio.Frame{PCM: pcm, Rate: audio.Rate, Marks: []audio.Mark{{Start: 0, End: 1}}}, nil)
	}
}

func levels(t *testing.T, s voice.Synthesizer, text string) (levels []int16, err error) {
	t.Helper()
	for f, e := range s.Synthesize(t.Context(), voice.Clause{Text: text, Rate: 1}) {
		if e != nil {
			return levels, e
		}
		levels = append(levels, f.PCM[0])
	}
	return levels, nil
}

func TestTheFirstVoiceThatSpeaksIsHeard(t *testing.T) {
	broken := errors.New("broken")
	for _, c := range []struct {
		name string
		a, b engine
		want int16
		err  error
		took time.Duration
	}{
		{"a good voice is left alone", engine{level: 1}, engine{level: 2}, 1, nil, 0},
		{"a slow voice is replaced after its patience", engine{delay: time.Minute, level: 1}, engine{level: 2}, 2, nil, 300 * time.Millisecond},
		{"a broken voice is replaced at once", engine{err: broken}, engine{level: 2}, 2, nil, 0},
		{"two broken voices are an error", engine{err: broken}, engine{err: broken}, 0, broken, 0},
		{"a slow voice and a broken one are an error", engine{delay: time.Minute}, engine{err: broken}, 0, broken, 300 * time.Millisecond},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var asked []string
				c.a.asked, c.b.asked = &asked, &asked
				began := time.Now()
				first := voice.FirstOf(c.a, c.b, 300*time.Millisecond)
				got, err := levels(t, first, "hello")
				if !errors.Is(err, c.err) || c.err == nil && (len(got) != 1 || got[0] != c.want) {
					t.Errorf("%v, %v", got, err)
				}
				if d := time.Since(began); d != c.took {
					t.Errorf("it took %v, want %v", d, c.took)
				}
				if c.want == 2 {
					// It failed a moment ago: it is not waited for again, but later it is.
					asked = asked[:0]
					if _, err := levels(t, first, "again"); err != nil || len(asked) != 1 {
						t.Errorf("%v; %d voices were asked", err, len(asked))
					}
					time.Sleep(time.Minute)
					asked = asked[:0]
					if _, err := levels(t, first, "later"); err != nil || len(asked) != 2 {
						t.Errorf("%v; %d voices were asked", err, len(asked))
					}
				}
			})
		})
	}
}
