package bench

import (
	"context"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/aubade/aubade/brief"
	"github.com/aubade/aubade/brief/extractive"
	"github.com/aubade/aubade/internal/domain"
	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/store"
)

// A BriefReport is what a night costs, by the extractive digester.
type BriefReport struct {
	Machine   Machine `json:"machine"`
	Documents int     `json:"documents"`
	Facts     int     `json:"facts"`
	Passages  int     `json:"passages"`
	Build     float64 `json:"build_s"`
	BuildCPU  float64 `json:"build_cpu_s"`
	// Nothing is a second night that finds nothing new, Few one that finds a hundredth of the documents changed.
	Nothing float64 `json:"nothing_new_s"`
	Few     float64 `json:"one_in_100_changed_s"`
	Changed int     `json:"changed"`
	Peak    float64 `json:"peak_resident_mb"` // 0 where the system does not say
	Disk    float64 `json:"edition_mb"`
}

// Briefs builds a generated market three times.
func Briefs(ctx context.Context, documents int, log io.Writer) (*BriefReport, error) {
	dir, err := os.MkdirTemp("", "aubade-bench-")
	if err != nil {
		return nil, fmt.Errorf("bench brief: %w", err)
	}
	defer os.RemoveAll(dir)
	db, err := store.Open(filepath.Join(dir, "bench.db"))
	if err != nil {
		return nil, fmt.Errorf("bench brief: %w", err)
	}
	defer db.Close()
	d, docs := generatedMarket(documents)
	s := &shelf{docs}
	b := &brief.Builder{DB: db, Domain: d, Sources: []brief.Source{s}, Digester: extractive.New(), Embedder: brief.LSA{}}
	r := &BriefReport{Machine: ThisMachine()}
	night := func(name string) (store.Edition, float64, error) {
		began := time.Now()
		e, _, err := b.Build(ctx)
		if err != nil {
			return e, 0, fmt.Errorf("bench brief: %s: %w", name, err)
		}
		took := time.Since(began)
		fmt.Fprintf(log, "%s: %.1f s\n", name, took.Seconds())
		return e, secs(took), nil
	}
	cpu := usageOf(selfPID).CPU
	e, took, err := night("the first night")
	if err != nil {
		return nil, err
	}
	r.Build, r.BuildCPU = took, secs(usageOf(selfPID).CPU-cpu)
	r.Documents, r.Facts, r.Passages = e.Counts.Documents, e.Counts.Facts, e.Counts.Passages
	r.Disk = mb(sizeOf(dir))
	if _, r.Nothing, err = night("nothing new"); err != nil {
		return nil, err
	}
	for i := 0; i < len(docs); i += 100 {
		docs[i].Text += "\nIt was corrected in the evening.\n"
		r.Changed++
	}
	if _, r.Few, err = night("one document in a hundred changed"); err != nil {
		return nil, err
	}
	r.Peak = mb(peakOf(selfPID))
	return r, nil
}

// Print writes the report for people.
func (r *BriefReport) Print(w io.Writer) {
	fmt.Fprintf(w, "%d documents: %d facts and %d passages in %.1f s (%.1f s of CPU), at most %.0f MB resident, %.1f MB on disk\n",
		r.Documents, r.Facts, r.Passages, r.Build, r.BuildCPU, r.Peak, r.Disk)
	fmt.Fprintf(w, "a night that finds nothing new: %.2f s; one that finds %d documents changed: %.1f s\n", r.Nothing, r.Changed, r.Few)
	r.Machine.Print(w)
}

func secs(d time.Duration) float64 { return float64(d.Milliseconds()) / 1000 }

// sizeOf is what the files in a folder take.
func sizeOf(dir string) (n int64) {
	_ = filepath.Walk(dir, func(_ string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().IsRegular() {
			n += info.Size()
		}
		return nil
	})
	return n
}

// A shelf is a source that has its documents already.
type shelf struct{ docs []store.Document }

func (*shelf) Name() string { return "shelf" }

func (s *shelf) Fetch(context.Context, time.Time) iter.Seq2[store.Document, error] {
	return func(yield func(store.Document, error) bool) {
		for _, d := range s.docs {
			if !yield(d, nil) {
				return
			}
		}
	}
}

// inventedWords are n words that can be said.
func inventedWords(r *rand.Rand, n int) []string {
	words := make([]string, n)
	for i := range words {
		var s strings.Builder
		for range 2 + r.IntN(3) {
			s.WriteByte("bcdfghklmnprstvw"[r.IntN(16)])
			s.WriteByte("aeiou"[r.IntN(5)])
		}
		words[i] = s.String()
	}
	return words
}

// generatedMarket is n documents about fifty companies: a third filings with tables, the rest stories of some 150 words.
func generatedMarket(n int) (*domain.Domain, []store.Document) {
	r := rand.New(rand.NewPCG(5, 6))
	d := &domain.Domain{Name: "generated", TimeZone: "UTC", Today: "2026-11-20"}
	words := inventedWords(r, 4000)
	for i := range 50 {
		id := fmt.Sprintf("CO%02d", i)
		d.Lexicon = append(d.Lexicon, lexicon.Term{ID: id, Kind: lexicon.Company, Name: strings.ToUpper(words[i][:1]) + words[i][1:] + " Holdings", Ticker: id})
	}
	zipf := rand.NewZipf(r, 1.2, 10, uint64(len(words)-1))
	var docs []store.Document
	for i := range n {
		c := d.Lexicon[r.IntN(len(d.Lexicon))]
		doc := store.Document{URL: fmt.Sprintf("https://g.example/%d", i), Title: c.Name + " reports", Publisher: "Wire", Entities: []string{c.ID}, Kind: store.News,
			Published: time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC).Add(-time.Duration(i) * time.Hour)}
		var s strings.Builder
		if i%3 == 0 {
			doc.Kind = store.Filing
			fmt.Fprintf(&s, "(in millions) | Three months ended September 30, 2026 | Three months ended September 30, 2025\nRevenue | %d | %d\nGross profit | %d | %d\nNet income | %d | %d\n\n",
				1000+r.IntN(9000), 1000+r.IntN(9000), 500+r.IntN(400), 500+r.IntN(400), 100+r.IntN(90), 100+r.IntN(90))
		}
		for range 5 {
			fmt.Fprintf(&s, "%s said", c.Name)
			for range 28 {
				s.WriteString(" " + words[zipf.Uint64()])
			}
			fmt.Fprintf(&s, " and sold %d units.\n\n", 1000+r.IntN(90000))
		}
		doc.Text = s.String()
		docs = append(docs, doc)
	}
	return d, docs
}
