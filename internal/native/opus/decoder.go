package opus

import (
	"fmt"
	"runtime"
	"unsafe"

	"github.com/ebitengine/purego"
)

// A Decoder turns packets into PCM. It is not safe for concurrent use; each stream has its own.
type Decoder struct {
	*state
	rate, channels int
}

// NewDecoder makes a decoder whose output has the given rate and channels, whatever was encoded.
func NewDecoder(rate, channels int) (*Decoder, error) {
	if err := Load(); err != nil {
		return nil, err
	}
	var code int32
	h, _, _ := purego.SyscallN(lib.decoderCreate, uintptr(rate), uintptr(channels), uintptr(unsafe.Pointer(&code)))
	if code != 0 {
		return nil, fmt.Errorf("new decoder of %d Hz and %d channels: %w", rate, channels, Error(code))
	}
	return &Decoder{newState(h, lib.decoderDestroy), rate, channels}, nil
}

// Decode unpacks a packet and says how many samples of each channel it held. A packet lasts up to 120 ms: see [Decoder.MaxSamples].
func (d *Decoder) Decode(packet []byte, pcm []int16) (int, error) {
	if len(packet) == 0 {
		return 0, ErrInvalidPacket // libopus would take it for a lost packet
	}
	return d.decode(packet, pcm, len(pcm)/d.channels, 0)
}

// Conceal fills pcm, all of it, with a guess at what a lost packet held.
func (d *Decoder) Conceal(pcm []int16) (int, error) {
	return d.decode(nil, pcm, len(pcm)/d.channels, 0)
}

// DecodeFEC fills pcm with the lost frame before packet, from the redundancy that packet carries; where it carries none, with a guess. The
// length of pcm must be that of the lost frame. Decode the packet itself afterwards.
func (d *Decoder) DecodeFEC(packet []byte, pcm []int16) (int, error) {
	if len(packet) == 0 {
		return 0, ErrInvalidPacket
	}
	return d.decode(packet, pcm, len(pcm)/d.channels, 1)
}

// MaxSamples is how many samples of each channel the longest packet can hold: 120 ms.
func (d *Decoder) MaxSamples() int { return d.rate * 120 / 1000 }

// Samples is how many samples of each channel a packet holds at the decoder's rate.
func (d *Decoder) Samples(packet []byte) (int, error) {
	if len(packet) == 0 {
		return 0, ErrInvalidPacket
	}
	r, _, _ := purego.SyscallN(lib.packetSamples, uintptr(unsafe.Pointer(&packet[0])), uintptr(len(packet)), uintptr(d.rate))
	return result(r)
}

// Reset forgets what was decoded before, as at the start of a new stream.
func (d *Decoder) Reset() error {
	if d.handle == 0 {
		return errClosed
	}
	r, _, _ := purego.SyscallN(lib.decoderCtl, d.handle, resetState)
	runtime.KeepAlive(d.state)
	_, err := result(r)
	return err
}

func (d *Decoder) decode(packet []byte, pcm []int16, samples int, fec uintptr) (int, error) {
	if d.handle == 0 {
		return 0, errClosed
	}
	if samples == 0 {
		return 0, Error(-1)
	}
	r, _, _ := purego.SyscallN(lib.decode, d.handle,
		uintptr(unsafe.Pointer(unsafe.SliceData(packet))), uintptr(len(packet)),
		uintptr(unsafe.Pointer(&pcm[0])), uintptr(samples), fec)
	runtime.KeepAlive(d.state)
	return result(r)
}

// Close frees the decoder. It may be called twice.
func (d *Decoder) Close() { d.close(lib.decoderDestroy) }
