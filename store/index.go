package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/philippgille/chromem-go"
	"gonum.org/v1/gonum/blas/blas32"

	"github.com/aubade/aubade/internal/terms"
)

// A Hit is a passage that was found, by its number in the edition. A higher score is better; scores of different
// searches do not compare.
type Hit struct {
	Number int
	Score  float64
}

// An Index finds the passages of one edition by their words and by their vectors. It is safe for concurrent use.
//
// Vectors are searched in two ways. Where an entity is named, only the passages about it matter: each entity has a
// chromem-go collection of its own, because a metadata filter over one large collection costs as much as the whole
// scan. Where none is named, or one with very many passages, a flat matrix is scanned by two goroutines, four times as
// fast as chromem-go's exhaustive search at 50,000 vectors. Both share the same memory.
type Index struct {
	Edition Edition

	sql      *sql.DB
	ids      []string
	numbers  map[string]int
	entities [][]string
	kinds    []DocumentKind
	dates    []time.Time
	matrix   []float32
	dims     int
	vectors  map[string]*chromem.Collection
	about    map[string][]int32 // the passages about an entity
	df       map[string]int     // in how many passages a word occurs
}

// OpenIndex reads an edition's vectors and the statistics of its words into memory.
func (db *DB) OpenIndex(ctx context.Context, edition int64) (*Index, error) {
	s, err := db.editions.get(edition)
	if err != nil {
		return nil, err
	}
	e, err := db.Edition(ctx, edition)
	if err != nil {
		return nil, err
	}
	x := &Index{Edition: e, sql: s, dims: e.Dims, vectors: map[string]*chromem.Collection{}, numbers: map[string]int{}, about: map[string][]int32{}, df: map[string]int{}}
	if err := errors.Join(x.readPassages(ctx), x.readTerms(ctx), x.readVectors(ctx)); err != nil {
		return nil, fmt.Errorf("index of edition %d: %w", edition, classify(err))
	}
	if err := x.collect(ctx); err != nil {
		return nil, fmt.Errorf("index of edition %d: %w", edition, err)
	}
	return x, nil
}

func (x *Index) readPassages(ctx context.Context) error {
	rows, err := x.sql.QueryContext(ctx, "select id, entities, kind, published from passages order by number")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id, entities, kind string
		var published int64
		if err := rows.Scan(&id, &entities, &kind, &published); err != nil {
			return err
		}
		var es []string
		if entities != "" {
			es = strings.Split(entities, "\n")
		}
		for _, e := range es {
			x.about[e] = append(x.about[e], int32(len(x.ids)))
		}
		x.numbers[id] = len(x.ids)
		x.ids = append(x.ids, id)
		x.entities = append(x.entities, es)
		x.kinds = append(x.kinds, DocumentKind(kind))
		x.dates = append(x.dates, unstamp(published))
	}
	return rows.Err()
}

// readTerms reads in how many passages each word occurs, one "word count" to a line.
func (x *Index) readTerms(ctx context.Context) error {
	var body []byte
	if err := x.sql.QueryRowContext(ctx, "select value from meta where key = 'words'").Scan(&body); err != nil {
		return err
	}
	for line := range strings.Lines(string(body)) {
		word, count, ok := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		n, err := strconv.Atoi(count)
		if !ok || err != nil {
			return fmt.Errorf("%w: word counts: %q", ErrCorrupt, line)
		}
		x.df[word] = n
	}
	return nil
}

func (x *Index) readVectors(ctx context.Context) error {
	rows, err := x.sql.QueryContext(ctx, "select body from vectors order by part")
	if err != nil {
		return err
	}
	defer rows.Close()
	x.matrix = make([]float32, 0, len(x.ids)*x.dims)
	for rows.Next() {
		var body sql.RawBytes
		if err := rows.Scan(&body); err != nil {
			return err
		}
		for ; len(body) >= 4; body = body[4:] {
			x.matrix = append(x.matrix, math.Float32frombits(binary.LittleEndian.Uint32(body)))
		}
	}
	if len(x.matrix) != 0 && len(x.matrix) != len(x.ids)*x.dims {
		return fmt.Errorf("%w: %d numbers for %d vectors of %d dimensions", ErrCorrupt, len(x.matrix), len(x.ids), x.dims)
	}
	return rows.Err()
}

// collectionLimit is how many passages of one entity chromem-go searches faster than the spoken word needs: a thousand
// take it 1 ms.
const collectionLimit = 1000

// collect makes a chromem-go collection for each entity. The vectors are views into the matrix.
func (x *Index) collect(ctx context.Context) error {
	if len(x.matrix) == 0 {
		return nil
	}
	db := chromem.NewDB()
	none := func(context.Context, string) ([]float32, error) {
		return nil, errors.New("the index embeds nothing itself")
	}
	for i, entities := range x.entities {
		v := x.vector(i)
		if blas32.Implementation().Sdot(x.dims, v, 1, v, 1) == 0 {
			continue // a passage without a known word is nowhere near anything
		}
		for _, entity := range entities {
			if len(x.about[entity]) > collectionLimit {
				continue
			}
			c, ok := x.vectors[entity]
			if !ok {
				var err error
				if c, err = db.CreateCollection(entity, nil, none); err != nil {
					return err
				}
				x.vectors[entity] = c
			}
			if err := c.AddDocument(ctx, chromem.Document{ID: strconv.Itoa(i), Embedding: v}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (x *Index) vector(i int) []float32 { return x.matrix[i*x.dims : (i+1)*x.dims : (i+1)*x.dims] }

// Len is how many passages the edition has.
func (x *Index) Len() int { return len(x.ids) }

// Number finds a passage by its ID.
func (x *Index) Number(id string) (int, bool) {
	n, ok := x.numbers[id]
	return n, ok
}

// ID is the ID of a passage; Entities, Kind and Published are its filters, in memory.
func (x *Index) ID(number int) string           { return x.ids[number] }
func (x *Index) Entities(number int) []string   { return x.entities[number] }
func (x *Index) Kind(number int) DocumentKind   { return x.kinds[number] }
func (x *Index) Published(number int) time.Time { return x.dates[number] }

// Near finds the k passages nearest to a unit vector, only among those about one of the entities if any is named.
func (x *Index) Near(ctx context.Context, vector []float32, entities []string, k int) ([]Hit, error) {
	if len(x.matrix) == 0 || k <= 0 {
		return nil, nil
	}
	if len(vector) != x.dims {
		return nil, fmt.Errorf("a vector of %d dimensions for an edition of %d", len(vector), x.dims)
	}
	if len(entities) == 0 {
		return x.scan(ctx, vector, k, nil)
	}
	best := map[int]float64{}
	for _, entity := range entities {
		if about := x.about[entity]; len(about) > collectionLimit {
			found, err := x.scan(ctx, vector, k, about)
			if err != nil {
				return nil, err
			}
			for _, h := range found {
				best[h.Number] = h.Score
			}
			continue
		}
		c := x.vectors[entity]
		if c == nil {
			continue
		}
		found, err := c.QueryEmbedding(ctx, vector, min(k, c.Count()), nil, nil)
		if err != nil {
			return nil, err
		}
		for _, r := range found {
			n, err := strconv.Atoi(r.ID)
			if err != nil {
				return nil, err
			}
			best[n] = float64(r.Similarity)
		}
	}
	hits := make([]Hit, 0, len(best))
	for n, s := range best {
		hits = append(hits, Hit{n, s})
	}
	return top(hits, k), nil
}

// scan compares the vector with those of the numbers given, or with all, by two goroutines: more gain nothing on the
// small machines that this runs on.
func (x *Index) scan(ctx context.Context, vector []float32, k int, numbers []int32) ([]Hit, error) {
	workers := min(2, runtime.GOMAXPROCS(0))
	n := len(x.ids)
	if numbers != nil {
		n = len(numbers)
	}
	parts := make([][]Hit, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			parts[w] = x.scanPart(ctx, vector, k, numbers, w*n/workers, (w+1)*n/workers)
		})
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return top(slices.Concat(parts...), k), nil
}

func (x *Index) scanPart(ctx context.Context, vector []float32, k int, numbers []int32, from, to int) []Hit {
	blas := blas32.Implementation()
	// keep holds at most 2k hits and is cut back to k when full; floor is the least that still counts.
	keep := make([]Hit, 0, 2*k)
	floor := math.Inf(-1)
	for i := from; i < to; i++ {
		if i&4095 == 0 && ctx.Err() != nil {
			return nil
		}
		n := i
		if numbers != nil {
			n = int(numbers[i])
		}
		s := float64(blas.Sdot(x.dims, vector, 1, x.vector(n), 1))
		if s <= floor {
			continue
		}
		keep = append(keep, Hit{n, s})
		if len(keep) == cap(keep) {
			keep = top(keep, k)
			floor = keep[len(keep)-1].Score
		}
	}
	return top(keep, k)
}

// top sorts hits, best first, and cuts them to k. Equal scores keep the order of the passages.
func top(hits []Hit, k int) []Hit {
	slices.SortFunc(hits, func(a, b Hit) int {
		if c := cmp.Compare(b.Score, a.Score); c != 0 {
			return c
		}
		return a.Number - b.Number
	})
	return hits[:min(k, len(hits))]
}

// DefaultPostings bounds how many entries of the full-text index one search may touch; see [Index.Match].
// EntityPostings is the bound where an entity is named, which must be faster: it runs on every partial.
const (
	DefaultPostings = 2500
	EntityPostings  = 800
)

// Match finds the k passages that share the most telling words with the text, by FTS5's BM25, only among those about
// one of the entities if any is named.
//
// SQLite computes BM25 for every passage that has any of the words, 5 µs each: six common words over 50,000 passages
// take 100 ms. So words are taken from the rarest on until their entries exceed the given number of postings (0: no
// limit); the words left out are the ones that tell least.
//
// An entity narrows the search inside the index rather than after it: every word is also indexed together with each
// entity of its passage ("LRKS:revenu"), so that only entries about the entity are touched at all.
func (x *Index) Match(ctx context.Context, text string, entities []string, k, postings int) ([]Hit, error) {
	words := terms.Of(text)
	slices.Sort(words)
	words = slices.Compact(words)
	words = slices.DeleteFunc(words, func(w string) bool { return x.df[w] == 0 })
	slices.SortStableFunc(words, func(a, b string) int { return x.df[a] - x.df[b] })
	if len(words) == 0 || k <= 0 {
		return nil, nil
	}
	var (
		query  strings.Builder
		sum    int
		column = "plain"
		scopes = []string{""}
	)
	if len(entities) > 0 {
		column, scopes = "scoped", nil
		for _, e := range entities {
			scopes = append(scopes, scope(e, ""))
		}
	}
	query.WriteString(column + ": (")
words:
	for _, w := range words {
		for i, s := range scopes {
			n := x.df[w]
			if s != "" {
				n = min(n, len(x.about[entities[i]]))
			}
			if sum += n; sum > n && postings > 0 && sum > postings {
				break words
			}
			if sum > n {
				query.WriteString(" OR ")
			}
			query.WriteString(`"` + s + w + `"`)
		}
	}
	query.WriteByte(')')
	rows, err := x.sql.QueryContext(ctx, "select rowid, rank from words where words match ? order by rank limit ?", query.String(), k)
	if err != nil {
		return nil, fmt.Errorf("match %q: %w", text, classify(err))
	}
	defer rows.Close()
	hits := make([]Hit, 0, k)
	for rows.Next() {
		var n int
		var rank float64
		if err := rows.Scan(&n, &rank); err != nil {
			return nil, err
		}
		hits = append(hits, Hit{n - 1, -rank}) // FTS5's rank is negative: the smaller, the better
	}
	return hits, classify(rows.Err())
}

// Read fetches passages by their numbers, in the order asked.
func (x *Index) Read(ctx context.Context, numbers []int) ([]Passage, error) {
	return readPassages(ctx, x.sql, numbers)
}

// scope joins a term to an entity. Both are folded to the characters that the index's tokenizer keeps whole.
func scope(entity, term string) string { return fold(entity) + ":" + term }

func scopeAll(entities, words []string) string {
	if len(entities) == 0 {
		return ""
	}
	var b strings.Builder
	for _, e := range entities {
		for _, w := range words {
			b.WriteString(scope(e, w))
			b.WriteByte(' ')
		}
	}
	return b.String()
}

func fold(entity string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r > 127:
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return '_'
	}, entity)
}

// First says that a passage is the first of its document, as far as its kind and entities tell: passages stand in the
// order of their documents.
func (x *Index) First(number int) bool {
	return number == 0 || x.kinds[number] != x.kinds[number-1] || !slices.Equal(x.entities[number], x.entities[number-1])
}

// Known says that a term occurs in the edition's passages.
func (x *Index) Known(term string) bool { return x.df[term] > 0 }

// Alike says that two passages are so near that hearing both would be hearing one twice.
func (x *Index) Alike(a, b int) bool {
	const near = 0.97
	if a == b {
		return true
	}
	if len(x.matrix) == 0 {
		return false
	}
	return blas32.Implementation().Sdot(x.dims, x.vector(a), 1, x.vector(b), 1) > near
}
