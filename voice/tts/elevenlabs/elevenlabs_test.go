package elevenlabs

import (
	"testing"

	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/tts/ttstest"
	"github.com/aubade/aubade/voice/voicetest"
)

func open(t *testing.T, s *ttstest.Server) *Voice {
	v, err := New(Config{URL: s.URL + "/v1/", Key: "secret", Voice: "vox", Patience: ttstest.Quick})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestConformance(t *testing.T) {
	s := ttstest.New(t, Rate, "text")
	voicetest.Synthesizer(t, func(t *testing.T) voice.Synthesizer { return open(t, s) })
}

func TestFaults(t *testing.T) { ttstest.Faults(t, open(t, ttstest.New(t, Rate, "text"))) }

func TestTheRequestIsWhatTheEndpointTakes(t *testing.T) {
	s := ttstest.New(t, Rate, "text")
	for _, err := range open(t, s).Synthesize(t.Context(), voice.Clause{Text: "hello", Rate: 0.9}) {
		if err != nil {
			t.Fatal(err)
		}
	}
	r := s.Requests()[0]
	if r.Path != "/v1/text-to-speech/vox/stream?output_format=pcm_24000" || r.Header.Get("Xi-Api-Key") != "secret" {
		t.Errorf("%s with %v", r.Path, r.Header)
	}
	settings, _ := r.Body["voice_settings"].(map[string]any)
	if r.Body["text"] != "hello" || r.Body["model_id"] != "eleven_flash_v2_5" || settings["speed"] != 0.9 {
		t.Errorf("%v", r.Body)
	}
	if _, err := New(Config{Voice: "vox"}); err == nil {
		t.Error("a voice without a key was made")
	}
}
