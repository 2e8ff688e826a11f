package wire

import (
	"github.com/aubade/aubade/internal/llm"
)

// Model is the small model of a spec; nil for the reader, which needs none.
func Model(spec string) (llm.Model, error) {
	s, err := parseSpec(spec)
	if err != nil {
		return nil, err
	}
	switch s.Kind {
	case "reader":
		return nil, nil
	}
	return nil, unknown("model", s, "reader:")
}
