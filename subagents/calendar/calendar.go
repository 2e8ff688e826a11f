package calendar

import (
	"context"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/subagents"
	"github.com/aubade/aubade/subagents/trading"
	"github.com/aubade/aubade/subagents/words"
)

// Library is what the helper reads.
type Library interface {
	Documents(ctx context.Context, domain string) ([]store.Document, error)
	Edition(ctx context.Context, id int64) (store.Edition, error)
}

// Helper tells what is due.
type Helper struct {
	library Library
	domain  string
	now     func() time.Time
}

// New returns the helper of a domain; now is the domain's present.
func New(l Library, domain string, now func() time.Time) *Helper { return &Helper{l, domain, now} }

// Name is "calendar".
func (h *Helper) Name() string { return "calendar" }

// An Event is one line of a calendar.
type Event struct {
	Date    time.Time
	Company string // lexicon ID; empty: the whole market
	Kind    string // earnings, ex-dividend, dividend, filing, holiday, …
	Detail  string // a sentence without its end
	Row     string
	Source  store.Document
}

// Parse reads "date,company,event,detail" under a heading, comma-separated or as table rows. Lines that cannot be read
// are left out; a text without the heading has no events.
func Parse(text string) []Event {
	var (
		out  []Event
		head []string
	)
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		var cells []string
		if strings.Contains(line, "|") {
			cells = strings.Split(line, "|")
		} else {
			r := csv.NewReader(strings.NewReader(line))
			r.FieldsPerRecord = -1
			cells, _ = r.Read() // a line that is no record has no cells
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		if head == nil {
			if slices.Contains(cells, "date") && slices.Contains(cells, "event") {
				head = cells
			}
			continue
		}
		get := func(name string) string {
			if i := slices.Index(head, name); i >= 0 && i < len(cells) {
				return cells[i]
			}
			return ""
		}
		date, err := time.Parse(time.DateOnly, get("date"))
		if err != nil || get("event") == "" {
			continue
		}
		out = append(out, Event{Date: date, Company: get("company"), Kind: get("event"), Detail: strings.TrimRight(get("detail"), ". "), Row: line})
	}
	slices.SortStableFunc(out, func(a, b Event) int { return a.Date.Compare(b.Date) })
	return out
}

// kinds of events by the words that ask for them, the narrower first.
var kinds = []struct {
	kind  string
	words []string
}{
	{"ex-dividend", []string{"ex-dividend", "ex dividend", "without dividend", "without its dividend"}},
	{"dividend", []string{"dividend", "dividends", "payout"}},
	{"filing", []string{"filing due", "filings due", "10-k due", "10-q due", "file its", "due to file"}},
	{"holiday", []string{"holiday", "market shut", "market closed", "markets closed", "market open", "markets open", "market close", "markets close", "thanksgiving", "christmas", "trading day"}},
	{"earnings", []string{"earnings", "report", "reports", "reporting", "results"}},
	{"", []string{"calendar", "coming up", "next week", "this week", "upcoming", "due"}},
}

// week is how far ahead "coming up" looks.
const week = 7 * 24 * time.Hour

// Find tells the next event of the asked kind, of a company or of the whole market.
func (h *Helper) Find(ctx context.Context, q subagents.Question) (subagents.Finding, error) {
	kind, asked := "", false
	for _, k := range kinds {
		if words.Mentions(q.Text, k.words...) {
			kind, asked = k.kind, true
			break
		}
	}
	if !asked {
		return subagents.Finding{}, subagents.ErrNothing
	}
	edition, err := h.library.Edition(ctx, q.Edition)
	if err != nil {
		return subagents.Finding{}, fmt.Errorf("calendar: %w", err)
	}
	docs, err := h.library.Documents(ctx, h.domain)
	if err != nil {
		return subagents.Finding{}, fmt.Errorf("calendar: %w", err)
	}
	today := date(h.now().In(trading.NewYork()))
	var due []Event
	for _, d := range docs {
		if d.Kind != store.Calendar {
			continue
		}
		for _, e := range Parse(d.Text) {
			e.Source = d
			if !e.Date.Before(today) {
				due = append(due, e)
			}
		}
	}
	slices.SortStableFunc(due, func(a, b Event) int { return a.Date.Compare(b.Date) })
	if m := month(q.Text); m > 0 {
		due = slices.DeleteFunc(due, func(e Event) bool { return e.Date.Month() != m })
		if len(due) == 0 {
			return subagents.Finding{}, subagents.ErrNothing
		}
		today = due[0].Date.AddDate(0, 0, 31-7) // the month is the week that is looked at
	}
	switch {
	case kind == "holiday" && q.Subject() == "":
		return h.holiday(today), nil
	case q.Subject() == "":
		return h.upcoming(edition, due, kind, today)
	}
	for _, e := range due {
		if strings.EqualFold(e.Company, q.Subject()) && (kind == "" || e.Kind == kind) {
			return tell(q.Subject(), edition.Lexicon, e), nil
		}
	}
	if kind == "filing" {
		return filingDue(edition.Lexicon, q.Subject(), today)
	}
	return subagents.Finding{}, subagents.ErrNothing
}

// month is the month that a text names; 0 where it names none.
func month(text string) time.Month {
	for m := time.January; m <= time.December; m++ {
		if m != time.May && words.Mentions(text, strings.ToLower(m.String())) {
			return m
		}
	}
	return 0
}

func date(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

func value(entity, kind string, on time.Time) store.Value {
	return store.Value{Entity: entity, Metric: kind, Period: quantity.Period{Kind: quantity.Day, End: on}}
}

// line says an event: its detail where it has one.
func line(l lexicon.Lexicon, e Event) string {
	if e.Detail != "" {
		return fmt.Sprintf("%s on %s", e.Detail, words.Day(e.Date))
	}
	return fmt.Sprintf("%s %s is on %s", words.Possessive(words.Name(l, e.Company)), e.Kind, words.Day(e.Date))
}

func tell(entity string, l lexicon.Lexicon, e Event) subagents.Finding {
	return subagents.Finding{
		Agent: "calendar", Text: line(l, e) + ".", Values: []store.Value{value(entity, e.Kind, e.Date)},
		Citations: []store.Citation{words.Cite(e.Source, e.Row)}, AsOf: e.Source.AsOf, ValidUntil: e.Date.Add(24 * time.Hour),
	}
}

// upcoming tells what the next week holds, the watch-list first; where it holds nothing, the next event after it.
func (h *Helper) upcoming(e store.Edition, due []Event, kind string, today time.Time) (subagents.Finding, error) {
	due = slices.DeleteFunc(due, func(ev Event) bool { return kind != "" && ev.Kind != kind })
	if len(due) == 0 {
		return subagents.Finding{}, subagents.ErrNothing
	}
	soon := slices.Clone(due)
	soon = slices.DeleteFunc(soon, func(ev Event) bool { return ev.Date.After(today.Add(week)) })
	if len(soon) == 0 {
		soon = due[:1]
	}
	watched := func(ev Event) int {
		if slices.Contains(e.Watch, ev.Company) || ev.Company == "" {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(soon, func(a, b Event) int { return watched(a) - watched(b) })
	soon = soon[:min(3, len(soon))]
	f := subagents.Finding{Agent: "calendar", ValidUntil: today.Add(week)}
	for i, ev := range soon {
		if i > 0 {
			f.Text += " "
		}
		f.Text += line(e.Lexicon, ev) + "."
		f.Values = append(f.Values, value(ev.Company, ev.Kind, ev.Date))
		f.Citations = append(f.Citations, words.Cite(ev.Source, ev.Row))
	}
	return f, nil
}

// holiday tells when the market is next shut: computed, so that it needs no source.
func (h *Helper) holiday(today time.Time) subagents.Finding {
	for d := today; ; d = d.AddDate(0, 0, 1) {
		name := trading.Holiday(d)
		if name == "" {
			continue
		}
		text := fmt.Sprintf("The market is next shut on %s, for %s.", d.Format("Monday, January 2, 2006"), name)
		f := subagents.Finding{Agent: "calendar", Values: []store.Value{value("", "holiday", d)}, ValidUntil: d.Add(24 * time.Hour), Formula: "computed by the exchange's holiday rules"}
		if next := d.AddDate(0, 0, 1); trading.EarlyClose(next) {
			text += " It closes early, at one in the afternoon New York time, the day after."
		}
		f.Text = text
		return f
	}
}

// The days after a period's end within which a large accelerated filer files (Form 10-Q, instruction A.1; Form 10-K,
// instruction A.2).
const (
	daysForQuarter = 40
	daysForYear    = 60
)

// filingDue computes when a company's next periodic report is due, from the end of its fiscal year.
func filingDue(l lexicon.Lexicon, entity string, today time.Time) (subagents.Finding, error) {
	t, ok := l.Term(entity)
	if !ok || t.Kind != lexicon.Company {
		return subagents.Finding{}, subagents.ErrNothing
	}
	fiscal := t.FiscalYearEnd
	if fiscal == "" {
		fiscal = "12-31"
	}
	end, err := time.Parse("01-02", fiscal)
	if err != nil {
		return subagents.Finding{}, fmt.Errorf("calendar: fiscal year end of %s: %w", entity, err)
	}
	for back := -6; back <= 12; back++ { // month ends around today, oldest first
		monthEnd := time.Date(today.Year(), today.Month()+time.Month(back)+1, 0, 0, 0, 0, 0, time.UTC)
		after := (int(monthEnd.Month()) - int(end.Month()) + 12) % 12
		if after%3 != 0 {
			continue
		}
		form, days := "10-Q", daysForQuarter
		if after == 0 {
			form, days = "10-K", daysForYear
		}
		due := monthEnd.AddDate(0, 0, days)
		for !trading.IsSession(due) { // a day on which the SEC is shut moves it on; its holidays are nearly the market's
			due = due.AddDate(0, 0, 1)
		}
		if due.Before(today) {
			continue
		}
		return subagents.Finding{
			Agent: "calendar",
			Text: fmt.Sprintf("%s next %s, for the period that ends on %s, is due by %s if it is a large accelerated filer.",
				words.Possessive(t.Name), form, words.Day(monthEnd), words.Day(due)),
			Formula: fmt.Sprintf("%s + %d days, to the next business day", monthEnd.Format(time.DateOnly), days),
			Values:  []store.Value{value(entity, "filing", due), value(entity, "period-end", monthEnd)}, ValidUntil: due,
		}, nil
	}
	return subagents.Finding{}, subagents.ErrNothing
}
