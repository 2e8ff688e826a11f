package brief

import (
	"context"
	_ "embed"
	"html/template"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/store"
)

//go:embed report.html
var reportPage string

var reportTemplate = template.Must(template.New("report").Funcs(times(time.UTC)).Funcs(template.FuncMap{
	"link": func(u string) bool { return strings.HasPrefix(u, "https://") || strings.HasPrefix(u, "http://") },
}).Parse(reportPage))

// times write moments as the domain's clock shows them.
func times(zone *time.Location) template.FuncMap {
	return template.FuncMap{
		"day":   func(t time.Time) string { return t.In(zone).Format("2 January 2006") },
		"clock": func(t time.Time) string { return t.In(zone).Format("2006-01-02 15:04 MST") },
	}
}

// page is what the report's template shows.
type page struct {
	Edition   store.Edition
	Report    Report
	Companies []companyPage
	Disputed  []store.Fact
	Differing []store.Passage
	Questions []store.Question
	// The longest bars, of facts and of passages on one company.
	MostFacts, MostPassages int
}

type companyPage struct {
	Term     lexicon.Term
	Watched  bool
	Topics   []topicPage
	Facts    int
	Older    int // facts that are kept and not shown
	Passages []store.Passage
}

// A topicPage is what an edition has on one matter of a company, the newest of each metric.
type topicPage struct {
	Name  string
	Facts []store.Fact
}

// topics are what a report puts facts under, in this order.
var topics = []string{"Results", "Changes", "Outlook", "Shares"}

// topicOf says what a metric is about.
func topicOf(metric string) string {
	switch metric {
	case "close", "open", "high", "low", "volume", "high-52w", "low-52w", "market-cap", "pe-ratio", "implied-volatility", "realised-volatility", "put-call-ratio":
		return "Shares"
	}
	switch {
	case strings.HasPrefix(metric, "change-"):
		return "Shares"
	case strings.HasPrefix(metric, "guidance-"), metric == "price-target":
		return "Outlook"
	case strings.HasSuffix(metric, YoY), strings.HasSuffix(metric, QoQ):
		return "Changes"
	}
	return "Results"
}

// WriteHTML writes an edition's report as one page that needs nothing else: what it says with its sources, what sources
// disagree on, what was refused, how well each company is covered, and what it cost.
func WriteHTML(ctx context.Context, w io.Writer, db *store.DB, e store.Edition) error {
	facts, err := db.Facts(ctx, e.ID, store.FactQuery{})
	if err != nil {
		return err
	}
	passages, err := db.Passages(ctx, e.ID)
	if err != nil {
		return err
	}
	questions, err := db.Questions(ctx, e.ID)
	if err != nil {
		return err
	}
	p := page{Edition: e, Report: ReadReport(e), Questions: questions, MostFacts: 1, MostPassages: 1}
	for _, f := range facts {
		if len(f.Contradicts) > 0 {
			p.Disputed = append(p.Disputed, f)
		}
	}
	for _, x := range passages {
		if len(x.Contradicts) > 0 {
			p.Differing = append(p.Differing, x)
		}
	}
	for _, c := range p.Report.Coverage {
		p.MostFacts, p.MostPassages = max(p.MostFacts, c.Facts), max(p.MostPassages, c.Passages)
		t, _ := e.Lexicon.Term(c.Entity)
		company := companyPage{Term: t, Watched: c.Watched}
		by, seen := map[string][]store.Fact{}, map[[2]string]bool{}
		for _, f := range facts { // the newest first
			if f.Entity != c.Entity {
				continue
			}
			company.Facts++
			if k := [2]string{f.Metric, string(f.Period.Kind)}; seen[k] && len(f.Contradicts) == 0 {
				company.Older++
			} else {
				seen[k] = true
				by[topicOf(f.Metric)] = append(by[topicOf(f.Metric)], f)
			}
		}
		for _, name := range topics {
			if len(by[name]) > 0 {
				company.Topics = append(company.Topics, topicPage{name, by[name]})
			}
		}
		for _, x := range passages {
			if slices.Contains(x.Entities, c.Entity) {
				company.Passages = append(company.Passages, x)
			}
		}
		p.Companies = append(p.Companies, company)
	}
	t, err := reportTemplate.Clone()
	if err != nil {
		return err
	}
	zone, err := time.LoadLocation(p.Report.Zone) // empty: UTC
	if err != nil {
		zone = time.UTC
	}
	return t.Funcs(times(zone)).Execute(w, p)
}

// Percent is a share of the longest bar.
func (page) Percent(n, most int) int { return 100 * n / most }
