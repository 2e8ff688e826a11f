package answer

import (
	"regexp"
	"strings"
)

// seam is where a second question begins: after a question mark, or after "and" where a question word follows.
var seam = regexp.MustCompile(`(?i)\?\s+(?:and\s+|also\s+)?|,?\s+and\s+(?:(?:also|then)\s+)?(how|what|what's|who|who's|when|where|why|which|did|does|do|is|are|was|were|has|have)\s`)

// maxParts bounds how many questions one turn is answered as.
const maxParts = 3

// parts cuts a turn into its questions: "What was Larkspur's revenue, and how did Halden close?" A part of one word is none,
// unless it asks why.
func parts(text string) []string {
	var out []string
	from := 0
	for _, m := range seam.FindAllStringSubmatchIndex(text, -1) {
		end := m[1]
		if m[2] >= 0 {
			end = m[2] // the question word belongs to what follows
		}
		head := strings.Fields(text[from:m[0]])
		tail := strings.Fields(text[end:])
		if len(head) < 3 || len(tail) < 2 && !(len(tail) == 1 && strings.EqualFold(strings.Trim(tail[0], "?."), "why")) || len(out) == maxParts-1 {
			continue
		}
		out = append(out, strings.TrimSpace(text[from:m[0]]))
		from = end
	}
	return append(out, strings.TrimSpace(text[from:]))
}
