package answer

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/internal/terms"
	"github.com/aubade/aubade/retrieval"
	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/speech"
)

// causes are the words by which a sentence gives a reason.
var causes = []string{" because ", " blamed ", " due to ", " driven by ", " thanks to ", " helped by ", " hurt by ", " owing to ", " as a result ", " led by ", " on demand ", " weighed on ", " because of ", " citing ", " widened ", " narrowed "}

// priceCauses are those of a price, which moves upon what happened before it.
var priceCauses = []string{" after ", " follows ", " on news ", " raised ", " cut "}

// itDidNot begins the answer to a question whose premise is false.
const itDidNot = "It did not: "

// sayWhy tells what happened and the reason that a source gives: the change itself, by which a false premise shows, then
// the sentence with the reason. Without a reason it says that there is none.
func (c *Conversation) sayWhy(q retrieval.Query, ev *evidence) []voice.Say {
	var says []voice.Say
	on := time.Time{}
	if fact, day, ok := c.premise(q, ev); ok {
		says, on = append(says, fact), day
		if strings.HasPrefix(fact.Text, itDidNot) {
			return says // what did not happen has no reason
		}
	}
	causes := causes
	if strings.HasPrefix(q.Metric, "change-") {
		causes = append(slices.Clone(causes), priceCauses...)
	}
	ev.longer = true
	for _, p := range ev.result.Passages {
		if p.Unverified || p.Kind == store.Profile || p.Kind == store.Calendar || !isAbout(q, p) {
			continue
		}
		plain := " " + strings.ToLower(p.Text) + " "
		for _, cause := range causes {
			if strings.Contains(plain, cause) && (sameStory(p, on) || !strings.HasPrefix(q.Metric, "change-") && c.speaksOf(q, p)) {
				p.Text = theReason(p.Text, cause)
				return append(says, c.sayPassage(p, ev))
			}
		}
	}
	if len(says) > 0 {
		says = append(says, voice.Say{Kind: voice.Answer, Text: "The brief gives no reason for it."})
	}
	return says
}

// theReason is the sentence that gives it.
func theReason(text, cause string) string {
	s := speech.NewSentences()
	for _, sentence := range append(s.Write(text), s.Flush()...) {
		if strings.Contains(" "+strings.ToLower(sentence)+" ", cause) {
			return strings.TrimSpace(sentence)
		}
	}
	return text
}

// sameStory says that a passage is of the days of the fact whose reason is asked for.
func sameStory(p retrieval.Found, on time.Time) bool {
	const days = 2 * 24 * time.Hour
	return !on.IsZero() && p.Published.Sub(on).Abs() <= days
}

// isAbout says that a passage is about the company that the question is about.
func isAbout(q retrieval.Query, p retrieval.Found) bool {
	for _, e := range p.Entities {
		if len(q.Entities) > 0 && e == q.Entities[0] {
			return true
		}
	}
	return false
}

// speaksOf says that a passage shares a word with the metric or with the question itself.
func (c *Conversation) speaksOf(q retrieval.Query, p retrieval.Found) bool {
	words := map[string]bool{}
	if t, ok := c.book.edition.Lexicon.Term(q.Metric); ok {
		for _, n := range append([]string{t.Name}, t.Aliases...) {
			for _, w := range terms.Of(n) {
				words[w] = true
			}
		}
	}
	if strings.HasPrefix(q.Metric, "change-") || q.Metric == "close" {
		for _, w := range terms.Of("shares stock") {
			words[w] = true
		}
	}
	for _, w := range terms.Of(q.Topic) {
		words[w] = true
	}
	for _, w := range terms.Of(p.Prefix + " " + p.Text) {
		if words[w] {
			return true
		}
	}
	return false
}

// premise is the change whose reason is asked for. Where it went the other way than the question has it, it says so.
func (c *Conversation) premise(q retrieval.Query, ev *evidence) (say voice.Say, on time.Time, ok bool) {
	if len(ev.result.Facts) == 0 {
		return voice.Say{}, time.Time{}, false
	}
	f, way := ev.result.Facts[0], 0
	switch q.Metric {
	case "net-income", "operating-income", "free-cash-flow", "eps-diluted":
		if now, ok := first(ev.result.Facts, q.Metric); ok && saysAny(q.Text, "lose", "lost", "losing", "loss", "burn", "red") {
			f, way = now, -1
		}
	}
	on = f.Citation.Published
	if q.Metric == "change-day" && !q.Period.Named() {
		// No day was named: the largest move of the week that goes the way of the question is meant.
		f = c.sharpest(f, direction(q.Text), ev)
	}
	if f.Period.Kind == quantity.Day {
		on = f.Period.End.Add(12 * time.Hour)
	}
	s := c.sayFact(f, ev)
	if strings.HasSuffix(f.Metric, "-yoy") {
		s.Text = speech.Possessive(c.called(f.Entity)) + " " + c.metricName(q.Metric) + map[bool]string{true: " fell ", false: " rose "}[f.Value.Value.Sign() < 0] + f.Value.Abs().String() + " from a year earlier."
	}
	if way == 0 && (strings.HasPrefix(f.Metric, "change-") || strings.HasSuffix(f.Metric, "-yoy") || strings.HasSuffix(f.Metric, "-qoq")) {
		way = direction(q.Text)
	}
	if way != 0 && f.Value.Value.Sign() == -way {
		s.Text = itDidNot + lowerFirstWord(s.Text)
	}
	return s, on, true
}

// direction is which way a question says that something went: 1 up, -1 down, 0 where it does not say.
func direction(text string) int {
	switch {
	case saysAny(text, "fall", "fell", "fallen", "falling", "drop", "dropped", "decline", "declined", "down", "shrink", "shrank", "sink", "sank", "lower", "worse", "slide", "slid", "tumble"):
		return -1
	case saysAny(text, "rise", "rose", "risen", "rising", "grow", "grew", "growing", "jump", "jumped", "up", "higher", "gain", "gained", "climb", "climbed", "rally", "better"):
		return 1
	}
	return 0
}

// sharpest is the largest move of the last five sessions that goes one way; the newest move where none does.
func (c *Conversation) sharpest(newest store.Fact, way int, ev *evidence) store.Fact {
	if way == 0 || newest.Metric != "change-day" {
		return newest
	}
	all, err := c.a.c.DB.Facts(context.Background(), c.book.edition.ID, store.FactQuery{Entity: newest.Entity, Metric: newest.Metric})
	if err != nil {
		return newest
	}
	best := newest
	for _, f := range all {
		if newest.Period.End.Sub(f.Period.End) >= 7*24*time.Hour || f.Value.Value.Sign() != way {
			continue
		}
		size, most := f.Value.Abs().Value, best.Value.Abs().Value
		if best.Value.Value.Sign() != way || size.Cmp(&most) > 0 {
			best = f
		}
	}
	ev.extra = append(ev.extra, best)
	return best
}

func saysAny(text string, words ...string) bool {
	plain := " " + strings.Join(plainWords(text), " ") + " "
	for _, w := range words {
		if strings.Contains(plain, " "+w+" ") {
			return true
		}
	}
	return false
}
