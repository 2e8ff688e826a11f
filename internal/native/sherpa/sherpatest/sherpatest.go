// Package sherpatest writes tiny models of the shapes that sherpa-onnx loads, so that the code that loads, feeds and reads them runs for
// real without any weights. They hear nothing but loudness, and say nothing but a tone.
package sherpatest

import (
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/aubade/aubade/internal/native/onnx/onnxtest"
)

// Loud is the mean of the features above which sound is speech to these networks: they are logarithms of energies.
const Loud = -9

// write makes a model's folder.
func write(t testing.TB, name string, files map[string][]byte) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for n, b := range files {
		if err := os.WriteFile(filepath.Join(dir, n), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func table(symbols ...string) []byte {
	var b strings.Builder
	for i, s := range symbols {
		b.WriteString(s + " " + strconv.Itoa(i) + "\n")
	}
	return []byte(b.String())
}

func scalar(name string, v float32) onnxtest.Constant {
	return onnxtest.Constant{Name: name, Shape: []int64{1}, Floats: []float32{v}}
}

// Transducer is a streaming transducer of the LSTM family that says "tick tock tick …", a word for each 80 ms of loud sound. "boom" comes a
// close second each time: as a hotword it wins.
func Transducer(t testing.TB) string {
	const layers, size = 1, 4
	state := func(n string) onnxtest.Value { return onnxtest.Value{Name: n, Shape: []int64{layers, -1, size}} }
	encoder := onnxtest.Model{
		Metadata: map[string]string{"model_type": "lstm", "num_encoder_layers": "1", "T": "8", "decode_chunk_len": "8", "rnn_hidden_size": "4", "d_model": "4"},
		Inputs:   []onnxtest.Value{{Name: "x", Shape: []int64{-1, 8, 80}}, state("h"), state("c")},
		Outputs:  []onnxtest.Value{{Name: "encoder_out", Shape: []int64{-1, 1, 1}}, state("next_h"), state("next_c")},
		Nodes: []onnxtest.Node{
			{Op: "ReduceMean", Inputs: []string{"x"}, Outputs: []string{"encoder_out"}, Ints: map[string][]int64{"axes": {1, 2}}, Int: map[string]int64{"keepdims": 1}},
			{Op: "Identity", Inputs: []string{"h"}, Outputs: []string{"next_h"}},
			{Op: "Identity", Inputs: []string{"c"}, Outputs: []string{"next_c"}},
		},
	}
	decoder, joiner := predictor()
	return write(t, "tiny-streaming-transducer", map[string][]byte{
		"encoder.onnx": encoder.Bytes(), "decoder.onnx": decoder.Bytes(), "joiner.onnx": joiner.Bytes(),
		"tokens.txt": clock,
		"bpe.vocab":  []byte("<unk>\t0\n▁TICK\t-1\n▁TOCK\t-1.1\n▁BOOM\t-1.2\n"),
	})
}

// WholeTransducer is a transducer of whole utterances that says the same, a word for each 10 ms of loud sound.
func WholeTransducer(t testing.TB) string {
	encoder := onnxtest.Model{
		Metadata: map[string]string{"model_type": "zipformer2"},
		Inputs:   []onnxtest.Value{{Name: "x", Shape: []int64{-1, -1, 80}}, {Name: "x_lens", Int64: true, Shape: []int64{-1}}},
		Outputs:  []onnxtest.Value{{Name: "encoder_out", Shape: []int64{-1, -1, 1}}, {Name: "encoder_out_lens", Int64: true, Shape: []int64{-1}}},
		Nodes: []onnxtest.Node{
			{Op: "ReduceMean", Inputs: []string{"x"}, Outputs: []string{"encoder_out"}, Ints: map[string][]int64{"axes": {2}}, Int: map[string]int64{"keepdims": 1}},
			{Op: "Identity", Inputs: []string{"x_lens"}, Outputs: []string{"encoder_out_lens"}},
		},
	}
	decoder, joiner := predictor()
	return write(t, "tiny-transducer", map[string][]byte{
		"encoder.onnx": encoder.Bytes(), "decoder.onnx": decoder.Bytes(), "joiner.onnx": joiner.Bytes(), "tokens.txt": clock,
	})
}

// clock is what transducers here can say.
var clock = table("<blk>", "▁TICK", "▁TOCK", "▁BOOM", "<unk>")

// predictor is the part of a transducer that knows what was said, and the one that decides.
func predictor() (decoder, joiner onnxtest.Model) {
	decoder = onnxtest.Model{
		Metadata: map[string]string{"vocab_size": "5", "context_size": "2"},
		Inputs:   []onnxtest.Value{{Name: "y", Int64: true, Shape: []int64{-1, 2}}},
		Outputs:  []onnxtest.Value{{Name: "decoder_out", Shape: []int64{-1, 2}}},
		Nodes:    []onnxtest.Node{{Op: "Cast", Inputs: []string{"y"}, Outputs: []string{"decoder_out"}, Int: map[string]int64{"to": 1}}},
	}
	// With e the loudness above Loud and d = |last token − 1|, which is 0 after a tick, the scores are: blank 0, <unk> −99, tick 4e + d,
	// tock 4e + 1 − d, boom 4e + 0.5.
	joiner = onnxtest.Model{
		Metadata: map[string]string{"joiner_dim": "1"},
		Inputs:   []onnxtest.Value{{Name: "encoder_out", Shape: []int64{-1, 1}}, {Name: "decoder_out", Shape: []int64{-1, 2}}},
		Outputs:  []onnxtest.Value{{Name: "logit", Shape: []int64{-1, 5}}},
		Constants: []onnxtest.Constant{
			scalar("loud", Loud), scalar("one", 1),
			{Name: "last", Shape: []int64{2, 1}, Floats: []float32{0, 1}},
			{Name: "byLoudness", Shape: []int64{1, 5}, Floats: []float32{0, 4, 4, 4, 0}},
			{Name: "byLast", Shape: []int64{1, 5}, Floats: []float32{0, 1, -1, 0, 0}},
			{Name: "bias", Shape: []int64{1, 5}, Floats: []float32{0, 0, 1, 0.5, -99}},
		},
		Nodes: []onnxtest.Node{
			{Op: "Sub", Inputs: []string{"encoder_out", "loud"}, Outputs: []string{"e"}},
			{Op: "MatMul", Inputs: []string{"decoder_out", "last"}, Outputs: []string{"y"}},
			{Op: "Sub", Inputs: []string{"y", "one"}, Outputs: []string{"y1"}},
			{Op: "Abs", Inputs: []string{"y1"}, Outputs: []string{"d"}},
			{Op: "MatMul", Inputs: []string{"e", "byLoudness"}, Outputs: []string{"a"}},
			{Op: "MatMul", Inputs: []string{"d", "byLast"}, Outputs: []string{"b"}},
			{Op: "Add", Inputs: []string{"a", "b"}, Outputs: []string{"ab"}},
			{Op: "Add", Inputs: []string{"ab", "bias"}, Outputs: []string{"logit"}},
		},
	}
	return decoder, joiner
}

// SenseVoice says "Tick." for each stretch of loud sound, in a happy voice and the language that it was told to expect.
func SenseVoice(t testing.TB) string {
	const v = 8
	hot := func(rows ...int) []float32 {
		f := make([]float32, 0, v*len(rows))
		for _, r := range rows {
			row := make([]float32, v)
			row[r] = 10
			f = append(f, row...)
		}
		return f
	}
	zeros := strings.TrimSuffix(strings.Repeat("0,", 560), ",")
	ones := strings.TrimSuffix(strings.Repeat("1,", 560), ",")
	m := onnxtest.Model{
		Metadata: map[string]string{
			"comment": "tiny", "vocab_size": "8", "lfr_window_size": "7", "lfr_window_shift": "6", "normalize_samples": "1",
			"with_itn": "0", "without_itn": "1", "lang_auto": "0", "lang_zh": "1", "lang_en": "0", "lang_ja": "0", "lang_ko": "0", "lang_yue": "1",
			"neg_mean": zeros, "inv_stddev": ones,
		},
		Inputs: []onnxtest.Value{
			{Name: "x", Shape: []int64{1, -1, 560}}, {Name: "x_length", Int32: true, Shape: []int64{1}},
			{Name: "language", Int32: true, Shape: []int64{1}}, {Name: "text_norm", Int32: true, Shape: []int64{1}},
		},
		Outputs: []onnxtest.Value{{Name: "logits", Shape: []int64{1, -1, v}}},
		Constants: []onnxtest.Constant{
			{Name: "languages", Shape: []int64{2, 1, v}, Floats: hot(1, 2)},
			{Name: "mood", Shape: []int64{1, 2, v}, Floats: hot(3, 4)},
			{Name: "norms", Shape: []int64{2, 1, v}, Floats: hot(5, 6)},
			scalar("loud", Loud),
			{Name: "byLoudness", Shape: []int64{1, v}, Floats: []float32{0, 0, 0, 0, 0, 0, 0, 1}},
		},
		Nodes: []onnxtest.Node{
			{Op: "Gather", Inputs: []string{"languages", "language"}, Outputs: []string{"first"}},
			{Op: "Gather", Inputs: []string{"norms", "text_norm"}, Outputs: []string{"fourth"}},
			{Op: "ReduceMean", Inputs: []string{"x"}, Outputs: []string{"mean"}, Ints: map[string][]int64{"axes": {2}}, Int: map[string]int64{"keepdims": 1}},
			{Op: "Sub", Inputs: []string{"mean", "loud"}, Outputs: []string{"e"}},
			{Op: "MatMul", Inputs: []string{"e", "byLoudness"}, Outputs: []string{"rest"}},
			{Op: "Concat", Inputs: []string{"first", "mood", "fourth", "rest"}, Outputs: []string{"logits"}, Int: map[string]int64{"axis": 1}},
		},
	}
	return write(t, "tiny-sense-voice", map[string][]byte{
		"model.onnx": m.Bytes(),
		"tokens.txt": table("<unk>", "<|en|>", "<|zh|>", "<|HAPPY|>", "<|Speech|>", "<|withitn|>", "<|woitn|>", "▁Tick."),
	})
}

// VoiceRate is the sample rate of [Voice], in Hz.
const VoiceRate = 22050

// Voice is a voice of Piper's family: 50 ms of a tone for each letter, the louder the slower it speaks.
func Voice(t testing.TB) string {
	const span = VoiceRate / 20
	tone := make([]float32, span)
	for i := range tone {
		tone[i] = 0.25
		if i/25%2 == 1 {
			tone[i] = -0.25
		}
	}
	m := onnxtest.Model{
		Metadata: map[string]string{"sample_rate": "22050", "n_speakers": "1", "language": "English", "voice": "en-us", "comment": "tiny", "add_blank": "0", "frontend": "characters"},
		Inputs: []onnxtest.Value{
			{Name: "x", Int64: true, Shape: []int64{1, -1}}, {Name: "x_length", Int64: true, Shape: []int64{1}},
			{Name: "noise_scale", Shape: []int64{1}}, {Name: "length_scale", Shape: []int64{1}}, {Name: "noise_scale_w", Shape: []int64{1}},
		},
		Outputs: []onnxtest.Value{{Name: "y", Shape: []int64{1, 1, -1}}},
		Constants: []onnxtest.Constant{
			{Name: "tone", Shape: []int64{1, 1, span}, Floats: tone},
			{Name: "axis", Shape: []int64{1}, Ints: []int64{2}},
			{Name: "flat", Shape: []int64{3}, Ints: []int64{1, 1, -1}},
			scalar("zero", 0),
		},
		Nodes: []onnxtest.Node{
			{Op: "Cast", Inputs: []string{"x"}, Outputs: []string{"xf"}, Int: map[string]int64{"to": 1}},
			{Op: "Mul", Inputs: []string{"xf", "zero"}, Outputs: []string{"quiet"}},
			{Op: "Unsqueeze", Inputs: []string{"quiet", "axis"}, Outputs: []string{"column"}},
			{Op: "Mul", Inputs: []string{"tone", "length_scale"}, Outputs: []string{"louder"}},
			{Op: "Add", Inputs: []string{"column", "louder"}, Outputs: []string{"all"}},
			{Op: "Reshape", Inputs: []string{"all", "flat"}, Outputs: []string{"y"}},
		},
	}
	symbols := []string{}
	words := "hello world again"
	lexicon := ""
	for _, w := range strings.Fields(words) {
		lexicon += w + " " + strings.Join(strings.Split(w, ""), " ") + "\n"
	}
	seen := map[rune]bool{}
	for _, r := range words {
		if r != ' ' && !seen[r] {
			seen[r] = true
			symbols = append(symbols, string(r))
		}
	}
	var tokens strings.Builder
	for i, s := range append([]string{"_"}, symbols...) {
		tokens.WriteString(s + " " + strconv.Itoa(i) + "\n")
	}
	return write(t, "tiny-vits", map[string][]byte{"model.onnx": m.Bytes(), "tokens.txt": []byte(tokens.String()), "lexicon.txt": []byte(lexicon)})
}

// Styled is a voice with two speakers, of the family of Kokoro ("kokoro") or of Kitten ("kitten"), which know each speaker by a vector: the
// second is twice as loud. It needs Debian's espeak-ng-data.
func Styled(t testing.TB, family string) string {
	t.Helper()
	// What turns letters into sounds; published archives carry their own copy.
	found, err := filepath.Glob("/usr/lib/*/espeak-ng-data")
	if err != nil || len(found) == 0 {
		const why = "this test needs Debian's espeak-ng-data"
		if os.Getenv("AUBADE_TEST_ALL") != "" {
			t.Fatal(why)
		}
		t.Skip(why)
	}
	const span, size, longest = 24000 / 20, 4, 64
	tone := make([]float32, span)
	for i := range tone {
		tone[i] = 1
		if i/25%2 == 1 {
			tone[i] = -1
		}
	}
	meta := map[string]string{"sample_rate": "24000", "n_speakers": "2", "has_espeak": "1", "voice": "en-us", "language": "English"}
	rows := longest // Kokoro has a vector for each length of text
	meta["style_dim"] = "64,1,4"
	if family == "kitten" {
		rows = 1
		meta["style_dim"], meta["model_type"] = "1,4", "kitten-tts"
	}
	m := onnxtest.Model{
		Metadata: meta,
		Inputs:   []onnxtest.Value{{Name: "tokens", Int64: true, Shape: []int64{1, -1}}, {Name: "style", Shape: []int64{1, size}}, {Name: "speed", Shape: []int64{1}}},
		Outputs:  []onnxtest.Value{{Name: "audio", Shape: []int64{-1}}},
		Constants: []onnxtest.Constant{
			{Name: "tone", Shape: []int64{1, 1, span}, Floats: tone},
			{Name: "axis", Shape: []int64{1}, Ints: []int64{2}}, {Name: "flat", Shape: []int64{1}, Ints: []int64{-1}}, scalar("zero", 0),
		},
		Nodes: []onnxtest.Node{
			{Op: "Cast", Inputs: []string{"tokens"}, Outputs: []string{"f"}, Int: map[string]int64{"to": 1}},
			{Op: "Mul", Inputs: []string{"f", "zero"}, Outputs: []string{"quiet"}},
			{Op: "Unsqueeze", Inputs: []string{"quiet", "axis"}, Outputs: []string{"column"}},
			{Op: "ReduceMean", Inputs: []string{"style"}, Outputs: []string{"level"}, Ints: map[string][]int64{"axes": {0, 1}}, Int: map[string]int64{"keepdims": 0}},
			{Op: "Div", Inputs: []string{"level", "speed"}, Outputs: []string{"slower"}}, // the slower, the louder
			{Op: "Mul", Inputs: []string{"tone", "slower"}, Outputs: []string{"louder"}},
			{Op: "Add", Inputs: []string{"column", "louder"}, Outputs: []string{"all"}},
			{Op: "Reshape", Inputs: []string{"all", "flat"}, Outputs: []string{"audio"}},
		},
	}
	var voices []byte
	for speaker := range 2 {
		for range rows * size {
			voices = binary.LittleEndian.AppendUint32(voices, math.Float32bits(0.2*float32(speaker+1)))
		}
	}
	var tokens strings.Builder
	for i, r := range "$ abdefhijklmnoprstuvwzæðŋɐɑɔəɚɛɜɡɪɹɾʃʊʌʒˈˌːθᵻ" {
		tokens.WriteString(string(r) + " " + strconv.Itoa(i) + "\n")
	}
	dir := write(t, "tiny-"+family, map[string][]byte{"model.onnx": m.Bytes(), "voices.bin": voices, "tokens.txt": []byte(tokens.String())})
	if err := os.Symlink(found[0], filepath.Join(dir, "espeak-ng-data")); err != nil {
		t.Fatal(err)
	}
	return dir
}
