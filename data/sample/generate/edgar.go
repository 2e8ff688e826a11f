package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// filingHost serves the paths that EDGAR serves: submissions, archives and company facts.
const filingHost = "filings.example"

func submissionsJSON(c *Company, all []*Filing) string {
	recent := map[string][]string{}
	for i := len(all) - 1; i >= 0; i-- { // newest first, as EDGAR has it
		f := all[i]
		if f.Company != c {
			continue
		}
		for k, v := range map[string]string{
			"accessionNumber": f.Accession(), "filingDate": f.Filed.Format(time.DateOnly), "reportDate": f.Period.Format(time.DateOnly),
			"acceptanceDateTime": f.Filed.Add(21*time.Hour + 5*time.Minute).Format("2006-01-02T15:04:05.000Z"),
			"form":               f.Form, "items": f.Items, "primaryDocument": f.Document(), "primaryDocDescription": f.Form,
		} {
			recent[k] = append(recent[k], v)
		}
	}
	return indent(map[string]any{
		"cik": fmt.Sprintf("%010d", c.CIK), "name": c.Legal, "tickers": []string{c.ID}, "exchanges": []string{"Sample"},
		"sicDescription": "invented", "fiscalYearEnd": monthEnd(day(2026, c.FYE, 1), 0).Format("0102"),
		"filings": map[string]any{"recent": recent, "files": []any{}},
	})
}

// A point is one value of a company-facts concept.
type point struct {
	Start string      `json:"start,omitempty"`
	End   string      `json:"end"`
	Val   json.Number `json:"val"`
	Accn  string      `json:"accn"`
	FY    int         `json:"fy"`
	FP    string      `json:"fp"`
	Form  string      `json:"form"`
	Filed string      `json:"filed"`
}

func factsJSON(c *Company, all []*Filing) string {
	var last *Filing
	for _, f := range all {
		if f.Company == c && f.Form != "8-K" {
			last = f
		}
	}
	concepts := map[string]any{}
	add := func(concept, label, unit string, instant bool, get func(Quarter) string) {
		var ps []point
		for i, q := range c.Quarters() {
			p := point{End: q.End.Format(time.DateOnly), Val: json.Number(get(q)), Accn: last.Accession(), FY: q.FY, FP: fmt.Sprintf("Q%d", q.Q), Form: last.Form, Filed: last.Filed.Format(time.DateOnly)}
			if !instant {
				p.Start = monthEnd(q.End, -3).AddDate(0, 0, 1).Format(time.DateOnly)
			}
			if instant && i > 0 {
				break
			}
			ps = append(ps, p)
		}
		if fy, end, ok := lastFullYear(c); ok && !instant {
			y, _ := c.Year(fy)
			ps = append(ps, point{Start: end.AddDate(-1, 0, 1).Format(time.DateOnly), End: end.Format(time.DateOnly), Val: json.Number(get(y)), Accn: last.Accession(), FY: fy, FP: "FY", Form: "10-K", Filed: last.Filed.Format(time.DateOnly)})
		}
		concepts[concept] = map[string]any{"label": label, "description": label + ". " + invented, "units": map[string]any{unit: ps}}
	}
	usd := func(get func(Quarter) int64) func(Quarter) string {
		return func(q Quarter) string { return fmt.Sprint(get(q) * 1000) }
	}
	add("Revenues", "Revenues", "USD", false, usd(func(q Quarter) int64 { return q.Revenue }))
	if !c.Bank {
		add("GrossProfit", "Gross Profit", "USD", false, usd(func(q Quarter) int64 { return q.Gross }))
	}
	if c.RD[0] > 0 {
		add("ResearchAndDevelopmentExpense", "Research and Development Expense", "USD", false, usd(func(q Quarter) int64 { return q.RD }))
	}
	add("OperatingIncomeLoss", "Operating Income (Loss)", "USD", false, usd(func(q Quarter) int64 { return q.Operating }))
	add("NetIncomeLoss", "Net Income (Loss)", "USD", false, usd(func(q Quarter) int64 { return q.Net }))
	add("EarningsPerShareDiluted", "Earnings Per Share, Diluted", "USD/shares", false, func(q Quarter) string { return exact(q.EPS, 2) })
	add("NetCashProvidedByUsedInOperatingActivities", "Net Cash Provided by (Used in) Operating Activities", "USD", false, usd(func(q Quarter) int64 { return q.OCF }))
	add("PaymentsToAcquirePropertyPlantAndEquipment", "Payments to Acquire Property, Plant, and Equipment", "USD", false, usd(func(q Quarter) int64 { return q.Capex }))
	add("WeightedAverageNumberOfDilutedSharesOutstanding", "Weighted Average Number of Shares Outstanding, Diluted", "shares", false, usd(func(q Quarter) int64 { return q.Shares }))
	add("CashAndCashEquivalentsAtCarryingValue", "Cash and Cash Equivalents, at Carrying Value", "USD", true, func(Quarter) string { return fmt.Sprint(c.Cash * 1000) })
	add("LongTermDebt", "Long-term Debt", "USD", true, func(Quarter) string { return fmt.Sprint(c.Debt * 1000) })
	if c.Dividend > 0 {
		add("CommonStockDividendsPerShareDeclared", "Common Stock, Dividends, Per Share, Declared", "USD/shares", false, func(q Quarter) string { return exact(q.Dividend, 2) })
	}
	return indent(map[string]any{"cik": c.CIK, "entityName": strings.ToUpper(c.Legal), "facts": map[string]any{"us-gaap": concepts}})
}

func indent(v any) string {
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		panic(err)
	}
	return string(b) + "\n"
}
