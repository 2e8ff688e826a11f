package voicetest

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aubade/aubade/internal/child"
	"github.com/aubade/aubade/internal/domain"
	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/asr/lm"
	"github.com/aubade/aubade/voice/asr/pocketsphinx"
	"github.com/aubade/aubade/voice/audio"
	"github.com/aubade/aubade/voice/script"
	"github.com/aubade/aubade/voice/tts/flite"
	"github.com/aubade/aubade/voice/vad/energy"
	"github.com/aubade/aubade/voice/wav"
)

func TestMain(m *testing.M) {
	handlers := map[string]func(context.Context, []byte, *child.Stream) error{
		"ears": pocketsphinx.Handle, "voice": flite.Handle,
	}
	if h, ok := handlers[os.Getenv("AUBADE_ENGINE")]; ok {
		if child.Serve(os.Stdin, os.Stdout, h) != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func need(t *testing.T, what string, ok bool) {
	t.Helper()
	if ok {
		return
	}
	if os.Getenv("AUBADE_TEST_ALL") != "" {
		t.Fatal("this test needs ", what)
	}
	t.Skip("this test needs ", what)
}

func engine(t *testing.T, role string) *child.Engine {
	e := &child.Engine{Command: func() *exec.Cmd {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "AUBADE_ENGINE="+role)
		return cmd
	}}
	t.Cleanup(func() { _ = e.Close(context.Background()) })
	return e
}

// read is a text in a voice of festival's, at audio.Rate.
func read(t *testing.T, text string) []int16 {
	t.Helper()
	_, err := exec.LookPath("text2wave")
	need(t, "festival", err == nil)
	file := filepath.Join(t.TempDir(), "q.wav")
	cmd := exec.Command("text2wave", "-o", file)
	cmd.Stdin = strings.NewReader(text)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	w, err := audio.ReadWAV(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	return audio.Resample(w.Mono(), w.Rate, audio.Rate)
}

// TestACallWithTheEmbeddedEngines holds a conversation in real time, with native ears and a native voice in processes of
// their own: a question, its answer, and a second question that interrupts it.
func TestACallWithTheEmbeddedEngines(t *testing.T) {
	_, err := os.Stat("/usr/share/pocketsphinx/model/en-us/en-us.lm.bin")
	need(t, "Debian's pocketsphinx-en-us", err == nil)
	d, err := domain.Load("../../data/sample")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	plainly := func(s string) []string { return strings.Fields(plain(s)) }
	if _, err := lm.Build(t.Context(), dir, lm.Source{Lexicon: d.Terms(), Years: []int{2025, 2026}, Words: plainly}); err != nil {
		t.Fatal(err)
	}
	say, err := flite.New(engine(t, "voice"), "slt")
	if err != nil {
		t.Fatal(err)
	}
	if err := say.Warm(t.Context()); err != nil {
		need(t, "libflite: "+err.Error(), false)
	}
	pause := func(d time.Duration) []int16 { return make([]int16, audio.At(d)) }
	first, second := read(t, "What was Larkspur's revenue last quarter?"), read(t, "No, I meant Halden.")
	var caller []int16
	for _, part := range [][]int16{pause(500 * time.Millisecond), first, pause(3500 * time.Millisecond), second, pause(500 * time.Millisecond)} {
		caller = append(caller, part...)
	}
	room := wav.New(audio.Recording{Rate: audio.Rate, Channels: 1, PCM: caller})
	sc, err := script.Parse(`model "Revenue was two point three billion dollars, and that is a little more than in the quarter before it, as everybody had expected."
		model "Halden had one billion."`)
	if err != nil {
		t.Fatal(err)
	}
	call, err := sc.Call()
	if err != nil {
		t.Fatal(err)
	}
	log := &Log{}
	cfg := call.Config(log)
	cfg.In, cfg.Out, cfg.Detector, cfg.Synthesizer = room, room, energy.New(), say
	cfg.Recognizer = pocketsphinx.New(engine(t, "ears"), pocketsphinx.Options{Dir: dir, NoReject: true})
	s, err := voice.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	turns, cuts := 0, 0
	for _, e := range log.Events() {
		t.Log(Format(e))
		switch e.Kind {
		case voice.TurnEnd:
			turns++
		case voice.BargeIn:
			cuts++
		case voice.Trouble:
			t.Error("trouble: ", e.Text)
		}
	}
	if turns != 2 || cuts != 1 {
		t.Errorf("%d turns and %d interruptions, want 2 and 1", turns, cuts)
	}
}
