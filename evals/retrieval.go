package evals

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/aubade/aubade/internal/llm"
	"github.com/aubade/aubade/internal/llm/lsa"
	"github.com/aubade/aubade/retrieval"
	"github.com/aubade/aubade/store"
)

// A Corpus is a test collection in the BEIR formats: documents, queries, and which documents answer which query.
type Corpus struct {
	Documents []CorpusDocument
	Queries   []CorpusQuery
	// Relevant maps a query to the grades of its documents; those that are not there are not relevant.
	Relevant map[string]map[string]int
}

// A CorpusDocument is one line of corpus.jsonl.
type CorpusDocument struct {
	ID    CorpusID `json:"_id"`
	Title string   `json:"title"`
	Text  string   `json:"text"`
}

// A CorpusID is a string, or the number that some collections write.
type CorpusID string

// UnmarshalJSON takes either.
func (id *CorpusID) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		return json.Unmarshal(b, (*string)(id))
	}
	var n json.Number
	err := json.Unmarshal(b, &n)
	*id = CorpusID(n)
	return err
}

// A CorpusQuery is one line of queries.jsonl.
type CorpusQuery struct {
	ID   CorpusID `json:"_id"`
	Text string   `json:"text"`
}

// RetrievalScores say how well one ranking finds what is relevant, averaged over the queries that something is relevant to.
type RetrievalScores struct {
	NDCG10    float64 `json:"ndcg_10"` // gains are the grades, discounted by the logarithm of the rank
	Recall5   float64 `json:"recall_5"`
	Recall100 float64 `json:"recall_100"`
	MRR       float64 `json:"mrr"` // over the first hundred
}

// RetrievalReport compares the two halves of the retriever and their fusion.
type RetrievalReport struct {
	Documents int             `json:"documents"`
	Queries   int             `json:"queries"`
	Lexical   RetrievalScores `json:"lexical"`
	Vector    RetrievalScores `json:"vector"`
	Fused     RetrievalScores `json:"fused"`
}

// LoadCorpus reads a collection from its three files.
func LoadCorpus(corpus, queries, qrels string) (*Corpus, error) {
	c := &Corpus{Relevant: map[string]map[string]int{}}
	err := errors.Join(
		readLines(corpus, func(b []byte) error {
			var d CorpusDocument
			err := json.Unmarshal(b, &d)
			c.Documents = append(c.Documents, d)
			return err
		}),
		readLines(queries, func(b []byte) error {
			var q CorpusQuery
			err := json.Unmarshal(b, &q)
			c.Queries = append(c.Queries, q)
			return err
		}),
		readLines(qrels, c.judgement),
	)
	if err != nil {
		return nil, err
	}
	if len(c.Documents) == 0 || len(c.Queries) == 0 {
		return nil, fmt.Errorf("%d documents and %d queries: there is nothing to find", len(c.Documents), len(c.Queries))
	}
	return c, nil
}

// judgement reads "query-id, corpus-id, score", apart by tabs, below a heading; and TREC's four columns.
func (c *Corpus) judgement(line []byte) error {
	f := strings.Fields(string(line))
	if len(f) == 4 {
		f = []string{f[0], f[2], f[3]}
	}
	if len(f) != 3 {
		return fmt.Errorf("%q: want query-id, corpus-id and score", line)
	}
	grade, err := strconv.Atoi(f[2])
	if err != nil {
		if f[2] == "score" {
			return nil
		}
		return fmt.Errorf("%q: the score is no number", line)
	}
	if grade > 0 {
		if c.Relevant[f[0]] == nil {
			c.Relevant[f[0]] = map[string]int{}
		}
		c.Relevant[f[0]][f[1]] = grade
	}
	return nil
}

func readLines(path string, f func([]byte) error) error {
	r, err := os.Open(path)
	if err != nil {
		return err
	}
	defer r.Close()
	br := bufio.NewReaderSize(r, 1<<16)
	for n := 1; ; n++ {
		line, err := br.ReadBytes('\n')
		if s := strings.TrimSpace(string(line)); s != "" {
			if err := f([]byte(s)); err != nil {
				return fmt.Errorf("%s:%d: %w", filepath.Base(path), n, err)
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// Retrieval scores the retriever that calls use on a test collection: the collection becomes an edition in dir, with
// vectors of the embedder that needs no model, and every query is searched by words, by vectors and by both. The bound
// on full-text entries that keeps a call fast is lifted. progress may be nil.
func Retrieval(ctx context.Context, c *Corpus, dir string, progress func(done, total int)) (RetrievalReport, error) {
	db, err := store.Open(filepath.Join(dir, "retrieval.db"))
	if err != nil {
		return RetrievalReport{}, err
	}
	defer db.Close()
	e, embedder, err := corpusEdition(ctx, db, c)
	if err != nil {
		return RetrievalReport{}, err
	}
	r, err := retrieval.New(ctx, db, e, embedder)
	if err != nil {
		return RetrievalReport{}, err
	}
	r.Postings = -1
	report := RetrievalReport{Documents: len(c.Documents)}
	for i, q := range c.Queries {
		if progress != nil {
			progress(i, len(c.Queries))
		}
		relevant := c.Relevant[string(q.ID)]
		if len(relevant) == 0 {
			continue
		}
		lists, err := r.Search(ctx, retrieval.Query{Text: q.Text}, searched)
		if err != nil {
			return RetrievalReport{}, err
		}
		report.Queries++
		report.Lexical.add(c.ids(lists.Lexical, q.ID), relevant)
		report.Vector.add(c.ids(lists.Vector, q.ID), relevant)
		report.Fused.add(c.ids(lists.Fused, q.ID), relevant)
	}
	if report.Queries == 0 {
		return report, errors.New("no query has a relevant document")
	}
	for _, s := range []*RetrievalScores{&report.Lexical, &report.Vector, &report.Fused} {
		n := float64(report.Queries)
		s.NDCG10, s.Recall5, s.Recall100, s.MRR = s.NDCG10/n, s.Recall5/n, s.Recall100/n, s.MRR/n
	}
	return report, nil
}

// searched is how deep each half is searched: more than the hundred that are scored, so that the fusion has what to fuse.
const searched = 200

func corpusEdition(ctx context.Context, db *store.DB, c *Corpus) (store.Edition, llm.Embedder, error) {
	texts := make([]string, len(c.Documents))
	passages := make([]store.Passage, len(c.Documents))
	for i, d := range c.Documents {
		texts[i] = d.Title + "\n" + d.Text
		passages[i] = store.Passage{ID: strconv.Itoa(i), Prefix: d.Title, Text: d.Text}
	}
	embedder, err := lsa.Fit(ctx, texts, min(256, max(len(texts)/4, 16)))
	if err != nil {
		return store.Edition{}, nil, err
	}
	vectors, err := embedder.Embed(ctx, llm.Passage, texts)
	if err != nil {
		return store.Edition{}, nil, err
	}
	draft, err := db.Begin(ctx, store.Edition{Domain: "corpus", Embedder: embedder.Name()})
	if err != nil {
		return store.Edition{}, nil, err
	}
	if err := errors.Join(draft.AddPassages(ctx, passages), draft.AddVectors(ctx, vectors)); err != nil {
		return store.Edition{}, nil, errors.Join(err, draft.Discard())
	}
	e, err := draft.Seal(ctx, func(*store.Edition) {})
	return e, embedder, err
}

// ids names the documents of a ranking, without the query's own where queries are documents.
func (c *Corpus) ids(hits []store.Hit, query CorpusID) []string {
	out := make([]string, 0, len(hits))
	for _, h := range hits {
		if id := c.Documents[h.Number].ID; id != query {
			out = append(out, string(id))
		}
	}
	return out[:min(100, len(out))]
}

// add scores one ranking.
func (s *RetrievalScores) add(ranked []string, relevant map[string]int) {
	var dcg, found5, found100, first float64
	for i, id := range ranked {
		grade := relevant[id]
		if grade == 0 {
			continue
		}
		if i < 10 {
			dcg += float64(grade) / math.Log2(float64(i)+2)
		}
		if i < 5 {
			found5++
		}
		found100++
		if first == 0 {
			first = 1 / float64(i+1)
		}
	}
	var grades []int
	for _, g := range relevant {
		grades = append(grades, g)
	}
	slices.SortFunc(grades, func(a, b int) int { return b - a })
	ideal := 0.0
	for i, g := range grades[:min(10, len(grades))] {
		ideal += float64(g) / math.Log2(float64(i)+2)
	}
	n := float64(len(relevant))
	s.NDCG10 += dcg / ideal
	s.Recall5 += found5 / n
	s.Recall100 += found100 / n
	s.MRR += first
}
