// Package smartturn runs Smart Turn's network, which hears whether a thought is finished, in an engine process.
package smartturn

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"runtime"
	"time"

	"github.com/aubade/aubade/internal/child"
	"github.com/aubade/aubade/internal/models"
	"github.com/aubade/aubade/internal/native/onnx"
)

// The shape of the input: mels, and frames of 10 ms. It is package smart's.
const (
	mels   = 80
	frames = 800
)

// patience is how long an answer is of use: turns are decided within a second.
const patience = time.Second

type purpose struct {
	Model   string `json:"model"`
	Runtime string `json:"runtime"`
}

// A Network asks the engine process. It is safe for concurrent use.
type Network struct {
	engine  *child.Engine
	purpose []byte
}

// Open finds the network's files; they must have been fetched: see package models.
func Open(engine *child.Engine) (*Network, error) {
	network, err := models.Path("smart-turn")
	if err != nil {
		return nil, fmt.Errorf("smart turn: %w", err)
	}
	library, err := models.Path("onnxruntime")
	if err != nil && !errors.Is(err, models.ErrMissing) {
		return nil, fmt.Errorf("smart turn: %w", err)
	}
	return open(engine, purpose{network, library})
}

func open(engine *child.Engine, p purpose) (*Network, error) {
	what, err := json.Marshal(p)
	return &Network{engine, what}, err
}

// Run is the probability that the turn is over, from the features of its last 8 s: mels × frames, row by row.
func (n *Network) Run(features []float32) (float32, error) {
	if len(features) != mels*frames {
		return 0, fmt.Errorf("smart turn: %d features, want %d", len(features), mels*frames)
	}
	ctx, cancel := context.WithTimeoutCause(context.Background(), patience, errors.New("the network is too slow"))
	defer cancel()
	s, err := n.engine.Open(n.purpose)
	if err != nil {
		return 0, fmt.Errorf("smart turn: %w", err)
	}
	defer s.Close()
	raw := make([]byte, 0, 4*len(features))
	for _, f := range features {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(f))
	}
	if err := s.Send(raw); err != nil {
		return 0, fmt.Errorf("smart turn: %w", err)
	}
	answer, err := s.Recv(ctx)
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return 0, fmt.Errorf("smart turn: %w", err)
	}
	if len(answer) != 4 {
		return 0, fmt.Errorf("smart turn: an answer of %d bytes", len(answer))
	}
	return math.Float32frombits(binary.LittleEndian.Uint32(answer)), nil
}

// Warm starts the process and loads the network, by judging silence.
func (n *Network) Warm() error {
	_, err := n.Run(make([]float32, mels*frames))
	return err
}

// slots bounds how many networks run at once: half of the cores, so that the ears keep theirs.
var slots = make(chan struct{}, max(1, runtime.NumCPU()/2))

// Handle is the child's side of one question.
func Handle(ctx context.Context, what []byte, s *child.Stream) error {
	var p purpose
	if err := json.Unmarshal(what, &p); err != nil {
		return fmt.Errorf("smart turn: %w", err)
	}
	raw, err := s.Recv(ctx)
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil {
		return err
	}
	if len(raw) != 4*mels*frames {
		return fmt.Errorf("%d bytes of features", len(raw))
	}
	select {
	case slots <- struct{}{}:
		defer func() { <-slots }()
	case <-ctx.Done():
		return nil // the turn has been decided without us
	}
	r, session, err := onnx.Load(p.Runtime, p.Model, 1)
	if err != nil {
		return err
	}
	if len(session.Inputs) != 1 || len(session.Outputs) != 1 {
		return fmt.Errorf("%s: it is no Smart Turn network: %v → %v", p.Model, session.Inputs, session.Outputs)
	}
	in, err := r.NewFloats(1, mels, frames)
	if err != nil {
		return err
	}
	for i := range in.Floats {
		in.Floats[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
	}
	out, err := session.Compute([]*onnx.Tensor{in})
	if err != nil {
		return err
	}
	if len(out[0].Floats) != 1 {
		return fmt.Errorf("%s: it answers with %d numbers", p.Model, len(out[0].Floats))
	}
	return s.Send(binary.LittleEndian.AppendUint32(nil, math.Float32bits(out[0].Floats[0])))
}
