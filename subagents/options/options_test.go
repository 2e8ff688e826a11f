package options

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/subagents"
)

func near(got, want, within float64) bool { return math.Abs(got-want) <= within }

// The values are those that Hull, Options, Futures, and Other Derivatives, prints in its examples.
func TestPricesAreThoseOfTheTextbook(t *testing.T) {
	for _, c := range []struct {
		name string
		c    Contract
		vol  float64
		want float64
	}{
		{"a call on a stock without dividends", Contract{Call, 42, 40, 0.5, 0.10, 0}, 0.20, 4.76},
		{"a put on the same", Contract{Put, 42, 40, 0.5, 0.10, 0}, 0.20, 0.81},
		{"a call on an index that pays dividends", Contract{Call, 930, 900, 2.0 / 12, 0.08, 0.03}, 0.20, 51.83},
	} {
		if got := c.c.Price(c.vol); !near(got, c.want, 0.005) {
			t.Errorf("%s: %.4f, want %.2f", c.name, got, c.want)
		}
	}
	iv, err := Contract{Call, 21, 20, 0.25, 0.10, 0}.Implied(1.875)
	if err != nil || !near(iv, 0.235, 0.0005) {
		t.Errorf("implied volatility %.4f, %v, want 0.235", iv, err)
	}
	g := Contract{Call, 49, 50, 0.3846, 0.05, 0}.Greeks(0.20)
	for name, v := range map[string][3]float64{
		"delta": {g.Delta, 0.522, 0.0005}, "gamma": {g.Gamma, 0.066, 0.0005}, "vega": {g.Vega, 12.1, 0.05},
		"theta": {g.Theta, -4.31, 0.005}, "rho": {g.Rho, 8.91, 0.005},
	} {
		if !near(v[0], v[1], v[2]) {
			t.Errorf("%s: %.4f, want %g", name, v[0], v[1])
		}
	}
}

func drawn(t *rapid.T) (Contract, float64) {
	return Contract{
		Side: rapid.SampledFrom([]Side{Call, Put}).Draw(t, "side"),
		Spot: rapid.Float64Range(1, 2000).Draw(t, "spot"), Strike: rapid.Float64Range(1, 2000).Draw(t, "strike"),
		Years: rapid.Float64Range(0.02, 3).Draw(t, "years"),
		Rate:  rapid.Float64Range(-0.01, 0.12).Draw(t, "rate"), Yield: rapid.Float64Range(0, 0.08).Draw(t, "yield"),
	}, rapid.Float64Range(0.05, 2.5).Draw(t, "vol")
}

func TestPutCallParityHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, vol := drawn(t)
		call, put := c, c
		call.Side, put.Side = Call, Put
		s, k := c.present()
		if got := call.Price(vol) - put.Price(vol); !near(got, s-k, 1e-8*(s+k)) {
			t.Fatalf("call − put = %g, want %g", got, s-k)
		}
		if low, high := c.Bounds(); c.Price(vol) < low-1e-9*(s+k) || c.Price(vol) > high+1e-9*(s+k) {
			t.Fatalf("price %g is outside %g and %g", c.Price(vol), low, high)
		}
	})
}

func TestTheImpliedVolatilityPricesTheOption(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, vol := drawn(t)
		price := c.Price(vol)
		got, err := c.Implied(price)
		if c.Greeks(vol).Vega < 1e-4*c.Spot {
			return // the price says nothing about the volatility there
		}
		if err != nil || !near(got, vol, 1e-5) || !near(c.Price(got), price, 1e-7*c.Spot) {
			t.Fatalf("%+v at %g: implied %g, %v", c, vol, got, err)
		}
	})
}

func TestPricesThatNobodyCanPayAreRefused(t *testing.T) {
	c := Contract{Call, 100, 80, 0.5, 0.05, 0}
	for _, price := range []float64{0, 15, 21.9, 100, 150, math.NaN()} {
		if v, err := c.Implied(price); !errors.Is(err, ErrArbitrage) {
			t.Errorf("%g: %g, %v", price, v, err)
		}
	}
}

// shelf is a store of chains.
type shelf struct {
	docs []store.Document
	err  error
}

func (s shelf) Documents(context.Context, string) ([]store.Document, error) { return s.docs, s.err }

func (s shelf) Edition(context.Context, int64) (store.Edition, error) {
	return store.Edition{Lexicon: lexicon.Lexicon{Terms: []lexicon.Term{{ID: "HLDN", Name: "Halden Motors"}, {ID: "LRKS", Name: "Larkspur Semiconductor"}}}}, nil
}

func sample(t testing.TB) shelf {
	t.Helper()
	var s shelf
	for _, name := range []string{"HLDN", "LRKS"} {
		text, err := os.ReadFile("../../data/sample/chains/" + name + ".csv")
		if err != nil {
			t.Fatal(err)
		}
		s.docs = append(s.docs, store.Document{ID: name, URL: "file:chains/" + name + ".csv", Kind: store.Chain, Text: string(text)})
	}
	s.docs = append(s.docs, store.Document{ID: "news", Kind: store.News, Text: "as_of,underlying"})
	return s
}

func TestAnswersFromTheSampleChains(t *testing.T) {
	for _, c := range []struct {
		name   string
		q      subagents.Question
		text   []string
		metric string
		low    float64
		high   float64
	}{
		{"implied volatility at the money, a month out", subagents.Question{Entities: []string{"HLDN"}, Metric: "implied-volatility"},
			[]string{"Halden Motors' implied volatility is 4", "December 18, 2026", "approximation"}, "implied-volatility", 41.5, 42.5},
		{"of another company", subagents.Question{Entities: []string{"LRKS"}, Metric: "implied-volatility"},
			[]string{"Larkspur Semiconductor's implied volatility is 3"}, "implied-volatility", 30.6, 31.4},
		{"the ratio of puts to calls", subagents.Question{Entities: []string{"HLDN"}, Metric: "put-call-ratio"},
			[]string{"put-call ratio is", "by volume", "open interest"}, "put-call-ratio", 0.3, 3},
		{"the skew", subagents.Question{Entities: []string{"LRKS"}, Metric: "implied-volatility", Text: "what is Larkspur's skew"},
			[]string{"ten percent below", "percentage points"}, "implied-volatility", 31, 36},
		{"the term structure", subagents.Question{Entities: []string{"HLDN"}, Text: "the term structure of Halden options"},
			[]string{"until January 15, 2027"}, "implied-volatility", 41.5, 44},
		{"the greeks", subagents.Question{Entities: []string{"HLDN"}, Text: "what are the greeks"},
			[]string{"a delta of 0.5"}, "strike", 21, 22},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := New(sample(t), "sample").Find(t.Context(), c.q)
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range c.text {
				if !strings.Contains(f.Text, want) {
					t.Errorf("%q, want %q in it", f.Text, want)
				}
			}
			v := f.Values[0]
			if v.Metric != c.metric || v.Quantity.Float() < c.low || v.Quantity.Float() > c.high {
				t.Errorf("%s %s, want %s from %g to %g", v.Metric, v.Quantity, c.metric, c.low, c.high)
			}
			for _, v := range f.Values {
				if v.Metric != "moneyness" && !strings.Contains(f.Text, strings.TrimPrefix(v.Quantity.String(), "-")) {
					t.Errorf("%q does not say %s", f.Text, v.Quantity)
				}
			}
			if len(f.Citations) != 1 || f.Citations[0].Quote == "" || f.AsOf.IsZero() || f.Formula == "" {
				t.Errorf("no source: %+v", f)
			}
		})
	}
}

func TestThereIsNothingToSay(t *testing.T) {
	for name, q := range map[string]subagents.Question{
		"of nobody":                    {Metric: "implied-volatility"},
		"of a company without options": {Entities: []string{"QUIL"}, Metric: "implied-volatility"},
		"of another metric":            {Entities: []string{"HLDN"}, Metric: "revenue"},
	} {
		if f, err := New(sample(t), "sample").Find(t.Context(), q); !errors.Is(err, subagents.ErrNothing) {
			t.Errorf("%s: %+v, %v", name, f, err)
		}
	}
}

func TestBadChainsAreErrorsOrLeftOut(t *testing.T) {
	q := subagents.Question{Entities: []string{"HLDN"}, Metric: "implied-volatility"}
	const head = "as_of,underlying,spot,rate,dividend_yield,expiry,type,strike,bid,ask,last,volume,open_interest\n"
	row := func(side string, strike, bid, ask float64) string {
		return fmt.Sprintf("2026-11-20,HLDN,21.46,0.0375,0,2026-12-18,%s,%.2f,%.2f,%.2f,0,1,1\n", side, strike, bid, ask)
	}
	for name, c := range map[string]struct {
		text    string
		nothing bool
	}{
		"no heading":             {"hello", false},
		"a column is missing":    {"as_of,underlying,strike\n", false},
		"only crossed quotes":    {head + row("call", 22, 3, 2) + row("put", 21, 3, 2), true},
		"only arbitrage":         {head + row("call", 22, 30, 31) + row("put", 21, 30, 31), true},
		"only one side of money": {head + row("put", 20, 0.4, 0.5) + row("put", 21, 0.8, 0.9), true},
		"no bids":                {head + row("call", 22, 0, 1) + row("put", 21, 0, 1), true},
		"expires tomorrow":       {head + "2026-11-20,HLDN,21.46,0.0375,0,2026-11-21,call,21,1,1.1,0,1,1\n", true},
		"lines of rubbish":       {head + "a,b,c\n,,,,,,,,,,,,\n2026-11-20,HLDN,NaN,0,0,2026-12-18,call,1,1,1,1,1,1\n", true},
	} {
		f, err := New(shelf{docs: []store.Document{{Kind: store.Chain, URL: "file:x.csv", Text: c.text}}}, "sample").Find(t.Context(), q)
		if err == nil || errors.Is(err, subagents.ErrNothing) != c.nothing {
			t.Errorf("%s: %+v, %v", name, f, err)
		}
	}
	dead := errors.New("disk on fire")
	if _, err := New(shelf{err: dead}, "sample").Find(t.Context(), q); !errors.Is(err, dead) {
		t.Errorf("the store is dead: %v", err)
	}
}

func FuzzParseChain(f *testing.F) {
	s := sample(f)
	f.Add(s.docs[0].Text[:2000])
	f.Add(strings.ReplaceAll(s.docs[1].Text[:1000], ",", " | "))
	f.Fuzz(func(t *testing.T, text string) {
		c, err := ParseChain(text)
		if err != nil {
			return
		}
		for _, e := range c.Expiries() {
			for _, p := range c.Smile(e) {
				if !(p.Vol > 0) || p.Vol > volHigh {
					t.Errorf("%q implies %g", p.Row, p.Vol)
				}
			}
		}
	})
}
