// Package wire turns the spec strings of the configuration into models, ears and voices: plain switches, no registry.
package wire

import (
	"fmt"
	"net/url"
	"strings"
)

// A Spec names a provider: "kind:name@url". Name and URL may be empty; a name may hold colons ("openai:qwen3:4b@http://…").
type Spec struct {
	Kind, Name, URL string
}

// ParseSpecs splits a chain "A | B", in which B is what to do when A is slow or broken.
func ParseSpecs(s string) ([]Spec, error) {
	var specs []Spec
	for part := range strings.SplitSeq(s, "|") {
		spec, err := parseSpec(strings.TrimSpace(part))
		if err != nil {
			return nil, err
		}
		specs = append(specs, spec)
	}
	return specs, nil
}

func parseSpec(s string) (Spec, error) {
	kind, rest, ok := strings.Cut(s, ":")
	if !ok || kind == "" {
		return Spec{}, fmt.Errorf("spec %q: want kind:name@url, such as reader: or openai:MODEL@http://127.0.0.1:11434/v1", s)
	}
	spec := Spec{Kind: kind, Name: rest}
	// The last @ that is followed by an address: a model's name may hold one.
	if i := strings.LastIndex(rest, "@"); i >= 0 && strings.Contains(rest[i:], "://") {
		spec.Name, spec.URL = rest[:i], rest[i+1:]
		u, err := url.Parse(spec.URL)
		if err != nil || u.Host == "" {
			return Spec{}, fmt.Errorf("spec %q: %q is no address", s, spec.URL)
		}
	}
	return spec, nil
}

func (s Spec) String() string {
	if s.URL == "" {
		return s.Kind + ":" + s.Name
	}
	return s.Kind + ":" + s.Name + "@" + s.URL
}

// unknown is the answer to a kind that does not exist: the kinds that do.
func unknown(what string, s Spec, kinds ...string) error {
	return fmt.Errorf("%s %q: unknown kind %q; there are %s", what, s, s.Kind+":", strings.Join(kinds, " "))
}
