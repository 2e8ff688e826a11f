package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/store"
)

// What a model is asked to answer; see brief/frontier.
type digestAnswer struct {
	Facts    []factAnswer    `json:"facts"`
	Passages []passageAnswer `json:"passages"`
}

type factAnswer struct {
	Entity    string       `json:"entity"`
	Metric    string       `json:"metric"`
	Value     string       `json:"value"`
	Unit      string       `json:"unit"`
	Period    periodAnswer `json:"period"`
	Statement string       `json:"statement"`
	Quote     string       `json:"quote"`
}

type periodAnswer struct {
	Kind string `json:"kind"`
	Year int    `json:"year"`
	N    int    `json:"n"`
	End  string `json:"end"`
}

type passageAnswer struct {
	Text     string   `json:"text"`
	Quote    string   `json:"quote"`
	Entities []string `json:"entities"`
}

// digested is the answer for a document: the figures that the table of truth knows, each with the line that says it, and
// passages that can be understood when they are heard alone.
func digested(d store.Document) digestAnswer {
	a := digestAnswer{Facts: []factAnswer{}, Passages: passagesOf(d)}
	for _, c := range aboutOf(d) {
		a.Facts = append(a.Facts, tableFacts(c, d.Text)...)
		for _, s := range sentencesOf(d.Text) {
			a.Facts = append(a.Facts, sentenceFacts(c, d, s)...)
		}
	}
	return a
}

// aboutOf are the companies that a document is about: those that it was filed for, or names in its head.
func aboutOf(d store.Document) []*Company {
	var out []*Company
	for _, c := range market {
		if slices.Contains(d.Entities, c.ID) || len(d.Entities) == 0 && strings.Contains(d.Title+"\n"+d.Text, c.Short) {
			out = append(out, c)
		}
	}
	return out
}

// A line of a statement, as filings name it, and what of a quarter or a year it is.
var lines = []struct {
	metric, name, unit string
	labels             []string
	value              func(Quarter) int64 // thousands of dollars
}{
	{"revenue", "revenue", "USD", []string{"Revenue", "Total revenue", "Total revenue, net of interest expense"}, func(q Quarter) int64 { return q.Revenue }},
	{"cost-of-revenue", "cost of revenue", "USD", []string{"Cost of revenue"}, func(q Quarter) int64 { return q.Cost }},
	{"gross-profit", "gross profit", "USD", []string{"Gross profit"}, func(q Quarter) int64 { return q.Gross }},
	{"rd-expense", "spending on research and development", "USD", []string{"Research and development"}, func(q Quarter) int64 { return q.RD }},
	{"sga", "selling, general and administrative expense", "USD", []string{"Selling, general and administrative"}, func(q Quarter) int64 { return q.SGA }},
	{"operating-income", "operating income", "USD", []string{"Operating income", "Operating income (loss)"}, func(q Quarter) int64 { return q.Operating }},
	{"net-income", "net income", "USD", []string{"Net income (loss)"}, func(q Quarter) int64 { return q.Net }},
	{"operating-cash-flow", "operating cash flow", "USD", []string{"Net cash provided by (used in) operating activities"}, func(q Quarter) int64 { return q.OCF }},
	{"capex", "capital expenditure", "USD", []string{"Capital expenditures"}, func(q Quarter) int64 { return q.Capex }},
	{"free-cash-flow", "free cash flow", "USD", []string{"Free cash flow"}, func(q Quarter) int64 { return q.Spare }},
	{"shares-diluted", "diluted share count", "shares", []string{"Weighted average diluted shares"}, func(q Quarter) int64 { return q.Shares }},
}

var (
	threeMonths = regexp.MustCompile(`^Three months ended (\w+ \d+, \d{4})$`)
	fiscalYear  = regexp.MustCompile(`^Fiscal (\d{4})$`)
	onDay       = regexp.MustCompile(`^(\w+ \d+, \d{4})$`)
)

// tableFacts takes the values of a filing's tables from the table of truth, and their lines from the document.
func tableFacts(c *Company, text string) []factAnswer {
	var (
		out  []factAnswer
		cols []column
	)
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		cells := strings.Split(line, " | ")
		if len(cells) < 2 {
			continue
		}
		if head := c.columns(cells[1:]); head != nil {
			cols = head
			continue
		}
		if len(cols) != len(cells)-1 {
			continue
		}
		for i, col := range cols {
			if f, ok := c.cellFact(cells[0], col, line); ok && strings.Trim(cells[i+1], "-– ") != "" {
				out = append(out, f)
			}
		}
	}
	return out
}

// A column is what a table's column tells of: a quarter, a year, or one day.
type column struct {
	q    Quarter
	year bool
	ago  int // quarters before the latest, for operating data
}

func (c *Company) columns(heads []string) []column {
	var out []column
	for _, h := range heads {
		date := ""
		if m := threeMonths.FindStringSubmatch(h); m != nil {
			date = m[1]
		} else if m := onDay.FindStringSubmatch(h); m != nil {
			date = m[1]
		} else if m := fiscalYear.FindStringSubmatch(h); m != nil {
			var fy int
			fmt.Sscan(m[1], &fy)
			y, ok := c.Year(fy)
			if !ok {
				return nil
			}
			out = append(out, column{q: y, year: true})
			continue
		}
		end, err := time.Parse("January 2, 2006", date)
		if err != nil {
			return nil
		}
		qs := c.Quarters()
		i := slices.IndexFunc(qs, func(q Quarter) bool { return q.End.Equal(end) })
		if i < 0 {
			return nil
		}
		out = append(out, column{q: qs[i], ago: i})
	}
	return out
}

func (c *Company) cellFact(label string, col column, line string) (factAnswer, bool) {
	switch label {
	case "Cash and cash equivalents":
		return c.fact("cash", "cash", "USD", fmt.Sprint(c.Cash*1000), col, line), true
	case "Total debt":
		return c.fact("debt", "debt", "USD", fmt.Sprint(c.Debt*1000), col, line), true
	case "Diluted earnings (loss) per share":
		return c.fact("eps-diluted", "diluted earnings per share", "USD/share", exact(col.q.EPS, 2), col, line), true
	case "Dividends declared per share":
		return c.fact("dividend", "dividend", "USD/share", exact(col.q.Dividend, 2), col, line), true
	}
	for _, l := range lines {
		if slices.Contains(l.labels, label) {
			return c.fact(l.metric, l.name, l.unit, fmt.Sprint(c.unit(l.value(col.q))*1000), col, line), true
		}
	}
	for _, k := range c.KPI {
		if k.Name == label && (col.ago == 0 || col.ago == 4) && !col.year {
			v := k.Now
			if col.ago == 4 {
				v = k.Then
			}
			v = quantity.Find(k.written(v))[0].Quantity.Value.Text('f') // as the filing rounds it
			return c.fact(k.ID, k.spoken(), k.unit(), v, col, line), true
		}
	}
	return factAnswer{}, false
}

// spoken is a figure's name in a sentence: an abbreviation keeps its capitals.
func (k KPI) spoken() string { return strings.ToLower(k.Name[:1]) + k.Name[1:] }

// unit is the unit of the figure's metric in domain.yaml, where what is counted has none.
func (k KPI) unit() string {
	if k.Unit == "USD" || k.Unit == "%" {
		return k.Unit
	}
	return ""
}

// fact states a value with the line that says it.
func (c *Company) fact(metric, name, unit, value string, col column, quote string) factAnswer {
	p := periodAnswer{Kind: "quarter", Year: col.q.FY, N: col.q.Q, End: col.q.End.Format(time.DateOnly)}
	if col.year {
		p.Kind, p.N = "year", 0
	}
	return factAnswer{Entity: c.ID, Metric: metric, Value: value, Unit: unit, Period: p, Quote: quote, Statement: c.statementOf(name, unit, value, p, col)}
}

// statementOf is a sentence for the ear: the company by its short name.
func (c *Company) statementOf(name, unit, value string, p periodAnswer, col column) string {
	when := "the " + col.q.period()
	if c.FYE == time.December {
		when = fmt.Sprintf("the %s quarter of %d", ordinals[col.q.Q], col.q.FY)
	}
	if p.Kind == "year" {
		when = fmt.Sprintf("fiscal %d", col.q.FY)
	}
	verb := "was"
	if strings.HasSuffix(name, "s") || strings.HasSuffix(name, "per share") {
		verb = "were"
	}
	said := aloud(value, unit)
	if strings.HasPrefix(value, "-") && strings.HasSuffix(name, "income") {
		name, said = strings.Replace(name, "income", "loss", 1), aloud(value[1:], unit)
	}
	if unit == "USD/share" {
		said = strings.TrimSuffix(said, " a share")
	}
	preposition := "in"
	switch name {
	case "cash", "debt", "backlog", "annual recurring revenue", "customers", "customer connections", "common equity tier 1 ratio":
		preposition = "at the end of"
	}
	possessive := c.Short + "'s"
	if strings.HasSuffix(c.Short, "s") {
		possessive = c.Short + "'"
	}
	return fmt.Sprintf("%s %s %s %s %s %s.", possessive, name, verb, said, preposition, when)
}

// aloud writes a value as a sentence has it.
func aloud(value, unit string) string {
	q, err := quantity.Parse(value)
	if err != nil {
		panic(fmt.Sprintf("the value %q: %v", value, err))
	}
	q.Unit = quantity.Unit(unit)
	return q.String()
}

// sentencesOf are the sentences of a document's prose, as they stand there.
func sentencesOf(text string) []string {
	var out []string
	for _, p := range paragraphsOf(text) {
		out = append(out, sentences(p)...)
	}
	return out
}

var sentenceBreak = regexp.MustCompile(`([^.A-Z][.!?])\s+([A-Z"“])`)

func sentences(paragraph string) []string {
	marked := sentenceBreak.ReplaceAllString(paragraph, "$1\x00$2")
	return strings.Split(marked, "\x00")
}

// paragraphsOf leaves out tables, covers, signatures, and what would give its reader orders.
func paragraphsOf(text string) []string {
	var out []string
	for p := range strings.SplitSeq(text, "\n\n") {
		p = strings.TrimSpace(p)
		switch {
		case strings.Contains(p, "\n"), strings.Contains(p, " | "), !strings.HasSuffix(p, "."), p == invented,
			strings.Contains(p, poisonCanary), strings.HasPrefix(p, "SYSTEM:"), strings.HasPrefix(p, "By: /s/"):
			continue
		}
		out = append(out, strings.TrimSuffix(p, " "+invented))
	}
	return out
}
