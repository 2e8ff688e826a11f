package wire

import (
	"github.com/aubade/aubade/voice/answer"
)

// Verbaliser turns written sentences into words for ears with the names of the conversation's edition.
func (b *Brain) Verbaliser(conv *answer.Conversation) func(string) string {
	return func(s string) string { return s }
}
