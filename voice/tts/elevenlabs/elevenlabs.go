// Package elevenlabs speaks through ElevenLabs' streaming endpoint.
package elevenlabs

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strings"

	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/audio"
	"github.com/aubade/aubade/voice/tts/stream"
)

// Rate is the sample rate that is asked for, in Hz.
const Rate = 24000

// Config is a voice.
type Config struct {
	Key   string
	Voice string // its ID
	Model string // empty: eleven_flash_v2_5, the quickest
	URL   string // empty: the service's own

	Patience stream.Patience
	Client   *http.Client
}

// A Voice implements [voice.Synthesizer].
type Voice struct{ c Config }

// New checks the settings; nothing is asked of the service yet.
func New(c Config) (*Voice, error) {
	if c.Voice == "" {
		return nil, errors.New("elevenlabs: want a voice's ID: elevenlabs:VOICE")
	}
	if c.Key == "" {
		return nil, errors.New("elevenlabs: it needs a key in AUBADE_TTS_KEY")
	}
	if c.URL == "" {
		c.URL = "https://api.elevenlabs.io/v1"
	}
	if c.Model == "" {
		c.Model = "eleven_flash_v2_5"
	}
	c.URL = strings.TrimRight(c.URL, "/")
	return &Voice{c}, nil
}

// Synthesize speaks one clause, streamed. The service takes speeds of 0.7 to 1.2; others are brought into that range.
func (v *Voice) Synthesize(ctx context.Context, c voice.Clause) iter.Seq2[audio.Frame, error] {
	if strings.TrimSpace(c.Text) == "" {
		return func(func(audio.Frame, error) bool) {}
	}
	type settings struct {
		Speed float64 `json:"speed"`
	}
	order := struct {
		Text     string    `json:"text"`
		Model    string    `json:"model_id"`
		Settings *settings `json:"voice_settings,omitempty"`
	}{Text: c.Text, Model: v.c.Model}
	if c.Rate != 0 && c.Rate != 1 {
		order.Settings = &settings{min(1.2, max(0.7, c.Rate))}
	}
	body, err := json.Marshal(order)
	frames := stream.Speak(ctx, v.c.Client, Rate, v.c.Patience, func(ctx context.Context) (*http.Request, error) {
		if err != nil {
			return nil, err
		}
		address := v.c.URL + "/text-to-speech/" + url.PathEscape(v.c.Voice) + "/stream?output_format=pcm_24000"
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
		if err != nil {
			return nil, err
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("xi-api-key", v.c.Key)
		return req, nil
	})
	return func(yield func(audio.Frame, error) bool) {
		for f, err := range frames {
			if err != nil {
				err = fmt.Errorf("elevenlabs voice %s: %w", v.c.Voice, err)
			}
			if !yield(f, err) {
				return
			}
		}
	}
}
