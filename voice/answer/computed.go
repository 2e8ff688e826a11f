package answer

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/cockroachdb/apd/v3"

	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/retrieval"
	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/speech"
)

// computed answers what code works out of the facts: a ranking, a ratio, a share, a distance, a change. It says its
// working, and nothing where the facts are not there.
func (c *Conversation) computed(q retrieval.Query, ev *evidence) []voice.Say {
	if q.Rank.Asked {
		return c.sayRanked(q, ev)
	}
	facts := ev.result.Facts
	if p := portion.FindStringSubmatch(q.Text); p != nil && len(facts) > 0 && len(q.Entities) == 1 && q.Work == "" {
		return c.sayPortion(p[1], facts[0], ev)
	}
	switch {
	case len(facts) == 0:
	case slices.Contains([]retrieval.Work{retrieval.Reported, retrieval.Profit, retrieval.Loss, retrieval.Beat, retrieval.Session}, q.Work):
		return c.sayPosed(q, facts, ev)
	case q.Work == retrieval.ToDate && len(q.Entities) == 1 && len(facts) > 0:
		return c.sayToDate(facts, ev)
	case q.Metric == "close" && shares.MatchString(q.Text) && len(q.Entities) == 1:
		return c.sayShares(shares.FindStringSubmatch(q.Text)[1], facts[0], ev)
	case q.Work == retrieval.Beyond:
		return c.sayBeyond(q, facts[0], ev)
	case q.Work == retrieval.Series && len(q.Entities) == 1 && len(facts) > 1:
		return c.saySeries(facts, ev)
	case q.Work == retrieval.Average && len(q.Entities) == 1 && len(facts) > 1:
		return c.sayAverage(facts, ev)
	case q.Work == retrieval.Total && len(q.Entities) > 1 && len(facts) == len(q.Entities):
		return c.sayTotal(facts, ev)
	}
	if q.Work != "" && len(q.More) == 1 && len(q.Entities) == 1 {
		a, ok1 := first(facts, q.Metric)
		b, ok2 := first(facts, q.More[0])
		if ok1 && ok2 {
			return c.sayWorked(q.Work, a, b, ev)
		}
		return nil
	}
	if len(q.Entities) == 1 && ev.result.Missing == retrieval.Known && len(q.More) == 0 {
		return c.sayMoved(q, facts, ev)
	}
	return nil
}

// byCode says that a question asks for what is computed: no model is asked, which would only have it wrong.
func byCode(q retrieval.Query) bool {
	return q.Rank.Asked || q.Work != "" || len(q.More) > 0 || portion.MatchString(q.Text) || shares.MatchString(q.Text)
}

func first(facts []store.Fact, metric string) (store.Fact, bool) {
	for _, f := range facts {
		if f.Metric == metric {
			return f, true
		}
	}
	return store.Fact{}, false
}

// sayWorked tells two facts of a company by what they make together.
func (c *Conversation) sayWorked(w retrieval.Work, a, b store.Fact, ev *evidence) []voice.Say {
	var (
		q    quantity.Quantity
		err  error
		text string
	)
	whose, of := speech.Possessive(c.called(a.Entity)), c.metricName(a.Metric)
	base := c.metricName(b.Metric)
	if w == retrieval.Yield {
		return c.sayYield(a, b, ev)
	}
	if a.Value.Unit != b.Value.Unit {
		return nil
	}
	switch w {
	case retrieval.Ratio:
		q, _, err = quantity.Ratio(a.Value, b.Value, false)
		text = whose + " " + of + " is " + strings.TrimSuffix(q.String(), "x") + " times its " + base + ": "
	case retrieval.Share:
		q, _, err = quantity.Ratio(a.Value, b.Value, true)
		text = whose + " " + of + " was " + q.String() + " of its " + base + ": "
	case retrieval.Net:
		q, _, err = quantity.Diff(a.Value, b.Value)
		kind := "more " + of + " than " + base
		if q.Value.Sign() < 0 {
			q, kind = q.Neg(), "more "+base+" than "+of
		}
		text = c.called(a.Entity) + " has " + q.String() + " " + kind + ": "
	case retrieval.Distance:
		q, _, err = quantity.PercentChange(a.Value, b.Value)
		side := " above "
		if q.Value.Sign() < 0 {
			side = " below "
		}
		q = q.Abs()
		text = c.called(a.Entity) + " closed " + q.String() + side + "its " + base + ": "
	default:
		return nil
	}
	if err != nil {
		return nil
	}
	ev.make(q, a.Entity)
	text += a.Value.String() + " against " + b.Value.String()
	if w != retrieval.Distance {
		text += when(a)
	}
	return []voice.Say{{Kind: voice.Answer, Text: text + ".", Citations: citations(a, b)}}
}

// sayBeyond tells the value as it is, and that no more can be made of it.
func (c *Conversation) sayBeyond(q retrieval.Query, f store.Fact, ev *evidence) []voice.Say {
	no := "The brief has no exchange rate. "
	if saysAny(q.Text, "per") {
		no = "The brief cannot break that down so. "
	}
	s := c.sayFact(f, ev)
	s.Text = no + s.Text
	return []voice.Say{s}
}

// saySeries tells the last values one after the other, and whether they went one way.
func (c *Conversation) saySeries(facts []store.Fact, ev *evidence) []voice.Say {
	var values []string
	up, down := true, true
	for i, f := range facts {
		values = append(values, f.Value.String())
		if i > 0 {
			way := f.Value.Value.Cmp(&facts[i-1].Value.Value)
			up, down = up && way > 0, down && way < 0
		}
	}
	last := facts[len(facts)-1]
	unit := map[quantity.PeriodKind]string{quantity.Quarter: "quarters", quantity.Year: "years", quantity.Day: "sessions"}[last.Period.Kind]
	ev.makeCount(len(facts))
	text := speech.Possessive(c.called(last.Entity)) + " " + c.metricName(last.Metric) + " was " + list(values) + " over the " + strconv.Itoa(len(facts)) + " " + unit + " to " + last.Period.String()
	switch {
	case up:
		text += ", higher each time"
	case down:
		text += ", lower each time"
	}
	return []voice.Say{{Kind: voice.Answer, Text: text + ".", Citations: citations(last)}}
}

// sayAverage tells the mean of the values over a stretch of time.
func (c *Conversation) sayAverage(facts []store.Fact, ev *evidence) []voice.Say {
	values := make([]quantity.Quantity, len(facts))
	for i, f := range facts {
		values[i] = f.Value
	}
	sum, _, err := quantity.Sum(values...)
	if err != nil {
		return nil
	}
	var mean apd.Decimal
	context := apd.BaseContext.WithPrecision(34)
	if _, err := context.Quo(&mean, &sum.Value, apd.New(int64(len(facts)), 0)); err != nil {
		return nil
	}
	mean.Reduce(&mean)
	if _, err := context.Quantize(&mean, &mean, max(mean.Exponent, facts[0].Value.Value.Exponent)); err != nil {
		return nil
	}
	q := quantity.Quantity{Value: mean, Unit: sum.Unit, Digits: int(mean.NumDigits())}
	from, to := facts[0], facts[len(facts)-1]
	ev.make(q, to.Entity)
	ev.makeCount(len(facts))
	unit := map[quantity.PeriodKind]string{quantity.Quarter: "quarters", quantity.Year: "years", quantity.Day: "sessions"}[to.Period.Kind]
	text := speech.Possessive(c.called(to.Entity)) + " " + c.metricName(to.Metric) + " averaged " + q.String() + " over the " + strconv.Itoa(len(facts)) + " " + unit + " from " + from.Period.String() + " to " + to.Period.String() + "."
	return []voice.Say{{Kind: voice.Answer, Text: text, Citations: citations(to)}}
}

// sayTotal adds up what companies have.
func (c *Conversation) sayTotal(facts []store.Fact, ev *evidence) []voice.Say {
	var values []quantity.Quantity
	var named, entities []string
	for _, f := range facts {
		if f.Metric != facts[0].Metric {
			return nil
		}
		values = append(values, f.Value)
		named = append(named, f.Value.String()+" for "+c.called(f.Entity))
		entities = append(entities, f.Entity)
	}
	sum, _, err := quantity.Sum(values...)
	if err != nil || sum.Unit.Rate() {
		return nil
	}
	ev.make(sum, entities...)
	text := "Together their " + c.metricName(facts[0].Metric) + " was " + sum.String() + ": " + list(named) + latestEach(facts[0]) + "."
	return []voice.Say{{Kind: voice.Answer, Text: text, Citations: citations(facts...)}}
}

// sayToDate adds up the quarters of the fiscal year so far.
func (c *Conversation) sayToDate(facts []store.Fact, ev *evidence) []voice.Say {
	var values []quantity.Quantity
	for _, f := range facts {
		values = append(values, f.Value)
	}
	sum, _, err := quantity.Sum(values...)
	last := facts[len(facts)-1]
	if err != nil || sum.Unit.Rate() && !sum.Unit.PerShare() {
		return nil
	}
	ev.make(sum, last.Entity)
	text := speech.Possessive(c.called(last.Entity)) + " " + c.metricName(last.Metric) + " adds up to " + sum.String() + " for its fiscal year so far, to the end of " + last.Period.String() + "."
	return []voice.Say{{Kind: voice.Answer, Text: text, Citations: citations(facts...)}}
}

// shares is a number of shares: "what would 100 shares cost?"
var shares = regexp.MustCompile(`(?i)\b(\d{1,7}) shares\b`)

func (c *Conversation) sayShares(n string, f store.Fact, ev *evidence) []voice.Say {
	count, err := strconv.ParseInt(n, 10, 64)
	if err != nil || f.Period.Kind != quantity.Day {
		return nil
	}
	var v apd.Decimal
	if _, err := apd.BaseContext.WithPrecision(34).Mul(&v, &f.Value.Value, apd.New(count, 0)); err != nil {
		return nil
	}
	v.Reduce(&v)
	q := quantity.Quantity{Value: v, Unit: quantity.Unit(f.Value.Unit.Currency()), Digits: int(v.NumDigits())}
	price := f.Value
	price.Unit = quantity.Unit(f.Value.Unit.Currency())
	ev.make(q, f.Entity)
	ev.make(price, f.Entity)
	ev.make(quantity.New(count, 0, quantity.Shares), f.Entity)
	ev.make(quantity.New(count, 0, quantity.None), f.Entity)
	text := n + " shares of " + c.called(f.Entity) + " at the close of " + price.String() + when(f) + " come to " + q.String() + "."
	return []voice.Say{{Kind: voice.Answer, Text: text, Citations: citations(f)}}
}

// sayYield tells a year of the newest quarterly dividend in percent of the price.
func (c *Conversation) sayYield(dividend, price store.Fact, ev *evidence) []voice.Say {
	if dividend.Period.Kind != quantity.Quarter || price.Period.Kind != quantity.Day {
		return nil
	}
	var year apd.Decimal
	if _, err := apd.BaseContext.WithPrecision(34).Mul(&year, &dividend.Value.Value, apd.New(4, 0)); err != nil {
		return nil
	}
	a := quantity.Quantity{Value: year, Unit: quantity.USD, Digits: int(year.NumDigits())}
	b := price.Value
	b.Unit = quantity.USD
	q, _, err := quantity.Ratio(a, b, true)
	if err != nil {
		return nil
	}
	ev.make(q, dividend.Entity)
	ev.makeCount(4)
	ev.make(b, price.Entity)
	text := speech.Possessive(c.called(dividend.Entity)) + " dividend yield is " + q.String() + ": four times its " + c.metricName(dividend.Metric) + " of " + dividend.Value.String() + ", against a close of " + b.String() + when(price) + "."
	return []voice.Say{{Kind: voice.Answer, Text: text, Citations: citations(dividend, price)}}
}

// portion is a part of a value: "15% of Larkspur's revenue".
var portion = regexp.MustCompile(`(?i)\b(\d+(?:\.\d+)?) ?(?:%|percent|per cent) of\b`)

func (c *Conversation) sayPortion(percent string, f store.Fact, ev *evidence) []voice.Say {
	p, _, err := apd.NewFromString(percent)
	if err != nil || f.Value.Unit.Rate() && !f.Value.Unit.PerShare() {
		return nil
	}
	d := f.Value
	var v apd.Decimal
	if _, err := apd.BaseContext.WithPrecision(34).Mul(&v, &d.Value, p); err != nil {
		return nil
	}
	v.Exponent -= 2
	v.Reduce(&v)
	d.Value, d.Digits = v, int(v.NumDigits())
	share := quantity.Quantity{Value: *p, Unit: quantity.Percent, Digits: int(p.NumDigits())}
	ev.make(share)
	ev.make(d, f.Entity)
	text := share.String() + " of " + speech.Possessive(c.called(f.Entity)) + " " + c.metricName(f.Metric) + " of " + f.Value.String() + when(f) + " is " + d.String() + "."
	return []voice.Say{{Kind: voice.Answer, Text: text, Citations: citations(f)}}
}

// sayMoved tells a change that no fact of the edition tells: it is worked out of the value now and the value then.
func (c *Conversation) sayMoved(q retrieval.Query, facts []store.Fact, ev *evidence) []voice.Say {
	if q.Intent != retrieval.Change && !(q.Intent == retrieval.Comparison && q.Against.Named()) && q.Work != retrieval.Gap ||
		len(facts) != 2 || facts[0].Metric != facts[1].Metric || facts[0].Metric != q.Metric || facts[0].Period.Same(facts[1].Period) {
		return nil
	}
	now, then := facts[0], facts[1]
	change, _, err := quantity.PercentChange(now.Value, then.Value)
	if now.Value.Unit == quantity.Percent {
		change, _, err = quantity.Diff(now.Value, then.Value)
	}
	if err != nil {
		return nil
	}
	verb := " rose "
	switch change.Value.Sign() {
	case -1:
		verb = " fell "
	case 0:
		verb = " did not change: "
	}
	ev.make(change, now.Entity)
	text := speech.Possessive(c.called(now.Entity)) + " " + c.metricName(now.Metric) + verb
	if change.Value.Sign() != 0 {
		text += change.Abs().String() + ", "
	}
	switch {
	case now.Value.Value.Sign() < 0 || then.Value.Value.Sign() < 0:
		// The percentage of a loss tells nobody anything.
		text = speech.Possessive(c.called(now.Entity)) + " " + c.metricName(now.Metric) + " went "
	}
	text += "from " + then.Value.String() + when(then) + " to " + now.Value.String() + when(now) + "."
	return []voice.Say{{Kind: voice.Answer, Text: text, Citations: citations(now, then)}}
}
