package extractive

import (
	"math"
	"strings"
	"time"

	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/internal/quantity"
)

// concepts maps the taxonomy's names to metrics. Where a company may use one of several, each is listed.
var conceptMetrics = map[string]string{
	"Revenues": "revenue",
	"RevenueFromContractWithCustomerExcludingAssessedTax": "revenue",
	"RevenueFromContractWithCustomerIncludingAssessedTax": "revenue",
	"SalesRevenueNet":                            "revenue",
	"RevenuesNetOfInterestExpense":               "revenue",
	"CostOfRevenue":                              "cost-of-revenue",
	"CostOfGoodsAndServicesSold":                 "cost-of-revenue",
	"GrossProfit":                                "gross-profit",
	"ResearchAndDevelopmentExpense":              "rd-expense",
	"SellingGeneralAndAdministrativeExpense":     "sga",
	"OperatingExpenses":                          "operating-expenses",
	"OperatingIncomeLoss":                        "operating-income",
	"NetIncomeLoss":                              "net-income",
	"ProfitLoss":                                 "net-income",
	"EarningsPerShareDiluted":                    "eps-diluted",
	"NetCashProvidedByUsedInOperatingActivities": "operating-cash-flow",
	"PaymentsToAcquirePropertyPlantAndEquipment": "capex",
	"PaymentsToAcquireProductiveAssets":          "capex",
	"CashAndCashEquivalentsAtCarryingValue":      "cash",
	"CashCashEquivalentsRestrictedCashAndRestrictedCashEquivalents": "cash",
	"LongTermDebt":                                    "debt",
	"DebtLongtermAndShorttermCombinedAmount":          "debt",
	"WeightedAverageNumberOfDilutedSharesOutstanding": "shares-diluted",
	"EntityCommonStockSharesOutstanding":              "shares-outstanding",
	"CommonStockDividendsPerShareDeclared":            "dividend",
}

// concepts reads a table of tagged values, as EDGAR's company facts give them: one row for each concept and period. It
// says whether the document was one.
func (r *reader) concepts() bool {
	var head []string
	var concept, unit, from, to, value int
	type key struct{ metric, period string }
	done := map[key]bool{}
	for _, l := range linesOf(r.doc.Text) {
		if !isRow(l.text) {
			continue
		}
		c := cells(l.text)
		if head == nil {
			concept, unit, from, to = either(c, "concept", "tag"), either(c, "unit", "units"), either(c, "start", "from"), either(c, "end", "to")
			value = either(c, "value", "val")
			if concept < 0 || to < 0 || value < 0 {
				return false
			}
			head = c
			continue
		}
		if len(c) != len(head) || r.about == nil {
			continue
		}
		name := c[concept]
		if i := strings.LastIndexAny(name, ":/"); i >= 0 {
			name = name[i+1:]
		}
		metric, ok := r.metric(conceptMetrics[name])
		if !ok {
			continue
		}
		start := ""
		if from >= 0 {
			start = c[from]
		}
		p, ok := r.tagged(r.about, start, c[to])
		if !ok {
			continue
		}
		v, ok := decimal(c[value])
		if !ok {
			continue
		}
		q := quantity.Quantity{Value: v, Unit: unitOf(metric), Digits: int(v.NumDigits())}
		if unit >= 0 && strings.HasPrefix(c[unit], "USD") && !strings.HasPrefix(metric.Unit, "USD") {
			continue
		}
		k := key{metric.ID, p.End.Format(time.DateOnly) + string(p.Kind)}
		if done[k] {
			continue // another concept of the same metric came first
		}
		done[k] = true
		r.state(r.about, metric, q, p, r.span(l.start, l.end))
	}
	return head != nil
}

func either(head []string, names ...string) int {
	for _, n := range names {
		if i := column(head, n); i >= 0 {
			return i
		}
	}
	return -1
}

// tagged is the period of a tagged value. One without a start is a balance: it counts as the quarter that it ends.
func (r *reader) tagged(t *lexicon.Term, start, end string) (quantity.Period, bool) {
	to, err := time.Parse(time.DateOnly, end)
	if err != nil {
		return quantity.Period{}, false
	}
	length := 3
	if from, err := time.Parse(time.DateOnly, start); err == nil {
		length = int(math.Round(to.Sub(from).Hours() / 24 / 30.4))
	}
	return r.calendarOf(t).Ending(to, length)
}
