package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"

	"github.com/aubade/aubade/internal/llm"
	llmopenai "github.com/aubade/aubade/internal/llm/openai"
	"github.com/aubade/aubade/voice"
	asropenai "github.com/aubade/aubade/voice/asr/openai"
	"github.com/aubade/aubade/voice/asr/realtime"
	"github.com/aubade/aubade/voice/audio"
	"github.com/aubade/aubade/voice/tts/elevenlabs"
	ttsopenai "github.com/aubade/aubade/voice/tts/openai"
)

// A Provider is what one client adds to its server's own time, from the call to the first thing of use: a token, a sample, a final.
type Provider struct {
	Name     string  `json:"name"`
	Until    string  `json:"until"`
	ServerMS float64 `json:"server_ms"` // median of what the server itself took
	P50      float64 `json:"overhead_p50_ms"`
	P90      float64 `json:"overhead_p90_ms"`
	Max      float64 `json:"overhead_max_ms"`
}

// A mimic answers every protocol after a stated time, and remembers how long the last answer really took it, from the request's arrival to
// its first useful byte.
type mimic struct {
	latency time.Duration
	took    atomic.Int64
}

// wait passes the time, and notes what has really passed.
func (m *mimic) wait(ctx context.Context, since time.Time) {
	select {
	case <-time.After(m.latency):
	case <-ctx.Done():
	}
	m.took.Store(int64(time.Since(since)))
}

func (m *mimic) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	if r.URL.Path == "/v1/realtime" {
		m.listen(w, r)
		return
	}
	_, _ = io.Copy(io.Discard, r.Body)
	m.wait(r.Context(), began)
	switch r.URL.Path {
	case "/v1/chat/completions":
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprint(w, "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Yes.\"}}]}\n\n")
		w.(http.Flusher).Flush()
		fmt.Fprint(w, "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n")
	case "/v1/embeddings":
		fmt.Fprint(w, `{"data":[{"index":0,"embedding":[1,0]}]}`)
	case "/v1/rerank":
		fmt.Fprint(w, `{"results":[{"index":0,"relevance_score":1}]}`)
	case "/v1/audio/transcriptions":
		fmt.Fprint(w, `{"text":"what was the revenue"}`)
	default: // speech: a second of it, in pieces
		w.Header().Set("Content-Type", "audio/pcm")
		for range 50 {
			if _, err := w.Write(make([]byte, 960)); err != nil {
				return
			}
			w.(http.Flusher).Flush()
		}
	}
}

// listen is the server of OpenAI's Realtime transcription, for one connection.
func (m *mimic) listen(w http.ResponseWriter, r *http.Request) {
	c, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	defer c.CloseNow()
	c.SetReadLimit(1 << 20)
	for {
		_, raw, err := c.Read(r.Context())
		if err != nil {
			return
		}
		began := time.Now()
		var e struct{ Type string }
		if json.Unmarshal(raw, &e) != nil || e.Type != "input_audio_buffer.commit" {
			continue
		}
		m.wait(r.Context(), began)
		answer := `{"type":"conversation.item.input_audio_transcription.completed","item_id":"1","transcript":"what was the revenue"}`
		if c.Write(r.Context(), websocket.MessageText, []byte(answer)) != nil {
			return
		}
	}
}

// Providers measures every client against a server of this process whose latency is stated, n times each after one that connects.
func Providers(ctx context.Context, latency time.Duration, n int) ([]Provider, error) {
	m := &mimic{latency: latency}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	srv := &http.Server{Handler: m, ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan error, 1) // the one end
	go func() { ended <- srv.Serve(l) }()
	defer func() { _ = srv.Close(); <-ended }()
	url := "http://" + l.Addr().String() + "/v1"

	model := llmopenai.New(llmopenai.Config{BaseURL: url, Model: "m"})
	speech, err := ttsopenai.New(ttsopenai.Config{URL: url, Voice: "v"})
	if err != nil {
		return nil, err
	}
	eleven, err := elevenlabs.New(elevenlabs.Config{URL: url, Key: "k", Voice: "v"})
	if err != nil {
		return nil, err
	}
	files, err := asropenai.New(asropenai.Config{URL: url, Model: "m", Every: time.Hour}) // no partials: only the final counts
	if err != nil {
		return nil, err
	}
	stream, err := realtime.New(realtime.Config{URL: url, Model: "m"})
	if err != nil {
		return nil, err
	}
	var all []Provider
	for _, p := range []struct {
		name, until string
		once        func(context.Context) (time.Duration, error)
	}{
		{"llm openai:", "first token", firstOf(func(ctx context.Context) error {
			for d, err := range model.Stream(ctx, llm.Request{Messages: []llm.Message{{From: llm.User, Text: "?"}}}) {
				if err != nil || d.Text != "" {
					return err
				}
			}
			return errors.New("no token came")
		})},
		{"embeddings openai:", "vector", firstOf(func(ctx context.Context) error {
			_, err := model.Embed(ctx, llm.Query, []string{"?"})
			return err
		})},
		{"rerank openai:", "scores", firstOf(func(ctx context.Context) error {
			_, err := model.Rerank(ctx, "?", []string{"a"})
			return err
		})},
		{"tts openai:", "first audio", firstOf(func(ctx context.Context) error { return firstFrame(ctx, speech) })},
		{"tts elevenlabs:", "first audio", firstOf(func(ctx context.Context) error { return firstFrame(ctx, eleven) })},
		{"asr openai:", "final transcript", func(ctx context.Context) (time.Duration, error) { return final(ctx, files) }},
		{"asr realtime:", "final transcript", func(ctx context.Context) (time.Duration, error) { return final(ctx, stream) }},
	} {
		one, err := m.measure(ctx, n, p.once)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.name, err)
		}
		one.Name, one.Until = p.name, p.until
		all = append(all, one)
	}
	return all, nil
}

func (m *mimic) measure(ctx context.Context, n int, once func(context.Context) (time.Duration, error)) (Provider, error) {
	var over, server []time.Duration
	for i := range n + 1 {
		took, err := once(ctx)
		if err != nil {
			return Provider{}, err
		}
		if i == 0 {
			continue // it connected
		}
		own := time.Duration(m.took.Load())
		over, server = append(over, took-own), append(server, own)
	}
	slices.Sort(over)
	slices.Sort(server)
	exact := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	return Provider{
		ServerMS: exact(quantile(server, .5)), P50: exact(quantile(over, .5)), P90: exact(quantile(over, .9)), Max: exact(over[len(over)-1]),
	}, nil
}

// firstOf times a call.
func firstOf(call func(context.Context) error) func(context.Context) (time.Duration, error) {
	return func(ctx context.Context) (time.Duration, error) {
		began := time.Now()
		err := call(ctx)
		return time.Since(began), err
	}
}

func firstFrame(ctx context.Context, v voice.Synthesizer) error {
	for _, err := range v.Synthesize(ctx, voice.Clause{Text: "good morning"}) {
		return err
	}
	return errors.New("no sound came")
}

// final lets ears hear a second of something loud, and times the final from the flush.
func final(ctx context.Context, r voice.Recognizer) (time.Duration, error) {
	s, err := r.Open(ctx)
	if err != nil {
		return 0, err
	}
	defer s.Close()
	pcm := make([]int16, audio.Rate)
	for i := range pcm {
		pcm[i] = int16(8000 * math.Sin(2*math.Pi*200*float64(i)/audio.Rate))
	}
	for _, f := range audio.Frames(pcm, audio.Rate) {
		if err := s.Write(f); err != nil {
			return 0, err
		}
	}
	// In life the sound was sent while it was spoken: it must not be counted.
	select {
	case <-time.After(50 * time.Millisecond):
	case <-ctx.Done():
		return 0, context.Cause(ctx)
	}
	began := time.Now()
	if err := s.Flush(); err != nil {
		return 0, err
	}
	for {
		select {
		case t, ok := <-s.Results():
			if !ok {
				return 0, s.Err()
			}
			if t.Final {
				return time.Since(began), nil
			}
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		}
	}
}
