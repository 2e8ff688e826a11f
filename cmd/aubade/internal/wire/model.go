package wire

import (
	"fmt"
	"os"
	"time"

	"github.com/aubade/aubade/internal/llm"
	"github.com/aubade/aubade/internal/llm/openai"
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
		return openai.New(openai.Config{BaseURL: s.URL, Key: os.Getenv("AUBADE_LLM_KEY"), Model: s.Name, FirstToken: firstToken, Stall: nextToken}), nil
	default:
		return nil, unknown("model", s, "reader:", "openai:")
	}
}
