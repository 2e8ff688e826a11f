// Package sherpa runs sherpa-onnx's recognizers and voices through its C library, opened at run time.
//
// The library calls exit where a model is not what it expects, so it belongs into a child process, and what it loads should have been
// checked before. It copies what it is given; every handle is safe to use from one goroutine at a time, and recognizers from many.
package sherpa

import (
	"errors"
	"fmt"
	"sync"

	"github.com/ebitengine/purego"

	"github.com/aubade/aubade/internal/native"
)

// Version is the only one whose structs are known here.
const Version = "1.13.8"

// Rate is the sample rate of what recognizers hear, in Hz.
const Rate = 16000

// threads is how many cores one network may use: calls are many, and each wants its turn.
const threads = 2

var lib struct {
	calloc, free uintptr

	version uintptr

	newOnline, freeOnline, newStream, newStreamHot, freeStream uintptr
	accept, ready, decode, finished, resultJSON, freeJSON      uintptr

	newOffline, freeOffline, newWhole, freeWhole, acceptWhole, decodeWhole, wholeJSON, freeWholeJSON uintptr

	newVoice, freeVoice, voiceRate, speakers, freeAudio uintptr

	speak func(voice uintptr, text *byte, speaker int32, speed float32, callback, arg uintptr) uintptr
}

var opened struct {
	sync.Mutex
	done bool
}

// Open opens the library. The ONNX Runtime that it was built for comes first: its own search would not find one in another folder. An
// empty path leaves the search to the system's loader.
func Open(runtime, library string) error {
	opened.Lock()
	defer opened.Unlock()
	if opened.done {
		return nil
	}
	if runtime != "" {
		if _, err := native.Open("", runtime); err != nil {
			return err
		}
	}
	var names []string
	if library != "" {
		names = append(names, library)
	}
	l, err := native.Open("", append(names, "libsherpa-onnx-c-api.so")...)
	if err != nil {
		var m *native.MissingError
		if errors.As(err, &m) {
			m.Library, m.Hint = "libsherpa-onnx-c-api.so", "aubade models pull sherpa-onnx"
		}
		return err
	}
	for name, p := range map[string]*uintptr{"calloc": &lib.calloc, "free": &lib.free} {
		if *p, err = purego.Dlsym(purego.RTLD_DEFAULT, name); err != nil {
			return fmt.Errorf("find %s of the C library: %w", name, err)
		}
	}
	var speak uintptr
	if err := l.Symbols(map[string]*uintptr{
		"SherpaOnnxGetVersionStr":                         &lib.version,
		"SherpaOnnxCreateOnlineRecognizer":                &lib.newOnline,
		"SherpaOnnxDestroyOnlineRecognizer":               &lib.freeOnline,
		"SherpaOnnxCreateOnlineStream":                    &lib.newStream,
		"SherpaOnnxCreateOnlineStreamWithHotwords":        &lib.newStreamHot,
		"SherpaOnnxDestroyOnlineStream":                   &lib.freeStream,
		"SherpaOnnxOnlineStreamAcceptWaveform":            &lib.accept,
		"SherpaOnnxIsOnlineStreamReady":                   &lib.ready,
		"SherpaOnnxDecodeOnlineStream":                    &lib.decode,
		"SherpaOnnxOnlineStreamInputFinished":             &lib.finished,
		"SherpaOnnxGetOnlineStreamResultAsJson":           &lib.resultJSON,
		"SherpaOnnxDestroyOnlineStreamResultJson":         &lib.freeJSON,
		"SherpaOnnxCreateOfflineRecognizer":               &lib.newOffline,
		"SherpaOnnxDestroyOfflineRecognizer":              &lib.freeOffline,
		"SherpaOnnxCreateOfflineStream":                   &lib.newWhole,
		"SherpaOnnxDestroyOfflineStream":                  &lib.freeWhole,
		"SherpaOnnxAcceptWaveformOffline":                 &lib.acceptWhole,
		"SherpaOnnxDecodeOfflineStream":                   &lib.decodeWhole,
		"SherpaOnnxGetOfflineStreamResultAsJson":          &lib.wholeJSON,
		"SherpaOnnxDestroyOfflineStreamResultJson":        &lib.freeWholeJSON,
		"SherpaOnnxCreateOfflineTts":                      &lib.newVoice,
		"SherpaOnnxDestroyOfflineTts":                     &lib.freeVoice,
		"SherpaOnnxOfflineTtsSampleRate":                  &lib.voiceRate,
		"SherpaOnnxOfflineTtsNumSpeakers":                 &lib.speakers,
		"SherpaOnnxDestroyOfflineTtsGeneratedAudio":       &lib.freeAudio,
		"SherpaOnnxOfflineTtsGenerateWithCallbackWithArg": &speak,
	}); err != nil {
		return err
	}
	got, _, _ := purego.SyscallN(lib.version)
	if v := native.String(got); v != Version {
		return fmt.Errorf("open %s: it is version %s; only %s is known here", l.Name, v, Version)
	}
	// A float argument travels in a register of its own kind, which SyscallN does not fill.
	purego.RegisterFunc(&lib.speak, speak)
	opened.done = true
	return nil
}
