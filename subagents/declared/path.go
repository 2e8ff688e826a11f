package declared

import (
	"fmt"
	"strconv"
	"strings"
)

// A path is a singular query of RFC 9535 (JSONPath): names and indices, so that it finds one value or none. Queries that
// find several have no place where one value is to be spoken.
type path []step

type step struct {
	name  string
	index int
	named bool
}

// parsePath reads $.a['b'].c[0][-1].
func parsePath(s string) (path, error) {
	rest, ok := strings.CutPrefix(strings.TrimSpace(s), "$")
	if !ok {
		return nil, fmt.Errorf("JSONPath %q: it begins with $", s)
	}
	var p path
	for rest != "" {
		switch {
		case rest[0] == '.':
			end := 1
			for end < len(rest) && rest[end] != '.' && rest[end] != '[' {
				end++
			}
			name := rest[1:end]
			if name == "" || strings.ContainsAny(name, "*'\" ?()@") {
				return nil, fmt.Errorf("JSONPath %q: %q is no name; only names and indices find one value", s, rest[:end])
			}
			p, rest = append(p, step{name: name, named: true}), rest[end:]
		case strings.HasPrefix(rest, "['"), strings.HasPrefix(rest, `["`):
			quote := rest[1:2]
			end := strings.Index(rest[2:], quote+"]")
			if end < 0 {
				return nil, fmt.Errorf("JSONPath %q: %q does not end", s, rest)
			}
			p, rest = append(p, step{name: rest[2 : 2+end], named: true}), rest[2+end+2:]
		case rest[0] == '[':
			end := strings.IndexByte(rest, ']')
			if end < 0 {
				return nil, fmt.Errorf("JSONPath %q: %q does not end", s, rest)
			}
			i, err := strconv.Atoi(rest[1:end])
			if err != nil {
				return nil, fmt.Errorf("JSONPath %q: %q is no index; only names and indices find one value", s, rest[1:end])
			}
			p, rest = append(p, step{index: i}), rest[end+1:]
		default:
			return nil, fmt.Errorf("JSONPath %q: %q is not understood", s, rest)
		}
	}
	return p, nil
}

// find follows the path through decoded JSON; false where it leads nowhere.
func (p path) find(v any) (any, bool) {
	for _, s := range p {
		switch x := v.(type) {
		case map[string]any:
			next, ok := x[s.name]
			if !s.named || !ok {
				return nil, false
			}
			v = next
		case []any:
			i := s.index
			if i < 0 {
				i += len(x)
			}
			if s.named || i < 0 || i >= len(x) {
				return nil, false
			}
			v = x[i]
		default:
			return nil, false
		}
	}
	return v, true
}
