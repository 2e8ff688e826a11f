package answer

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/retrieval"
	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/speech"
)

// What is told of several facts at once is worked out here, by code: who has more, by how much, who stands out of all.

// called is how a company, or anything of the lexicon, is called.
func (c *Conversation) called(id string) string {
	if t, ok := c.book.edition.Lexicon.Term(id); ok {
		return shortName(t)
	}
	return id
}

// metricName is a metric as one says it within a sentence: "revenue", "EBITDA".
func (c *Conversation) metricName(id string) string {
	name := strings.ReplaceAll(id, "-", " ")
	if t, ok := c.book.edition.Lexicon.Term(id); ok {
		name = t.Name
	}
	if len(name) > 1 && name[1] >= 'a' {
		name = strings.ToLower(name[:1]) + name[1:]
	}
	return name
}

// when is the time of a fact as it stands behind its value: " in the third quarter of 2026".
func when(f store.Fact) string {
	switch f.Period.Kind {
	case "":
		return ""
	case quantity.Day:
		return " on " + f.Period.String()
	}
	return " in " + f.Period.String()
}

func citations(facts ...store.Fact) []voice.Citation {
	var out []voice.Citation
	for _, f := range facts {
		if x := cited(f.Citation); !slices.ContainsFunc(out, func(o voice.Citation) bool { return o.URL == x.URL && o.Quote == x.Quote }) {
			out = append(out, x)
		}
	}
	return out
}

// mostCompared is how many companies one can follow in a sentence.
const mostCompared = 4

// sayCompared tells one metric of several companies in a sentence, the largest first, and so each metric that was asked.
func (c *Conversation) sayCompared(q retrieval.Query, facts []store.Fact, ev *evidence) []voice.Say {
	var says []voice.Say
	for _, metric := range append([]string{q.Metric}, q.More...) {
		var group []store.Fact
		for _, f := range facts {
			if f.Metric == metric && !slices.ContainsFunc(group, func(g store.Fact) bool { return g.Entity == f.Entity }) {
				group = append(group, f)
			}
		}
		if len(group) < 2 || len(group) > mostCompared || slices.ContainsFunc(group, func(f store.Fact) bool { return f.Value.Unit != group[0].Value.Unit }) {
			continue
		}
		slices.SortStableFunc(group, func(a, b store.Fact) int { return b.Value.Value.Cmp(&a.Value.Value) })
		says = append(says, voice.Say{Kind: voice.Answer, Text: c.compared(q, group, ev), Citations: citations(group...)})
	}
	return says
}

func (c *Conversation) compared(q retrieval.Query, sorted []store.Fact, ev *evidence) string {
	first, last := sorted[0], sorted[len(sorted)-1]
	verdict := " was higher: "
	switch {
	case first.Value.Value.Cmp(&last.Value.Value) == 0:
		verdict = " was the same: "
	case len(sorted) > 2:
		verdict = " was the highest: "
	}
	same := !slices.ContainsFunc(sorted, func(f store.Fact) bool { return when(f) != when(first) })
	time := func(f store.Fact) string {
		if same {
			return ""
		}
		return when(f)
	}
	s := speech.Possessive(c.called(first.Entity)) + " " + c.metricName(first.Metric) + verdict + first.Value.Known().String() + time(first) + ", against "
	for i, f := range sorted[1:] {
		switch {
		case i > 0 && i == len(sorted)-2:
			s += " and "
		case i > 0:
			s += ", "
		}
		s += f.Value.Known().String() + time(f) + " for " + c.called(f.Entity)
	}
	if same {
		s += when(first)
	}
	if q.Work == retrieval.Gap {
		if d, _, err := quantity.Diff(first.Value, last.Value); err == nil && len(sorted) == 2 && !d.Value.IsZero() {
			ev.make(d, first.Entity, last.Entity)
			s += ", a difference of " + d.String()
		}
	}
	return s + "."
}

// sayTogether tells several metrics of one company and one period in a sentence; what does not fit together, apart.
func (c *Conversation) sayTogether(facts []store.Fact, ev *evidence) []voice.Say {
	var says []voice.Say
	for i := 0; i < len(facts); {
		n := 1
		for i+n < len(facts) && n < 3 && plainFact(facts[i]) && plainFact(facts[i+n]) && facts[i+n].Entity == facts[i].Entity && facts[i+n].Period.Same(facts[i].Period) {
			n++
		}
		if n == 1 {
			says = append(says, c.sayFact(facts[i], ev))
			i++
			continue
		}
		group := facts[i : i+n]
		s := speech.Possessive(c.called(group[0].Entity)) + " "
		for j, f := range group {
			switch {
			case j == n-1:
				s += " and its "
			case j > 0:
				s += ", its "
			}
			s += c.metricName(f.Metric) + " was " + f.Value.Known().String()
		}
		s += when(group[0]) + "."
		says = append(says, voice.Say{Kind: voice.Answer, Text: withProvenance(s, provenance(group[0].Citation, ev.now, ev.zone)), Citations: citations(group...)})
		i += n
	}
	return says
}

// plainFact says that a fact is nothing but a value of a period, so that it can be told beside another.
func plainFact(f store.Fact) bool {
	return !f.Unverified && len(f.Contradicts) == 0 && f.Period.Kind != "" && !strings.HasPrefix(f.Metric, "change-") && !strings.HasPrefix(f.Metric, "guidance") && !strings.HasSuffix(f.Metric, "-yoy") && !strings.HasSuffix(f.Metric, "-qoq")
}

// lacking says what of a question with several parts is not there.
func (c *Conversation) lacking(ev *evidence) []voice.Say {
	var what []string
	for _, l := range ev.result.Lacks {
		s := "no " + c.metricName(l.Metric) + " of " + c.called(l.Entity)
		if l.Reason == retrieval.NoPeriod {
			s += " for that period"
		}
		what = append(what, s)
	}
	if len(what) == 0 {
		return nil
	}
	return []voice.Say{{Kind: voice.Answer, Text: "The brief has " + list(what) + "."}}
}

// sayRanked tells who of all stands out.
func (c *Conversation) sayRanked(q retrieval.Query, ev *evidence) []voice.Say {
	k, all := q.Rank, ev.result.Facts
	if k.Market {
		return c.sayMarket(all, ev)
	}
	facts := slices.DeleteFunc(slices.Clone(all), func(f store.Fact) bool { return k.Sign != 0 && f.Value.Value.Sign() != k.Sign })
	if over, ok := threshold(q.Text, facts); ok && k.All && k.Sign == 0 {
		facts = slices.DeleteFunc(facts, func(f store.Fact) bool {
			way := f.Value.Value.Cmp(&over.Value)
			return k.Least && way >= 0 || !k.Least && way <= 0
		})
		side := map[bool]string{true: " below ", false: " above "}[k.Least]
		ev.make(over)
		return c.sayEveryone(q, facts, all, side+over.String(), ev)
	} else if k.All && k.Sign == 0 {
		return nil
	}
	if k.All {
		return c.sayEveryone(q, facts, all, "", ev)
	}
	if len(facts) == 0 {
		return c.sayEveryone(q, facts, all, "", ev)
	}
	if k.Nth > 1 && k.Nth <= len(facts) {
		return c.sayNth(q, facts)
	}
	lead := facts[0]
	n := 3
	if k.N > 0 {
		n = k.N
	}
	told, against := slices.Clip(facts[:1]), []store.Fact(nil)
	for _, f := range facts[1:min(n, len(facts))] {
		if k.Growth && f.Value.Value.Sign() != lead.Value.Value.Sign() {
			if len(q.Entities) == 0 {
				break // who rose does not come next to who fell most
			}
			against = append(against, f)
			continue
		}
		told = append(told, f)
	}
	text := c.standsOut(q, lead)
	if len(told) > 1 {
		var next []string
		for _, f := range told[1:] {
			next = append(next, c.called(f.Entity)+" with "+c.rankedValue(q, f))
		}
		link := ", ahead of "
		if k.Least {
			link = ", then "
		}
		text += link + list(next)
	}
	for _, f := range against {
		whose := c.called(f.Entity)
		if !movesPrice(q) {
			whose = speech.Possessive(whose)
		}
		text += "; " + whose + map[bool]string{true: " fell ", false: " rose "}[f.Value.Value.Sign() < 0] + f.Value.Abs().String()
	}
	return []voice.Say{{Kind: voice.Answer, Text: text + ".", Citations: citations(append(told, against...)...)}}
}

// threshold is the amount that a question sets: "more than 2 billion".
func threshold(text string, facts []store.Fact) (quantity.Quantity, bool) {
	if len(facts) == 0 {
		return quantity.Quantity{}, false
	}
	for _, m := range quantity.Find(text) {
		q := m.Quantity
		if u := facts[0].Value.Unit; q.Unit == u || q.Unit == quantity.None || q.Unit.Currency() != "" && q.Unit.Currency() == u.Currency() {
			q.Unit = u
			return q, true
		}
	}
	return quantity.Quantity{}, false
}

// sayNth tells who is second, and behind whom.
func (c *Conversation) sayNth(q retrieval.Query, facts []store.Fact) []voice.Say {
	f, ahead := facts[q.Rank.Nth-1], facts[q.Rank.Nth-2]
	order := map[int]string{2: "second", 3: "third", 4: "fourth"}[q.Rank.Nth]
	way := map[bool]string{true: " lowest", false: " highest"}[q.Rank.Least]
	metric := c.metricName(q.Metric)
	if q.Rank.Growth && !movesPrice(q) {
		metric += " growth"
	}
	text := speech.Possessive(c.called(f.Entity)) + " " + metric + " is the " + order + way + ", " + f.Value.Known().String() + latest(f, "its") + ", behind " + c.called(ahead.Entity) + " with " + ahead.Value.Known().String() + "."
	return []voice.Say{{Kind: voice.Answer, Text: text, Citations: citations(f, ahead)}}
}

// latest says in few words that companies' quarters end on different days; a day is the same for all.
func latest(f store.Fact, their string) string {
	switch f.Period.Kind {
	case quantity.Quarter:
		return " in " + their + " latest quarter"
	case quantity.Year:
		return " in " + their + " latest year"
	}
	return when(f)
}

func movesPrice(q retrieval.Query) bool { return strings.HasPrefix(q.Metric, "change-") }

// rankedValue is a value in a ranking. A change is told by its size where the words say its direction.
func (c *Conversation) rankedValue(q retrieval.Query, f store.Fact) string {
	if q.Rank.Growth {
		return f.Value.Abs().String()
	}
	return f.Value.Known().String()
}

// standsOut says who is first: "Thessaly's revenue grew fastest, by 32.1% from a year earlier in its latest quarter".
func (c *Conversation) standsOut(q retrieval.Query, f store.Fact) string {
	name, metric, fell := c.called(f.Entity), c.metricName(q.Metric), f.Value.Value.Sign() < 0
	by := ", by " + f.Value.Abs().String()
	over := overWhat(q, f)
	verb := map[[2]bool]string{{true, true}: " fell most", {true, false}: " rose least", {false, true}: " fell least", {false, false}: " rose most"}[[2]bool{q.Rank.Least, fell}]
	switch {
	case movesPrice(q):
		return name + verb + over + by
	case q.Rank.Growth:
		return speech.Possessive(name) + " " + metric + verb + by + " from a year earlier" + latest(f, "its")
	case q.Rank.Least:
		return speech.Possessive(name) + " " + metric + " is the lowest, " + f.Value.Known().String() + latest(f, "its")
	}
	return speech.Possessive(name) + " " + metric + " is the highest, " + f.Value.Known().String() + latest(f, "its")
}

// overWhat is the stretch of a price's change: " on November 20, 2026", " over the month to …".
func overWhat(q retrieval.Query, f store.Fact) string {
	over := when(f)
	if name := map[string]string{"change-week": "five sessions", "change-month": "the month", "change-year": "the year"}[q.Metric]; name != "" && f.Period.Kind == quantity.Day {
		over = " over " + name + " to " + f.Period.String()
	}
	return over
}

// sayEveryone tells all that fit, at most four by name.
func (c *Conversation) sayEveryone(q retrieval.Query, facts, all []store.Fact, beyond string, ev *evidence) []voice.Say {
	const most = 4
	ev.makeCount(len(facts))
	ev.makeCount(len(all))
	if len(all) == 0 {
		return nil
	}
	verb, what := "have", " "+c.metricName(q.Metric)
	switch {
	case movesPrice(q):
		verb, what = map[bool]string{true: "fell", false: "rose"}[q.Rank.Least], overWhat(q, all[0])
	case q.Rank.Growth:
		verb, what = "saw", " "+c.metricName(q.Metric)+map[bool]string{true: " fall", false: " rise"}[q.Rank.Least]+" from a year earlier"
	case q.Metric == "net-income":
		verb, what = "made", map[bool]string{true: " a net loss", false: " a net profit"}[q.Rank.Sign < 0]
	case q.Rank.Sign > 0:
		verb, what = "report", " a "+c.metricName(q.Metric)
	}
	what += beyond
	if len(facts) == 0 {
		return []voice.Say{{Kind: voice.Answer, Text: fmt.Sprintf("None of the %d companies %s%s%s.", len(all), verb, what, latestEach(all[0])), Citations: citations(all[0])}}
	}
	of := fmt.Sprintf("%d of the %d companies", len(facts), len(all))
	if len(facts) == len(all) {
		of = fmt.Sprintf("%d companies", len(all))
	}
	var named []string
	for _, f := range facts[:min(most, len(facts))] {
		v := f.Value.Abs()
		ev.make(v, f.Entity)
		named = append(named, c.called(f.Entity)+", "+v.String())
	}
	first := ": "
	if len(facts) > most {
		first = ", first "
	}
	text := of + " " + verb + what + first + strings.Join(named, "; ") + latestEach(facts[0]) + "."
	return []voice.Say{{Kind: voice.Answer, Text: text, Citations: citations(facts[:min(most, len(facts))]...)}}
}

// sayMarket tells how all did: how many rose, and who moved most either way.
func (c *Conversation) sayMarket(facts []store.Fact, ev *evidence) []voice.Say {
	if len(facts) == 0 {
		return nil
	}
	up, down := 0, 0
	for _, f := range facts {
		switch f.Value.Value.Sign() {
		case 1:
			up++
		case -1:
			down++
		}
	}
	ev.makeCount(up)
	ev.makeCount(down)
	ev.makeCount(len(facts))
	best, worst := facts[0], facts[len(facts)-1]
	day := dayName(best.Period.End, ev.now, ev.zone)
	text := fmt.Sprintf("%d of %d companies rose and %d fell %s. %s did best, %s, and %s worst, %s.", up, len(facts), down, onDay(day),
		c.called(best.Entity), upDown(best.Value), c.called(worst.Entity), upDown(worst.Value))
	return []voice.Say{{Kind: voice.Answer, Text: text, Citations: citations(best, worst)}}
}

// sayOverview says in a breath how a company is doing.
func (c *Conversation) sayOverview(ev *evidence) []voice.Say {
	text, facts := "", ev.result.Facts
	price, ok := first(facts, "change-day")
	if ok {
		text = strings.TrimSuffix(price.Statement, ".")
	}
	if f, ok := first(facts, "revenue-yoy"); ok {
		verb := " rose "
		if f.Value.Value.Sign() < 0 {
			verb = " fell "
		}
		whose := "Its"
		if text == "" {
			whose = speech.Possessive(c.called(f.Entity))
		} else {
			text += ". "
		}
		text += whose + " revenue" + verb + f.Value.Abs().String() + " from a year earlier" + latest(f, "its")
	}
	return []voice.Say{{Kind: voice.Answer, Text: text + ".", Citations: citations(facts...)}}
}

// upDown is a change as one says it: "up 1.2%".
func upDown(q quantity.Quantity) string {
	if q.Value.Sign() < 0 {
		return "down " + q.Abs().String()
	}
	return "up " + q.String()
}

// latestEach is [latest] behind a list of companies.
func latestEach(f store.Fact) string {
	if f.Period.Kind == quantity.Day {
		return ""
	}
	return "," + strings.Replace(latest(f, "its"), " in", " each in", 1)
}

// make notes a value that was computed, so that it may be said of the companies it is of.
func (e *evidence) make(q quantity.Quantity, entities ...string) {
	e.made = append(e.made, item{quantity: q, entities: entities}, item{quantity: q.Abs(), entities: entities}) // "fell 1.2%"
}

func (e *evidence) makeCount(n int) { e.make(quantity.New(int64(n), 0, quantity.None)) }
