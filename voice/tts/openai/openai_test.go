package openai

import (
	"testing"

	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/tts/ttstest"
	"github.com/aubade/aubade/voice/voicetest"
)

func open(t *testing.T, s *ttstest.Server) *Voice {
	v, err := New(Config{URL: s.URL + "/v1/", Key: "secret", Voice: "kokoro/af_heart", Patience: ttstest.Quick})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestConformance(t *testing.T) {
	s := ttstest.New(t, Rate, "input")
	voicetest.Synthesizer(t, func(t *testing.T) voice.Synthesizer { return open(t, s) })
}

func TestFaults(t *testing.T) { ttstest.Faults(t, open(t, ttstest.New(t, Rate, "input"))) }

func TestTheRequestIsWhatTheEndpointTakes(t *testing.T) {
	s := ttstest.New(t, Rate, "input")
	for _, err := range open(t, s).Synthesize(t.Context(), voice.Clause{Text: "hello", Rate: 0.9}) {
		if err != nil {
			t.Fatal(err)
		}
	}
	r := s.Requests()[0]
	if r.Path != "/v1/audio/speech" || r.Header.Get("Authorization") != "Bearer secret" {
		t.Errorf("%s with %v", r.Path, r.Header)
	}
	for k, want := range map[string]any{"model": "kokoro", "voice": "af_heart", "input": "hello", "response_format": "pcm", "speed": 0.9} {
		if r.Body[k] != want {
			t.Errorf("%s is %v, want %v", k, r.Body[k], want)
		}
	}
	if _, err := New(Config{URL: s.URL}); err == nil {
		t.Error("a voice without a name was made")
	}
}
