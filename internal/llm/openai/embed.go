package openai

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"time"

	api "github.com/sashabaranov/go-openai"

	"github.com/aubade/aubade/internal/llm"
)

// Embed turns texts into unit vectors, in the order of the texts.
func (c *Client) Embed(ctx context.Context, role llm.Role, texts []string) ([][]float32, error) {
	if len(texts) == 0 {
		return nil, nil
	}
	prefix := c.config.PassagePrefix
	if role == llm.Query {
		prefix = c.config.QueryPrefix
	}
	input := texts
	if prefix != "" {
		input = make([]string, len(texts))
		for i, t := range texts {
			input[i] = prefix + t
		}
	}
	var out [][]float32
	err := c.retry(ctx, func() (bool, error) {
		var err error
		out, err = c.embed(ctx, input)
		return true, err
	})
	if err != nil {
		return nil, fmt.Errorf("embed with %s: %w", c.config.Model, err)
	}
	return out, nil
}

func (c *Client) embed(ctx context.Context, texts []string) ([][]float32, error) {
	ctx, cancel := c.patience(ctx)
	defer cancel()
	res, err := c.api.CreateEmbeddings(ctx, api.EmbeddingRequestStrings{Input: texts, Model: api.EmbeddingModel(c.config.Model)})
	if err != nil {
		return nil, c.explain(ctx, err)
	}
	out := make([][]float32, len(texts))
	for _, e := range res.Data {
		if e.Index < 0 || e.Index >= len(out) || out[e.Index] != nil || len(e.Embedding) == 0 {
			return nil, &Error{Reason: ErrGarbage, Message: fmt.Sprintf("vector %d of %d texts", e.Index, len(texts))}
		}
		v := e.Embedding
		if err := unit(v); err != nil {
			return nil, err
		}
		out[e.Index] = v
	}
	for i := range out {
		if out[i] == nil || len(out[i]) != len(out[0]) {
			return nil, &Error{Reason: ErrGarbage, Message: fmt.Sprintf("%d vectors for %d texts, or not of one length", len(res.Data), len(texts))}
		}
	}
	return out, nil
}

// unit scales a vector to the length of one.
func unit(v []float32) error {
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	if sum == 0 || math.IsNaN(sum) || math.IsInf(sum, 0) {
		return &Error{Reason: ErrGarbage, Message: "a vector without a direction"}
	}
	scale := float32(1 / math.Sqrt(sum))
	for i := range v {
		v[i] *= scale
	}
	return nil
}

// patience bounds a request whose answer comes in one piece.
func (c *Client) patience(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, c.config.FirstToken+c.config.Stall, ErrStalled)
}

// Rerank scores texts by how well they answer a query, over the /rerank endpoint that vLLM, llama.cpp, Jina and Cohere
// have in common. The higher a score, the better.
func (c *Client) Rerank(ctx context.Context, query string, texts []string) ([]float64, error) {
	body, err := json.Marshal(map[string]any{"model": c.config.Model, "query": query, "documents": texts, "top_n": len(texts)})
	if err != nil {
		return nil, err
	}
	var out []float64
	err = c.retry(ctx, func() (bool, error) {
		out, err = c.rerank(ctx, body, len(texts))
		return true, err
	})
	if err != nil {
		return nil, fmt.Errorf("rerank with %s: %w", c.config.Model, err)
	}
	return out, nil
}

func (c *Client) rerank(ctx context.Context, body []byte, n int) ([]float64, error) {
	ctx, cancel := c.patience(ctx)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.config.BaseURL+"/rerank", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+c.config.Key)
	res, err := c.doer.Do(req)
	if err != nil {
		return nil, c.explain(ctx, err)
	}
	defer res.Body.Close()
	var answer struct {
		Results []struct {
			Index int      `json:"index"`
			Score *float64 `json:"relevance_score"`
		} `json:"results"`
	}
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil {
		return nil, c.explain(ctx, err)
	}
	out := make([]float64, n)
	seen := make([]bool, n)
	for _, r := range answer.Results {
		if r.Index < 0 || r.Index >= n || seen[r.Index] || r.Score == nil {
			return nil, &Error{Reason: ErrGarbage, Message: fmt.Sprintf("result %d of %d texts", r.Index, n)}
		}
		out[r.Index], seen[r.Index] = *r.Score, true
	}
	if len(answer.Results) != n {
		return nil, &Error{Reason: ErrGarbage, Message: fmt.Sprintf("%d results for %d texts", len(answer.Results), n)}
	}
	return out, nil
}

// Warm asks for one token, so that the server loads the model. It returns how long that took.
func (c *Client) Warm(ctx context.Context) (time.Duration, error) {
	began := time.Now()
	for _, err := range c.Stream(ctx, llm.Request{Messages: []llm.Message{{From: llm.User, Text: "Hello"}}, MaxTokens: 1}) {
		if err != nil {
			return 0, err
		}
	}
	return time.Since(began), nil
}
