// Package tables reads a company's newest filing for the values that no fact of the edition tells.
package tables

import (
	"context"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/cockroachdb/apd/v3"

	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/retrieval/table"
	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/subagents"
	"github.com/aubade/aubade/subagents/words"
)

// Library is what the helper reads.
type Library interface {
	Documents(ctx context.Context, domain string) ([]store.Document, error)
	Edition(ctx context.Context, id int64) (store.Edition, error)
}

// Helper finds a cell by the words of its row and its column.
type Helper struct {
	library Library
	domain  string
}

// New returns the helper of a domain.
func New(l Library, domain string) *Helper { return &Helper{l, domain} }

// Name is "tables".
func (h *Helper) Name() string { return "tables" }

// filingsRead is how many filings of a company are looked at, the newest first.
const filingsRead = 3

// sureEnough is how sure a cell must be. It is told instead of the passages that speak of the same words, so that it must be
// surer than a table that is asked for itself.
const sureEnough = 0.85

// Find tells one cell of one table, with its row as the quotation.
func (h *Helper) Find(ctx context.Context, q subagents.Question) (subagents.Finding, error) {
	subject := q.Subject()
	if subject == "" {
		return subagents.Finding{}, subagents.ErrNothing
	}
	edition, err := h.library.Edition(ctx, q.Edition)
	if err != nil {
		return subagents.Finding{}, fmt.Errorf("tables: %w", err)
	}
	docs, err := h.library.Documents(ctx, h.domain)
	if err != nil {
		return subagents.Finding{}, fmt.Errorf("tables: %w", err)
	}
	name := words.Name(edition.Lexicon, subject)
	for _, d := range filings(docs, subject, q.Period.End) {
		if err := ctx.Err(); err != nil {
			return subagents.Finding{}, context.Cause(ctx)
		}
		if f, ok := h.read(d, subject, name, without(q.Text, edition, subject)); ok {
			return f, nil
		}
	}
	return subagents.Finding{}, subagents.ErrNothing
}

// filings are the company's documents with tables, those of the asked day first, else the newest.
func filings(docs []store.Document, subject string, end time.Time) []store.Document {
	docs = slices.DeleteFunc(slices.Clone(docs), func(d store.Document) bool {
		return d.Kind != store.Filing || d.Media == "application/json" || d.Unverified || !slices.Contains(d.Entities, subject) || !strings.Contains(d.Text, " | ") ||
			!end.IsZero() && !sameDay(d.AsOf, end)
	})
	slices.SortStableFunc(docs, func(a, b store.Document) int { return b.AsOf.Compare(a.AsOf) })
	return docs[:min(len(docs), filingsRead)]
}

func sameDay(a, b time.Time) bool { return a.Format(time.DateOnly) == b.Format(time.DateOnly) }

// without takes the company's names out of the question: every row of its filing is about it.
func without(text string, e store.Edition, subject string) string {
	t, ok := e.Lexicon.Term(subject)
	if !ok {
		return text
	}
	for _, n := range append([]string{t.Name, t.Ticker}, t.Aliases...) {
		if n == "" {
			continue
		}
		for _, form := range []string{n + "'s", n + "’s", n + "'", n} {
			if i := strings.Index(strings.ToLower(text), strings.ToLower(form)); i >= 0 && i+len(form) <= len(text) {
				text = text[:i] + text[i+len(form):]
			}
		}
	}
	return text
}

// read asks each table of a filing, and tells the cell that is surest. The newest column is meant where no time is named.
func (h *Helper) read(d store.Document, subject, name, question string) (subagents.Finding, bool) {
	if d.AsOf.IsZero() {
		return subagents.Finding{}, false
	}
	asked := strings.TrimRight(question, "?. ") + " on " + words.Day(d.AsOf) + "?"
	counting := strings.HasPrefix(strings.ToLower(strings.TrimSpace(question)), "how many")
	var best table.Answer
	var row string
	for _, t := range tablesOf(d.Text) {
		a, ok := table.Context{Table: t.rows, Paragraphs: []string{t.caption}}.Answer(asked)
		if ok && a.Label != "" && a.Value != nil && a.Sure > max(best.Sure, sureEnough) && !(counting && (a.Money || a.Scale == table.Percent)) {
			if line := t.line(a); line != "" {
				best, row = a, line
				if best.Section == "" {
					best.Section = t.caption
				}
			}
		}
	}
	if best.Label == "" {
		return subagents.Finding{}, false
	}
	v, written := value(best)
	citation := store.Citation{Document: d.ID, Title: d.Title, URL: d.URL, Publisher: d.Publisher, Published: d.Published, Kind: d.Kind, Quote: row}
	day := quantity.Period{Kind: quantity.Day, End: time.Date(d.AsOf.Year(), d.AsOf.Month(), d.AsOf.Day(), 0, 0, 0, 0, time.UTC)}
	return subagents.Finding{
		Agent:     h.Name(),
		Text:      fmt.Sprintf("%s reports “%s” of %s for the period that ended on %s.", name, best.Label, written, words.Day(d.AsOf)),
		Values:    []store.Value{{Entity: subject, Quantity: v, Period: day}},
		Citations: []store.Citation{citation},
		AsOf:      d.AsOf,
	}, true
}

// value is the cell with its scale multiplied out, and as it is written in a sentence.
func value(a table.Answer) (quantity.Quantity, string) {
	var d apd.Decimal
	exact := a.Value
	text := strings.Trim(a.Text, "()$€£ ")
	if a.Scale != table.Percent {
		exact = new(big.Rat).Mul(a.Value, a.Scale.Factor())
	}
	if _, _, err := d.SetString(table.Decimal(exact, 6)); err != nil {
		return quantity.Quantity{}, text
	}
	q := quantity.Quantity{Value: d, Digits: len(strings.Trim(strings.NewReplacer(",", "", ".", "").Replace(strings.TrimSuffix(text, "%")), "0"))}
	sign := ""
	if a.Value.Sign() < 0 {
		sign = "-"
	}
	switch {
	case a.Scale == table.Percent:
		q.Unit = quantity.Percent
		return q, sign + strings.TrimSuffix(text, "%") + "%"
	case a.Money:
		q.Unit = quantity.USD
		sign += "$"
	}
	if a.Scale != table.One {
		text += " " + string(a.Scale)
	}
	return q, sign + strings.TrimPrefix(text, "-")
}

// A block is one table of a document's text.
type block struct {
	caption string
	rows    [][]string
	lines   []string
}

// tablesOf cuts the tables out of a text: runs of lines with cells, each with the paragraph above it.
func tablesOf(text string) []block {
	var out []block
	var cur block
	last := ""
	end := func() {
		if len(cur.rows) > 1 {
			out = append(out, cur)
		}
		cur = block{}
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		switch {
		case strings.Contains(line, " | "):
			if len(cur.rows) == 0 && len(last) < 120 {
				cur.caption = last
			}
			cells := strings.Split(line, " | ")
			for i := range cells {
				cells[i] = strings.TrimSpace(cells[i])
			}
			cur.rows = append(cur.rows, cells)
			cur.lines = append(cur.lines, line)
		case strings.TrimSpace(line) == "":
			end()
		case len(cur.rows) > 0: // a caption between the rows
			cur.rows = append(cur.rows, []string{strings.TrimSpace(line)})
			cur.lines = append(cur.lines, line)
		default:
			last = strings.TrimSpace(line)
		}
	}
	end()
	return out
}

// line is the row that an answer was taken from, as it stands in the document.
func (b block) line(a table.Answer) string {
	for i, r := range b.rows {
		if len(r) > 1 && slices.Contains(r[1:], a.Text) && strings.HasPrefix(r[0], strings.TrimSpace(a.Label)) {
			return b.lines[i]
		}
	}
	return ""
}
