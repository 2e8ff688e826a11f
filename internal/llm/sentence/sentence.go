// Package sentence embeds texts with a small network of BERT's family, such as all-MiniLM-L6-v2, on the processor.
//
// It runs in the process itself: ONNX Runtime gives errors where other engines end the process, a query takes some milliseconds, and the
// night, which embeds thousands, is a process of its own anyway.
package sentence

import (
	"context"
	"fmt"
	"math"
	"os"
	"runtime"
	"slices"

	"github.com/aubade/aubade/internal/llm"
	"github.com/aubade/aubade/internal/native/onnx"
)

const (
	maxTokens = 256 // of a text: what all-MiniLM-L6-v2 was trained to read
	batch     = 16  // texts that go through the network at once
)

// An Embedder implements [llm.Embedder]. It is safe for concurrent use.
type Embedder struct {
	name      string
	tokenizer *Tokenizer
	runtime   *onnx.Runtime
	session   *onnx.Session
}

// Open loads a network and its vocabulary. The name is what editions remember: "onnx:minilm-l6-v2". The library is ONNX Runtime; empty: the
// system's.
func Open(name, library, model, vocabulary string) (*Embedder, error) {
	raw, err := os.ReadFile(vocabulary)
	if err != nil {
		return nil, fmt.Errorf("embedder %s: %w", name, err)
	}
	t, err := NewTokenizer(string(raw))
	if err != nil {
		return nil, fmt.Errorf("embedder %s: %s: %w", name, vocabulary, err)
	}
	r, s, err := onnx.Load(library, model, max(1, runtime.NumCPU()/2))
	if err != nil {
		return nil, fmt.Errorf("embedder %s: %w", name, err)
	}
	for _, in := range s.Inputs {
		if !slices.Contains([]string{"input_ids", "attention_mask", "token_type_ids"}, in) {
			return nil, fmt.Errorf("embedder %s: %s: it is no network of sentences: it wants %v", name, model, s.Inputs)
		}
	}
	if len(s.Outputs) == 0 {
		return nil, fmt.Errorf("embedder %s: %s: it gives nothing", name, model)
	}
	return &Embedder{name, t, r, s}, nil
}

// Name is the spec.
func (e *Embedder) Name() string { return e.name }

// Embed turns texts into unit vectors, in the order of the texts: the mean of what the network makes of their pieces.
func (e *Embedder) Embed(ctx context.Context, _ llm.Role, texts []string) ([][]float32, error) {
	out := make([][]float32, 0, len(texts))
	for some := range slices.Chunk(texts, batch) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		vectors, err := e.some(some)
		if err != nil {
			return nil, fmt.Errorf("embed with %s: %w", e.name, err)
		}
		out = append(out, vectors...)
	}
	return out, nil
}

func (e *Embedder) some(texts []string) ([][]float32, error) {
	ids := make([][]int64, len(texts))
	longest := 0
	for i, text := range texts {
		ids[i] = e.tokenizer.Encode(text, maxTokens)
		longest = max(longest, len(ids[i]))
	}
	var inputs []*onnx.Tensor
	for _, name := range e.session.Inputs {
		t, err := e.runtime.NewInts(int64(len(texts)), int64(longest))
		if err != nil {
			return nil, err
		}
		for i := range ids {
			row := t.Ints[i*longest : (i+1)*longest]
			for j := range row {
				switch {
				case name == "input_ids" && j < len(ids[i]):
					row[j] = ids[i][j]
				case name == "input_ids":
					row[j] = e.tokenizer.pad
				case name == "attention_mask" && j < len(ids[i]):
					row[j] = 1
				}
			}
		}
		inputs = append(inputs, t)
	}
	results, err := e.session.Compute(inputs)
	if err != nil {
		return nil, err
	}
	hidden := results[0]
	if len(hidden.Shape) != 3 || hidden.Shape[0] != int64(len(texts)) || hidden.Shape[1] != int64(longest) {
		return nil, fmt.Errorf("the network answers with the shape %v", hidden.Shape)
	}
	dims := int(hidden.Shape[2])
	vectors := make([][]float32, len(texts))
	for i := range texts {
		rows := hidden.Floats[i*longest*dims : (i+1)*longest*dims]
		if vectors[i], err = mean(rows[:len(ids[i])*dims], dims); err != nil {
			return nil, fmt.Errorf("text %d: %w", i, err)
		}
	}
	return vectors, nil
}

// mean is the direction of the rows' mean.
func mean(rows []float32, dims int) ([]float32, error) {
	sums := make([]float64, dims)
	for i, x := range rows {
		sums[i%dims] += float64(x)
	}
	var length float64
	for _, x := range sums {
		length += x * x
	}
	if length = math.Sqrt(length); length == 0 || math.IsNaN(length) || math.IsInf(length, 0) {
		return nil, fmt.Errorf("a vector without a direction")
	}
	v := make([]float32, dims)
	for i, x := range sums {
		v[i] = float32(x / length)
	}
	return v, nil
}
