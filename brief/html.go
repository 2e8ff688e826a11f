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

var reportTemplate = template.Must(template.New("report").Funcs(template.FuncMap{
	"day":   func(t time.Time) string { return t.Format("2 January 2006") },
	"clock": func(t time.Time) string { return t.Format("2006-01-02 15:04 MST") },
	"link":  func(u string) bool { return strings.HasPrefix(u, "https://") || strings.HasPrefix(u, "http://") },
}).Parse(reportPage))

// page is what the report's template shows.
type page struct {
	Edition   store.Edition
	Report    Report
	Companies []companyPage
	Disputed  []store.Fact
	Differing []store.Passage
	Questions []store.Question
	Most      int // of claims on one company: the length of the longest bar
}

type companyPage struct {
	Term     lexicon.Term
	Watched  bool
	Facts    []store.Fact
	Older    int // facts that are kept and not shown
	Passages []store.Passage
}

// shown is how many facts of a company a report lists; a year of prices would hide the rest.
const shown = 40

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
	p := page{Edition: e, Report: ReadReport(e), Questions: questions, Most: 1}
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
		p.Most = max(p.Most, c.Facts+c.Passages)
		t, _ := e.Lexicon.Term(c.Entity)
		company := companyPage{Term: t, Watched: c.Watched}
		for _, f := range facts {
			if f.Entity != c.Entity {
				continue
			}
			if len(company.Facts) == shown {
				company.Older++
				continue
			}
			company.Facts = append(company.Facts, f)
		}
		for _, x := range passages {
			if slices.Contains(x.Entities, c.Entity) {
				company.Passages = append(company.Passages, x)
			}
		}
		p.Companies = append(p.Companies, company)
	}
	return reportTemplate.Execute(w, p)
}

// Percent is a share of the longest bar.
func (p page) Percent(n int) int { return 100 * n / p.Most }
