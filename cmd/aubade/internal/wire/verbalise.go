package wire

import (
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
	return speech.NewVerbaliser(speech.Options{Lexicon: lex, Now: b.Now(), Round: b.Config.Answer.RoundForEars})
}

// Clauses turns a verbaliser into what a session wants: clauses that know which writing they stand for.
func Clauses(v *speech.Verbaliser) func(written string) voice.Spoken {
	return func(written string) voice.Spoken {
		var s voice.Spoken
		for _, c := range v.Verbalise(written).Clauses() {
			one := voice.SpokenClause{Clause: voice.Clause{Text: c.Text}}
			for _, w := range c.Words {
				one.Words = append(one.Words, voice.SpokenWord(w))
			}
			s.Clauses = append(s.Clauses, one)
		}
		return s
	}
}
