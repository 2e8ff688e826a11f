package voice

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"time"

	"github.com/aubade/aubade/voice/audio"
)

// FirstOf speaks with a, and with b where a fails or takes longer than patience for its first frame. A voice that has
// just failed is not asked again for half a minute. What fails in the middle of a clause stays failed: to begin it again
// in another voice would be worse.
func FirstOf(a, b Synthesizer, patience time.Duration) Synthesizer {
	return &firstOf{a: a, b: b, patience: patience}
}

type firstOf struct {
	a, b     Synthesizer
	patience time.Duration

	mu    sync.Mutex
	until time.Time // a is not asked before
}

// shunned is how long a voice that failed is left alone.
const shunned = 30 * time.Second

var errSlowVoice = errors.New("the first frame is late")

func (f *firstOf) Synthesize(ctx context.Context, c Clause) iter.Seq2[audio.Frame, error] {
	return func(yield func(audio.Frame, error) bool) {
		f.mu.Lock()
		skip := time.Now().Before(f.until)
		f.mu.Unlock()
		var failed error
		if !skip {
			begun := false
			actx, cancel := context.WithCancelCause(ctx)
			timer := time.AfterFunc(f.patience, func() { cancel(errSlowVoice) })
			for frame, err := range f.a.Synthesize(actx, c) {
				// Whoever stops the timer first has decided.
				if !begun && (!timer.Stop() || err != nil) {
					failed = err
					break
				}
				begun = true
				if !yield(frame, err) || err != nil {
					cancel(nil)
					return
				}
			}
			timer.Stop()
			late := errors.Is(context.Cause(actx), errSlowVoice)
			cancel(nil)
			if begun || ctx.Err() != nil {
				return
			}
			if late {
				failed = errSlowVoice
			}
			if failed == nil {
				return // nothing to say
			}
			f.mu.Lock()
			f.until = time.Now().Add(shunned)
			f.mu.Unlock()
		}
		for frame, err := range f.b.Synthesize(ctx, c) {
			if err != nil && failed != nil {
				err = fmt.Errorf("%w; before that: %w", err, failed)
			}
			if !yield(frame, err) || err != nil {
				return
			}
		}
	}
}
