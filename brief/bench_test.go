package brief_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aubade/aubade/brief"
	"github.com/aubade/aubade/brief/extractive"
	"github.com/aubade/aubade/internal/domain"
	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/store"
)

// generated makes n documents about fifty companies: a third filings with tables, the rest stories of some 150 words.
func generated(n int) (*domain.Domain, []store.Document) {
	r := rand.New(rand.NewPCG(5, 6))
	d := &domain.Domain{Name: "generated", TimeZone: "UTC", Today: "2026-11-20"}
	words := make([]string, 4000)
	for i := range words {
		var s strings.Builder
		for range 2 + r.IntN(3) {
			s.WriteByte("bcdfghklmnprstvw"[r.IntN(16)])
			s.WriteByte("aeiou"[r.IntN(5)])
		}
		words[i] = s.String()
	}
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

// BenchmarkBuild measures a build of a thousand documents by the extractive digester, and a run that finds nothing new.
func BenchmarkBuild(b *testing.B) {
	d, docs := generated(1000)
	open := func(b *testing.B) *brief.Builder {
		db, err := store.Open(filepath.Join(b.TempDir(), "aubade.db"))
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { db.Close() })
		return &brief.Builder{DB: db, Domain: d, Sources: []brief.Source{&shelf{name: "shelf", docs: docs}}, Digester: extractive.New(), Embedder: brief.LSA{}}
	}
	b.Run("1000 documents", func(b *testing.B) {
		for b.Loop() {
			e, _, err := open(b).Build(b.Context())
			if err != nil || e.Counts.Documents != len(docs) {
				b.Fatal(e.Counts, err)
			}
			b.ReportMetric(float64(e.Counts.Passages), "passages")
		}
	})
	b.Run("nothing new", func(b *testing.B) {
		again := open(b)
		if _, _, err := again.Build(b.Context()); err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if _, r, err := again.Build(b.Context()); err != nil || !r.Unchanged {
				b.Fatal(r.Unchanged, err)
			}
		}
	})
}
