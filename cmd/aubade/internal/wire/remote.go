package wire

import (
	"cmp"
	"os"
	"strings"

	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/voice"
	openaiears "github.com/aubade/aubade/voice/asr/openai"
	"github.com/aubade/aubade/voice/asr/realtime"
	"github.com/aubade/aubade/voice/tts/edge"
	"github.com/aubade/aubade/voice/tts/elevenlabs"
	openaivoice "github.com/aubade/aubade/voice/tts/openai"
)

// cloud is where a spec of OpenAI's kind leads that names no server.
const cloud = "https://api.openai.com/v1"

// remoteVoice is a voice of a server.
func (s *Speech) remoteVoice(spec Spec) (voice.Synthesizer, error) {
	key := os.Getenv("AUBADE_TTS_KEY")
	switch spec.Kind {
	case "openai":
		return openaivoice.New(openaivoice.Config{URL: cmp.Or(spec.URL, cloud), Key: key, Voice: spec.Name})
	case "elevenlabs":
		return elevenlabs.New(elevenlabs.Config{URL: spec.URL, Key: key, Voice: spec.Name})
	case "edge":
		return edge.New(edge.Config{URL: spec.URL, Voice: spec.Name})
	}
	return nil, unknown("voice", spec, "flite:", "sherpa:", "openai:", "elevenlabs:", "edge:")
}

// remoteEars are the ears of a server; the edition's names are hinted at, where the server listens to hints.
func (s *Speech) remoteEars(spec Spec, e store.Edition) (voice.Recognizer, error) {
	key, prompt := os.Getenv("AUBADE_ASR_KEY"), hints(e.Lexicon)
	switch spec.Kind {
	case "openai":
		return openaiears.New(openaiears.Config{URL: cmp.Or(spec.URL, cloud), Key: key, Model: spec.Name, Language: "en", Prompt: prompt})
	case "realtime":
		return realtime.New(realtime.Config{URL: cmp.Or(spec.URL, cloud), Key: key, Model: spec.Name, Language: "en", Prompt: prompt})
	}
	return nil, unknown("recognizer", spec, "pocketsphinx:", "sherpa:", "openai:", "realtime:")
}

// maxHints keeps the prompt below the 224 tokens that Whisper reads.
const maxHints = 40

// hints are the names that a recogniser would not expect.
func hints(l lexicon.Lexicon) string { return strings.Join(names(l, maxHints), ", ") }

// names are companies' names, as many as are wanted.
func names(l lexicon.Lexicon, most int) []string {
	var all []string
	for _, t := range l.Terms {
		if t.Kind == lexicon.Company && len(all) < most {
			all = append(all, t.Name)
		}
	}
	return all
}
