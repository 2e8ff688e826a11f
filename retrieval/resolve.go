package retrieval

import (
	"slices"
	"strings"
	"time"

	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/internal/terms"
)

// A Resolver reads questions by a lexicon. It calls no model and takes well under a millisecond.
type Resolver struct {
	// Now is the present, in the domain's zone: what "yesterday" counts from. It begins as the moment that the edition
	// speaks of; who knows better sets it before the first question.
	Now     func() time.Time
	lexicon lexicon.Lexicon
	names   *names
	// metricWords are the terms of the metrics' names, each with the metrics that it is in.
	metricWords map[string][]string
	// known says whether a word occurs in the edition at all: such a word is not a misheard name.
	known func(word string) bool
}

// NewResolver makes a resolver for a lexicon. known may be nil.
func NewResolver(l lexicon.Lexicon, now time.Time, known func(word string) bool) *Resolver {
	if known == nil {
		known = func(string) bool { return false }
	}
	r := &Resolver{Now: func() time.Time { return now }, lexicon: l, names: newNames(l), known: known, metricWords: map[string][]string{}}
	for _, t := range l.Terms {
		if t.Kind != lexicon.Metric {
			continue
		}
		for _, w := range terms.Of(t.Name) {
			r.metricWords[w] = append(r.metricWords[w], t.ID)
		}
	}
	return r
}

// Resolve reads a question in the light of what the conversation is about.
func (r *Resolver) Resolve(text string, subject Subject) Query {
	ws := words(text)
	q := Query{Text: text, Intent: intentOf(ws)}
	mentions := r.names.find(ws)
	q.FollowUp = continues(ws, mentions)

	about := quantity.Period{}
	if q.FollowUp || len(mentions) == 0 {
		about = subject.Period
	}
	when, timed := timeOf(ws, r.Now(), about, q.Intent == Change || q.Intent == Comparison)
	q.Period, q.Against, q.Since, q.Until = when.period, when.against, when.since, when.until
	ranked, meant := rank(ws, timed, mentions)
	of := slices.ContainsFunc(mentions, func(m mention) bool { return entity(m.term) }) || slices.ContainsFunc(ws, func(w string) bool { return slices.Contains([]string{"it", "its"}, w) })
	var metrics []mention

	for _, m := range mentions {
		if timed[m.from] && timed[m.to-1] {
			continue // "second quarter" is not a name
		}
		switch {
		case entity(m.term):
			if !slices.Contains(q.Entities, m.term.ID) {
				q.Entities = append(q.Entities, m.term.ID)
			}
		case m.term.Kind == lexicon.Metric:
			if m.term.ID == "close" && !priced(ws, m) {
				continue // "closes 23 stores" is no price
			}
			if _, super := superlatives[ws[m.from]]; super && ranked.Asked && !of && m.to-m.from == 1 {
				continue // "the highest gross margin" is no 52-week high
			}
			if (m.term.ID == "high" || m.term.ID == "low") && m.to-m.from == 1 && m.from > 0 && slices.Contains([]string{"that", "it", "this", "too", "very"}, ws[m.from-1]) {
				continue // "is that high?"
			}
			metrics = append(metrics, m)
		}
	}
	q.Topic = topic(ws, mentions)
	if len(q.Entities) == 0 {
		r.guess(&q, ws, timed, mentions)
	}
	q.Named = len(q.Entities) > 0
	q.Stranger = r.stranger(text, ws, timed, mentions, q)
	q.measure(ws, metrics)
	if reporting(ws, timed, q) {
		q.Work, q.Metric, q.Intent = Reported, "revenue", List
		if q.Since.IsZero() {
			q.Since = r.Now().AddDate(0, 0, -7)
		}
		return q
	}
	other := criterion(ws, timed, mentions)
	if len(q.Entities) > 1 && sizes(ws) && !slices.ContainsFunc(metrics, func(m mention) bool { return !sizes(ws[m.from:m.to]) }) {
		q.Metric = "" // of several, it is compared by what says it best
	}
	if len(q.Entities) == 1 && q.Metric == "" && !other && sized(ws, mentions) {
		q.Metric = "market-cap"
	}
	q.Why = why(ws)
	leaning := !q.Named && q.Stranger == "" && leans(ws, timed, mentions)
	switch {
	case q.Stranger != "":
	case len(q.Entities) > 1 && (ranked.Asked && ranked.Growth || outdoes(ws)):
		// "Which of these grew the most": the same ranking, of those that are named.
		q.Rank, q.Intent = Rank{Asked: true, Growth: true, Least: ranked.Least, Sign: ranked.Sign}, List
		if q.Metric == "" {
			q.Metric = "revenue"
		}
		if q.Metric == "close" || meant == "close" {
			q.Metric = r.priceChange(when)
		}
	case q.Named:
	case market(ws, q):
		q.Rank = Rank{Asked: true, Growth: true, Market: true}
		q.Metric, q.Intent = r.priceChange(when), List
	case ranked.Asked && leaning && q.Metric == "" && subject.Rank.Asked && !subject.Rank.Market:
		ranked.Growth = subject.Rank.Growth
		q.Rank, q.Metric, q.Intent, q.FollowUp = ranked, subject.Metric, List, true
	case ranked.Asked && (q.Metric != "" || meant != "") && !(leaning && len(subject.Entities) > 1):
		q.Rank, q.Intent = ranked, List
		if q.Metric == "" || q.Metric == "close" && meant != "" || ranked.Growth && meant == "close" || ranked.Sign != 0 && meant == "net-income" {
			q.Metric = meant
		}
		if q.Rank.Growth && q.Metric == "close" {
			q.Metric = r.priceChange(when)
		}
		if q.Metric == "" {
			q.Rank = Rank{}
		}
	}
	if q.Rank.Asked {
		return q
	}
	if leaning && len(subject.Entities) > 0 && (q.Why || q.Intent == Change || q.Intent == Comparison || q.Intent == Other || q.Intent == Number) {
		q.FollowUp = true
	}
	if len(q.Entities) >= 2 && q.Intent != News {
		q.Intent = Comparison
	}
	if q.Work == Share && len(q.More) == 0 && !q.Named && subject.Metric != "" && subject.Metric != q.Metric {
		q.Metric, q.More, q.FollowUp = subject.Metric, []string{q.Metric}, true // "what share of revenue is that?"
	}
	if q.Intent == Profile && q.Metric == "close" {
		q.Metric = "" // a stock's symbol is not its price
	}
	r.inherit(&q, subject, ws, when)
	if len(q.Entities) == 0 && len(metrics) == 0 && q.Metric == unnamed(ws) {
		q.Metric = "" // "how big is the order" is not of a company
	}
	if q.Work == Average && when.span > 0 {
		q.Since = q.Since.AddDate(0, 0, 1) // a week of prices is five sessions: the day a week ago is not in it
	}
	if q.Work == ToDate {
		q.Period = Period{} // "the year so far" is no year that was reported
		if lexicon.Balance(q.Metric) || q.Metric == "shares-diluted" {
			q.Work = "" // what does not add up is told as it stands
		}
	}
	if when.span > 0 && q.Work == "" && (q.Metric == "close" && (q.Intent == Other || q.Intent == Number) || q.Metric == "" && !q.Named && len(subject.Entities) > 0 && (subject.Metric == "close" || strings.HasPrefix(subject.Metric, "change-"))) {
		q.Metric, q.Intent = "close", Change // "how has its stock done this year?", "and this month?"
		if len(q.Entities) == 0 {
			q.Entities, q.FollowUp = slices.Clone(subject.Entities), true
		}
	}
	if q.Intent == Change && q.Metric == "" && len(q.Entities) == 1 && !other && slices.ContainsFunc(ws, func(w string) bool {
		return slices.Contains([]string{"growth", "grow", "grew", "grown", "growing"}, w)
	}) {
		q.Metric = "revenue" // a company's growth
	}
	if q.Why && q.Metric == "" && q.Named && slices.ContainsFunc(ws, func(w string) bool { return upWords[w] || downWords[w] }) {
		q.Metric = "close"
	}
	if q.Why {
		q.Topic += " because blamed driven caused due reason" // how reasons are written
		if t, ok := r.lexicon.Term(q.Metric); ok {
			q.Topic += " " + t.Name
		}
	}
	if q.Why && q.Metric != "" {
		q.Intent = Change // what happened comes before why
	}
	if q.Metric != "" && q.Intent == Other {
		q.Intent = Number
	}
	q.Metric = moved(q, when)
	if future(ws) && q.Metric != "" && q.Intent != News && q.Intent != Calendar && !q.Period.Named() && !strings.HasPrefix(q.Metric, "guidance") {
		if q.Metric == "revenue" && !slices.Contains(ws, "year") {
			q.Metric, q.Intent = "guidance-revenue", Number
		} else {
			q.Period = Period{Period: quantity.Period{Kind: quantity.Year, Year: r.Now().Year() + 1}} // which nobody has: it is declined
		}
	}
	if q.Metric == "revenue" && q.Intent != News && q.Work == "" && expects(ws) {
		q.Metric, q.Intent = "guidance-revenue", Number
	}
	if q.Metric == "" && q.Intent == Comparison && len(q.Entities) > 1 && !other && (intentOf(ws) == Comparison || sizes(ws)) {
		q.Metric, q.More = size(ws)
	}
	if q.Intent == Other && len(q.Entities) == 1 && q.Named && subject.Metric == "" && (subject.Intent == "" || subject.Intent == Overview) && len(terms.Of(q.Topic)) == 0 && r.company(q.Entities[0]) {
		q.Intent = Overview // nothing but a name
	}
	if q.Intent == Overview && q.Metric != "" {
		q.Intent = Number
	}
	return q
}

func (r *Resolver) company(id string) bool {
	t, ok := r.lexicon.Term(id)
	return ok && t.Kind == lexicon.Company
}

// topic leaves out the words that name an entity.
func topic(ws []string, mentions []mention) string {
	var out []string
	for i, w := range ws {
		if !slices.ContainsFunc(mentions, func(m mention) bool { return entity(m.term) && m.from <= i && i < m.to }) {
			out = append(out, w)
		}
	}
	return strings.Join(out, " ")
}

// inherit fills in from the subject what a follow-up leaves unsaid.
func (r *Resolver) inherit(q *Query, subject Subject, ws []string, when spoken) {
	if q.Stranger != "" && !q.Named {
		return // what was asked of another is not told of this one
	}
	pronoun := slices.ContainsFunc(ws, func(w string) bool {
		return slices.Contains([]string{"it", "its", "they", "their", "them", "that", "those", "he", "she", "company", "there"}, w)
	})
	bare := q.Metric == "" && (q.Intent == Other || q.FollowUp || pronoun && (q.Intent == Comparison || q.Intent == Change))
	if q.Intent == Comparison && pronoun && len(q.Entities) == 1 && len(subject.Entities) == 1 && q.Entities[0] != subject.Entities[0] {
		// "How does that compare to Halden's?"
		q.Entities, q.FollowUp = []string{subject.Entities[0], q.Entities[0]}, true
		if q.Metric == "" && subject.Metric != "" && !sizes(ws) {
			q.Metric = subject.Metric
		}
	}
	if len(q.Entities) == 0 && len(subject.Entities) > 0 && (q.FollowUp || pronoun || q.Metric != "" || when.period.Named() || when.against.Named()) && q.Intent != List {
		q.Entities, q.FollowUp = slices.Clone(subject.Entities), true
	}
	if q.FollowUp && q.Named && q.Intent == Other && q.Metric == "" && subject.Metric == "" && subject.Intent != List && subject.Intent != "" {
		q.Intent = subject.Intent // "and on Kittiwake?" after the news of another
	}
	if !bare && !(q.Why && q.FollowUp && q.Metric == "") || subject.Metric == "" || q.Intent == News && !q.Why || q.Intent == Profile || q.Intent == Calendar || q.Intent == Overview {
		return
	}
	if q.Why {
		q.Metric, q.Period = subject.Metric, Period{Period: subject.Period}
		return
	}
	// "What about Halden?", "and the year before?": the same metric, and the same period unless another is named.
	if q.FollowUp && (q.Named || leans(ws, make([]bool, len(ws)), nil)) || q.Period.Named() || q.Against.Named() {
		q.Metric, q.FollowUp = subject.Metric, true
		if q.Intent == Other {
			q.Intent = subject.Intent
		}
		if len(q.Entities) < 2 && q.Intent == Comparison {
			q.Intent = Number
			if q.Against.Named() {
				q.Intent = Change // "how does that compare with a year earlier"
			}
		}
		if q.Intent == List {
			q.Intent = Number
		}
		if len(q.Entities) > 1 && !q.Period.Named() {
			q.Period = Period{Period: quantity.Period{Kind: subject.Period.Kind}, Relative: true}
		} else if q.Intent == Change && !q.Period.Named() && !q.Named && !q.Against.Named() && subject.Period.Kind != quantity.Day {
			// "Did it get better or worse?" is of the newest against the one just told, where that is older.
			q.Period, q.Against = Period{Period: quantity.Period{Kind: subject.Period.Kind}, Relative: true}, Period{Period: subject.Period}
		} else if !q.Period.Named() && !q.Named {
			q.Period = Period{Period: subject.Period}
		} else if !q.Period.Named() && subject.Period.Kind != "" {
			// Another company's quarter may have another number: its newest of the same kind is meant.
			q.Period = Period{Period: quantity.Period{Kind: subject.Period.Kind}, Relative: true}
		}
	}
}

// guess looks for an entity whose name is like a word that nothing explains. A word of everyday talk counts only beside a
// metric: "the weather's revenue" was misheard, "tell me about the weather" was not.
func (r *Resolver) guess(q *Query, ws []string, timed []bool, mentions []mention) {
	measured := slices.ContainsFunc(mentions, func(m mention) bool { return m.term.Kind == lexicon.Metric })
	for i, w := range ws {
		if timed[i] || terms.Stop(w) || len(w) < 5 || !measured && terms.Common(w) || slices.ContainsFunc(mentions, func(m mention) bool { return m.from <= i && i < m.to }) {
			continue
		}
		candidates := []string{w}
		if i+1 < len(ws) {
			candidates = append(candidates, w+ws[i+1]) // "lark spur"
		}
		for _, c := range candidates {
			if r.known(c) {
				continue
			}
			if t := r.names.guess(c); t != nil && !slices.Contains(q.Entities, t.ID) {
				q.Entities = append(q.Entities, t.ID)
				q.Guessed = append(q.Guessed, t.ID)
				break
			}
		}
	}
}

// priced says that a word for the closing price is meant as one: not a verb with an object, nor what a company charges.
func priced(ws []string, m mention) bool {
	if m.to-m.from > 1 {
		return true
	}
	w := ws[m.from]
	if w == "prices" {
		return m.from > 0 && (ws[m.from-1] == "share" || ws[m.from-1] == "stock")
	}
	if len(ws) > 1 && (ws[0] == "how" && ws[1] == "many" || (ws[0] == "has" || ws[0] == "have") && w == "closed") {
		return false
	}
	switch w {
	case "close", "closes", "closed", "closing", "finish", "finished", "ended", "settle", "settled":
		if m.to >= len(ws) {
			return true
		}
		next := ws[m.to]
		_, weekday := weekdays[next]
		_, month := months[next]
		return weekday || month || terms.Stop(next) || slices.Contains([]string{"yesterday", "today", "last", "friday", "price", "higher", "lower", "day", "week"}, next)
	}
	return true
}

// expects says that a question is about what is to come.
func expects(ws []string) bool {
	return slices.ContainsFunc(ws, func(w string) bool {
		return slices.Contains([]string{"expect", "expects", "expecting", "expected", "guide", "guides", "guiding", "guided", "forecast", "forecasts", "forecasting"}, w)
	})
}

// better chooses between two metrics that a question names: the first, unless it is only the general word for a price.
func better(old, new string) string {
	if old == "" || old == "close" {
		return new
	}
	return old
}

// moved turns the question how a price moved into the metric that says so.
func moved(q Query, when spoken) string {
	if q.Intent != Change || q.Work != "" || q.Metric != "close" && q.Metric != "" {
		return q.Metric
	}
	switch {
	case q.Metric == "" && !q.Named:
		return q.Metric
	case when.span > 300*24*time.Hour, when.against.Kind == quantity.Quarter && when.against.Back == 4 && q.Metric == "close":
		return "change-year"
	case when.span > 8*24*time.Hour:
		return "change-month"
	case when.span > 0:
		return "change-week"
	case q.Metric == "close", q.Period.Kind == quantity.Day:
		return "change-day"
	}
	return q.Metric
}

// continues says that a question leans on the one before: "and Halden?", "what about the year before?".
func continues(ws []string, mentions []mention) bool {
	s := strings.Join(ws, " ")
	for _, p := range []string{"and ", "what about", "how about", "same for", "and what about", "but ", "or ", "also ", "ok and", "okay and", "then "} {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	named := 0
	for _, m := range mentions {
		named += m.to - m.from
	}
	return len(ws) > 0 && len(ws)-named <= 1 && len(mentions) == 1 && entity(mentions[0].term)
}

// intents are told by their words, the first that matches; a * stands for any words. What is left is a number where a
// metric is named.
var intents = []struct {
	intent  Intent
	phrases []string
}{
	{News, []string{"news", "what happened", "what is happening", "what's happening", "headline", "headlines", "why", "any update", "latest on", "what is new", "s new with", "what do we know", "hear about", "heard about", "anything on", "anything new", "going on with", "going on at", "what new", "what up with", "what happening"}},
	{Calendar, []string{"when does", "when do", "when is", "when will", "when s", "who reports", "who is reporting", "which companies report", "who will report", "reporting next", "coming up", "next week", "market closed", "markets closed", "market shut", "market open", "next earnings", "earnings date", "ex dividend date", "report next", "reported yet", "next report", "due to report"}},
	{Profile, []string{"what does * do", "what is * business", "what do they do", "who is", "who s", "who runs", "who leads", "who heads", "chief executive of", "ceo of", "cfo of", "in charge of", "where is * based", "where is * headquartered", "where are * offices", "headquarters of", "stock symbol", "ticker symbol", "ticker", "tell me about", "what kind of company", "what sort of company"}},
	{List, []string{"which three", "whose", "which companies", "which company", "which of them", "which stocks", "what companies", "who reported", "list", "biggest mover", "biggest movers", "top gainers", "gainers", "losers", "movers", "which names"}},
	{Comparison, []string{"compare", "compared to", "versus", "vs", "difference between", "better than", "more than", "less than", "bigger", "larger", "higher than", "lower than", "how far apart", "which one", "who sold more", "gap between", "smaller", "cheaper", "pricier", "more expensive", "more profitable", "more valuable", "relative to", "which is better", "which is worse", "which is higher", "which is lower", "which is more", "better margin", "apart"}},
	{Change, []string{"change", "changed", "grow", "grew", "growth", "grown", "growing", "rise", "rose", "risen", "rising", "fall", "fell", "fallen", "falling", "increase", "increased", "decrease", "decreased",
		"decline", "declined", "drop", "dropped", "gain", "gained", "up or down", "move", "moved", "year over year", "year on year", "yoy", "quarter over quarter", "qoq", "jump", "jumped", "slip", "slipped", "climb", "climbed", "shrink", "shrunk", "improve", "improved", "more money than", "than it did", "than a year ago", "than a year before", "than a year earlier", "than last year", "better or worse", "get better", "get worse", "got better", "got worse", "do this week", "did this week", "perform", "performed", "went up", "went down", "which way", "how far", "go up", "go down", "down on", "up on"}},
	{Overview, []string{"how is * doing", "how are * doing", "how * doing", "how has * been", "how have * been", "how did * do", "how are things at", "overview of", "overview on", "summary of", "summarise", "summarize", "update on", "how is * going", "should i know about", "key numbers", "key figures", "the numbers", "numbers", "how big is", "how large is"}},
}

func intentOf(ws []string) Intent {
	s := " " + strings.Join(ws, " ") + " "
	for _, in := range intents {
		for _, p := range in.phrases {
			if before, after, gap := strings.Cut(p, "*"); gap {
				i := strings.Index(s, " "+before)
				if i >= 0 && strings.Contains(s[i+len(before):], after+" ") {
					return in.intent
				}
			} else if strings.Contains(s, " "+p+" ") {
				return in.intent
			}
		}
	}
	return Other
}
