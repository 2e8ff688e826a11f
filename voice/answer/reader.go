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
	"github.com/aubade/aubade/voice/speech"
)

// The reader speaks what is known as it is known: facts by their statements, passages by their sentences. It needs no
// model, and it is what a model falls back to.

// broken are the questions that a helper should have answered and could not; one that looked and found nothing is not.
func broken(failed []subagents.Arrival) []subagents.Arrival {
	return slices.DeleteFunc(slices.Clone(failed), func(a subagents.Arrival) bool { return errors.Is(a.Err, subagents.ErrNothing) })
}

// read says what the evidence holds, most exact first.
func (c *Conversation) read(q retrieval.Query, ev *evidence, got subagents.Gathered, emit func(voice.Say) bool) {
	if q.Intent == retrieval.Overview && len(ev.result.Facts) > 0 {
		c.speak(append(c.sayOverview(ev), c.sayPassages(q, ev)...), ev, emit)
		return
	}
	if says := c.computed(q, ev); len(says) > 0 {
		c.speak(says, ev, emit)
		return
	}
	if q.Why {
		if says := c.sayWhy(q, ev); len(says) > 0 {
			c.speak(says, ev, emit)
			return
		}
	}
	var says []voice.Say
	due := q.Intent == retrieval.Calendar && (len(got.Findings) > 0 || strings.HasPrefix(strings.ToLower(q.Text), "when")) // "when does it report earnings" asks for a day, not for the earnings
	if !due {
		says = c.sayFacts(q, ev)
	}
	if len(says) > 0 && q.Stranger != "" && q.Intent == retrieval.Comparison {
		says = append(says[:1], voice.Say{Kind: voice.Answer, Text: "I do not follow " + q.Stranger + "."})
	}
	if len(says) == 0 || ev.result.Missing != retrieval.Known {
		for _, a := range got.Findings {
			says = append(says, c.sayFinding(a))
		}
	}
	if len(got.Deferred) > 0 {
		says = append(says, deferring(got.Deferred))
	} else if failed := broken(got.Failed); len(says) == 0 && len(failed) > 0 && ev.result.Missing == retrieval.Known && len(ev.result.Facts) == 0 {
		says = append(says, voice.Say{Kind: voice.Answer, Text: "I could not find out " + failed[0].Ask.Question.Name + " just now."})
	}
	if len(says) == 0 && q.Stranger == "" {
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
	if ev.parts > 1 {
		most = max(1, (most+1)/ev.parts)
	}
	left, said := c.a.c.MaxSpeech, 0
	if ev.longer {
		left += left * 3 / 4
	}
	for i, s := range says {
		if i == most && len(s.Deferred) == 0 {
			break
		}
		if bad := ev.unsupported(s.Text); len(bad) > 0 {
			c.a.c.Log.Warn("the number guard held back a sentence", "session", c.id, "pii.text", s.Text, "unsupported", bad)
			continue
		}
		if left -= speakingTime(s.Text); left < 0 && i > 0 && len(s.Deferred) == 0 && !strings.HasPrefix(s.Text, disagree) {
			break
		}
		said++
		if !emit(s) {
			return
		}
	}
	if said == 0 {
		emit(c.unknown(ev.result.Query, ev)) // never silence
	}
}

// disagree begins the other side of a contradiction, which is told however long the first was.
const disagree = "But sources disagree: "

// firstSentence is the first sentence of a passage.
func firstSentence(text string) string {
	s := speech.NewSentences()
	if all := append(s.Write(text), s.Flush()...); len(all) > 0 {
		return strings.TrimSpace(all[0])
	}
	return text
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
	if q.Intent == retrieval.Comparison {
		if says := c.sayCompared(q, facts, ev); len(says) > 0 {
			return append(says, c.lacking(ev)...)
		}
	}
	var says []voice.Say
	for _, f := range facts {
		says = append(says, c.sayFact(f, ev))
	}
	if len(q.More) > 0 {
		return append(c.sayTogether(facts, ev), c.lacking(ev)...)
	}
	if q.Intent == retrieval.Comparison && len(q.Entities) > 1 && len(ev.result.Lacks) > 0 {
		return append(says, c.lacking(ev)...) // one of them, and what the other lacks
	}
	if q.Intent == retrieval.Change && ev.result.Missing == retrieval.NoPeriod {
		return append(says[:1], voice.Say{Kind: voice.Answer, Text: "The brief has nothing to compare it with that far back."})
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
	if ev.result.Query.Text != "" && len(ev.result.Facts) > 0 && f.ID == ev.result.Facts[0].ID {
		s.Text = verdictOn(ev.result.Query.Text, f) + s.Text
	}
	return s
}

// verdictOn begins the answer to a question that has the value already: "Was revenue 3 billion?"
func verdictOn(question string, f store.Fact) string {
	words := plainWords(question)
	if len(words) == 0 || !slices.Contains([]string{"was", "is", "were", "are", "did", "isnt", "wasnt", "didnt", "does", "has"}, words[0]) {
		return ""
	}
	periods := quantity.FindPeriods(question, time.Now())
	for _, m := range quantity.Find(question) {
		if slices.ContainsFunc(periods, func(p quantity.PeriodMatch) bool { return p.Start <= m.Start && m.End <= p.End }) {
			continue
		}
		said := m.Quantity
		if said.Unit == quantity.None {
			said.Unit = f.Value.Unit
		}
		if said.Unit != f.Value.Unit && said.Unit.Currency() != f.Value.Unit.Currency() || said.Unit.Rate() != f.Value.Unit.Rate() && !f.Value.Unit.PerShare() {
			continue
		}
		said.Unit = f.Value.Unit
		if quantity.Same(said, f.Value) {
			return "Yes: "
		}
		return "No: "
	}
	return ""
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
			Text:      disagree + lowerFirstWord(withProvenance(other.Statement, provenance(other.Citation, ev.now, ev.zone))),
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
func (c *Conversation) sayFinding(a subagents.Arrival) voice.Say {
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
	case q.Stranger != "" && (!q.Named || q.Intent == retrieval.Comparison) && (q.Metric != "" || q.FollowUp || q.Intent != retrieval.Other):
		s.Text = q.Stranger + " is outside what I follow: " + c.about() + "."
	case q.Intent == retrieval.Calendar && name != "":
		s.Text = "The brief has no date for that of " + name + "."
	case q.Why && name != "" && metric != "":
		s.Text = "The brief does not say why, for the " + metric + " of " + name + "."
	case ev.result.Missing == retrieval.NoPeriod && name != "" && metric != "":
		s.Text = "The brief has no " + metric + " of " + name + " for that period."
		if len(ev.result.Have) > 0 {
			s.Text += " It has " + metric + " for " + ev.result.Have[0].String() + "."
		}
	case q.Intent == retrieval.Comparison && len(q.Entities) > 1 && metric == "":
		var names []string
		for _, e := range q.Entities {
			names = append(names, c.called(e))
		}
		return c.offering("The brief has nothing on that to compare "+list(names)+" by.", q.Text)
	case name != "" && metric != "":
		s.Text = "The brief has no " + metric + " of " + name + "."
	case ev.result.Missing == retrieval.NoEntity && q.Intent == retrieval.List:
		s = c.offering("I cannot tell that of all companies at once.", q.Text)
	case ev.result.Missing == retrieval.NoEntity && metric != "":
		return c.offering("Whose "+metric+" do you mean?", q.Text)
	case name != "":
		return c.offering("The brief has nothing on that about "+name+".", q.Text)
	default:
		return c.offering("That is outside what I follow: "+c.about()+".", q.Text)
	}
	return s
}
