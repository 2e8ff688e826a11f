package answer

import (
	"strings"

	"github.com/aubade/aubade/internal/lexicon"
)

// shortName is what people call a company: its first alias, or its name.
func shortName(t lexicon.Term) string {
	if len(t.Aliases) > 0 {
		return t.Aliases[0]
	}
	return t.Name
}

// list joins names as one says them: "A, B and C".
func list(names []string) string {
	switch len(names) {
	case 0:
		return ""
	case 1:
		return names[0]
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}
