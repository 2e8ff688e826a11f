package sherpatest

import (
	"context"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"

	"github.com/aubade/aubade/internal/child"
	"github.com/aubade/aubade/internal/models"
)

// Need is where ONNX Runtime and sherpa-onnx lie. Without them the test is skipped, or fails where everything must be there.
func Need(t testing.TB) (runtime, library string) {
	t.Helper()
	runtime, err := models.Path("onnxruntime")
	if err == nil {
		library, err = models.Path("sherpa-onnx")
	}
	switch {
	case err == nil:
	case os.Getenv("AUBADE_TEST_ALL") != "":
		t.Fatal(err)
	default:
		t.Skip(err)
	}
	return runtime, library
}

// Engine is the test's own binary as an engine: its TestMain must serve where AUBADE_ENGINE is "sherpa".
func Engine(t testing.TB) *child.Engine {
	e := &child.Engine{Command: func() *exec.Cmd {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "AUBADE_ENGINE=sherpa")
		return cmd
	}}
	t.Cleanup(func() { _ = e.Close(context.Background()) })
	return e
}

const rate = 16000

// Noise is what the tiny networks take for speech.
func Noise(ms int) []int16 {
	r := rand.New(rand.NewPCG(1, 2))
	pcm := Quiet(ms)
	for i := range pcm {
		pcm[i] = int16(r.IntN(12000) - 6000)
	}
	return pcm
}

// Quiet is silence.
func Quiet(ms int) []int16 { return make([]int16, rate*ms/1000) }
