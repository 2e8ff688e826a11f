package voice

import (
	"context"
	"fmt"
	"iter"
	"sync"

	"github.com/aubade/aubade/voice/audio"
)

// A Keeper is a Synthesizer that keeps the sound of the clauses it was warmed with, so that what is said often, or must
// not wait for an engine, starts at once. What it was not warmed with it hands on. It is safe for concurrent use, and one
// serves all sessions that share a voice and a rate.
type Keeper struct {
	next Synthesizer
	mu   sync.RWMutex
	kept map[Clause][]audio.Frame
}

// NewKeeper makes one in front of a synthesizer.
func NewKeeper(next Synthesizer) *Keeper {
	return &Keeper{next: next, kept: make(map[Clause][]audio.Frame)}
}

// Warm synthesises texts, put into clauses by verbalise (nil: as they are written) and spoken at a rate, and keeps them.
func (k *Keeper) Warm(ctx context.Context, verbalise func(string) Spoken, rate float64, texts ...string) error {
	if verbalise == nil {
		verbalise = AsWritten
	}
	for _, text := range texts {
		for _, c := range verbalise(text).Clauses {
			c.Rate = rate
			var frames []audio.Frame
			for f, err := range k.next.Synthesize(ctx, c.Clause) {
				if err != nil {
					return fmt.Errorf("warm the voice: %q: %w", text, err)
				}
				frames = append(frames, f)
			}
			k.mu.Lock()
			k.kept[c.Clause] = frames
			k.mu.Unlock()
		}
	}
	return nil
}

// Synthesize speaks a clause from what is kept, or lets the engine do it.
func (k *Keeper) Synthesize(ctx context.Context, c Clause) iter.Seq2[audio.Frame, error] {
	k.mu.RLock()
	frames, ok := k.kept[c]
	k.mu.RUnlock()
	if !ok {
		return k.next.Synthesize(ctx, c)
	}
	return copies(frames)
}
