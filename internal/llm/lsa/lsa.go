// Package lsa embeds texts by latent semantic analysis: words that keep the same company in a corpus get like vectors.
//
// It needs no model and no network. It is fitted to an edition's passages when the edition is built and kept with it.
// Words are weighted by log-entropy (Dumais 1991) and reduced by a randomised truncated singular value
// decomposition (Halko, Martinsson and Tropp 2011).
package lsa

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/aubade/aubade/internal/llm"
	"github.com/aubade/aubade/internal/terms"
)

// An Embedder is a fitted vocabulary: a weight and a direction for each term. It is safe for concurrent use.
type Embedder struct {
	dims    int
	index   map[string]int
	words   []string
	weights []float32
	// codes hold a direction as dims bytes and a scale: a quarter of the memory for no loss that a ranking shows.
	codes  []int8
	scales []float32
}

// Name is what an edition records of its embedder.
func (e *Embedder) Name() string { return fmt.Sprintf("lsa:%d", e.dims) }

// Dims is the length of the vectors.
func (e *Embedder) Dims() int { return e.dims }

// Embed turns texts into unit vectors. A text without a known term gets the zero vector, which is near nothing.
func (e *Embedder) Embed(ctx context.Context, _ llm.Role, texts []string) ([][]float32, error) {
	out := make([][]float32, len(texts))
	for i, text := range texts {
		if i&255 == 0 {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
		}
		out[i] = e.embed(text)
	}
	return out, nil
}

func (e *Embedder) embed(text string) []float32 {
	v := make([]float32, e.dims)
	for _, t := range counts(terms.Of(text), e.index) {
		w := e.weights[t.term] * float32(math.Log1p(float64(t.n))) * e.scales[t.term]
		code := e.codes[t.term*e.dims : (t.term+1)*e.dims]
		for d, c := range code {
			v[d] += w * float32(c)
		}
	}
	normalise(v)
	return v
}

func normalise(v []float32) {
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	if sum == 0 {
		return
	}
	scale := float32(1 / math.Sqrt(sum))
	for i := range v {
		v[i] *= scale
	}
}

type count struct{ term, n int }

// counts says how often each known term occurs, in the order of first occurrence.
func counts(words []string, index map[string]int) []count {
	out := make([]count, 0, len(words))
next:
	for _, w := range words {
		t, ok := index[w]
		if !ok {
			continue
		}
		for i := range out {
			if out[i].term == t {
				out[i].n++
				continue next
			}
		}
		out = append(out, count{t, 1})
	}
	return out
}

// magic begins a stored embedder; the digit is the version of the format.
const magic = "aubade-lsa-1\n"

// MarshalBinary writes the embedder so that Load reads it back.
func (e *Embedder) MarshalBinary() ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(magic)
	put := func(n int) { b.Write(binary.LittleEndian.AppendUint32(nil, uint32(n))) }
	put(e.dims)
	put(len(e.words))
	for i, w := range e.words {
		put(len(w))
		b.WriteString(w)
		put(int(math.Float32bits(e.weights[i])))
		put(int(math.Float32bits(e.scales[i])))
	}
	for _, c := range e.codes {
		b.WriteByte(byte(c))
	}
	return b.Bytes(), nil
}

// Load reads what MarshalBinary wrote.
func Load(blob []byte) (*Embedder, error) {
	rest, ok := bytes.CutPrefix(blob, []byte(magic))
	if !ok {
		return nil, errors.New("load lsa embedder: not one, or of another version")
	}
	short := errors.New("load lsa embedder: cut short")
	take := func() (int, bool) {
		if len(rest) < 4 {
			return 0, false
		}
		n := binary.LittleEndian.Uint32(rest)
		rest = rest[4:]
		return int(n), true
	}
	dims, ok1 := take()
	n, ok2 := take()
	// Every term takes at least 12 bytes and a direction: a count that cannot be true is not allocated for.
	if !ok1 || !ok2 || dims <= 0 || n > len(rest)/(12+dims) {
		return nil, short
	}
	e := &Embedder{dims: dims, index: make(map[string]int, n), words: make([]string, n), weights: make([]float32, n), scales: make([]float32, n), codes: make([]int8, n*dims)}
	for i := range n {
		l, ok := take()
		if !ok || l > len(rest) {
			return nil, short
		}
		e.words[i] = string(rest[:l])
		e.index[e.words[i]] = i
		rest = rest[l:]
		w, ok1 := take()
		s, ok2 := take()
		if !ok1 || !ok2 {
			return nil, short
		}
		e.weights[i], e.scales[i] = math.Float32frombits(uint32(w)), math.Float32frombits(uint32(s))
	}
	if len(rest) != len(e.codes) {
		return nil, short
	}
	for i, c := range rest {
		e.codes[i] = int8(c)
	}
	return e, nil
}
