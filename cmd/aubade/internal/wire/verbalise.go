package wire

import (
	"strings"

	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/speech"
)

// Verbaliser says an edition's writing in words for ears.
func (b *Brain) Verbaliser(e store.Edition) *speech.Verbaliser {
	lex := e.Lexicon
	if len(lex.Terms) == 0 {
		lex = b.Domain.Terms()
	}
	return speech.NewVerbaliser(lex, b.Now())
}

// Clauses turns a verbaliser into what a session wants: clauses that know which writing they stand for.
func Clauses(v *speech.Verbaliser) func(written string) voice.Spoken {
	return func(written string) voice.Spoken {
		var s voice.Spoken
		n := 0 // words of the clause
		for _, w := range v.Words(written) {
			last := len(s.Clauses) - 1
			if last < 0 || n >= leastClause && closes(s.Clauses[last].Text) || strings.HasSuffix(s.Clauses[last].Text, ".") && n > 0 && sentenceWord(s.Clauses[last].Text) {
				s.Clauses = append(s.Clauses, voice.SpokenClause{})
				last, n = last+1, 0
			}
			c := &s.Clauses[last]
			if c.Text != "" {
				c.Text += " "
			}
			start := len(c.Text)
			c.Text += w.Text
			c.Words = append(c.Words, voice.SpokenWord{Start: start, End: len(c.Text), From: w.From, To: w.To})
			n++
		}
		return s
	}
}

// leastClause is how many words a clause has at least: fewer would be a stutter.
const leastClause = 4

func closes(s string) bool { return strings.ContainsAny(s[len(s)-1:], ",;:.!?") }

// sentenceWord says that the full stop at the end is no initial's: "S." goes on.
func sentenceWord(s string) bool {
	w := s[strings.LastIndexByte(s, ' ')+1:]
	return len(w) > 2
}
