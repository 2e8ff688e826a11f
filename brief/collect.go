package brief

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/store"
)

// SourceReport says how a source did.
type SourceReport struct {
	Name    string `json:"name"`
	Fetched int    `json:"fetched"`
	Changed int    `json:"changed"`
	Gone    int    `json:"gone"`
	Error   string `json:"error,omitempty"`
}

// collect brings the store up to date with the sources. A source that fails is reported and does not stop the others:
// what it gave before stands.
func (b *Builder) collect(ctx context.Context, report *Report) error {
	for i, s := range b.Sources {
		b.progress(Progress{Stage: "fetch", Done: i, Total: len(b.Sources), Text: s.Name()})
		r, err := b.collectFrom(ctx, s)
		report.Sources = append(report.Sources, r)
		if err != nil {
			return err // of the store or of ctx, not of the source
		}
	}
	b.progress(Progress{Stage: "fetch", Done: len(b.Sources), Total: len(b.Sources)})
	return nil
}

func (b *Builder) collectFrom(ctx context.Context, s Source) (SourceReport, error) {
	r := SourceReport{Name: s.Name()}
	began := b.now()
	since, err := b.DB.Since(ctx, b.Domain.Name, s.Name())
	if err != nil {
		return r, err
	}
	for d, err := range s.Fetch(ctx, since) {
		if ctx.Err() != nil {
			return r, context.Cause(ctx)
		}
		if err != nil {
			r.Error = err.Error()
			return r, nil // the mark stays: the next run asks for the rest again
		}
		if d.Gone {
			if err := b.DB.MarkGone(ctx, d.ID); err != nil {
				return r, err
			}
			r.Gone++
			continue
		}
		changed, err := b.DB.PutDocument(ctx, b.Domain.Name, b.complete(s, d, began))
		if err != nil {
			return r, err
		}
		r.Fetched++
		if changed {
			r.Changed++
		}
		b.progress(Progress{Stage: "fetch", Text: d.URL})
		b.hooked("fetched")
	}
	if l, ok := s.(Lister); ok {
		if err := b.vanish(ctx, s.Name(), l, &r); err != nil {
			return r, err
		}
	}
	return r, b.DB.SetSince(ctx, b.Domain.Name, s.Name(), began)
}

// vanish drops the documents that a source does not list any more.
func (b *Builder) vanish(ctx context.Context, source string, l Lister, r *SourceReport) error {
	urls, err := l.List(ctx)
	if err != nil {
		r.Error = err.Error() // what cannot be listed is not gone
		return nil
	}
	known, err := b.DB.DocumentIDs(ctx, b.Domain.Name, source)
	if err != nil {
		return err
	}
	for _, u := range urls {
		delete(known, store.DocumentID(source, u))
	}
	r.Gone += len(known)
	return b.DB.MarkGone(ctx, slices.Sorted(maps.Keys(known))...)
}

// complete fills in what a source may leave out.
func (b *Builder) complete(s Source, d store.Document, now time.Time) store.Document {
	if d.Source == "" {
		d.Source = s.Name()
	}
	if d.ID == "" {
		d.ID = store.DocumentID(d.Source, d.URL)
	}
	if d.Retrieved.IsZero() {
		d.Retrieved = now
	}
	if d.AsOf.IsZero() {
		d.AsOf = d.Published
	}
	d.Hash = store.TextHash(d.Text)
	return d
}

// digest reads every document, two at a time, from the cache where it was read before. Documents about what is
// watched most come first, so that a cap on money is spent on them.
func (b *Builder) digest(ctx context.Context, docs []store.Document, lex lexicon.Lexicon, report *Report) ([]Digest, error) {
	order := b.byWatch(docs)
	out := make([]Digest, len(docs))
	lexHash := hashOf(lex)
	g, running := errgroup.WithContext(ctx) // the first that gives up ends what the others wait for
	g.SetLimit(max(2, runtime.GOMAXPROCS(0)))
	b.progress(Progress{Stage: "digest", Total: len(docs)})
	done := make(chan struct{}, len(docs))
	var kept atomic.Int64
	for _, i := range order {
		if running.Err() != nil {
			break
		}
		g.Go(func() error {
			d, err := b.digestOne(running, docs[i], lex, lexHash)
			if errors.Is(err, ErrGaveUp) {
				return err
			}
			if err != nil {
				return fmt.Errorf("digest %s: %w", docs[i].URL, err)
			}
			out[i] = d
			if d.Unread == "" {
				kept.Add(1)
			}
			done <- struct{}{}
			b.progress(Progress{Stage: "digest", Done: len(done), Total: len(docs), Text: docs[i].URL})
			b.hooked("digested")
			return nil
		})
	}
	if err := g.Wait(); errors.Is(err, ErrGaveUp) {
		return nil, fmt.Errorf("digest: %w; %d of %d documents are digested and kept for the next run, and %s", err, kept.Load(), len(docs), b.served(ctx))
	} else if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	for i, d := range out {
		if d.Unread != "" {
			report.Unread = append(report.Unread, Refusal{Document: docs[i].ID, Claim: docs[i].URL, Reason: d.Unread})
		}
	}
	return out, nil
}

// served says what calls read from while there is no new edition.
func (b *Builder) served(ctx context.Context) string {
	if live, err := b.DB.Current(ctx, b.Domain.Name); err == nil {
		return fmt.Sprintf("edition %d is still served", live.ID)
	}
	return "there is no edition yet to serve"
}

func (b *Builder) digestOne(ctx context.Context, d store.Document, lex lexicon.Lexicon, lexHash string) (Digest, error) {
	key := b.digestKey(d, lexHash)
	if blob, ok, err := b.DB.Cached(ctx, key); err != nil {
		return Digest{}, err
	} else if ok {
		var g Digest
		if json.Unmarshal(blob, &g) == nil {
			g.Spent = Spent{Cached: g.Spent.Calls + g.Spent.Cached}
			return g, nil
		}
	}
	g, err := b.Digester.Digest(ctx, d, lex)
	if err != nil {
		return Digest{}, err
	}
	g = CheckDigest(g, d, lex)
	if g.Unread != "" {
		return g, nil // not kept: the next run tries again
	}
	blob, err := json.Marshal(&g)
	if err != nil {
		return Digest{}, err
	}
	if err := b.DB.Cache(ctx, key, blob); err != nil {
		return Digest{}, err
	}
	return g, nil
}

// digestKey names everything that a digest depends on.
func (b *Builder) digestKey(d store.Document, lexHash string) string {
	return "digest:" + hashOf([]any{b.Digester.Name(), lexHash, d.ID, d.Hash, d.Title, d.Publisher, d.Published, d.AsOf, d.Kind, d.Entities, d.Unverified, d.URL})
}

// byWatch orders documents by how much their companies are watched, then by their place.
func (b *Builder) byWatch(docs []store.Document) []int {
	rank := map[string]int{}
	for i, id := range b.Domain.Watch {
		rank[id] = i + 1
	}
	const unwatched = 1 << 30
	var buckets = map[int][]int{}
	for i, d := range docs {
		best := unwatched
		for _, e := range d.Entities {
			if r := rank[e]; r > 0 {
				best = min(best, r)
			}
		}
		buckets[best] = append(buckets[best], i)
	}
	var out []int
	for r := 1; r <= len(b.Domain.Watch); r++ {
		out = append(out, buckets[r]...)
	}
	return append(out, buckets[unwatched]...)
}

func hashOf(v any) string {
	h := sha256.New()
	if err := json.NewEncoder(h).Encode(v); err != nil {
		panic(err) // only for a type that JSON does not know: a mistake of ours
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Plan is what a build would do: what it would fetch, and what reading that would cost.
type Plan struct {
	Sources   []SourceReport `json:"sources"`
	New       []Planned      `json:"new"`       // documents that are new or have changed, in the sources' order
	Documents int            `json:"documents"` // after the build
	Unread    int            `json:"unread"`    // that no digest is kept of
	// What a model would be sent to read them, and about what it would answer; 0 where none is asked.
	TokensIn  int `json:"tokens_in"`
	TokensOut int `json:"tokens_out"`
}

// A Planned is one document that a build would keep.
type Planned struct {
	Source string             `json:"source"`
	URL    string             `json:"url"`
	Title  string             `json:"title"`
	Kind   store.DocumentKind `json:"kind"`
}

// DryRun asks the sources and keeps nothing.
func (b *Builder) DryRun(ctx context.Context) (Plan, error) {
	var p Plan
	lex := Lexicon(b.Domain)
	lexHash := hashOf(lex)
	known, err := b.DB.Documents(ctx, b.Domain.Name)
	if err != nil {
		return Plan{}, err
	}
	docs := map[string]store.Document{}
	for _, d := range known {
		docs[d.ID] = d
	}
	for _, s := range b.Sources {
		since, err := b.DB.Since(ctx, b.Domain.Name, s.Name())
		if err != nil {
			return Plan{}, err
		}
		r := SourceReport{Name: s.Name()}
		for d, err := range s.Fetch(ctx, since) {
			if err != nil {
				if errors.Is(err, context.Canceled) {
					return Plan{}, err
				}
				r.Error = err.Error()
				break
			}
			if d.Gone {
				delete(docs, d.ID)
				r.Gone++
				continue
			}
			d = b.complete(s, d, b.now())
			r.Fetched++
			if docs[d.ID].Hash != d.Hash {
				r.Changed++
				p.New = append(p.New, Planned{d.Source, d.URL, d.Title, d.Kind})
			}
			docs[d.ID] = d
		}
		p.Sources = append(p.Sources, r)
	}
	p.Documents = len(docs)
	for _, d := range docs {
		if _, ok, err := b.DB.Cached(ctx, b.digestKey(d, lexHash)); err != nil {
			return Plan{}, err
		} else if !ok {
			p.Unread++
			if e, ok := b.Digester.(Estimator); ok {
				in, out := e.Estimate(d, lex)
				p.TokensIn, p.TokensOut = p.TokensIn+in, p.TokensOut+out
			}
		}
	}
	return p, nil
}

// An Estimator is a digester that costs: it says what it would send for a document and about what would come back, in
// tokens; nothing for those that it reads without a model.
type Estimator interface {
	Estimate(d store.Document, l lexicon.Lexicon) (in, out int)
}

// Tokens estimates how many tokens a text is: about four bytes each in English.
func Tokens(text string) int { return (len(text) + 3) / 4 }
