// Package opus encodes and decodes the sound of calls with libopus, opened at run time.
package opus

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"unsafe"

	"github.com/ebitengine/purego"

	"github.com/aubade/aubade/internal/native"
)

// MaxPacket is the size of a buffer that holds any packet of one frame.
const MaxPacket = 1275

// The numbers of opus_defines.h that we use.
const (
	applicationVoIP = 2048

	setBitrate    = 4002
	setComplexity = 4010
	setInbandFEC  = 4012
	setPacketLoss = 4014
	setDTX        = 4016
	setSignal     = 4024
	getLookahead  = 4027
	resetState    = 4028

	signalVoice = 3001
)

var lib struct {
	encoderCreate, encoderDestroy, encode, encoderCtl  uintptr
	decoderCreate, decoderDestroy, decode, decoderCtl  uintptr
	packetSamples, packetFrames, strerror, versionText uintptr
}

// Load opens libopus. Encoders and decoders do it by themselves; call it early to know early that it is missing.
var Load = sync.OnceValue(func() error {
	l, err := native.Open("libopus0", "libopus.so.0", "libopus.so", "libopus.0.dylib")
	if err != nil {
		return err
	}
	return l.Symbols(map[string]*uintptr{
		"opus_encoder_create": &lib.encoderCreate, "opus_encoder_destroy": &lib.encoderDestroy,
		"opus_encode": &lib.encode, "opus_encoder_ctl": &lib.encoderCtl,
		"opus_decoder_create": &lib.decoderCreate, "opus_decoder_destroy": &lib.decoderDestroy,
		"opus_decode": &lib.decode, "opus_decoder_ctl": &lib.decoderCtl,
		"opus_packet_get_nb_samples": &lib.packetSamples, "opus_packet_get_nb_frames": &lib.packetFrames,
		"opus_strerror": &lib.strerror, "opus_get_version_string": &lib.versionText,
	})
})

// Version is what the library calls itself: "libopus 1.3.1".
func Version() (string, error) {
	if err := Load(); err != nil {
		return "", err
	}
	r, _, _ := purego.SyscallN(lib.versionText)
	return native.String(r), nil
}

// An Error is a negative result of libopus.
type Error int32

// ErrInvalidPacket is the error of a packet that is not Opus, or is damaged.
const ErrInvalidPacket Error = -4

func (e Error) Error() string {
	r, _, _ := purego.SyscallN(lib.strerror, uintptr(e))
	return "opus: " + native.String(r)
}

var errClosed = errors.New("opus: use after Close")

// result is a C int: negative is an error.
func result(r uintptr) (int, error) {
	if n := int32(r); n < 0 {
		return 0, Error(n)
	} else {
		return int(n), nil
	}
}

// state owns one C object. It is freed by close, or when it is no longer reachable.
type state struct {
	handle  uintptr
	cleanup runtime.Cleanup
}

func newState(handle, destroy uintptr) *state {
	s := &state{handle: handle}
	s.cleanup = runtime.AddCleanup(s, func(h uintptr) { purego.SyscallN(destroy, h) }, handle)
	return s
}

func (s *state) close(destroy uintptr) {
	if s.handle == 0 {
		return
	}
	s.cleanup.Stop()
	purego.SyscallN(destroy, s.handle)
	s.handle = 0
}

// An Encoder turns PCM into packets. It is not safe for concurrent use; each stream has its own.
type Encoder struct {
	*state
	rate, channels int
}

// NewEncoder makes an encoder for speech: 32 kbit/s, complexity 9, in-band forward error correction on for 10 % of loss, and no
// discontinuous transmission, because whoever sends decides when to be silent. Rate is 8, 12, 16, 24 or 48 kHz.
func NewEncoder(rate, channels int) (*Encoder, error) {
	if err := Load(); err != nil {
		return nil, err
	}
	var code int32
	h, _, _ := purego.SyscallN(lib.encoderCreate, uintptr(rate), uintptr(channels), applicationVoIP, uintptr(unsafe.Pointer(&code)))
	if code != 0 {
		return nil, fmt.Errorf("new encoder of %d Hz and %d channels: %w", rate, channels, Error(code))
	}
	e := &Encoder{newState(h, lib.encoderDestroy), rate, channels}
	for _, c := range []struct{ request, value int }{
		{setBitrate, 32000}, {setComplexity, 9}, {setInbandFEC, 1}, {setPacketLoss, 10}, {setDTX, 0}, {setSignal, signalVoice},
	} {
		if err := e.ctl(c.request, c.value); err != nil {
			e.Close()
			return nil, err
		}
	}
	return e, nil
}

// Encode packs one frame of 2.5, 5, 10, 20, 40 or 60 ms into out and says how many bytes it took.
func (e *Encoder) Encode(pcm []int16, out []byte) (int, error) {
	if e.handle == 0 {
		return 0, errClosed
	}
	if len(pcm) == 0 || len(out) == 0 {
		return 0, Error(-1)
	}
	r, _, _ := purego.SyscallN(lib.encode, e.handle,
		uintptr(unsafe.Pointer(&pcm[0])), uintptr(len(pcm)/e.channels), uintptr(unsafe.Pointer(&out[0])), uintptr(len(out)))
	runtime.KeepAlive(e.state)
	return result(r)
}

// SetBitrate sets the target in bits per second, 500 to 512000.
func (e *Encoder) SetBitrate(bits int) error { return e.ctl(setBitrate, bits) }

// SetComplexity trades processor time for quality: 0 to 10.
func (e *Encoder) SetComplexity(n int) error { return e.ctl(setComplexity, n) }

// SetPacketLoss says how many per cent of the packets are expected to be lost; 0 switches forward error correction off.
func (e *Encoder) SetPacketLoss(percent int) error {
	if err := e.ctl(setInbandFEC, min(percent, 1)); err != nil {
		return err
	}
	return e.ctl(setPacketLoss, percent)
}

// SetDTX lets the encoder send next to nothing in silence.
func (e *Encoder) SetDTX(on bool) error {
	v := 0
	if on {
		v = 1
	}
	return e.ctl(setDTX, v)
}

// Lookahead is the encoder's delay in samples at its rate.
func (e *Encoder) Lookahead() (int, error) {
	if e.handle == 0 {
		return 0, errClosed
	}
	var n int32
	r, _, _ := purego.SyscallN(lib.encoderCtl, e.handle, getLookahead, uintptr(unsafe.Pointer(&n)))
	runtime.KeepAlive(e.state)
	if _, err := result(r); err != nil {
		return 0, err
	}
	return int(n), nil
}

// Reset forgets what was encoded before, as at the start of a new stream.
func (e *Encoder) Reset() error { return e.ctl(resetState, 0) }

func (e *Encoder) ctl(request, value int) error {
	if e.handle == 0 {
		return errClosed
	}
	// opus_encoder_ctl is variadic; for integers the registers are the same as with a fixed signature.
	r, _, _ := purego.SyscallN(lib.encoderCtl, e.handle, uintptr(request), uintptr(value))
	runtime.KeepAlive(e.state)
	if _, err := result(r); err != nil {
		return fmt.Errorf("encoder request %d, value %d: %w", request, value, err)
	}
	return nil
}

// Close frees the encoder. It may be called twice.
func (e *Encoder) Close() { e.close(lib.encoderDestroy) }
