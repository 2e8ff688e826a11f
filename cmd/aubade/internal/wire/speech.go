package wire

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/aubade/aubade/internal/child"
	"github.com/aubade/aubade/internal/native/smartturn"
	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/asr/lm"
	"github.com/aubade/aubade/voice/asr/pocketsphinx"
	"github.com/aubade/aubade/voice/speech"
	"github.com/aubade/aubade/voice/tts/flite"
	"github.com/aubade/aubade/voice/turn/smart"
	"github.com/aubade/aubade/voice/vad/energy"
	"github.com/aubade/aubade/voice/vad/silero"
)

// firstAudioPatience is how long the first of two voices may take before the second is asked.
const firstAudioPatience = 800 * time.Millisecond

// A Speech is ears and a voice: what every call of a program shares. Close it.
type Speech struct {
	Synthesizer voice.Synthesizer
	// Voices are the ones that it is made of, in the order in which they stand in for each other.
	Voices []OneVoice
	// TurnDetector hears whether the thought is finished; nil where none is configured.
	TurnDetector voice.TurnDetector
	// VoiceName, EarsName and VADName are the specs that are at work.
	VoiceName, EarsName, VADName string
	// Basic says that only the embedded voice is at work.
	Basic bool

	brain   *Brain
	log     *slog.Logger
	command func(kind string) func() *exec.Cmd
	mu      sync.Mutex // over engines
	engines map[string]*child.Engine
	warm    []warmer
	silero  func() (*silero.Model, error) // once
}

// OneVoice is a voice with its spec.
type OneVoice struct {
	Spec string
	voice.Synthesizer
}

// OneEars are ears with their spec.
type OneEars struct {
	Spec string
	voice.Recognizer
}

// A warmer loads one part before anybody waits for it. If it is spared, something else stands behind the part.
type warmer struct {
	load   func(context.Context) error
	spared bool
}

// OpenSpeech wires ears and voice. command makes this program's own engine processes.
func OpenSpeech(b *Brain, command func(kind string) func() *exec.Cmd, log *slog.Logger) (*Speech, error) {
	s := &Speech{brain: b, log: log, command: command, engines: map[string]*child.Engine{}}
	s.silero = sync.OnceValues(s.loadSilero)
	s.VoiceName, s.EarsName, s.VADName = b.Config.Voice.Synthesizer, b.Config.Ears.Recognizer, b.Config.Ears.VAD
	s.Basic = strings.HasPrefix(s.VoiceName, "flite:")
	var err error
	if s.Synthesizer, err = s.synthesizer(); err != nil {
		return nil, fmt.Errorf("voice.synthesizer: %w", err)
	}
	if _, err := ParseSpecs(s.EarsName); err != nil {
		return nil, fmt.Errorf("ears.recognizer: %w", err)
	}
	_, spec, err := s.detector()
	if err != nil {
		return nil, fmt.Errorf("ears.vad: %w", err)
	}
	s.VADName = spec.String()
	if s.TurnDetector, err = s.turnDetector(); err != nil {
		return nil, fmt.Errorf("ears.turn: %w", err)
	}
	return s, nil
}

func (s *Speech) engine(kind string) *child.Engine {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.engines[kind] == nil {
		s.engines[kind] = &child.Engine{Command: s.command(kind), Log: s.log}
	}
	return s.engines[kind]
}

func (s *Speech) synthesizer() (voice.Synthesizer, error) {
	specs, err := ParseSpecs(s.VoiceName)
	if err != nil {
		return nil, err
	}
	var chain voice.Synthesizer
	for i := len(specs) - 1; i >= 0; i-- {
		from := len(s.warm)
		one, err := s.oneVoice(specs[i])
		if err != nil {
			return nil, err
		}
		for j := range s.warm[from:] {
			s.warm[from+j].spared = i < len(specs)-1
		}
		s.Voices = append([]OneVoice{{specs[i].String(), one}}, s.Voices...)
		if chain == nil {
			chain = one
		} else {
			chain = voice.FirstOf(one, chain, firstAudioPatience)
		}
	}
	return chain, nil
}

func (s *Speech) oneVoice(spec Spec) (voice.Synthesizer, error) {
	switch spec.Kind {
	case "flite":
		name := spec.Name
		if name == "" {
			name = "slt"
		}
		v, err := flite.New(s.engine("flite"), name)
		if err != nil {
			return nil, err
		}
		s.warm = append(s.warm, warmer{load: v.Warm})
		return v, nil
	case "sherpa":
		return s.sherpaVoice(spec)
	}
	return s.remoteVoice(spec)
}

// Detector makes the voice activity detector of one call.
func (s *Speech) Detector() (voice.Detector, error) {
	d, _, err := s.detector()
	return d, err
}

// detector is the first of the configured ones that is there, and its spec.
func (s *Speech) detector() (voice.Detector, Spec, error) {
	specs, err := ParseSpecs(s.brain.Config.Ears.VAD)
	if err != nil {
		return nil, Spec{}, err
	}
	var missing error
	for _, spec := range specs {
		switch spec.Kind {
		case "energy":
			return energy.New(), spec, nil
		case "silero":
			m, err := s.silero()
			if err == nil {
				return m.Detector(), spec, nil
			}
			missing = errors.Join(missing, err)
		default:
			return nil, spec, unknown("vad", spec, "silero:", "energy:")
		}
	}
	return nil, Spec{}, missing
}

// loadSilero starts the engine once and says whether the network is there.
func (s *Speech) loadSilero() (*silero.Model, error) {
	m, err := silero.New(s.engine("silero"))
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return m, m.Warm(ctx)
}

// turnDetector is the configured one, loaded: whoever asks for it by name wants to know that it is missing.
func (s *Speech) turnDetector() (voice.TurnDetector, error) {
	if s.brain.Config.Ears.Turn == "" {
		return nil, nil
	}
	spec, err := parseSpec(s.brain.Config.Ears.Turn)
	if err != nil {
		return nil, err
	}
	if spec.Kind != "smartturn" {
		return nil, unknown("turn", spec, "smartturn:")
	}
	n, err := smartturn.Open(s.engine("smartturn"))
	if err != nil {
		return nil, err
	}
	s.warm = append(s.warm, warmer{load: func(context.Context) error { return n.Warm() }})
	return smart.New(n.Run), nil
}

// Recognizers are the ears for an edition, and their backup, nil where there is none.
func (s *Speech) Recognizers(ctx context.Context, e store.Edition) (first, backup voice.Recognizer, err error) {
	all, err := s.EachEars(ctx, e)
	if err != nil {
		return nil, nil, err
	}
	if len(all) > 1 {
		backup = all[1].Recognizer
	}
	return all[0].Recognizer, backup, nil
}

// EachEars are the ears for an edition, in the order in which they stand in for each other.
func (s *Speech) EachEars(ctx context.Context, e store.Edition) ([]OneEars, error) {
	specs, err := ParseSpecs(s.EarsName)
	if err != nil {
		return nil, err
	}
	all := make([]OneEars, len(specs))
	for i, spec := range specs {
		all[i].Spec = spec.String()
		switch spec.Kind {
		case "pocketsphinx":
			var dir string
			if dir, err = s.brain.Ears(ctx, e); err == nil {
				all[i].Recognizer = pocketsphinx.New(s.engine("pocketsphinx"), pocketsphinx.Options{Dir: dir, Margin: pocketsphinx.DefaultMargin})
			}
		case "sherpa":
			all[i].Recognizer, err = s.sherpaEars(spec, e)
		default:
			all[i].Recognizer, err = s.remoteEars(spec, e)
		}
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Warm loads the voice and the ears, so that nothing is loaded while somebody waits. What does not load is an error, or only told where
// something else stands behind it.
func (s *Speech) Warm(ctx context.Context, e store.Edition) error {
	for _, w := range s.warm {
		if err := w.load(ctx); err != nil && w.spared {
			s.log.Warn("a voice does not load; the next one stands in", "voice", s.VoiceName, "err", err)
		} else if err != nil {
			return fmt.Errorf("warm the voice %s: %w", s.VoiceName, err)
		}
	}
	first, backup, err := s.Recognizers(ctx, e)
	if err != nil {
		return fmt.Errorf("warm the ears %s: %w", s.EarsName, err)
	}
	err = try(ctx, first)
	if err != nil && backup != nil {
		s.log.Warn("the ears are deaf; the next ones stand in", "ears", s.EarsName, "err", err)
		err = try(ctx, backup)
	}
	if err != nil {
		return fmt.Errorf("warm the ears %s: %w", s.EarsName, err)
	}
	return nil
}

func try(ctx context.Context, ears voice.Recognizer) error {
	stream, err := ears.Open(ctx)
	if err != nil {
		return err
	}
	return stream.Close()
}

// Close ends the engines' processes.
func (s *Speech) Close(ctx context.Context) error {
	var err error
	for _, e := range s.engines {
		err = errors.Join(err, e.Close(ctx))
	}
	return err
}

// Ears is the folder of the embedded ears' models for an edition; it is built where it is not there yet. An edition does
// not change, and neither does its folder; another version of the templates makes another folder.
func (b *Brain) Ears(ctx context.Context, e store.Edition) (string, error) {
	home, err := b.Config.HomeDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(home, "ears", fmt.Sprintf("%s-%d-%.8s-%d", b.Domain.Name, e.ID, e.Hash, lm.Version))
	if _, err := os.Stat(filepath.Join(dir, lm.DictionaryFile)); err == nil {
		return dir, nil
	}
	src := lm.Source{Lexicon: e.Lexicon, Words: b.earWords(e)}
	if len(src.Lexicon.Terms) == 0 {
		src.Lexicon = b.Domain.Terms()
	}
	year := b.Now().Year()
	for y := year - 3; y <= year+1; y++ {
		src.Years = append(src.Years, y)
	}
	src.Questions = append(src.Questions, b.Domain.Questions...)
	if e.ID != 0 {
		questions, err := b.DB.Questions(ctx, e.ID)
		if err != nil {
			return "", err
		}
		for _, q := range questions {
			src.Questions = append(src.Questions, q.Text)
		}
		passages, err := b.DB.Passages(ctx, e.ID)
		if err != nil {
			return "", err
		}
		for _, p := range passages {
			src.Sentences = append(src.Sentences, sentences(p.Text)...)
		}
	}
	unheard, err := lm.Build(ctx, dir, src)
	if err != nil {
		return "", err
	}
	if len(unheard) > 0 {
		b.log.Warn("the ears cannot know how some words sound: give them pronunciations in domain.yaml, or install flite", "words", len(unheard))
	}
	return dir, nil
}

func sentences(text string) []string {
	s := speech.NewSentences()
	return append(s.Write(text), s.Flush()...)
}

// earWords cuts writing into the words that are heard when it is spoken.
func (b *Brain) earWords(e store.Edition) func(string) []string {
	v := speech.NewVerbaliser(speech.Options{Lexicon: e.Lexicon, Now: b.Now()})
	return func(text string) []string {
		return strings.FieldsFunc(strings.ToLower(v.Say(text)), func(r rune) bool { return (r < 'a' || r > 'z') && r != '\'' })
	}
}

// CPU is the processor time that the engines' processes have used.
func (s *Speech) CPU() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	var sum time.Duration
	for _, e := range s.engines {
		sum += e.CPU()
	}
	return sum
}

// Heard cuts writing of an edition's domain into the words that are heard when it is spoken.
func (b *Brain) Heard(e store.Edition) func(text string) []string { return b.earWords(e) }
