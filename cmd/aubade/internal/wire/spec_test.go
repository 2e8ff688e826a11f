package wire

import (
	"slices"
	"testing"
)

func TestParseSpecs(t *testing.T) {
	for _, tc := range []struct {
		in   string
		want []Spec
		bad  bool
	}{
		{"reader:", []Spec{{Kind: "reader"}}, false},
		{"openai:qwen3:4b@http://127.0.0.1:11434/v1", []Spec{{"openai", "qwen3:4b", "http://127.0.0.1:11434/v1"}}, false},
		{"openai:team@model", []Spec{{"openai", "team@model", ""}}, false},
		{"openai:team@model@https://host/v1", []Spec{{"openai", "team@model", "https://host/v1"}}, false},
		{"silero: | energy:", []Spec{{Kind: "silero"}, {Kind: "energy"}}, false},
		{"reader", nil, true},
		{"a: |", nil, true},
		{"openai:m@http://", nil, true},
	} {
		got, err := ParseSpecs(tc.in)
		if (err != nil) != tc.bad || !slices.Equal(got, tc.want) {
			t.Errorf("ParseSpecs(%q) = %v, %v", tc.in, got, err)
		}
	}
}
