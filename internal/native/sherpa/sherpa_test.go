package sherpa

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/aubade/aubade/internal/models"
	"github.com/aubade/aubade/internal/native/sherpa/sherpatest"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv("AUBADE_SHERPA_BAD"); dir != "" {
		loadBad(dir)
	}
	os.Exit(m.Run())
}

// need opens the library.
func need(t testing.TB) {
	t.Helper()
	if err := Open(sherpatest.Need(t)); err != nil {
		t.Fatal(err)
	}
}

func find(t testing.TB, dir string, want Kind) Files {
	t.Helper()
	f, err := Find(dir, "")
	if err != nil || f.Kind != want {
		t.Fatalf("%s is of kind %q, want %q: %v", dir, f.Kind, want, err)
	}
	return f
}

func hear(t *testing.T, o *Online, hotwords string, pcm []int16) Result {
	t.Helper()
	s, err := o.Stream(hotwords)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for len(pcm) > 0 {
		n := min(len(pcm), Rate/50)
		s.Write(pcm[:n])
		pcm = pcm[n:]
	}
	s.Finish()
	r, err := s.Result()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestATransducerHearsWhileTheSoundComes(t *testing.T) {
	need(t)
	o, err := NewOnline(find(t, sherpatest.Transducer(t), StreamingTransducer))
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	sound := append(append(sherpatest.Quiet(400), sherpatest.Noise(600)...), sherpatest.Quiet(400)...)
	r := hear(t, o, "", sound)
	words := strings.Fields(r.Text)
	if n := len(words); n < 6 || n > 10 || words[0] != "TICK" || words[1] != "TOCK" || words[2] != "TICK" {
		t.Errorf("it heard %q", r.Text)
	}
	if len(r.Timestamps) != len(r.Tokens) || r.Timestamps[0] < 0.2 || r.Timestamps[0] > 0.7 {
		t.Errorf("tokens %q at %v", r.Tokens, r.Timestamps)
	}
	if r := hear(t, o, "", sherpatest.Quiet(1000)); r.Text != "" {
		t.Errorf("silence is %q", r.Text)
	}
	if !o.Hotwords() {
		t.Fatal("it knows no hotwords")
	}
	if r := hear(t, o, "BOOM", sound); !strings.Contains(r.Text, "BOOM") {
		t.Errorf("with a hotword it heard %q", r.Text)
	}
}

func TestATransducerHearsWholeUtterances(t *testing.T) {
	need(t)
	o, err := NewOffline(find(t, sherpatest.WholeTransducer(t), Transducer), "")
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	r, err := o.Recognize(append(append(sherpatest.Quiet(300), sherpatest.Noise(300)...), sherpatest.Quiet(300)...))
	if err != nil {
		t.Fatal(err)
	}
	if words := strings.Fields(r.Text); len(words) < 20 || len(words) > 40 || words[0] != "TICK" || words[1] != "TOCK" {
		t.Errorf("it heard %q", r.Text)
	}
	if r, err := o.Recognize(sherpatest.Quiet(50)); err != nil || r.Text != "" {
		t.Errorf("of too little sound: %+v, %v", r, err)
	}
}

func TestSenseVoiceTellsLanguageAndMood(t *testing.T) {
	need(t)
	f := find(t, sherpatest.SenseVoice(t), SenseVoice)
	for language, want := range map[string]string{"en": "<|en|>", "zh": "<|zh|>"} {
		o, err := NewOffline(f, language)
		if err != nil {
			t.Fatal(err)
		}
		r, err := o.Recognize(append(append(sherpatest.Quiet(300), sherpatest.Noise(700)...), sherpatest.Quiet(300)...))
		o.Close()
		if err != nil {
			t.Fatal(err)
		}
		if strings.TrimSpace(r.Text) != "Tick." || r.Language != want || r.Emotion != "<|HAPPY|>" || r.Event != "<|Speech|>" {
			t.Errorf("%s: it heard %+v", language, r)
		}
	}
}

func TestAVoiceSpeaks(t *testing.T) {
	need(t)
	v, err := NewVoice(find(t, sherpatest.Voice(t), VITS))
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	if v.Rate != sherpatest.VoiceRate {
		t.Fatalf("its rate is %d", v.Rate)
	}
	say := func(text string, rate float64) (n int, peak int16) {
		t.Helper()
		if err := v.Speak(text, 0, rate, func(pcm []int16) bool {
			n += len(pcm)
			for _, x := range pcm {
				peak = max(peak, x)
			}
			return true
		}); err != nil {
			t.Fatal(err)
		}
		return n, peak
	}
	n, peak := say("hello world", 1)
	if d := float64(n) / float64(v.Rate); d < 0.4 || d > 1 || peak < 8000 || peak > 8300 {
		t.Errorf("%.2f s of sound with a peak of %d", d, peak)
	}
	if _, slow := say("hello", 0.5); slow < 16000 {
		t.Errorf("the speed does not reach the network: a peak of %d", slow)
	}
	if err := v.Speak("hello", 7, 1, func([]int16) bool { return true }); err == nil {
		t.Error("there is a speaker 7")
	}
}

// loadBad is the child of the test below.
func loadBad(dir string) {
	onnx, err := models.Path("onnxruntime")
	if err != nil {
		os.Exit(3)
	}
	path, err := models.Path("sherpa-onnx")
	if err != nil || Open(onnx, path) != nil {
		os.Exit(3)
	}
	f, err := Find(dir, "")
	if err != nil {
		os.Exit(3)
	}
	if _, err := NewOffline(f, "en"); err != nil {
		os.Exit(4)
	}
	os.Exit(0)
}

// This is why it runs in a process of its own.
func TestABadModelEndsTheProcess(t *testing.T) {
	need(t)
	dir := sherpatest.SenseVoice(t)
	if err := os.WriteFile(dir+"/model.onnx", []byte("no network"), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "AUBADE_SHERPA_BAD="+dir)
	err := cmd.Run()
	code := cmd.ProcessState.ExitCode()
	if err == nil || code == 3 || code == 4 {
		t.Errorf("the process ended with %d: %v", code, err)
	}
}

func TestSpeakersOfAStyledVoiceAreToldApart(t *testing.T) {
	need(t)
	for family, kind := range map[string]Kind{"kokoro": Kokoro, "kitten": Kitten} {
		t.Run(family, func(t *testing.T) {
			v, err := NewVoice(find(t, sherpatest.Styled(t, family), kind))
			if err != nil {
				t.Fatal(err)
			}
			defer v.Close()
			if v.Rate != 24000 || v.Speakers != 2 {
				t.Fatalf("%d speakers at %d Hz", v.Speakers, v.Rate)
			}
			peak := func(speaker int, rate float64) (p int16) {
				t.Helper()
				if err := v.Speak("good morning", speaker, rate, func(pcm []int16) bool {
					for _, x := range pcm {
						p = max(p, x)
					}
					return true
				}); err != nil {
					t.Fatal(err)
				}
				return p
			}
			first, second, slow := peak(0, 1), peak(1, 1), peak(0, 0.5)
			if first < 6000 || first > 7000 || second < 2*first-100 || second > 2*first+100 || slow < 2*first-100 {
				t.Errorf("the peaks are %d, %d and slowly %d", first, second, slow)
			}
		})
	}
}
