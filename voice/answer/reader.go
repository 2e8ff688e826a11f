package answer

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/retrieval"
	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/subagents"
	"github.com/aubade/aubade/voice"
)

// The reader speaks what is known as it is known: facts by their statements, passages by their sentences. It needs no
// model, and it is what a model falls back to.

// broken are the questions that a helper should have answered and could not; one that looked and found nothing is not.
func broken(failed []subagents.Arrival) []subagents.Arrival {
	return slices.DeleteFunc(slices.Clone(failed), func(a subagents.Arrival) bool { return errors.Is(a.Err, subagents.ErrNothing) })
}

// read says what the evidence holds, most exact first.
func (c *Conversation) read(q retrieval.Query, ev *evidence, got subagents.Gathered, emit func(voice.Say) bool) {
	var says []voice.Say
	due := q.Intent == retrieval.Calendar && len(got.Findings) > 0 // "when does it report earnings" asks for a day, not for the earnings
	if !due {
		says = c.sayFacts(q, ev)
	}
	if len(says) == 0 || ev.result.Missing != retrieval.Known {
		for _, a := range got.Findings {
			says = append(says, c.sayFinding(a, ev))
		}
	}
	if len(got.Deferred) > 0 {
		says = append(says, deferring(got.Deferred))
	} else if failed := broken(got.Failed); len(says) == 0 && len(failed) > 0 && ev.result.Missing == retrieval.Known && len(ev.result.Facts) == 0 {
		says = append(says, voice.Say{Kind: voice.Answer, Text: "I could not find out " + failed[0].Ask.Question.Name + " just now."})
	}
	if len(says) == 0 {
		says = c.sayPassages(q, ev)
	}
	if len(says) == 0 {
		emit(c.unknown(q, ev)) // our own words: they claim nothing
		return
	}
	c.speak(says, ev, emit)
}

// speak gives out what passes the guard, within the length that the listener wants.
func (c *Conversation) speak(says []voice.Say, ev *evidence, emit func(voice.Say) bool) {
	c.mu.Lock()
	most := max(c.style.sentences, 1)
	c.mu.Unlock()
	left := c.a.c.MaxSpeech
	for i, s := range says {
		if i == most && len(s.Deferred) == 0 {
			break
		}
		if bad := ev.unsupported(s.Text); len(bad) > 0 {
			c.a.c.Log.Warn("the number guard held back a sentence", "session", c.id, "pii.text", s.Text, "unsupported", bad)
			continue
		}
		if left -= speakingTime(s.Text); left < 0 && i > 0 && len(s.Deferred) == 0 {
			break
		}
		if !emit(s) {
			return
		}
	}
}

// speakingTime is a rough guess: people follow about 160 words a minute, and figures take longer than they look.
func speakingTime(text string) time.Duration {
	words := len(strings.Fields(text))
	for _, r := range text {
		if r >= '0' && r <= '9' {
			words++
		}
	}
	return time.Duration(words) * time.Minute / 160
}

// sayFacts tells the facts that answer the query exactly.
func (c *Conversation) sayFacts(q retrieval.Query, ev *evidence) []voice.Say {
	facts := ev.result.Facts
	if len(facts) == 0 {
		return nil
	}
	var says []voice.Say
	for _, f := range facts {
		says = append(says, c.sayFact(f, ev))
	}
	if q.Intent == retrieval.Comparison {
		if text, ok := comparison(c.book.edition.Lexicon, facts); ok {
			both := voice.Say{Kind: voice.Answer, Text: text, Citations: slices.Concat(says[0].Citations, says[1].Citations)}
			return []voice.Say{both}
		}
	}
	if clash, ok := c.contradiction(facts[0], ev); ok {
		says = append(says[:1], append([]voice.Say{clash}, says[1:]...)...)
	}
	return says
}

// sayFact is one fact with where it is from.
func (c *Conversation) sayFact(f store.Fact, ev *evidence) voice.Say {
	s := voice.Say{Kind: voice.Answer, Citations: []voice.Citation{cited(f.Citation)}}
	if f.Formula == "" && f.Period.Kind != quantity.Day { // a price says its day already
		s.Text = withProvenance(f.Statement, provenance(f.Citation, ev.now, ev.zone))
	} else {
		s.Text = f.Statement
	}
	if f.Unverified {
		s.Text = "Unverified: " + s.Text
	}
	return s
}

// contradiction tells of a source that says otherwise: both are told, and neither is chosen.
func (c *Conversation) contradiction(f store.Fact, ev *evidence) (voice.Say, bool) {
	for _, id := range f.Contradicts {
		other, ok := ev.fact(id, c)
		if !ok {
			continue
		}
		return voice.Say{
			Kind:      voice.Answer,
			Text:      "But sources disagree: " + lowerFirstWord(withProvenance(other.Statement, provenance(other.Citation, ev.now, ev.zone))),
			Citations: []voice.Citation{cited(other.Citation)},
		}, true
	}
	return voice.Say{}, false
}

// lowerFirstWord leaves names as they are: only "The", "In" and their like begin small after a colon.
func lowerFirstWord(s string) string {
	for _, w := range []string{"The ", "In ", "At ", "On ", "It ", "Its ", "A ", "An ", "For "} {
		if strings.HasPrefix(s, w) {
			return strings.ToLower(s[:1]) + s[1:]
		}
	}
	return s
}

// sayFinding is what a helper found.
func (c *Conversation) sayFinding(a subagents.Arrival, ev *evidence) voice.Say {
	s := voice.Say{Kind: voice.Answer, Text: a.Finding.Text}
	for _, cite := range a.Finding.Citations {
		s.Citations = append(s.Citations, cited(cite))
	}
	return s
}

// deferring says what is still being looked up.
func deferring(deferred []subagents.Arrival) voice.Say {
	var names []string
	for _, d := range deferred {
		names = append(names, d.Ask.Question.Name)
	}
	return voice.Say{Kind: voice.Answer, Text: "I am looking up " + list(names) + ", and will tell you when it is back.", Deferred: names}
}

// sayPassages reads the best passage, if it is about what was asked.
func (c *Conversation) sayPassages(q retrieval.Query, ev *evidence) []voice.Say {
	if ev.result.Missing != retrieval.Known && q.Intent != retrieval.News {
		return nil // a number was asked for: no story stands in for it
	}
	var says []voice.Say
	for _, p := range ev.result.Passages {
		if !c.relevant(q, p) {
			continue
		}
		text := p.Text
		if p.Unverified {
			text = "Unverified: " + text
		}
		says = append(says, voice.Say{
			Kind: voice.Answer, Text: passageProvenance(text, provenance(p.Citation, ev.now, ev.zone)), Citations: []voice.Citation{cited(p.Citation)},
		})
		if q.Intent != retrieval.News && q.Intent != retrieval.List {
			break
		}
	}
	return says
}

// passageProvenance puts where a passage is from behind its first sentence.
func passageProvenance(text, words string) string {
	if words == "" {
		return text
	}
	if r := strings.ToUpper(words[:1]) + words[1:]; strings.HasPrefix(words, "according to ") || strings.HasPrefix(words, "in a note ") {
		return r + ": " + text
	}
	return withProvenance(text, words)
}

// relevant says whether a passage answers the question rather than merely sharing a word with it.
func (c *Conversation) relevant(q retrieval.Query, p retrieval.Found) bool {
	if len(q.Entities) > 0 {
		for _, e := range q.Entities {
			for _, pe := range p.Entities {
				if e == pe {
					return q.Intent == retrieval.News || q.Intent == retrieval.Profile || covers(p.Prefix+" "+p.Text, q.Text, c.book.edition.Lexicon) >= 0.34
				}
			}
		}
		return false
	}
	return covers(p.Prefix+" "+p.Text, q.Text, c.book.edition.Lexicon) >= 0.6
}

// unknown declines: it says what is missing, what there is instead, and what could be asked.
func (c *Conversation) unknown(q retrieval.Query, ev *evidence) voice.Say {
	s := voice.Say{Kind: voice.Answer}
	lex := c.book.edition.Lexicon
	name := ""
	if len(q.Entities) > 0 && (len(q.Guessed) == 0 || q.Metric != "") { // a name found by its likeness alone is no name
		if t, ok := lex.Term(q.Entities[0]); ok {
			name = shortName(t)
		}
	}
	metric := ""
	if t, ok := lex.Term(q.Metric); ok {
		metric = strings.ToLower(t.Name)
	}
	switch {
	case ev.result.Missing == retrieval.NoPeriod && name != "" && metric != "":
		s.Text = "The brief has no " + metric + " of " + name + " for that period."
		if len(ev.result.Have) > 0 {
			s.Text += " It has " + metric + " for " + ev.result.Have[0].String() + "."
		}
	case name != "" && metric != "":
		s.Text = "The brief has no " + metric + " of " + name + "."
	case ev.result.Missing == retrieval.NoEntity && metric != "":
		return c.offering("Whose "+metric+" do you mean?", q.Text)
	case name != "":
		return c.offering("The brief has nothing on that about "+name+".", q.Text)
	default:
		return c.offering("That is outside what I follow, which is "+c.about()+".", q.Text)
	}
	return s
}
