package retrieval_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/internal/llm"
	"github.com/aubade/aubade/retrieval"
	"github.com/aubade/aubade/store"
)

// The size that a brief of a large market has: 500 companies, the first of them with a tenth of all passages.
const (
	benchPassages  = 50_000
	benchCompanies = 500
	benchDims      = 384
)

// fixed is an embedder that costs nothing: the benchmarks are about finding.
type fixed struct{ v []float32 }

func (fixed) Name() string { return "fixed" }
func (f fixed) Embed(_ context.Context, _ llm.Role, texts []string) ([][]float32, error) {
	return slices.Repeat([][]float32{f.v}, len(texts)), nil
}

func randomUnit(r *rand.Rand) []float32 {
	v := make([]float32, benchDims)
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

// benchStore makes an edition of generated passages: words by Zipf's law, 60 to a passage.
func benchStore(b *testing.B) (*store.DB, store.Edition, []string) {
	b.Helper()
	dir := os.Getenv("AUBADE_BENCH_DIR") // kept between runs where it is set
	if dir == "" {
		dir = b.TempDir()
	}
	db, err := store.Open(filepath.Join(dir, "bench.db"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	ctx := b.Context()
	words := make([]string, 30_000)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range words {
		var s strings.Builder
		for range 2 + r.IntN(3) {
			s.WriteByte("bcdfghklmnprstvw"[r.IntN(16)])
			s.WriteByte("aeiou"[r.IntN(5)])
		}
		words[i] = s.String() + strconv.Itoa(i%7)
	}
	if e, err := db.Current(ctx, "bench"); err == nil {
		return db, e, words
	}
	zipf := rand.NewZipf(r, 1.1, 20, uint64(len(words)-1))
	var lex lexicon.Lexicon
	for i := range benchCompanies {
		lex.Terms = append(lex.Terms, lexicon.Term{ID: fmt.Sprintf("C%03d", i), Kind: lexicon.Company, Name: fmt.Sprintf("Company%03d", i)})
	}
	d, err := db.Begin(ctx, store.Edition{Domain: "bench", Embedder: "fixed"})
	if err != nil {
		b.Fatal(err)
	}
	passages := make([]store.Passage, benchPassages)
	vectors := make([][]float32, benchPassages)
	for i := range passages {
		company := i % benchCompanies
		if i%10 == 0 {
			company = 0
		}
		var s strings.Builder
		fmt.Fprintf(&s, "Company%03d", company)
		for range 60 {
			s.WriteByte(' ')
			s.WriteString(words[zipf.Uint64()])
		}
		passages[i] = store.Passage{ID: strconv.Itoa(i), Entities: []string{lex.Terms[company].ID}, Kind: store.News, Text: s.String(), Published: time.Unix(1.7e9+int64(i)*600, 0)}
		vectors[i] = randomUnit(r)
	}
	if err := errors.Join(d.AddPassages(ctx, passages), d.AddVectors(ctx, vectors)); err != nil {
		b.Fatal(err)
	}
	e, err := d.Seal(ctx, func(e *store.Edition) { e.Lexicon, e.AsOf = lex, time.Unix(1.74e9, 0) })
	if err != nil {
		b.Fatal(err)
	}
	if err := db.Publish(ctx, e.ID); err != nil {
		b.Fatal(err)
	}
	return db, e, words
}

// BenchmarkRetrieve measures both halves, the fusion and the reading of the passages. What is traded: without an entity
// the full-text half takes words from the rarest on until their entries exceed store.DefaultPostings, so that the commonest
// words of a question are not counted; the vectors are compared with all.
func BenchmarkRetrieve(b *testing.B) {
	db, e, words := benchStore(b)
	r := rand.New(rand.NewPCG(3, 4))
	ret, err := retrieval.New(b.Context(), db, e, fixed{randomUnit(r)})
	if err != nil {
		b.Fatal(err)
	}
	zipf := rand.NewZipf(r, 1.1, 20, uint64(len(words)-1))
	for _, c := range []struct {
		name   string
		entity func() string
	}{
		{"no entity", func() string { return "" }},
		{"an entity", func() string { return fmt.Sprintf("C%03d", 1+r.IntN(benchCompanies-1)) }},
		{"the entity with a tenth of all passages", func() string { return "C000" }},
	} {
		b.Run(c.name, func(b *testing.B) {
			var took []time.Duration
			cpu := cpuTime(b)
			for b.Loop() {
				var text strings.Builder
				for range 7 {
					text.WriteString(words[zipf.Uint64()] + " ")
				}
				q := retrieval.Query{Text: text.String()}
				if id := c.entity(); id != "" {
					q.Entities = []string{id}
				}
				began := time.Now()
				if _, err := ret.Retrieve(b.Context(), q); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(began))
			}
			b.ReportMetric(float64((cpuTime(b)-cpu).Microseconds())/1000/float64(len(took)), "cpu-ms")
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
		})
	}
}

// cpuTime is what the process has used: unlike the clock, it does not count other processes.
func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkOpen measures how long an edition takes to be ready, and the memory that it then holds.
func BenchmarkOpen(b *testing.B) {
	db, e, _ := benchStore(b)
	var before, after runtime.MemStats
	for b.Loop() {
		runtime.GC()
		runtime.ReadMemStats(&before)
		r, err := retrieval.New(b.Context(), db, e, nil)
		if err != nil {
			b.Fatal(err)
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "MB")
		runtime.KeepAlive(r)
	}
}
