package sherpa

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"unsafe"

	"github.com/ebitengine/purego"

	"github.com/aubade/aubade/internal/native"
)

// A Voice speaks.
type Voice struct {
	handle   uintptr
	Rate     int // of its sound, in Hz
	Speakers int
}

// NewVoice loads a voice.
func NewVoice(f Files) (*Voice, error) {
	var a arena
	defer a.free()
	c := voiceConfig{maxSentences: 1, silenceScale: 0.2}
	c.model.threads, c.model.provider = threads, a.str("cpu")
	switch f.Kind {
	case VITS:
		c.model.vits = vitsConfig{model: a.str(f.Model), lexicon: a.str(f.Lexicon), tokens: a.str(f.Tokens), dataDir: a.str(f.Data), noise: 0.667, noiseW: 0.8, length: 1}
	case Kokoro:
		c.model.kokoro = kokoroConfig{model: a.str(f.Model), voices: a.str(f.Voices), tokens: a.str(f.Tokens), dataDir: a.str(f.Data), length: 1, lexicon: a.str(f.Lexicon)}
	case Kitten:
		c.model.kitten = kittenConfig{model: a.str(f.Model), voices: a.str(f.Voices), tokens: a.str(f.Tokens), dataDir: a.str(f.Data), length: 1}
	default:
		return nil, fmt.Errorf("sherpa: %s: a model of kind %s does not speak", f.Dir, f.Kind)
	}
	h, _, _ := purego.SyscallN(lib.newVoice, uintptr(unsafe.Pointer(&c)))
	runtime.KeepAlive(&c)
	if h == 0 {
		return nil, fmt.Errorf("sherpa: %s: the voice does not load", f.Dir)
	}
	rate, _, _ := purego.SyscallN(lib.voiceRate, h)
	n, _, _ := purego.SyscallN(lib.speakers, h)
	return &Voice{h, int(int32(rate)), int(int32(n))}, nil
}

// Close frees the voice.
func (v *Voice) Close() { purego.SyscallN(lib.freeVoice, v.handle) }

// listeners are those who wait for sound, by the number that the library hands back.
var listeners struct {
	sync.Mutex
	next uintptr
	to   map[uintptr]func(pcm []int16) bool
}

// callback is registered once: purego never frees one.
var callback = sync.OnceValue(func() uintptr {
	return purego.NewCallback(func(samples, n, arg uintptr) (goOn uintptr) {
		defer func() {
			// A panic must not unwind through C.
			if recover() != nil {
				goOn = 0
			}
		}()
		listeners.Lock()
		emit := listeners.to[arg]
		listeners.Unlock()
		if emit == nil || !emit(shorts(samples, int(int32(n)))) {
			return 0
		}
		return 1
	})
})

func shorts(samples uintptr, n int) []int16 {
	if n <= 0 || samples == 0 {
		return nil
	}
	pcm := make([]int16, n)
	for i, x := range unsafe.Slice((*float32)(native.Pointer(samples)), n) {
		pcm[i] = int16(max(-32768, min(32767, x*32767)))
	}
	return pcm
}

// Speak hands the sound of a text to emit, a sentence at a time, which stops it by returning false. A rate of 1 is the voice's own, 2 twice
// as fast.
func (v *Voice) Speak(text string, speaker int, rate float64, emit func(pcm []int16) bool) error {
	if speaker < 0 || speaker >= max(1, v.Speakers) {
		return fmt.Errorf("sherpa: there is no speaker %d; there are 0 to %d", speaker, max(1, v.Speakers)-1)
	}
	if rate <= 0 {
		rate = 1
	}
	heard, stopped := 0, false
	listeners.Lock()
	if listeners.to == nil {
		listeners.to = map[uintptr]func([]int16) bool{}
	}
	listeners.next++
	id := listeners.next
	listeners.to[id] = func(pcm []int16) bool {
		heard += len(pcm)
		stopped = !emit(pcm)
		return !stopped
	}
	listeners.Unlock()
	defer func() {
		listeners.Lock()
		delete(listeners.to, id)
		listeners.Unlock()
	}()
	c := native.Bytes(text)
	audio := lib.speak(v.handle, &c[0], int32(speaker), float32(rate), callback(), id)
	runtime.KeepAlive(c)
	if audio == 0 {
		if stopped {
			return nil
		}
		return errors.New("sherpa: the voice made no sound")
	}
	defer func() { purego.SyscallN(lib.freeAudio, audio) }()
	if heard == 0 && !stopped {
		// Some networks only give the whole.
		emit(shorts(native.Address(audio, 0), int(native.Int32(audio, 8))))
	}
	return nil
}
