package main

import (
	"reflect"
	"strings"
	"testing"

	"github.com/aubade/aubade/cmd/aubade/internal/config"
	"github.com/aubade/aubade/internal/doctor"
)

var someServers = []doctor.Server{
	{Name: "Ollama", URL: "http://127.0.0.1:11434/v1", Models: map[doctor.Use]string{doctor.Brain: "qwen3:4b"}},
	{Name: "Kokoro", URL: "http://127.0.0.1:8880/v1", Models: map[doctor.Use]string{doctor.Voice: "kokoro"}},
	{Name: "speaches", URL: "http://127.0.0.1:8000/v1", Models: map[doctor.Use]string{doctor.Ears: "whisper"}},
}

func TestWhatIsOfferedCanBePasted(t *testing.T) {
	got := offer(someServers)
	for _, want := range []string{"Ollama (qwen3:4b)", "up --local", `answer.model: "openai:qwen3:4b@http://127.0.0.1:11434/v1"`, `voice.synthesizer: "openai:kokoro/af_heart@http://127.0.0.1:8880/v1"`} {
		if !strings.Contains(got, want) {
			t.Errorf("%q lacks %q", got, want)
		}
	}
}

func TestLocalServersComeBeforeTheEmbeddedPartsAndAfterAChoice(t *testing.T) {
	c := config.Default()
	takeLocal(&c, someServers)
	if c.Answer.Model != "openai:qwen3:4b@http://127.0.0.1:11434/v1" ||
		c.Ears.Recognizer != "openai:whisper@http://127.0.0.1:8000/v1 | pocketsphinx:" ||
		c.Voice.Synthesizer != "openai:kokoro/af_heart@http://127.0.0.1:8880/v1 | flite:slt" {
		t.Errorf("got %s, %s, %s", c.Answer.Model, c.Ears.Recognizer, c.Voice.Synthesizer)
	}
	chosen := config.Default()
	chosen.Answer.Model, chosen.Ears.Recognizer, chosen.Voice.Synthesizer = "openai:x@http://127.0.0.1:1/v1", "realtime:y@https://example.com/v1", "edge:z | flite:slt"
	want := chosen
	takeLocal(&chosen, someServers)
	if !reflect.DeepEqual(chosen, want) {
		t.Errorf("a choice was changed: %+v", chosen)
	}
}
