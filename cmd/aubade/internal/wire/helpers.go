package wire

import (
	"github.com/aubade/aubade/subagents"
)

// helpers are the subagents of the domain, and who is asked for which metric.
func helpers(b *Brain) ([]subagents.Member, map[string]string, error) {
	return nil, map[string]string{}, nil
}
