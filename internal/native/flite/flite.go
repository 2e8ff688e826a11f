// Package flite speaks with CMU Flite, opened at run time. One synthesis at a time: Flite's voices are global.
package flite

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"unsafe"

	"github.com/ebitengine/purego"

	"github.com/aubade/aubade/internal/native"
)

// Rate is the sample rate of every voice that is offered here, in Hz.
const Rate = 16000

// Voices are the voices that can be asked for, each in a library of its own.
var Voices = map[string]struct{ library, register string }{
	"slt": {"libflite_cmu_us_slt.so.1", "register_cmu_us_slt"},
	"rms": {"libflite_cmu_us_rms.so.1", "register_cmu_us_rms"},
	"awb": {"libflite_cmu_us_awb.so.1", "register_cmu_us_awb"},
}

// Offsets into Flite's structs, from its headers (2.1 and 2.2): cst_audio_streaming_info, cst_wave, cst_voice.
const (
	infoMinBuffer = 0
	infoCallback  = 8
	waveRate      = 8
	waveSamples   = 24
	voiceFeatures = 8
)

// Results of the streaming callback, from cst_audio.h.
const (
	streamGoOn = 0
	streamStop = ^uintptr(0) // -1
)

var lib struct {
	init, newInfo, infoVal, featSet, featSetFloat, synthesise, deleteWave uintptr

	setFloat func(features uintptr, name *byte, v float32)
}

// load opens Flite itself, once.
var load = sync.OnceValue(func() error {
	l, err := native.Open("libflite1", "libflite.so.1", "libflite.so")
	if err != nil {
		return err
	}
	if err := l.Symbols(map[string]*uintptr{
		"flite_init": &lib.init, "new_audio_streaming_info": &lib.newInfo, "audio_streaming_info_val": &lib.infoVal,
		"feat_set": &lib.featSet, "feat_set_float": &lib.featSetFloat, "flite_text_to_wave": &lib.synthesise, "delete_wave": &lib.deleteWave,
	}); err != nil {
		return err
	}
	// A float argument travels in a register of its own kind, which SyscallN does not fill.
	purego.RegisterFunc(&lib.setFloat, lib.featSetFloat)
	for _, base := range []string{"libflite_cmulex.so.1", "libflite_usenglish.so.1"} {
		if _, err := native.Open("libflite1", base); err != nil {
			return err
		}
	}
	purego.SyscallN(lib.init)
	return nil
})

// one is held during a synthesis; emit is its consumer.
var (
	one     sync.Mutex
	emit    func(pcm []int16) bool
	stopped bool

	// callback is registered once: purego never frees one.
	callback = sync.OnceValue(func() uintptr {
		return purego.NewCallback(func(wave, start, size, last, info uintptr) (result uintptr) {
			defer func() {
				// A panic must not unwind through C.
				if recover() != nil {
					stopped, result = true, streamStop
				}
			}()
			if int32(size) <= 0 {
				return streamGoOn
			}
			samples := unsafe.Slice((*int16)(native.Pointer(native.Address(wave, waveSamples))), int(int32(start))+int(int32(size)))
			if !emit(slices.Clone(samples[int32(start):])) {
				stopped = true
				return streamStop
			}
			return streamGoOn
		})
	})
)

// A Voice is a loaded voice. It may be used from many goroutines; they wait for each other.
type Voice struct {
	name     string
	features uintptr
	address  uintptr
}

// Flite keeps the pointer to a feature's name, not a copy: the names live as long as the program. Where the collector
// took one back, the voice no longer found its callback and was silent from then on.
var keyStreaming, keyStretch = native.Bytes("streaming_info"), native.Bytes("duration_stretch")

var voices = map[string]*Voice{}

// Open loads a voice by its name.
func Open(name string) (*Voice, error) {
	where, ok := Voices[name]
	if !ok {
		return nil, fmt.Errorf("flite: no voice %q; there are slt, rms and awb", name)
	}
	if err := load(); err != nil {
		return nil, err
	}
	one.Lock()
	defer one.Unlock()
	if v := voices[name]; v != nil {
		return v, nil
	}
	l, err := native.Open("libflite1", where.library)
	if err != nil {
		return nil, err
	}
	var register uintptr
	if err := l.Symbols(map[string]*uintptr{where.register: &register}); err != nil {
		return nil, err
	}
	address, _, _ := purego.SyscallN(register, 0)
	if address == 0 {
		return nil, fmt.Errorf("flite: voice %s does not load", name)
	}
	v := &Voice{name: name, address: address, features: native.Address(address, voiceFeatures)}
	info, _, _ := purego.SyscallN(lib.newInfo)
	if info == 0 {
		return nil, errors.New("flite: out of memory")
	}
	*(*int32)(unsafe.Add(native.Pointer(info), infoMinBuffer)) = Rate / 50 // 20 ms
	*(*uintptr)(unsafe.Add(native.Pointer(info), infoCallback)) = callback()
	val, _, _ := purego.SyscallN(lib.infoVal, info)
	purego.SyscallN(lib.featSet, v.features, uintptr(unsafe.Pointer(&keyStreaming[0])), val)
	voices[name] = v
	return v, nil
}

// Speak synthesises text and hands each piece of PCM at [Rate] to emit as soon as it is there; emit owns it, and stops the
// synthesis by returning false. The rate is the speaking rate: 1 is the voice's own, 2 twice as fast.
func (v *Voice) Speak(text string, rate float64, to func(pcm []int16) bool) error {
	if rate <= 0 {
		rate = 1
	}
	one.Lock()
	defer one.Unlock()
	emit, stopped = to, false
	defer func() { emit = nil }()
	lib.setFloat(v.features, &keyStretch[0], float32(1/rate))
	c := native.Bytes(text)
	wave, _, _ := purego.SyscallN(lib.synthesise, uintptr(unsafe.Pointer(&c[0])), v.address)
	runtime.KeepAlive(c)
	if wave != 0 {
		// After a stop the rate reads 0, so it is only checked where the synthesis ran to its end.
		got := native.Int32(wave, waveRate)
		purego.SyscallN(lib.deleteWave, wave)
		if !stopped && got != Rate {
			return fmt.Errorf("flite: voice %s speaks at %d Hz, want %d", v.name, got, Rate)
		}
		return nil
	}
	if !stopped {
		return fmt.Errorf("flite: voice %s could not speak %d bytes of text", v.name, len(text))
	}
	return nil
}
