package options

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/subagents"
	"github.com/aubade/aubade/subagents/words"
)

// Library is what the helper reads.
type Library interface {
	Documents(ctx context.Context, domain string) ([]store.Document, error)
	Edition(ctx context.Context, id int64) (store.Edition, error)
}

// Helper answers questions on options from the chains that the night fetched.
type Helper struct {
	library Library
	domain  string
}

// New returns the helper of a domain.
func New(l Library, domain string) *Helper { return &Helper{l, domain} }

// Name is "options".
func (h *Helper) Name() string { return "options" }

// month is how many days the volatility is asked for, where no expiry is named.
const month = 30

// Find answers for the question's subject: the put-call ratio, the greeks, skew or term structure where they are named,
// else the implied volatility at the money.
func (h *Helper) Find(ctx context.Context, q subagents.Question) (subagents.Finding, error) {
	if q.Subject() == "" {
		return subagents.Finding{}, subagents.ErrNothing
	}
	edition, err := h.library.Edition(ctx, q.Edition)
	if err != nil {
		return subagents.Finding{}, fmt.Errorf("options: %w", err)
	}
	chain, doc, err := h.chain(ctx, q.Subject())
	if err != nil {
		return subagents.Finding{}, err
	}
	a := answer{chain: chain, doc: doc, entity: q.Subject(), name: words.Possessive(words.Name(edition.Lexicon, q.Subject()))}
	switch {
	case q.Metric == "put-call-ratio" || q.Metric == "" && words.Mentions(q.Text, "put-call", "puts and calls"):
		return a.putCall()
	case words.Mentions(q.Text, "greeks", "delta", "gamma", "vega", "theta"):
		return a.greeks()
	case words.Mentions(q.Text, "skew", "smile"):
		return a.skew()
	case words.Mentions(q.Text, "term structure", "by expiry", "expiries"):
		return a.term()
	case q.Metric == "implied-volatility" || q.Metric == "" && words.Mentions(q.Text, "implied volatility", "volatility", "iv", "options"):
		return a.implied()
	default:
		return subagents.Finding{}, subagents.ErrNothing
	}
}

// chain is the newest chain on an underlying.
func (h *Helper) chain(ctx context.Context, underlying string) (Chain, store.Document, error) {
	docs, err := h.library.Documents(ctx, h.domain)
	if err != nil {
		return Chain{}, store.Document{}, fmt.Errorf("options: %w", err)
	}
	var (
		best  Chain
		found store.Document
		bad   error
	)
	for _, d := range docs {
		if d.Kind != store.Chain {
			continue
		}
		if len(d.Entities) > 0 && !containsFold(d.Entities, underlying) {
			continue
		}
		c, err := ParseChain(d.Text)
		switch {
		case err != nil:
			bad = errors.Join(bad, fmt.Errorf("options: %s: %w", d.URL, err))
		case strings.EqualFold(c.Underlying, underlying) && (best.Underlying == "" || c.AsOf.After(best.AsOf)):
			best, found = c, d
		}
	}
	if best.Underlying == "" {
		if bad != nil {
			return Chain{}, store.Document{}, bad
		}
		return Chain{}, store.Document{}, subagents.ErrNothing
	}
	return best, found, nil
}

func containsFold(ss []string, s string) bool {
	for _, o := range ss {
		if strings.EqualFold(o, s) {
			return true
		}
	}
	return false
}

// An answer is being written.
type answer struct {
	chain  Chain
	doc    store.Document
	entity string
	name   string // possessive
}

func (a answer) finding(text, formula, quote string, values ...store.Value) subagents.Finding {
	return subagents.Finding{
		Agent: "options", Text: text, Formula: formula, Values: values, AsOf: a.chain.AsOf,
		Citations: []store.Citation{words.Cite(a.doc, quote)},
	}
}

func (a answer) value(metric string, v float64, decimals int, u quantity.Unit, until time.Time) (store.Value, error) {
	q, err := quantity.FromFloat(v, decimals, u)
	if err != nil {
		return store.Value{}, fmt.Errorf("options: %s: %w", metric, err)
	}
	p := quantity.Period{Kind: quantity.Day, End: a.chain.AsOf}
	if !until.IsZero() {
		p.Start, p.End = a.chain.AsOf, until
	}
	return store.Value{Entity: a.entity, Metric: metric, Quantity: q, Period: p}, nil
}

// approximation says how the volatility was come by.
const approximation = "That takes bid-ask midpoints, and American exercise as European, which is an approximation."

func (a answer) atTheMoney(expiry time.Time) (store.Value, Point, error) {
	vol, near, ok := VolAt(a.chain.Smile(expiry), a.chain.Spot)
	if !ok {
		return store.Value{}, Point{}, fmt.Errorf("options: no usable quotes around the money for %s: %w", expiry.Format(time.DateOnly), subagents.ErrNothing)
	}
	v, err := a.value("implied-volatility", 100*vol, 1, quantity.Percent, expiry)
	return v, near, err
}

func (a answer) implied() (subagents.Finding, error) {
	expiry, ok := a.chain.Around(month)
	if !ok {
		return subagents.Finding{}, subagents.ErrNothing
	}
	v, near, err := a.atTheMoney(expiry)
	if err != nil {
		return subagents.Finding{}, err
	}
	mid, _ := near.Mid()
	formula := fmt.Sprintf("Black–Scholes–Merton solved for volatility between the strikes beside the spot of $%.2f; at $%.2f: midpoint $%.3f, %d days, rate %.2f%%, dividend yield %.2f%%",
		a.chain.Spot, near.Strike, mid, int(math.Round(near.Years*365)), 100*near.Rate, 100*near.Yield)
	text := fmt.Sprintf("%s implied volatility is %s at the money, for options that expire on %s. %s", a.name, v.Quantity, words.Day(expiry), approximation)
	return a.finding(text, formula, near.Row, v), nil
}

func (a answer) putCall() (subagents.Finding, error) {
	byVolume, byInterest, ok := a.chain.PutCall()
	if !ok {
		return subagents.Finding{}, subagents.ErrNothing
	}
	v, err := a.value("put-call-ratio", byVolume, 2, quantity.Multiple, time.Time{})
	if err != nil {
		return subagents.Finding{}, err
	}
	o, err := a.value("put-call-ratio", byInterest, 2, quantity.Multiple, time.Time{})
	if err != nil {
		return subagents.Finding{}, err
	}
	text := fmt.Sprintf("%s put-call ratio is %s by volume and %s by open interest.", a.name, v.Quantity, o.Quantity)
	return a.finding(text, "volume of all puts ÷ volume of all calls", a.chain.Quotes[0].Row, v, o), nil
}

func (a answer) term() (subagents.Finding, error) {
	var (
		values []store.Value
		parts  []string
		row    string
	)
	for _, expiry := range a.chain.Expiries() {
		v, near, err := a.atTheMoney(expiry)
		if err != nil {
			continue
		}
		if row == "" {
			row = near.Row
		}
		values = append(values, v)
		parts = append(parts, fmt.Sprintf("%s until %s", v.Quantity, words.Day(expiry)))
	}
	if len(values) == 0 {
		return subagents.Finding{}, subagents.ErrNothing
	}
	values, parts = values[:min(3, len(values))], parts[:min(3, len(parts))]
	text := fmt.Sprintf("%s implied volatility at the money is %s. %s", a.name, strings.Join(parts, ", "), approximation)
	return a.finding(text, "Black–Scholes–Merton solved for volatility at each expiry", row, values...), nil
}

func (a answer) skew() (subagents.Finding, error) {
	expiry, ok := a.chain.Around(month)
	if !ok {
		return subagents.Finding{}, subagents.ErrNothing
	}
	smile := a.chain.Smile(expiry)
	low, near, ok1 := VolAt(smile, 0.9*a.chain.Spot)
	high, _, ok2 := VolAt(smile, 1.1*a.chain.Spot)
	if !ok1 || !ok2 {
		return subagents.Finding{}, subagents.ErrNothing
	}
	below, err1 := a.value("implied-volatility", 100*low, 1, quantity.Percent, expiry)
	above, err2 := a.value("implied-volatility", 100*high, 1, quantity.Percent, expiry)
	if err := errors.Join(err1, err2); err != nil {
		return subagents.Finding{}, err
	}
	diff, formula, err := quantity.Diff(below.Quantity, above.Quantity)
	if err != nil {
		return subagents.Finding{}, fmt.Errorf("options: skew: %w", err)
	}
	text := fmt.Sprintf("%s implied volatility is %s ten percent below the spot and %s ten percent above, a skew of %s. %s",
		a.name, below.Quantity, above.Quantity, diff, approximation)
	ten := store.Value{Entity: a.entity, Metric: "moneyness", Quantity: quantity.New(10, 0, quantity.Percent)}
	skew := store.Value{Entity: a.entity, Metric: "skew", Quantity: diff, Period: below.Period}
	return a.finding(text, formula, near.Row, below, above, skew, ten), nil
}

func (a answer) greeks() (subagents.Finding, error) {
	expiry, ok := a.chain.Around(month)
	if !ok {
		return subagents.Finding{}, subagents.ErrNothing
	}
	vol, near, ok := VolAt(a.chain.Smile(expiry), a.chain.Spot)
	if !ok {
		return subagents.Finding{}, subagents.ErrNothing
	}
	call := near.Contract
	call.Side = Call
	g := call.Greeks(vol)
	strike, e1 := a.value("strike", near.Strike, 2, quantity.USD, expiry)
	delta, e2 := a.value("delta", g.Delta, 2, quantity.None, expiry)
	vega, e3 := a.value("vega", g.Vega/100, 3, quantity.USD, expiry)
	theta, e4 := a.value("theta", g.Theta/365, 3, quantity.USD, expiry)
	if err := errors.Join(e1, e2, e3, e4); err != nil {
		return subagents.Finding{}, err
	}
	text := fmt.Sprintf("The %s call on %s stock that expires on %s has a delta of %s. It gains %s for a point of volatility and loses %s a day.",
		strike.Quantity, a.name, words.Day(expiry), delta.Quantity, vega.Quantity, theta.Quantity.Abs())
	formula := fmt.Sprintf("Black–Scholes–Merton at a volatility of %.1f%%; American exercise taken as European", 100*vol)
	return a.finding(text, formula, near.Row, strike, delta, vega, theta), nil
}
