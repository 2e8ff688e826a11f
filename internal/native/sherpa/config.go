package sherpa

import (
	"unsafe"

	"github.com/ebitengine/purego"

	"github.com/aubade/aubade/internal/native"
)

// The structs of c-api.h at [Version], field for field: Go lays them out as C does, since all of it is pointers (uintptr here), 32-bit
// integers and 32-bit floats. A test lets the library print what it understood.

type featureConfig struct{ sampleRate, featureDim int32 }

type transducerConfig struct{ encoder, decoder, joiner uintptr }

type homophoneConfig struct{ dictDir, lexicon, ruleFsts uintptr }

type onlineModelConfig struct {
	transducer       transducerConfig
	paraformer       [2]uintptr
	zipformer2CTC    uintptr
	tokens           uintptr
	threads          int32
	provider         uintptr
	debug            int32
	modelType        uintptr
	modelingUnit     uintptr
	bpeVocab         uintptr
	tokensBuf        uintptr
	tokensBufSize    int32
	nemoCTC, toneCTC uintptr
}

type onlineConfig struct {
	feat            featureConfig
	model           onlineModelConfig
	decodingMethod  uintptr
	maxActivePaths  int32
	endpoint        int32
	rules           [3]float32
	hotwordsFile    uintptr
	hotwordsScore   float32
	ctcGraph        uintptr
	ctcMaxActive    int32
	ruleFsts        uintptr
	ruleFars        uintptr
	blankPenalty    float32
	hotwordsBuf     uintptr
	hotwordsBufSize int32
	homophones      homophoneConfig
}

type whisperConfig struct {
	encoder, decoder, language, task uintptr
	tailPaddings                     int32
	tokenTimestamps, segmentStamps   int32
}

type senseVoiceConfig struct {
	model, language uintptr
	itn             int32
}

type canaryConfig struct {
	encoder, decoder, from, to uintptr
	punctuation                int32
}

type nanoConfig struct {
	encoder, llm, embedding, tokenizer, system, user uintptr
	maxTokens                                        int32
	temperature, topP                                float32
	seed                                             int32
	language                                         uintptr
	itn                                              int32
	hotwords                                         uintptr
}

type qwenConfig struct {
	frontend, encoder, decoder, tokenizer uintptr
	maxTotal, maxNew                      int32
	temperature, topP                     float32
	seed                                  int32
	hotwords                              uintptr
}

type cohereConfig struct {
	encoder, decoder, language uintptr
	punctuation, itn           int32
}

type offlineModelConfig struct {
	transducer    transducerConfig
	paraformer    uintptr
	nemoCTC       uintptr
	whisper       whisperConfig
	tdnn          uintptr
	tokens        uintptr
	threads       int32
	debug         int32
	provider      uintptr
	modelType     uintptr
	modelingUnit  uintptr
	bpeVocab      uintptr
	telespeechCTC uintptr
	senseVoice    senseVoiceConfig
	moonshine     [5]uintptr
	fireRed       [2]uintptr
	dolphin       uintptr
	zipformerCTC  uintptr
	canary        canaryConfig
	wenetCTC      uintptr
	omnilingual   uintptr
	medASR        uintptr
	nano          nanoConfig
	fireRedCTC    uintptr
	qwen          qwenConfig
	cohere        cohereConfig
}

type offlineConfig struct {
	feat           featureConfig
	model          offlineModelConfig
	lm             uintptr
	lmScale        float32
	decodingMethod uintptr
	maxActivePaths int32
	hotwordsFile   uintptr
	hotwordsScore  float32
	ruleFsts       uintptr
	ruleFars       uintptr
	blankPenalty   float32
	homophones     homophoneConfig
}

type vitsConfig struct {
	model, lexicon, tokens, dataDir uintptr
	noise, noiseW, length           float32
	dictDir                         uintptr
}

type matchaConfig struct {
	acoustic, vocoder, lexicon, tokens, dataDir uintptr
	noise, length                               float32
	dictDir                                     uintptr
}

type kokoroConfig struct {
	model, voices, tokens, dataDir uintptr
	length                         float32
	dictDir, lexicon, language     uintptr
}

type kittenConfig struct {
	model, voices, tokens, dataDir uintptr
	length                         float32
}

type zipvoiceConfig struct {
	tokens, encoder, decoder, vocoder, dataDir, lexicon uintptr
	featScale, tShift, targetRMS, guidance              float32
}

type pocketConfig struct {
	paths [7]uintptr
	cache int32
}

type voiceModelConfig struct {
	vits       vitsConfig
	threads    int32
	debug      int32
	provider   uintptr
	matcha     matchaConfig
	kokoro     kokoroConfig
	kitten     kittenConfig
	zipvoice   zipvoiceConfig
	pocket     pocketConfig
	supertonic [7]uintptr
}

type voiceConfig struct {
	model        voiceModelConfig
	ruleFsts     uintptr
	maxSentences int32
	ruleFars     uintptr
	silenceScale float32
}

// arena is C memory for the strings of one configuration: the library copies them, so they are freed with it.
type arena struct{ blocks []uintptr }

// str copies a string into C memory; the empty one is C's null, which the library takes for "not set".
func (a *arena) str(s string) uintptr {
	if s == "" {
		return 0
	}
	p, _, _ := purego.SyscallN(lib.calloc, uintptr(len(s)+1), 1)
	if p == 0 {
		panic("sherpa: out of memory")
	}
	copy(unsafe.Slice((*byte)(native.Pointer(p)), len(s)), s)
	a.blocks = append(a.blocks, p)
	return p
}

func (a *arena) free() {
	for _, p := range a.blocks {
		purego.SyscallN(lib.free, p)
	}
	a.blocks = nil
}
