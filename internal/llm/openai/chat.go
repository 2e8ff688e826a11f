package openai

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"strings"
	"time"

	api "github.com/sashabaranov/go-openai"

	"github.com/aubade/aubade/internal/llm"
)

// Stream asks the model and yields its answer as it comes. Where the request has a schema, an answer that ends before it
// is complete is ErrCutOff; without one a limit on tokens just ends it.
func (c *Client) Stream(ctx context.Context, r llm.Request) iter.Seq2[llm.Delta, error] {
	return func(yield func(llm.Delta, error) bool) {
		stopped := false
		err := c.retry(ctx, func() (bool, error) {
			given, err := c.stream(ctx, r, func(d llm.Delta) bool {
				stopped = !yield(d, nil)
				return !stopped
			})
			return !given && !stopped, err
		})
		if err != nil && !stopped {
			yield(llm.Delta{}, fmt.Errorf("model %s: %w", c.config.Model, err))
		}
	}
}

// stream makes one request. given says that something was yielded, after which nothing can be tried again.
func (c *Client) stream(ctx context.Context, r llm.Request, yield func(llm.Delta) bool) (given bool, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watch := time.AfterFunc(c.config.FirstToken, func() { cancel(ErrStalled) })
	defer watch.Stop()

	s, err := c.api.CreateChatCompletionStream(ctx, c.request(r))
	if err != nil {
		return false, c.explain(ctx, err)
	}
	defer s.Close()
	var (
		calls    callBuilder
		finished api.FinishReason
		events   int
	)
	for {
		chunk, err := s.Recv()
		watch.Reset(c.config.Stall)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return given, c.explain(ctx, err)
		}
		events++
		for _, choice := range chunk.Choices {
			if choice.FinishReason != "" {
				finished = choice.FinishReason
			}
			calls.add(choice.Delta.ToolCalls)
			if text := choice.Delta.Content; text != "" {
				given = true
				if !yield(llm.Delta{Text: text}) {
					return given, nil
				}
			}
		}
		if chunk.Usage != nil {
			given = true
			if !yield(llm.Delta{Usage: usageOf(*chunk.Usage)}) {
				return given, nil
			}
		}
	}
	if ctx.Err() != nil {
		return given, c.explain(ctx, ctx.Err())
	}
	switch {
	case events == 0: // a web page, or another protocol: asking again would not mend it
		return given, &Error{Reason: ErrGarbage, Message: "it is not a stream of events"}
	case finished == "":
		return given, &Error{Reason: ErrCutOff, Message: "the stream ended without saying why"}
	case finished == api.FinishReasonLength && (len(r.Schema) > 0 || len(calls.calls) > 0):
		return given, &Error{Reason: ErrCutOff, Message: "the limit of tokens was reached"}
	case finished == api.FinishReasonContentFilter:
		return given, &Error{Reason: ErrRefused, Message: "the server's filter stopped the answer"}
	}
	done, err := calls.done()
	if err != nil {
		return given, err
	}
	for _, call := range done {
		given = true
		if !yield(llm.Delta{Call: &call}) {
			return given, nil
		}
	}
	return given, nil
}

func usageOf(u api.Usage) *llm.Usage {
	out := &llm.Usage{Prompt: u.PromptTokens, Completion: u.CompletionTokens}
	if u.PromptTokensDetails != nil {
		out.Cached = u.PromptTokensDetails.CachedTokens
	}
	return out
}

func (c *Client) request(r llm.Request) api.ChatCompletionRequest {
	req := api.ChatCompletionRequest{
		Model:              c.config.Model,
		Stop:               r.Stop,
		StreamOptions:      &api.StreamOptions{IncludeUsage: true},
		ChatTemplateKwargs: c.config.TemplateArgs,
	}
	// The models that think before they answer count their thoughts, and know only the new name of the limit.
	if strings.HasPrefix(c.config.Model, "o1") || strings.HasPrefix(c.config.Model, "o3") || strings.HasPrefix(c.config.Model, "o4") || strings.HasPrefix(c.config.Model, "gpt-5") {
		req.MaxCompletionTokens = r.MaxTokens
	} else {
		//lint:ignore SA1019 local servers know only the old name of the limit
		req.MaxTokens = r.MaxTokens
		if r.Temperature != nil {
			// The library leaves out a zero, which would mean the server's default.
			req.Temperature = max(*r.Temperature, math.SmallestNonzeroFloat32)
		}
	}
	for _, m := range r.Messages {
		msg := api.ChatCompletionMessage{Role: string(m.From), Content: m.Text, ToolCallID: m.Reply}
		for _, call := range m.Calls {
			msg.ToolCalls = append(msg.ToolCalls, api.ToolCall{ID: call.ID, Type: api.ToolTypeFunction, Function: api.FunctionCall{Name: call.Name, Arguments: string(call.Arguments)}})
		}
		req.Messages = append(req.Messages, msg)
	}
	for _, t := range r.Tools {
		req.Tools = append(req.Tools, api.Tool{Type: api.ToolTypeFunction, Function: &api.FunctionDefinition{Name: t.Name, Description: t.Description, Parameters: t.Parameters}})
	}
	if len(r.Schema) > 0 {
		name := r.SchemaName
		if name == "" {
			name = "answer"
		}
		req.ResponseFormat = &api.ChatCompletionResponseFormat{Type: api.ChatCompletionResponseFormatTypeJSONSchema,
			JSONSchema: &api.ChatCompletionResponseFormatJSONSchema{Name: name, Schema: r.Schema, Strict: true}}
	}
	return req
}

// A callBuilder puts tool calls together, which come in pieces: the name first, then the arguments by and by.
type callBuilder struct{ calls []llm.Call }

func (b *callBuilder) add(pieces []api.ToolCall) {
	for _, p := range pieces {
		i := len(b.calls) - 1
		switch {
		case p.Index != nil:
			i = *p.Index
		case p.ID != "" || i < 0: // servers that give no index begin a call with its ID
			i = len(b.calls)
		}
		if i < 0 || i > 63 {
			continue
		}
		for len(b.calls) <= i {
			b.calls = append(b.calls, llm.Call{})
		}
		call := &b.calls[i]
		if p.ID != "" {
			call.ID = p.ID
		}
		call.Name += p.Function.Name
		call.Arguments = append(call.Arguments, p.Function.Arguments...)
	}
}

// done checks the calls: arguments must be a JSON object.
func (b *callBuilder) done() ([]llm.Call, error) {
	for i := range b.calls {
		call := &b.calls[i]
		if len(call.Arguments) == 0 {
			call.Arguments = json.RawMessage("{}")
		}
		var object map[string]json.RawMessage
		if call.Name == "" || json.Unmarshal(call.Arguments, &object) != nil {
			return nil, &Error{Reason: ErrGarbage, Message: "a tool call without a name or with arguments that are no object: " + brief(string(call.Arguments))}
		}
	}
	return b.calls, nil
}
