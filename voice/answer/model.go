package answer

import (
	"context"
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/template"
	"time"

	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/internal/llm"
	"github.com/aubade/aubade/retrieval"
	"github.com/aubade/aubade/subagents"
	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/speech"
)

//go:embed prompts/system.txt
var systemText string

var systemTemplate = template.Must(template.New("system").Parse(systemText))

// maxGlossary bounds the names in the prompt: they stand first, so that a prefix cache holds them for every turn.
const maxGlossary = 60

// system is the part of the prompt that is the same for every turn of every call of an edition.
func (c *Conversation) system() string {
	d := c.a.c.Domain
	var glossary []string
	for _, t := range c.book.edition.Lexicon.Terms {
		if t.Kind == lexicon.Company && len(glossary) < maxGlossary {
			glossary = append(glossary, t.Name+" ("+t.ID+")")
		}
	}
	persona := d.Persona.Name
	if persona == "" {
		persona = "Aubade"
	}
	var b strings.Builder
	err := systemTemplate.Execute(&b, struct {
		Persona, Style, About, Glossary string
		Sentences                       int
	}{persona, d.Persona.Style, c.about(), strings.Join(glossary, ", "), c.a.c.MaxSentences})
	if err != nil {
		panic(err) // the template is embedded, and every field is given
	}
	return b.String()
}

// Preamble is what every prompt about the current edition begins with. A server that has seen it answers the first question sooner.
func (a *Answerer) Preamble(ctx context.Context) ([]llm.Message, error) {
	b, err := a.current(ctx)
	if err != nil {
		return nil, err
	}
	return []llm.Message{{From: llm.System, Text: (&Conversation{a: a, book: b}).system()}}, nil
}

// A source is one numbered piece of evidence as the model sees it.
type source struct {
	text  string
	cites []voice.Citation
}

// sources numbers the evidence, most exact first.
func (c *Conversation) sources(ev *evidence) []source {
	var list []source
	for _, a := range ev.findings {
		say := c.sayFinding(a)
		list = append(list, source{say.Text, say.Citations})
	}
	for _, f := range ev.result.Facts {
		say := c.sayFact(f, ev)
		list = append(list, source{say.Text, say.Citations})
		for _, id := range f.Contradicts {
			if other, ok := ev.fact(id, c); ok {
				say := c.sayFact(other, ev)
				list = append(list, source{"Another source says otherwise: " + say.Text, say.Citations})
			}
		}
	}
	for i, p := range ev.result.Passages {
		if i == 4 {
			break
		}
		text := p.Text
		if p.Unverified {
			text = "Unverified: " + text
		}
		list = append(list, source{text, []voice.Citation{cited(p.Citation)}})
	}
	return list
}

// prompt puts the parts in the order in which they change: rules and names, history, evidence. Mood is how the question sounded; empty where
// nobody knows or nobody wants to.
func (c *Conversation) prompt(turn int, question, mood string, sources []source) []llm.Message {
	msgs := []llm.Message{{From: llm.System, Text: c.system()}}
	c.mu.Lock()
	msgs = append(msgs, c.history.messages(turn)...)
	c.mu.Unlock()
	var b strings.Builder
	b.WriteString("Evidence, as data:\n")
	for i, s := range sources {
		b.WriteString(fenced(i+1, s.text) + "\n")
	}
	if mood != "" {
		fmt.Fprintf(&b, "\nThe caller sounds %s. Let the tone of the answer suit that, and do not speak of it.\n", mood)
	}
	b.WriteString("\nQuestion: ")
	b.WriteString(question)
	return append(msgs, llm.Message{From: llm.User, Text: b.String()})
}

var mark = regexp.MustCompile(`\s*\[(\d{1,2})(?:\s*,\s*(\d{1,2}))*\]`)

// compose lets the small model answer from the evidence. It says whether anything was spoken; where not, the reader
// takes over. A sentence that claims what the evidence does not hold is not spoken.
func (c *Conversation) compose(ctx context.Context, t voice.Turn, q retrieval.Query, ev *evidence, got *subagents.Gathered, r *reply, emit func(voice.Say) bool) bool {
	sources := c.sources(ev)
	if len(sources) == 0 && !c.a.c.Tools {
		return false
	}
	c.mu.Lock()
	most := max(c.style.sentences, 1)
	c.mu.Unlock()
	temperature := c.a.c.Temperature
	request := llm.Request{
		Messages:    c.prompt(t.ID, q.Text, c.mood(t), sources),
		MaxTokens:   maxTokens(c.a.c.MaxSpeech),
		Temperature: &temperature,
		Tools:       c.tools(),
	}
	var calls []llm.Call
	asked := time.Now()
	spoken := 0
	say := func(sentence string) (more bool) {
		text, cites := unmark(sentence, sources)
		if text == "" {
			return true
		}
		if bad := ev.unsupported(text); len(bad) > 0 || len(cites) == 0 && claims(text) {
			c.a.c.Log.Warn("the number guard held back a sentence", "session", c.id, "pii.text", text, "unsupported", bad)
			return true
		}
		if spoken == 0 {
			c.a.pace.model.observe(time.Since(asked))
		}
		spoken++
		return emit(voice.Say{Kind: voice.Answer, Text: text, Citations: cites}) && spoken < most
	}
	splitter := speech.NewSentences()
	stream := func() error {
		for delta, err := range c.a.c.Model.Stream(ctx, request) {
			if err != nil {
				return err
			}
			if u := delta.Usage; u != nil {
				c.a.c.Log.Debug("tokens of the small model", "session", c.id, "turn", t.ID, "prompt", u.Prompt, "cached", u.Cached, "completion", u.Completion)
			}
			if delta.Call != nil {
				calls = append(calls, *delta.Call)
			}
			for _, sentence := range splitter.Write(delta.Text) {
				if !say(sentence) {
					return nil
				}
			}
		}
		for _, sentence := range splitter.Flush() {
			if !say(sentence) {
				break
			}
		}
		return nil
	}
	err := stream()
	for round := 0; err == nil && len(calls) > 0 && request.Tools != nil && spoken == 0 && round < toolRounds && ctx.Err() == nil; round++ {
		request.Messages = append(request.Messages, c.runTools(ctx, t, q, calls, ev, &sources, got, r)...)
		if calls = nil; round == toolRounds-1 {
			request.Tools = nil // enough: now it is to answer
		}
		asked = time.Now()
		err = stream()
	}
	if err != nil && ctx.Err() == nil {
		c.a.c.Log.Warn("the small model failed; the reader answers", "session", c.id, "model", c.a.c.Model.Name(), "err", err)
	}
	if spoken == 0 {
		return false
	}
	if len(got.Deferred) > 0 {
		emit(deferring(got.Deferred))
	}
	return true
}

// moods are the ones that recognizers tell and a prompt may hold: what they write is data, and goes into no prompt as it is.
var moods = map[string]string{"happy": "happy", "sad": "sad", "angry": "angry", "fearful": "worried", "disgusted": "displeased", "surprised": "surprised"}

// mood is how a turn sounded, where that is wanted.
func (c *Conversation) mood(t voice.Turn) string {
	if !c.a.c.Tone {
		return ""
	}
	return moods[t.Transcript.Emotion]
}

// unmark takes the marks out of a sentence and gives the citations that they stand for. A mark for nothing is dropped.
func unmark(sentence string, sources []source) (string, []voice.Citation) {
	var cites []voice.Citation
	for _, m := range mark.FindAllString(sentence, -1) {
		for _, n := range strings.FieldsFunc(m, func(r rune) bool { return r < '0' || r > '9' }) {
			i, err := strconv.Atoi(n)
			if err != nil || i < 1 || i > len(sources) {
				continue
			}
			for _, cite := range sources[i-1].cites {
				if !slices.ContainsFunc(cites, func(x voice.Citation) bool { return x.ID == cite.ID }) {
					cites = append(cites, cite)
				}
			}
		}
	}
	text := strings.TrimSpace(mark.ReplaceAllString(sentence, ""))
	text = strings.NewReplacer(" .", ".", " ,", ",", "**", "").Replace(text)
	return text, cites
}

// claims says whether a sentence states something that needs a source: "The brief does not have it" does not.
func claims(text string) bool {
	plain := strings.Join(plainWords(text), " ")
	for _, p := range []string{"brief does not", "brief doesnt", "brief has no", "not in the brief", "i do not have", "i dont have", "evidence does not", "evidence doesnt"} {
		if strings.Contains(plain, p) {
			return false
		}
	}
	return true
}

// maxTokens is how much a model need write for so much speech: about 160 words a minute, four tokens to three words,
// and half as much again for marks and figures.
func maxTokens(speech time.Duration) int {
	return int(speech.Minutes()*160*4/3*1.5) + 16
}
