package sherpa

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aubade/aubade/internal/child"
	"github.com/aubade/aubade/internal/native/sherpa"
	"github.com/aubade/aubade/internal/native/sherpa/sherpatest"
	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/audio"
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

func ears(t *testing.T, hotwords []string, dirs ...string) (*Recognizer, *child.Engine) {
	t.Helper()
	c := Config{Language: "en", Hotwords: hotwords}
	c.Runtime, c.Library = sherpatest.Need(t)
	for _, d := range dirs {
		f, err := sherpa.Find(d, "")
		if err != nil {
			t.Fatal(err)
		}
		c.Models = append(c.Models, f)
	}
	e := sherpatest.Engine(t)
	r, err := New(e, c)
	if err != nil {
		t.Fatal(err)
	}
	return r, e
}

func TestConformance(t *testing.T) {
	for name, dirs := range map[string]func() []string{
		"a streaming transducer": func() []string { return []string{sherpatest.Transducer(t)} },
		"whole utterances":       func() []string { return []string{sherpatest.SenseVoice(t)} },
		"both":                   func() []string { return []string{sherpatest.Transducer(t), sherpatest.SenseVoice(t)} },
	} {
		t.Run(name, func(t *testing.T) {
			r, _ := ears(t, nil, dirs()...)
			voicetest.Recognizer(t, func(*testing.T) voice.Recognizer { return r }, voicetest.Speech{PCM: sherpatest.Noise(900)})
		})
	}
}

// say writes quiet, speech and quiet, and collects what is heard up to the final.
func say(t *testing.T, s voice.Stream, pcm []int16) (partials []voice.Transcript, final voice.Transcript) {
	t.Helper()
	pcm = append(append(sherpatest.Quiet(500), pcm...), sherpatest.Quiet(300)...)
	for _, f := range audio.Frames(pcm, audio.Rate) {
		if err := s.Write(f); err != nil {
			t.Fatal(err)
		}
		// A partial is only made where no more sound is waiting, as in life.
		time.Sleep(time.Millisecond)
	}
	if err := s.Flush(); err != nil {
		t.Fatal(err)
	}
	late := time.After(20 * time.Second)
	for {
		select {
		case r, ok := <-s.Results():
			if !ok {
				t.Fatal(s.Err())
			}
			if r.Final {
				return partials, r
			}
			partials = append(partials, r)
		case <-late:
			t.Fatal("no final came")
		}
	}
}

func open(t *testing.T, r *Recognizer) voice.Stream {
	t.Helper()
	s, err := r.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestWordsComeWhileSomebodySpeaksAndAreReadAgainAtTheEnd(t *testing.T) {
	r, _ := ears(t, nil, sherpatest.Transducer(t), sherpatest.SenseVoice(t))
	partials, final := say(t, open(t, r), sherpatest.Noise(1200))
	if len(partials) == 0 || !strings.HasPrefix(partials[len(partials)-1].Text, "tick tock") {
		t.Errorf("the partials are %+v", partials)
	}
	if final.Text != "Tick." || final.Language != "en" || final.Emotion != "happy" {
		t.Errorf("the final is %+v", final)
	}
	if final.From < audio.At(300*time.Millisecond) || final.From > audio.At(700*time.Millisecond) || final.To > audio.At(2*time.Second) {
		t.Errorf("it lies at %d–%d", final.From, final.To)
	}
}

func TestHotwordsReachTheDecoder(t *testing.T) {
	r, _ := ears(t, []string{"Boom"}, sherpatest.Transducer(t))
	_, final := say(t, open(t, r), sherpatest.Noise(900))
	if !strings.Contains(final.Text, "boom") || len(final.Words) == 0 || final.Words[0].End <= final.Words[0].Start {
		t.Errorf("it heard %+v", final)
	}
}

func TestAKilledEngineEndsTheStreamAndComesBack(t *testing.T) {
	r, e := ears(t, nil, sherpatest.Transducer(t))
	s := open(t, r)
	say(t, s, sherpatest.Noise(400))
	if err := syscall.Kill(e.Pid(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	for range s.Results() {
	}
	if !errors.Is(s.Err(), child.ErrDied) {
		t.Errorf("the stream ended with %v", s.Err())
	}
	if _, final := say(t, open(t, r), sherpatest.Noise(400)); final.Text == "" {
		t.Error("it is deaf after it came back")
	}
}

func TestAModelThatIsNoneIsACleanError(t *testing.T) {
	dir := sherpatest.SenseVoice(t)
	if err := os.WriteFile(filepath.Join(dir, "model.onnx"), []byte("no network"), 0o644); err != nil {
		t.Fatal(err)
	}
	r, _ := ears(t, nil, dir)
	if _, err := r.Open(t.Context()); !errors.Is(err, child.ErrDied) || !strings.Contains(err.Error(), "not what it expects") {
		t.Errorf("got %v", err)
	}
}

func TestModelsThatDoNotHearAreRefused(t *testing.T) {
	if _, err := New(nil, Config{Models: []sherpa.Files{{Kind: sherpa.Kokoro, Dir: "kokoro"}}}); err == nil || !strings.Contains(err.Error(), "voice") {
		t.Errorf("got %v", err)
	}
	if _, err := New(nil, Config{}); err == nil {
		t.Error("ears without a model were made")
	}
	two := sherpa.Files{Kind: sherpa.Whisper}
	if _, err := New(nil, Config{Models: []sherpa.Files{two, two}}); err == nil {
		t.Error("two second passes were taken")
	}
}
