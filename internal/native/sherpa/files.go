package sherpa

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A Kind is an architecture, which decides what files there are and what they can do.
type Kind string

const (
	StreamingTransducer Kind = "streaming transducer"
	Transducer          Kind = "transducer"
	SenseVoice          Kind = "SenseVoice"
	Whisper             Kind = "Whisper"
	VITS                Kind = "VITS"
	Kokoro              Kind = "Kokoro"
	Kitten              Kind = "Kitten"
)

// Hears says whether a model of this kind recognizes speech; else it speaks.
func (k Kind) Hears() bool {
	return slices.Contains([]Kind{StreamingTransducer, Transducer, SenseVoice, Whisper}, k)
}

// Files are a model's files, as sherpa-onnx's archives lay them out.
type Files struct {
	Kind                                     Kind
	Dir                                      string
	Encoder, Decoder, Joiner, Model          string
	Tokens, Lexicon, Voices, Data, BPE, Unit string
	BPEModel                                 string // see [Files.WithVocabulary]
	ModelType                                string
}

// Find looks for a model in a folder. What is called for (the model's name, or the folder's) tells architectures apart that have the same
// files: Kitten from Kokoro, a streaming transducer from one that is not.
func Find(dir, name string) (Files, error) {
	f := Files{Dir: dir}
	names, err := os.ReadDir(dir)
	if err != nil {
		return f, fmt.Errorf("sherpa: %w", err)
	}
	name = strings.ToLower(name + " " + filepath.Base(dir))
	// Of two precisions the smaller file is meant to be used, so it wins.
	pick := func(part string) string {
		best := ""
		for _, e := range names {
			n := e.Name()
			if filepath.Ext(n) == ".onnx" && strings.Contains(n, part) && (best == "" || strings.Contains(n, "int8")) {
				best = n
			}
		}
		if best == "" {
			return ""
		}
		return filepath.Join(dir, best)
	}
	is := func(n string) string {
		if _, err := os.Stat(filepath.Join(dir, n)); err != nil {
			return ""
		}
		return filepath.Join(dir, n)
	}
	f.Encoder, f.Decoder, f.Joiner = pick("encoder"), pick("decoder"), pick("joiner")
	f.Tokens, f.Voices, f.Data = is("tokens.txt"), is("voices.bin"), is("espeak-ng-data")
	for _, n := range []string{"lexicon.txt", "lexicon-us-en.txt"} {
		if f.Lexicon == "" {
			f.Lexicon = is(n)
		}
	}
	f.BPEModel = is("bpe.model")
	if f.BPE = is("bpe.vocab"); f.BPE != "" {
		f.Unit = "bpe"
	}
	if f.Tokens == "" {
		for _, e := range names { // Whisper's: "base-tokens.txt"
			if strings.HasSuffix(e.Name(), "tokens.txt") {
				f.Tokens = filepath.Join(dir, e.Name())
			}
		}
	}
	switch {
	case f.Encoder != "" && f.Joiner != "" && strings.Contains(name, "streaming"):
		f.Kind = StreamingTransducer
	case f.Encoder != "" && f.Joiner != "":
		f.Kind = Transducer
		if strings.Contains(name, "nemo") || strings.Contains(name, "parakeet") {
			f.ModelType = "nemo_transducer"
		}
	case f.Encoder != "" && f.Decoder != "":
		f.Kind = Whisper
	default:
		f.Model = pick("")
		switch {
		case f.Model == "":
		case f.Voices != "" && strings.Contains(name, "kitten"):
			f.Kind = Kitten
		case f.Voices != "":
			f.Kind = Kokoro
		case strings.Contains(name, "sense-voice"), strings.Contains(name, "sensevoice"):
			f.Kind = SenseVoice
		case f.Data != "" || f.Lexicon != "":
			f.Kind = VITS
		}
	}
	if f.Kind == "" || f.Tokens == "" {
		return f, fmt.Errorf("sherpa: %s holds no model that is known here: want the folder of one of sherpa-onnx's archives", dir)
	}
	return f, nil
}
