package brief

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aubade/aubade/internal/domain"
	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/internal/llm"
	"github.com/aubade/aubade/store"
)

// A Builder makes editions of one domain. Everything that it does is written down before the next step begins, so that
// a build that is killed is finished by the next one, with the same result.
type Builder struct {
	DB       *store.DB
	Domain   *domain.Domain
	Sources  []Source
	Digester Digester
	Embedder Embedding
	// Gate, if set, judges the edition before it goes live. Without one every edition passes.
	Gate Gate
	// Recite, if set, makes the audio of anticipated answers; it is called with the most likely first.
	Recite func(ctx context.Context, answer string) (wav []byte, voice string, err error)
	// Note, if set, stands in every report: what a reader of it should know about the digester.
	Note string
	// Force builds a new edition even where nothing has changed.
	Force bool
	// Keep is how many published editions stay; 0 means 7.
	Keep int
	// Progress, if set, hears how far the build is. It must return at once.
	Progress func(Progress)
	// Now is the wall clock; nil means time.Now.
	Now func() time.Time

	// hook is called between steps; the tests kill the process in it.
	hook    func(step string)
	telling sync.Mutex // one call of Progress at a time
}

// Progress is how far a stage is. Total is 0 where it is not known.
type Progress struct {
	Stage string
	Done  int
	Total int
	Text  string
}

// A Gate judges an edition against frozen and generated questions and against the one that is live.
type Gate interface {
	Judge(ctx context.Context, db *store.DB, candidate store.Edition, live *store.Edition) (Verdict, error)
}

// A Verdict says whether an edition may go live.
type Verdict struct {
	Pass   bool    `json:"pass"`
	Checks []Check `json:"checks"`
}

// A Check is one thing that the gate looked at.
type Check struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Least float64 `json:"least"`
	Pass  bool    `json:"pass"`
	Text  string  `json:"text,omitempty"`
}

// Embedding makes vectors for passages and says what must be kept with the edition to embed queries the same way.
type Embedding interface {
	// Spec names the kind of embedding before anything is fitted: "lsa:256", "openai:model@url".
	Spec() string
	// Fit returns the embedder for a corpus; blob is kept with the edition, and may be nil.
	Fit(ctx context.Context, texts []string) (e llm.Embedder, blob []byte, err error)
}

// EmbedderBlob is the name of the attachment that holds Embedding's blob.
const EmbedderBlob = "embedder"

// Build fetches, digests, checks, embeds, judges and publishes. It returns the edition that it made, or the live one
// where nothing has changed. An edition that does not pass the gate is returned as a candidate, without an error.
func (b *Builder) Build(ctx context.Context) (store.Edition, Report, error) {
	unlock, err := b.DB.Lock()
	if err != nil {
		return store.Edition{}, Report{}, err
	}
	defer unlock()
	e, report, err := b.build(ctx)
	if err != nil {
		return store.Edition{}, report, fmt.Errorf("build %s: %w", b.Domain.Name, err)
	}
	return e, report, nil
}

func (b *Builder) build(ctx context.Context) (store.Edition, Report, error) {
	report := Report{Domain: b.Domain.Name, Zone: b.Domain.TimeZone, Began: b.now(), Digester: b.Digester.Name(), Note: b.Note, Embedder: b.Embedder.Spec()}
	if err := b.collect(ctx, &report); err != nil {
		return store.Edition{}, report, err
	}
	docs, err := b.DB.Documents(ctx, b.Domain.Name)
	if err != nil {
		return store.Edition{}, report, err
	}
	if len(docs) == 0 {
		return store.Edition{}, report, errors.New("there is nothing to read: no source gave a document")
	}
	lex := Lexicon(b.Domain)
	report.Input = b.inputKey(docs, lex)
	if e, done, err := b.finished(ctx, &report); err != nil || done {
		return e, report, err
	}
	content, err := b.read(ctx, docs, lex, &report)
	if err != nil {
		return store.Edition{}, report, err
	}
	e, err := b.write(ctx, docs, lex, content, &report)
	if err != nil {
		return store.Edition{}, report, err
	}
	e, err = b.release(ctx, e, &report)
	return e, report, err
}

// finished looks for an edition of exactly these inputs: the live one, or one that was sealed but never judged.
func (b *Builder) finished(ctx context.Context, report *Report) (store.Edition, bool, error) {
	if b.Force {
		return store.Edition{}, false, nil
	}
	editions, err := b.DB.Editions(ctx, b.Domain.Name)
	if err != nil {
		return store.Edition{}, false, err
	}
	live, err := b.DB.Current(ctx, b.Domain.Name)
	if err != nil && !errors.Is(err, store.ErrNoEdition) {
		return store.Edition{}, false, err
	}
	for _, e := range editions {
		if e.State == store.Building {
			continue
		}
		old := ReadReport(e)
		if old.Input != report.Input {
			return store.Edition{}, false, nil // only the newest counts: what came before it is history
		}
		report.Unchanged = true
		switch {
		case e.ID == live.ID || e.State == store.Published:
			return e, true, nil
		case old.Verdict == nil || old.Verdict.Pass: // killed before it was judged, or before it went live
			e, err := b.release(ctx, e, report)
			return e, true, err
		default:
			return e, true, nil // it was judged and held back; nothing has changed since
		}
	}
	return store.Edition{}, false, nil
}

// inputKey names everything that an edition depends on.
func (b *Builder) inputKey(docs []store.Document, lex lexicon.Lexicon) string {
	h := sha256.New()
	enc := json.NewEncoder(h)
	enc.Encode([]any{"build/3", b.Domain.Name, b.Digester.Name(), b.Embedder.Spec(), lex, b.Domain.Watch, b.Domain.Questions, b.today()})
	for _, d := range docs {
		enc.Encode([]any{d.ID, d.Hash, d.Title, d.Published, d.Kind, d.Entities, d.Unverified})
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// today is the day that facts expire against; it is part of what an edition depends on.
func (b *Builder) today() string { return b.Domain.Now(b.now()).Format(time.DateOnly) }

// Content is what an edition says.
type Content struct {
	Facts     []store.Fact
	Passages  []store.Passage
	Questions []store.Question
}

// read turns documents into content. It depends on its arguments alone: the same documents make the same content.
func (b *Builder) read(ctx context.Context, docs []store.Document, lex lexicon.Lexicon, report *Report) (Content, error) {
	original := Originals(docs)
	report.Copies = len(original)
	digests, err := b.digest(ctx, docs, lex, report)
	if err != nil {
		return Content{}, err
	}
	var c Content
	for _, d := range digests {
		c.Facts = append(c.Facts, d.Facts...)
		c.Passages = append(c.Passages, d.Passages...)
		report.Refused = append(report.Refused, d.Refused...)
		report.Spent.Add(d.Spent)
	}
	now := b.Domain.Now(b.now())
	read := len(c.Facts)
	c.Facts = unexpired(c.Facts, time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location()))
	report.Expired = read - len(c.Facts)
	c.Facts = Merge(c.Facts, original)
	c.Facts = append(c.Facts, Compute(c.Facts, lex)...)
	slices.SortFunc(c.Facts, func(x, y store.Fact) int { return cmp.Compare(x.ID, y.ID) })
	c.Facts = slices.CompactFunc(c.Facts, func(x, y store.Fact) bool { return x.ID == y.ID })
	c.Passages = b.passages(c.Passages, original)
	titles := map[string]string{}
	for _, d := range docs {
		titles[d.ID] = d.Title
	}
	Dispute(c.Passages, titles, original)
	c.Questions = Anticipate(b.Domain, lex, c)
	report.count(c, lex)
	report.watched(b.Domain.Watch)
	return c, nil
}

// formulaic is in how many documents the same words make a form rather than a message.
const formulaic = 5

// passages drops what is said twice and counts who else says it. Copies of a story add to its count only, and what stands
// in every document but for the company's name is left out.
func (b *Builder) passages(all []store.Passage, original map[string]string) []store.Passage {
	slices.SortFunc(all, comparePassages)
	copies := map[string]int{}
	for _, o := range original {
		copies[o]++
	}
	lex := Lexicon(b.Domain)
	bare := make([]string, len(all))
	often := map[string]int{}
	for i, p := range all {
		bare[i] = unnamed(p, lex)
		often[bare[i]]++
	}
	var out []store.Passage
	seen := map[string]bool{}
	for i, p := range all {
		if seen[p.ID] || original[p.Span.Document] != "" || often[bare[i]] >= formulaic && p.Kind != store.Calendar {
			continue
		}
		seen[p.ID] = true
		p.Corroboration = 1 + copies[p.Span.Document]
		out = append(out, p)
	}
	return out
}

// unnamed is a passage's text without the names of those that it is about.
func unnamed(p store.Passage, lex lexicon.Lexicon) string {
	text := p.Text
	for _, e := range p.Entities {
		if t, ok := lex.Term(e); ok {
			for _, n := range append([]string{t.Name}, t.Aliases...) {
				text = strings.ReplaceAll(text, n, "")
			}
		}
	}
	return text
}

// write embeds the content and seals it as an edition.
func (b *Builder) write(ctx context.Context, docs []store.Document, lex lexicon.Lexicon, c Content, report *Report) (store.Edition, error) {
	b.step("embed")
	texts := make([]string, len(c.Passages))
	for i, p := range c.Passages {
		texts[i] = p.Prefix + "\n" + p.Text
	}
	var (
		vectors [][]float32
		blob    []byte
		name    string
	)
	if len(texts) > 0 {
		e, fitted, err := b.Embedder.Fit(ctx, texts)
		if err != nil {
			return store.Edition{}, fmt.Errorf("embed by %s: %w; what was digested is kept for the next run, and %s", b.Embedder.Spec(), err, b.served(ctx))
		}
		blob, name = fitted, e.Name()
		if vectors, err = b.embed(ctx, e, texts); err != nil {
			return store.Edition{}, fmt.Errorf("embed by %s: %w; what was digested is kept for the next run, and %s", b.Embedder.Spec(), err, b.served(ctx))
		}
	}
	b.recite(ctx, c.Questions, report)
	b.step("write")
	d, err := b.DB.Begin(ctx, store.Edition{Domain: b.Domain.Name, Digester: b.Digester.Name(), Embedder: name})
	if err != nil {
		return store.Edition{}, err
	}
	b.hooked("begun")
	if err := errors.Join(d.AddFacts(ctx, c.Facts), d.AddPassages(ctx, c.Passages), d.AddQuestions(ctx, c.Questions)); err != nil {
		return store.Edition{}, errors.Join(err, d.Discard())
	}
	b.hooked("filled")
	if vectors != nil {
		err = d.AddVectors(ctx, vectors)
	}
	if blob != nil {
		err = errors.Join(err, d.Attach(ctx, EmbedderBlob, blob))
	}
	if err != nil {
		return store.Edition{}, errors.Join(err, d.Discard())
	}
	report.Hash = c.Hash()
	b.hooked("seal")
	return d.Seal(ctx, func(e *store.Edition) {
		e.Hash = report.Hash
		e.Lexicon = lex
		e.Watch = b.Domain.Watch
		e.AsOf = asOf(docs, b.Domain.Now(b.now()))
		e.Counts.Documents, e.Counts.Refused = len(docs), len(report.Refused)
		e.Report = report.JSON()
	})
}

// embedBatch keeps requests to a server of embeddings at a size that every one takes.
const embedBatch = 128

func (b *Builder) embed(ctx context.Context, e llm.Embedder, texts []string) ([][]float32, error) {
	out := make([][]float32, 0, len(texts))
	b.progress(Progress{Stage: "embed", Total: len(texts)})
	for i := 0; i < len(texts); i += embedBatch {
		some := texts[i:min(len(texts), i+embedBatch)]
		vs, err := e.Embed(ctx, llm.Passage, some)
		if err != nil {
			return nil, err
		}
		if len(vs) != len(some) {
			return nil, fmt.Errorf("%d vectors for %d texts", len(vs), len(some))
		}
		out = append(out, vs...)
		b.progress(Progress{Stage: "embed", Done: len(out), Total: len(texts)})
	}
	return out, nil
}

// recited is how many anticipated answers get their audio.
const recited = 12

func (b *Builder) recite(ctx context.Context, questions []store.Question, report *Report) {
	if b.Recite == nil {
		return
	}
	for i := range questions[:min(recited, len(questions))] {
		wav, voice, err := b.Recite(ctx, questions[i].Answer)
		if err != nil {
			report.Voiceless = err.Error() // answers are spoken live
			return
		}
		questions[i].Audio, questions[i].Voice = wav, voice
		report.Recited++
		b.progress(Progress{Stage: "recite", Done: i + 1, Total: min(recited, len(questions))})
	}
}

// release asks the gate and flips the row.
func (b *Builder) release(ctx context.Context, e store.Edition, report *Report) (store.Edition, error) {
	b.step("judge")
	verdict := Verdict{Pass: true}
	if b.Gate != nil {
		var live *store.Edition
		if now, err := b.DB.Current(ctx, b.Domain.Name); err == nil {
			live = &now
		}
		var err error
		if verdict, err = b.Gate.Judge(ctx, b.DB, e, live); err != nil {
			return e, fmt.Errorf("judge edition %d: %w", e.ID, err)
		}
	}
	kept := ReadReport(e)
	kept.Verdict, kept.Ended = &verdict, b.now()
	report.Verdict, report.Ended = kept.Verdict, kept.Ended
	if err := b.DB.Annotate(ctx, e.ID, store.Candidate, kept.JSON()); err != nil {
		return e, err
	}
	b.hooked("judged")
	if verdict.Pass {
		if err := b.DB.Publish(ctx, e.ID); err != nil {
			return e, err
		}
	}
	b.hooked("published")
	if _, err := b.DB.Prune(ctx, b.Domain.Name, cmp.Or(b.Keep, 7)); err != nil {
		return e, err
	}
	return b.DB.Edition(ctx, e.ID)
}

// Hash is of the content, independent of when it was built, of its number and of audio.
func (c Content) Hash() string {
	h := sha256.New()
	enc := json.NewEncoder(h)
	for i := range c.Facts {
		f := c.Facts[i]
		f.Edition = 0
		enc.Encode(&f)
	}
	for i := range c.Passages {
		p := c.Passages[i]
		p.Edition = 0
		enc.Encode(&p)
	}
	for i := range c.Questions {
		q := c.Questions[i]
		q.Edition, q.Audio, q.Voice = 0, nil, ""
		enc.Encode(&q)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// asOf is the newest thing that the documents speak of, but not the future.
func asOf(docs []store.Document, now time.Time) time.Time {
	var newest time.Time
	for _, d := range docs {
		for _, t := range []time.Time{d.AsOf, d.Published} {
			if t.After(newest) && !t.After(now) {
				newest = t
			}
		}
	}
	return newest
}

// Lexicon is the lexicon of a domain's editions: its own terms, and the built-in metrics.
func Lexicon(d *domain.Domain) lexicon.Lexicon { return domain.WithMetrics(d.Terms()) }

func (b *Builder) now() time.Time {
	if b.Now != nil {
		return b.Now().UTC()
	}
	return time.Now().UTC()
}

func (b *Builder) step(name string) {
	b.progress(Progress{Stage: name})
	b.hooked(name)
}

func (b *Builder) hooked(step string) {
	if b.hook != nil {
		b.hook(step)
	}
}

func (b *Builder) progress(p Progress) {
	if b.Progress != nil {
		b.telling.Lock()
		defer b.telling.Unlock()
		b.Progress(p)
	}
}
