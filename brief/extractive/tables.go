package extractive

import (
	"regexp"
	"slices"
	"strings"

	"github.com/aubade/aubade/brief"
	"github.com/aubade/aubade/brief/fiscal"
	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/store"
)

// table reads the rows of a financial table: a label that is a metric, then one figure for each period of the heading.
// *scale is what the last heading said of it: "in millions".
func (r *reader) table(b block, scale *string) {
	if r.about == nil {
		return
	}
	calendar := r.calendarOf(r.about)
	var columns []quantity.Period
	for _, l := range b.lines {
		low := strings.ToLower(l.text)
		var heads []quantity.Period
		for _, c := range cells(l.text) {
			if p, ok := calendar.Column(c, r.doc.Published); ok {
				heads = append(heads, p)
			}
		}
		if len(heads) > 0 {
			columns = heads
			*scale = ""
		}
		for _, s := range []string{"in thousands", "in millions", "in billions"} {
			if strings.Contains(low, s) {
				*scale = s
			}
		}
		if len(heads) == 0 && len(columns) > 0 {
			r.row(l, columns, *scale)
		}
	}
}

var bracketed = regexp.MustCompile(`\([^)]*\)`)

// row reads one line of a table.
func (r *reader) row(l line, columns []quantity.Period, scale string) {
	label, _, _ := strings.Cut(l.text, " | ")
	metric := r.labelled(label)
	if metric == nil {
		return
	}
	found := quantity.Find(strings.ReplaceAll(l.text[len(label):], " | )", ")"))
	if len(found) != len(columns) {
		return // a figure is missing, or a footnote looks like one: which is whose cannot be told
	}
	for i, f := range found {
		q := f.Quantity
		unit := unitOf(metric)
		if q.Unit == quantity.Percent && unit != quantity.Percent {
			continue
		}
		q.Unit = unit
		if exp := scaleOf(scale); exp > 0 && (unit == quantity.USD || unit == quantity.Shares) && q.Value.Exponent <= 0 {
			q = scaled(q, exp)
		}
		if brief.Outflow(metric.ID) {
			q.Value.Negative = false
		}
		r.state(r.about, metric, q, columns[i], r.span(l.start, l.end))
	}
}

func scaleOf(words string) int32 {
	switch words {
	case "in thousands":
		return 3
	case "in millions":
		return 6
	case "in billions":
		return 9
	}
	return 0
}

// labelled finds the metric that a whole label names, without what stands in brackets: "Operating income (loss)".
func (r *reader) labelled(label string) *lexicon.Term {
	for _, s := range []string{label, bracketed.ReplaceAllString(label, ""), strings.NewReplacer("(", "", ")", "").Replace(label)} {
		s = strings.Trim(strings.Join(strings.Fields(s), " "), " :.,")
		words := fold(s)
		if len(words) == 0 {
			continue
		}
		for _, x := range r.names.find(s) {
			if x.term.Kind == lexicon.Metric && x.start == 0 && x.end == len(s) {
				return x.term
			}
		}
		// "Total revenue" where only "revenue" is a name; never the other way round.
		if first, rest, ok := strings.Cut(s, " "); ok && strings.EqualFold(first, "total") {
			for _, x := range r.names.find(rest) {
				if x.term.Kind == lexicon.Metric && x.start == 0 && x.end == len(rest) {
					return x.term
				}
			}
		}
	}
	return nil
}

// verbs stand between a metric and its value.
var verbs = regexp.MustCompile(`(?i)^(?:,? (?:for|in|at|during|over) [a-z0-9' -]{2,60})?(?: (?:was|were|of|totaled|totalled|came to|came in at|reached|stood at|hit|is|are|at|amounted to)| (?:rose|fell|grew|climbed|dropped|increased|decreased|slipped|jumped|declined|edged up|edged down)(?: by)?(?: [0-9.]+(?:%| percent))? to)(?: a| an| about| around| roughly| nearly| record| approximately)* ?$`)

// before are the words that may stand right before a metric that is the company's own: no segment, no product.
var before = map[string]bool{"the": true, "its": true, "their": true, "total": true, "reported": true, "of": true, "quarterly": true, "quarter": true, "record": true, "and": true, "posted": true, "company": true,
	"said": true, "that": true, "with": true, "a": true, "had": true, "as": true, "net": true, "group": true, "on": true, "annual": true, "year": true, "consolidated": true, "where": true, "recorded": true, "said,": true, "after": true}

var (
	expected  = regexp.MustCompile(`(?i)\b(expects?|expected|forecasts?|guid(?:es|ed|ance|ing)|outlook|sees|projects?|could|would|may|might|estimates?|analysts|consensus|target|if|plans?)\b`)
	earlier   = regexp.MustCompile(`(?i)^[^.;]{0,12}(?:a year (?:earlier|ago|before)|in the (?:same|previous|prior)|the (?:same|previous|prior) (?:quarter|year|period)|last year|previously|a quarter (?:earlier|ago)|from )`)
	comparing = regexp.MustCompile(`(?i)(compared (?:with|to)|against|versus|from|than|up from|down from)(?: the| a| its)?(?: [a-z]+)? ?$`)
)

// sentence reads a fact that a sentence states in so many words: "Revenue for the third quarter was $1.48 billion".
// *period is the period that the paragraph last named.
func (r *reader) sentence(s sentence, period *quantity.Period) {
	found := r.names.find(s.text)
	owner := r.about
	var owners []string
	for _, x := range found {
		if entity(x.term) && !slices.Contains(owners, x.term.ID) {
			owners = append(owners, x.term.ID)
			owner = x.term
		}
	}
	if owner == nil || len(owners) > 1 {
		return
	}
	calendar := r.calendarOf(owner)
	if p, ok := calendar.Find(s.text, r.doc.Published); ok {
		*period = p
	} else if period.Kind == "" {
		if p, ok := calendar.Find(r.doc.Title, r.doc.Published); ok {
			*period = p
		}
	}
	if expected.MatchString(s.text) {
		r.guidance(s, owner, *period)
		return
	}
	if period.Kind == "" {
		return
	}
	numbers := quantity.Find(s.text)
	for i, x := range found {
		if x.term.Kind != lexicon.Metric || dayMetrics[x.term.ID] {
			continue
		}
		for _, f := range numbers {
			if f.Start < x.end {
				continue
			}
			if i+1 < len(found) && found[i+1].start < f.Start && found[i+1].term.Kind == lexicon.Metric {
				break
			}
			if r.states(s, x, f, owner) {
				q := f.Quantity
				if strings.Contains(strings.ToLower(s.text[x.start:x.end]), "loss") {
					q.Value.Negative = true
				}
				q.Unit = unitOf(x.term)
				r.state(owner, x.term, q, *period, r.span(s.start, s.end))
				break
			}
		}
	}
}

// dayMetrics belong to a day; they come from price files, where no verb can mislead.
var dayMetrics = map[string]bool{"close": true, "open": true, "high": true, "low": true, "volume": true, "change-day": true, "change-week": true, "change-month": true, "change-year": true,
	"high-52w": true, "low-52w": true, "market-cap": true, "pe-ratio": true, "implied-volatility": true, "realised-volatility": true, "price-target": true, "guidance-revenue": true, "guidance-eps": true, "put-call-ratio": true}

// states says that a figure is the value of the metric: the words between say so, and those around do not deny it.
func (r *reader) states(s sentence, x mention, f quantity.Match, owner *lexicon.Term) bool {
	if !fits(f.Quantity, unitOf(x.term)) || !verbs.MatchString(s.text[x.end:f.Start]) {
		return false
	}
	if earlier.MatchString(s.text[f.End:]) || comparing.MatchString(s.text[:x.start]) {
		return false
	}
	head := strings.TrimRight(s.text[:x.start], " ")
	if head == "" {
		return true
	}
	ts := tokens(head)
	if len(ts) == 0 || strings.HasSuffix(head, ",") {
		return true
	}
	last := ts[len(ts)-1]
	if before[last.low] || strings.HasSuffix(last.text, "'s") || strings.HasSuffix(last.text, "’s") {
		return true
	}
	for _, y := range r.names.find(head) {
		if y.end == last.end && y.term.ID == owner.ID {
			return true
		}
	}
	return false
}

// fits says that a figure is written in the unit that the metric counts.
func fits(q quantity.Quantity, unit quantity.Unit) bool {
	switch unit {
	case quantity.USDPerShare:
		return q.Unit == quantity.USDPerShare || q.Unit == quantity.USD && q.Value.Exponent <= 0
	case quantity.None:
		return q.Unit == quantity.None && !(q.Value.Exponent == 0 && q.Digits == 4 && q.Value.Coeff.IsUint64() && q.Value.Coeff.Uint64() >= 1900 && q.Value.Coeff.Uint64() < 2100)
	case quantity.Shares:
		return q.Unit == quantity.Shares || q.Unit == quantity.None
	}
	return q.Unit == unit
}

// guides is how companies put what they expect: "the company expects revenue between $1.45 billion and $1.55 billion".
var guides = regexp.MustCompile(`(?i)\b(?:expects?|forecasts?|sees|projects?|guides? (?:to|for))\s+(?:its )?(?:total |net )?(?:revenues?|sales)\s+(?:of |to be |will be |between |in a range of |from )(?:about |around |approximately )?`)

// guidance reads the revenue that a company expects of a quarter or a year. The fact's value is the lower end of a range;
// its statement tells both.
func (r *reader) guidance(s sentence, owner *lexicon.Term, last quantity.Period) {
	metric, ok := r.metric("guidance-revenue")
	at := guides.FindStringIndex(s.text)
	if !ok || at == nil || r.doc.Kind == store.Note || r.doc.Kind == store.Social {
		return // what an analyst expects is not what the company does
	}
	calendar := r.calendarOf(owner)
	p, named := calendar.Find(s.text, r.doc.Published.AddDate(1, 0, 0))
	if strings.Contains(strings.ToLower(s.text), "next quarter") || !named && strings.Contains(strings.ToLower(s.text), "current quarter") {
		if last.Kind != quantity.Quarter {
			if last, ok = calendar.Find(r.doc.Text[:s.start], r.doc.Published); !ok || last.Kind != quantity.Quarter {
				last = calendar.Latest(r.doc.Published)
			}
		}
		p, named = calendar.Before(last, -1)
	}
	if !named {
		return
	}
	for _, f := range quantity.Find(s.text) {
		if f.Start < at[1]-2 || !fits(f.Quantity, quantity.USD) {
			continue
		}
		words := "revenue of " + f.Quantity.String()
		if f.Range || strings.Contains(strings.ToLower(s.text[at[0]:at[1]]), "between") {
			rest := quantity.Find(s.text[f.End:])
			if len(rest) > 0 && fits(rest[0].Quantity, quantity.USD) {
				words = "revenue between " + f.Quantity.String() + " and " + rest[0].Quantity.String()
			}
		}
		r.fact(store.Fact{Entity: owner.ID, Metric: metric.ID, Value: f.Quantity, Period: p,
			Statement: owner.Name + " expects " + words + " in " + fiscal.Say(p) + ".", Span: r.span(s.start, s.end), Unverified: r.doc.Unverified})
		return
	}
}
