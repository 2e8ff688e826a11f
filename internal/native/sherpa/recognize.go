package sherpa

import (
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"unsafe"

	"github.com/ebitengine/purego"

	"github.com/aubade/aubade/internal/native"
)

// A Result is what a recognizer made of the sound so far.
type Result struct {
	Text       string    `json:"text"`
	Tokens     []string  `json:"tokens"`
	Timestamps []float64 `json:"timestamps"` // of the tokens, in seconds from the utterance's start
	// What SenseVoice also hears, as it writes it: "<|en|>", "<|HAPPY|>", "<|Speech|>".
	Language string `json:"lang"`
	Emotion  string `json:"emotion"`
	Event    string `json:"event"`
}

// beam is how many paths are kept where hotwords are listened for.
const beam = 4

// An Online recognizer hears while somebody speaks.
type Online struct {
	handle   uintptr
	hotwords bool
}

// NewOnline loads a streaming transducer.
func NewOnline(f Files) (*Online, error) {
	if f.Kind != StreamingTransducer {
		return nil, fmt.Errorf("sherpa: %s: a model of kind %s cannot hear while somebody speaks", f.Dir, f.Kind)
	}
	var a arena
	defer a.free()
	c := onlineConfig{feat: featureConfig{Rate, 80}, decodingMethod: a.str("greedy_search")}
	c.model.transducer = transducerConfig{a.str(f.Encoder), a.str(f.Decoder), a.str(f.Joiner)}
	c.model.tokens, c.model.threads, c.model.provider = a.str(f.Tokens), threads, a.str("cpu")
	hot := f.BPE != "" || f.Unit == "cjkchar"
	if hot {
		c.decodingMethod, c.maxActivePaths, c.hotwordsScore = a.str("modified_beam_search"), beam, hotwordsScore
		c.model.modelingUnit, c.model.bpeVocab = a.str(f.Unit), a.str(f.BPE)
	}
	h, _, _ := purego.SyscallN(lib.newOnline, uintptr(unsafe.Pointer(&c)))
	runtime.KeepAlive(&c)
	if h == 0 {
		return nil, fmt.Errorf("sherpa: %s: the recognizer does not load", f.Dir)
	}
	return &Online{handle: h, hotwords: hot}, nil
}

// hotwordsScore is what each token of a hotword is preferred by, in the decoder's logarithm.
const hotwordsScore = 2.0

// Hotwords says whether names can be listened for.
func (o *Online) Hotwords() bool { return o.hotwords }

// Close frees the recognizer; its streams must be closed before.
func (o *Online) Close() { purego.SyscallN(lib.freeOnline, o.handle) }

// A Stream is one utterance.
type Stream struct {
	o       *Online
	handle  uintptr
	samples []float32
}

// Stream begins an utterance in which the hotwords, divided by slashes, are preferred.
func (o *Online) Stream(hotwords string) (*Stream, error) {
	var h uintptr
	if hotwords != "" && o.hotwords {
		text := native.Bytes(hotwords)
		h, _, _ = purego.SyscallN(lib.newStreamHot, o.handle, uintptr(unsafe.Pointer(&text[0])))
		runtime.KeepAlive(text)
	} else {
		h, _, _ = purego.SyscallN(lib.newStream, o.handle)
	}
	if h == 0 {
		return nil, errors.New("sherpa: the stream does not open")
	}
	return &Stream{o: o, handle: h}, nil
}

// Write takes sound at [Rate] and decodes as far as it goes.
func (s *Stream) Write(pcm []int16) {
	if len(pcm) == 0 {
		return
	}
	s.samples = floats(s.samples[:0], pcm)
	purego.SyscallN(lib.accept, s.handle, Rate, uintptr(unsafe.Pointer(&s.samples[0])), uintptr(len(s.samples)))
	runtime.KeepAlive(s.samples)
	s.run()
}

func (s *Stream) run() {
	for {
		if ready, _, _ := purego.SyscallN(lib.ready, s.o.handle, s.handle); int32(ready) == 0 {
			return
		}
		purego.SyscallN(lib.decode, s.o.handle, s.handle)
	}
}

// tail is the silence after the last word that a streaming network needs to let go of it, in samples.
const tail = Rate * 66 / 100

// Finish decodes what is left. Nothing may be written after it.
func (s *Stream) Finish() {
	s.Write(make([]int16, tail))
	purego.SyscallN(lib.finished, s.handle)
	s.run()
}

// Result is what was heard so far.
func (s *Stream) Result() (Result, error) {
	p, _, _ := purego.SyscallN(lib.resultJSON, s.o.handle, s.handle)
	defer func() { purego.SyscallN(lib.freeJSON, p) }()
	return parse(p)
}

// Close frees the stream.
func (s *Stream) Close() { purego.SyscallN(lib.freeStream, s.handle) }

// An Offline recognizer hears whole utterances.
type Offline struct{ handle uintptr }

// NewOffline loads a recognizer of whole utterances. The language is a hint for those that take one; empty: they guess.
func NewOffline(f Files, language string) (*Offline, error) {
	var a arena
	defer a.free()
	c := offlineConfig{feat: featureConfig{Rate, 80}, decodingMethod: a.str("greedy_search")}
	m := &c.model
	m.tokens, m.threads, m.provider = a.str(f.Tokens), threads, a.str("cpu")
	switch f.Kind {
	case SenseVoice:
		m.senseVoice = senseVoiceConfig{a.str(f.Model), a.str(language), 1}
	case Whisper:
		m.whisper = whisperConfig{encoder: a.str(f.Encoder), decoder: a.str(f.Decoder), language: a.str(language), task: a.str("transcribe"), tailPaddings: -1}
	case Transducer:
		m.transducer = transducerConfig{a.str(f.Encoder), a.str(f.Decoder), a.str(f.Joiner)}
		m.modelType = a.str(f.ModelType)
	default:
		return nil, fmt.Errorf("sherpa: %s: a model of kind %s does not recognize whole utterances", f.Dir, f.Kind)
	}
	h, _, _ := purego.SyscallN(lib.newOffline, uintptr(unsafe.Pointer(&c)))
	runtime.KeepAlive(&c)
	if h == 0 {
		return nil, fmt.Errorf("sherpa: %s: the recognizer does not load", f.Dir)
	}
	return &Offline{h}, nil
}

// Close frees the recognizer.
func (o *Offline) Close() { purego.SyscallN(lib.freeOffline, o.handle) }

// Recognize says what is in an utterance at [Rate].
func (o *Offline) Recognize(pcm []int16) (Result, error) {
	if len(pcm) < Rate/10 {
		return Result{}, nil // less than a network's window
	}
	s, _, _ := purego.SyscallN(lib.newWhole, o.handle)
	if s == 0 {
		return Result{}, errors.New("sherpa: the stream does not open")
	}
	defer func() { purego.SyscallN(lib.freeWhole, s) }()
	samples := floats(nil, pcm)
	purego.SyscallN(lib.acceptWhole, s, Rate, uintptr(unsafe.Pointer(&samples[0])), uintptr(len(samples)))
	runtime.KeepAlive(samples)
	purego.SyscallN(lib.decodeWhole, o.handle, s)
	p, _, _ := purego.SyscallN(lib.wholeJSON, s)
	defer func() { purego.SyscallN(lib.freeWholeJSON, p) }()
	return parse(p)
}

func parse(p uintptr) (Result, error) {
	var r Result
	if p == 0 {
		return r, errors.New("sherpa: no result came")
	}
	if err := json.Unmarshal([]byte(native.String(p)), &r); err != nil {
		return r, fmt.Errorf("sherpa: read the result: %w", err)
	}
	return r, nil
}

func floats(to []float32, pcm []int16) []float32 {
	for _, x := range pcm {
		to = append(to, float32(x)/32768)
	}
	return to
}
