// Package call puts one conversation together: a room, a session, the brain, and the record of all that was said.
package call

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"time"

	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/voice"
)

// Log is where a recorder writes: the store.
type Log interface {
	AppendEvents(ctx context.Context, session string, events []store.Event) error
}

// A Recorder writes every event of a session to the store, in order. Notify never waits for the disk: one goroutine
// writes in batches, and keeps what could not be written until it can be. Close returns when all is down.
type Recorder struct {
	log     Log
	session string
	logger  *slog.Logger

	mu      sync.Mutex
	pending []store.Event // not yet written, oldest first
	seq     int64
	wake    chan struct{} // capacity 1: a wake-up that is pending already need not be sent again
	done    chan struct{}
	closing bool
}

// Partials are not kept: a final follows, or nothing was said. At 100 bytes an event and 4 a second this holds an hour.
const maxPending = 16384

// NewRecorder begins a record. The session's row must be in the store.
func NewRecorder(log Log, session string, logger *slog.Logger) *Recorder {
	r := &Recorder{log: log, session: session, logger: logger, wake: make(chan struct{}, 1), done: make(chan struct{})}
	go r.run()
	return r
}

// Notify queues an event. It fails only when the disk has refused for so long that memory is at stake.
func (r *Recorder) Notify(_ context.Context, e voice.Event) error {
	if e.Kind == voice.Partial {
		return nil
	}
	body, err := json.Marshal(e)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seq++
	if len(r.pending) == maxPending {
		r.pending = r.pending[1:]
		if r.seq%1000 == 0 {
			r.logger.Error("the record of a call is losing its oldest events: the store refuses them", "session", r.session)
		}
	}
	r.pending = append(r.pending, store.Event{Seq: r.seq, At: e.At, Kind: string(e.Kind), Turn: e.Turn, Body: body})
	r.signal()
	return nil
}

func (r *Recorder) signal() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// A closing record tries this often, retryEvery apart, before it gives up on what the store refuses.
const (
	lastTries  = 20
	retryEvery = 100 * time.Millisecond
)

// run ends when Close was called and everything is written, or the store refused it to the last.
func (r *Recorder) run() {
	defer close(r.done)
	refused := 0 // times in a row
	for range r.wake {
		for {
			r.mu.Lock()
			batch, closing := r.pending, r.closing
			r.pending = nil
			r.mu.Unlock()
			if len(batch) == 0 {
				if closing {
					return
				}
				break
			}
			err := r.log.AppendEvents(context.Background(), r.session, batch)
			if err == nil {
				refused = 0
				continue
			}
			if refused++; refused == 1 {
				r.logger.Error("the record of a call waits for the store", "session", r.session, "err", err)
			}
			if closing && refused > lastTries {
				r.logger.Error("the end of a call could not be recorded", "session", r.session, "events", len(batch), "err", err)
				return
			}
			r.mu.Lock()
			r.pending = append(batch, r.pending...)
			closing = r.closing
			r.mu.Unlock()
			time.Sleep(retryEvery) // a full disk is not hammered
			if !closing {
				break // the next event, or Close, tries again
			}
		}
	}
}

// Close writes what is left and returns when it is down. Nothing may be notified after it.
func (r *Recorder) Close() {
	r.mu.Lock()
	r.closing = true
	r.signal()
	r.mu.Unlock()
	<-r.done
}
