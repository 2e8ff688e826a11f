package wire

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/aubade/aubade/brief"
	"github.com/aubade/aubade/brief/extractive"
	"github.com/aubade/aubade/brief/frontier"
	"github.com/aubade/aubade/brief/source"
	"github.com/aubade/aubade/cmd/aubade/internal/config"
	"github.com/aubade/aubade/internal/domain"
	"github.com/aubade/aubade/internal/llm"
	"github.com/aubade/aubade/internal/llm/openai"
	"github.com/aubade/aubade/internal/llm/sentence"
	"github.com/aubade/aubade/internal/models"
	"github.com/aubade/aubade/store"
)

// A Night is everything that builds a brief.
type Night struct {
	Config  config.Config
	Domain  *domain.Domain
	DB      *store.DB
	Builder *brief.Builder
}

// OpenNight wires the domain, the store, the sources and the digester. Close it.
func OpenNight(c config.Config) (*Night, error) {
	d, err := domain.Load(c.Domain)
	if err != nil {
		return nil, err
	}
	db, err := OpenStore(c)
	if err != nil {
		return nil, err
	}
	n := &Night{Config: c, Domain: d, DB: db}
	if err := n.builder(); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return n, nil
}

func (n *Night) builder() error {
	n.Builder = &brief.Builder{DB: n.DB, Domain: n.Domain, Keep: n.Config.Brief.Keep, Gate: gate{n}}
	b := n.Builder
	home, err := n.Config.HomeDir()
	if err != nil {
		return err
	}
	sources, err := source.New(n.Domain, source.Options{
		Client: source.Client(n.Domain, filepath.Join(home, "fetched")),
		Problem: func(p source.Problem) {
			slog.Warn("document not read", "source", p.Source, "url", p.URL, "error", p.Err)
		},
	})
	if err != nil {
		return err
	}
	for _, s := range sources {
		b.Sources = append(b.Sources, s)
	}
	if b.Digester, err = digester(n); err != nil {
		return fmt.Errorf("brief.digester: %w", err)
	}
	if b.Embedder, err = embedding(n.Config.Brief.Embedder); err != nil {
		return fmt.Errorf("brief.embedder: %w", err)
	}
	return nil
}

func digester(n *Night) (brief.Digester, error) {
	s, err := parseSpec(n.Config.Brief.Digester)
	if err != nil {
		return nil, err
	}
	switch s.Kind {
	case "extractive":
		return extractive.New(), nil
	case "openai":
		if s.Name == "" {
			return nil, fmt.Errorf("%q: which model? openai:MODEL@URL", n.Config.Brief.Digester)
		}
		c := n.Config.Brief
		return frontier.New(frontier.Config{
			Model: openai.New(openai.Config{BaseURL: s.URL, Key: os.Getenv("AUBADE_DIGEST_KEY"), Model: s.Name, Retries: 5, MaxWait: 2 * time.Minute, FirstToken: 2 * time.Minute, Stall: time.Minute}),
			Cache: n.DB, Plain: extractive.New(), MaxTokens: c.MaxTokens, MaxUSD: c.MaxUSD, USDPerMillionIn: c.USDIn, USDPerMillionOut: c.USDOut,
			Problem: func(url string, err error) {
				slog.Warn("document not read by the model", "url", url, "error", err)
			},
		}), nil
	case "prepared":
		return prepared(n, cmp.Or(s.Name, preparedAnswers))
	}
	return nil, unknown("digester", s, "extractive:", "openai:", "prepared:")
}

// preparedAnswers is the file, in the domain's folder, of answers that were written in advance in a model's place.
const preparedAnswers = "prepared.jsonl"

// prepared digests by answers that stand in a file of the domain's folder.
func prepared(n *Night, file string) (brief.Digester, error) {
	p, err := frontier.ReadPrepared(filepath.Join(n.Domain.Dir, filepath.FromSlash(file)))
	if err != nil {
		return nil, err
	}
	n.Builder.Note = p.Label
	return frontier.New(frontier.Config{Model: p, Version: p.Version, Cache: p.Over(n.DB), Plain: extractive.New()}), nil
}

func embedding(spec string) (brief.Embedding, error) {
	s, err := parseSpec(spec)
	if err != nil {
		return nil, err
	}
	switch s.Kind {
	case "lsa":
		return brief.LSA{}, nil
	case "openai":
		e, err := served(s)
		if err != nil {
			return nil, err
		}
		return brief.Served{Embedder: e}, nil
	case "onnx":
		e, err := local(s)
		if err != nil {
			return nil, err
		}
		return brief.Served{Embedder: e}, nil
	}
	return nil, unknown("embedder", s, "lsa:", "onnx:", "openai:")
}

// local is an embedding model that runs here: "onnx:minilm-l6-v2", whose hash is checked, or a folder with a model.onnx and a vocab.txt.
func local(s Spec) (llm.Embedder, error) {
	s.Name = cmp.Or(s.Name, "minilm-l6-v2")
	library, err := models.Path("onnxruntime")
	if err != nil {
		return nil, err
	}
	dir := s.Name
	if !strings.ContainsRune(dir, filepath.Separator) {
		if dir, err = models.Folder(dir); err != nil {
			return nil, err
		}
	}
	return sentence.Open(s.String(), library, filepath.Join(dir, "model.onnx"), filepath.Join(dir, "vocab.txt"))
}

// served is an embedding model behind a server.
func served(s Spec) (llm.Embedder, error) {
	if s.Name == "" {
		return nil, fmt.Errorf("%q: which model? openai:MODEL@URL", s)
	}
	e := openai.New(openai.Config{BaseURL: s.URL, Key: os.Getenv("AUBADE_DIGEST_KEY"), Model: s.Name, Retries: 3})
	if loopback(s.URL) {
		return e, nil
	}
	return redactedEmbedder{e}, nil
}

// Close closes the store.
func (n *Night) Close() error { return n.DB.Close() }

// Ears writes the embedded ears' models for an edition, so that no call waits for them. Where the ears are others, there
// is nothing to write.
func (n *Night) Ears(ctx context.Context, e store.Edition, log *slog.Logger) error {
	if !strings.Contains(n.Config.Ears.Recognizer, "pocketsphinx:") {
		return nil
	}
	_, err := (&Brain{Config: n.Config, Domain: n.Domain, DB: n.DB, log: log}).Ears(ctx, e)
	return err
}
