package main

import (
	"fmt"
	"html"
	"slices"
	"strings"
	"time"
)

// invented is on every page and in every file that can carry it.
const invented = "This company, its figures and this document are invented for the Aubade sample market."

// A Filing is one document of the filing server.
type Filing struct {
	Company   *Company
	Form      string // 10-K, 10-Q, 8-K
	Items     string // of an 8-K, as the submissions list them
	Filed     time.Time
	Period    time.Time
	Body      string
	accession int
}

// Accession is the filing's number as the server writes it.
func (f *Filing) Accession() string {
	return fmt.Sprintf("%010d-%02d-%06d", f.Company.CIK, f.Filed.Year()%100, f.accession)
}

// Document is the name of the filing's page.
func (f *Filing) Document() string {
	return fmt.Sprintf("%s-%s.htm", strings.ToLower(strings.ReplaceAll(f.Company.ID, ".", "")), f.Period.Format("20060102"))
}

// Path is where the page is on the server.
func (f *Filing) Path() string {
	return fmt.Sprintf("/Archives/edgar/data/%d/%s/%s", f.Company.CIK, strings.ReplaceAll(f.Accession(), "-", ""), f.Document())
}

// filings are all filings of the market, by company, oldest first.
func filings() []*Filing {
	var all []*Filing
	for _, c := range market {
		var mine []*Filing
		if fy, end, ok := lastFullYear(c); ok {
			filed := end.AddDate(0, 2, 9)
			if end.Equal(c.Last) {
				filed = c.Filed
			}
			mine = append(mine, &Filing{Company: c, Form: "10-K", Filed: filed, Period: end, Body: annual(c, fy)})
		}
		if qs := c.Quarters(); qs[0].Q != 4 {
			mine = append(mine, &Filing{Company: c, Form: "10-Q", Filed: c.Filed, Period: c.Last, Body: quarterly(c)})
		}
		for _, e := range events {
			if e.Company == c.ID {
				mine = append(mine, &Filing{Company: c, Form: "8-K", Items: e.Items, Filed: e.Date, Period: e.Date, Body: event(c, e)})
			}
		}
		slices.SortStableFunc(mine, func(a, b *Filing) int { return a.Filed.Compare(b.Filed) })
		for i, f := range mine {
			f.accession = i + 1
		}
		all = append(all, mine...)
	}
	return all
}

func lastFullYear(c *Company) (fy int, end time.Time, ok bool) {
	q := c.Quarters()[0]
	fy = q.FY
	if q.Q != 4 {
		fy--
	}
	y, ok := c.Year(fy)
	return fy, y.End, ok
}

// cell writes an amount of a table as filings do: dollar sign and closing parenthesis in cells of their own.
func cell(s string) string {
	sign, rest := "", s
	if strings.HasPrefix(rest, "$") {
		sign, rest = "$", rest[1:]
	}
	tail := ""
	if strings.HasPrefix(rest, "-") {
		rest, tail = "("+rest[1:], ")"
	}
	for _, unit := range []string{"%"} {
		if strings.HasSuffix(rest, unit) {
			rest, tail = strings.TrimSuffix(rest, unit), tail+unit
		}
	}
	return fmt.Sprintf(`<td style="width:1%%"></td><td style="text-align:right"><font size="2">%s</font></td><td style="text-align:right;white-space:nowrap"><font size="2">%s</font></td><td><font size="2">%s</font></td>`,
		sign, rest, tail)
}

// table writes a financial table; the first row is the head.
func table(caption string, rows [][]string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<p style=\"font-weight:bold;text-align:center\">%s</p>\n<table cellspacing=\"0\" cellpadding=\"0\" border=\"0\" width=\"100%%\">\n", html.EscapeString(caption))
	for i, row := range rows {
		style := ""
		if i%2 == 1 {
			style = ` style="background:#cceeff"`
		}
		fmt.Fprintf(&b, "<tr%s>", style)
		for j, x := range row {
			switch {
			case i == 0 && j > 0:
				fmt.Fprintf(&b, `<td></td><td colspan="3" style="text-align:center;border-bottom:1px solid #000"><b><font size="2">%s</font></b></td>`, html.EscapeString(x))
			case j == 0:
				fmt.Fprintf(&b, `<td style="text-indent:-9pt;padding-left:9pt"><font size="2">%s</font></td>`, html.EscapeString(x))
			default:
				b.WriteString(cell(x))
			}
		}
		b.WriteString("</tr>\n")
	}
	b.WriteString("</table>\n")
	return b.String()
}

// amount writes thousands in the scale of the company's filings.
func (c *Company) amount(thousands int64) string {
	if c.Millions {
		return comma(div(thousands, 1000))
	}
	return comma(thousands)
}

func (c *Company) scale() string {
	if c.Millions {
		return "in millions, except per share amounts"
	}
	return "in thousands, except per share amounts"
}

// statement is the income statement with a column for each of qs.
func (c *Company) statement(caption string, heads []string, qs ...Quarter) string {
	rows := [][]string{append([]string{"(" + c.scale() + ")"}, heads...)}
	add := func(name string, dollar bool, value func(Quarter) string) {
		row := []string{name}
		for _, q := range qs {
			s := value(q)
			if dollar {
				s = "$" + s
			}
			row = append(row, s)
		}
		rows = append(rows, row)
	}
	n := func(get func(Quarter) int64) func(Quarter) string {
		return func(q Quarter) string { return c.amount(get(q)) }
	}
	if c.Bank {
		add("Total revenue, net of interest expense", true, n(func(q Quarter) int64 { return q.Revenue }))
		add("Provision for credit losses", false, n(func(q Quarter) int64 { return q.Cost }))
		add("Noninterest expense", false, n(func(q Quarter) int64 { return q.SGA }))
	} else {
		add("Revenue", true, n(func(q Quarter) int64 { return q.Revenue }))
		add("Cost of revenue", false, n(func(q Quarter) int64 { return q.Cost }))
		add("Gross profit", false, n(func(q Quarter) int64 { return q.Gross }))
		if c.RD[0] > 0 {
			add("Research and development", false, n(func(q Quarter) int64 { return q.RD }))
		}
		add("Selling, general and administrative", false, n(func(q Quarter) int64 { return q.SGA }))
	}
	add("Operating income (loss)", false, n(func(q Quarter) int64 { return q.Operating }))
	add("Interest and other, net", false, n(func(q Quarter) int64 { return q.Other }))
	add("Income (loss) before income taxes", false, n(func(q Quarter) int64 { return q.Pretax }))
	add("Provision for income taxes", false, n(func(q Quarter) int64 { return q.Tax }))
	add("Net income (loss)", true, n(func(q Quarter) int64 { return q.Net }))
	add("Diluted earnings (loss) per share", true, func(q Quarter) string { return exact(q.EPS, 2) })
	add("Weighted average diluted shares", false, n(func(q Quarter) int64 { return q.Shares }))
	if c.Dividend > 0 {
		add("Dividends declared per share", true, func(q Quarter) string { return exact(q.Dividend, 2) })
	}
	return table(caption, rows)
}

func (c *Company) balance(q Quarter) string {
	return table("CONDENSED BALANCE SHEET DATA", [][]string{
		{"(" + c.scale() + ")", shortEnd(q.End)},
		{"Cash and cash equivalents", "$" + c.amount(c.Cash)},
		{"Total debt", c.amount(c.Debt)},
	})
}

func (c *Company) cashFlow(heads []string, qs ...Quarter) string {
	rows := [][]string{append([]string{"(" + c.scale() + ")"}, heads...)}
	for _, r := range []struct {
		name string
		get  func(Quarter) int64
	}{
		{"Net cash provided by (used in) operating activities", func(q Quarter) int64 { return q.OCF }},
		{"Capital expenditures", func(q Quarter) int64 { return -q.Capex }},
		{"Free cash flow", func(q Quarter) int64 { return q.Spare }},
	} {
		row := []string{r.name}
		for _, q := range qs {
			row = append(row, c.amount(r.get(q)))
		}
		rows = append(rows, row)
	}
	return table("CASH FLOW DATA", rows)
}

func (c *Company) segments(heads []string, now, then Quarter) string {
	rows := [][]string{append([]string{"(" + c.scale() + ")"}, heads...)}
	for i, s := range c.Segments {
		rows = append(rows, []string{s.Name, "$" + c.amount(c.segment(i, now, 0)), "$" + c.amount(c.segment(i, then, 1))})
	}
	rows = append(rows, []string{"Total revenue", "$" + c.amount(now.Revenue), "$" + c.amount(then.Revenue)})
	return table("REVENUE BY SEGMENT", rows)
}

// segment is a segment's revenue; the last one takes what rounding leaves, so that they add up.
func (c *Company) segment(i int, q Quarter, ago int) int64 {
	if i < len(c.Segments)-1 {
		return c.unit(q.Revenue * c.Segments[i].Share[ago] / 10000)
	}
	rest := q.Revenue
	for j := range c.Segments[:i] {
		rest -= c.segment(j, q, ago)
	}
	return rest
}

func (c *Company) kpis(heads []string) string {
	rows := [][]string{append([]string{"Operating data"}, heads...)}
	for _, k := range c.KPI {
		rows = append(rows, []string{k.Name, k.written(k.Now), k.written(k.Then)})
	}
	return table("OPERATING DATA", rows)
}

// written is a figure as the filing shows it.
func (k KPI) written(v string) string {
	whole, dec, _ := strings.Cut(v, ".")
	var n int64
	fmt.Sscan(whole, &n)
	switch {
	case k.Unit == "%":
		return v + "%"
	case k.Unit == "USD" && n >= 1_000_000_000:
		return money(n / 1000)
	case k.Unit == "USD" && dec != "":
		return "$" + comma(n) + "." + dec
	case k.Unit == "USD":
		return "$" + comma(n)
	default:
		return comma(n)
	}
}

func shortEnd(t time.Time) string { return t.Format("January 2, 2006") }

func quarterly(c *Company) string {
	qs := c.Quarters()
	now, before, then := qs[0], qs[1], qs[4]
	heads := []string{"Three months ended " + shortEnd(now.End), "Three months ended " + shortEnd(then.End)}
	var b strings.Builder
	b.WriteString(cover(c, "10-Q", "QUARTERLY REPORT PURSUANT TO SECTION 13 OR 15(d)", "For the quarterly period ended "+longDate(now.End)))
	b.WriteString("<h2>PART I. FINANCIAL INFORMATION</h2>\n<h3>Item 1. Financial Statements</h3>\n")
	b.WriteString(c.statement("CONDENSED CONSOLIDATED STATEMENTS OF OPERATIONS (unaudited)", heads, now, then))
	b.WriteString(c.balance(now))
	b.WriteString(c.cashFlow(heads, now, then))
	b.WriteString("<h3>Note 2. Segments</h3>\n" + c.segments(heads, now, then))
	b.WriteString("<h3>Item 2. Management&#8217;s Discussion and Analysis</h3>\n")
	for _, p := range c.discussion(now, before, then) {
		b.WriteString(filingParagraph(p))
	}
	b.WriteString(c.kpis(heads))
	b.WriteString("<h3>Item 4. Controls and Procedures</h3>\n")
	b.WriteString(filingParagraph("Management concluded that disclosure controls were effective. No change in internal control materially affected reporting in the quarter."))
	b.WriteString("<h2>PART II. OTHER INFORMATION</h2>\n<h3>Item 1A. Risk Factors</h3>\n")
	b.WriteString(filingParagraph(c.risk()))
	b.WriteString(signature(c))
	return b.String()
}

func annual(c *Company, fy int) string {
	now, _ := c.Year(fy)
	cols, heads := []Quarter{now}, []string{fmt.Sprintf("Fiscal %d", fy)}
	if then, ok := c.Year(fy - 1); ok {
		cols, heads = append(cols, then), append(heads, fmt.Sprintf("Fiscal %d", fy-1))
	}
	var b strings.Builder
	b.WriteString(cover(c, "10-K", "ANNUAL REPORT PURSUANT TO SECTION 13 OR 15(d)", "For the fiscal year ended "+longDate(now.End)))
	b.WriteString("<h2>PART I</h2>\n<h3>Item 1. Business</h3>\n")
	b.WriteString(filingParagraph(fmt.Sprintf("%s %s. Its offices are in %s.", c.Legal, c.Business, c.City)))
	b.WriteString("<h3>Item 1A. Risk Factors</h3>\n" + filingParagraph(c.risk()))
	b.WriteString("<h2>PART II</h2>\n<h3>Item 7. Management&#8217;s Discussion and Analysis</h3>\n")
	b.WriteString(filingParagraph(fmt.Sprintf("Revenue for fiscal %d was %s. Operating income (loss) was %s, and net income (loss) was %s.", fy, money(now.Revenue), money(now.Operating), money(now.Net))))
	if len(cols) > 1 {
		ch := change(now.Revenue, cols[1].Revenue)
		b.WriteString(filingParagraph(fmt.Sprintf("Revenue %s %s from %s in fiscal %d.", upDown(ch, "rose", "fell"), percent(ch), money(cols[1].Revenue), fy-1)))
	}
	if now.End.Equal(c.Last) { // the annual report is also the report of the fourth quarter
		qs := c.Quarters()
		for _, p := range c.discussion(qs[0], qs[1], qs[4]) {
			b.WriteString(filingParagraph(p))
		}
		qheads := []string{"Three months ended " + shortEnd(qs[0].End), "Three months ended " + shortEnd(qs[4].End)}
		b.WriteString(c.statement("FOURTH QUARTER STATEMENTS OF OPERATIONS (unaudited)", qheads, qs[0], qs[4]))
		b.WriteString(c.cashFlow(qheads, qs[0], qs[4]))
		b.WriteString(c.segments(qheads, qs[0], qs[4]))
		b.WriteString(c.kpis(qheads))
		b.WriteString(c.balance(now))
	}
	b.WriteString("<h3>Item 8. Financial Statements and Supplementary Data</h3>\n")
	b.WriteString(c.statement("CONSOLIDATED STATEMENTS OF OPERATIONS", heads, cols...))
	b.WriteString(c.cashFlow(heads, cols...))
	b.WriteString(signature(c))
	return b.String()
}

// discussion is what management says of its quarter, in sentences.
func (c *Company) discussion(now, before, then Quarter) []string {
	ch, seq := change(now.Revenue, then.Revenue), change(now.Revenue, before.Revenue)
	ps := []string{fmt.Sprintf("Revenue for the %s was %s, %s %s from %s in the same quarter a year earlier and %s %s from %s in the previous quarter.",
		now.period(), money(now.Revenue), upDown(ch, "up", "down"), percent(ch), money(then.Revenue),
		upDown(seq, "up", "down"), percent(seq), money(before.Revenue))}
	if !c.Bank {
		ps = append(ps, fmt.Sprintf("Gross margin was %s, compared with %s a year earlier. Operating margin was %s, compared with %s.",
			exact(margin(now.Gross, now.Revenue), 1)+"%", exact(margin(then.Gross, then.Revenue), 1)+"%",
			exact(margin(now.Operating, now.Revenue), 1)+"%", exact(margin(then.Operating, then.Revenue), 1)+"%"))
	}
	result := "Net income"
	if now.Net < 0 {
		result = "Net loss"
	}
	ps = append(ps, fmt.Sprintf("%s was %s, or %s per diluted share, compared with %s of %s a year earlier.", result,
		strings.TrimPrefix(money(now.Net), "-"), dollars(now.EPS), map[bool]string{true: "a loss", false: "a profit"}[then.Net < 0], strings.TrimPrefix(money(then.Net), "-")))
	s := c.Segments[0]
	ps = append(ps, fmt.Sprintf("%s contributed %s of revenue, and %s contributed %s.", s.Name, money(c.segment(0, now, 0)),
		strings.ToLower(c.Segments[1].Name), money(c.segment(1, now, 0))))
	if c.Guide[0] > 0 {
		ps = append(ps, fmt.Sprintf("For the next quarter the company expects revenue between %s and %s.", money(c.Guide[0]), money(c.Guide[1])))
	} else {
		ps = append(ps, "The company does not give revenue guidance.")
	}
	if c.Dividend > 0 {
		ps = append(ps, fmt.Sprintf("The board declared a quarterly dividend of %s per share.", dollars(now.Dividend)))
	}
	return ps
}

func (c *Company) risk() string {
	return fmt.Sprintf("%s depends on a small number of customers and suppliers. Demand could fall, costs could rise, and results could differ from what is expected here. %s", c.Name, invented)
}

func cover(c *Company, form, what, period string) string {
	return fmt.Sprintf(`<?xml version='1.0' encoding='UTF-8'?>
<html xmlns="http://www.w3.org/1999/xhtml"><head><meta http-equiv="Content-Type" content="text/html"/>
<title>%s %s</title></head>
<body bgcolor="#ffffff">
<div style="display:none"><ix:header xmlns:ix="http://www.xbrl.org/2013/inlineXBRL"><ix:hidden>%d 0000950170 FY us-gaap:AccountingStandardsUpdate</ix:hidden></ix:header></div>
<p style="text-align:center"><font size="2"><i>%s</i></font></p>
<p style="text-align:center"><b>UNITED STATES OF EXAMPLE</b><br/><b>SAMPLE SECURITIES COMMISSION</b></p>
<p style="text-align:center"><b>FORM %s</b></p>
<p style="text-align:center">&#9746;&nbsp;%s</p>
<p style="text-align:center">%s</p>
<p style="text-align:center"><b>%s</b><br/><font size="1">(Exact name of registrant as specified in its charter)</font></p>
<p style="text-align:center">%s &nbsp;&nbsp;|&nbsp;&nbsp; Trading symbol: <b>%s</b></p>
<hr/>
`, form, html.EscapeString(c.Legal), c.CIK, invented, form, what, period, html.EscapeString(c.Legal), html.EscapeString(c.City), c.ID)
}

func filingParagraph(s string) string {
	return "<p style=\"text-indent:18pt;margin-top:6pt\"><font size=\"2\" style=\"font-family:'Times New Roman'\">" + html.EscapeString(s) + "</font></p>\n"
}

func signature(c *Company) string {
	who := c.Signed
	if who == "" {
		who = c.CFO
	}
	return fmt.Sprintf("<p><b>SIGNATURE</b></p>\n<p><font size=\"2\">By: /s/ %s, Chief Financial Officer</font></p>\n</body></html>\n", html.EscapeString(who))
}

// An eventReport is one 8-K.
type eventReport struct {
	Company string
	Date    time.Time
	Items   string
	Head    string
	Text    []string
}

func event(c *Company, e eventReport) string {
	var b strings.Builder
	b.WriteString(cover(c, "8-K", "CURRENT REPORT PURSUANT TO SECTION 13 OR 15(d)", "Date of report: "+longDate(e.Date)))
	fmt.Fprintf(&b, "<h3>Item %s %s</h3>\n", e.Items, html.EscapeString(e.Head))
	for _, p := range e.Text {
		b.WriteString(filingParagraph(p))
	}
	b.WriteString(signature(c))
	return b.String()
}

var events = []eventReport{
	{"LRKS", day(2026, 11, 18), "2.02", "Results of Operations and Financial Condition", []string{"On November 18, 2026, Larkspur Semiconductor, Inc. announced its results for the third quarter of fiscal 2027. Revenue was $2.31 billion. Backlog at the end of the quarter was $5.4 billion, compared with $4.6 billion a year earlier."}},
	{"LRKS", day(2026, 11, 9), "8.01", "Other Events", []string{"Larkspur Semiconductor will build a chip plant in Tarrant Falls, Oregon, at a cost of $3.2 billion over four years. Production is to begin in calendar 2029."}},
	{"HLDN", day(2026, 11, 20), "5.02", "Departure of Directors or Certain Officers", []string{"Halden Motors Corporation appointed Marguerite Oyelaran chief financial officer, effective November 20, 2026. She succeeds Klaus Merriweather, who retires.", "Ms. Oyelaran was treasurer of the company since 2021. Her annual salary will be $640,000."}},
	{"HLDN", day(2026, 11, 16), "8.01", "Other Events", []string{"Halden Motors Corporation is recalling certain delivery trucks of model years 2024 and 2025 to replace a brake line. The company is still counting the vehicles concerned and will report the number when it is known."}},
	{"KTWK", day(2026, 11, 17), "1.01", "Entry into a Material Definitive Agreement", []string{"Kittiwake Networks, Inc. agreed to buy Corrigan Optical, a private company, for $640 million in cash. The purchase is expected to close in the first quarter of calendar 2027."}},
	{"OSTR", day(2026, 11, 13), "1.01", "Entry into a Material Definitive Agreement", []string{"Ostrander Aerospace Company agreed to supply engines to Palisade Air Cargo for $2.4 billion. Deliveries run from 2027 to 2032."}},
	{"RVMR", day(2026, 11, 11), "8.01", "Other Events", []string{"The board of Ravensmoor Bancorp, Inc. raised the quarterly dividend to $0.38 per share from $0.36. It is payable on December 15, 2026 to holders of record on December 1, 2026."}},
	{"GRWE", day(2026, 11, 19), "7.01", "Regulation FD Disclosure", []string{"Greywether Energy Corporation plans capital expenditures of $1.6 billion for 2027, down from $1.9 billion planned for 2026."}},
	{"NGAO", day(2026, 11, 20), "8.01", "Other Events", []string{"The Aldergrove Public Service Board approved a water rate increase of 4.7 percent for Ngaio Water Utilities, Inc., effective January 1, 2027. The company had asked for 6.2 percent."}},
	{"XYLQ", day(2026, 11, 18), "2.05", "Costs Associated with Exit or Disposal Activities", []string{"Xyloquint Materials, Inc. will idle its Esperance Flats refinery for six weeks from December 7, 2026, because lithium hydroxide prices are low. It expects a charge of $9 million."}},
	{"PFR.B", day(2026, 11, 17), "2.05", "Costs Associated with Exit or Disposal Activities", []string{"Pfennig & Rowe Stores, Inc. will close 23 department stores by the end of January 2027. It expects charges of $85 million."}},
}
