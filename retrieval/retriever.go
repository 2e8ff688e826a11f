package retrieval

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/internal/llm"
	"github.com/aubade/aubade/internal/terms"
	"github.com/aubade/aubade/store"
)

// A Reranker orders texts by how well they answer a query: one score for each, the higher the better.
type Reranker interface {
	Rerank(ctx context.Context, query string, texts []string) ([]float64, error)
}

// A Retriever reads one edition. It is safe for concurrent use.
type Retriever struct {
	*Resolver
	// Limit is how many passages a Result holds; 0 means 6. Where a reason is asked for it holds three times as many.
	Limit int
	// Postings bounds the full-text search, see store.Index.Match; 0 means the store's defaults, -1 no bound.
	Postings int
	// Reranker, if set, orders the best passages anew. What it cannot do in time is left as it was.
	Reranker Reranker

	db       *store.DB
	index    *store.Index
	embedder llm.Embedder
}

// New opens an edition for reading. Without an embedder passages are found by their words alone.
func New(ctx context.Context, db *store.DB, edition store.Edition, embedder llm.Embedder) (*Retriever, error) {
	x, err := db.OpenIndex(ctx, edition.ID)
	if err != nil {
		return nil, fmt.Errorf("open edition %d for retrieval: %w", edition.ID, err)
	}
	known := func(word string) bool {
		ts := terms.Of(word)
		return len(ts) == 0 || x.Known(ts[0])
	}
	return &Retriever{Resolver: NewResolver(edition.Lexicon, edition.AsOf, known), db: db, index: x, embedder: embedder}, nil
}

// Edition is the one that is read.
func (r *Retriever) Edition() store.Edition { return r.index.Edition }

// Lexicon is the edition's.
func (r *Retriever) Lexicon() lexicon.Lexicon { return r.lexicon }

// Retrieve finds what the edition knows. Facts are exact or absent: the entity, metric and period are those asked.
func (r *Retriever) Retrieve(ctx context.Context, q Query) (Result, error) {
	res := Result{Query: q}
	if err := r.facts(ctx, &res); err != nil {
		return Result{}, fmt.Errorf("retrieve %q: %w", q.Text, err)
	}
	lists, err := r.Search(ctx, q, r.depth())
	if err != nil {
		return Result{}, fmt.Errorf("retrieve %q: %w", q.Text, err)
	}
	if res.Passages, err = r.pick(ctx, q, lists); err != nil {
		return Result{}, fmt.Errorf("retrieve %q: %w", q.Text, err)
	}
	if q.Intent == News && !q.Why {
		// "What happened to the dividend?" wants the story, not the last reported value.
		i := -1
		for j, f := range res.Passages {
			if tells(f, r.lexicon, q.Metric) && (i < 0 || f.Published.After(res.Passages[i].Published)) {
				i = j
			}
		}
		if i >= 0 {
			story := res.Passages[i]
			res.Passages = slices.Insert(slices.Delete(res.Passages, i, i+1), 0, story)
			res.Facts, res.Missing = nil, Known
		}
	}
	res.Subject = Subject{Entities: q.Entities, Metric: res.Query.Metric, Period: q.Period.Period, Intent: q.Intent, Rank: q.Rank}
	if q.Rank.Asked && !q.Rank.Market && !q.Rank.All && len(res.Facts) > 0 {
		res.Subject.Entities = []string{res.Facts[0].Entity} // who was told to stand out is "it"
	}
	if len(res.Facts) > 0 {
		res.Subject.Period = res.Facts[0].Period
	}
	return res, nil
}

// tells says that a passage is news of the metric.
func tells(f Found, l lexicon.Lexicon, metric string) bool {
	m, ok := l.Term(metric)
	if !ok || f.Kind != store.News && f.Kind != store.Filing {
		return false
	}
	has := terms.Of(f.Text)
	for _, name := range append([]string{m.Name}, m.Aliases...) {
		ws := terms.Of(name)
		if len(ws) > 0 && !slices.ContainsFunc(ws, func(w string) bool { return !slices.Contains(has, w) }) {
			return true
		}
	}
	return false
}

// companies are those of the entities that passages are filed under.
func (r *Retriever) companies(ids []string) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
		t, ok := r.lexicon.Term(id)
		return ok && t.Kind != lexicon.Company
	})
}

func (r *Retriever) namesOf(ids []string) string {
	var names []string
	for _, id := range ids {
		if t, ok := r.lexicon.Term(id); ok {
			names = append(names, t.Name)
		}
	}
	return strings.Join(names, " ")
}

func (r *Retriever) limit() int {
	if r.Limit > 0 {
		return r.Limit
	}
	return 6
}

// depth is how many of each list are fused.
func (r *Retriever) depth() int { return max(4*r.limit(), 40) }

// Lists are the two rankings and their fusion, best first.
type Lists struct{ Lexical, Vector, Fused []store.Hit }

// Search runs both halves side by side and fuses them. Entities of the query narrow both.
func (r *Retriever) Search(ctx context.Context, q Query, k int) (Lists, error) {
	var (
		l          Lists
		wg         sync.WaitGroup
		lerr, verr error
	)
	text := q.Text
	named := q.Entities
	q.Entities = r.companies(q.Entities)
	if len(q.Entities) == 0 && len(named) > 0 {
		text = q.Text + " " + r.namesOf(named) // a product, a person: passages are about companies, and name them
	}
	if len(q.Entities) > 0 && slices.ContainsFunc(terms.Of(q.Topic), r.index.Known) {
		text = q.Topic
	}
	if r.embedder != nil {
		wg.Go(func() {
			vs, err := r.embedder.Embed(ctx, llm.Query, []string{text})
			if err != nil {
				verr = fmt.Errorf("embed: %w", err)
				return
			}
			l.Vector, verr = r.index.Near(ctx, vs[0], q.Entities, k)
		})
	}
	postings := r.Postings
	switch {
	case postings == 0 && len(q.Entities) > 0:
		postings = store.EntityPostings
	case postings == 0:
		postings = store.DefaultPostings
	case postings < 0:
		postings = 0
	}
	l.Lexical, lerr = r.index.Match(ctx, text, q.Entities, k, postings)
	wg.Wait()
	if lerr != nil {
		return Lists{}, lerr
	}
	if verr != nil {
		if ctx.Err() != nil {
			return Lists{}, verr
		}
		l.Vector = nil // an embedder that is down must not silence the words
	}
	l.Fused = fuse(l.Lexical, l.Vector, r.vectors())
	return l, nil
}

// Reciprocal rank fusion (Cormack, Clarke and Büttcher 2009): a list gives its n-th passage weight / (offset + n). The
// customary offset of 60 suits rankings of equal worth. The words' is steeper, because their first ranks are worth most.
// Vectors that are fitted to the same words rank worse than the words and find more: they are flat, so that they leave
// the first ranks alone and fill the later ones. Measured with `eval retrieval` on questions about annual reports and on
// titles of news pages: nDCG@10 stays what the words' is, recall@100 gains one point.
type fusion struct{ offset, weight float64 }

var (
	byWords  = fusion{5, 1}
	byFitted = fusion{60, 0.7} // LSA
	byServed = fusion{5, 1}    // a trained model
)

func (f fusion) score(rank int) float64 { return f.weight / (f.offset + float64(rank)) }

func (r *Retriever) vectors() fusion {
	if r.embedder != nil && strings.HasPrefix(r.embedder.Name(), "lsa:") {
		return byFitted
	}
	return byServed
}

// fuse joins the two rankings.
func fuse(lexical, vector []store.Hit, vectors fusion) []store.Hit {
	score := make(map[int]float64, len(lexical)+len(vector))
	for i, h := range lexical {
		score[h.Number] += byWords.score(i + 1)
	}
	for i, h := range vector {
		score[h.Number] += vectors.score(i + 1)
	}
	out := make([]store.Hit, 0, len(score))
	for n, s := range score {
		out = append(out, store.Hit{Number: n, Score: s})
	}
	sortHits(out)
	return out
}

func sortHits(hits []store.Hit) {
	slices.SortFunc(hits, func(a, b store.Hit) int {
		switch {
		case a.Score > b.Score:
			return -1
		case a.Score < b.Score:
			return 1
		}
		return a.Number - b.Number
	})
}

// halfLife says after how long a passage counts half. What a filing said does not grow old within an edition.
var halfLife = map[store.DocumentKind]time.Duration{
	store.News:   21 * 24 * time.Hour,
	store.Social: 7 * 24 * time.Hour,
	store.Note:   60 * 24 * time.Hour,
}

// pick applies what the two lists do not know: dates, age, repetition; and reads the best.
func (r *Retriever) pick(ctx context.Context, q Query, l Lists) ([]Found, error) {
	hits, now := slices.Clone(l.Fused), r.Now()
	open := len(r.companies(q.Entities)) > 0 && q.Metric == "" && openEnded(q.Topic)
	for i := range hits {
		h := &hits[i]
		kind, date := r.index.Kind(h.Number), r.index.Published(h.Number)
		if half := halfLife[kind]; half > 0 && !date.IsZero() {
			age := max(0, now.Sub(date))
			// An old story keeps at least a third: it may be the only one.
			h.Score *= 1.0/3 + 2.0/3*math.Exp2(-float64(age)/float64(half))
		}
		if q.Intent == News && kind == store.News {
			h.Score *= 1.3
		}
		if q.Intent == News && kind == store.Filing && !date.IsZero() {
			h.Score *= 1.0/3 + 2.0/3*math.Exp2(-max(0, now.Sub(date).Hours())/(21*24)) // a report of last spring is no news
		}
		if kind == store.Note && asksAnalysts(q.Text) {
			h.Score *= 3
		}
		if kind == store.Social {
			h.Score *= 0.6 // what nobody stands for comes after what somebody does
		}
		if (kind == store.News || kind == store.Filing) && r.index.First(h.Number) {
			h.Score *= 1.2 // a story says first what is new
		}
		if open && (q.Intent == News || q.Intent == Overview) {
			h.Score = r.fresh(h.Number, now)
		}
		switch {
		case q.Intent == Calendar && kind == store.Calendar:
			h.Score *= 2
		case q.Intent == Profile && kind == store.Profile && len(q.Entities) > 0:
			h.Score = 1 + h.Score
			if r.index.First(h.Number) && asksTheTrade(q.Topic) {
				h.Score *= 1.5 // a profile begins with what the company does
			}
		}
	}
	sortHits(hits)
	if in := r.within(q, hits); len(in) > 0 {
		hits = in
	}
	most := r.limit()
	if q.Why {
		most *= 3 // a reason may stand anywhere in what is told of the matter
	}
	var chosen []store.Hit
	for _, h := range hits {
		if len(chosen) == most {
			break
		}
		if !slices.ContainsFunc(chosen, func(c store.Hit) bool { return r.index.Alike(c.Number, h.Number) }) {
			chosen = append(chosen, h)
		}
	}
	numbers := make([]int, len(chosen))
	for i, h := range chosen {
		numbers[i] = h.Number
	}
	passages, err := r.index.Read(ctx, numbers)
	if err != nil {
		return nil, err
	}
	found := make([]Found, len(passages))
	for i, p := range passages {
		at := func(list []store.Hit) int {
			return slices.IndexFunc(list, func(h store.Hit) bool { return h.Number == numbers[i] }) + 1
		}
		found[i] = Found{Passage: p, Score: chosen[i].Score, Lexical: at(l.Lexical), Vector: at(l.Vector)}
	}
	r.rerank(ctx, q.Text, found)
	return r.withContradictions(ctx, found)
}

// asksAnalysts says that a question is for what those say who watch a company, not for what it says itself.
func asksAnalysts(text string) bool {
	return slices.ContainsFunc(words(text), func(w string) bool {
		return w == "analysts" || w == "analyst" || w == "brokers" || w == "research" && strings.Contains(text, "note")
	})
}

// asksTheTrade says that a question for a profile wants to know what the company does, not who runs it or where it is.
func asksTheTrade(topic string) bool {
	return !slices.ContainsFunc(terms.Of(topic), func(t string) bool { return len(t) > 1 && !trade[t] })
}

var trade = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range terms.Of("do does make makes sell business company firm kind sort line profile describe about explain trade money live living") {
		m[w] = true
	}
	return m
}()

// openEnded says that a question for news names nothing but who it is about.
func openEnded(topic string) bool {
	return !slices.ContainsFunc(terms.Of(topic), func(t string) bool { return len(t) > 1 && !newsy[t] })
}

var newsy = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range terms.Of("news new latest happen happened happening headline headlines update updates anything recent recently today week doing heard hear going story stories up tell overview summary") {
		m[w] = true
	}
	return m
}()

// fresh scores a passage by nothing but its age and its kind: what is asked for is what is new.
func (r *Retriever) fresh(number int, now time.Time) float64 {
	date := r.index.Published(number)
	if date.IsZero() {
		return 0
	}
	weight := map[store.DocumentKind]float64{store.News: 1, store.Filing: 0.7, store.Note: 0.6, store.Social: 0.1}[r.index.Kind(number)]
	if r.index.First(number) {
		weight *= 2
	}
	return weight * math.Exp2(-max(0, now.Sub(date).Hours())/(5*24))
}

// withContradictions puts behind each passage those that contradict it: who hears one side is told that there is another.
func (r *Retriever) withContradictions(ctx context.Context, found []Found) ([]Found, error) {
	var out []Found
	has := map[string]bool{}
	for _, f := range found {
		if has[f.ID] {
			continue
		}
		has[f.ID] = true
		out = append(out, f)
		for _, id := range f.Contradicts {
			n, ok := r.index.Number(id)
			if !ok || has[id] {
				continue
			}
			other, err := r.index.Read(ctx, []int{n})
			if err != nil {
				return nil, err
			}
			has[id] = true
			out = append(out, Found{Passage: other[0], Score: f.Score})
		}
	}
	return out, nil
}

// within keeps the passages of the time that was asked for; none left means that the filter is dropped.
func (r *Retriever) within(q Query, hits []store.Hit) []store.Hit {
	since, until := q.Since, q.Until
	if since.IsZero() || q.Metric != "" {
		return nil
	}
	var out []store.Hit
	for _, h := range hits {
		d := r.index.Published(h.Number)
		if d.IsZero() || d.Before(since) || !until.IsZero() && !d.Before(until) {
			continue
		}
		out = append(out, h)
	}
	return out
}

func (r *Retriever) rerank(ctx context.Context, query string, found []Found) {
	if r.Reranker == nil || len(found) < 2 {
		return
	}
	texts := make([]string, len(found))
	for i, f := range found {
		texts[i] = f.Prefix + "\n" + f.Text
	}
	scores, err := r.Reranker.Rerank(ctx, query, texts)
	if err != nil || len(scores) != len(found) {
		return
	}
	order := make([]int, len(found))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case scores[a] > scores[b]:
			return -1
		case scores[a] < scores[b]:
			return 1
		}
		return 0
	})
	was := slices.Clone(found)
	for i, o := range order {
		found[i] = was[o]
		found[i].Score = scores[o]
	}
}
