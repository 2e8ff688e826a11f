// Package openai speaks through servers with OpenAI's speech endpoint: the cloud's own, Kokoro's, and others like it.
package openai

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"strings"

	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/audio"
	"github.com/aubade/aubade/voice/tts/stream"
)

// Rate is the sample rate of the endpoint's raw PCM, in Hz.
const Rate = 24000

// Config is a voice of a server.
type Config struct {
	URL   string // up to and with the version: "http://127.0.0.1:8880/v1"
	Key   string // may be empty
	Model string // empty: "tts-1", which most servers take
	Voice string

	Patience stream.Patience
	Client   *http.Client // nil: stream.Client
}

// A Voice implements [voice.Synthesizer].
type Voice struct{ c Config }

// New checks the settings; nothing is asked of the server yet.
func New(c Config) (*Voice, error) {
	if c.Voice == "" || c.URL == "" {
		return nil, fmt.Errorf("openai voice: want a voice and an address: openai:VOICE@http://127.0.0.1:8880/v1")
	}
	// "MODEL/VOICE" names both.
	if model, name, ok := strings.Cut(c.Voice, "/"); ok && c.Model == "" {
		c.Model, c.Voice = model, name
	}
	if c.Model == "" {
		c.Model = "tts-1"
	}
	c.URL = strings.TrimRight(c.URL, "/")
	return &Voice{c}, nil
}

// Synthesize speaks one clause, streamed.
func (v *Voice) Synthesize(ctx context.Context, c voice.Clause) iter.Seq2[audio.Frame, error] {
	if strings.TrimSpace(c.Text) == "" {
		return func(func(audio.Frame, error) bool) {}
	}
	body, err := json.Marshal(struct {
		Model  string  `json:"model"`
		Voice  string  `json:"voice"`
		Input  string  `json:"input"`
		Format string  `json:"response_format"`
		Speed  float64 `json:"speed,omitempty"`
	}{v.c.Model, v.c.Voice, c.Text, "pcm", c.Rate})
	frames := stream.Speak(ctx, v.c.Client, Rate, v.c.Patience, func(ctx context.Context) (*http.Request, error) {
		if err != nil {
			return nil, err
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, v.c.URL+"/audio/speech", bytes.NewReader(body))
		if err != nil {
			return nil, err
		}
		req.Header.Set("Content-Type", "application/json")
		if v.c.Key != "" {
			req.Header.Set("Authorization", "Bearer "+v.c.Key)
		}
		return req, nil
	})
	return func(yield func(audio.Frame, error) bool) {
		for f, err := range frames {
			if err != nil {
				err = fmt.Errorf("openai voice %s: %w", v.c.Voice, err)
			}
			if !yield(f, err) {
				return
			}
		}
	}
}
