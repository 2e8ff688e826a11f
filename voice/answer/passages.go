package answer

import (
	"slices"
	"strings"
	"time"

	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/retrieval"
	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/speech"
)

// sayPassages reads the best passage, if it is about what was asked.
func (c *Conversation) sayPassages(q retrieval.Query, ev *evidence) []voice.Say {
	if ev.result.Missing != retrieval.Known && q.Intent != retrieval.News {
		return nil // a number was asked for: no story stands in for it
	}
	var picked []retrieval.Found
	for _, p := range ev.result.Passages {
		if q.Intent == retrieval.Comparison && len(q.Entities) > 1 && slices.ContainsFunc(q.Entities, func(e string) bool {
			return !slices.Contains(p.Entities, e) && !slices.Contains(ev.named(p.Text), e)
		}) {
			continue // on one of them, it compares nothing
		}
		if c.relevant(q, p) && inTime(q, p, ev.now) {
			picked = append(picked, p)
		}
	}
	// What somebody stands for comes before what nobody does, and where an amount is asked for, one that has one.
	amount := asksAmount(q.Text)
	rank := func(p retrieval.Found) int {
		n := lateness(p, amount)
		if len(p.Entities) > 1 && len(q.Entities) == 1 && !slices.Contains(ev.named(firstSentence(p.Text)), q.Entities[0]) {
			n++ // of the market, and of the company in passing
		}
		return n
	}
	slices.SortStableFunc(picked, func(a, b retrieval.Found) int { return rank(a) - rank(b) })
	var says []voice.Say
	for _, p := range picked {
		if q.Intent == retrieval.Calendar && (p.Kind != store.Calendar && !(p.Kind == store.News && covers(p.Text, q.Text, c.book.edition.Lexicon, 0) >= 0.5) ||
			saysAny(q.Text, "dividend", "ex-dividend") && !strings.Contains(p.Text, "dividend")) {
			continue // a date of something else is no answer
		}
		if q.Intent == retrieval.Profile {
			p.Text = c.inPoint(q, p)
		}
		if q.Intent == retrieval.Overview && (p.Kind == store.Profile || p.Kind == store.Calendar || p.Unverified) {
			continue
		}
		says = append(says, c.sayPassage(p, ev))
		if len(says) == 1 {
			ev.about = p.Entities
		}
		if q.Intent != retrieval.News && q.Intent != retrieval.List {
			says = append(says, c.otherSide(p, ev)...)
			break
		}
	}
	return says
}

// sayPassage reads a passage, with whose it is where it does not say so itself, and where it is from.
func (c *Conversation) sayPassage(p retrieval.Found, ev *evidence) voice.Say {
	text := c.fitting(p.Text)
	if len(p.Entities) == 1 && len(ev.named(text)) == 0 {
		text = "On " + c.called(p.Entities[0]) + ": " + lowerFirstWord(text)
	}
	words := provenance(p.Citation, ev.now, ev.zone)
	if p.Unverified {
		text = "Unverified: " + text
		words = "" // said already
	}
	return voice.Say{Kind: voice.Answer, Text: passageProvenance(text, words), Citations: []voice.Citation{cited(p.Citation)}}
}

// fitting is as much of a passage as a listener wants at once: whole sentences, the first in any case. The rest is behind
// its citation.
func (c *Conversation) fitting(text string) string {
	c.mu.Lock()
	most := max(c.style.sentences, 1)
	c.mu.Unlock()
	s := speech.NewSentences()
	all := append(s.Write(text), s.Flush()...)
	left, n := c.a.c.MaxSpeech, 0
	for n < len(all) && n < most {
		all[n] = strings.TrimSpace(all[n])
		if left -= speakingTime(all[n]); left < 0 && n > 0 {
			break
		}
		n++
	}
	if n == len(all) {
		return text
	}
	return strings.Join(all[:n], " ")
}

// inPoint is the part of a profile that a question asks for: who leads the company, where it is.
func (c *Conversation) inPoint(q retrieval.Query, p retrieval.Found) string {
	if len(q.Entities) == 0 {
		return p.Text
	}
	want := ""
	if t, ok := c.book.edition.Lexicon.Term(q.Entities[0]); ok && t.Kind == lexicon.Person {
		want = t.Name
	}
	switch {
	case want != "":
	case saysAny(q.Text, "runs", "leads", "heads", "ceo", "cfo", "boss", "chief", "chairman", "president") || saysAny(q.Text, "charge"):
		want = "chief executive"
	case saysAny(q.Text, "where", "based", "headquarters", "headquartered", "offices"):
		want = "offices"
	default:
		return p.Text
	}
	s := speech.NewSentences()
	for _, sentence := range append(s.Write(p.Text), s.Flush()...) {
		sentence = strings.TrimSpace(sentence)
		if strings.Contains(sentence, want) && len(p.Entities) > 0 {
			if rest, ok := strings.CutPrefix(sentence, "Its "); ok {
				return speech.Possessive(c.called(p.Entities[0])) + " " + rest
			}
			return sentence
		}
	}
	return p.Text
}

// otherSide reads the passage of another source that tells it otherwise.
func (c *Conversation) otherSide(p retrieval.Found, ev *evidence) []voice.Say {
	for _, o := range ev.result.Passages {
		if slices.Contains(p.Contradicts, o.ID) {
			o.Text = firstSentence(o.Text)
			s := c.sayPassage(o, ev)
			s.Text = disagree + lowerFirstWord(s.Text)
			return []voice.Say{s}
		}
	}
	return nil
}

// asksAmount says that a question wants a number.
func asksAmount(text string) bool {
	plain := " " + strings.Join(plainWords(text), " ") + " "
	for _, w := range []string{" how much ", " how many ", " what percent ", " what percentage ", " how big ", " how high ", " how large ", " paying for "} {
		if strings.Contains(plain, w) {
			return true
		}
	}
	return false
}

// lateness orders passages that are all about the question.
func lateness(p retrieval.Found, amount bool) int {
	n := 0
	if p.Unverified {
		n += 2
	}
	if amount && len(quantity.Find(p.Text)) == 0 {
		n++
	}
	return n
}

// inTime says that a passage speaks of the quarter or the year that a question names, or of none other: an old figure is no
// answer about the last quarter.
func inTime(q retrieval.Query, p retrieval.Found, now time.Time) bool {
	if q.Intent == retrieval.News || q.Intent == retrieval.Calendar || q.Intent == retrieval.Profile {
		return true
	}
	switch q.Period.Kind {
	case quantity.Quarter, quantity.Half, quantity.Year:
	default:
		return true
	}
	any := false
	for _, m := range quantity.FindPeriods(p.Text+"\n"+p.Prefix, now) {
		if m.Period.Kind == quantity.Day {
			continue
		}
		any = true
		if m.Period.Kind == q.Period.Kind && (q.Period.Year == 0 || q.Period.Year == m.Period.Year) && (q.Period.N == 0 || q.Period.N == m.Period.N) &&
			(q.Period.Year > 0 || q.Period.Back > 0 || now.Sub(p.Published) < 100*24*time.Hour) {
			return true
		}
	}
	return !any && q.Period.Year == 0 && q.Period.Back == 0 && now.Sub(p.Published) < 100*24*time.Hour
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
			if t, ok := c.book.edition.Lexicon.Term(e); ok && t.Kind != lexicon.Company {
				// Passages are filed under companies: of anything else they must say the name, which then counts as covered.
				if slices.Contains(c.book.retriever.Mentions(p.Text), e) && (covers(p.Prefix+" "+p.Text, q.Text, c.book.edition.Lexicon, 1)+1)/2 >= 0.5 {
					return true
				}
				continue
			}
			for _, pe := range p.Entities {
				if e == pe {
					return q.Intent == retrieval.News || q.Intent == retrieval.Profile || q.Intent == retrieval.Overview || covers(p.Prefix+" "+p.Text, q.Text, c.book.edition.Lexicon, 0) >= 0.33
				}
			}
		}
		return false
	}
	return covers(p.Prefix+" "+p.Text, q.Text, c.book.edition.Lexicon, 0) >= 0.6
}
