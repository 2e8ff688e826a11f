package script_test

import (
	"testing"

	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/audio"
	"github.com/aubade/aubade/voice/script"
	"github.com/aubade/aubade/voice/voicetest"
)

func call(t *testing.T, text string) *script.Call {
	t.Helper()
	sc, err := script.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	c, err := sc.Call()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestScriptedPartsKeepTheirPromises(t *testing.T) {
	t.Run("speaker", func(t *testing.T) {
		voicetest.AudioOut(t, func() voice.AudioOut { return audio.NewLoudspeaker(0, 1) })
	})
	t.Run("voice", func(t *testing.T) {
		voicetest.Synthesizer(t, func(t *testing.T) voice.Synthesizer { return call(t, "").Voice })
	})
	t.Run("ears", func(t *testing.T) {
		said := voicetest.Speech{PCM: make([]int16, 2*audio.Rate), Text: "how did Larkspur close"}
		for i := range said.PCM {
			said.PCM[i] = 6000
		}
		voicetest.Recognizer(t, func(t *testing.T) voice.Recognizer {
			return call(t, "0.5s user 2s \"how did Larkspur close\"\n3.5s user 2s \"how did Larkspur close\"").Ears
		}, said)
	})
}

func TestScriptsThatAreNone(t *testing.T) {
	for name, text := range map[string]string{
		"nobody of that name":    `1s parrot "hello"`,
		"an open quote":          `1s user 1s "hello`,
		"a user without a time":  `user 1s "hello"`,
		"a user who never ends":  `1s user "hello"`,
		"a model with a time":    `1s model "hello"`,
		"a time and nothing":     `1s`,
		"a word before a quote":  `1s user 1s hello"there"`,
		"a time before the call": `-1s user 1s "hello"`,
	} {
		if _, err := script.Parse(text); err == nil {
			t.Errorf("%s: %s is taken", name, text)
		}
	}
	sc, err := script.Parse("set colour=blue")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sc.Call(); err == nil {
		t.Error("an unknown option is taken")
	}
}

func FuzzParse(f *testing.F) {
	f.Add(`0.5s user 2s "how did Larkspur close" asr=180ms`)
	f.Add(`agent iv 5s "0.42" name="x"`)
	f.Fuzz(func(t *testing.T, text string) {
		sc, err := script.Parse(text)
		if err != nil {
			return
		}
		for _, l := range sc.Lines {
			if l.Who == "" || l.At < 0 || l.For < 0 {
				t.Errorf("%+v", l)
			}
		}
	})
}
