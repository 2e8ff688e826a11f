// Package sherpa speaks with neural voices, without a server: sherpa-onnx (Piper, Kokoro, Kitten) in a supervised child process.
package sherpa

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"runtime"
	"strings"
	"sync"

	"github.com/aubade/aubade/internal/child"
	"github.com/aubade/aubade/internal/native/sherpa"
	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/audio"
)

// Config is a voice. Its files must have been checked: the library ends the process where one is not what it expects.
type Config struct {
	Runtime, Library string // ONNX Runtime and sherpa-onnx; empty: the system's
	Model            sherpa.Files
	Speaker          int // of a model with several
}

// order is what the child is asked to speak; an empty text only loads the voice.
type order struct {
	Config
	Text string  `json:"text"`
	Rate float64 `json:"rate"`
}

// A Voice implements [voice.Synthesizer].
type Voice struct {
	engine *child.Engine
	c      Config
}

// New checks what the model is for; nothing is loaded yet.
func New(engine *child.Engine, c Config) (*Voice, error) {
	if c.Model.Kind.Hears() || c.Model.Kind == "" {
		return nil, fmt.Errorf("sherpa voice: %s is no voice (%s)", c.Model.Dir, c.Model.Kind)
	}
	return &Voice{engine, c}, nil
}

// Warm loads the voice, so that the first clause does not wait for it.
func (v *Voice) Warm(ctx context.Context) error {
	for _, err := range v.speak(ctx, order{Config: v.c}) {
		if err != nil {
			return err
		}
	}
	return nil
}

// Synthesize speaks one clause in frames of 20 ms at the voice's own rate; the last may be shorter. The network makes a clause in one go, so
// the first frame takes as long as the clause: keep the first one short.
func (v *Voice) Synthesize(ctx context.Context, c voice.Clause) iter.Seq2[audio.Frame, error] {
	if strings.TrimSpace(c.Text) == "" {
		return func(func(audio.Frame, error) bool) {}
	}
	return v.speak(ctx, order{Config: v.c, Text: c.Text, Rate: c.Rate})
}

func (v *Voice) speak(ctx context.Context, o order) iter.Seq2[audio.Frame, error] {
	return func(yield func(audio.Frame, error) bool) {
		fail := func(err error) {
			if errors.Is(err, child.ErrDied) {
				err = fmt.Errorf("%w: the library ends where a model is not what it expects", err)
			}
			yield(audio.Frame{}, fmt.Errorf("sherpa voice: %w", err))
		}
		purpose, err := json.Marshal(o)
		if err != nil {
			fail(err)
			return
		}
		s, err := v.engine.Open(purpose)
		if err != nil {
			fail(err)
			return
		}
		defer s.Close()
		var at audio.Position
		for {
			// The rate, then the samples: a voice does not know it before it is loaded.
			raw, err := s.Recv(ctx)
			if errors.Is(err, io.EOF) {
				return
			}
			if err == nil && len(raw) < 4 {
				err = io.ErrUnexpectedEOF
			}
			if err != nil {
				fail(err)
				return
			}
			rate := int(binary.LittleEndian.Uint32(raw))
			if rate < 50 {
				fail(fmt.Errorf("the voice says that it speaks at %d Hz", rate))
				return
			}
			pcm := make([]int16, (len(raw)-4)/2)
			for i := range pcm {
				pcm[i] = int16(binary.LittleEndian.Uint16(raw[4+2*i:]))
			}
			for size := rate / 50; len(pcm) > 0; {
				n := min(size, len(pcm))
				if !yield(audio.Frame{PCM: pcm[:n:n], Rate: rate, At: at}, nil) {
					return
				}
				at += audio.Position(n)
				pcm = pcm[n:]
			}
		}
	}
}

// Voices take seconds to load and are shared by all calls. Half of the cores may be speaking at once, so that the ears keep theirs.
var (
	loaded struct {
		sync.Mutex
		voices map[string]*sherpa.Voice
	}
	slots = make(chan struct{}, max(1, runtime.NumCPU()/2))
)

func load(c Config) (*sherpa.Voice, error) {
	loaded.Lock()
	defer loaded.Unlock()
	if v := loaded.voices[c.Model.Dir]; v != nil {
		return v, nil
	}
	if err := sherpa.Open(c.Runtime, c.Library); err != nil {
		return nil, err
	}
	v, err := sherpa.NewVoice(c.Model)
	if err != nil {
		return nil, err
	}
	if loaded.voices == nil {
		loaded.voices = map[string]*sherpa.Voice{}
	}
	loaded.voices[c.Model.Dir] = v
	return v, nil
}

// piece is how much sound the child sends at a time, in samples: far below the largest frame of the pipe.
const piece = 1 << 15

// Handle is the child's side: it speaks one clause for each stream.
func Handle(ctx context.Context, purpose []byte, s *child.Stream) error {
	var o order
	if err := json.Unmarshal(purpose, &o); err != nil {
		return err
	}
	v, err := load(o.Config)
	if err != nil || o.Text == "" {
		return err
	}
	select {
	case slots <- struct{}{}:
		defer func() { <-slots }()
	case <-ctx.Done():
		return nil // nobody listens any more
	}
	var lost error
	err = v.Speak(o.Text, o.Speaker, o.Rate, func(pcm []int16) bool {
		for len(pcm) > 0 && lost == nil && ctx.Err() == nil {
			n := min(len(pcm), piece)
			raw := binary.LittleEndian.AppendUint32(make([]byte, 0, 4+2*n), uint32(v.Rate))
			for _, x := range pcm[:n] {
				raw = binary.LittleEndian.AppendUint16(raw, uint16(x))
			}
			lost = s.Send(raw)
			pcm = pcm[n:]
		}
		return lost == nil && ctx.Err() == nil
	})
	return errors.Join(err, lost)
}
