package frontier

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/cockroachdb/apd/v3"

	"github.com/aubade/aubade/brief"
	"github.com/aubade/aubade/brief/fiscal"
	"github.com/aubade/aubade/brief/prompts"
	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/internal/llm"
	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/store"
)

// schema is what the whole answer must be.
var schema = json.RawMessage(`{"type":"object","additionalProperties":false,"required":["facts","passages"],"properties":{
"facts":{"type":"array","items":{"type":"object","additionalProperties":false,"required":["entity","metric","value","unit","period","statement","quote"],"properties":{
"entity":{"type":"string"},"metric":{"type":"string"},"value":{"type":"string"},"unit":{"type":"string"},
"period":{"type":"object","additionalProperties":false,"required":["kind","year","n","end"],"properties":{"kind":{"type":"string","enum":["day","quarter","half","9m","year","ttm"]},"year":{"type":"integer"},"n":{"type":"integer"},"end":{"type":"string"}}},
"statement":{"type":"string"},"quote":{"type":"string"}}}},
"passages":{"type":"array","items":{"type":"object","additionalProperties":false,"required":["text","quote","entities"],"properties":{
"text":{"type":"string"},"quote":{"type":"string"},"entities":{"type":"array","items":{"type":"string"}}}}}}}`)

// An answer is what the model says.
type answer struct {
	Facts []struct {
		Entity, Metric, Value, Unit string
		Period                      struct {
			Kind    quantity.PeriodKind
			Year, N int
			End     string
		}
		Statement, Quote string
	}
	Passages []struct {
		Text, Quote string
		Entities    []string
	}
}

// Key names a request in the cache: the model and every word that it was sent.
func Key(model string, messages []llm.Message) string {
	h := sha256.New()
	json.NewEncoder(h).Encode([]any{prompts.Version, model, messages})
	return "llm:" + hex.EncodeToString(h.Sum(nil)[:16])
}

// fence stands around a document. It is made of the text itself, so that no document can know it in advance, and equal
// documents make equal requests.
func fence(d store.Document) string {
	h := sha256.Sum256([]byte("fence\x00" + d.Text))
	return "=== document " + hex.EncodeToString(h[:8]) + " ==="
}

// partBytes is how much of a document is sent at a time, about 4,000 tokens.
const partBytes = 16000

// parts cuts a text between paragraphs.
func parts(text string) []string {
	var out []string
	for len(text) > partBytes {
		cut := strings.LastIndex(text[:partBytes], "\n\n")
		if cut < partBytes/2 {
			cut = strings.LastIndex(text[:partBytes], "\n")
		}
		if cut < partBytes/2 {
			cut = strings.LastIndexByte(text[:partBytes], ' ')
		}
		if cut <= 0 {
			cut = partBytes
		}
		out = append(out, text[:cut])
		text = text[cut:]
	}
	return append(out, text)
}

func names(l lexicon.Lexicon) (entities, metrics []prompts.Name) {
	for _, t := range l.Terms {
		switch t.Kind {
		case lexicon.Metric:
			metrics = append(metrics, prompts.Name{ID: t.ID, Name: t.Name, Unit: t.Unit})
		case lexicon.Company, lexicon.Index:
			entities = append(entities, prompts.Name{ID: t.ID, Name: t.Name})
		}
	}
	return entities, metrics
}

// decode reads an answer that must be of the form that was asked for.
func decode(raw string) (answer, error) {
	var a answer
	dec := json.NewDecoder(strings.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&a); err != nil {
		return answer{}, fmt.Errorf("%w: %w", errForm, err)
	}
	return a, nil
}

// read turns an answer into claims that hold, and says of the others why they do not.
func read(a answer, d store.Document, l lexicon.Lexicon) (brief.Digest, []prompts.Refusal) {
	var (
		out     brief.Digest
		refused []prompts.Refusal
	)
	refuse := func(claim, reason string) { refused = append(refused, prompts.Refusal{Claim: claim, Reason: reason}) }
	for i := range a.Facts {
		x := &a.Facts[i]
		claim := fmt.Sprintf("%s %s %s %s: %q", x.Entity, x.Metric, x.Value, x.Unit, x.Quote)
		span, ok := locate(d, x.Quote)
		if !ok {
			refuse(claim, "the quote is not in the document")
			continue
		}
		v, _, err := apd.NewFromString(x.Value)
		if err != nil || v.Form != apd.Finite {
			refuse(claim, "the value is not a number")
			continue
		}
		t, known := l.Term(x.Entity)
		if !known {
			refuse(claim, fmt.Sprintf("entity %q is not in the lexicon", x.Entity))
			continue
		}
		p, err := period(x.Period.Kind, x.Period.Year, x.Period.N, x.Period.End, fiscal.Of(t))
		if err != nil {
			refuse(claim, err.Error())
			continue
		}
		m, _ := l.Term(x.Metric)
		if words := append([]string{span.Quote, t.Name, m.Name}, slices.Concat(t.Aliases, m.Aliases)...); x.Statement == "" || brief.Ungrounded(x.Statement, words...) != "" {
			// What the model says beyond its quote is not repeated: the plain statement takes its place.
			x.Statement = brief.State(t, m, quantity.Quantity{Value: *v, Unit: quantity.Unit(x.Unit), Digits: digitsOf(v)}, p)
		}
		f := store.Fact{Entity: x.Entity, Metric: x.Metric, Value: quantity.Quantity{Value: *v, Unit: quantity.Unit(x.Unit), Digits: digitsOf(v)},
			Period: p, AsOf: d.AsOf, Statement: strings.TrimSpace(x.Statement), Span: span, Unverified: d.Unverified}
		if err := brief.CheckFact(f, d, l); err != nil {
			refuse(claim, err.Error())
			continue
		}
		out.Facts = append(out.Facts, f)
	}
	for _, x := range a.Passages {
		span, ok := locate(d, x.Quote)
		if !ok {
			refuse(x.Text, "the quote is not in the document")
			continue
		}
		p := store.Passage{Text: strings.Join(strings.Fields(x.Text), " "), Span: span, Prefix: prefix(d, x.Entities, l), Unverified: d.Unverified}
		for _, e := range x.Entities {
			if t, ok := l.Term(e); ok && t.Kind != lexicon.Metric {
				p.Entities = append(p.Entities, e)
			}
		}
		known := []string{span.Quote, d.Title, d.Publisher}
		for _, e := range p.Entities {
			t, _ := l.Term(e)
			known = append(append(known, t.Name), t.Aliases...)
		}
		if w := brief.Ungrounded(p.Text, known...); w != "" {
			refuse(p.Text, fmt.Sprintf("it says %q, its quote does not", w))
			continue
		}
		if reason := speakable(p.Text); reason != "" {
			refuse(p.Text, reason)
			continue
		}
		if err := brief.CheckPassage(p, d); err != nil {
			refuse(p.Text, err.Error())
			continue
		}
		out.Passages = append(out.Passages, p)
	}
	return out, refused
}

// speakable says why a passage cannot be read aloud.
func speakable(text string) string {
	switch {
	case len(text) > 600:
		return "it is too long to be heard in one go"
	case strings.Contains(text, "://"), strings.Contains(text, "www."):
		return "it speaks an address"
	case strings.ContainsAny(text, "|{}<>"):
		return "it is not plain English"
	}
	return ""
}

// locate finds a quote in the document. White space may differ: models mend it.
func locate(d store.Document, quote string) (store.Span, bool) {
	quote = strings.TrimSpace(quote)
	if quote == "" {
		return store.Span{}, false
	}
	start := strings.Index(d.Text, quote)
	end := start + len(quote)
	if start < 0 {
		start, end = locateLoose(d.Text, quote)
	}
	if start < 0 {
		return store.Span{}, false
	}
	return store.Span{Document: d.ID, Start: start, End: end, Quote: d.Text[start:end]}, true
}

// locateLoose compares without white space.
func locateLoose(text, quote string) (start, end int) {
	var (
		squeezed []byte
		at       []int // where each byte of squeezed stands in text
	)
	for i := range len(text) {
		if c := text[i]; c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			squeezed, at = append(squeezed, c), append(at, i)
		}
	}
	want := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) && r < 0x80 {
			return -1
		}
		return r
	}, quote)
	i := bytes.Index(squeezed, []byte(want))
	if i < 0 || want == "" {
		return -1, -1
	}
	return at[i], at[i+len(want)-1] + 1
}

// period completes what the model says of a period from the company's calendar.
func period(kind quantity.PeriodKind, year, n int, end string, c fiscal.Calendar) (quantity.Period, error) {
	var last time.Time
	if end != "" {
		t, err := time.Parse(time.DateOnly, end)
		if err != nil {
			return quantity.Period{}, fmt.Errorf("the period's end %q is not a date", end)
		}
		last = t
	}
	switch kind {
	case quantity.Day:
		if last.IsZero() {
			return quantity.Period{}, fmt.Errorf("a day needs its date")
		}
		return quantity.Period{Kind: quantity.Day, Start: last, End: last}, nil
	case quantity.Quarter, quantity.Year:
		if year < 1950 || year > 2100 || kind == quantity.Quarter && (n < 1 || n > 4) {
			return quantity.Period{}, fmt.Errorf("a %s needs its year and number", kind)
		}
		p := c.Year(year)
		if kind == quantity.Quarter {
			p = c.Quarter(year, n)
		}
		// The stated end and the stated number must be of one calendar; a 52-week year may end days away.
		if !last.IsZero() {
			if d := last.Sub(p.End).Abs(); d > 10*24*time.Hour {
				return quantity.Period{}, fmt.Errorf("%s does not end on %s", fiscal.Say(p), end)
			}
			p.End = last
		}
		return p, nil
	}
	months := map[quantity.PeriodKind]int{quantity.Half: 6, quantity.NineMos: 9, quantity.Trailing: 12}[kind]
	if months > 0 && !last.IsZero() {
		if p, ok := c.Ending(last, months); ok {
			return p, nil
		}
	}
	return quantity.Period{}, fmt.Errorf("a period of kind %q needs its end", kind)
}

func digitsOf(v *apd.Decimal) int {
	var r apd.Decimal
	r.Reduce(v)
	return int(r.NumDigits())
}

// prefix situates a passage for those who search.
func prefix(d store.Document, entities []string, l lexicon.Lexicon) string {
	out := []string{strings.TrimSuffix(d.Title, "."), d.Publisher, d.Published.Format("January 2, 2006")}
	for _, e := range entities {
		if t, ok := l.Term(e); ok {
			out = append(out, "About "+t.Name)
		}
	}
	return strings.Join(out, ". ") + "."
}
