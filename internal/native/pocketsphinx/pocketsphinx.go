// Package pocketsphinx decodes speech with CMU PocketSphinx, opened at run time.
package pocketsphinx

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"unsafe"

	"github.com/ebitengine/purego"

	"github.com/aubade/aubade/internal/native"
)

// Rate is the sample rate that the models want, in Hz; a frame of the decoder is 10 ms.
const Rate = 16000

// StockModel is where Debian's pocketsphinx-en-us keeps the acoustic model, the dictionary and a general language model.
const StockModel = "/usr/share/pocketsphinx/model/en-us"

var lib struct {
	args, init, free, startStream, startUtt, processRaw, endUtt, getHyp, frames uintptr
	segIter, segNext, segWord, segFrames                                        uintptr
	parseFile, freeConfig, setLogFile                                           uintptr
	frontEnd, features                                                          uintptr
	feStart, feFrames                                                           uintptr
	featLive, featUpdate, featAlloc, featFree                                   uintptr
}

// Load opens the libraries. Open does it by itself; call it early to know early what is missing.
var Load = sync.OnceValue(func() error {
	base, err := native.Open("libpocketsphinx3", "libsphinxbase.so.3")
	if err != nil {
		return err
	}
	l, err := native.Open("libpocketsphinx3", "libpocketsphinx.so.3")
	if err != nil {
		return err
	}
	if err := base.Symbols(map[string]*uintptr{
		"cmd_ln_parse_file_r": &lib.parseFile, "cmd_ln_free_r": &lib.freeConfig, "err_set_logfp": &lib.setLogFile,
		"fe_start_utt": &lib.feStart, "fe_process_frames": &lib.feFrames,
		"feat_s2mfc2feat_live": &lib.featLive, "feat_update_stats": &lib.featUpdate, "feat_array_alloc": &lib.featAlloc, "feat_array_free": &lib.featFree,
	}); err != nil {
		return err
	}
	if err := l.Symbols(map[string]*uintptr{
		"ps_args": &lib.args, "ps_init": &lib.init, "ps_free": &lib.free, "ps_start_stream": &lib.startStream, "ps_start_utt": &lib.startUtt, "ps_process_raw": &lib.processRaw,
		"ps_end_utt": &lib.endUtt, "ps_get_hyp": &lib.getHyp, "ps_get_n_frames": &lib.frames,
		"ps_seg_iter": &lib.segIter, "ps_seg_next": &lib.segNext, "ps_seg_word": &lib.segWord, "ps_seg_frames": &lib.segFrames,
		"ps_get_fe": &lib.frontEnd, "ps_get_feat": &lib.features,
	}); err != nil {
		return err
	}
	purego.SyscallN(lib.setLogFile, 0) // it tells of every frame otherwise
	return nil
})

// Config says what a decoder knows.
type Config struct {
	Acoustic   string // folder of the acoustic model; empty: Debian's
	Dictionary string // words and their phones; empty: Debian's
	Language   string // ARPA or binary language model; empty: Debian's
	// Extra are further settings of the decoder's, by the names that its command line gives them: "lw": "8".
	Extra map[string]string
}

// A Decoder recognises one utterance at a time. It is not safe for concurrent use.
type Decoder struct {
	address uintptr
	open    bool // an utterance is
}

// Open loads the models. It fails, naming what is missing, where a library or a file is not there.
func Open(c Config) (*Decoder, error) {
	if err := Load(); err != nil {
		return nil, err
	}
	set := func(s *string, file string) {
		if *s == "" {
			*s = filepath.Join(StockModel, file)
		}
	}
	set(&c.Acoustic, "en-us")
	set(&c.Dictionary, "cmudict-en-us.dict")
	set(&c.Language, "en-us.lm.bin")
	for _, p := range []string{c.Acoustic, c.Dictionary, c.Language} {
		if _, err := os.Stat(p); err != nil {
			if strings.HasPrefix(p, StockModel) {
				return nil, &native.MissingError{Library: p, Package: "pocketsphinx-en-us", Err: err}
			}
			return nil, fmt.Errorf("open decoder: %w", err)
		}
	}
	file, err := os.CreateTemp("", "aubade-sphinx-*.conf")
	if err != nil {
		return nil, fmt.Errorf("open decoder: %w", err)
	}
	defer os.Remove(file.Name())
	settings := map[string]string{"hmm": c.Acoustic, "dict": c.Dictionary, "lm": c.Language, "remove_noise": "yes"}
	maps.Copy(settings, c.Extra)
	for k, v := range settings {
		fmt.Fprintf(file, "-%s %s\n", k, v)
	}
	if err := file.Close(); err != nil {
		return nil, fmt.Errorf("open decoder: %w", err)
	}
	definitions, _, _ := purego.SyscallN(lib.args)
	name := native.Bytes(file.Name())
	config, _, _ := purego.SyscallN(lib.parseFile, 0, definitions, uintptr(unsafe.Pointer(&name[0])), 1)
	runtime.KeepAlive(name)
	if config == 0 {
		return nil, errors.New("open decoder: the settings are refused")
	}
	address, _, _ := purego.SyscallN(lib.init, config)
	purego.SyscallN(lib.freeConfig, config) // the decoder holds its own
	if address == 0 {
		return nil, fmt.Errorf("open decoder: %s, %s and %s do not load together", c.Acoustic, c.Dictionary, c.Language)
	}
	return &Decoder{address: address}, nil
}

// Close frees the decoder.
func (d *Decoder) Close() {
	if d.address != 0 {
		purego.SyscallN(lib.free, d.address)
		d.address = 0
	}
}

// Start begins an utterance; one that is open is ended first.
func (d *Decoder) Start() error {
	if d.open {
		d.End()
	}
	// A stream of its own: else words are counted from the first sound that the decoder ever heard.
	purego.SyscallN(lib.startStream, d.address)
	if r, _, _ := purego.SyscallN(lib.startUtt, d.address); int32(r) < 0 {
		return errors.New("decode: the utterance does not begin")
	}
	d.open = true
	return nil
}

// Write decodes PCM at [Rate].
func (d *Decoder) Write(pcm []int16) error {
	if !d.open || len(pcm) == 0 {
		return nil
	}
	r, _, _ := purego.SyscallN(lib.processRaw, d.address, uintptr(unsafe.Pointer(&pcm[0])), uintptr(len(pcm)), 0, 0)
	runtime.KeepAlive(pcm)
	if int32(r) < 0 {
		return errors.New("decode: the sound is refused")
	}
	return nil
}

// End finishes the utterance; Best is final then.
func (d *Decoder) End() {
	if d.open {
		purego.SyscallN(lib.endUtt, d.address)
		d.open = false
	}
}

// A Word is a word of the best path and the frames of 10 ms that it lasts, counted from the utterance's start.
type Word struct {
	Text       string
	Start, End int
}

// Best is the best path so far: its words without fillers, its score, and the frames that were searched. The score is in
// the decoder's own logarithm, and only good for comparing decoders on the same sound.
func (d *Decoder) Best() (words []Word, score int, frames int) {
	var s int32
	purego.SyscallN(lib.getHyp, d.address, uintptr(unsafe.Pointer(&s)))
	n, _, _ := purego.SyscallN(lib.frames, d.address)
	seg, _, _ := purego.SyscallN(lib.segIter, d.address, 0)
	for seg != 0 {
		w, _, _ := purego.SyscallN(lib.segWord, seg)
		var from, to int32
		purego.SyscallN(lib.segFrames, seg, uintptr(unsafe.Pointer(&from)), uintptr(unsafe.Pointer(&to)))
		if text := base(native.String(w)); text != "" {
			words = append(words, Word{text, int(from), int(to) + 1})
		}
		seg, _, _ = purego.SyscallN(lib.segNext, seg)
	}
	return words, int(s), int(int32(n))
}

// base is the word without the number of its pronunciation; fillers are no words.
func base(w string) string {
	if w == "" || w[0] == '<' || w[0] == '[' || strings.HasPrefix(w, "++") {
		return ""
	}
	if i := strings.IndexByte(w, '('); i > 0 {
		w = w[:i]
	}
	return w
}
