package quote

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/cockroachdb/apd/v3"

	"github.com/aubade/aubade/internal/fetch"
	"github.com/aubade/aubade/internal/quantity"
)

// A Tick is what a live source says.
type Tick struct {
	Symbol        string      `json:"symbol"`
	Price         json.Number `json:"price"`
	PreviousClose json.Number `json:"previous_close"`
	High          json.Number `json:"high"`
	Low           json.Number `json:"low"`
	Volume        json.Number `json:"volume"`
	Currency      string      `json:"currency"` // empty: USD
	Halted        bool        `json:"halted"`
	Time          time.Time   `json:"time"`

	url string
}

// Getter is the way out to the web.
type Getter interface {
	Get(ctx context.Context, address string) (*fetch.Response, error)
}

// A Source is a live source over HTTP: an address with {symbol} in it that answers with a Tick as JSON.
type Source struct {
	URL       string
	Publisher string
	Get       Getter
}

// latest asks for a symbol. What does not look like a price of that symbol is an error.
func (s *Source) latest(ctx context.Context, symbol string, now time.Time) (Tick, error) {
	address := strings.ReplaceAll(s.URL, "{symbol}", url.QueryEscape(symbol))
	r, err := s.Get.Get(ctx, address)
	if err != nil {
		return Tick{}, fmt.Errorf("quote %s: %w", symbol, err)
	}
	t := Tick{url: r.URL}
	if err := json.Unmarshal(r.Body, &t); err != nil {
		return Tick{}, fmt.Errorf("quote %s: %w", symbol, err)
	}
	price, err := t.number(t.Price, quantity.USD)
	switch {
	case err != nil || price.Value.Sign() <= 0:
		return Tick{}, fmt.Errorf("quote %s: price %q is none", symbol, t.Price)
	case !strings.EqualFold(t.Symbol, symbol):
		return Tick{}, fmt.Errorf("quote %s: the answer is for %q", symbol, t.Symbol)
	case t.Time.IsZero() || t.Time.After(now.Add(time.Minute)):
		return Tick{}, fmt.Errorf("quote %s: its time is %v", symbol, t.Time)
	}
	return t, nil
}

// number reads one of the tick's numbers.
func (t Tick) number(n json.Number, u quantity.Unit) (quantity.Quantity, error) {
	d, _, err := apd.NewFromString(n.String())
	if err != nil {
		return quantity.Quantity{}, err
	}
	if d.Form != apd.Finite || d.Exponent < -12 || d.Exponent > 15 {
		return quantity.Quantity{}, fmt.Errorf("%s is no price", n)
	}
	if u == quantity.USD && t.Currency != "" {
		u = quantity.Unit(strings.ToUpper(t.Currency))
	}
	return quantity.Quantity{Value: *d, Unit: u, Digits: int(d.NumDigits())}, nil
}
