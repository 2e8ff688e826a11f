package silero

import (
	"context"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/aubade/aubade/internal/child"
	"github.com/aubade/aubade/internal/models"
	"github.com/aubade/aubade/voice/audio"
)

func TestMain(m *testing.M) {
	if os.Getenv("AUBADE_ENGINE") == "silero" {
		if os.Getenv("AUBADE_BUSY") != "" { // as if a recognizer shared the process
			for range runtime.NumCPU() {
				go func() {
					for {
						_ = math.Sqrt(rand.Float64())
					}
				}()
			}
		}
		if child.Serve(os.Stdin, os.Stdout, Handle) != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func engine(t testing.TB, env ...string) *child.Engine {
	e := &child.Engine{Command: func() *exec.Cmd {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(append(os.Environ(), "AUBADE_ENGINE=silero"), env...)
		cmd.Stderr = os.Stderr
		return cmd
	}}
	t.Cleanup(func() { _ = e.Close(context.Background()) })
	return e
}

// model skips where the network was not fetched, unless everything is to be tested.
func model(t testing.TB, e *child.Engine) *Model {
	t.Helper()
	m, err := New(e)
	if err == nil {
		err = m.Warm(t.Context())
	}
	if err != nil {
		if os.Getenv("AUBADE_TEST_ALL") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	return m
}

// speech is somebody saying "go forward ten meters".
func speech(t testing.TB) []int16 {
	t.Helper()
	raw, err := os.ReadFile("/usr/share/pocketsphinx/test/data/goforward.raw")
	if err != nil {
		if os.Getenv("AUBADE_TEST_ALL") != "" {
			t.Fatal(err)
		}
		t.Skip("this test needs Debian's pocketsphinx-testdata")
	}
	pcm := make([]int16, len(raw)/2)
	for i := range pcm {
		pcm[i] = int16(binary.LittleEndian.Uint16(raw[2*i:]))
	}
	return pcm
}

func noise(samples int, level float64) []int16 {
	r := rand.New(rand.NewPCG(1, 2))
	pcm := make([]int16, samples)
	for i := range pcm {
		pcm[i] = int16(level * r.NormFloat64())
	}
	return pcm
}

// judge is the probability of every window, keyed by its end.
func judge(t testing.TB, d *Detector, pcm []int16) map[audio.Position]float32 {
	t.Helper()
	all := map[audio.Position]float32{}
	for _, f := range audio.Frames(pcm, audio.Rate) {
		p, at, err := d.Speech(f)
		if err != nil {
			t.Fatal(err)
		}
		all[at] = p
	}
	return all
}

func TestSpeechIsToldFromNoise(t *testing.T) {
	m := model(t, engine(t))
	d := m.Detector()
	defer d.Close()
	voice := speech(t)
	gap := noise(audio.Rate, 60)
	all := judge(t, d, slices.Concat(gap, voice, gap, noise(audio.Rate*2, 2000)))
	begin, end := audio.Position(len(gap)), audio.Position(len(gap)+len(voice))
	speaking, quiet, wrong := 0, 0, 0
	for at, p := range all {
		switch {
		case at > begin && at <= end:
			if p > 0.5 {
				speaking++
			}
		case at <= begin || at > end+audio.Rate/2:
			quiet++
			if p > 0.5 {
				wrong++
			}
		}
	}
	if seconds := float64(speaking*window) / audio.Rate; seconds < 0.8 || wrong > 0 {
		t.Errorf("%.2f s of speech were heard; %d of %d windows without any were taken for it", seconds, wrong, quiet)
	}
}

func TestAKilledEngineIsReplacedAndGivenTheLastSecondAgain(t *testing.T) {
	e := engine(t)
	m := model(t, e)
	pcm := slices.Concat(noise(audio.Rate, 60), speech(t))
	whole := m.Detector()
	defer whole.Close()
	want := judge(t, whole, pcm)

	d := m.Detector()
	defer d.Close()
	frames := audio.Frames(pcm, audio.Rate)
	killed := len(frames) / 2
	failures, compared := 0, 0
	for i, f := range frames {
		if i == killed {
			if err := syscall.Kill(e.Pid(), syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
		}
		p, at, err := d.Speech(f)
		if err != nil {
			failures++
			t.Log(err)
			time.Sleep(20 * time.Millisecond)
			continue
		}
		if i > killed+5 {
			compared++
			if math.Abs(float64(p-want[at])) > 0.15 {
				t.Errorf("at %v, after the crash: %.2f, undisturbed: %.2f", at.Duration(), p, want[at])
			}
		}
	}
	if failures > 30 || compared < 20 {
		t.Errorf("%d frames failed, %d were compared", failures, compared)
	}
}

func TestWhatCannotBeLoadedIsSaid(t *testing.T) {
	e := engine(t)
	if _, err := newNetwork(purpose{Model: "/nonexistent.onnx"}); err == nil {
		t.Error("a network that is not there was loaded")
	}
	t.Setenv("AUBADE_MODELS", t.TempDir())
	l, err := models.Open("")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.Paths("silero-vad"); err == nil {
		t.Error("an empty folder holds the network")
	}
	d := (&Model{engine: e, purpose: []byte(`{"model":"/nonexistent.onnx"}`)}).Detector()
	began := time.Now()
	for _, f := range audio.Frames(make([]int16, audio.Rate), audio.Rate) {
		if _, at, err := d.Speech(f); err == nil || at != f.End() {
			t.Fatalf("at %d: %v", at, err)
		}
	}
	if d := time.Since(began); d > 2*time.Second {
		t.Errorf("a second of sound took %v without an engine", d)
	}
	if _, _, err := d.Speech(audio.Frame{PCM: make([]int16, 480), Rate: 24000}); err == nil {
		t.Error("24 kHz were taken")
	}
}

func TestDroppedDetectorsLetGoOfTheirStreams(t *testing.T) {
	m := model(t, engine(t))
	for range 50 {
		judge(t, m.Detector(), make([]int16, window))
		runtime.GC()
	}
}

// BenchmarkWindow compares where the network may run: here, in a process of its own, in one beside other work.
func BenchmarkWindow(b *testing.B) {
	through := func(env ...string) func(b *testing.B) {
		return func(b *testing.B) {
			m := model(b, engine(b, env...))
			d := m.Detector()
			defer d.Close()
			f := audio.Frame{PCM: make([]int16, window), Rate: audio.Rate}
			var took []time.Duration
			for b.Loop() {
				began := time.Now()
				if _, _, err := d.Speech(f); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(began))
				f.At += window
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
		}
	}
	b.Run("in this process", func(b *testing.B) {
		network, err := models.Path("silero-vad")
		if err != nil {
			b.Skip(err)
		}
		library, err := models.Path("onnxruntime")
		if err != nil {
			b.Skip(err)
		}
		n, err := newNetwork(purpose{network, library})
		if err != nil {
			b.Fatal(err)
		}
		pcm := make([]int16, window)
		for b.Loop() {
			if _, err := n.hear(pcm); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("in a process of its own", through())
	b.Run("in a process with other work", through("AUBADE_BUSY=1"))
}
