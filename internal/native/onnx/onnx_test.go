package onnx

import (
	"errors"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/aubade/aubade/internal/models"
	"github.com/aubade/aubade/internal/native"
	"github.com/aubade/aubade/internal/native/onnx/onnxtest"
)

// need skips where ONNX Runtime is not installed, unless everything is to be tested.
func need(t testing.TB) *Runtime {
	t.Helper()
	path, _ := models.Path("onnxruntime")
	r, err := Open(path)
	var missing *native.MissingError
	if errors.As(err, &missing) {
		if os.Getenv("AUBADE_TEST_ALL") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	} else if err != nil {
		t.Fatal(err)
	}
	return r
}

// sum adds a constant to its input, of any length, and counts nothing.
var sum = onnxtest.Model{
	Nodes:     []onnxtest.Node{{Op: "Add", Inputs: []string{"x", "one"}, Outputs: []string{"y"}}},
	Inputs:    []onnxtest.Value{{Name: "x", Shape: []int64{1, -1}}},
	Outputs:   []onnxtest.Value{{Name: "y", Shape: []int64{1, -1}}},
	Constants: []onnxtest.Constant{{Name: "one", Shape: []int64{1}, Floats: []float32{1}}},
}

func TestANetworkIsLoadedAndRun(t *testing.T) {
	r := need(t)
	s, err := r.NewSession(sum.Bytes(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Inputs) != 1 || s.Inputs[0] != "x" || len(s.Outputs) != 1 || s.Outputs[0] != "y" {
		t.Fatalf("inputs %v, outputs %v", s.Inputs, s.Outputs)
	}
	x, err := r.NewFloats(1, 3)
	if err != nil {
		t.Fatal(err)
	}
	y, err := r.NewFloats(1, 3)
	if err != nil {
		t.Fatal(err)
	}
	copy(x.Floats, []float32{1, 2, 3})
	if err := s.Run([]*Tensor{x}, []*Tensor{y}); err != nil {
		t.Fatal(err)
	}
	if y.Floats[0] != 2 || y.Floats[2] != 4 {
		t.Errorf("got %v, want 2 3 4", y.Floats)
	}
	out, err := s.Compute([]*Tensor{x})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) != 1 || len(out[0].Shape) != 2 || out[0].Shape[1] != 3 || out[0].Floats[1] != 3 {
		t.Errorf("got %+v, want 2 3 4 of shape 1×3", out)
	}
}

func TestElementsSurviveTheCollector(t *testing.T) {
	r := need(t)
	s, err := r.NewSession(sum.Bytes(), 1)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for k := range 4 {
		wg.Go(func() {
			for i := range 200 {
				x, err := r.NewFloats(1, 512)
				if err != nil {
					t.Error(err)
					return
				}
				for j := range x.Floats {
					x.Floats[j] = float32(k*1000 + i)
				}
				if i%20 == 0 {
					runtime.GC()
				}
				out, err := s.Compute([]*Tensor{x})
				if err != nil {
					t.Error(err)
					return
				}
				for _, v := range out[0].Floats {
					if v != float32(k*1000+i+1) {
						t.Errorf("got %v, want %d", v, k*1000+i+1)
						return
					}
				}
			}
		})
	}
	wg.Wait()
}

func TestWhatCannotWorkIsAnError(t *testing.T) {
	r := need(t)
	if _, err := r.NewSession([]byte("this is not a network"), 1); err == nil {
		t.Error("garbage was loaded")
	}
	if _, err := r.NewSession(nil, 1); err == nil {
		t.Error("nothing was loaded")
	}
	s, err := r.NewSession(sum.Bytes(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Run(nil, nil); err == nil || !strings.Contains(err.Error(), "x") {
		t.Errorf("a run without inputs: %v", err)
	}
	x, err := r.NewInts(1, 3)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Compute([]*Tensor{x}); err == nil {
		t.Error("integers were taken for floats")
	}
}
