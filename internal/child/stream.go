package child

import (
	"context"
	"errors"
	"io"
	"sync"
)

// ErrDied says that the process at the other end is gone.
var ErrDied = errors.New("the engine's process died")

// A Stream is one conversation with an engine. Send and Recv may be called from different goroutines.
type Stream struct {
	id  uint32
	out *writer

	mu     sync.Mutex
	queue  [][]byte      // received, not yet read: what an engine makes of one clause or utterance
	ended  error         // no more will be queued; io.EOF after a close
	wake   chan struct{} // capacity 1
	closed bool
	forget func(id uint32)
	cancel context.CancelCauseFunc // in the child: ends the handler's context
}

func newStream(id uint32, out *writer, forget func(uint32)) *Stream {
	return &Stream{id: id, out: out, wake: make(chan struct{}, 1), forget: forget}
}

// Send gives payload to the other side. It waits while the pipe is full.
func (s *Stream) Send(payload []byte) error {
	s.mu.Lock()
	ended := s.ended
	s.mu.Unlock()
	if ended != nil && !errors.Is(ended, io.EOF) {
		return ended
	}
	if err := s.out.send(frame{s.id, kindData, payload}); err != nil {
		return errors.Join(ErrDied, err)
	}
	return nil
}

// Recv waits for the next payload. io.EOF is the stream's ordinary end.
func (s *Stream) Recv(ctx context.Context) ([]byte, error) {
	for {
		s.mu.Lock()
		if len(s.queue) > 0 {
			p := s.queue[0]
			s.queue = s.queue[1:]
			s.mu.Unlock()
			return p, nil
		}
		ended := s.ended
		s.mu.Unlock()
		if ended != nil {
			return nil, ended
		}
		select {
		case <-s.wake:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// Waiting is how many payloads have come and not been read.
func (s *Stream) Waiting() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.queue)
}

// Close ends the stream; the other side is told to stop. It may be called twice.
func (s *Stream) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	s.mu.Unlock()
	s.end(io.EOF)
	if s.forget != nil {
		s.forget(s.id)
	}
	return s.out.send(frame{s.id, kindClose, nil})
}

// push queues what came; end says that nothing more will.
func (s *Stream) push(p []byte) {
	s.mu.Lock()
	if s.ended == nil {
		s.queue = append(s.queue, p)
	}
	s.mu.Unlock()
	s.signal()
}

func (s *Stream) end(why error) {
	s.mu.Lock()
	if s.ended == nil {
		s.ended = why
	}
	s.mu.Unlock()
	if s.cancel != nil {
		s.cancel(why)
	}
	s.signal()
}

func (s *Stream) signal() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}
