package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/aubade/aubade/brief"
	"github.com/aubade/aubade/brief/extractive"
	"github.com/aubade/aubade/brief/frontier"
	"github.com/aubade/aubade/brief/prompts"
	"github.com/aubade/aubade/brief/source"
	"github.com/aubade/aubade/internal/domain"
	"github.com/aubade/aubade/internal/llm"
	"github.com/aubade/aubade/store"
)

// preparedFile holds what a large model could have said of every document of the market that is given to one. No model
// has: a scribe that knows the table of truth writes the answers, the digester checks each claim of them against the
// document as it would a model's, and a claim that does not hold stops the generator.
const preparedFile = "prepared.jsonl"

const preparedLabel = "Prepared in advance for the sample market from its table of truth, in the place of a large model's answers; no model was run."

// A scribe plays the model: it answers for the one document that it is shown.
type scribe struct{ doc store.Document }

func (*scribe) Name() string { return frontier.PreparedModel }

func (s *scribe) Stream(context.Context, llm.Request) iter.Seq2[llm.Delta, error] {
	return func(yield func(llm.Delta, error) bool) {
		b, err := json.Marshal(digested(s.doc))
		yield(llm.Delta{Text: string(b), Usage: &llm.Usage{Prompt: 1}}, err)
	}
}

// tape is a cache that keeps what is put into it, in order.
type tape struct {
	doc   string
	lines []frontier.PreparedAnswer
}

func (*tape) Cached(context.Context, string) ([]byte, bool, error) { return nil, false, nil }

func (t *tape) Cache(_ context.Context, key string, value []byte) error {
	t.lines = append(t.lines, frontier.PreparedAnswer{Document: t.doc, Key: key, Answer: value})
	return nil
}

// prepared reads the market in dir as the night does and records the answers.
func prepared(ctx context.Context, dir string) ([]byte, error) {
	d, err := domain.Load(dir)
	if err != nil {
		return nil, err
	}
	var problems []string
	sources, err := source.New(d, source.Options{Client: source.Client(d, ""), Problem: func(p source.Problem) {
		problems = append(problems, fmt.Sprintf("%s: %v", p.URL, p.Err))
	}})
	if err != nil {
		return nil, err
	}
	lex := brief.Lexicon(d)
	s, t := &scribe{}, &tape{}
	digester := frontier.New(frontier.Config{Model: s, Cache: t, Plain: extractive.New()})
	for _, src := range sources {
		for doc, err := range src.Fetch(ctx, d.Now(today).AddDate(-10, 0, 0)) {
			if err != nil {
				return nil, fmt.Errorf("%s: %w", src.Name(), err)
			}
			if doc.ID == "" {
				doc.ID = store.DocumentID(src.Name(), doc.URL)
			}
			s.doc, t.doc = doc, doc.URL
			g, err := digester.Digest(ctx, doc, lex)
			if err != nil {
				return nil, err
			}
			if len(g.Refused) > 0 || g.Unread != "" {
				return nil, fmt.Errorf("%s: %s %+v", doc.URL, g.Unread, g.Refused)
			}
		}
	}
	if len(problems) > 0 {
		return nil, fmt.Errorf("documents that cannot be read: %s", strings.Join(problems, "; "))
	}
	slices.SortFunc(t.lines, func(a, b frontier.PreparedAnswer) int { return strings.Compare(a.Document+a.Key, b.Document+b.Key) })
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(frontier.PreparedHead{Label: preparedLabel, Prompts: prompts.Version}); err != nil {
		return nil, err
	}
	for _, l := range t.lines {
		if err := enc.Encode(l); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), nil
}
