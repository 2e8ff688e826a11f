package silero

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/aubade/aubade/internal/child"
	"github.com/aubade/aubade/internal/native/onnx"
	"github.com/aubade/aubade/voice/audio"
)

const (
	window = 512 // samples that are judged at once
	before = 64  // samples before them that the network also sees
)

// purpose is what the child is told when a stream opens.
type purpose struct {
	Model   string `json:"model"`
	Runtime string `json:"runtime"` // empty: what the system has
}

// A network is the state of one stream.
type network struct {
	session         *onnx.Session
	inputs, outputs []*onnx.Tensor
	sound           *onnx.Tensor // [1, context+window]
	state, next     *onnx.Tensor // [2, 1, 128]
	probability     *onnx.Tensor // [1, 1]
}

func newNetwork(p purpose) (*network, error) {
	r, s, err := onnx.Load(p.Runtime, p.Model, 1)
	if err != nil {
		return nil, err
	}
	n := &network{session: s}
	make := func(shape ...int64) *onnx.Tensor {
		t, e := r.NewFloats(shape...)
		err = errors.Join(err, e)
		return t
	}
	n.sound, n.state, n.next, n.probability = make(1, before+window), make(2, 1, 128), make(2, 1, 128), make(1, 1)
	rate, e := r.NewInts()
	if err := errors.Join(err, e); err != nil {
		return nil, err
	}
	rate.Ints[0] = audio.Rate
	arrange := func(names []string, named map[string]*onnx.Tensor) ([]*onnx.Tensor, error) {
		var all []*onnx.Tensor
		for _, name := range names {
			if named[name] == nil {
				return nil, fmt.Errorf("%s: it is no Silero network of version 5 or 6: %v → %v", p.Model, s.Inputs, s.Outputs)
			}
			all = append(all, named[name])
		}
		return all, nil
	}
	if n.inputs, err = arrange(s.Inputs, map[string]*onnx.Tensor{"input": n.sound, "state": n.state, "sr": rate}); err != nil {
		return nil, err
	}
	if n.outputs, err = arrange(s.Outputs, map[string]*onnx.Tensor{"output": n.probability, "stateN": n.next}); err != nil {
		return nil, err
	}
	return n, nil
}

// hear judges the next window.
func (n *network) hear(pcm []int16) (float32, error) {
	in := n.sound.Floats
	copy(in, in[window:]) // the end of the window before is the context of this one
	for i, s := range pcm {
		in[before+i] = float32(s) / 32768
	}
	if err := n.session.Run(n.inputs, n.outputs); err != nil {
		return 0, err
	}
	copy(n.state.Floats, n.next.Floats)
	return n.probability.Floats[0], nil
}

// Messages: to the child, the position of the window's end and its samples; from the child, that position and a
// float32, all little-endian. The first message from the child is empty: the network is loaded.

// Handle is the child's side of one stream.
func Handle(ctx context.Context, what []byte, s *child.Stream) error {
	var p purpose
	if err := json.Unmarshal(what, &p); err != nil {
		return fmt.Errorf("silero: %w", err)
	}
	n, err := newNetwork(p)
	if err != nil {
		return fmt.Errorf("silero: %w", err)
	}
	if err := s.Send(nil); err != nil {
		return err
	}
	pcm := make([]int16, window)
	reply := make([]byte, 0, 12)
	for {
		msg, err := s.Recv(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if len(msg) != 8+2*window {
			return fmt.Errorf("silero: a window of %d bytes", len(msg))
		}
		for i := range pcm {
			pcm[i] = int16(binary.LittleEndian.Uint16(msg[8+2*i:]))
		}
		prob, err := n.hear(pcm)
		if err != nil {
			return fmt.Errorf("silero: %w", err)
		}
		reply = append(slices.Grow(reply[:0], 12), msg[:8]...)
		reply = binary.LittleEndian.AppendUint32(reply, math.Float32bits(prob))
		if err := s.Send(reply); err != nil {
			return err
		}
	}
}
