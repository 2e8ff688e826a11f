// Package flite is the embedded voice: CMU Flite in a supervised child process.
package flite

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/aubade/aubade/internal/child"
	"github.com/aubade/aubade/internal/native/flite"
	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/audio"
)

// order is what the child is asked to speak.
type order struct {
	Voice string  `json:"voice"`
	Text  string  `json:"text"`
	Rate  float64 `json:"rate"`
}

// Handle is the child's side: it speaks one clause for each stream. Flite serialises; a stream that was closed meanwhile
// is not spoken at all.
func Handle(ctx context.Context, purpose []byte, s *child.Stream) error {
	var o order
	if err := json.Unmarshal(purpose, &o); err != nil {
		return fmt.Errorf("flite: %w", err)
	}
	v, err := flite.Open(o.Voice)
	if err != nil {
		return err
	}
	if o.Text == "" {
		return nil // the voice was to be loaded
	}
	var lost error
	err = v.Speak(o.Text, o.Rate, func(pcm []int16) bool {
		if ctx.Err() != nil {
			return false
		}
		raw := make([]byte, 0, 2*len(pcm))
		for _, x := range pcm {
			raw = binary.LittleEndian.AppendUint16(raw, uint16(x))
		}
		lost = s.Send(raw)
		return lost == nil
	})
	return errors.Join(err, lost)
}

// Voice speaks through one engine process. It implements [voice.Synthesizer].
type Voice struct {
	engine *child.Engine
	name   string
}

// New is a voice by its name (slt, rms, awb) that speaks in the engine's process.
func New(engine *child.Engine, name string) (*Voice, error) {
	if _, ok := flite.Voices[name]; !ok {
		return nil, fmt.Errorf("flite: no voice %q; there are slt, rms and awb", name)
	}
	return &Voice{engine, name}, nil
}

// Warm loads the voice, so that the first clause does not wait for it. It fails where Flite is not installed.
func (v *Voice) Warm(ctx context.Context) error {
	for _, err := range v.Synthesize(ctx, voice.Clause{}) {
		if err != nil {
			return err
		}
	}
	return nil
}

// Synthesize speaks a clause in frames of 20 ms at 16 kHz; the last may be shorter.
func (v *Voice) Synthesize(ctx context.Context, c voice.Clause) iter.Seq2[audio.Frame, error] {
	return func(yield func(audio.Frame, error) bool) {
		purpose, err := json.Marshal(order{v.name, c.Text, c.Rate})
		if err != nil {
			yield(audio.Frame{}, err)
			return
		}
		s, err := v.engine.Open(purpose)
		if err != nil {
			yield(audio.Frame{}, fmt.Errorf("flite: %w", err))
			return
		}
		defer s.Close()
		const size = flite.Rate / 50
		var at audio.Position
		var rest []int16
		for {
			raw, err := s.Recv(ctx)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				yield(audio.Frame{}, fmt.Errorf("flite: %w", err))
				return
			}
			for i := 0; i+1 < len(raw); i += 2 {
				rest = append(rest, int16(binary.LittleEndian.Uint16(raw[i:])))
			}
			for len(rest) >= size {
				if !yield(audio.Frame{PCM: rest[:size:size], Rate: flite.Rate, At: at}, nil) {
					return
				}
				at += size
				rest = rest[size:]
			}
		}
		if len(rest) > 0 {
			yield(audio.Frame{PCM: rest, Rate: flite.Rate, At: at}, nil)
		}
	}
}
