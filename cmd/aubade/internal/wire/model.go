package wire

import (
	"context"
	"fmt"
	"iter"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/aubade/aubade/internal/llm"
	"github.com/aubade/aubade/internal/llm/openai"
	"github.com/aubade/aubade/internal/redact"
	"github.com/aubade/aubade/retrieval"
)

// The deadlines of the small model: a caller waits for it.
const (
	firstToken = 4 * time.Second
	nextToken  = 2 * time.Second
)

// Model is the small model of a spec; nil for the reader, which needs none. Its key is AUBADE_LLM_KEY.
func Model(spec string) (llm.Model, error) {
	specs, err := ParseSpecs(spec)
	if err != nil {
		return nil, err
	}
	if len(specs) > 1 {
		return nil, fmt.Errorf("model %q: one model, please: the reader takes over where it fails", spec)
	}
	switch s := specs[0]; s.Kind {
	case "reader":
		return nil, nil
	case "openai":
		if s.Name == "" {
			return nil, fmt.Errorf("model %q: which model? openai:MODEL@URL", spec)
		}
		return discreet(s.URL, openai.New(openai.Config{BaseURL: s.URL, Key: os.Getenv("AUBADE_LLM_KEY"), Model: s.Name, FirstToken: firstToken, Stall: nextToken})), nil
	default:
		return nil, unknown("model", s, "reader:", "openai:")
	}
}

// warmPatience is how long a server may take to load its model from the disk.
const warmPatience = 2 * time.Minute

// WarmModel lets a server of one's own load the small model and read what every prompt begins with, before anybody waits for it. A service is
// left alone: asking costs money. It does nothing where there is no model.
func (b *Brain) WarmModel(ctx context.Context) error {
	s, err := parseSpec(b.Config.Answer.Model)
	if err != nil || s.Kind != "openai" || !strings.HasPrefix(s.URL, "http://") {
		return err
	}
	messages, err := b.Answerer.Preamble(ctx)
	if err != nil {
		return err
	}
	patient := openai.New(openai.Config{BaseURL: s.URL, Key: os.Getenv("AUBADE_LLM_KEY"), Model: s.Name, FirstToken: warmPatience, Stall: nextToken})
	messages = append(messages, llm.Message{From: llm.User, Text: "Hello."})
	for _, err := range patient.Stream(ctx, llm.Request{Messages: messages, MaxTokens: 1}) {
		if err != nil {
			return err
		}
	}
	return nil
}

// discreet is a model that learns nothing of what callers said that identifies them, unless it runs on this machine.
func discreet(address string, m llm.Model) llm.Model {
	if loopback(address) {
		return m
	}
	return redacted{m}
}

// loopback says whether an address is this machine's own; what has no address is a service of somebody's.
func loopback(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

type redacted struct{ llm.Model }

func (r redacted) Stream(ctx context.Context, q llm.Request) iter.Seq2[llm.Delta, error] {
	q.Messages = slices.Clone(q.Messages)
	for i, m := range q.Messages {
		if m.From == llm.User || m.From == llm.Assistant { // who may have said it back
			q.Messages[i].Text = redact.Text(m.Text)
		}
	}
	return r.Model.Stream(ctx, q)
}

// redactedEmbedder is the same for questions; passages are public.
type redactedEmbedder struct{ llm.Embedder }

func (r redactedEmbedder) Embed(ctx context.Context, role llm.Role, texts []string) ([][]float32, error) {
	if role == llm.Query {
		texts = slices.Clone(texts)
		for i := range texts {
			texts[i] = redact.Text(texts[i])
		}
	}
	return r.Embedder.Embed(ctx, role, texts)
}

// rerankPatience is how long a reranker may take of a turn; what it cannot order in time stays as it was.
const rerankPatience = 250 * time.Millisecond

// reranker orders passages anew, over a server; nil where none is configured.
func reranker(spec string) (retrieval.Reranker, error) {
	if spec == "" {
		return nil, nil
	}
	s, err := parseSpec(spec)
	if err != nil {
		return nil, err
	}
	if s.Kind != "openai" {
		return nil, unknown("reranker", s, "openai:")
	}
	if s.Name == "" || s.URL == "" {
		return nil, fmt.Errorf("reranker %q: want openai:MODEL@URL", spec)
	}
	c := openai.New(openai.Config{BaseURL: s.URL, Key: os.Getenv("AUBADE_LLM_KEY"), Model: s.Name, FirstToken: rerankPatience / 2, Stall: rerankPatience / 2})
	return quick{c, loopback(s.URL)}, nil
}

type quick struct {
	client *openai.Client
	here   bool
}

func (q quick) Rerank(ctx context.Context, query string, texts []string) ([]float64, error) {
	if !q.here {
		query = redact.Text(query)
	}
	return q.client.Rerank(ctx, query, texts)
}
