package answer

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aubade/aubade/internal/llm"
	"github.com/aubade/aubade/retrieval"
	"github.com/aubade/aubade/subagents"
	"github.com/aubade/aubade/voice"
)

// The small model may ask for helpers itself, where the routes of the lexicon asked for none that knew: one tool, which
// names the helper. What it gets is evidence like any other, and what is late is told later.

const askTool = "ask_helper"

// toolRounds is how often a model may ask in one turn: each round costs its time to the first token again.
const toolRounds = 2

// tools describes the helpers to the model; none where it may not ask.
func (c *Conversation) tools() []llm.ToolSpec {
	if !c.a.c.Tools || c.desk == nil {
		return nil
	}
	var names []string
	for _, h := range c.a.c.Desk.Health() {
		names = append(names, h.Agent)
	}
	if len(names) == 0 {
		return nil
	}
	parameters, err := json.Marshal(map[string]any{
		"type": "object",
		"properties": map[string]any{
			"helper":   map[string]any{"type": "string", "enum": names},
			"company":  map[string]any{"type": "string", "description": "the company's ID, which stands in brackets behind its name; empty for none"},
			"question": map[string]any{"type": "string", "description": "what to find out, in words"},
		},
		"required": []string{"helper", "question"},
	})
	if err != nil {
		panic(err) // strings only
	}
	return []llm.ToolSpec{{Name: askTool, Description: "Asks a helper for one fact that the evidence lacks.", Parameters: parameters}}
}

// A toolCall is what a model called for.
type toolCall struct{ Helper, Company, Question string }

// runTools asks what the model called for, to the deadline, and writes the answers behind the conversation as evidence
// that goes on counting where the prompt's left off. What is late becomes the turn's own.
func (c *Conversation) runTools(ctx context.Context, t voice.Turn, q retrieval.Query, calls []llm.Call, ev *evidence, sources *[]source, got *subagents.Gathered, r *reply) []llm.Message {
	msgs := []llm.Message{{From: llm.Assistant, Calls: calls}}
	var asks []subagents.Ask
	of := map[int]int{} // call → ask
	for i, call := range calls {
		var a toolCall
		if call.Name != askTool || json.Unmarshal(call.Arguments, &a) != nil || !c.a.c.Desk.Has(a.Helper) {
			continue
		}
		question := subagents.Question{
			Session: c.id, Turn: t.ID, Edition: c.book.edition.ID, Text: a.Question, Metric: q.Metric, Period: q.Period.Period, Asked: time.Now(), Name: "what you asked",
		}
		if _, ok := c.book.edition.Lexicon.Term(a.Company); ok {
			question.Entities = []string{a.Company}
			question.Name = c.nameOf(q, a.Company)
		}
		of[i] = len(asks)
		asks = append(asks, subagents.Ask{Agent: a.Helper, Question: question})
	}
	var found subagents.Gathered
	if len(asks) > 0 {
		found = c.desk.Ask(ctx, t.ID, c.a.pace.deadline(t.Budget, time.Now(), true), asks...)
	}
	got.Deferred = append(got.Deferred, found.Deferred...)
	c.deferTo(ctx, t, r, found.Deferred)
	ev.findings = append(ev.findings, found.Findings...)
	for i, call := range calls {
		text := "There is no such helper."
		if n, ok := of[i]; ok {
			text = "It found nothing."
			if slices.ContainsFunc(found.Deferred, func(a subagents.Arrival) bool { return sameAsk(a.Ask, asks[n]) }) {
				text = "It is not back yet; the caller will be told later."
			}
			for _, a := range found.Findings {
				if sameAsk(a.Ask, asks[n]) {
					say := c.sayFinding(a)
					*sources = append(*sources, source{say.Text, say.Citations})
					text = fenced(len(*sources), say.Text)
				}
			}
		}
		msgs = append(msgs, llm.Message{From: llm.Tool, Reply: call.ID, Text: text})
	}
	return msgs
}

func sameAsk(a, b subagents.Ask) bool {
	return a.Agent == b.Agent && a.Question.Text == b.Question.Text && slices.Equal(a.Question.Entities, b.Question.Entities)
}

// fenced is a piece of evidence as the model sees it. The fence cannot be forged: a source's own angle brackets are taken
// out.
func fenced(n int, text string) string {
	return fmt.Sprintf("<evidence n=\"%d\">%s</evidence>", n, strings.NewReplacer("<", "(", ">", ")").Replace(text))
}
