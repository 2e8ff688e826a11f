package domain

import (
	"slices"
	"strings"

	"github.com/aubade/aubade/internal/lexicon"
)

// Metrics are the quantities of equities that every edition knows how to ask for and to read out of a text, unless the
// domain's own lexicon has a term of the same ID. Aliases are phrases of questions as well as of filings; the longest
// match wins, so that "cost of revenue" is not "revenue".
func Metrics() []lexicon.Term { return slices.Clone(metrics) }

// WithMetrics adds the built-in metrics to a lexicon: those that it lacks as they are, and to those that it has the
// aliases. What the lexicon says itself stays first.
func WithMetrics(l lexicon.Lexicon) lexicon.Lexicon {
	out := lexicon.Lexicon{Terms: slices.Clone(l.Terms)}
	for _, m := range metrics {
		i := slices.IndexFunc(out.Terms, func(t lexicon.Term) bool { return t.ID == m.ID })
		if i < 0 {
			out.Terms = append(out.Terms, m)
			continue
		}
		t := &out.Terms[i]
		t.Aliases = slices.Clone(t.Aliases)
		for _, a := range append([]string{m.Name}, m.Aliases...) {
			if !strings.EqualFold(a, t.Name) && !slices.ContainsFunc(t.Aliases, func(b string) bool { return strings.EqualFold(a, b) }) {
				t.Aliases = append(t.Aliases, a)
			}
		}
	}
	return out
}

func metric(id, name, unit string, aliases ...string) lexicon.Term {
	return lexicon.Term{ID: id, Kind: lexicon.Metric, Name: name, Unit: unit, Aliases: aliases}
}

var metrics = []lexicon.Term{
	metric("revenue", "revenue", "USD", "revenues", "sales", "net sales", "net revenue", "total revenue", "total net revenue", "total revenues", "turnover", "top line",
		"turn over", "turned over", "take in", "took in", "bring in", "bringing in more money", "brought in", "sold", "sell"),
	metric("cost-of-revenue", "cost of revenue", "USD", "cost of sales", "cost of goods sold", "costs of revenue"),
	metric("gross-profit", "gross profit", "USD"),
	metric("gross-margin", "gross margin", "%", "gross margins", "gross profit margin"),
	metric("rd-expense", "research and development", "USD", "r&d", "research and development expense", "r and d"),
	metric("sga", "selling, general and administrative expense", "USD", "sg&a", "selling general and administrative"),
	metric("operating-expenses", "operating expenses", "USD", "opex", "total operating expenses"),
	metric("operating-income", "operating income", "USD", "operating profit", "income from operations", "operating loss", "ebit", "operating earnings"),
	metric("operating-margin", "operating margin", "%", "operating margins"),
	metric("ebitda", "EBITDA", "USD", "adjusted ebitda"),
	metric("net-income", "net income", "USD", "net profit", "net earnings", "net loss", "bottom line", "profit", "net income loss", "earnings", "lose", "lost", "net (loss) income", "net income (loss)"),
	metric("net-margin", "net margin", "%", "profit margin", "net profit margin"),
	metric("eps-diluted", "diluted earnings per share", "USD/share", "eps", "earnings per share", "diluted eps", "earnings per diluted share", "loss per share", "profit per share",
		"diluted loss per share", "earn per share", "earned per share", "lose per share", "lost per share", "made per share", "make per share", "a share in earnings", "net income per share", "net income per diluted share",
		"diluted net income per share", "net loss per share"),
	metric("free-cash-flow", "free cash flow", "USD", "fcf"),
	metric("operating-cash-flow", "operating cash flow", "USD", "cash flow from operations", "cash from operations", "net cash provided by operating activities", "cash provided by operating activities"),
	metric("capex", "capital expenditure", "USD", "capital expenditures", "capital spending", "purchases of property and equipment", "purchase of property and equipment"),
	metric("cash", "cash", "USD", "cash and equivalents", "cash and cash equivalents", "cash pile", "cash balance", "cash on hand"),
	metric("debt", "debt", "USD", "total debt", "long-term debt", "borrowings", "owe"),
	metric("shares-diluted", "diluted shares", "shares", "diluted share count", "weighted average diluted shares", "diluted shares outstanding"),
	metric("shares-outstanding", "shares outstanding", "shares", "share count", "number of shares"),
	metric("dividend", "dividend", "USD/share", "dividends", "quarterly dividend", "payout", "dividend per share", "cash dividend"),
	metric("buyback", "share buyback", "USD", "buyback", "share repurchase", "repurchase program", "repurchases"),
	metric("guidance-revenue", "revenue guidance", "USD", "guidance for revenue", "guidance", "outlook for revenue", "revenue outlook", "revenue forecast", "guiding to for revenue", "expects revenue of", "sees revenue of", "forecasts revenue of", "expects revenue", "guided to", "guiding to", "guide for"),
	metric("guidance-eps", "earnings guidance", "USD/share", "eps guidance", "earnings per share guidance"),
	metric("close", "closing price", "USD/share", "close", "closed", "closes", "closing", "finish", "finished", "share price", "stock price", "price", "shares trading", "stock", "trading", "trading at", "trade at", "ended", "end the day", "last price", "price of the stock", "settle", "settled"),
	metric("open", "opening price", "USD/share", "open", "opened"),
	metric("high", "high", "USD/share", "day's high", "intraday high", "session high"),
	metric("low", "low", "USD/share", "day's low", "intraday low", "session low"),
	metric("high-52w", "52-week high", "USD/share", "52 week high", "fifty-two week high", "yearly high", "one-year high", "year's high", "highest", "highest price", "high of the past year", "highest that has traded", "most it has traded at", "peak"),
	metric("low-52w", "52-week low", "USD/share", "52 week low", "fifty-two week low", "yearly low", "one-year low", "year's low", "lowest", "lowest price", "low of the past year"),
	metric("change-day", "change on the day", "%", "daily change", "day's change", "change on the day", "move on the day"),
	metric("change-week", "change over five sessions", "%", "change this week", "weekly change", "change over the week"),
	metric("change-month", "change over a month", "%", "monthly change", "change over the month", "change this month"),
	metric("change-year", "change over a year", "%", "yearly change", "one-year change", "change over the year"),
	metric("volume", "volume", "shares", "trading volume", "shares traded", "shares changed hands", "traded volume", "turnover in shares"),
	metric("market-cap", "market capitalization", "USD", "market cap", "market capitalisation", "market value", "worth"),
	metric("pe-ratio", "price-to-earnings ratio", "x", "p/e", "p e", "pe ratio", "price to earnings", "price earnings ratio", "earnings multiple"),
	metric("implied-volatility", "implied volatility", "%", "implied vol", "iv", "option volatility", "options volatility"),
	metric("realised-volatility", "realised volatility", "%", "realized volatility", "historical volatility", "realized vol", "realised vol", "actual volatility"),
	metric("price-target", "price target", "USD/share", "target price", "analyst target", "twelve-month target"),
	metric("tax-rate", "effective tax rate", "%", "tax rate"),
}
