package wire

import (
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/aubade/aubade/internal/models"
	"github.com/aubade/aubade/internal/native/sherpa"
	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/voice"
	sherpaears "github.com/aubade/aubade/voice/asr/sherpa"
	sherpavoice "github.com/aubade/aubade/voice/tts/sherpa"
)

// sherpaLibraries are ONNX Runtime and sherpa-onnx, their hashes checked.
func sherpaLibraries() (runtime, library string, err error) {
	if runtime, err = models.Path("onnxruntime"); err != nil {
		return "", "", err
	}
	library, err = models.Path("sherpa-onnx")
	return runtime, library, err
}

// sherpaModel finds a model: one of the manifest's by its name, its hashes checked, or any other by its folder, which somebody has chosen to
// trust by writing it down.
func sherpaModel(name string) (sherpa.Files, error) {
	if strings.ContainsRune(name, filepath.Separator) {
		return sherpa.Find(name, "")
	}
	dir, err := models.Folder(name)
	if err != nil {
		return sherpa.Files{}, err
	}
	return sherpa.Find(dir, name)
}

// sherpaEars are "sherpa:MODEL" or "sherpa:MODEL+MODEL", the second of which hears whole utterances again.
func (s *Speech) sherpaEars(spec Spec, e store.Edition) (voice.Recognizer, error) {
	c := sherpaears.Config{Language: "en", Hotwords: names(e.Lexicon, maxHotwords)}
	var err error
	if c.Runtime, c.Library, err = sherpaLibraries(); err != nil {
		return nil, err
	}
	for name := range strings.SplitSeq(spec.Name, "+") {
		f, err := sherpaModel(name)
		if err != nil {
			return nil, err
		}
		if f, err = s.withVocabulary(f); err != nil {
			return nil, err
		}
		c.Models = append(c.Models, f)
	}
	return sherpaears.New(s.engine("sherpa-ears"), c)
}

// maxHotwords bounds what a beam search must look out for.
const maxHotwords = 500

// withVocabulary lists a model's word pieces in the home folder: the models' own folders hold nothing that was not fetched.
func (s *Speech) withVocabulary(f sherpa.Files) (sherpa.Files, error) {
	home, err := s.brain.Config.HomeDir()
	if err != nil {
		return f, err
	}
	dir := filepath.Join(home, "ears")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return f, err
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(f.Dir)) // never fails
	return f.WithVocabulary(filepath.Join(dir, fmt.Sprintf("%x.vocab", h.Sum64())))
}

// sherpaVoice is "sherpa:MODEL" or "sherpa:MODEL#SPEAKER", a name or a number.
func (s *Speech) sherpaVoice(spec Spec) (voice.Synthesizer, error) {
	name, who, _ := strings.Cut(spec.Name, "#")
	var c sherpavoice.Config
	var err error
	if c.Runtime, c.Library, err = sherpaLibraries(); err != nil {
		return nil, err
	}
	if c.Model, err = sherpaModel(name); err != nil {
		return nil, err
	}
	if c.Speaker, err = speaker(name, who); err != nil {
		return nil, err
	}
	v, err := sherpavoice.New(s.engine("sherpa-voice"), c)
	if err != nil {
		return nil, err
	}
	s.warm = append(s.warm, warmer{load: v.Warm})
	return v, nil
}

func speaker(model, who string) (int, error) {
	if who == "" {
		return 0, nil
	}
	if n, err := strconv.Atoi(who); err == nil {
		return n, nil
	}
	l, err := models.Open("")
	if err != nil {
		return 0, err
	}
	m, err := l.Find(model)
	if err != nil {
		return 0, fmt.Errorf("%s: speakers of a folder go by number", model)
	}
	if i := slices.Index(m.Voices, who); i >= 0 {
		return i, nil
	}
	return 0, fmt.Errorf("%s: no speaker %q; there are %s", model, who, strings.Join(m.Voices, " "))
}
