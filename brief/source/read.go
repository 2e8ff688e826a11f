package source

import (
	"errors"
	"io"
)

// readFull reads until the buffer is full or the file ends: a file may shrink between the two calls.
func readFull(r io.Reader, b []byte) (int, error) {
	n, err := io.ReadFull(r, b)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return n, err
}
