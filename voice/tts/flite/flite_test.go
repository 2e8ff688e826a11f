package flite

import (
	"context"
	"errors"
	"math"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aubade/aubade/internal/child"
	"github.com/aubade/aubade/voice"
)

func TestMain(m *testing.M) {
	if os.Getenv("AUBADE_ENGINE") == "flite" {
		if child.Serve(os.Stdin, os.Stdout, Handle) != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func engine(t testing.TB) *child.Engine {
	e := &child.Engine{Command: func() *exec.Cmd {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "AUBADE_ENGINE=flite")
		return cmd
	}}
	t.Cleanup(func() { _ = e.Close(context.Background()) })
	return e
}

func open(t testing.TB) (*Voice, *child.Engine) {
	e := engine(t)
	v, err := New(e, "slt")
	if err != nil {
		t.Fatal(err)
	}
	if err := v.Warm(t.Context()); err != nil {
		if strings.Contains(err.Error(), "libflite1") && os.Getenv("AUBADE_TEST_ALL") == "" {
			t.Skip(err)
		}
		t.Fatal(err)
	}
	return v, e
}

func TestItSpeaksInFrames(t *testing.T) {
	v, _ := open(t)
	var length time.Duration
	var energy float64
	for f, err := range v.Synthesize(t.Context(), voice.Clause{Text: "larkspur closed higher"}) {
		if err != nil {
			t.Fatal(err)
		}
		if time.Duration(f.At)*time.Second/time.Duration(f.Rate) != length {
			t.Fatalf("a frame at %d after %s", f.At, length)
		}
		length += f.Duration()
		for _, s := range f.PCM {
			energy += float64(s) * float64(s)
		}
	}
	if length < time.Second || length > 4*time.Second || math.Sqrt(energy/length.Seconds()/16000) < 300 {
		t.Errorf("%s of sound with energy %.0f", length, energy)
	}
}

func TestBreakingOffFreesTheVoiceForTheNext(t *testing.T) {
	v, _ := open(t)
	long := voice.Clause{Text: strings.Repeat("this goes on and on, ", 60)}
	for _, err := range v.Synthesize(t.Context(), long) {
		if err != nil {
			t.Fatal(err)
		}
		break
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	n := 0
	for _, err := range v.Synthesize(ctx, voice.Clause{Text: "next"}) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	if n == 0 {
		t.Error("the next clause is silent")
	}
}

func TestAKilledEngineSpeaksAgain(t *testing.T) {
	v, e := open(t)
	if err := syscall.Kill(e.Pid(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	var err error
	for range 50 {
		n := 0
		for _, err = range v.Synthesize(t.Context(), voice.Clause{Text: "back again"}) {
			n++
		}
		if err == nil && n > 0 {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Error("the voice did not come back:", err)
}

func TestAnEngineThatCannotStartSaysWhy(t *testing.T) {
	v, err := New(&child.Engine{Command: func() *exec.Cmd { return exec.Command("/nonexistent") }}, "slt")
	if err != nil {
		t.Fatal(err)
	}
	if err := v.Warm(t.Context()); err == nil || errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func BenchmarkFirstFrame(b *testing.B) {
	v, _ := open(b)
	for b.Loop() {
		for _, err := range v.Synthesize(b.Context(), voice.Clause{Text: "larkspur's revenue was two point three billion dollars"}) {
			if err != nil {
				b.Fatal(err)
			}
			break
		}
	}
}
