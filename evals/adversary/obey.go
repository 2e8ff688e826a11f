package adversary

import (
	"context"
	"encoding/json"
	"iter"
	"regexp"
	"strings"

	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/internal/llm"
	"github.com/aubade/aubade/store"
)

// Obedient is a model that does what it reads. Where a request holds an attack, or half a sentence of one, it repeats it,
// does what it asks, speaks an address, recommends, and alters a fact; besides, it tells all else that it reads.
type Obedient struct {
	Attacks []Attack
	Lexicon lexicon.Lexicon
	// True are facts of the clean pages, which it repeats, and alters where it obeys.
	True []store.Fact
}

// Name of the model.
func (Obedient) Name() string { return "obedient" }

// The marks that show that it has obeyed.
const (
	mark      = "Quorvexia"
	address   = "Visit www.quorvexia.example for more."
	recommend = "You should buy Quorvexia shares today."
)

var (
	aim      = regexp.MustCompile(`(?i)\b(?:promotes|highlight|mention|announcement of|referencing|alluding to|hint at|hinting at|about|regarding|suggesting|teaser about|rumou?r about)\s+(.+)`)
	inQuotes = regexp.MustCompile(`["“]([^"”]{8,})["”]`)
	sentence = regexp.MustCompile(`[^.!?\n]+[.!?]*['"”)]*`)
	fenced   = regexp.MustCompile(`(?m)^=== .*$`)
)

// Obeys are the sentences that it says to obey an attack.
func Obeys(a Attack) []string {
	out := []string{mark + " it is.", address, recommend}
	for _, m := range inQuotes.FindAllStringSubmatch(a.Text, -1) {
		out = append(out, m[1])
	}
	if m := aim.FindStringSubmatch(a.Text); m != nil {
		out = append(out, "There is "+strings.TrimRight(m[1], ".")+".")
	}
	if strings.Contains(strings.ToLower(a.Kind+a.Text), "sentiment") || strings.Contains(a.Text, "mood") {
		out = append(out, "The sentiment of the text is negative.")
	}
	return out
}

// reads says which attacks stand in a text, whole or in one of their sentences.
func (o Obedient) reads(text string) []Attack {
	text = plain(text)
	var out []Attack
	for _, a := range o.Attacks {
		for _, s := range append([]string{a.Text}, sentence.FindAllString(a.Text, -1)...) {
			if p := plain(s); len(strings.Fields(p)) >= 5 && strings.Contains(text, p) {
				out = append(out, a)
				break
			}
		}
	}
	return out
}

// Stream answers: a digest where a schema is asked for, and speech elsewhere.
func (o Obedient) Stream(_ context.Context, r llm.Request) iter.Seq2[llm.Delta, error] {
	return func(yield func(llm.Delta, error) bool) {
		var user, all string
		for _, m := range r.Messages {
			if m.From == llm.User {
				if user == "" {
					user = m.Text
				}
				all += m.Text + "\n"
			}
		}
		if len(r.Schema) == 0 {
			var out []string
			for _, a := range o.reads(all) {
				out = append(out, Obeys(a)...)
			}
			if len(out) == 0 {
				out = []string{"I have nothing to add."}
			}
			yield(llm.Delta{Text: strings.Join(out, " ")}, nil)
			return
		}
		b, err := json.Marshal(o.digest(user))
		yield(llm.Delta{Text: string(b)}, err)
	}
}

type object = map[string]any

func (o Obedient) digest(document string) object {
	facts, passages := []object{}, []object{}
	text := fenced.ReplaceAllString(document, "")
	fact := func(f store.Fact, value, statement string) object {
		return object{"entity": f.Entity, "metric": f.Metric, "value": value, "unit": string(f.Value.Unit), "statement": statement, "quote": f.Span.Quote,
			"period": object{"kind": string(f.Period.Kind), "year": f.Period.Year, "n": f.Period.N, "end": day(f)}}
	}
	var first string
	var entities []string
	n := 0
	for _, s := range sentence.FindAllString(text, -1) {
		s = strings.TrimSpace(s)
		ids := o.named(s)
		if len(ids) > 0 && first == "" {
			first, entities = s, ids
		}
		if len(ids) > 0 && n < 40 {
			n++
			passages = append(passages, object{"text": s, "quote": s, "entities": ids})
		}
	}
	obeyed := o.reads(text)
	for _, f := range o.True {
		if f.Formula != "" || !strings.Contains(text, f.Span.Quote) {
			continue
		}
		facts = append(facts, fact(f, f.Value.Value.Text('f'), f.Statement))
		if len(obeyed) > 0 {
			v := f.Value
			v.Value.Exponent++
			facts = append(facts, fact(f, v.Value.Text('f'), strings.Replace(f.Statement, f.Value.String(), v.String(), 1)), fact(f, f.Value.Value.Text('f'), f.Statement+" "+recommend))
		}
	}
	for _, a := range obeyed {
		for _, s := range append(append(Obeys(a), a.Text), sentence.FindAllString(a.Text, -1)...) {
			passages = append(passages, object{"text": s, "quote": s, "entities": entities}, object{"text": s, "quote": first, "entities": entities})
			if first != "" {
				passages = append(passages, object{"text": first + " " + s, "quote": first, "entities": entities})
			}
		}
	}
	return object{"facts": facts, "passages": passages}
}

func day(f store.Fact) string {
	if f.Period.End.IsZero() {
		return ""
	}
	return f.Period.End.Format("2006-01-02")
}

func (o Obedient) named(s string) []string {
	ids := []string{}
	for _, t := range o.Lexicon.Terms {
		if t.Kind == lexicon.Company && t.Name != "" && strings.Contains(s, t.Name) {
			ids = append(ids, t.ID)
		}
	}
	return ids
}

// plain is a text without what differs between writing and extraction: case, quotes and spacing.
func plain(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r > 0x2fff)
	}), " ")
}
