package audio

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// A Recording is sound as files hold it: the samples of all channels, interleaved.
type Recording struct {
	Rate, Channels int
	PCM            []int16
}

// The largest recordings that are read: an hour of stereo at 48 kHz, about.
const maxWAV = 1 << 30

// ReadWAV reads a RIFF WAVE file: PCM of 8, 16, 24 or 32 bits or floating point of 32 or 64, with any number of channels
// up to 64 and any rate from 4 to 384 kHz. A data chunk that is cut off, or whose size a streaming writer left open, is
// read as far as it goes.
func ReadWAV(r io.Reader) (Recording, error) {
	raw, err := io.ReadAll(io.LimitReader(r, maxWAV+1))
	if err != nil {
		return Recording{}, fmt.Errorf("read wav: %w", err)
	}
	if len(raw) > maxWAV {
		return Recording{}, errors.New("read wav: longer than an hour")
	}
	if len(raw) < 12 || string(raw[:4]) != "RIFF" || string(raw[8:12]) != "WAVE" {
		return Recording{}, errors.New("read wav: not a RIFF WAVE file")
	}
	var f format
	for rest := raw[12:]; len(rest) >= 8; {
		id, size := string(rest[:4]), int64(binary.LittleEndian.Uint32(rest[4:]))
		rest = rest[8:]
		body := rest[:min(size, int64(len(rest)))]
		switch id {
		case "fmt ":
			if f, err = parseFormat(body); err != nil {
				return Recording{}, fmt.Errorf("read wav: %w", err)
			}
		case "data":
			if f.channels == 0 {
				return Recording{}, errors.New("read wav: data before its format")
			}
			if size == 0 {
				body = rest // a streaming writer that never came back to fill it in
			}
			return Recording{Rate: f.rate, Channels: f.channels, PCM: f.decode(body)}, nil
		}
		rest = rest[min(size+size%2, int64(len(rest))):]
	}
	return Recording{}, errors.New("read wav: no data")
}

type format struct {
	float          bool
	channels, rate int
	bits           int
}

func parseFormat(b []byte) (format, error) {
	if len(b) < 16 {
		return format{}, errors.New("the format is cut off")
	}
	tag := binary.LittleEndian.Uint16(b)
	f := format{
		channels: int(binary.LittleEndian.Uint16(b[2:])),
		rate:     int(binary.LittleEndian.Uint32(b[4:])),
		bits:     int(binary.LittleEndian.Uint16(b[14:])),
	}
	if tag == 0xFFFE && len(b) >= 26 { // extensible: the real tag begins its GUID
		tag = binary.LittleEndian.Uint16(b[24:])
	}
	switch {
	case tag == 1 && (f.bits == 8 || f.bits == 16 || f.bits == 24 || f.bits == 32):
	case tag == 3 && (f.bits == 32 || f.bits == 64):
		f.float = true
	default:
		return format{}, fmt.Errorf("samples of %d bits in format %d are not read", f.bits, tag)
	}
	if f.channels < 1 || f.channels > 64 || f.rate < 4000 || f.rate > 384000 {
		return format{}, fmt.Errorf("%d channels at %d Hz are not read", f.channels, f.rate)
	}
	return f, nil
}

// decode makes whole frames of all channels; what is left over is dropped.
func (f format) decode(b []byte) []int16 {
	width := f.bits / 8
	n := len(b) / (width * f.channels) * f.channels
	pcm := make([]int16, n)
	for i := range pcm {
		s := b[i*width : (i+1)*width]
		switch {
		case f.float && width == 4:
			pcm[i] = toInt16(float64(math.Float32frombits(binary.LittleEndian.Uint32(s))))
		case f.float:
			pcm[i] = toInt16(math.Float64frombits(binary.LittleEndian.Uint64(s)))
		case width == 1:
			pcm[i] = (int16(s[0]) - 128) << 8
		default: // the two highest bytes
			pcm[i] = int16(binary.LittleEndian.Uint16(s[width-2:]))
		}
	}
	return pcm
}

func toInt16(v float64) int16 {
	if v != v {
		return 0
	}
	return int16(math.Round(min(1, max(-1, v)) * 32767))
}

// WriteWAV writes the recording as 16-bit PCM.
func (r Recording) WriteWAV(w io.Writer) error {
	size := len(r.PCM) * 2
	if r.Channels < 1 || r.Rate < 1 || size > math.MaxUint32-36 {
		return fmt.Errorf("write wav: %d samples of %d channels at %d Hz", len(r.PCM), r.Channels, r.Rate)
	}
	var b bytes.Buffer
	b.Grow(44 + size)
	le := func(v any) { _ = binary.Write(&b, binary.LittleEndian, v) } // a Buffer does not fail
	b.WriteString("RIFF")
	le(uint32(36 + size))
	b.WriteString("WAVEfmt ")
	le(uint32(16))
	le(uint16(1))
	le(uint16(r.Channels))
	le(uint32(r.Rate))
	le(uint32(r.Rate * r.Channels * 2))
	le(uint16(r.Channels * 2))
	le(uint16(16))
	b.WriteString("data")
	le(uint32(size))
	le(r.PCM)
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("write wav: %w", err)
	}
	return nil
}

// Mono is the mean of all channels.
func (r Recording) Mono() []int16 {
	if r.Channels == 1 {
		return r.PCM
	}
	out := make([]int16, len(r.PCM)/r.Channels)
	for i := range out {
		sum := 0
		for _, v := range r.PCM[i*r.Channels : (i+1)*r.Channels] {
			sum += int(v)
		}
		out[i] = int16(sum / r.Channels)
	}
	return out
}

// Frames cuts mono samples into frames of 20 ms, the last one perhaps shorter. They share the samples.
func Frames(pcm []int16, rate int) []Frame {
	n := rate / 50
	if n == 0 {
		return nil
	}
	frames := make([]Frame, 0, len(pcm)/n+1)
	for at := 0; at < len(pcm); at += n {
		frames = append(frames, Frame{PCM: pcm[at:min(at+n, len(pcm)):min(at+n, len(pcm))], Rate: rate, At: Position(at)})
	}
	return frames
}
