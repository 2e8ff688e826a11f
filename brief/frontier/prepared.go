package frontier

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"

	"github.com/aubade/aubade/brief/prompts"
	"github.com/aubade/aubade/internal/llm"
)

// PreparedModel stands in the place of a model's name in the keys of answers that were prepared.
const PreparedModel = "prepared"

// Prepared are answers that were written down in advance, keyed as the cache keys a model's. They take the whole path of
// a live answer: what is in the file is read, checked against the document and refused where it does not hold, so that a
// prepared digest can be compared with others without a model and without a key.
type Prepared struct {
	// Label says where the answers are from; it goes into every report.
	Label string
	// Version tells this file's answers from those of an earlier one.
	Version string
	answers map[string]json.RawMessage
}

// ErrUnprepared says that a request is not one that an answer was prepared for.
var ErrUnprepared = errors.New("no answer was prepared for this document")

// A PreparedHead is the first line of a file of prepared answers.
type PreparedHead struct {
	Label   string `json:"label"`
	Prompts string `json:"prompts"` // the version of the prompts that they answer
}

// A PreparedAnswer is each line after the first.
type PreparedAnswer struct {
	Document string          `json:"document"` // its URL, for who reads the file
	Key      string          `json:"key"`
	Answer   json.RawMessage `json:"answer"`
}

// ReadPrepared reads a file of prepared answers.
func ReadPrepared(path string) (*Prepared, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	p, err := parsePrepared(b)
	if err != nil {
		return nil, fmt.Errorf("prepared answers %s: %w", path, err)
	}
	return p, nil
}

func parsePrepared(b []byte) (*Prepared, error) {
	dec := json.NewDecoder(bytes.NewReader(b))
	var head PreparedHead
	if err := dec.Decode(&head); err != nil {
		return nil, err
	}
	if head.Prompts != prompts.Version {
		return nil, fmt.Errorf("they answer version %q of the prompts; this is version %q", head.Prompts, prompts.Version)
	}
	if head.Label == "" {
		return nil, errors.New("they do not say where they are from")
	}
	sum := sha256.Sum256(b)
	p := &Prepared{Label: head.Label, Version: hex.EncodeToString(sum[:4]), answers: map[string]json.RawMessage{}}
	for {
		var a PreparedAnswer
		err := dec.Decode(&a)
		if errors.Is(err, io.EOF) {
			return p, nil
		}
		if err != nil {
			return nil, err
		}
		p.answers[a.Key] = bytes.Clone(a.Answer)
	}
}

// Name stands in the keys.
func (p *Prepared) Name() string { return PreparedModel }

// Stream knows nothing beyond the file.
func (p *Prepared) Stream(context.Context, llm.Request) iter.Seq2[llm.Delta, error] {
	return func(yield func(llm.Delta, error) bool) { yield(llm.Delta{}, ErrUnprepared) }
}

// Over lays the answers over a cache.
func (p *Prepared) Over(c Cache) Cache { return preparedOver{p, c} }

type preparedOver struct {
	prepared *Prepared
	under    Cache
}

func (o preparedOver) Cached(ctx context.Context, key string) ([]byte, bool, error) {
	if a, ok := o.prepared.answers[key]; ok {
		return a, true, nil
	}
	return o.under.Cached(ctx, key)
}

func (o preparedOver) Cache(ctx context.Context, key string, value []byte) error {
	return o.under.Cache(ctx, key, value)
}
