package sherpa

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
)

// Vocabulary makes of a SentencePiece model the list of pieces and scores that sherpa-onnx cuts hotwords with: models are published with the
// first, and the library reads the second.
func Vocabulary(model []byte) ([]byte, error) {
	// message ModelProto { repeated SentencePiece pieces = 1; }  message SentencePiece { string piece = 1; float score = 2; }
	var b strings.Builder
	err := fields(model, func(n protowire.Number, _ uint32, piece []byte) error {
		if n != 1 || piece == nil {
			return nil
		}
		text, score := "", float32(0)
		if err := fields(piece, func(n protowire.Number, fixed uint32, bytes []byte) error {
			switch n {
			case 1:
				text = string(bytes)
			case 2:
				score = math.Float32frombits(fixed)
			}
			return nil
		}); err != nil {
			return err
		}
		if strings.ContainsAny(text, "\t\r\n") || text == "" {
			return fmt.Errorf("the piece %q cannot be listed", text)
		}
		b.WriteString(text + "\t" + strconv.FormatFloat(float64(score), 'g', -1, 32) + "\n")
		return nil
	})
	if err == nil && b.Len() == 0 {
		err = errors.New("it holds no pieces")
	}
	if err != nil {
		return nil, fmt.Errorf("read the SentencePiece model: %w", err)
	}
	return []byte(b.String()), nil
}

// fields walks over a message. Of a field it hands on the 32 bits or the bytes that it has; bytes are nil where it has none.
func fields(m []byte, each func(n protowire.Number, fixed uint32, bytes []byte) error) error {
	for len(m) > 0 {
		n, kind, size := protowire.ConsumeTag(m)
		if size < 0 {
			return protowire.ParseError(size)
		}
		m = m[size:]
		var fixed uint32
		var bytes []byte
		switch kind {
		case protowire.Fixed32Type:
			fixed, size = protowire.ConsumeFixed32(m)
		case protowire.BytesType:
			if bytes, size = protowire.ConsumeBytes(m); bytes == nil {
				bytes = []byte{}
			}
		default:
			size = protowire.ConsumeFieldValue(n, kind, m)
		}
		if size < 0 {
			return protowire.ParseError(size)
		}
		if err := each(n, fixed, bytes); err != nil {
			return err
		}
		m = m[size:]
	}
	return nil
}

// WithVocabulary lets a model listen to hotwords: it writes the list of pieces to a file, where the model came without one.
func (f Files) WithVocabulary(file string) (Files, error) {
	if f.BPE != "" || f.BPEModel == "" {
		return f, nil
	}
	model, err := os.ReadFile(f.BPEModel)
	if err != nil {
		return f, err
	}
	list, err := Vocabulary(model)
	if err != nil {
		return f, fmt.Errorf("%s: %w", f.BPEModel, err)
	}
	if err := write(file, list); err != nil {
		return f, err
	}
	f.BPE, f.Unit = file, "bpe"
	return f, nil
}

// write puts a file in its place at once, and only where it is another: each call comes here, and a recognizer of another may be reading it.
func write(file string, content []byte) error {
	if before, err := os.ReadFile(file); err == nil && bytes.Equal(before, content) {
		return nil
	}
	beside, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(beside.Name()) // where it was not renamed
	_, err = beside.Write(content)
	if err = errors.Join(err, beside.Close()); err != nil {
		return err
	}
	return os.Rename(beside.Name(), file)
}
