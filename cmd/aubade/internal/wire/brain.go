package wire

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/aubade/aubade/brief"
	"github.com/aubade/aubade/cmd/aubade/internal/config"
	"github.com/aubade/aubade/internal/domain"
	"github.com/aubade/aubade/internal/llm"
	"github.com/aubade/aubade/internal/llm/lsa"
	"github.com/aubade/aubade/retrieval"
	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/subagents"
	"github.com/aubade/aubade/voice/answer"
)

// A Brain is everything that answers, without ears or a voice: what `ask`, `eval` and every call share.
type Brain struct {
	Config   config.Config
	Domain   *domain.Domain
	DB       *store.DB
	Desk     *subagents.Desk
	Answerer *answer.Answerer
	// ModelName is the spec of the small model.
	ModelName string

	tamper  Tamper
	log     *slog.Logger
	closers []func() error // of helpers that keep something running
}

// OpenStore opens the store in the home folder.
func OpenStore(c config.Config) (*store.DB, error) {
	home, err := c.HomeDir()
	if err != nil {
		return nil, err
	}
	return store.Open(filepath.Join(home, "aubade.db"))
}

// Tamper may put another helper in a helper's place: evaluations let them go wrong. Nil leaves it as it is.
type Tamper func(subagents.Agent) subagents.Agent

// OpenBrain wires the domain, the store, the helpers and the small model. Close it.
func OpenBrain(c config.Config, log *slog.Logger) (*Brain, error) { return OpenBrainWith(c, log, nil) }

// OpenBrainWith is OpenBrain with helpers that are tampered with.
func OpenBrainWith(c config.Config, log *slog.Logger, tamper Tamper) (*Brain, error) {
	d, err := domain.Load(c.Domain)
	if err != nil {
		return nil, err
	}
	db, err := OpenStore(c)
	if err != nil {
		return nil, err
	}
	b := &Brain{Config: c, Domain: d, DB: db, ModelName: c.Answer.Model, tamper: tamper, log: log}
	if err := b.wire(log); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return b, nil
}

func (b *Brain) wire(log *slog.Logger) error {
	model, err := Model(b.Config.Answer.Model)
	if err != nil {
		return fmt.Errorf("answer.model: %w", err)
	}
	if _, err := reranker(b.Config.Answer.Reranker); err != nil { // or the first call would find out
		return fmt.Errorf("answer.reranker: %w", err)
	}
	members, routes, err := helpers(b)
	if err != nil {
		return err
	}
	b.Desk, err = subagents.NewDesk(subagents.Config{Members: members, HedgeShare: share(b.Config.Helpers.HedgeShare), Log: log})
	if err != nil {
		return err
	}
	b.Answerer, err = answer.New(answer.Config{
		DB: b.DB, Domain: b.Domain, Desk: b.Desk, Routes: routes, Model: model, Log: log,
		Retriever:       b.retriever,
		Voice:           VoiceKey(b.Config),
		Temperature:     float32(b.Config.Answer.Temperature),
		Tone:            b.Config.Answer.Tone,
		Tools:           b.Config.Answer.Tools,
		MaxSentences:    b.Config.Answer.MaxSentences,
		MaxSpeech:       b.Config.Answer.MaxSpeech,
		HistoryTurns:    b.Config.Answer.HistoryTurns,
		HistoryTokens:   b.Config.Answer.HistoryTokens,
		RememberCallers: b.Config.Helpers.RememberCallers,
		Now:             b.Now,
	})
	return err
}

// Now is the domain's present: fixed by the domain, or the wall clock.
func (b *Brain) Now() time.Time { return b.Domain.Now(time.Now()) }

// retriever opens an edition with the embedder that it was built with.
func (b *Brain) retriever(ctx context.Context, e store.Edition) (*retrieval.Retriever, error) {
	embedder, err := OpenEmbedder(ctx, b.DB, e)
	if err != nil {
		return nil, err
	}
	r, err := retrieval.New(ctx, b.DB, e, embedder)
	if err != nil {
		return nil, err
	}
	r.Now = b.Now
	if r.Reranker, err = reranker(b.Config.Answer.Reranker); err != nil {
		return nil, fmt.Errorf("answer.reranker: %w", err)
	}
	return r, nil
}

// OpenEmbedder opens the embedder that an edition was built with; nil where its passages have no vectors.
func OpenEmbedder(ctx context.Context, db *store.DB, e store.Edition) (llm.Embedder, error) {
	spec, err := parseSpec(e.Embedder)
	if err != nil {
		return nil, nil // an edition without vectors is searched by its words
	}
	switch spec.Kind {
	case "lsa":
		blob, err := db.Attachment(ctx, e.ID, brief.EmbedderBlob)
		if err != nil {
			return nil, err
		}
		return lsa.Load(blob)
	case "openai":
		return served(spec)
	case "onnx":
		return local(spec)
	}
	return nil, unknown("embedder of edition", spec, "lsa:", "onnx:", "openai:")
}

// share is the desk's way to say none.
func share(s float64) float64 {
	if s == 0 {
		return -1
	}
	return s
}

// Close closes the store.
func (b *Brain) Close() error {
	var errs []error
	for _, c := range b.closers {
		errs = append(errs, c())
	}
	return errors.Join(append(errs, b.DB.Close())...)
}
