package pocketsphinx

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aubade/aubade/internal/child"
	"github.com/aubade/aubade/internal/domain"
	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/asr/lm"
	"github.com/aubade/aubade/voice/audio"
	"github.com/aubade/aubade/voice/voicetest"
)

func TestMain(m *testing.M) {
	if os.Getenv("AUBADE_ENGINE") == "pocketsphinx" {
		if child.Serve(os.Stdin, os.Stdout, Handle) != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func need(t testing.TB, what string, ok bool) {
	t.Helper()
	if ok {
		return
	}
	if os.Getenv("AUBADE_TEST_ALL") != "" {
		t.Fatal("this test needs ", what)
	}
	t.Skip("this test needs ", what)
}

// ears are a recognizer of the sample market, and its engine.
func ears(t testing.TB) (*Recognizer, *child.Engine) {
	t.Helper()
	_, err := os.Stat("/usr/share/pocketsphinx/model/en-us/en-us.lm.bin")
	need(t, "Debian's pocketsphinx-en-us", err == nil)
	d, err := domain.Load("../../../data/sample")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if _, err := lm.Build(t.Context(), dir, lm.Source{Lexicon: d.Terms(), Years: []int{2025, 2026, 2027}, Words: plainWords}); err != nil {
		t.Fatal(err)
	}
	e := &child.Engine{Command: func() *exec.Cmd {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "AUBADE_ENGINE=pocketsphinx")
		return cmd
	}}
	t.Cleanup(func() { _ = e.Close(context.Background()) })
	return New(e, Options{Dir: dir, Margin: DefaultMargin}), e
}

// plainWords stands in for the speech layer, which this package may not know.
func plainWords(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return (r < 'a' || r > 'z') && r != '\'' })
}

// spoken is a text in a voice of festival's at audio.Rate, which shares no letter-to-sound rules with the dictionary.
func spoken(t testing.TB, text string) []int16 {
	t.Helper()
	_, err := exec.LookPath("text2wave")
	need(t, "festival", err == nil)
	wav := filepath.Join(t.TempDir(), "q.wav")
	cmd := exec.Command("text2wave", "-o", wav)
	cmd.Stdin = strings.NewReader(text)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return sound(t, wav)
}

func TestConformance(t *testing.T) {
	r, _ := ears(t)
	voicetest.Recognizer(t, func(*testing.T) voice.Recognizer { return r }, voicetest.Speech{PCM: spoken(t, "what was larkspur's revenue last quarter")})
}

// sound is a recording at audio.Rate: WAV, or without a header.
func sound(t testing.TB, path string) []int16 {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if filepath.Ext(path) == ".wav" {
		w, err := audio.ReadWAV(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		return audio.Resample(w.Mono(), w.Rate, audio.Rate)
	}
	pcm := make([]int16, len(raw)/2)
	for i := range pcm {
		pcm[i] = int16(binary.LittleEndian.Uint16(raw[2*i:]))
	}
	return pcm
}

// transcribe hears one recording, with a second of quiet around it.
func transcribe(t testing.TB, r *Recognizer, pcm []int16) voice.Transcript {
	t.Helper()
	s, err := r.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	quiet := make([]int16, audio.Rate)
	all := append(append(append([]int16(nil), quiet...), pcm...), quiet...)
	for _, f := range audio.Frames(all, audio.Rate) {
		if err := s.Write(f); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Flush(); err != nil {
		t.Fatal(err)
	}
	for late := time.After(30 * time.Second); ; {
		select {
		case tr, ok := <-s.Results():
			if !ok {
				t.Fatal(s.Err())
			}
			if tr.Final {
				return tr
			}
		case <-late:
			t.Fatal("no final")
		}
	}
}

func TestOtherSpeechIsRejected(t *testing.T) {
	clips, _ := filepath.Glob("/usr/share/pocketsphinx/test/data/*/*.wav")
	raws, _ := filepath.Glob("/usr/share/pocketsphinx/test/data/*.raw")
	more, _ := filepath.Glob("/usr/share/pocketsphinx/test/data/*/*.raw")
	clips = slices.Concat(clips, raws, more)
	need(t, "Debian's pocketsphinx-testdata", len(clips) >= 14)
	r, _ := ears(t)
	for _, c := range clips {
		if tr := transcribe(t, r, sound(t, c)); !tr.Rejected && tr.Text != "" {
			t.Errorf("%s became the question %q", filepath.Base(c), tr.Text)
		}
	}
}

func TestQuestionsOfTheDomainAreHeard(t *testing.T) {
	r, _ := ears(t)
	accepted, names := 0, 0
	cases := []struct{ say, name string }{
		{"What was Larkspur's revenue last quarter?", "larkspur"},
		{"What is the implied volatility of Halden?", "halden"},
		{"How did Halden close on Friday?", "halden"},
		{"Brief me.", "brief"},
		{"What changed?", "changed"},
		{"Tell me about Larkspur.", "larkspur"},
	}
	for _, tc := range cases {
		tr := transcribe(t, r, spoken(t, tc.say))
		if !tr.Rejected {
			accepted++
		}
		if strings.Contains(tr.Text, tc.name) {
			names++
		}
		t.Logf("%q: %q rejected=%v", tc.say, tr.Text, tr.Rejected)
	}
	if accepted < len(cases)-1 || names < len(cases)-1 {
		t.Errorf("of %d questions %d were accepted and %d names heard", len(cases), accepted, names)
	}
}

func TestAQuietCallerIsUnderstoodAtTheFirstQuestion(t *testing.T) {
	r, _ := ears(t)
	loud := spoken(t, "What was Larkspur's revenue last quarter?")
	for _, div := range []int16{1, 8, 30} {
		quiet := make([]int16, len(loud))
		for i, s := range loud {
			quiet[i] = s / div
		}
		// The stream is the caller's first, and its decoder was the caller's before.
		tr := transcribe(t, r, quiet)
		if tr.Rejected || !strings.HasPrefix(tr.Text, "what was larkspur's revenue last") {
			t.Errorf("at a level of 1/%d: %q rejected=%v", div, tr.Text, tr.Rejected)
		}
	}
}

func TestAKilledEngineEndsTheStreamAndTheNextHears(t *testing.T) {
	r, e := ears(t)
	s, err := r.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(e.Pid(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	select {
	case _, ok := <-s.Results():
		if ok || s.Err() == nil {
			t.Errorf("a killed engine: more results %v, error %v", ok, s.Err())
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the stream does not notice that its engine is gone")
	}
	_ = s.Close()
	for range 50 {
		if s, err = r.Open(t.Context()); err == nil {
			_ = s.Close()
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Error("no stream opens any more:", err)
}

func TestAFlushOfSilenceDoesNotOvertakeAFinal(t *testing.T) {
	r, _ := ears(t)
	s, err := r.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, f := range audio.Frames(append(make([]int16, audio.Rate/2), spoken(t, "how did halden close on friday")...), audio.Rate) {
		if err := s.Write(f); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 { // the second one finds nothing said, while the first one's final is still being worked out
		if err := s.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	var finals []string
	for late := time.After(30 * time.Second); len(finals) < 2; {
		select {
		case tr := <-s.Results():
			if tr.Final {
				finals = append(finals, tr.Text)
			}
		case <-late:
			t.Fatalf("%d finals came", len(finals))
		}
	}
	if finals[0] == "" || finals[1] != "" {
		t.Errorf("finals came as %q", finals)
	}
}

func TestAFolderThatIsNotThereIsSaid(t *testing.T) {
	_, e := ears(t)
	_, err := New(e, Options{Dir: "/nonexistent"}).Open(t.Context())
	if err == nil || !strings.Contains(err.Error(), "/nonexistent") {
		t.Error(fmt.Sprint(err))
	}
}
