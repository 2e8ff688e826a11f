package openai

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aubade/aubade/internal/llm"
)

// serve starts a real server that answers as told.
func serve(t *testing.T, h http.HandlerFunc) *Client {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// A server notices that the client has gone only once it has read the request.
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		h(w, r)
	}))
	t.Cleanup(s.Close)
	return New(Config{BaseURL: s.URL + "/v1", Model: "m", FirstToken: 300 * time.Millisecond, Stall: 200 * time.Millisecond})
}

// events writes server-sent events.
func events(w http.ResponseWriter, data ...string) {
	w.Header().Set("Content-Type", "text/event-stream")
	for _, d := range data {
		fmt.Fprintf(w, "data: %s\n\n", d)
		w.(http.Flusher).Flush()
	}
}

func text(s string) string {
	b, _ := json.Marshal(s)
	return fmt.Sprintf(`{"choices":[{"index":0,"delta":{"content":%s}}]}`, b)
}

func finish(reason string) string {
	return fmt.Sprintf(`{"choices":[{"index":0,"delta":{},"finish_reason":%q}]}`, reason)
}

// collect reads a stream to its end.
func collect(ctx context.Context, c *Client, r llm.Request) (text string, calls []llm.Call, usage llm.Usage, err error) {
	if r.Messages == nil {
		r.Messages = []llm.Message{{From: llm.User, Text: "?"}}
	}
	for d, e := range c.Stream(ctx, r) {
		if e != nil {
			return text, calls, usage, e
		}
		text += d.Text
		if d.Call != nil {
			calls = append(calls, *d.Call)
		}
		if d.Usage != nil {
			usage = *d.Usage
		}
	}
	return text, calls, usage, nil
}

func TestAnAnswerIsStreamedWithItsUsage(t *testing.T) {
	var got map[string]any
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v1/chat/completions" || r.Header.Get("Authorization") != "" {
			t.Errorf("%s with authorization %q", r.URL.Path, r.Header.Get("Authorization"))
		}
		json.NewDecoder(r.Body).Decode(&got)
		events(w, text("Good "), text("morning."), finish("stop"), `{"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":5}}}`, "[DONE]")
	})
	zero := float32(0)
	s, _, u, err := collect(t.Context(), c, llm.Request{MaxTokens: 9, Temperature: &zero, Schema: json.RawMessage(`{"type":"object"}`), SchemaName: "n", Stop: []string{"\n"},
		Messages: []llm.Message{{From: llm.System, Text: "be brief"}, {From: llm.User, Text: "hi"}}})
	if err != nil || s != "Good morning." || u != (llm.Usage{Prompt: 7, Cached: 5, Completion: 2}) {
		t.Errorf("%q %+v %v", s, u, err)
	}
	want := `{"max_tokens":9,"messages":[{"content":"be brief","role":"system"},{"content":"hi","role":"user"}],"model":"m","response_format":{"json_schema":{"name":"n","schema":{"type":"object"},"strict":true},"type":"json_schema"},"stop":["\n"],"stream":true,"stream_options":{"include_usage":true},"temperature":1e-45}`
	if b, _ := json.Marshal(got); string(b) != want {
		t.Errorf("sent %s", b)
	}
}

func TestToolCallsArePutTogether(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		events(w, `{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"quote","arguments":""}}]}}]}`,
			`{"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"b","function":{"name":"news","arguments":"{}"}},{"index":0,"function":{"arguments":"{\"id\":"}}]}}]}`,
			`{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"\"LRKS\"}"}}]}}]}`, finish("tool_calls"), "[DONE]")
	})
	_, calls, _, err := collect(t.Context(), c, llm.Request{})
	if err != nil || len(calls) != 2 || calls[0].Name != "quote" || string(calls[0].Arguments) != `{"id":"LRKS"}` || calls[1].ID != "b" {
		t.Errorf("%+v %v", calls, err)
	}
}

func TestEveryFailureHasItsReason(t *testing.T) {
	status := func(code int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(code)
			io.WriteString(w, body)
		}
	}
	for name, c := range map[string]struct {
		serve  http.HandlerFunc
		schema bool
		want   error
	}{
		"a key that is not accepted":   {status(401, `{"error":{"message":"bad key"}}`), false, ErrAuth},
		"too many requests":            {status(429, `{"error":{"message":"slow down"}}`), false, ErrRateLimited},
		"a server that fails":          {status(500, "oops"), false, ErrServer},
		"a gateway that gives up":      {status(502, "<html>bad gateway</html>"), false, ErrServer},
		"a model that is not there":    {status(404, `{"error":{"message":"model not found"}}`), false, ErrRefused},
		"a prompt that is too long":    {status(400, `{"error":{"code":"context_length_exceeded","message":"too long"}}`), false, ErrTooLong},
		"a stream that stops for good": {func(w http.ResponseWriter, r *http.Request) { events(w, text("Go")); <-r.Context().Done() }, false, ErrStalled},
		"a server that never begins":   {func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, false, ErrStalled},
		"a stream that just ends":      {func(w http.ResponseWriter, _ *http.Request) { events(w, text("Go")) }, false, ErrCutOff},
		"a connection that is cut":     {func(w http.ResponseWriter, _ *http.Request) { events(w, text("Go")); panic(http.ErrAbortHandler) }, false, ErrCutOff},
		"a limit that cuts JSON":       {func(w http.ResponseWriter, _ *http.Request) { events(w, text(`{"a":`), finish("length"), "[DONE]") }, true, ErrCutOff},
		"no JSON in an event":          {func(w http.ResponseWriter, _ *http.Request) { events(w, "{{{") }, false, ErrGarbage},
		"an error within the stream": {func(w http.ResponseWriter, _ *http.Request) {
			events(w, text("a"), `{"error":{"message":"cuda out of memory"}}`, "")
		}, false, ErrServer},
		"a tool call that is no object": {func(w http.ResponseWriter, _ *http.Request) {
			events(w, `{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"q","arguments":"[1"}}]}}]}`, finish("tool_calls"), "[DONE]")
		}, false, ErrGarbage},
		"a page instead of a stream": {func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "<html>hello</html>") }, false, ErrGarbage},
	} {
		t.Run(name, func(t *testing.T) {
			r := llm.Request{}
			if c.schema {
				r.Schema = json.RawMessage(`{}`)
			}
			_, _, _, err := collect(t.Context(), serve(t, c.serve), r)
			if !errors.Is(err, c.want) {
				t.Errorf("error is %v, want %v", err, c.want)
			}
		})
	}
	t.Run("no server at all", func(t *testing.T) {
		_, _, _, err := collect(t.Context(), New(Config{BaseURL: "http://127.0.0.1:1/v1", Model: "m"}), llm.Request{})
		if !errors.Is(err, ErrUnreachable) {
			t.Errorf("error is %v", err)
		}
	})
	t.Run("a limit without a schema is no failure", func(t *testing.T) {
		c := serve(t, func(w http.ResponseWriter, _ *http.Request) { events(w, text("Go"), finish("length"), "[DONE]") })
		if s, _, _, err := collect(t.Context(), c, llm.Request{}); err != nil || s != "Go" {
			t.Errorf("%q %v", s, err)
		}
	})
}

func TestARateLimitIsWaitedOut(t *testing.T) {
	var tries atomic.Int32
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		switch tries.Add(1) {
		case 1:
			w.Header().Set("Retry-After", "0.3")
			w.WriteHeader(429)
		case 2:
			w.WriteHeader(503)
		default:
			events(w, text("ok"), finish("stop"), "[DONE]")
		}
	})
	c.config.Retries = 2
	began := time.Now()
	s, _, _, err := collect(t.Context(), c, llm.Request{})
	if err != nil || s != "ok" || tries.Load() != 3 {
		t.Fatalf("%q after %d tries: %v", s, tries.Load(), err)
	}
	if took := time.Since(began); took < 300*time.Millisecond {
		t.Errorf("it came again after %v, the server asked for 300ms", took)
	}
}

func TestWhatWasGivenOutIsNotAskedAgain(t *testing.T) {
	var tries atomic.Int32
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		tries.Add(1)
		events(w, text("half"))
	})
	c.config.Retries = 3
	if _, _, _, err := collect(t.Context(), c, llm.Request{}); !errors.Is(err, ErrCutOff) || tries.Load() != 1 {
		t.Errorf("%d tries, %v", tries.Load(), err)
	}
}

func TestBreakingOffCancelsTheRequest(t *testing.T) {
	gone := make(chan struct{})
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		events(w, text("one"))
		<-r.Context().Done()
		close(gone)
	})
	c.config.Stall = time.Minute
	for range c.Stream(t.Context(), llm.Request{Messages: []llm.Message{{From: llm.User, Text: "?"}}}) {
		break
	}
	select {
	case <-gone:
	case <-time.After(5 * time.Second):
		t.Fatal("the server still waits")
	}
}

func TestACancelledRequestTellsItsCause(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	c.config.FirstToken = time.Minute
	ctx, cancel := context.WithCancelCause(t.Context())
	bargeIn := errors.New("barge-in")
	time.AfterFunc(20*time.Millisecond, func() { cancel(bargeIn) })
	if _, _, _, err := collect(ctx, c, llm.Request{}); !errors.Is(err, bargeIn) {
		t.Errorf("error is %v", err)
	}
}

func TestVectorsComeInTheOrderOfTheTexts(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		var req struct{ Input []string }
		json.NewDecoder(r.Body).Decode(&req)
		if req.Input[0] != "query: a" {
			t.Errorf("asked for %q", req.Input)
		}
		io.WriteString(w, `{"data":[{"index":1,"embedding":[0,2]},{"index":0,"embedding":[3,4]}]}`)
	})
	c.config.QueryPrefix = "query: "
	vs, err := c.Embed(t.Context(), llm.Query, []string{"a", "b"})
	if err != nil || fmt.Sprint(vs) != "[[0.6 0.8] [0 1]]" {
		t.Errorf("%v %v", vs, err)
	}
}

func TestVectorsThatMakeNoSenseAreRefused(t *testing.T) {
	for name, body := range map[string]string{
		"too few":           `{"data":[{"index":0,"embedding":[1]}]}`,
		"no direction":      `{"data":[{"index":0,"embedding":[0]},{"index":1,"embedding":[1]}]}`,
		"two lengths":       `{"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":[1,2]}]}`,
		"one of them twice": `{"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[1]}]}`,
		"not JSON":          `<html>`,
	} {
		c := serve(t, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, body) })
		if _, err := c.Embed(t.Context(), llm.Passage, []string{"a", "b"}); !errors.Is(err, ErrGarbage) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRerankScoresInTheOrderOfTheTexts(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v1/rerank" {
			t.Errorf("asked %s", r.URL.Path)
		}
		io.WriteString(w, `{"results":[{"index":1,"relevance_score":0.9},{"index":0,"relevance_score":0.1}]}`)
	})
	s, err := c.Rerank(t.Context(), "q", []string{"a", "b"})
	if err != nil || fmt.Sprint(s) != "[0.1 0.9]" {
		t.Errorf("%v %v", s, err)
	}
	short := serve(t, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, `{"results":[]}`) })
	if _, err := short.Rerank(t.Context(), "q", []string{"a"}); !errors.Is(err, ErrGarbage) {
		t.Errorf("no results: %v", err)
	}
}

func TestModelsAreListed(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, `{"data":[{"id":"qwen3:4b"}]}`) })
	if m, err := c.Models(t.Context()); err != nil || strings.Join(m, ",") != "qwen3:4b" {
		t.Errorf("%v %v", m, err)
	}
}
