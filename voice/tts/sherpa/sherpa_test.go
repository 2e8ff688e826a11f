package sherpa

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/aubade/aubade/internal/child"
	"github.com/aubade/aubade/internal/native/sherpa"
	"github.com/aubade/aubade/internal/native/sherpa/sherpatest"
	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/voicetest"
)

func TestMain(m *testing.M) {
	if os.Getenv("AUBADE_ENGINE") == "sherpa" {
		if child.Serve(os.Stdin, os.Stdout, Handle) != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func open(t *testing.T, dir string) (*Voice, *child.Engine) {
	t.Helper()
	runtime, library := sherpatest.Need(t)
	f, err := sherpa.Find(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	e := sherpatest.Engine(t)
	v, err := New(e, Config{Runtime: runtime, Library: library, Model: f})
	if err != nil {
		t.Fatal(err)
	}
	return v, e
}

func TestConformance(t *testing.T) {
	v, _ := open(t, sherpatest.Voice(t))
	voicetest.Synthesizer(t, func(*testing.T) voice.Synthesizer { return v })
}

func TestAKilledEngineSpeaksAgain(t *testing.T) {
	v, e := open(t, sherpatest.Voice(t))
	if err := v.Warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(e.Pid(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	var err error
	for range 20 { // the death may not have been noticed yet
		n := 0
		for f, e := range v.Synthesize(t.Context(), voice.Clause{Text: "hello"}) {
			n += len(f.PCM)
			err = e
		}
		if err == nil && n > 0 {
			return
		}
	}
	t.Error("the voice did not come back:", err)
}

func TestAModelThatIsNoneIsACleanError(t *testing.T) {
	dir := sherpatest.Voice(t)
	if err := os.WriteFile(filepath.Join(dir, "model.onnx"), []byte("no network"), 0o644); err != nil {
		t.Fatal(err)
	}
	v, _ := open(t, dir)
	if err := v.Warm(t.Context()); !errors.Is(err, child.ErrDied) || !strings.Contains(err.Error(), "not what it expects") {
		t.Errorf("got %v", err)
	}
}

func TestWhatHearsDoesNotSpeak(t *testing.T) {
	if _, err := New(nil, Config{Model: sherpa.Files{Kind: sherpa.SenseVoice}}); err == nil {
		t.Error("ears were taken for a voice")
	}
}
