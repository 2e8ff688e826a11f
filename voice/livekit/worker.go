package livekit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	lkproto "github.com/livekit/protocol/livekit"

	"github.com/aubade/aubade/voice"
)

// identityPrefix begins the identity of every agent of ours.
const identityPrefix = "agent-"

// A Worker waits at LiveKit for calls and holds each of them. The same worker serves the embedded server and a cluster.
type Worker struct {
	// URLs are the servers of one cluster, tried in turn.
	URLs []string
	Keys Keys
	// Name is for explicit dispatch; an empty one gets every new room.
	Name string
	// MaxCalls is how many calls it takes at once; 0 is no limit.
	MaxCalls int
	// Session holds one call. Its context ends, with [voice.ErrHangup] as cause, when the server takes the job back or the
	// worker's patience is over.
	Session func(ctx context.Context, r *Room) error
	// Patience is how long calls may go on after Run's context has ended.
	Patience time.Duration
	// Log is told what happens; nil keeps silent.
	Log *slog.Logger
	// OnRegistered is called each time the worker has become available. It must not block.
	OnRegistered func(url string)

	mu       sync.Mutex
	calls    map[string]*job
	promised map[string]time.Time // accepted, not yet assigned
	draining bool
	conn     *workerConn // nil while there is none
	running  sync.WaitGroup
}

type job struct {
	room   string
	cancel context.CancelCauseFunc
}

// Run serves until ctx ends: then no more calls are taken, those that are held may end by themselves for as long as
// Patience lasts, and the rest are hung up. A server that is gone is tried again, and the others in turn.
func (w *Worker) Run(ctx context.Context) error {
	if len(w.URLs) == 0 {
		return errors.New("work for LiveKit: no server's URL")
	}
	if w.Log == nil {
		w.Log = slog.New(slog.DiscardHandler)
	}
	w.calls, w.promised = map[string]*job{}, map[string]time.Time{}
	// Calls outlive the connection over which they came.
	life, hangUp := context.WithCancelCause(context.WithoutCancel(ctx))
	defer hangUp(nil)

	link, unlink := context.WithCancel(context.WithoutCancel(ctx))
	served := make(chan struct{})
	go func() {
		defer close(served)
		w.keepConnected(link, life)
	}()

	<-ctx.Done()
	w.drain()
	ended := make(chan struct{})
	go func() { w.running.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(w.Patience):
		hangUp(voice.ErrHangup)
		<-ended
	}
	unlink()
	<-served
	return nil
}

// keepConnected registers with one server after the other, waiting longer from failure to failure.
func (w *Worker) keepConnected(ctx, life context.Context) {
	const first, most = 250 * time.Millisecond, 10 * time.Second
	wait := first
	for i := 0; ctx.Err() == nil; i++ {
		url := w.URLs[i%len(w.URLs)]
		began := time.Now()
		err := w.serve(ctx, life, url)
		if ctx.Err() != nil {
			return
		}
		if time.Since(began) > most {
			wait = first
		}
		w.Log.Warn("worker connection ended", "url", url, "error", err, "again_in", wait)
		select {
		case <-time.After(wait/2 + rand.N(wait)): // spread, so that a fleet does not come back at once
		case <-ctx.Done():
			return
		}
		wait = min(2*wait, most)
	}
}

// serve works for one connection.
func (w *Worker) serve(ctx, life context.Context, url string) error {
	c, err := w.register(ctx, url)
	if err != nil {
		return err
	}
	defer c.close()
	w.setConn(c)
	defer w.setConn(nil)
	if w.OnRegistered != nil {
		w.OnRegistered(url)
	}
	w.Log.Info("worker registered", "url", url, "worker", c.id)

	watching, stop := context.WithCancel(ctx)
	var watch sync.WaitGroup
	watch.Go(func() { w.supervise(watching, url) })
	watch.Go(func() { c.beat(watching, w.status) })
	defer watch.Wait()
	defer stop()
	for {
		m, err := c.read()
		if err != nil {
			return err
		}
		switch m := m.Message.(type) {
		case *lkproto.ServerMessage_Availability:
			// The server gives us 3 s and does not ask again.
			id := m.Availability.GetJob().GetId()
			c.send(&lkproto.WorkerMessage{Message: &lkproto.WorkerMessage_Availability{Availability: &lkproto.AvailabilityResponse{
				JobId: id, Available: w.promise(id), ParticipantIdentity: identityPrefix + strings.ToLower(id), ParticipantName: "Aubade",
			}}})
			c.send(w.status())
		case *lkproto.ServerMessage_Assignment:
			w.start(life, url, m.Assignment)
		case *lkproto.ServerMessage_Termination:
			w.terminate(m.Termination.GetJobId())
		}
	}
}

// promise says whether a job is taken, and keeps a place for it.
func (w *Worker) promise(id string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for id, at := range w.promised {
		if time.Since(at) > 10*time.Second { // the server gave it to somebody else
			delete(w.promised, id)
		}
	}
	if w.full() {
		return false
	}
	w.promised[id] = time.Now()
	return true
}

// full says that no more calls are taken. The lock is held.
func (w *Worker) full() bool {
	return w.draining || w.MaxCalls > 0 && len(w.calls)+len(w.promised) >= w.MaxCalls
}

// status tells the server how busy we are. The server ignores workers whose load is 0.7 or more, and loses the call if
// all are, so the load only ever tells workers apart; being full is said as such.
func (w *Worker) status() *lkproto.WorkerMessage {
	w.mu.Lock()
	defer w.mu.Unlock()
	const top = 0.69
	n := len(w.calls) + len(w.promised)
	load := top * float32(n) / float32(n+8)
	if w.MaxCalls > 0 {
		load = top * float32(n) / float32(w.MaxCalls)
	}
	status := lkproto.WorkerStatus_WS_AVAILABLE
	if w.full() {
		status = lkproto.WorkerStatus_WS_FULL
	}
	return &lkproto.WorkerMessage{Message: &lkproto.WorkerMessage_UpdateWorker{UpdateWorker: &lkproto.UpdateWorkerStatus{
		Status: &status, Load: min(load, top), JobCount: uint32(len(w.calls)),
	}}}
}

func (w *Worker) setConn(c *workerConn) {
	w.mu.Lock()
	w.conn = c
	w.mu.Unlock()
}

// tell sends on the connection of the moment. A call may end while there is none: then nobody remembers the job anyway.
func (w *Worker) tell(m *lkproto.WorkerMessage) {
	w.mu.Lock()
	c := w.conn
	w.mu.Unlock()
	if c != nil {
		c.send(m)
	}
}

func (w *Worker) drain() {
	w.mu.Lock()
	w.draining = true
	w.mu.Unlock()
	w.tell(w.status())
}

func (w *Worker) terminate(id string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if j := w.calls[id]; j != nil {
		j.cancel(voice.ErrHangup)
	}
}

// start holds an assigned call on a goroutine of its own.
func (w *Worker) start(life context.Context, url string, a *lkproto.JobAssignment) {
	id, room := a.GetJob().GetId(), a.GetJob().GetRoom().GetName()
	if a.Url != nil && *a.Url != "" {
		url = *a.Url
	}
	ctx, cancel := context.WithCancelCause(life)
	w.mu.Lock()
	delete(w.promised, id)
	if w.draining {
		w.mu.Unlock()
		cancel(nil)
		w.tell(jobStatus(id, errors.New("the worker is going away")))
		return
	}
	w.calls[id] = &job{room, cancel}
	w.running.Add(1)
	w.mu.Unlock()
	go func() {
		defer w.running.Done()
		defer cancel(nil)
		err := w.hold(ctx, url, a.GetToken())
		w.mu.Lock()
		delete(w.calls, id)
		w.mu.Unlock()
		if err != nil {
			w.Log.Error("call failed", "room", room, "job", id, "error", err)
		}
		w.tell(jobStatus(id, err))
		w.tell(w.status())
	}()
}

// hold joins and talks. A panic ends this call and no other.
func (w *Worker) hold(ctx context.Context, url, token string) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("hold a call: panic: %v\n%s", p, debug.Stack())
		}
	}()
	joining, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	room, err := Join(joining, url, token)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, room.Close()) }()
	if w.taken(joining, url, room) {
		return nil // two supervisors saw the same empty chair
	}
	return w.Session(ctx, room)
}

func jobStatus(id string, err error) *lkproto.WorkerMessage {
	u := &lkproto.UpdateJobStatus{JobId: id, Status: lkproto.JobStatus_JS_SUCCESS}
	if err != nil {
		u.Status, u.Error = lkproto.JobStatus_JS_FAILED, err.Error()
	}
	return &lkproto.WorkerMessage{Message: &lkproto.WorkerMessage_UpdateJob{UpdateJob: u}}
}

// Calls is how many calls are being held.
func (w *Worker) Calls() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.calls)
}
