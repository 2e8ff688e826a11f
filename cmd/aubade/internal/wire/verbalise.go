package wire

import (
	"strings"
	"unicode"

	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/asr/lm"
	"github.com/aubade/aubade/voice/speech"
)

// Verbaliser says an edition's writing in words for ears.
func (b *Brain) Verbaliser(e store.Edition) *speech.Verbaliser {
	return speech.NewVerbaliser(speech.Options{Lexicon: b.lexicon(e), Now: b.Now(), Round: b.Config.Answer.RoundForEars})
}

// lexicon is the edition's, or the domain's own where the edition has none.
func (b *Brain) lexicon(e store.Edition) lexicon.Lexicon {
	if len(e.Lexicon.Terms) == 0 {
		return b.Domain.Terms()
	}
	return e.Lexicon
}

// Rewriter puts misheard names right in a transcript, and what was said of numbers, dates and tickers into writing. The
// names that subjects gives, as IDs of terms, are believed sooner; nil: a transcript stands alone.
func (b *Brain) Rewriter(e store.Edition, subjects func() []string) func(voice.Transcript) voice.Transcript {
	repairer, listener := speech.NewRepairer(b.lexicon(e)), speech.NewListener(b.lexicon(e))
	return func(t voice.Transcript) voice.Transcript {
		var about []string
		if subjects != nil {
			about = subjects()
		}
		t.Text, _ = repairer.Repair(t.Text, about)
		t.Text, _ = listener.Write(t.Text)
		return t
	}
}

// Endings says of words how likely a question about the names of a lexicon ends with them.
func Endings(l lexicon.Lexicon) func(said string) float64 {
	expected := lm.Expect(l, heardWords)
	return func(said string) float64 { return expected.Ends(heardWords(said)) }
}

// Endings knows the questions of an edition's domain.
func (b *Brain) Endings(e store.Edition) func(said string) float64 { return Endings(b.lexicon(e)) }

// heardWords are the words of a transcript as the domain's questions have them.
func heardWords(text string) []string {
	text = strings.ReplaceAll(strings.ToLower(text), "&", " and ")
	return strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' })
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
