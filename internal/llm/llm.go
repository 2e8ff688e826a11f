// Package llm is what Aubade asks of a language model: a stream of deltas, or vectors.
package llm

import (
	"context"
	"encoding/json"
	"iter"
)

// Speaker says who a message is from.
type Speaker string

const (
	System    Speaker = "system"
	User      Speaker = "user"
	Assistant Speaker = "assistant"
	Tool      Speaker = "tool"
)

// A Message is one entry of the conversation sent to a model.
type Message struct {
	From  Speaker
	Text  string
	Calls []Call // asked for by the assistant
	Reply string // of a tool message: the ID of the call it answers
}

// A Call is a model's request to run a tool.
type Call struct {
	ID        string
	Name      string
	Arguments json.RawMessage // a JSON object
}

// A ToolSpec describes a tool to the model.
type ToolSpec struct {
	Name        string
	Description string
	Parameters  json.RawMessage // a JSON schema
}

// A Request is everything that a model needs to answer.
type Request struct {
	Messages    []Message
	MaxTokens   int      // 0: the server's own limit
	Temperature *float32 // nil: the server's own
	Tools       []ToolSpec
	// Schema, if set, is the JSON schema that the whole answer must satisfy; SchemaName names it.
	Schema     json.RawMessage
	SchemaName string
	Stop       []string
}

// A Delta is a piece of a model's answer: text, a complete tool call, or the final usage.
type Delta struct {
	Text  string
	Call  *Call
	Usage *Usage
}

// Usage counts tokens. Cached is the part of Prompt that the server took from its prefix cache.
type Usage struct {
	Prompt, Cached, Completion int
}

// A Model answers requests. A non-nil error is the last pair of the stream; breaking off the range cancels the request.
type Model interface {
	Name() string
	Stream(ctx context.Context, r Request) iter.Seq2[Delta, error]
}

// Role says what a text that is embedded is for: some embedders treat the two differently.
type Role string

const (
	Query   Role = "query"
	Passage Role = "passage"
)

// An Embedder turns texts into unit vectors, all of one length, in the order of the texts.
type Embedder interface {
	Name() string
	Embed(ctx context.Context, role Role, texts []string) ([][]float32, error)
}
