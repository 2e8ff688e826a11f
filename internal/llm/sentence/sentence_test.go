package sentence

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/aubade/aubade/internal/llm"
	"github.com/aubade/aubade/internal/models"
	"github.com/aubade/aubade/internal/native"
	"github.com/aubade/aubade/internal/native/onnx"
	"github.com/aubade/aubade/internal/native/onnx/onnxtest"
)

var vocabulary = []string{"[PAD]", "[UNK]", "[CLS]", "[SEP]", "cafe", "revenue", "un", "##aff", "##able", "'", "s", ".", "$", "2", "##31", "株", "halden"}

func TestWordsAreCutIntoPieces(t *testing.T) {
	tok, err := NewTokenizer(strings.Join(vocabulary, "\n") + "\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ text, want string }{
		{"Revenue", "revenue"},
		{"unaffable", "un ##aff ##able"},
		{"unaffab", "[UNK]"},
		{"CAFÉ\u0301", "cafe"},
		{"Halden's revenue.", "halden ' s revenue ."},
		{"$2.31", "$ 2 . [UNK]"},
		{"231", "2 ##31"},
		{"株halden", "株 halden"},
		{"\t revenue\u00a0cafe\u200b\n", "revenue cafe"},
		{strings.Repeat("s", 101), "[UNK]"},
		{"", ""},
	} {
		var got []string
		ids := tok.Encode(c.text, 50)
		for _, id := range ids[1 : len(ids)-1] {
			got = append(got, vocabulary[id])
		}
		if s := strings.Join(got, " "); s != c.want || vocabulary[ids[0]] != "[CLS]" || vocabulary[ids[len(ids)-1]] != "[SEP]" {
			t.Errorf("%q is %q, want %q", c.text, s, c.want)
		}
	}
	if ids := tok.Encode(strings.Repeat("revenue ", 1000), 256); len(ids) != 256 || ids[255] != 3 {
		t.Errorf("a long text is %d pieces", len(ids))
	}
	if _, err := NewTokenizer("a\nb\n"); err == nil {
		t.Error("a list without marks was taken for a vocabulary")
	}
}

func FuzzEncode(f *testing.F) {
	tok, err := NewTokenizer(strings.Join(vocabulary, "\n"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add("Halden's revenue was $2.31 billion, café 株")
	f.Fuzz(func(t *testing.T, text string) {
		ids := tok.Encode(text, 16)
		if len(ids) < 2 || len(ids) > 16 {
			t.Fatalf("%d pieces", len(ids))
		}
		for _, id := range ids {
			if id < 0 || int(id) >= len(vocabulary) {
				t.Fatalf("a piece %d", id)
			}
		}
		_ = utf8.ValidString(text)
	})
}

const dims = 4

// tiny has the inputs and the output of the real network: each piece's vector is a row of a table.
func tiny() []byte {
	table := make([]float32, len(vocabulary)*dims)
	for i := range vocabulary {
		table[i*dims+i%dims] = float32(i + 1)
	}
	in := func(n string) onnxtest.Value { return onnxtest.Value{Name: n, Int64: true, Shape: []int64{-1, -1}} }
	return onnxtest.Model{
		Nodes:     []onnxtest.Node{{Op: "Gather", Inputs: []string{"table", "input_ids"}, Outputs: []string{"last_hidden_state"}}},
		Inputs:    []onnxtest.Value{in("input_ids"), in("attention_mask"), in("token_type_ids")},
		Outputs:   []onnxtest.Value{{Name: "last_hidden_state", Shape: []int64{-1, -1, dims}}},
		Constants: []onnxtest.Constant{{Name: "table", Shape: []int64{int64(len(vocabulary)), dims}, Floats: table}},
	}.Bytes()
}

func open(t *testing.T, model []byte) (*Embedder, error) {
	t.Helper()
	library, _ := models.Path("onnxruntime")
	var missing *native.MissingError
	if _, err := onnx.Open(library); errors.As(err, &missing) {
		if os.Getenv("AUBADE_TEST_ALL") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	dir := t.TempDir()
	for name, b := range map[string][]byte{"model.onnx": model, "vocab.txt": []byte(strings.Join(vocabulary, "\n"))} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return Open("onnx:tiny", library, filepath.Join(dir, "model.onnx"), filepath.Join(dir, "vocab.txt"))
}

func TestAVectorIsTheMeanOfItsPieces(t *testing.T) {
	e, err := open(t, tiny())
	if err != nil {
		t.Fatal(err)
	}
	// Of texts of different lengths, padding must not count; more than a batch of them, in order, from many sides.
	var texts []string
	for i := range 40 {
		texts = append(texts, strings.TrimSpace(strings.Repeat("revenue ", i%5)+"halden"))
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			got, err := e.Embed(t.Context(), llm.Passage, texts)
			if err != nil || len(got) != len(texts) {
				t.Errorf("%d vectors, %v", len(got), err)
				return
			}
			for i, v := range got {
				// [CLS] is row 2 (3 in place 2), [SEP] row 3 (4 in 3), revenue row 5 (6 in 1), halden row 16 (17 in 0).
				want := []float64{17, float64(i%5) * 6, 3, 4}
				length := 0.0
				for _, x := range want {
					length += x * x
				}
				for d := range want {
					if math.Abs(want[d]/math.Sqrt(length)-float64(v[d])) > 1e-5 {
						t.Errorf("%q is %v, want the direction of %v", texts[i], v, want)
						return
					}
				}
			}
		})
	}
	wg.Wait()
	if e.Name() != "onnx:tiny" {
		t.Error(e.Name())
	}
	none, err := e.Embed(t.Context(), llm.Query, nil)
	if err != nil || len(none) != 0 {
		t.Errorf("of no texts: %v, %v", none, err)
	}
}

func TestANetworkOfSomethingElseIsRefused(t *testing.T) {
	other := onnxtest.Model{
		Nodes:   []onnxtest.Node{{Op: "Identity", Inputs: []string{"x"}, Outputs: []string{"y"}}},
		Inputs:  []onnxtest.Value{{Name: "x", Shape: []int64{1}}},
		Outputs: []onnxtest.Value{{Name: "y", Shape: []int64{1}}},
	}
	for name, file := range map[string][]byte{"other inputs": other.Bytes(), "no network": []byte("nothing")} {
		if _, err := open(t, file); err == nil {
			t.Errorf("%s: it was opened", name)
		}
	}
	if !slices.Equal(words("a-b"), []string{"a", "-", "b"}) {
		t.Error(words("a-b"))
	}
}
