package child

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
)

// Serve is the child's whole life: it runs a handler for each stream that the parent opens, and returns when the parent
// is gone. The handler's error goes to the parent; its context ends when the parent closes the stream.
func Serve(r io.Reader, w io.Writer, handle func(ctx context.Context, purpose []byte, s *Stream) error) error {
	out := &writer{w: w}
	in := bufio.NewReaderSize(r, 1<<16)
	streams := map[uint32]*Stream{}
	var mu sync.Mutex // over streams
	var wg sync.WaitGroup
	defer wg.Wait()
	all, stop := context.WithCancelCause(context.Background())
	defer stop(ErrDied)
	for {
		f, err := readFrame(in)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("serve engine: %w", err)
		}
		mu.Lock()
		s := streams[f.stream]
		mu.Unlock()
		switch {
		case f.kind == kindOpen && s == nil:
			s = newStream(f.stream, out, nil)
			ctx, cancel := context.WithCancelCause(all)
			s.cancel = cancel
			mu.Lock()
			streams[f.stream] = s
			mu.Unlock()
			// Ends with the handler, which ends at the latest when its context does.
			wg.Go(func() {
				err := handle(ctx, f.payload, s)
				mu.Lock()
				delete(streams, s.id)
				mu.Unlock()
				cancel(io.EOF)
				if err != nil {
					_ = out.send(frame{s.id, kindError, []byte(err.Error())})
					return
				}
				_ = out.send(frame{s.id, kindClose, nil})
			})
		case s == nil:
			// The stream has ended on our side already.
		case f.kind == kindData:
			s.push(f.payload)
		case f.kind == kindClose:
			s.end(io.EOF)
		}
	}
}
