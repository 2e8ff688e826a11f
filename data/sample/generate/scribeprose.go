package main

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/store"
)

// sentenceFacts are the figures of the latest quarter, and of the year that ended last, that a sentence tells. Their values
// are those that are written: a newspaper rounds.
func sentenceFacts(c *Company, d store.Document, s string) []factAnswer {
	var out []factAnswer
	qs := c.Quarters()
	now, before, then := column{q: qs[0]}, column{q: qs[1]}, column{q: qs[4]}
	add := func(metric, name, unit, written string, col column, negative bool) {
		if !says(s, written) {
			return
		}
		value := quantity.Find(written)[0].Quantity.Value.Text('f')
		if negative {
			value = "-" + value
		}
		out = append(out, c.fact(metric, name, unit, value, col, s))
	}
	amount := func(thousands int64) string { return strings.TrimPrefix(money(thousands), "-") }
	lower := strings.ToLower(s)
	switch {
	case strings.Contains(s, fmt.Sprintf("Revenue for fiscal %d was", now.q.FY)) || strings.Contains(s, fmt.Sprintf("Revenue for fiscal %d was", now.q.FY-1)):
		for _, fy := range []int{now.q.FY, now.q.FY - 1} {
			if y, ok := c.Year(fy); ok && strings.Contains(s, fmt.Sprintf("fiscal %d was", fy)) {
				add("revenue", "revenue", "USD", amount(y.Revenue), column{q: y, year: true}, false)
			}
		}
	case strings.Contains(lower, "expects revenue"):
		out = append(out, c.guidance(s)...)
	case strings.Contains(lower, "revenue for the "+now.q.period()) || strings.Contains(lower, " said revenue ") && strings.Contains(lower, now.q.period()):
		add("revenue", "revenue", "USD", money(now.q.Revenue), now, false)
		if strings.Contains(lower, "a year earlier") {
			add("revenue", "revenue", "USD", money(then.q.Revenue), then, false)
			add("revenue", "revenue", "USD", money(before.q.Revenue), before, false)
		}
	case strings.HasPrefix(s, "Gross margin was"):
		add("gross-margin", "gross margin", "%", exact(margin(now.q.Gross, now.q.Revenue), 1)+"%", now, false)
	case strings.HasPrefix(s, "Operating margin was"):
		v := margin(now.q.Operating, now.q.Revenue)
		add("operating-margin", "operating margin", "%", exact(max(v, -v), 1)+"%", now, v < 0)
	case strings.HasPrefix(s, "Net income was"), strings.HasPrefix(s, "Net loss was"), strings.HasPrefix(s, "It lost "):
		add("net-income", "net income", "USD", amount(now.q.Net), now, now.q.Net < 0)
		add("eps-diluted", "diluted earnings per share", "USD/share", dollars(now.q.EPS), now, now.q.EPS < 0)
	}
	return out
}

// says looks for an amount that does not go on: "$2.3" is not in "$2.31".
func says(s, written string) bool {
	i := strings.Index(s, written)
	if i < 0 {
		return false
	}
	rest := s[i+len(written):]
	return rest == "" || rest[0] != '.' && (rest[0] < '0' || rest[0] > '9') || rest == "."
}

// guidance is the revenue that a company expects; the value is the lower end, the statement tells both.
func (c *Company) guidance(s string) []factAnswer {
	if c.Guide[0] == 0 || !strings.Contains(s, money(c.Guide[0])) {
		return nil
	}
	q := c.Quarters()[0]
	next := Quarter{End: monthEnd(q.End, 3)}
	next.FY, next.Q = c.fiscal(next.End)
	f := c.fact("guidance-revenue", "", "USD", quantity.Find(money(c.Guide[0]))[0].Quantity.Value.Text('f'), column{q: next}, s)
	when := "the " + next.period()
	if c.FYE == 12 {
		when = fmt.Sprintf("the %s quarter of %d", ordinals[next.Q], next.FY)
	}
	f.Statement = fmt.Sprintf("%s expects revenue between %s and %s in %s.", c.Short, money(c.Guide[0]), money(c.Guide[1]), when)
	if !strings.Contains(s, "between") {
		f.Statement = strings.Replace(strings.Replace(f.Statement, "between", "of", 1), " and ", " to ", 1)
	}
	return []factAnswer{f}
}

// longest is how many bytes of a passage are heard in one go, as the prompt says.
const longest = 380

// passagesOf puts a document's sentences together as far as they are heard in one go, and has each passage begin with
// whom it is about, so that it can be understood alone.
func passagesOf(d store.Document) []passageAnswer {
	about := aboutOf(d)
	out := []passageAnswer{}
	if d.Kind == store.Filing && strings.Contains(d.URL, ".json") {
		return out
	}
	var group []string
	flush := func() {
		if len(group) == 0 {
			return
		}
		from := strings.Index(d.Text, group[0])
		last := group[len(group)-1]
		to := from + strings.Index(d.Text[from:], last) + len(last)
		quote := d.Text[from:to]
		named := namedIn(quote, about)
		text := strings.Join(group, " ")
		if len(named) == 1 && !strings.Contains(group[0], named[0].Short) {
			text = introduced(named[0], text)
		}
		p := passageAnswer{Text: text, Quote: quote, Entities: []string{}}
		for _, c := range named {
			p.Entities = append(p.Entities, c.ID)
		}
		out = append(out, p)
		group = nil
	}
	for _, paragraph := range paragraphsOf(d.Text) {
		size := 0
		for _, s := range group {
			size += len(s) + 1
		}
		ss := sentences(paragraph)
		apart := d.Kind == store.Filing // each paragraph is on a matter of its own
		if apart || size+len(paragraph) > longest || tabled(d.Text, group, paragraph) {
			flush()
		}
		for _, s := range ss {
			if strings.HasSuffix(s, "?") { // a question is no news
				flush()
				continue
			}
			size = 0
			for _, g := range group {
				size += len(g) + 1
			}
			if size+len(s) > longest {
				flush()
			}
			group = append(group, s)
		}
	}
	flush()
	return out
}

// tabled says that something stands between the last sentence and the paragraph that would follow it, so that no quote
// of both is prose.
func tabled(text string, group []string, paragraph string) bool {
	if len(group) == 0 {
		return false
	}
	from := strings.Index(text, group[len(group)-1]) + len(group[len(group)-1])
	to := strings.Index(text[from:], paragraph)
	return to < 0 || strings.TrimSpace(text[from:from+to]) != ""
}

// namedIn are the companies of which a quote speaks: those that it names, or all that the document is about.
func namedIn(quote string, about []*Company) []*Company {
	var out []*Company
	for _, c := range about {
		if strings.Contains(quote, c.Short) {
			out = append(out, c)
		}
	}
	if len(out) == 0 {
		return about
	}
	return out
}

var openings = []struct {
	from *regexp.Regexp
	to   string // WHO is the name, WHOSE the possessive
}{
	{regexp.MustCompile(`^It is paid`), "WHOSE dividend is paid"},
	{regexp.MustCompile(`^(?:It|The company|The retailer) `), "WHO "},
	{regexp.MustCompile(`^Its `), "WHOSE "},
	{regexp.MustCompile(`^Shares (rose|fell)`), "Shares of WHO ${1}"},
	{regexp.MustCompile(`^For the next quarter the company expects`), "For the next quarter WHO expects"},
	{regexp.MustCompile(`^The board (declared|granted)`), "The board of WHO ${1}"},
	{regexp.MustCompile(`^The fiscal year ends`), "WHOSE fiscal year ends"},
	{regexp.MustCompile(`^Revenue `), "WHOSE revenue "},
	{regexp.MustCompile(`^Gross margin `), "WHOSE gross margin "},
	{regexp.MustCompile(`^Net (income|loss) `), "WHOSE net ${1} "},
	{regexp.MustCompile(`^Production `), "WHOSE production "},
	{regexp.MustCompile(`^Deliveries `), "WHOSE deliveries "},
	{regexp.MustCompile(`^Occupancy `), "WHOSE occupancy "},
	{regexp.MustCompile(`^Debt `), "WHOSE debt "},
}

// introduced begins a text with the company's name.
func introduced(c *Company, text string) string {
	possessive := c.Short + "'s"
	if strings.HasSuffix(c.Short, "s") {
		possessive = c.Short + "'"
	}
	for _, o := range openings {
		if at := o.from.FindStringSubmatchIndex(text); at != nil {
			begins := o.from.ExpandString(nil, strings.NewReplacer("WHOSE", possessive, "WHO", c.Short).Replace(o.to), text, at)
			return string(begins) + text[at[1]:]
		}
	}
	return text
}
