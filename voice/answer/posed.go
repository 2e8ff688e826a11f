package answer

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/retrieval"
	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/speech"
)

// sayPosed answers what one fact does not, though it could be taken for the answer.
func (c *Conversation) sayPosed(q retrieval.Query, facts []store.Fact, ev *evidence) []voice.Say {
	switch q.Work {
	case retrieval.Reported:
		return c.sayReported(q, facts, ev)
	case retrieval.Profit, retrieval.Loss:
		if len(q.Entities) == 1 {
			return c.sayEver(q, facts, ev)
		}
	case retrieval.Beat:
		if len(q.Entities) == 1 {
			return c.sayBeat(q, facts, ev)
		}
	case retrieval.Session:
		a, ok1 := first(facts, "close")
		b, ok2 := first(facts, "open")
		if len(q.Entities) == 1 && ok1 && ok2 && a.Period.Same(b.Period) {
			return c.saySession(q, a, b, ev)
		}
	}
	return nil
}

// sayEver says in how many periods a value was above nought, or below it, and when last.
func (c *Conversation) sayEver(q retrieval.Query, facts []store.Fact, ev *evidence) []voice.Say {
	sign, side, other := 1, "above", "below"
	if q.Work == retrieval.Loss {
		sign, side, other = -1, other, side
	}
	var fit []store.Fact
	for _, f := range facts {
		if f.Value.Value.Sign() == sign {
			fit = append(fit, f)
		}
	}
	oldest, newest := facts[0], facts[len(facts)-1]
	unit := map[quantity.PeriodKind]string{quantity.Quarter: "quarters", quantity.Year: "years", quantity.Day: "sessions"}[newest.Period.Kind]
	ev.makeCount(len(facts))
	ev.makeCount(len(fit))
	whose := speech.Possessive(c.called(newest.Entity)) + " " + c.metricName(newest.Metric)
	reach := strconv.Itoa(len(facts)) + " " + unit + " that the brief has"
	if len(fit) == 0 {
		if len(facts) == 1 {
			return nil
		}
		return []voice.Say{{Kind: voice.Answer, Text: "No: " + whose + " was " + other + " zero in all " + reach + ", from " + oldest.Period.String() + " to " + newest.Period.String() + ".", Citations: citations(newest, oldest)}}
	}
	last := fit[len(fit)-1]
	text := "Yes: " + whose + " was " + side + " zero in " + strconv.Itoa(len(fit)) + " of the " + reach
	if len(fit) == len(facts) {
		text = "Yes: " + whose + " was " + side + " zero in all " + reach
	}
	return []voice.Say{{Kind: voice.Answer, Text: text + ", last with " + last.Value.String() + when(last) + ".", Citations: citations(last)}}
}

// sayBeat sets a value against what was expected of it for the same period, and says so where the brief has no such thing:
// what is expected of the next one is no answer.
func (c *Conversation) sayBeat(q retrieval.Query, facts []store.Fact, ev *evidence) []voice.Say {
	actual, ok := first(facts, q.Metric)
	if !ok {
		return nil
	}
	if guided, ok := first(facts, q.More[0]); ok && guided.Period.Same(actual.Period) {
		its := "its " + c.metricName(actual.Metric) + " was " + actual.Value.Known().String() + "."
		return []voice.Say{{Kind: voice.Answer, Text: strings.TrimRight(guided.Statement, ". ") + "; " + withProvenance(its, provenance(actual.Citation, ev.now, ev.zone)), Citations: citations(guided, actual)}}
	}
	return []voice.Say{{Kind: voice.Answer, Text: "The brief does not have what was expected of " + c.called(actual.Entity) + " for " + actual.Period.String() + "."}}
}

// saySession sets the close of a day against its opening.
func (c *Conversation) saySession(q retrieval.Query, end, start store.Fact, ev *evidence) []voice.Say {
	if start.Value.Unit.Currency() == end.Value.Unit.Currency() {
		start.Value.Unit = end.Value.Unit // a price with or without "a share"
		ev.make(start.Value, start.Entity)
	}
	change, _, err := quantity.PercentChange(end.Value, start.Value)
	if err != nil {
		return nil
	}
	ev.make(change, end.Entity)
	way := change.Value.Sign()
	asked := 0
	switch {
	case saysAny(q.Text, "higher", "above", "up"):
		asked = 1
	case saysAny(q.Text, "lower", "below", "down"):
		asked = -1
	}
	verdict := "No: "
	if way == asked {
		verdict = "Yes: "
	}
	if words := plainWords(q.Text); asked == 0 || len(words) == 0 || !slices.Contains([]string{"did", "has", "was", "is", "didnt"}, words[0]) {
		verdict = ""
	}
	text := verdict + c.called(end.Entity) + " opened at " + start.Value.String() + " and closed at " + end.Value.String() + when(end)
	switch way {
	case 1:
		text += ", " + change.String() + " higher"
	case -1:
		text += ", " + change.Abs().String() + " lower"
	}
	return []voice.Say{{Kind: voice.Answer, Text: text + ".", Citations: citations(end, start)}}
}

// sayReported tells who published results in the time that is asked for, the last first; where nobody did, who did last.
func (c *Conversation) sayReported(q retrieval.Query, facts []store.Fact, ev *evidence) []voice.Say {
	const most = 4
	on := func(f store.Fact) string {
		return c.called(f.Entity) + " " + onDay(dayName(f.Citation.Published, ev.now, ev.zone))
	}
	in := slices.DeleteFunc(slices.Clone(facts), func(f store.Fact) bool {
		at := f.Citation.Published
		return at.Before(q.Since.Truncate(24*time.Hour)) || !q.Until.IsZero() && !at.Before(q.Until)
	})
	if len(in) == 0 {
		return []voice.Say{{Kind: voice.Answer, Text: "None of the companies reported in that time. The last one was " + on(facts[0]) + ".", Citations: citations(facts[0])}}
	}
	var told []string
	for _, f := range in[:min(most, len(in))] {
		told = append(told, on(f))
	}
	var text string
	switch {
	case len(in) > most:
		ev.makeCount(len(in))
		text = strconv.Itoa(len(in)) + " companies reported, the last of them " + list(told)
	case len(in) > 1:
		text = "These reported: " + list(told)
	default:
		text = c.called(in[0].Entity) + " reported " + strings.TrimPrefix(told[0], c.called(in[0].Entity)+" ")
	}
	return []voice.Say{{Kind: voice.Answer, Text: text + ".", Citations: citations(in[:min(most, len(in))]...)}}
}
