package smart

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/aubade/aubade/voice"
)

// Run evaluates the network on the [1, Mels, Frames] features and returns its one output. It must be safe for
// concurrent use.
type Run func(features []float32) (probability float32, err error)

// A Detector asks the network about the sound of an utterance.
type Detector struct{ run Run }

var _ voice.TurnDetector = (*Detector)(nil)

// New makes a detector of a network.
func New(run Run) *Detector { return &Detector{run: run} }

// ErrNoSound is returned for an utterance without audio.
var ErrNoSound = errors.New("no sound to judge")

// EndOfTurn is the network's opinion of the utterance's last 8 s. It looks at the sound alone.
func (d *Detector) EndOfTurn(ctx context.Context, u voice.Utterance) (probability float32, err error) {
	if len(u.Audio) == 0 {
		return 0, fmt.Errorf("judge end of turn: %w", ErrNoSound)
	}
	if err := ctx.Err(); err != nil {
		return 0, err // it would come too late to matter
	}
	features := Features(u.Audio)
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	p, err := d.run(features)
	if err != nil {
		return 0, fmt.Errorf("judge end of turn: %w", err)
	}
	if math.IsNaN(float64(p)) || p < 0 || p > 1 {
		return 0, fmt.Errorf("judge end of turn: the network says %v, which is no probability", p)
	}
	return p, nil
}
