package lsa

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"

	"gonum.org/v1/gonum/mat"

	"github.com/aubade/aubade/internal/terms"
)

const (
	maxTerms    = 30_000 // the commonest; rarer words have no company to be known by
	maxSample   = 20_000 // texts that the directions are learned from; all are embedded
	oversample  = 16     // extra directions that make the randomised decomposition exact enough
	powerRounds = 2
)

// Fit learns an embedder of at most dims dimensions from texts. Equal texts give equal embedders.
func Fit(ctx context.Context, texts []string, dims int) (*Embedder, error) {
	sample := texts
	if len(texts) > maxSample {
		sample = make([]string, maxSample)
		for i := range sample {
			sample[i] = texts[i*len(texts)/maxSample]
		}
	}
	e, a, err := weigh(sample)
	if err != nil {
		return nil, fmt.Errorf("fit lsa: %w", err)
	}
	dims = min(dims, len(e.words), len(sample))
	u, err := a.leftSingular(ctx, dims)
	if err != nil {
		return nil, fmt.Errorf("fit lsa: %w", err)
	}
	e.quantise(u, dims)
	return e, nil
}

// A sparse matrix of terms × texts, by text.
type sparse struct {
	terms, texts int
	cells        [][]cell // of each text
}

type cell struct {
	term  int
	value float64
}

// weigh chooses the vocabulary and weighs it by log-entropy: a term that is spread evenly over the texts says nothing.
func weigh(texts []string) (*Embedder, *sparse, error) {
	type stat struct {
		df  int
		tf  int
		sum float64 // of n ln n over texts
	}
	stats := map[string]*stat{}
	docs := make([][]string, len(texts))
	for i, text := range texts {
		docs[i] = terms.Of(text)
		seen := map[string]int{}
		for _, w := range docs[i] {
			seen[w]++
		}
		for w, n := range seen {
			s := stats[w]
			if s == nil {
				s = &stat{}
				stats[w] = s
			}
			s.df++
			s.tf += n
			s.sum += float64(n) * math.Log(float64(n))
		}
	}
	least := 2
	if len(texts) < 50 {
		least = 1
	}
	e := &Embedder{index: map[string]int{}}
	for w, s := range stats {
		if s.df >= least {
			e.words = append(e.words, w)
		}
	}
	if len(e.words) == 0 {
		return nil, nil, errors.New("no words to learn from")
	}
	slices.SortFunc(e.words, func(a, b string) int {
		if c := cmp.Compare(stats[b].df, stats[a].df); c != 0 {
			return c
		}
		return cmp.Compare(a, b)
	})
	e.words = e.words[:min(len(e.words), maxTerms)]
	e.weights = make([]float32, len(e.words))
	for i, w := range e.words {
		e.index[w] = i
		s := stats[w]
		// 1 + Σ p ln p / ln N with p = n/tf; never quite nothing, so that a text of common words has a direction.
		entropy := 1.0
		if len(texts) > 1 {
			entropy += (s.sum/float64(s.tf) - math.Log(float64(s.tf))) / math.Log(float64(len(texts)))
		}
		e.weights[i] = float32(max(entropy, 0.01))
	}
	a := &sparse{terms: len(e.words), texts: len(texts), cells: make([][]cell, len(texts))}
	for i, words := range docs {
		var length float64
		for _, c := range counts(words, e.index) {
			v := float64(e.weights[c.term]) * math.Log1p(float64(c.n))
			a.cells[i] = append(a.cells[i], cell{c.term, v})
			length += v * v
		}
		// Texts count alike whatever their length.
		for j := range a.cells[i] {
			a.cells[i][j].value /= math.Sqrt(length)
		}
	}
	return e, a, nil
}

// leftSingular finds the terms' directions: the first k left singular vectors, as terms × k.
func (a *sparse) leftSingular(ctx context.Context, k int) (*mat.Dense, error) {
	width := min(k+oversample, a.terms, a.texts)
	random := rand.New(rand.NewPCG(20260930, 7)) // a fixed seed: the same corpus gives the same edition
	omega := mat.NewDense(a.texts, width, nil)
	for i := range a.texts {
		row := omega.RawRowView(i)
		for j := range row {
			row[j] = random.NormFloat64()
		}
	}
	y := a.times(omega)
	for range powerRounds {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		q, err := orthonormal(y)
		if err != nil {
			return nil, err
		}
		z, err := orthonormal(a.transposeTimes(q))
		if err != nil {
			return nil, err
		}
		y = a.times(z)
	}
	q, err := orthonormal(y)
	if err != nil {
		return nil, err
	}
	b := a.transposeTimes(q) // texts × width: the corpus seen from the subspace
	_, width = b.Dims()
	gram := mat.NewSymDense(width, nil)
	gram.SymOuterK(1, b.T())
	var eigen mat.EigenSym
	if !eigen.Factorize(gram, true) {
		return nil, errors.New("the decomposition did not converge")
	}
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	k = min(k, width)
	best := mat.NewDense(width, k, nil) // eigenvalues come in ascending order
	for j := range k {
		for i := range width {
			best.Set(i, j, vectors.At(i, width-1-j))
		}
	}
	u := new(mat.Dense)
	u.Mul(q, best)
	return u, nil
}

// times is A·m, split over the columns of m so that no two goroutines write the same cell.
func (a *sparse) times(m *mat.Dense) *mat.Dense {
	_, width := m.Dims()
	out := mat.NewDense(a.terms, width, nil)
	parallel(width, func(from, to int) {
		for i, cells := range a.cells {
			in := m.RawRowView(i)[from:to]
			for _, c := range cells {
				row := out.RawRowView(c.term)[from:to]
				for j, x := range in {
					row[j] += c.value * x
				}
			}
		}
	})
	return out
}

// transposeTimes is Aᵀ·m.
func (a *sparse) transposeTimes(m *mat.Dense) *mat.Dense {
	_, width := m.Dims()
	out := mat.NewDense(a.texts, width, nil)
	parallel(a.texts, func(from, to int) {
		for i := from; i < to; i++ {
			row := out.RawRowView(i)
			for _, c := range a.cells[i] {
				for j, x := range m.RawRowView(c.term) {
					row[j] += c.value * x
				}
			}
		}
	})
	return out
}

func parallel(n int, f func(from, to int)) {
	workers := runtime.GOMAXPROCS(0)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() { f(w*n/workers, (w+1)*n/workers) })
	}
	wg.Wait()
}

// orthonormal makes the columns of y orthonormal through the Gram matrix: y·V·Λ^(−½). Directions that y
// does not have are left out. It costs one product where a QR of so tall a matrix costs several.
func orthonormal(y *mat.Dense) (*mat.Dense, error) {
	_, width := y.Dims()
	gram := mat.NewSymDense(width, nil)
	gram.SymOuterK(1, y.T())
	var eigen mat.EigenSym
	if !eigen.Factorize(gram, true) {
		return nil, errors.New("the decomposition did not converge")
	}
	values := eigen.Values(nil)
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	first := 0
	for first < width-1 && values[first] <= 1e-12*values[width-1] {
		first++
	}
	if values[width-1] <= 0 {
		return nil, errors.New("the texts have no words in common")
	}
	scaled := mat.NewDense(width, width-first, nil)
	for j := first; j < width; j++ {
		for i := range width {
			scaled.Set(i, j-first, vectors.At(i, j)/math.Sqrt(values[j]))
		}
	}
	out := new(mat.Dense)
	out.Mul(y, scaled)
	return out, nil
}

// quantise keeps each term's direction in bytes.
func (e *Embedder) quantise(u *mat.Dense, dims int) {
	_, got := u.Dims()
	e.dims = min(dims, got)
	e.codes = make([]int8, len(e.words)*e.dims)
	e.scales = make([]float32, len(e.words))
	for t := range e.words {
		row := u.RawRowView(t)[:e.dims]
		var most float64
		for _, x := range row {
			most = max(most, math.Abs(x))
		}
		if most == 0 {
			continue
		}
		e.scales[t] = float32(most / 127)
		for d, x := range row {
			e.codes[t*e.dims+d] = int8(math.Round(x / most * 127))
		}
	}
}
