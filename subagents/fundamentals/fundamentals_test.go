package fundamentals

import (
	"context"
	"encoding/json"
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

type shelf struct{ facts []store.Fact }

func (s shelf) Facts(_ context.Context, _ int64, q store.FactQuery) (out []store.Fact, err error) {
	for _, f := range s.facts {
		if f.Entity == q.Entity && f.Metric == q.Metric && (q.Period.Kind == "" || q.Period.Same(f.Period)) {
			out = append(out, f)
		}
	}
	return out, nil
}

func (s shelf) Edition(context.Context, int64) (store.Edition, error) {
	return store.Edition{Lexicon: lexicon.Lexicon{Terms: []lexicon.Term{
		{ID: "LRKS", Name: "Larkspur Semiconductor"}, {ID: "NVDA", Name: "Nvidia"},
		{ID: "revenue", Name: "revenue"}, {ID: "gross-margin", Name: "gross margin"},
	}}}, nil
}

func quarter(year, n int) quantity.Period {
	return quantity.Period{Kind: quantity.Quarter, Fiscal: true, Year: year, N: n}
}

func fact(metric, value string, p quantity.Period) store.Fact {
	q, err := quantity.Parse(value)
	if err != nil {
		panic(err)
	}
	return store.Fact{Entity: "LRKS", Metric: metric, Value: q, Period: p, Citation: store.Citation{Document: metric, Quote: value}}
}

func TestStoredFactsAndRatios(t *testing.T) {
	said := fact("revenue", "$2.31 billion", quarter(2027, 3))
	said.Statement = "Larkspur's revenue was $2.31 billion in the third quarter."
	rumour := fact("revenue", "$9 billion", quarter(2027, 4))
	rumour.Unverified = true
	l := shelf{facts: []store.Fact{rumour, said, fact("revenue", "$2.02 billion", quarter(2026, 3)), fact("gross-profit", "$1.155 billion", quarter(2027, 3)),
		fact("operating-cash-flow", "$700 million", quarter(2027, 3)), fact("capex", "$238 million", quarter(2027, 3)), fact("debt", "$1 billion", quarter(2027, 2))}}
	for _, c := range []struct {
		name, metric string
		p            quantity.Period
		want         string
		formula      string
		values       int
	}{
		{"the newest, as the edition says it", "revenue", quantity.Period{}, "Larkspur's revenue was $2.31 billion in the third quarter.", "", 1},
		{"of the year before", "revenue", quarter(2026, 3), "Larkspur Semiconductor's revenue was $2.02 billion for", "", 1},
		{"a margin, computed", "gross-margin", quantity.Period{}, "Larkspur Semiconductor's gross margin was 50.0% for", "$1.155 billion ÷ $2.31 billion", 3},
		{"a difference", "free-cash-flow", quarter(2027, 3), "was $462 million for", "$700 million − $238 million", 3},
		{"a ratio of a difference", "fcf-margin", quarter(2027, 3), "free cash flow margin was 20.0%", "$462 million ÷ $2.31 billion", 5},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := New(l, Options{}).Find(t.Context(), subagents.Question{Entities: []string{"LRKS"}, Metric: c.metric, Period: c.p})
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(f.Text, c.want) || f.Formula != c.formula || len(f.Values) != c.values || len(f.Citations) == 0 {
				t.Errorf("%q, formula %q, values %+v", f.Text, f.Formula, f.Values)
			}
		})
	}
	for name, q := range map[string]subagents.Question{
		"another period is not the asked one": {Entities: []string{"LRKS"}, Metric: "revenue", Period: quarter(2020, 1)},
		"a ratio of two different periods":    {Entities: []string{"LRKS"}, Metric: "debt-to-cash"},
		"an unknown metric":                   {Entities: []string{"LRKS"}, Metric: "happiness"},
		"an unknown company":                  {Entities: []string{"XXXX"}, Metric: "revenue"},
		"no company":                          {Metric: "revenue"},
	} {
		if f, err := New(l, Options{}).Find(t.Context(), q); !errors.Is(err, subagents.ErrNothing) {
			t.Errorf("%s: %+v, %v", name, f, err)
		}
	}
}

// recorded has the shape of the SEC's answers: a filing repeats the year before, a 10-K has no fourth quarter alone.
const recorded = `{"cik": 1045810, "entityName": "NVIDIA CORP", "facts": {"us-gaap": {
 "Revenues": {"label": "Revenues", "units": {"USD": [
  {"start": "2024-04-29", "end": "2024-07-28", "val": 30040000000, "accn": "0001", "fy": 2025, "fp": "Q2", "form": "10-Q", "filed": "2024-08-28"},
  {"start": "2024-01-29", "end": "2024-07-28", "val": 56084000000, "accn": "0001", "fy": 2025, "fp": "Q2", "form": "10-Q", "filed": "2024-08-28"},
  {"start": "2023-05-01", "end": "2023-07-30", "val": 13507000000, "accn": "0001", "fy": 2025, "fp": "Q2", "form": "10-Q", "filed": "2024-08-28"},
  {"start": "2024-04-29", "end": "2024-07-28", "val": 30041000000, "accn": "0003", "fy": 2026, "fp": "Q2", "form": "10-Q", "filed": "2025-08-27"},
  {"start": "2025-04-28", "end": "2025-07-27", "val": 46743000000, "accn": "0003", "fy": 2026, "fp": "Q2", "form": "10-Q", "filed": "2025-08-27"},
  {"start": "2024-01-29", "end": "2025-01-26", "val": 130497000000, "accn": "0002", "fy": 2025, "fp": "FY", "form": "10-K", "filed": "2025-02-26"}]}},
 "GrossProfit": {"units": {"USD": [
  {"start": "2025-04-28", "end": "2025-07-27", "val": 33853000000, "accn": "0003", "fy": 2026, "fp": "Q2", "form": "10-Q", "filed": "2025-08-27"}]}},
 "EarningsPerShareDiluted": {"units": {"USD/shares": [
  {"start": "2025-04-28", "end": "2025-07-27", "val": 1.08, "accn": "0003", "fy": 2026, "fp": "Q2", "form": "10-Q", "filed": "2025-08-27"}]}},
 "CashAndCashEquivalentsAtCarryingValue": {"units": {"USD": [
  {"end": "2025-07-27", "val": 11639000000, "accn": "0003", "fy": 2026, "fp": "Q2", "form": "10-Q", "filed": "2025-08-27"}]}}}}}`

const path = "/api/xbrl/companyfacts/CIK0001045810.json"

func asked(t *testing.T, address string, q subagents.Question) (subagents.Finding, error) {
	t.Helper()
	h := New(shelf{}, Options{SEC: &SEC{URL: address, CIKs: map[string]string{"NVDA": "1045810"}, Get: faulty.Client()}})
	q.Entities = append(q.Entities, "NVDA")
	return h.Find(t.Context(), q)
}

func TestCompanyFacts(t *testing.T) {
	s := faulty.Recorded(t, map[string]string{path: recorded})
	for _, c := range []struct {
		name, metric string
		p            quantity.Period
		want         string
	}{
		{"the newest quarter", "revenue", quantity.Period{}, "Nvidia's revenue was $46.743 billion for the quarter that ended on July 27, 2025."},
		{"a fiscal quarter is the filing's own, not the one that it repeats", "revenue", quarter(2025, 2), "$30.04 billion for the quarter that ended on July 28, 2024."},
		{"by its end, as restated since", "revenue", quantity.Period{Kind: quantity.Quarter, End: time.Date(2024, 7, 28, 0, 0, 0, 0, time.UTC)}, "$30.041 billion"},
		{"a calendar quarter", "revenue", quantity.Period{Kind: quantity.Quarter, Year: 2025, N: 2}, "$46.743 billion"},
		{"a fiscal year", "revenue", quantity.Period{Kind: quantity.Year, Fiscal: true, Year: 2025}, "$130.497 billion for the year"},
		{"a half", "revenue", quantity.Period{Kind: quantity.Half, End: time.Date(2024, 7, 28, 0, 0, 0, 0, time.UTC)}, "$56.084 billion"},
		{"per share", "eps-diluted", quantity.Period{}, "was $1.08 a share for the quarter"},
		{"at a moment", "cash", quantity.Period{}, "$11.639 billion"},
		{"a margin, computed", "gross-margin", quantity.Period{}, "Nvidia's gross margin was 72.4%"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := asked(t, s.URL, subagents.Question{Metric: c.metric, Period: c.p})
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(f.Text, c.want) {
				t.Errorf("got %q, want %q in it", f.Text, c.want)
			}
			if f.Citations[0].Publisher != "SEC" || !strings.Contains(f.Citations[0].URL, path) {
				t.Errorf("cites %+v", f.Citations[0])
			}
		})
	}
	for name, q := range map[string]subagents.Question{
		"no such quarter": {Metric: "revenue", Period: quarter(2025, 4)},
		"no such metric":  {Metric: "net-income"},
		"a week":          {Metric: "revenue", Period: quantity.Period{Kind: quantity.Week, Year: 2025, N: 3}},
	} {
		if f, err := asked(t, s.URL, q); !errors.Is(err, subagents.ErrNothing) {
			t.Errorf("%s: %+v, %v", name, f, err)
		}
	}
}

func TestBadServersAreErrors(t *testing.T) {
	faulty.Each(t, recorded, func(t *testing.T, address string) {
		if f, err := asked(t, address, subagents.Question{Metric: "revenue"}); err == nil || errors.Is(err, subagents.ErrNothing) {
			t.Errorf("%+v, %v", f, err)
		}
	})
}

func FuzzCompanyFacts(f *testing.F) {
	f.Add([]byte(recorded))
	f.Fuzz(func(t *testing.T, data []byte) {
		var c companyFacts
		if json.Unmarshal(data, &c) != nil {
			return
		}
		for metric := range concepts {
			if f, err := c.find("NVDA", metric, "x", quantity.Period{}); err == nil && f.Period.End.IsZero() {
				t.Errorf("a value of no time: %+v", f)
			}
		}
	})
}
