package voice

import (
	"context"
	"errors"
	"iter"
	"time"
)

var (
	errNoSay   = errors.New("nothing came in time")
	errNoAudio = errors.New("no sound came in time")
)

// within ranges over what a producer yields, and ends it with late when the next value takes longer than d. The time
// that the consumer takes does not count.
func within[T any](ctx context.Context, d time.Duration, late error, seq func(context.Context) iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		ctx, cancel := context.WithCancelCause(ctx)
		defer cancel(nil)
		timer := time.AfterFunc(d, func() { cancel(late) })
		defer timer.Stop()
		for v, err := range seq(ctx) {
			timer.Stop()
			if err != nil {
				if errors.Is(context.Cause(ctx), late) {
					err = late
				}
				yield(v, err)
				return
			}
			if !yield(v, nil) {
				return
			}
			timer.Reset(d)
		}
		if errors.Is(context.Cause(ctx), late) {
			var none T
			yield(none, late)
		}
	}
}
