package source

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"strings"
	"time"

	"github.com/cockroachdb/apd/v3"

	"github.com/aubade/aubade/store"
)

// A table source reads CSV files of market data, one file a company: prices/LRKS.csv is about LRKS. From a URL, the last
// element of its path counts.
type table struct {
	base
	kind store.DocumentKind
	text func(raw []byte) (text string, asOf time.Time, err error)
}

func (t table) Fetch(ctx context.Context, since time.Time) iter.Seq2[store.Document, error] {
	return func(yield func(store.Document, error) bool) {
		paths := []string{}
		if t.conf.Path != "" {
			var err error
			if paths, err = t.paths(); err != nil {
				fail(t.conf.Name, yield, err)
				return
			}
		}
		var late error
		for _, p := range append(paths, t.conf.URLs...) {
			if err := ctx.Err(); err != nil {
				fail(t.conf.Name, yield, err)
				return
			}
			d, err := t.read(ctx, p)
			if err != nil {
				late = t.problem(ctx, p, err, late)
				continue
			}
			if d.AsOf.Before(t.after(since)) {
				continue
			}
			if !yield(d, nil) {
				return
			}
		}
		if late != nil {
			fail(t.conf.Name, yield, late)
		}
	}
}

// List implements [Lister] for local files.
func (t table) List(context.Context) ([]string, error) { return t.list() }

func (b base) list() ([]string, error) {
	if b.conf.Path == "" {
		return b.conf.URLs, nil
	}
	paths, err := b.paths()
	if err != nil {
		return nil, fmt.Errorf("source %s: %w", b.conf.Name, err)
	}
	for i, p := range paths {
		paths[i] = local(p)
	}
	return paths, nil
}

func (t table) read(ctx context.Context, p string) (store.Document, error) {
	var raw []byte
	address, name := p, filepath.Base(p)
	if strings.HasPrefix(p, "http://") || strings.HasPrefix(p, "https://") {
		res, err := t.opt.Client.Get(ctx, p)
		if err != nil {
			return store.Document{}, err
		}
		raw = res.Body
		name, _, _ = strings.Cut(name, "?")
	} else {
		var err error
		if raw, _, err = readLocal(t.dir, p); err != nil {
			return store.Document{}, err
		}
		address = local(p)
	}
	d := t.document(address, t.kind)
	if len(d.Entities) == 0 {
		d.Entities = []string{strings.TrimSuffix(name, filepath.Ext(name))}
	}
	text, asOf, err := t.text(raw)
	if err != nil {
		return store.Document{}, err
	}
	what := map[store.DocumentKind]string{store.Prices: "daily prices", store.Chain: "option chain"}[t.kind]
	d.Title, d.Media, d.Raw, d.Text, d.Published, d.AsOf = d.Entities[0]+": "+what, "text/csv", raw, text, asOf, asOf
	return finish(d), nil
}

// A Bar is one day of trading. Prices are exact decimals.
type Bar struct {
	Date                           time.Time
	Open, High, Low, Close, Volume apd.Decimal
}

// Bars reads daily prices: a header with date, open, high, low, close and volume in any order, then a row a day. A row that
// is impossible is an error that names its line.
func Bars(raw []byte) ([]Bar, error) {
	var bars []Bar
	err := readCSV(raw, []string{"date", "open", "high", "low", "close", "volume"}, func(line int, get func(string) string) error {
		day, err := time.Parse(time.DateOnly, get("date"))
		if err != nil {
			return fmt.Errorf("line %d: date %q", line, get("date"))
		}
		b := Bar{Date: day}
		for name, v := range map[string]*apd.Decimal{"open": &b.Open, "high": &b.High, "low": &b.Low, "close": &b.Close, "volume": &b.Volume} {
			if _, _, err := v.SetString(get(name)); err != nil || v.Form != apd.Finite || v.Negative {
				return fmt.Errorf("line %d: %s %q", line, name, get(name))
			}
		}
		if b.High.Cmp(&b.Low) < 0 || b.High.Cmp(&b.Close) < 0 || b.Low.Cmp(&b.Close) > 0 {
			return fmt.Errorf("line %d: the close is outside the day's range", line)
		}
		if n := len(bars); n > 0 && !bars[n-1].Date.Before(day) {
			return fmt.Errorf("line %d: %s is not after %s", line, get("date"), bars[n-1].Date.Format(time.DateOnly))
		}
		bars = append(bars, b)
		return nil
	})
	if err == nil && len(bars) == 0 {
		err = errors.New("no prices")
	}
	return bars, err
}

// sessionEnd is when a day's prices are final: after the close in New York, counted from midnight UTC.
const sessionEnd = 21 * time.Hour

func pricesText(raw []byte) (string, time.Time, error) {
	bars, err := Bars(raw)
	if err != nil {
		return "", time.Time{}, err
	}
	text, err := csvText(raw)
	return text, bars[len(bars)-1].Date.Add(sessionEnd), err
}

// chainColumns are what an option chain must have; further columns are kept.
var chainColumns = []string{"as_of", "underlying", "spot", "rate", "dividend_yield", "expiry", "type", "strike", "bid", "ask"}

func chainText(raw []byte) (string, time.Time, error) {
	var asOf time.Time
	err := readCSV(raw, chainColumns, func(line int, get func(string) string) error {
		day, err := time.Parse(time.DateOnly, get("as_of"))
		if err != nil {
			return fmt.Errorf("line %d: as_of %q", line, get("as_of"))
		}
		if _, err := time.Parse(time.DateOnly, get("expiry")); err != nil {
			return fmt.Errorf("line %d: expiry %q", line, get("expiry"))
		}
		if t := get("type"); t != "call" && t != "put" {
			return fmt.Errorf("line %d: type %q", line, t)
		}
		for _, name := range []string{"spot", "strike", "bid", "ask"} {
			if v, _, err := apd.NewFromString(get(name)); err != nil || v.Form != apd.Finite || v.Negative {
				return fmt.Errorf("line %d: %s %q", line, name, get(name))
			}
		}
		if day = day.Add(sessionEnd); day.After(asOf) {
			asOf = day
		}
		return nil
	})
	if err != nil {
		return "", time.Time{}, err
	}
	if asOf.IsZero() {
		return "", time.Time{}, errors.New("no options")
	}
	text, err := csvText(raw)
	return text, asOf, err
}

// The most rows of a CSV file that are read.
const maxRows = 200_000

// readCSV calls row for each line after the header, which must name the wanted columns.
func readCSV(raw []byte, want []string, row func(line int, get func(string) string) error) error {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))))
	r.FieldsPerRecord = -1
	r.ReuseRecord = true
	head, err := r.Read()
	if err != nil {
		return fmt.Errorf("csv: %w", err)
	}
	columns := map[string]int{}
	for i, h := range head {
		columns[strings.ToLower(strings.TrimSpace(h))] = i
	}
	for _, w := range want {
		if _, ok := columns[w]; !ok {
			return fmt.Errorf("csv: there is no column %q", w)
		}
	}
	for n := 0; ; n++ {
		rec, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("csv: %w", err)
		}
		if n == maxRows {
			return fmt.Errorf("csv: more than %d rows", maxRows)
		}
		line, _ := r.FieldPos(0)
		if err := row(line, func(name string) string {
			if i := columns[name]; i < len(rec) {
				return strings.TrimSpace(rec[i])
			}
			return ""
		}); err != nil {
			return fmt.Errorf("csv: %w", err)
		}
	}
}

// csvText writes a CSV file as rows of "cell | cell".
func csvText(raw []byte) (string, error) {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))))
	r.FieldsPerRecord = -1
	var b strings.Builder
	for n := 0; n < maxRows; n++ {
		rec, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", fmt.Errorf("csv: %w", err)
		}
		for i, cell := range rec {
			if i > 0 {
				b.WriteString(" | ")
			}
			b.WriteString(strings.Join(strings.Fields(strings.ToValidUTF8(cell, "")), " "))
		}
		b.WriteByte('\n')
	}
	return strings.TrimSpace(b.String()), nil
}
