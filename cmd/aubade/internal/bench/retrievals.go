package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/internal/llm"
	"github.com/aubade/aubade/retrieval"
	"github.com/aubade/aubade/store"
)

// RetrievalOptions say how large an edition is, and how often it is asked.
type RetrievalOptions struct {
	Passages, Companies, Dims, Queries int
	Log                                io.Writer
}

// A RetrievalReport is what finding costs: both halves, the fusion and the reading of the passages; embedding excluded.
type RetrievalReport struct {
	Machine   Machine `json:"machine"`
	Passages  int     `json:"passages"`
	Companies int     `json:"companies"`
	Dims      int     `json:"dimensions"`
	Open      float64 `json:"open_s"`
	Memory    float64 `json:"memory_mb"` // the heap that an open edition holds
	Asked     []Asked `json:"asked"`
}

// Asked is one way of asking.
type Asked struct {
	About string  `json:"about"`
	Took  Spread  `json:"took"`
	CPU   float64 `json:"cpu_ms"` // a query, of this process
}

// embedderOf costs nothing: the figures are about finding.
type embedderOf struct{ v []float32 }

func (embedderOf) Name() string { return "fixed" }

func (f embedderOf) Embed(_ context.Context, _ llm.Role, texts []string) ([][]float32, error) {
	return slices.Repeat([][]float32{f.v}, len(texts)), nil
}

// Retrievals makes an edition of generated passages and asks it. What is traded: without an entity the full-text half
// takes words from the rarest on until their entries exceed store.DefaultPostings, so that the commonest words of a
// question are not counted; the vectors are compared with all.
func Retrievals(ctx context.Context, o RetrievalOptions) (*RetrievalReport, error) {
	dir, err := os.MkdirTemp("", "aubade-bench-")
	if err != nil {
		return nil, fmt.Errorf("bench retrieval: %w", err)
	}
	defer os.RemoveAll(dir)
	db, err := store.Open(filepath.Join(dir, "bench.db"))
	if err != nil {
		return nil, fmt.Errorf("bench retrieval: %w", err)
	}
	defer db.Close()
	r, err := retrievals(ctx, o, db)
	if err != nil {
		return nil, fmt.Errorf("bench retrieval: %w", err)
	}
	return r, nil
}

func retrievals(ctx context.Context, o RetrievalOptions, db *store.DB) (*RetrievalReport, error) {
	rep := &RetrievalReport{Machine: ThisMachine(), Passages: o.Passages, Companies: o.Companies, Dims: o.Dims}
	r := rand.New(rand.NewPCG(1, 2))
	words := inventedWords(r, 30_000)
	zipf := rand.NewZipf(r, 1.1, 20, uint64(len(words)-1))
	e, err := o.edition(ctx, db, r, func() string { return words[zipf.Uint64()] })
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(o.Log, "an edition of %d passages is made\n", o.Passages)
	before := heapNow()
	began := time.Now()
	ret, err := retrieval.New(ctx, db, e, embedderOf{o.unit(r)})
	if err != nil {
		return nil, err
	}
	rep.Open = secs(time.Since(began))
	rep.Memory = mb(int64(heapNow()) - int64(before))
	for _, about := range []struct {
		name   string
		entity func() string
	}{
		{"no company", func() string { return "" }},
		{"a company", func() string { return companyID(1 + r.IntN(o.Companies-1)) }},
		{"the company with a tenth of all passages", func() string { return companyID(0) }},
	} {
		var took []time.Duration
		cpu := usageOf(selfPID).CPU
		for range o.Queries {
			var text []string
			for range 7 {
				text = append(text, words[zipf.Uint64()])
			}
			q := retrieval.Query{Text: strings.Join(text, " ")}
			if id := about.entity(); id != "" {
				q.Entities = []string{id}
			}
			began := time.Now()
			if _, err := ret.Retrieve(ctx, q); err != nil {
				return nil, err
			}
			took = append(took, time.Since(began))
		}
		a := Asked{About: about.name, Took: spread(took)}
		a.CPU = ms((usageOf(selfPID).CPU - cpu) / time.Duration(o.Queries))
		rep.Asked = append(rep.Asked, a)
		fmt.Fprintf(o.Log, "%s: p99 %.1f ms\n", a.About, a.Took.P99)
	}
	return rep, nil
}

func heapNow() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func companyID(i int) string { return fmt.Sprintf("C%03d", i) }

func (o RetrievalOptions) unit(r *rand.Rand) []float32 {
	v := make([]float32, o.Dims)
	var sum float64
	for i := range v {
		v[i] = float32(r.NormFloat64())
		sum += float64(v[i]) * float64(v[i])
	}
	for i := range v {
		v[i] /= float32(math.Sqrt(sum))
	}
	return v
}

// edition has passages of 60 words by Zipf's law; the first company has a tenth of them.
func (o RetrievalOptions) edition(ctx context.Context, db *store.DB, r *rand.Rand, word func() string) (store.Edition, error) {
	var lex lexicon.Lexicon
	for i := range o.Companies {
		lex.Terms = append(lex.Terms, lexicon.Term{ID: companyID(i), Kind: lexicon.Company, Name: fmt.Sprintf("Company%03d", i)})
	}
	d, err := db.Begin(ctx, store.Edition{Domain: "bench", Embedder: "fixed"})
	if err != nil {
		return store.Edition{}, err
	}
	passages := make([]store.Passage, o.Passages)
	vectors := make([][]float32, o.Passages)
	for i := range passages {
		c := lex.Terms[i%o.Companies]
		if i%10 == 0 {
			c = lex.Terms[0]
		}
		text := []string{c.Name}
		for range 60 {
			text = append(text, word())
		}
		passages[i] = store.Passage{ID: strconv.Itoa(i), Entities: []string{c.ID}, Kind: store.News, Text: strings.Join(text, " "), Published: time.Unix(1.7e9+int64(i)*600, 0)}
		vectors[i] = o.unit(r)
	}
	if err := errors.Join(d.AddPassages(ctx, passages), d.AddVectors(ctx, vectors)); err != nil {
		return store.Edition{}, err
	}
	e, err := d.Seal(ctx, func(e *store.Edition) { e.Lexicon, e.AsOf = lex, time.Unix(1.74e9, 0) })
	if err != nil {
		return e, err
	}
	return e, db.Publish(ctx, e.ID)
}

// Print writes the report for people.
func (r *RetrievalReport) Print(w io.Writer) {
	fmt.Fprintf(w, "%d passages of %d companies, %d dimensions: open in %.2f s, %.0f MB of heap\n\n", r.Passages, r.Companies, r.Dims, r.Open, r.Memory)
	fmt.Fprintf(w, "%-42s %8s %8s %8s %8s %10s\n", "a question about, ms", "p50", "p95", "p99", "max", "CPU")
	for _, a := range r.Asked {
		fmt.Fprintf(w, "%-42s %8.1f %8.1f %8.1f %8.1f %10.1f\n", a.About, a.Took.P50, a.Took.P95, a.Took.P99, a.Took.Max, a.CPU)
	}
	fmt.Fprintln(w, "\nboth halves, fusion and reading; embedding excluded; the commonest words of a question about no company are not counted")
	r.Machine.Print(w)
}
