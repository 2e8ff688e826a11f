package declared

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/cockroachdb/apd/v3"

	"github.com/aubade/aubade/internal/domain"
	"github.com/aubade/aubade/internal/fetch"
	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/subagents"
	"github.com/aubade/aubade/subagents/words"
)

// Library is what a helper reads.
type Library interface {
	Edition(ctx context.Context, id int64) (store.Edition, error)
}

// Getter is the way out to the web.
type Getter interface {
	Get(ctx context.Context, address string) (*fetch.Response, error)
}

// Helper is a declared subagent.
type Helper struct {
	declared   domain.Helper
	library    Library
	value, say path
	call       func(ctx context.Context, s subject) (answer, error)
	close      func() error
}

// A subject is what a question is put into.
type subject struct {
	Entity string `json:"entity"`
	Ticker string `json:"ticker"`
	Metric string `json:"metric"`
	Text   string `json:"text"`
}

// An answer is what came back.
type answer struct {
	data any    // decoded JSON; nil: there is none
	text string // as it stands
	url  string
}

// New makes the helper of a declaration of kind http, which get fetches, or mcp.
func New(h domain.Helper, l Library, get Getter) (*Helper, error) {
	d := &Helper{declared: h, library: l, close: func() error { return nil }}
	var errs []error
	for _, q := range []struct {
		text string
		into *path
	}{{h.Value, &d.value}, {h.Say, &d.say}} {
		if q.text != "" {
			p, err := parsePath(q.text)
			*q.into = p
			errs = append(errs, err)
		}
	}
	switch h.Kind {
	case "http":
		if h.Value == "" && h.Say == "" {
			errs = append(errs, errors.New("value or say must say where the answer is"))
		}
		d.call = func(ctx context.Context, s subject) (answer, error) { return overHTTP(ctx, get, h.URL, s) }
	case "mcp":
		if h.Tool == "" {
			errs = append(errs, errors.New("the tool has no name"))
		}
		c := newClient(h)
		d.call, d.close = c.call, c.close
	default:
		errs = append(errs, fmt.Errorf("kind %q is not declared, it is built in", h.Kind))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("helper %s: %w", h.Name, err)
	}
	return d, nil
}

// Name is the declared one.
func (d *Helper) Name() string { return d.declared.Name }

// Close ends what the helper has running.
func (d *Helper) Close() error { return d.close() }

// longest is how many runes of an answer's words are told.
const longest = 300

// Find puts the question and reads the answer.
func (d *Helper) Find(ctx context.Context, q subagents.Question) (subagents.Finding, error) {
	if len(d.declared.Metrics) > 0 && !slices.Contains(d.declared.Metrics, q.Metric) {
		return subagents.Finding{}, subagents.ErrNothing
	}
	edition, err := d.library.Edition(ctx, q.Edition)
	if err != nil {
		return subagents.Finding{}, fmt.Errorf("%s: %w", d.Name(), err)
	}
	t, _ := edition.Lexicon.Term(q.Subject())
	got, err := d.call(ctx, subject{Entity: q.Subject(), Ticker: cmp.Or(t.Ticker, q.Subject()), Metric: q.Metric, Text: q.Text})
	if err != nil {
		return subagents.Finding{}, fmt.Errorf("%s: %w", d.Name(), err)
	}
	f, err := d.finding(q, edition.Lexicon, got)
	if err != nil && !errors.Is(err, subagents.ErrNothing) {
		err = fmt.Errorf("%s: %w", d.Name(), err)
	}
	return f, err
}

func (d *Helper) finding(q subagents.Question, l lexicon.Lexicon, got answer) (subagents.Finding, error) {
	f := subagents.Finding{Agent: d.Name(), AsOf: time.Now()}
	quote := ""
	if d.declared.Value != "" {
		v, ok := d.value.find(got.data)
		if !ok || v == nil {
			return subagents.Finding{}, subagents.ErrNothing
		}
		number, err := numberOf(v, quantity.Unit(d.declared.Unit))
		if err != nil {
			return subagents.Finding{}, err
		}
		f.Values = []store.Value{{Entity: q.Subject(), Metric: cmp.Or(q.Metric, d.Name()), Quantity: number, Period: q.Period}}
		quote = fmt.Sprint(v)
		what := strings.ReplaceAll(d.Name(), "-", " ")
		if t, ok := l.Term(q.Metric); ok {
			what = t.Name
		}
		f.Text = fmt.Sprintf("The %s is %s.", what, number)
		if q.Subject() != "" {
			f.Text = fmt.Sprintf("%s %s is %s.", words.Possessive(words.Name(l, q.Subject())), what, number)
		}
	}
	said := got.text
	if d.declared.Say != "" {
		v, ok := d.say.find(got.data)
		if !ok {
			return subagents.Finding{}, subagents.ErrNothing
		}
		s, ok := v.(string)
		if !ok {
			return subagents.Finding{}, fmt.Errorf("%s is not words", d.declared.Say)
		}
		said = s
	}
	if d.declared.Say != "" || d.declared.Value == "" {
		said = words.Clean(said, longest)
		switch {
		case said == "":
			return subagents.Finding{}, subagents.ErrNothing
		case words.Commanding(said):
			return subagents.Finding{}, errors.New("the answer speaks to the machine")
		}
		if !strings.HasSuffix(said, ".") && !strings.HasSuffix(said, "…") && !strings.HasSuffix(said, "!") && !strings.HasSuffix(said, "?") {
			said += "."
		}
		f.Text, quote = said, said
	}
	publisher := d.Name()
	if u, err := url.Parse(got.url); err == nil && u.Host != "" {
		publisher = u.Hostname()
	}
	f.Citations = []store.Citation{{Title: strings.ReplaceAll(d.Name(), "-", " "), URL: got.url, Publisher: publisher, Published: f.AsOf, Quote: quote}}
	return f, nil
}

// numberOf reads a JSON number, or a string that is one.
func numberOf(v any, unit quantity.Unit) (quantity.Quantity, error) {
	var s string
	switch x := v.(type) {
	case json.Number:
		s = x.String()
	case string:
		s = strings.TrimSpace(x)
	default:
		return quantity.Quantity{}, fmt.Errorf("%v is no number", v)
	}
	d, _, err := apd.NewFromString(s)
	if err != nil || d.Form != apd.Finite || d.Exponent < -12 || d.Exponent > 18 {
		return quantity.Quantity{}, fmt.Errorf("%q is no number", s)
	}
	return quantity.Quantity{Value: *d, Unit: unit, Digits: int(d.NumDigits())}, nil
}

// overHTTP fills the address, escaped, and fetches it.
func overHTTP(ctx context.Context, get Getter, address string, s subject) (answer, error) {
	address = strings.NewReplacer(
		"{entity}", url.QueryEscape(s.Entity), "{ticker}", url.QueryEscape(s.Ticker), "{metric}", url.QueryEscape(s.Metric), "{text}", url.QueryEscape(s.Text),
	).Replace(address)
	r, err := get.Get(ctx, address)
	if err != nil {
		return answer{}, err
	}
	data, err := decode(r.Body)
	if err != nil {
		return answer{}, err
	}
	return answer{data: data, url: r.URL}, nil
}

// decode reads one JSON value with its numbers as they are written.
func decode(body []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, fmt.Errorf("the answer is not JSON: %w", err)
	}
	return v, nil
}
