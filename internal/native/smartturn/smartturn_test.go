package smartturn

import (
	"context"
	"errors"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aubade/aubade/internal/child"
	"github.com/aubade/aubade/internal/models"
	"github.com/aubade/aubade/internal/native"
	"github.com/aubade/aubade/internal/native/onnx"
	"github.com/aubade/aubade/internal/native/onnx/onnxtest"
)

func TestMain(m *testing.M) {
	if os.Getenv("AUBADE_ENGINE") == "smartturn" {
		if child.Serve(os.Stdin, os.Stdout, Handle) != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// tiny has the shape of the real network; it answers with the sigmoid of the features' mean.
var tiny = onnxtest.Model{
	Nodes: []onnxtest.Node{
		{Op: "ReduceMean", Inputs: []string{"input_features"}, Outputs: []string{"mean"}, Ints: map[string][]int64{"axes": {1, 2}}, Int: map[string]int64{"keepdims": 0}},
		{Op: "Sigmoid", Inputs: []string{"mean"}, Outputs: []string{"logits"}},
	},
	Inputs:  []onnxtest.Value{{Name: "input_features", Shape: []int64{1, mels, frames}}},
	Outputs: []onnxtest.Value{{Name: "logits", Shape: []int64{1}}},
}

func network(t *testing.T, file []byte) (*Network, *child.Engine) {
	t.Helper()
	library, _ := models.Path("onnxruntime")
	var missing *native.MissingError
	if _, err := onnx.Open(library); errors.As(err, &missing) {
		if os.Getenv("AUBADE_TEST_ALL") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	model := filepath.Join(t.TempDir(), "tiny.onnx")
	if err := os.WriteFile(model, file, 0o644); err != nil {
		t.Fatal(err)
	}
	e := &child.Engine{Command: func() *exec.Cmd {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "AUBADE_ENGINE=smartturn")
		cmd.Stderr = os.Stderr
		return cmd
	}}
	t.Cleanup(func() { _ = e.Close(context.Background()) })
	n, err := open(e, purpose{model, library})
	if err != nil {
		t.Fatal(err)
	}
	return n, e
}

func level(v float32) []float32 {
	f := make([]float32, mels*frames)
	for i := range f {
		f[i] = v
	}
	return f
}

// patiently asks again while a new process is being started on a busy machine.
func patiently(n *Network, features []float32) (p float32, err error) {
	for range 30 {
		if p, err = n.Run(features); err == nil {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	return p, err
}

func TestTheNetworkIsAskedFromManySides(t *testing.T) {
	n, e := network(t, tiny.Bytes())
	if _, err := patiently(n, level(0)); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for _, v := range []float32{-2, -1, 0, 1, 2} {
		wg.Go(func() {
			p, err := patiently(n, level(v))
			if want := 1 / (1 + math.Exp(-float64(v))); err != nil || math.Abs(float64(p)-want) > 1e-4 {
				t.Errorf("at %v: %v, %v; want %v", v, p, err, want)
			}
		})
	}
	wg.Wait()
	if err := syscall.Kill(e.Pid(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if _, err := patiently(n, level(0)); err != nil {
		t.Errorf("after the process was killed: %v", err)
	}
}

func TestWhatIsNoSmartTurnIsSaid(t *testing.T) {
	wrong := onnxtest.Model{
		Nodes:   []onnxtest.Node{{Op: "Identity", Inputs: []string{"input_features"}, Outputs: []string{"y"}}},
		Inputs:  tiny.Inputs,
		Outputs: []onnxtest.Value{{Name: "y", Shape: []int64{1, mels, frames}}},
	}
	for _, c := range []struct {
		name, says string
		file       []byte
	}{
		{"a network of another shape", "numbers", wrong.Bytes()},
		{"a file that is no network", "", []byte("nothing")},
	} {
		t.Run(c.name, func(t *testing.T) {
			n, _ := network(t, c.file)
			if _, err := n.Run(level(0)); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v", err)
			}
		})
	}
	n, _ := network(t, tiny.Bytes())
	if _, err := n.Run(make([]float32, 3)); err == nil {
		t.Error("three features were taken")
	}
}
