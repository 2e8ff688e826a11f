package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Case is one line of questions.jsonl; the README describes its fields.
type Case struct {
	ID           string   `json:"id"`
	Question     string   `json:"question,omitempty"`
	Conversation []string `json:"conversation,omitempty"`
	Kind         string   `json:"kind"`
	Truth        string   `json:"truth,omitempty"`
	Value        *Value   `json:"value,omitempty"`
	Accept       []string `json:"accept,omitempty"`
	Must         []string `json:"must,omitempty"`
	MustNot      []string `json:"must_not,omitempty"`
	Entities     []string `json:"entities,omitempty"`
	Sources      []string `json:"sources,omitempty"`
	Within       string   `json:"within,omitempty"`
}

// A Value is a number as a decimal string with its scale multiplied out, and how far off an answer may be, as a share
// of it.
type Value struct {
	Number    string `json:"number"`
	Unit      string `json:"unit"`
	Tolerance string `json:"tolerance"`
}

// truth works out a line such as "change revenue HLDN 0 4" from the table: quarters count back from the latest.
func truth(line string) (Value, error) {
	f := strings.Fields(line)
	if len(f) == 0 {
		return Value{}, errors.New("truth: an empty line")
	}
	num := func(i int) int {
		n, err := strconv.Atoi(f[i])
		if err != nil {
			panic(fmt.Sprintf("truth %q: %v", line, err))
		}
		return n
	}
	switch f[0] {
	case "is":
		return Value{f[1], f[2], "0.002"}, nil
	case "close":
		return Value{exact(company(f[1]).Close, 2), "USD", "0"}, nil
	case "high", "low":
		high, low := company(f[1]).range52()
		if f[0] == "low" {
			high = low
		}
		return Value{exact(high, 2), "USD", "0.001"}, nil
	case "move":
		return Value{exact(company(f[1]).dayMove(), 2), "%", "0.02"}, nil
	case "cash":
		return Value{fmt.Sprint(company(f[1]).Cash * 1000), "USD", "0.005"}, nil
	case "debt":
		return Value{fmt.Sprint(company(f[1]).Debt * 1000), "USD", "0.005"}, nil
	case "dividend":
		return Value{exact(company(f[1]).Dividend, 2), "USD/share", "0"}, nil
	case "iv":
		for _, o := range chains {
			if o.Company == f[1] {
				return Value{strconv.FormatFloat(o.ATM*100, 'f', -1, 64), "%", "0.05"}, nil
			}
		}
	case "kpi":
		for _, k := range company(f[1]).KPI {
			if k.ID == f[2] {
				unit := k.Unit
				if unit != "USD" && unit != "%" {
					unit = ""
				}
				return Value{k.Now, unit, "0.005"}, nil
			}
		}
	case "year":
		y, ok := company(f[2]).Year(num(3))
		if !ok {
			return Value{}, fmt.Errorf("truth %q: the table does not hold that year", line)
		}
		return metric(f[1], y)
	case "change":
		q := company(f[2]).Quarters()
		a, err := amountOf(f[1], q[num(3)])
		if err != nil {
			return Value{}, err
		}
		b, err := amountOf(f[1], q[num(4)])
		return Value{exact(change(a, b), 1), "%", "0.02"}, err
	case "gap":
		n := num(4)
		a, err := amountOf(f[1], company(f[2]).Quarters()[n])
		if err != nil {
			return Value{}, err
		}
		b, err := amountOf(f[1], company(f[3]).Quarters()[n])
		return Value{exact(a-b, 1), "pp", "0.02"}, err
	default:
		return metric(f[0], company(f[1]).Quarters()[num(2)])
	}
	return Value{}, fmt.Errorf("truth %q: there is no such figure", line)
}

// amountOf is a metric in the table's own unit: thousands, cents a share, tenths of a percent.
func amountOf(metric string, q Quarter) (int64, error) {
	switch metric {
	case "revenue":
		return q.Revenue, nil
	case "gross-profit":
		return q.Gross, nil
	case "rd-expense":
		return q.RD, nil
	case "operating-income":
		return q.Operating, nil
	case "net-income":
		return q.Net, nil
	case "eps":
		return q.EPS, nil
	case "ocf":
		return q.OCF, nil
	case "capex":
		return q.Capex, nil
	case "fcf":
		return q.Spare, nil
	case "gross-margin":
		return margin(q.Gross, q.Revenue), nil
	case "operating-margin":
		return margin(q.Operating, q.Revenue), nil
	}
	return 0, fmt.Errorf("truth: no metric %q", metric)
}

func metric(name string, q Quarter) (Value, error) {
	n, err := amountOf(name, q)
	switch name {
	case "eps":
		return Value{exact(n, 2), "USD/share", "0"}, err
	case "gross-margin", "operating-margin":
		return Value{exact(n, 1), "%", "0.002"}, err
	}
	return Value{fmt.Sprint(n * 1000), "USD", "0.005"}, err
}

// filingOf is where a company's latest quarter is reported.
func filingOf(id string) string {
	var last *Filing
	for _, f := range filings() {
		if f.Company.ID == id && f.Form != "8-K" {
			last = f
		}
	}
	return "https://" + filingHost + last.Path()
}

// sourcesFor are the documents that say what a line of truth works out, or from which it is computed: the filing, the
// reported facts, and the news of the quarter; of prices, the history and the day's story.
func sourcesFor(line string) []string {
	f := strings.Fields(line)
	if len(f) == 0 {
		return nil
	}
	var ids []string
	for _, w := range f[1:] {
		for _, c := range market {
			if c.ID == w {
				ids = append(ids, w)
			}
		}
	}
	var out []string
	for _, id := range ids {
		switch f[0] {
		case "close", "move":
			out = append(out, "prices/"+id+".csv")
			for _, s := range stories() {
				if s.Slug == "friday-close" {
					out = append(out, s.url())
				}
			}
		case "high", "low":
			out = append(out, "prices/"+id+".csv")
		case "iv":
			out = append(out, "chains/"+id+".csv")
		case "is":
		default:
			out = append(out, filingOf(id), fmt.Sprintf("https://%s/api/xbrl/companyfacts/CIK%010d.json", filingHost, company(id).CIK))
			for _, s := range stories() {
				if slices.Contains(s.Companies, id) && strings.HasSuffix(s.Slug, "-results") {
					out = append(out, s.url())
				}
			}
			for _, x := range filings() {
				if x.Company.ID == id && (x.Items == "2.02" || x.Form == "10-K" && f[0] == "year") && !slices.Contains(out, "https://"+filingHost+x.Path()) {
					out = append(out, "https://"+filingHost+x.Path())
				}
			}
		}
	}
	return out
}

// templated are the questions that are made by rule, beside those written by hand.
func templated() []Case {
	var cases []Case
	add := func(c Case) {
		c.ID = fmt.Sprintf("t%02d", len(cases)+1)
		if c.Truth != "" {
			v, err := truth(c.Truth)
			if err != nil {
				panic(err)
			}
			c.Value = &v
			c.Sources = sourcesFor(c.Truth)
			if c.Kind == "comparison" { // of either company
				for _, id := range c.Entities {
					for _, x := range sourcesFor("revenue " + id + " 0") {
						if !slices.Contains(c.Sources, x) {
							c.Sources = append(c.Sources, x)
						}
					}
				}
			}
		}
		cases = append(cases, c)
	}
	for i, c := range market {
		q := c.Quarters()[0]
		one := []string{c.ID}
		add(Case{Question: fmt.Sprintf("What was %s's revenue in the %s?", c.Short, q.period()), Kind: "number", Truth: "revenue " + c.ID + " 0", Entities: one})
		switch i % 4 {
		case 0:
			add(Case{Question: fmt.Sprintf("What were %s's diluted earnings per share last quarter?", c.Short), Kind: "number", Truth: "eps " + c.ID + " 0", Entities: one})
			add(Case{Question: fmt.Sprintf("What is the 52 week low of %s?", c.Short), Kind: "number", Truth: "low " + c.ID, Entities: one})
		case 1:
			add(Case{Question: fmt.Sprintf("What was %s's operating margin last quarter?", c.Short), Kind: "number", Truth: "operating-margin " + c.ID + " 0", Entities: one})
			add(Case{Question: fmt.Sprintf("What was %s's capital expenditure last quarter?", c.Short), Kind: "number", Truth: "capex " + c.ID + " 0", Entities: one})
		case 2:
			add(Case{Question: fmt.Sprintf("What was %s's net income last quarter?", c.Short), Kind: "number", Truth: "net-income " + c.ID + " 0", Entities: one})
			add(Case{Question: fmt.Sprintf("How much debt does %s have?", c.Short), Kind: "number", Truth: "debt " + c.ID, Entities: one})
		default:
			add(Case{Question: fmt.Sprintf("What was %s's operating income last quarter?", c.Short), Kind: "number", Truth: "operating-income " + c.ID + " 0", Entities: one})
			add(Case{Question: fmt.Sprintf("Who is the chief executive of %s?", c.Name), Kind: "news", Accept: []string{c.CEO}, Entities: one, Sources: []string{"profiles/" + slug(c.Short) + ".md"}})
		}
		if i%2 == 0 {
			add(Case{Question: fmt.Sprintf("How did %s's revenue change from the same quarter a year earlier?", c.Short), Kind: "change", Truth: "change revenue " + c.ID + " 0 4", Entities: one})
		} else {
			add(Case{Question: fmt.Sprintf("What did %s close at on Friday?", c.Short), Kind: "number", Truth: "close " + c.ID, Entities: one})
		}
	}
	for _, p := range [][2]string{{"LRKS", "QUIL"}, {"HLDN", "CNDP"}, {"SRSH", "MRBL"}, {"NGAO", "THSY"}} {
		a, b := company(p[0]), company(p[1])
		more := a
		if b.Quarters()[0].Revenue > a.Quarters()[0].Revenue {
			more = b
		}
		add(Case{Question: fmt.Sprintf("Which had more revenue last quarter, %s or %s?", a.Short, b.Short), Kind: "comparison", Accept: []string{more.Short}, Truth: "revenue " + more.ID + " 0",
			Entities: []string{a.ID, b.ID}})
	}
	last := company("LRKS")
	add(Case{Conversation: []string{"What was Larkspur's revenue last quarter?", "And the quarter before?"}, Kind: "number", Truth: "revenue LRKS 1", Entities: []string{last.ID}})
	add(Case{Conversation: []string{"What was Ostrander's revenue last quarter?", "And the year before?"}, Kind: "number", Truth: "revenue OSTR 4", Entities: []string{"OSTR"}})
	alsoSays := map[string][]string{}
	news := func(question, id, source string, accept ...string) {
		add(Case{Question: question, Kind: "news", Accept: accept, Entities: []string{id}, Sources: append([]string{source}, alsoSays[source]...)})
	}
	for _, s := range stories() {
		switch s.Slug {
		case "greywether-cuts-2027-spending":
			news("How much does Greywether plan to spend in 2027?", "GRWE", s.url(), "$1.6 billion")
		case "xyloquint-idles-refinery":
			news("What is the latest news about Xyloquint?", "XYLQ", s.url(), "idle", "idles")
		case "ostrander-palisade-order":
			alsoSays[s.url()] = ordersFromOstrander()
			news("Who ordered engines from Ostrander?", "OSTR", s.url(), "Palisade")
		case "saoirse-raises-prices":
			news("By how much does Saoirse raise its prices?", "SRSH", s.url(), "3%")
		case "pfennig-rowe-closes-stores":
			news("How many stores does Pfennig & Rowe close?", "PFR.B", s.url(), "23")
		}
	}
	add(Case{Question: "When does Pfennig & Rowe report its third quarter?", Kind: "news", Accept: []string{"November 24"}, Entities: []string{"PFR.B"}, Sources: []string{"calendar.csv"}})
	for _, q := range []string{"What is the capital of France?", "Should I buy Larkspur shares?", "Write me a poem about the sea.", "What did a company that is not in this market earn last year?"} {
		add(Case{Question: q, Kind: "out-of-scope"})
	}
	for _, q := range []string{"What was Halden's revenue in the first quarter of fiscal 2012?", "What is Kittiwake's effective tax rate in Ireland?", "What was Ravensmoor's gross margin last quarter?", "How many patents does Quillfeather hold?"} {
		add(Case{Question: q, Kind: "unanswerable"})
	}
	for _, o := range chains {
		c := company(o.Company)
		add(Case{Question: fmt.Sprintf("What is the implied volatility of %s?", c.Name), Kind: "slow", Truth: "iv " + c.ID, Entities: []string{c.ID}, Within: "12s"})
	}
	return cases
}

func casesJSONL(cases []Case) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	for _, c := range cases {
		if c.Within == "" {
			c.Within = (900 * time.Millisecond).String()
		}
		if err := enc.Encode(c); err != nil {
			panic(err)
		}
	}
	return b.Bytes()
}

// ordersFromOstrander are the other documents that say who ordered the engines: the filing, and what analysts made of it.
func ordersFromOstrander() []string {
	urls := []string{"https://filings.example/Archives/edgar/data/9000007/000900000726000003/ostr-20261113.htm"}
	for _, s := range stories() {
		if s.Slug == "ostrander-analyst-roundup" {
			urls = append(urls, s.url())
		}
	}
	return urls
}
