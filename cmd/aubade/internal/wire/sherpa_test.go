package wire

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/aubade/aubade/cmd/aubade/internal/config"
	"github.com/aubade/aubade/internal/child"
	"github.com/aubade/aubade/internal/native/sherpa/sherpatest"
	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/voice"
	sherpaears "github.com/aubade/aubade/voice/asr/sherpa"
	"github.com/aubade/aubade/voice/tts/flite"
	sherpavoice "github.com/aubade/aubade/voice/tts/sherpa"
)

func TestMain(m *testing.M) {
	var err error
	switch os.Getenv("AUBADE_ENGINE") {
	case "":
		os.Exit(m.Run())
	case "sherpa-ears":
		err = child.Serve(os.Stdin, os.Stdout, sherpaears.Handle)
	case "flite":
		err = child.Serve(os.Stdin, os.Stdout, flite.Handle)
	case "sherpa-voice":
		err = child.Serve(os.Stdin, os.Stdout, sherpavoice.Handle)
	}
	if err != nil {
		os.Exit(1)
	}
	os.Exit(0)
}

// open wires ears and a voice of the sample market.
func open(t *testing.T, ears, voice string) (*Speech, error) {
	t.Helper()
	c := config.Default()
	c.Domain, c.Home = "../../../../data/sample", t.TempDir()
	c.Ears.VAD = "energy:"
	if ears != "" {
		c.Ears.Recognizer = ears
	}
	if voice != "" {
		c.Voice.Synthesizer = voice
	}
	b, err := OpenBrain(c, c.Log.Logger())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	s, err := OpenSpeech(b, func(kind string) func() *exec.Cmd {
		return func() *exec.Cmd {
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), "AUBADE_ENGINE="+kind)
			return cmd
		}
	}, c.Log.Logger())
	if s != nil {
		t.Cleanup(func() { _ = s.Close(context.Background()) })
	}
	return s, err
}

func TestModelsInFoldersBecomeEarsAndAVoice(t *testing.T) {
	sherpatest.Need(t)
	s, err := open(t, "sherpa:"+sherpatest.Transducer(t)+"+"+sherpatest.SenseVoice(t), "sherpa:"+sherpatest.Voice(t)+"#0")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Warm(t.Context(), store.Edition{Lexicon: s.brain.Domain.Terms()}); err != nil {
		t.Fatal(err)
	}
}

func TestWhatIsWrongWithASpecIsSaid(t *testing.T) {
	sherpatest.Need(t)
	dir := sherpatest.Voice(t)
	for spec, says := range map[string]string{
		"sherpa:nobody":           "no model",
		"sherpa:kokoro-en#nobody": "pull kokoro-en",
		"sherpa:" + dir + "#eve":  "by number",
		"sherpa:/nowhere/at/all":  "no such file",
		"edge":                    "kind:name",
		"gramophone:":             "there are flite: sherpa:",
	} {
		if _, err := open(t, "", spec); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want something with %q", spec, err, says)
		}
	}
}

func TestWhatDoesNotLoadIsOnlyToldWhereSomethingStandsBehindIt(t *testing.T) {
	sherpatest.Need(t)
	broken := func() string {
		dir := sherpatest.Voice(t)
		if err := os.WriteFile(dir+"/model.onnx", []byte("no network"), 0o644); err != nil {
			t.Fatal(err)
		}
		return "sherpa:" + dir
	}
	good := "sherpa:" + sherpatest.Voice(t)
	deaf, ears := "realtime:m@http://127.0.0.1:1/v1", "sherpa:"+sherpatest.Transducer(t)
	for _, c := range []struct {
		ears, voice string
		fine        bool
	}{
		{ears, good, true},
		{deaf + " | " + ears, good, true},
		{deaf, good, false},
		{ears, "edge:x@ws://127.0.0.1:1 | " + good, true},
		{ears, broken(), false},
	} {
		s, err := open(t, c.ears, c.voice)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Warm(t.Context(), store.Edition{Lexicon: s.brain.Domain.Terms()}); (err == nil) != c.fine {
			t.Errorf("%s, %s: %v", c.ears, c.voice, err)
		}
	}
}

// A process that a bad model ends must not take a good one with it.
func TestABrokenVoiceInFrontIsStoodInFor(t *testing.T) {
	sherpatest.Need(t)
	if _, err := exec.LookPath("flite"); err != nil && os.Getenv("AUBADE_TEST_ALL") == "" {
		t.Skip("this test needs Debian's libflite1 and flite")
	}
	dir := sherpatest.Voice(t)
	if err := os.WriteFile(dir+"/model.onnx", []byte("no network"), 0o644); err != nil {
		t.Fatal(err)
	}
	s, err := open(t, "sherpa:"+sherpatest.Transducer(t), "sherpa:"+dir+" | flite:slt")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Warm(t.Context(), store.Edition{Lexicon: s.brain.Domain.Terms()}); err != nil {
		t.Fatal(err)
	}
	n := 0
	for f, err := range s.Synthesizer.Synthesize(t.Context(), voice.Clause{Text: "good morning"}) {
		if err != nil {
			t.Fatal(err)
		}
		n += len(f.PCM)
	}
	if n == 0 {
		t.Error("nobody speaks")
	}
}
