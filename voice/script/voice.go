package script

import (
	"context"
	"errors"
	"iter"
	"strings"
	"sync"
	"time"

	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/audio"
)

// Voice says a word in 300 ms and marks where it begins. A line "voice" sets ttfa (the first frame's delay), word (a
// word's length), nomarks, and how it fails: error, stall, slow=N (so many times slower than speech).
type Voice struct {
	line  Line
	mu    sync.Mutex
	asked []string
}

// Asked lists the clauses that were to be spoken, in order.
func (v *Voice) Asked() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return append([]string(nil), v.asked...)
}

// Synthesize speaks a clause faster than it plays, unless told to be slow.
func (v *Voice) Synthesize(ctx context.Context, c voice.Clause) iter.Seq2[audio.Frame, error] {
	return func(yield func(audio.Frame, error) bool) {
		v.mu.Lock()
		v.asked = append(v.asked, c.Text)
		v.mu.Unlock()
		if v.line.has("error") {
			yield(audio.Frame{}, errors.New("the voice is broken"))
			return
		}
		if v.line.has("stall") {
			<-ctx.Done()
			return
		}
		if err := sleep(ctx, v.line.dur("ttfa", 110*time.Millisecond)); err != nil {
			return
		}
		word := audio.At(v.line.dur("word", 300*time.Millisecond))
		slow := number(v.line.Args["slow"])
		var starts []int // bytes
		var ends []int
		at := 0
		for _, w := range strings.Fields(c.Text) {
			i := at + strings.Index(c.Text[at:], w)
			starts, ends = append(starts, i), append(ends, i+len(w))
			at = i + len(w)
		}
		total := word * audio.Position(len(starts))
		for pos := audio.Position(0); pos < total; pos += audio.FrameSamples {
			n := min(audio.FrameSamples, total-pos)
			f := audio.Frame{PCM: make([]int16, n), Rate: audio.Rate, At: pos}
			for i := range f.PCM {
				f.PCM[i] = loud - 2*loud*int16(i/16%2) // 500 Hz, square
			}
			for k := range starts {
				if begin := word * audio.Position(k); begin >= pos && begin < pos+n && !v.line.has("nomarks") {
					f.Marks = append(f.Marks, audio.Mark{Offset: int(begin - pos), Start: starts[k], End: ends[k]})
				}
			}
			if slow > 0 {
				if err := sleep(ctx, time.Duration(slow)*f.Duration()); err != nil {
					return
				}
			}
			if !yield(f, nil) {
				return
			}
		}
	}
}
