package engine

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"time"
	"unsafe"

	"github.com/aubade/aubade/voice/audio"
)

// Packet is the length of the packets that the echo is made of: 50 ms, 1600 bytes at audio.Rate.
const Packet = 50 * time.Millisecond

const (
	samples    = int(Packet * audio.Rate / time.Second)
	headerSize = 8
	wireSize   = headerSize + 2*samples
	// control is the session of a message that holds JSON in place of sound.
	control = ^uint32(0)
)

// A message is a packet of one session's sound. Both ends are on one machine, whose byte order the samples keep.
type message struct {
	session, k uint32
	at         audio.Position // of its first sample in the session; not on the wire
	pcm        [samples]int16
}

func (m *message) bytes() []byte { return unsafe.Slice((*byte)(unsafe.Pointer(&m.pcm)), 2*samples) }

func (m *message) read(r *bufio.Reader) error {
	header, err := r.Peek(headerSize)
	if err != nil {
		return err
	}
	m.session, m.k = binary.LittleEndian.Uint32(header), binary.LittleEndian.Uint32(header[4:])
	_, _ = r.Discard(headerSize)
	_, err = io.ReadFull(r, m.bytes())
	return err
}

func (m *message) append(to []byte) []byte {
	to = binary.LittleEndian.AppendUint32(to, m.session)
	to = binary.LittleEndian.AppendUint32(to, m.k)
	return append(to, m.bytes()...)
}

// controlOf is a message that holds v.
func controlOf(v any) (*message, error) {
	data, err := json.Marshal(v)
	if err != nil || len(data) >= 2*samples {
		return nil, fmt.Errorf("%d bytes do not fit a message: %w", len(data), err)
	}
	m := &message{session: control, k: uint32(len(data))}
	copy(m.bytes(), data)
	return m, nil
}

func (m *message) control(v any) error {
	if int(m.k) > 2*samples {
		return fmt.Errorf("a message of %d bytes", m.k)
	}
	return json.Unmarshal(m.bytes()[:m.k], v)
}

// An ask is what the client wants to know.
type ask struct {
	Open int // so many sessions, and then look
	Look bool
}

// A look is the engine's own account of itself.
type look struct {
	CPU    time.Duration // so far
	Own    time.Duration // what this look cost
	Memory int64         // heap and stacks after a collection
	RSS    int64         // 0 where it cannot be told
	Pause  time.Duration // p99 of the collections since the last look
	Full   int64         // packets that were dropped so far because their session was a second behind
}
