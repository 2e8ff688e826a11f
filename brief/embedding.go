package brief

import (
	"context"
	"fmt"

	"github.com/aubade/aubade/internal/llm"
	"github.com/aubade/aubade/internal/llm/lsa"
)

// LSA fits an embedder to each edition's own passages; it needs no model. Dims of 0 means 256.
type LSA struct{ Dims int }

func (l LSA) dims() int {
	if l.Dims > 0 {
		return l.Dims
	}
	return 256
}

// Spec is "lsa:256".
func (l LSA) Spec() string { return fmt.Sprintf("lsa:%d", l.dims()) }

// Fit learns the directions of the corpus' words.
func (l LSA) Fit(ctx context.Context, texts []string) (llm.Embedder, []byte, error) {
	// With as many directions as texts nothing would meet: words come together only where there are fewer.
	e, err := lsa.Fit(ctx, texts, min(l.dims(), max(len(texts)/4, 16)))
	if err != nil {
		return nil, nil, err
	}
	blob, err := e.MarshalBinary()
	return e, blob, err
}

// Served is a model that is the same for every edition, behind a server.
type Served struct{ llm.Embedder }

// Spec is the embedder's name.
func (s Served) Spec() string { return s.Name() }

// Fit has nothing to learn and nothing to keep.
func (s Served) Fit(context.Context, []string) (llm.Embedder, []byte, error) {
	return s.Embedder, nil, nil
}
