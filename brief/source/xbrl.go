package source

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// concepts are the parts of the taxonomies that are kept: what companies are asked about. A large company reports five
// hundred more.
var concepts = []struct{ taxonomy, name string }{
	{"us-gaap", "Revenues"}, {"us-gaap", "RevenueFromContractWithCustomerExcludingAssessedTax"},
	{"us-gaap", "RevenueFromContractWithCustomerIncludingAssessedTax"}, {"us-gaap", "SalesRevenueNet"},
	{"us-gaap", "RevenuesNetOfInterestExpense"}, {"us-gaap", "CostOfRevenue"}, {"us-gaap", "CostOfGoodsAndServicesSold"},
	{"us-gaap", "GrossProfit"}, {"us-gaap", "ResearchAndDevelopmentExpense"}, {"us-gaap", "SellingGeneralAndAdministrativeExpense"},
	{"us-gaap", "OperatingExpenses"}, {"us-gaap", "OperatingIncomeLoss"}, {"us-gaap", "NetIncomeLoss"}, {"us-gaap", "ProfitLoss"},
	{"us-gaap", "EarningsPerShareBasic"}, {"us-gaap", "EarningsPerShareDiluted"},
	{"us-gaap", "NetCashProvidedByUsedInOperatingActivities"}, {"us-gaap", "PaymentsToAcquirePropertyPlantAndEquipment"},
	{"us-gaap", "PaymentsToAcquireProductiveAssets"}, {"us-gaap", "CashAndCashEquivalentsAtCarryingValue"},
	{"us-gaap", "CashCashEquivalentsRestrictedCashAndRestrictedCashEquivalents"}, {"us-gaap", "LongTermDebt"},
	{"us-gaap", "DebtLongtermAndShorttermCombinedAmount"}, {"us-gaap", "Assets"}, {"us-gaap", "Liabilities"}, {"us-gaap", "StockholdersEquity"},
	{"us-gaap", "InventoryNet"}, {"us-gaap", "IncomeTaxExpenseBenefit"}, {"us-gaap", "WeightedAverageNumberOfDilutedSharesOutstanding"},
	{"us-gaap", "CommonStockDividendsPerShareDeclared"}, {"us-gaap", "PaymentsForRepurchaseOfCommonStock"},
	{"dei", "EntityCommonStockSharesOutstanding"},
}

// keptYears is how far back reported values are kept.
const keptYears = 6

// A reported value, as company facts have it. Start is empty for a value of one moment.
type reported struct {
	Start string      `json:"start"`
	End   string      `json:"end"`
	Val   json.Number `json:"val"`
	Filed string      `json:"filed"`
}

type companyFacts struct {
	EntityName string `json:"entityName"`
	Facts      map[string]map[string]struct {
		Units map[string][]reported `json:"units"`
	} `json:"facts"`
}

// factRows reads a file of company facts into a table, "concept | unit | start | end | value", newest first. A value is reported
// again in later filings, sometimes restated: the last one filed counts. The file's own fiscal year and period are left
// out: they are those of the filing that repeats a value, not those of the value.
func factRows(raw []byte) (name, text string, filed, asOf time.Time, err error) {
	var file companyFacts
	if err := json.Unmarshal(raw, &file); err != nil {
		return "", "", filed, asOf, fmt.Errorf("company facts: %w", err)
	}
	type row struct {
		concept, unit string
		reported
	}
	var rows []row
	for _, c := range concepts {
		for unit, values := range file.Facts[c.taxonomy][c.name].Units {
			latest := map[[2]string]reported{}
			for _, v := range values {
				if k := [2]string{v.Start, v.End}; !date(v.End).IsZero() && v.Val != "" && latest[k].Filed <= v.Filed {
					latest[k] = v
				}
			}
			for _, v := range latest {
				rows = append(rows, row{c.taxonomy + ":" + c.name, unit, v})
				if t := date(v.Filed); t.After(filed) {
					filed = t
				}
				if t := date(v.End); t.After(asOf) {
					asOf = t
				}
			}
		}
	}
	oldest := asOf.AddDate(-keptYears, 0, 0).Format(time.DateOnly)
	rows = slices.DeleteFunc(rows, func(r row) bool { return r.End < oldest })
	slices.SortFunc(rows, func(a, b row) int {
		return strings.Compare(b.End+b.Start+a.concept+a.unit, a.End+a.Start+b.concept+b.unit)
	})
	var b strings.Builder
	b.WriteString("concept | unit | start | end | value")
	for _, r := range rows {
		fmt.Fprintf(&b, "\n%s | %s | %s | %s | %s", r.concept, r.unit, r.Start, r.End, r.Val)
	}
	return file.EntityName, b.String(), filed, asOf, nil
}

func date(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return time.Time{}
	}
	return t
}
