package child

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"
)

type kind uint8

const (
	kindOpen  kind = 1 + iota // parent → child: payload is what the stream is for
	kindData                  // both ways
	kindClose                 // both ways: no more will come, and none is wanted
	kindError                 // child → parent: the stream failed; payload is why
)

// maxFrame is the largest payload: 10 s of sound at 48 kHz fit.
const maxFrame = 1 << 20

const headerLen = 9

type frame struct {
	stream  uint32
	kind    kind
	payload []byte
}

var errFrame = errors.New("broken frame")

// readFrame reads one frame. io.EOF means that the other side is gone, between frames.
func readFrame(r *bufio.Reader) (frame, error) {
	var h [headerLen]byte
	if _, err := io.ReadFull(r, h[:]); err != nil {
		return frame{}, err
	}
	n := binary.LittleEndian.Uint32(h[0:])
	f := frame{stream: binary.LittleEndian.Uint32(h[4:]), kind: kind(h[8])}
	if n > maxFrame || f.kind < kindOpen || f.kind > kindError {
		return frame{}, fmt.Errorf("%w: %d bytes of kind %d", errFrame, n, f.kind)
	}
	f.payload = make([]byte, n)
	if _, err := io.ReadFull(r, f.payload); err != nil {
		return frame{}, io.ErrUnexpectedEOF
	}
	return f, nil
}

// A writer sends whole frames from many goroutines.
type writer struct {
	mu sync.Mutex
	w  io.Writer
	b  []byte
}

func (w *writer) send(f frame) error {
	if len(f.payload) > maxFrame {
		return fmt.Errorf("%w: %d bytes", errFrame, len(f.payload))
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.b = binary.LittleEndian.AppendUint32(w.b[:0], uint32(len(f.payload)))
	w.b = binary.LittleEndian.AppendUint32(w.b, f.stream)
	w.b = append(w.b, byte(f.kind))
	w.b = append(w.b, f.payload...)
	_, err := w.w.Write(w.b)
	return err
}
