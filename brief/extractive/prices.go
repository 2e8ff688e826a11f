package extractive

import (
	"path"
	"slices"
	"strings"
	"time"

	"github.com/cockroachdb/apd/v3"

	"github.com/aubade/aubade/brief"
	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/store"
)

// A brief keeps a year of closes, for questions about a day, and a month of the rest.
const (
	closesKept = 260
	barsKept   = 21
)

// prices reads daily bars: a heading, then one row for each session.
func (r *reader) prices() {
	t := r.about
	if t == nil {
		t = r.tickerOf(strings.TrimSuffix(path.Base(r.doc.URL), path.Ext(r.doc.URL)))
	}
	if t == nil {
		return
	}
	var (
		head []string
		bars []line
	)
	for _, l := range linesOf(r.doc.Text) {
		c := cells(l.text)
		if head == nil {
			if i := column(c, "date"); i >= 0 {
				head = c
			}
			continue
		}
		if len(c) == len(head) {
			bars = append(bars, l)
		}
	}
	date := column(head, "date")
	if date < 0 {
		return
	}
	slices.SortStableFunc(bars, func(a, b line) int { return strings.Compare(cells(a.text)[date], cells(b.text)[date]) })
	r.extreme(t, "high-52w", head, bars, "high", func(a, b apd.Decimal) bool { return a.Cmp(&b) > 0 })
	r.extreme(t, "low-52w", head, bars, "low", func(a, b apd.Decimal) bool { return a.Cmp(&b) < 0 })
	for n, l := range slices.Backward(bars) {
		age := len(bars) - 1 - n
		if age >= closesKept {
			break
		}
		c := cells(l.text)
		day, err := time.Parse(time.DateOnly, c[date])
		if err != nil {
			continue
		}
		for _, id := range []string{"close", "open", "high", "low", "volume"} {
			i := column(head, id)
			if i < 0 || id != "close" && age >= barsKept {
				continue
			}
			r.bar(t, id, c, i, day, l)
		}
	}
}

// extreme finds the highest high or the lowest low of the 52 weeks up to the last session, and quotes the row of that day.
func (r *reader) extreme(t *lexicon.Term, id string, head []string, bars []line, from string, beats func(a, b apd.Decimal) bool) {
	metric, ok := r.metric(id)
	date, i := column(head, "date"), column(head, from)
	if !ok || i < 0 || len(bars) == 0 {
		return
	}
	last, err := time.Parse(time.DateOnly, cells(bars[len(bars)-1].text)[date])
	if err != nil {
		return
	}
	var (
		best  apd.Decimal
		where line
		when  time.Time
	)
	for _, l := range bars {
		c := cells(l.text)
		day, err := time.Parse(time.DateOnly, c[date])
		v, ok := decimal(c[i])
		if err != nil || !ok || !day.After(last.AddDate(0, 0, -52*7-1)) {
			continue
		}
		if when.IsZero() || beats(v, best) {
			best, where, when = v, l, day
		}
	}
	if when.IsZero() {
		return
	}
	q := quantity.Quantity{Value: best, Unit: unitOf(metric), Digits: int(best.NumDigits())}
	s := r.span(where.start, where.end)
	if !isRow(where.text) {
		s = r.cell(where, i)
	}
	r.fact(store.Fact{Entity: t.ID, Metric: id, Value: q, Period: quantity.Period{Kind: quantity.Day, Start: last.AddDate(-1, 0, 0), End: last}, AsOf: last,
		Statement: brief.Possessive(t.Name) + " " + metric.Name + " was " + q.String() + ", reached on " + when.Format("January 2, 2006") + ".", Span: s})
}

func (r *reader) bar(t *lexicon.Term, id string, c []string, i int, day time.Time, l line) {
	metric, ok := r.metric(id)
	if !ok {
		return
	}
	v, ok := decimal(c[i])
	if !ok {
		return
	}
	q := quantity.Quantity{Value: v, Unit: unitOf(metric), Digits: int(v.NumDigits())}
	p := quantity.Period{Kind: quantity.Day, Start: day, End: day}
	var s store.Span
	if isRow(l.text) {
		s = r.span(l.start, l.end)
	} else {
		s = r.cell(l, i)
	}
	r.fact(store.Fact{Entity: t.ID, Metric: id, Value: q, Period: p, AsOf: day, Statement: brief.State(*t, *metric, q, p), Span: s})
}

// cell is the span of the i-th cell of a line of comma-separated values.
func (r *reader) cell(l line, i int) store.Span {
	at := 0
	for range i {
		at += strings.IndexByte(l.text[at:], ',') + 1
	}
	end := len(l.text)
	if n := strings.IndexByte(l.text[at:], ','); n >= 0 {
		end = at + n
	}
	return r.span(l.start+at, l.start+end)
}

func column(head []string, name string) int {
	return slices.IndexFunc(head, func(h string) bool { return strings.EqualFold(h, name) })
}

func (r *reader) tickerOf(s string) *lexicon.Term {
	for i := range r.lexicon.Terms {
		if t := &r.lexicon.Terms[i]; entity(t) && (strings.EqualFold(t.Ticker, s) || strings.EqualFold(t.ID, s)) {
			return t
		}
	}
	return nil
}

// calendar reads what is due: date, company, event, detail. Each row becomes a passage that can be spoken.
func (r *reader) calendar() {
	var head []string
	for _, l := range linesOf(r.doc.Text) {
		c := cells(l.text)
		if head == nil {
			if column(c, "date") >= 0 {
				head = c
			} else if strings.TrimSpace(l.text) != "" && !isRow(l.text) {
				break
			}
			continue
		}
		date, who, what := column(head, "date"), column(head, "company"), column(head, "detail")
		if len(c) != len(head) || date < 0 || what < 0 {
			continue
		}
		day, err := time.Parse(time.DateOnly, c[date])
		if err != nil {
			continue
		}
		p := store.Passage{Text: strings.TrimSuffix(c[what], ".") + " on " + day.Format("Monday, January 2, 2006") + ".", Span: r.span(l.start, l.end), Prefix: "Calendar: what is due."}
		if who >= 0 {
			if t := r.tickerOf(c[who]); t != nil {
				p.Entities = []string{t.ID}
				p.Prefix = "Calendar for " + t.Name + ": when it reports next, what is due."
			}
		}
		r.out.Passages = append(r.out.Passages, p)
	}
	if head == nil {
		r.prose()
	}
}
