package quote

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/subagents"
	"github.com/aubade/aubade/subagents/faulty"
)

type shelf struct {
	facts []store.Fact
	err   error
}

func (s shelf) Facts(_ context.Context, _ int64, q store.FactQuery) (out []store.Fact, err error) {
	for _, f := range s.facts {
		if f.Entity == q.Entity && f.Metric == q.Metric {
			out = append(out, f)
		}
	}
	return out, s.err
}

func (s shelf) Edition(context.Context, int64) (store.Edition, error) {
	return store.Edition{Lexicon: lexicon.Lexicon{Terms: []lexicon.Term{{ID: "HLDN", Name: "Halden Motors", Ticker: "HLDN"}}}}, nil
}

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

func bar(metric, date, value string, u quantity.Unit) store.Fact {
	q, err := quantity.Parse(value)
	if err != nil {
		panic(err)
	}
	q.Unit = u
	return store.Fact{Entity: "HLDN", Metric: metric, Value: q, Period: quantity.Period{Kind: quantity.Day, End: day(date)}, Citation: store.Citation{URL: "file:prices/HLDN.csv", Quote: value}}
}

func week() shelf {
	return shelf{facts: []store.Fact{
		bar("close", "2026-11-20", "21.46", quantity.USD), bar("close", "2026-11-19", "21.04", quantity.USD), bar("close", "2026-11-17", "22.00", quantity.USD),
		bar("volume", "2026-11-20", "12300000", quantity.Shares), bar("high", "2026-11-20", "21.80", quantity.USD),
	}}
}

func TestStoredPricesSayTheirAge(t *testing.T) {
	for _, c := range []struct {
		name, now string
		q         subagents.Question
		want      string
	}{
		{"on the evening of the session", "2026-11-20T20:00:00-05:00", subagents.Question{Metric: "close"},
			"Halden Motors closed at $21.46 on Friday, November 20, 2026, up 2.0% on the day, on volume of 12.3 million shares."},
		{"on Sunday nothing was missed", "2026-11-22T12:00:00-05:00", subagents.Question{Metric: "close"},
			"Halden Motors closed at $21.46 on Friday, November 20, 2026, up 2.0% on the day, on volume of 12.3 million shares."},
		{"two sessions later", "2026-11-24T20:00:00-05:00", subagents.Question{Metric: "close"},
			"Halden Motors closed at $21.46 on Friday, November 20, 2026, up 2.0% on the day, on volume of 12.3 million shares. The market has closed twice since, and I do not have that price."},
		{"on a holiday", "2026-11-26T12:00:00-05:00", subagents.Question{Metric: "close"},
			"Halden Motors closed at $21.46 on Friday, November 20, 2026, up 2.0% on the day, on volume of 12.3 million shares. The market has closed three times since, and I do not have that price."},
		{"of a day", "2026-11-20T20:00:00-05:00", subagents.Question{Metric: "close", Period: quantity.Period{Kind: quantity.Day, End: day("2026-11-17")}},
			"Halden Motors closed at $22.00 on Tuesday, November 17, 2026."},
		{"a session is missing before it: no change is told", "2026-11-20T20:00:00-05:00", subagents.Question{Metric: "close", Period: quantity.Period{Kind: quantity.Day, End: day("2026-11-19")}},
			"Halden Motors closed at $21.04 on Thursday, November 19, 2026."},
		{"the day's range", "2026-11-20T20:00:00-05:00", subagents.Question{Metric: "high"},
			"Halden Motors closed at $21.46 on Friday, November 20, 2026, up 2.0% on the day, on volume of 12.3 million shares, with a high of $21.80."},
	} {
		t.Run(c.name, func(t *testing.T) {
			now, err := time.Parse(time.RFC3339, c.now)
			if err != nil {
				t.Fatal(err)
			}
			c.q.Entities = []string{"HLDN"}
			f, err := New(week(), Options{Now: func() time.Time { return now }}).Find(t.Context(), c.q)
			if err != nil {
				t.Fatal(err)
			}
			if f.Text != c.want {
				t.Errorf("got  %s\nwant %s", f.Text, c.want)
			}
			for _, v := range f.Values {
				if v.Entity != "HLDN" || v.Period.End.IsZero() {
					t.Errorf("evidence %+v", v)
				}
			}
		})
	}
}

func TestNothingToTell(t *testing.T) {
	h := New(week(), Options{})
	for name, q := range map[string]subagents.Question{
		"no company":      {Metric: "close"},
		"no price":        {Entities: []string{"LRKS"}, Metric: "close"},
		"another metric":  {Entities: []string{"HLDN"}, Metric: "revenue"},
		"an unknown day":  {Entities: []string{"HLDN"}, Metric: "close", Period: quantity.Period{Kind: quantity.Day, End: day("2020-01-02")}},
		"small talk only": {Entities: []string{"HLDN"}, Text: "tell me about Halden"},
	} {
		if f, err := h.Find(t.Context(), q); !errors.Is(err, subagents.ErrNothing) {
			t.Errorf("%s: %+v, %v", name, f, err)
		}
	}
}

const tick = `{"symbol": "HLDN", "price": 21.90, "previous_close": 21.46, "high": 22.05, "low": 21.30, "volume": 8100000, "time": "2026-11-23T15:04:00-05:00"}`

func TestLivePricesSayThePhaseOfTheMarket(t *testing.T) {
	for _, c := range []struct{ name, body, now, want string }{
		{"while the market is open", tick, "2026-11-23T15:05:00-05:00",
			"Halden Motors is at $21.90, up 2.1% on the day."},
		{"after hours", strings.Replace(tick, "T15:04", "T17:30", 1), "2026-11-23T17:31:00-05:00",
			"Halden Motors is at $21.90 in after-hours trading, up 2.1% on the day."},
		{"before the market opens", strings.Replace(tick, "T15:04", "T08:30", 1), "2026-11-23T08:31:00-05:00",
			"Halden Motors is at $21.90 before the market opens, up 2.1% on the day."},
		{"halted", strings.Replace(tick, `"symbol"`, `"halted": true, "symbol"`, 1), "2026-11-23T15:05:00-05:00",
			"Halden Motors is at $21.90, up 2.1% on the day. Trading in it is halted."},
		{"an hour old", tick, "2026-11-23T16:05:00-05:00",
			"Halden Motors is at $21.90, up 2.1% on the day. That price is from 3:04 PM, New York time."},
		{"in another currency", strings.Replace(tick, `"symbol"`, `"currency": "EUR", "symbol"`, 1), "2026-11-23T15:05:00-05:00",
			"Halden Motors is at €21.90, up 2.1% on the day."},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := faulty.Recorded(t, map[string]string{"/q/HLDN": c.body})
			now, err := time.Parse(time.RFC3339, c.now)
			if err != nil {
				t.Fatal(err)
			}
			h := New(week(), Options{Live: &Source{URL: s.URL + "/q/{symbol}", Publisher: "Recorder", Get: faulty.Client()}, Now: func() time.Time { return now }})
			f, err := h.Find(t.Context(), subagents.Question{Entities: []string{"HLDN"}, Metric: "close"})
			if err != nil {
				t.Fatal(err)
			}
			if f.Text != c.want {
				t.Errorf("got  %s\nwant %s", f.Text, c.want)
			}
			if f.ValidUntil.IsZero() || f.Citations[0].Publisher != "Recorder" {
				t.Errorf("%+v", f)
			}
		})
	}
}

func TestBadServersAreErrors(t *testing.T) {
	ask := func(t *testing.T, address string) {
		h := New(week(), Options{Live: &Source{URL: address + "/{symbol}", Get: faulty.Client()}, Now: func() time.Time { return day("2026-11-24") }})
		if f, err := h.Find(t.Context(), subagents.Question{Entities: []string{"HLDN"}, Metric: "close"}); err == nil {
			t.Errorf("told %q", f.Text)
		}
	}
	faulty.Each(t, tick, ask)
	for name, body := range map[string]string{
		"another company's price": strings.Replace(tick, "HLDN", "LRKS", 1),
		"no price":                strings.Replace(tick, "21.90", "0", 1),
		"a negative price":        strings.Replace(tick, "21.90", "-3", 1),
		"an absurd price":         strings.Replace(tick, "21.90", "1e900", 1),
		"a price from tomorrow":   strings.Replace(tick, "2026-11-23", "2026-12-23", 1),
		"a price without a time":  `{"symbol": "HLDN", "price": 21.90}`,
		"a price in words":        strings.Replace(tick, "21.90", `"about twenty"`, 1),
	} {
		t.Run(name, func(t *testing.T) {
			ask(t, faulty.Recorded(t, map[string]string{"/HLDN": body}).URL)
		})
	}
}
