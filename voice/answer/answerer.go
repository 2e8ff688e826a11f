package answer

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/aubade/aubade/internal/domain"
	"github.com/aubade/aubade/internal/llm"
	"github.com/aubade/aubade/retrieval"
	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/subagents"
)

// Config is what an Answerer is made of.
type Config struct {
	DB     *store.DB
	Domain *domain.Domain
	// Retriever opens an edition for reading; it is called once for each edition.
	Retriever func(ctx context.Context, e store.Edition) (*retrieval.Retriever, error)
	// Desk asks the helpers. Nil: there are none.
	Desk *subagents.Desk
	// Routes says which helper finds which metric: lexicon ID → name at the Desk; "" stands for every metric not listed.
	Routes map[string]string
	// Model is the small model. Nil: the reader speaks facts and passages as they are.
	Model       llm.Model
	Temperature float32
	// Tone tells the model how the caller sounds, where the ears know.
	Tone bool
	// Tools lets the model ask helpers itself.
	Tools bool
	// MaxSentences and MaxSpeech bound an answer; HistoryTurns and HistoryTokens what the model is reminded of.
	MaxSentences  int
	MaxSpeech     time.Duration
	HistoryTurns  int
	HistoryTokens int
	// Voice names the voice of the calls; prepared answers whose audio is in it are not spoken anew.
	Voice string
	// RememberCallers lets a caller be told on the next call what came back after this one.
	RememberCallers bool
	// Now is the domain's present; nil means the wall clock. Deadlines always count by the wall clock.
	Now func() time.Time
	Log *slog.Logger // nil: none
}

// An Answerer serves many conversations from the published editions of one domain. It is safe for concurrent use.
type Answerer struct {
	c     Config
	zone  *time.Location
	pace  pace
	mu    sync.Mutex
	books map[int64]*book
}

// A book is one edition opened for reading: shared by every conversation that pins it.
type book struct {
	edition   store.Edition
	retriever *retrieval.Retriever
	prepared  map[string]store.Question // by plain words
	questions []string                  // what can be asked, best first
}

// New checks the configuration and returns an Answerer.
func New(c Config) (*Answerer, error) {
	zone, err := time.LoadLocation(c.Domain.TimeZone)
	if err != nil {
		return nil, fmt.Errorf("domain %s: time zone: %w", c.Domain.Name, err)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Answerer{c: c, zone: zone, books: map[int64]*book{}}, nil
}

// Warm opens the current edition, so that the first call does not wait for it. It returns [store.ErrNoEdition] where
// nothing is published yet.
func (a *Answerer) Warm(ctx context.Context) (store.Edition, error) {
	b, err := a.current(ctx)
	if err != nil {
		return store.Edition{}, err
	}
	return b.edition, nil
}

// Suggestions are questions that the current edition can answer, best first.
func (a *Answerer) Suggestions(ctx context.Context) []string {
	b, err := a.current(ctx)
	if err != nil {
		return nil
	}
	return b.questions
}

// FirstAudio tells how long the voice took from a sentence to its first frame: the turn's deadline moves with it.
// Sound that was made at night is there at once and tells nothing of the voice.
func (a *Answerer) FirstAudio(d time.Duration) {
	if d >= time.Millisecond {
		a.pace.voice.observe(d)
	}
}

// current is the edition that is live now.
func (a *Answerer) current(ctx context.Context) (*book, error) {
	e, err := a.c.DB.Current(ctx, a.c.Domain.Name)
	if err != nil {
		return nil, err
	}
	return a.open(ctx, e)
}

func (a *Answerer) open(ctx context.Context, e store.Edition) (*book, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if b := a.books[e.ID]; b != nil {
		return b, nil
	}
	r, err := a.c.Retriever(ctx, e)
	if err != nil {
		return nil, fmt.Errorf("open edition %d: %w", e.ID, err)
	}
	questions, err := a.c.DB.Questions(ctx, e.ID)
	if err != nil {
		return nil, fmt.Errorf("open edition %d: %w", e.ID, err)
	}
	b := &book{edition: e, retriever: r, prepared: map[string]store.Question{}}
	b.questions = append(b.questions, a.c.Domain.Questions...)
	for _, q := range questions {
		b.prepared[plainKey(q.Text)] = q
		b.questions = append(b.questions, q.Text)
	}
	a.books[e.ID] = b
	return b, nil
}
