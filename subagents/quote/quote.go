package quote

import (
	"context"
	"fmt"
	"time"

	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/subagents"
	"github.com/aubade/aubade/subagents/trading"
	"github.com/aubade/aubade/subagents/words"
)

// Library is what the helper reads.
type Library interface {
	Facts(ctx context.Context, edition int64, q store.FactQuery) ([]store.Fact, error)
	Edition(ctx context.Context, id int64) (store.Edition, error)
}

// Options are the helper's. The zero value reads closes from the edition.
type Options struct {
	Live *Source
	Now  func() time.Time // the domain's present; nil means the real clock
}

// Helper tells prices.
type Helper struct {
	library Library
	o       Options
}

// New returns the helper.
func New(l Library, o Options) *Helper {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Helper{l, o}
}

// Name is "quote".
func (h *Helper) Name() string { return "quote" }

// liveFor is how long a live price may be told.
const liveFor = 5 * time.Minute

// metrics are what a quote holds.
var metrics = map[string]bool{"close": true, "open": true, "high": true, "low": true, "volume": true, "change-day": true}

// Find tells the price of the question's subject.
func (h *Helper) Find(ctx context.Context, q subagents.Question) (subagents.Finding, error) {
	asked := metrics[q.Metric] || q.Metric == "" && words.Mentions(q.Text, "price", "trading", "trade", "quote", "close", "closed", "stock", "shares")
	if q.Subject() == "" || !asked {
		return subagents.Finding{}, subagents.ErrNothing
	}
	edition, err := h.library.Edition(ctx, q.Edition)
	if err != nil {
		return subagents.Finding{}, fmt.Errorf("quote: %w", err)
	}
	named := q.Period.Kind == quantity.Day && !q.Period.End.IsZero()
	if h.o.Live != nil && !named {
		return h.live(ctx, q, edition.Lexicon)
	}
	return h.stored(ctx, q, edition.Lexicon)
}

func (h *Helper) live(ctx context.Context, q subagents.Question, l lexicon.Lexicon) (subagents.Finding, error) {
	symbol := q.Subject()
	if t, ok := l.Term(symbol); ok && t.Ticker != "" {
		symbol = t.Ticker
	}
	now := h.o.Now()
	t, err := h.o.Live.latest(ctx, symbol, now)
	if err != nil {
		return subagents.Finding{}, err
	}
	price, err := t.number(t.Price, quantity.USD)
	if err != nil {
		return subagents.Finding{}, fmt.Errorf("quote %s: %w", symbol, err)
	}
	at := t.Time.In(trading.NewYork())
	day := quantity.Period{Kind: quantity.Day, End: time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC)}
	f := subagents.Finding{Agent: h.Name(), AsOf: t.Time, ValidUntil: now.Add(liveFor)}
	add := func(metric string, v quantity.Quantity) {
		f.Values = append(f.Values, store.Value{Entity: q.Subject(), Metric: metric, Quantity: v, Period: day})
	}
	add("close", price)
	name := words.Name(l, q.Subject())
	verb := map[trading.Phase]string{
		trading.Open: "is at", trading.PreMarket: "is at", trading.AfterHours: "is at", trading.Closed: "closed at",
	}[trading.At(t.Time)]
	when := ""
	switch trading.At(t.Time) {
	case trading.PreMarket:
		when = " before the market opens"
	case trading.AfterHours:
		when = " in after-hours trading"
	case trading.Closed:
		verb = "was last at"
	}
	f.Text = fmt.Sprintf("%s %s %s%s", name, verb, price, when)
	if before, err := t.number(t.PreviousClose, quantity.USD); err == nil && before.Value.Sign() > 0 {
		if change, formula, err := quantity.PercentChange(price, before); err == nil {
			f.Text += ", " + upOrDown(change)
			f.Formula = formula
			add("change-day", change)
		}
	}
	f.Text += "."
	switch {
	case t.Halted:
		f.Text += " Trading in it is halted."
	case now.Sub(t.Time) > 20*time.Minute:
		f.Text += " That price is from " + age(t.Time, now) + "."
	}
	f.Citations = []store.Citation{{Title: name + " quote", URL: t.url, Publisher: h.o.Live.Publisher, Published: t.Time, Kind: store.Prices, Quote: fmt.Sprintf("%s %s at %s", t.Symbol, t.Price, t.Time.Format(time.RFC3339))}}
	return f, nil
}

// upOrDown says a change as a person would.
func upOrDown(change quantity.Quantity) string {
	switch change.Value.Sign() {
	case 0:
		return "unchanged on the day"
	case -1:
		return "down " + change.Abs().String() + " on the day"
	}
	return "up " + change.String() + " on the day"
}

// age says when a price is from.
func age(t, now time.Time) string {
	at := t.In(trading.NewYork())
	if now.In(trading.NewYork()).Format(time.DateOnly) == at.Format(time.DateOnly) {
		return at.Format("3:04 PM") + ", New York time"
	}
	return words.Day(at)
}

// stored reads the edition's bars.
func (h *Helper) stored(ctx context.Context, q subagents.Question, l lexicon.Lexicon) (subagents.Finding, error) {
	read := func(metric string) ([]store.Fact, error) {
		facts, err := h.library.Facts(ctx, q.Edition, store.FactQuery{Entity: q.Subject(), Metric: metric})
		if err != nil {
			return nil, fmt.Errorf("quote: %w", err)
		}
		return facts, nil
	}
	closes, err := read("close")
	if err != nil {
		return subagents.Finding{}, err
	}
	last, before, ok := pick(closes, q.Period)
	if !ok {
		return subagents.Finding{}, subagents.ErrNothing
	}
	day := last.Period.End
	f := finding{Agent: h.Name(), AsOf: day}
	f.add(last)
	name := words.Name(l, q.Subject())
	text := fmt.Sprintf("%s closed at %s on %s", name, last.Value, day.Format("Monday, January 2, 2006"))
	if before != nil && trading.Before(day).Equal(before.Period.End) {
		if change, formula, err := quantity.PercentChange(last.Value, before.Value); err == nil {
			text += ", " + upOrDown(change)
			f.Formula = formula
			f.Values = append(f.Values, store.Value{Entity: q.Subject(), Metric: "change-day", Quantity: change, Period: last.Period})
			f.add(*before)
		}
	}
	for _, metric := range []string{"volume", "high", "low"} {
		if q.Metric != metric && metric != "volume" {
			continue
		}
		facts, err := read(metric)
		if err != nil {
			return subagents.Finding{}, err
		}
		for _, v := range facts {
			if v.Period.End.Equal(day) {
				if metric == "volume" {
					text += fmt.Sprintf(", on volume of %s", v.Value)
				} else {
					text += fmt.Sprintf(", with a %s of %s", metric, v.Value)
				}
				f.add(v)
				break
			}
		}
	}
	f.Text = text + "."
	if q.Period.Kind == "" {
		f.Text += h.staleness(day)
	}
	return subagents.Finding(f), nil
}

// finding is one that facts are added to.
type finding subagents.Finding

// add takes a fact as evidence.
func (f *finding) add(fact store.Fact) {
	f.Values = append(f.Values, store.Value{Entity: fact.Entity, Metric: fact.Metric, Quantity: fact.Value, Period: fact.Period})
	f.Citations = append(f.Citations, fact.Citation)
}

// staleness says so when the market has closed since, or why it has not.
func (h *Helper) staleness(day time.Time) string {
	now := h.o.Now().In(trading.NewYork())
	if missed := trading.Sessions(day, trading.LastClose(now)); missed > 0 {
		return fmt.Sprintf(" The market has closed %s since, and I do not have that price.", times(missed))
	}
	if holiday := trading.Holiday(now); holiday != "" {
		return " The market is shut today for " + holiday + "."
	}
	return ""
}

func times(n int) string {
	small := []string{"once", "twice", "three times", "four times", "five times"}
	if n <= len(small) {
		return small[n-1]
	}
	return "several times"
}

// pick finds the close of the asked day, else the newest, and the one before it.
func pick(closes []store.Fact, p quantity.Period) (last store.Fact, before *store.Fact, ok bool) {
	for i, f := range closes {
		if f.Period.Kind != quantity.Day {
			continue
		}
		if !p.End.IsZero() && !f.Period.End.Equal(p.End) {
			continue
		}
		for _, o := range closes[i+1:] {
			if o.Period.Kind == quantity.Day && o.Period.End.Before(f.Period.End) {
				return f, &o, true
			}
		}
		return f, nil, true
	}
	return store.Fact{}, nil, false
}
