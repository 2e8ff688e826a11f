package flite

import (
	"errors"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/aubade/aubade/internal/native"
)

func open(t testing.TB, name string) *Voice {
	v, err := Open(name)
	if missing := (*native.MissingError)(nil); errors.As(err, &missing) && os.Getenv("AUBADE_TEST_ALL") == "" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestAVoiceSpeaksInPieces(t *testing.T) {
	for name := range Voices {
		v := open(t, name)
		n, pieces, loud := 0, 0, 0
		err := v.Speak("larkspur's revenue was two point three one billion dollars", 1, func(pcm []int16) bool {
			n += len(pcm)
			pieces++
			for _, s := range pcm {
				if s > 2000 || s < -2000 {
					loud++
				}
			}
			return true
		})
		length := time.Duration(n) * time.Second / Rate
		if err != nil || pieces < 5 || loud < 1000 || length < 2*time.Second || length > 8*time.Second {
			t.Errorf("%s: %d pieces, %s, %d loud samples, %v", name, pieces, length, loud, err)
		}
	}
}

func TestSpeakingStopsWhenToldTo(t *testing.T) {
	v := open(t, "slt")
	pieces := 0
	if err := v.Speak("this sentence is cut off after its second piece, whatever was still to be said", 1, func([]int16) bool {
		pieces++
		return pieces < 2
	}); err != nil {
		t.Fatal(err)
	}
	if pieces != 2 {
		t.Errorf("%d pieces after a stop at the second", pieces)
	}
	if err := v.Speak("and it speaks again", 1, func([]int16) bool { return true }); err != nil {
		t.Error(err)
	}
}

func TestAVoiceStillSpeaksWhenTheCollectorHasRun(t *testing.T) {
	v := open(t, "slt")
	for range 5 {
		for range 3 {
			runtime.GC()
		}
		litter := make([][]byte, 1<<12) // takes the place of what was collected
		for i := range litter {
			litter[i] = []byte(strings.Repeat("x", 15))
		}
		n := 0
		if err := v.Speak("larkspur closed higher", 1, func(pcm []int16) bool { n += len(pcm); return true }); err != nil || n == 0 {
			t.Fatalf("%d samples, %v", n, err)
		}
		runtime.KeepAlive(litter)
	}
}

func TestRateChangesTheLength(t *testing.T) {
	v := open(t, "slt")
	length := func(rate float64) (n int) {
		if err := v.Speak("the close was higher", rate, func(pcm []int16) bool { n += len(pcm); return true }); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if slow, fast := length(0.7), length(1.5); float64(slow) < 1.6*float64(fast) {
		t.Errorf("slow is %d samples, fast %d", slow, fast)
	}
}

func TestAPanicOfTheConsumerStaysInGo(t *testing.T) {
	v := open(t, "slt")
	if err := v.Speak("a panic", 1, func([]int16) bool { panic("in a callback") }); err != nil {
		t.Error(err)
	}
}

func BenchmarkFirstAudio(b *testing.B) {
	v := open(b, "slt")
	for b.Loop() {
		if err := v.Speak("larkspur's revenue was two point three one billion dollars", 1, func([]int16) bool { return false }); err != nil {
			b.Fatal(err)
		}
	}
}
