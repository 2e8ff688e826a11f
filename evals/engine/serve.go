package engine

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/metrics"
	"sync"
)

// Serve holds as many sessions as the client asks for, until the client hangs up.
func Serve(ctx context.Context, conn io.ReadWriter) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	h := &host{conn: conn, out: make(chan *message, 1024)}
	h.pool.New = func() any { return new(message) }
	writing := make(chan error, 1)
	go func() { writing <- h.write() }()
	err := h.read(ctx)
	for _, e := range h.echoes {
		close(e.in)
	}
	h.sessions.Wait()
	close(h.out)
	err = errors.Join(append([]error{err, <-writing}, h.failed...)...)
	if err != nil {
		return fmt.Errorf("bench engine: %w", err)
	}
	return nil
}

type host struct {
	conn     io.ReadWriter
	out      chan *message // the sessions wait for the client
	pool     sync.Pool     // of messages
	echoes   []*echo
	sessions sync.WaitGroup
	full     int64
	pauses   *metrics.Float64Histogram

	mu     sync.Mutex
	failed []error
}

// read gives every packet to its session.
func (h *host) read(ctx context.Context) error {
	r := bufio.NewReaderSize(h.conn, 256<<10)
	for {
		m := h.pool.Get().(*message)
		if err := m.read(r); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		switch {
		case m.session == control:
			if err := h.answer(ctx, m); err != nil {
				return err
			}
		case int(m.session) >= len(h.echoes):
			return fmt.Errorf("there is no session %d", m.session)
		default:
			select {
			case h.echoes[m.session].in <- m:
			default: // the session is a second behind: the packet is lost
				h.full++
				h.pool.Put(m)
			}
		}
	}
}

// write sends what comes back, as much at a time as there is.
func (h *host) write() error {
	var buf []byte
	var err error
	for m := range h.out {
		buf = h.put(buf[:0], m)
		for more := true; more && len(buf) < 256<<10; {
			select {
			case m, open := <-h.out:
				buf, more = h.put(buf, m), open
			default:
				more = false
			}
		}
		if err == nil { // or the sessions are only to be let go
			_, err = h.conn.Write(buf)
		}
	}
	return err
}

// put appends a message to what is sent. A nil one is the end.
func (h *host) put(buf []byte, m *message) []byte {
	if m != nil {
		buf = m.append(buf)
		h.pool.Put(m)
	}
	return buf
}

func (h *host) answer(ctx context.Context, m *message) error {
	var a ask
	if err := m.control(&a); err != nil {
		return err
	}
	for range a.Open {
		e := newEcho(h)
		s, err := e.session()
		if err != nil {
			return err
		}
		h.echoes = append(h.echoes, e)
		h.sessions.Go(func() {
			if err := s.Run(ctx); err != nil {
				h.mu.Lock()
				defer h.mu.Unlock()
				h.failed = append(h.failed, err)
			}
		})
	}
	pauses := gcPauses()
	l := look{CPU: cpuTime(), Pause: pauseP99(h.pauses, pauses), Full: h.full}
	l.Memory = memory()
	// What looking costs counts in no measurement.
	h.pauses = gcPauses()
	l.RSS, l.Own = resident(), cpuTime()-l.CPU
	back, err := controlOf(l)
	if err == nil {
		h.out <- back
	}
	return err
}
