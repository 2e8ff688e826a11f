package terminal

import (
	"bufio"
	"context"
	"io"
	"unicode"
)

type keyKind int

const (
	letter keyKind = iota
	backspace
	erase // the line
	enter
	escape
	leave // Ctrl-C, Ctrl-D or the end of the input
)

type key struct {
	kind keyKind
	r    rune
}

// read passes keys on until f says no, the input ends, or ctx does. A read that waits for the keyboard cannot be called
// off: its goroutine ends with the program.
func read(ctx context.Context, in io.Reader, f func(key) bool) {
	runes := make(chan rune)
	done := make(chan struct{})
	defer close(done)
	go func() {
		defer close(runes)
		b := bufio.NewReader(in)
		for {
			c, _, err := b.ReadRune()
			if err != nil {
				return
			}
			// An arrow key is Escape and more at once; a bare Escape stands alone.
			if c == 0x1b && b.Buffered() > 0 {
				skipSequence(b)
				continue
			}
			select {
			case runes <- c:
			case <-done:
				return
			}
		}
	}()
	for {
		var k key
		select {
		case <-ctx.Done():
			return
		case c, ok := <-runes:
			if !ok {
				f(key{kind: leave})
				return
			}
			switch {
			case c == 3 || c == 4:
				k.kind = leave
			case c == '\r' || c == '\n':
				k.kind = enter
			case c == 0x7f || c == '\b':
				k.kind = backspace
			case c == 0x15 || c == 0x17:
				k.kind = erase
			case c == 0x1b:
				k.kind = escape
			case unicode.IsPrint(c):
				k = key{letter, c}
			default:
				continue
			}
		}
		if !f(k) {
			return
		}
	}
}

// skipSequence drops what follows an Escape up to its final letter.
func skipSequence(b *bufio.Reader) {
	for b.Buffered() > 0 {
		c, _, err := b.ReadRune()
		if err != nil || unicode.IsLetter(c) && c != 'O' || c == '~' {
			return
		}
	}
}
