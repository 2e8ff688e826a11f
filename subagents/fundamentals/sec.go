package fundamentals

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/cockroachdb/apd/v3"

	"github.com/aubade/aubade/internal/fetch"
	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/subagents"
)

// Getter is the way out to the web.
type Getter interface {
	Get(ctx context.Context, address string) (*fetch.Response, error)
}

// SEC asks for company facts at a server with the paths of data.sec.gov.
type SEC struct {
	URL  string            // https://data.sec.gov
	CIKs map[string]string // by lexicon ID
	Get  Getter
}

// concepts are the taxonomy's names for a metric, the usual one first.
var concepts = map[string][]string{
	"revenue": {"RevenueFromContractWithCustomerExcludingAssessedTax", "Revenues", "RevenueFromContractWithCustomerIncludingAssessedTax",
		"SalesRevenueNet", "RevenuesNetOfInterestExpense"},
	"gross-profit":        {"GrossProfit"},
	"operating-income":    {"OperatingIncomeLoss"},
	"net-income":          {"NetIncomeLoss", "ProfitLoss"},
	"eps-diluted":         {"EarningsPerShareDiluted"},
	"rd-expense":          {"ResearchAndDevelopmentExpense"},
	"operating-cash-flow": {"NetCashProvidedByUsedInOperatingActivities"},
	"capex":               {"PaymentsToAcquirePropertyPlantAndEquipment", "PaymentsToAcquireProductiveAssets"},
	"cash":                {"CashAndCashEquivalentsAtCarryingValue"},
	"debt":                {"LongTermDebt", "DebtLongtermAndShorttermCombinedAmount"},
	"shares-diluted":      {"WeightedAverageNumberOfDilutedSharesOutstanding"},
	"dividend":            {"CommonStockDividendsPerShareDeclared"},
}

// companyFacts is the answer of /api/xbrl/companyfacts, as far as it is read.
type companyFacts struct {
	Name  string `json:"entityName"`
	Facts map[string]map[string]struct {
		Units map[string][]entry `json:"units"`
	} `json:"facts"`
}

// entry is one reported value. FiscalYear and FiscalPeriod are the filing's, not the value's: a filing repeats those of
// the year before.
type entry struct {
	Start        string      `json:"start"` // empty: at a moment
	End          string      `json:"end"`
	Value        json.Number `json:"val"`
	Filing       string      `json:"accn"`
	FiscalYear   int         `json:"fy"`
	FiscalPeriod string      `json:"fp"`
	Form         string      `json:"form"`
	Filed        string      `json:"filed"`

	from, to, filed time.Time
	unit            quantity.Unit
}

// facts asks for one company.
func (s *SEC) facts(ctx context.Context, entity string) (*companyFacts, string, error) {
	cik, ok := s.CIKs[entity]
	if !ok {
		return nil, "", subagents.ErrNothing
	}
	n, err := strconv.ParseUint(cik, 10, 64)
	if err != nil {
		return nil, "", fmt.Errorf("fundamentals: CIK of %s: %w", entity, err)
	}
	address := fmt.Sprintf("%s/api/xbrl/companyfacts/CIK%010d.json", strings.TrimSuffix(s.URL, "/"), n)
	r, err := s.Get.Get(ctx, address)
	if err != nil {
		return nil, "", fmt.Errorf("fundamentals: company facts of %s: %w", entity, err)
	}
	var c companyFacts
	if err := json.Unmarshal(r.Body, &c); err != nil {
		return nil, "", fmt.Errorf("fundamentals: company facts of %s: %w", entity, err)
	}
	if c.Name == "" || c.Facts == nil {
		return nil, "", fmt.Errorf("fundamentals: company facts of %s: the answer has none", entity)
	}
	return &c, address, nil
}

// find picks the value of a metric for a period; for none, the newest quarter.
func (c *companyFacts) find(entity, metric, address string, p quantity.Period) (store.Fact, error) {
	for _, concept := range concepts[metric] {
		for _, taxonomy := range []string{"us-gaap", "ifrs-full"} {
			var best *entry
			for unit, entries := range c.Facts[taxonomy][concept].Units {
				for i := range entries {
					e := &entries[i]
					if e.read(unit) && e.fits(p) && (best == nil || e.better(best)) {
						best = e
					}
				}
			}
			if best == nil {
				continue
			}
			if f, err := best.fact(entity, metric, concept, address, c.Name); err == nil {
				return f, nil
			}
		}
	}
	return store.Fact{}, subagents.ErrNothing
}

// read parses the dates and the unit; false where they are not understood.
func (e *entry) read(unit string) bool {
	var err error
	if e.to, err = time.Parse(time.DateOnly, e.End); err != nil {
		return false
	}
	if e.filed, err = time.Parse(time.DateOnly, e.Filed); err != nil {
		return false
	}
	e.from = time.Time{}
	if e.Start != "" {
		if e.from, err = time.Parse(time.DateOnly, e.Start); err != nil || !e.from.Before(e.to) {
			return false
		}
	}
	switch unit {
	case "USD", "EUR", "GBP", "JPY", "CNY", "CAD", "CHF":
		e.unit = quantity.Unit(unit)
	case "USD/shares":
		e.unit = quantity.USDPerShare
	case "shares":
		e.unit = quantity.Shares
	default:
		return false
	}
	return true
}

// months is how long the value's period is; 0 for a moment.
func (e *entry) months() int {
	if e.from.IsZero() {
		return 0
	}
	return int((e.to.Sub(e.from).Hours()/24 + 16) / 30.44)
}

// fits says whether the value is of the asked period. The filing's fiscal year and period only count for its newest
// values, which better prefers.
func (e *entry) fits(p quantity.Period) bool {
	m := e.months()
	long := map[quantity.PeriodKind]int{quantity.Quarter: 3, quantity.Half: 6, quantity.NineMos: 9, quantity.Year: 12, "": 3}
	want, ok := long[p.Kind]
	if !ok || m != 0 && m != want {
		return false
	}
	switch {
	case p.Kind == "":
		return true
	case !p.End.IsZero():
		return e.to.Sub(p.End).Abs() <= 8*24*time.Hour
	case p.Year == 0:
		return true
	case !p.Fiscal && p.Kind == quantity.Quarter:
		// A calendar quarter is the one that its middle lies in: fiscal quarters may end a month beside it.
		mid := e.to.AddDate(0, 0, -45)
		return mid.Year() == p.Year && (int(mid.Month())-1)/3+1 == p.N
	case !p.Fiscal && p.Kind == quantity.Year:
		return e.to.AddDate(0, 0, -182).Year() == p.Year
	case p.Kind == quantity.Quarter:
		return e.FiscalYear == p.Year && e.FiscalPeriod == fmt.Sprintf("Q%d", p.N)
	case p.Kind == quantity.Year:
		return e.FiscalYear == p.Year && e.FiscalPeriod == "FY"
	}
	return false
}

// better prefers the later period, then the later filing, which may have restated it.
func (e *entry) better(o *entry) bool {
	if !e.to.Equal(o.to) {
		return e.to.After(o.to)
	}
	return e.filed.After(o.filed)
}

func (e *entry) fact(entity, metric, concept, address, name string) (store.Fact, error) {
	d, _, err := apd.NewFromString(e.Value.String())
	if err != nil {
		return store.Fact{}, err
	}
	if d.Form != apd.Finite || d.Exponent > 30 || d.Exponent < -30 {
		return store.Fact{}, fmt.Errorf("%s is no value", e.Value)
	}
	p := quantity.Period{Start: e.from, End: e.to, Fiscal: true, Year: e.FiscalYear}
	switch e.months() {
	case 0, 3:
		p.Kind = quantity.Quarter
		if n, ok := strings.CutPrefix(e.FiscalPeriod, "Q"); ok {
			p.N, _ = strconv.Atoi(n) // 0 where it is none: the period has its end
		}
	case 6:
		p.Kind = quantity.Half
	case 9:
		p.Kind = quantity.NineMos
	case 12:
		p.Kind = quantity.Year
	}
	if e.months() == 0 && e.FiscalPeriod == "FY" {
		p.Kind = quantity.Year
	}
	return store.Fact{
		Entity: entity, Metric: metric, Value: quantity.Quantity{Value: *d, Unit: e.unit, Digits: int(d.NumDigits())}, Period: p, AsOf: e.to,
		Citation: store.Citation{
			Title: name + ", form " + e.Form + " filed " + e.Filed, URL: address, Publisher: "SEC", Published: e.filed, Kind: store.Filing,
			Quote: fmt.Sprintf("%s %s to %s: %s %s (%s)", concept, e.Start, e.End, e.Value, e.unit, e.Filing),
		},
	}, nil
}
