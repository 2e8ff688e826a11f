package sherpa

import (
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/aubade/aubade/internal/native/sherpa/sherpatest"
)

// pieces is a SentencePiece model, with a field between that is not ours.
func pieces(list map[string]float32, order ...string) []byte {
	m := protowire.AppendVarint(protowire.AppendTag(nil, 5, protowire.VarintType), 7)
	for _, p := range order {
		var one []byte
		one = protowire.AppendString(protowire.AppendTag(one, 1, protowire.BytesType), p)
		one = protowire.AppendFixed32(protowire.AppendTag(one, 2, protowire.Fixed32Type), math.Float32bits(list[p]))
		one = protowire.AppendVarint(protowire.AppendTag(one, 3, protowire.VarintType), 1)
		m = protowire.AppendBytes(protowire.AppendTag(m, 1, protowire.BytesType), one)
	}
	return m
}

func TestAVocabularyIsListedFromASentencePieceModel(t *testing.T) {
	got, err := Vocabulary(pieces(map[string]float32{"▁THE": -3.2, "S": 0}, "▁THE", "S"))
	if err != nil || string(got) != "▁THE\t-3.2\nS\t0\n" {
		t.Errorf("got %q, %v", got, err)
	}
	for name, bad := range map[string][]byte{"nothing": nil, "garbage": []byte("\xff\xff\xff"), "a tab": pieces(nil, "a\tb")} {
		if _, err := Vocabulary(bad); err == nil {
			t.Errorf("%s was read", name)
		}
	}
}

func TestAModelWithASentencePieceModelListensToHotwords(t *testing.T) {
	need(t)
	dir := sherpatest.Transducer(t)
	list := map[string]float32{"▁TICK": -1, "▁TOCK": -1.1, "▁BOOM": -1.2}
	if err := os.Remove(filepath.Join(dir, "bpe.vocab")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "bpe.model"), pieces(list, "▁TICK", "▁TOCK", "▁BOOM"), 0o644); err != nil {
		t.Fatal(err)
	}
	f, err := find(t, dir, StreamingTransducer).WithVocabulary(filepath.Join(t.TempDir(), "v"))
	if err != nil {
		t.Fatal(err)
	}
	o, err := NewOnline(f)
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	if r := hear(t, o, "BOOM", append(sherpatest.Noise(600), sherpatest.Quiet(300)...)); !strings.Contains(r.Text, "BOOM") {
		t.Errorf("it heard %q", r.Text)
	}
}

// Each call lists the pieces anew while the recognizer of another may be reading them.
func TestAListThatIsThereIsLeftAlone(t *testing.T) {
	dir := t.TempDir()
	model, list := filepath.Join(dir, "bpe.model"), filepath.Join(dir, "v")
	listed := func(word string) os.FileInfo {
		if err := os.WriteFile(model, pieces(map[string]float32{word: 1}, word), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := (Files{BPEModel: model}).WithVocabulary(list); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(list)
		if err != nil {
			t.Fatal(err)
		}
		return info
	}
	first := listed("TICK")
	if again := listed("TICK"); !os.SameFile(first, again) || !again.ModTime().Equal(first.ModTime()) {
		t.Error("the same list was written again")
	}
	open, err := os.Open(list)
	if err != nil {
		t.Fatal(err)
	}
	defer open.Close()
	listed("TOCK")
	if was, err := io.ReadAll(open); err != nil || string(was) != "TICK\t1\n" {
		t.Errorf("whoever was reading read %q, %v", was, err)
	}
	if now, err := os.ReadFile(list); err != nil || string(now) != "TOCK\t1\n" {
		t.Errorf("another list is %q, %v", now, err)
	}
}

func FuzzVocabulary(f *testing.F) {
	f.Add(pieces(map[string]float32{"a": 1}, "a"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if list, err := Vocabulary(b); err == nil && !strings.HasSuffix(string(list), "\n") {
			t.Errorf("%q", list)
		}
	})
}
