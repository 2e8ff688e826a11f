package livekit_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	lkproto "github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/audio"
	"github.com/aubade/aubade/voice/livekit"
	"github.com/aubade/aubade/voice/livekit/caller"
)

// work runs a worker until the test ends.
func work(t *testing.T, w *livekit.Worker) (stop func()) {
	t.Helper()
	srv := livekit.TheServer()
	if w.URLs == nil {
		w.URLs = []string{srv.URL}
	}
	if w.Keys == (livekit.Keys{}) {
		w.Keys = srv.Keys
	}
	registered := make(chan struct{}, 16)
	w.OnRegistered = func(string) { registered <- struct{}{} }
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	select {
	case <-registered:
	case <-time.After(10 * time.Second):
		t.Fatal("the worker did not register")
	}
	return stop
}

// greet is a session that beeps once and waits for the hang-up.
func greet(ctx context.Context, r *livekit.Room) error {
	if err := r.Ready(ctx); err != nil {
		return err
	}
	pcm := beep(200*time.Millisecond, 500, 16000)
	for i := 0; i < len(pcm); i += 320 {
		if err := r.Play(ctx, audio.Frame{PCM: pcm[i : i+320], Rate: 16000}); err != nil {
			return err
		}
	}
	for range r.Frames(ctx) {
	}
	return nil
}

// dial calls a new room and says how long it took until the agent was heard.
func dial(t *testing.T, name string) (*caller.Caller, time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
	defer cancel()
	began := time.Now()
	c, err := caller.Dial(ctx, livekit.TheServer().URL, token(t, livekit.Pass{Room: name, Identity: "user"}), caller.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Hangup)
	first, err := c.Answer(ctx, began)
	if err != nil {
		t.Fatal(err)
	}
	return c, first.Sub(began)
}

// remove puts somebody out of a room, by the server. The SDK closes its socket right behind its goodbye, which is lost where
// the server is just sending: then the server believes in a bad network for a while. What is tested is what we do when told.
func remove(t *testing.T, room, identity string) {
	t.Helper()
	srv := livekit.TheServer()
	c := lksdk.NewRoomServiceClient(srv.URL, srv.Keys.Key, srv.Keys.Secret)
	if _, err := c.RemoveParticipant(t.Context(), &lkproto.RoomParticipantIdentity{Room: room, Identity: identity}); err != nil {
		t.Error(err)
	}
}

func room() string { return fmt.Sprintf("room-%d", rooms.Add(1)) }

func TestWorkerIsSentToANewRoom(t *testing.T) {
	w := &livekit.Worker{Session: greet}
	stop := work(t, w)
	name := room()
	c, took := dial(t, name)
	t.Logf("heard %v after dialling", took)
	if took > 3*time.Second {
		t.Errorf("the agent was heard after %v", took)
	}
	c.Hangup()
	began, removed := time.Now(), false
	for ; w.Calls() > 0; time.Sleep(10 * time.Millisecond) {
		waited := time.Since(began)
		if waited > 5*time.Second {
			t.Fatal("the call goes on after the hang-up")
		}
		if waited > 2*time.Second && !removed {
			removed = true
			remove(t, name, "user")
		}
	}
	stop()
}

func TestARoomThatWasThereBeforeTheWorkerGetsAnAgent(t *testing.T) {
	name := room()
	heard := make(chan time.Duration, 1)
	go func() {
		_, took := dial(t, name)
		heard <- took
	}()
	time.Sleep(time.Second)
	work(t, &livekit.Worker{Session: greet})
	select {
	case <-heard:
	case <-time.After(15 * time.Second):
		t.Fatal("nobody was sent to the room")
	}
}

func TestAPanicEndsItsOwnCallOnly(t *testing.T) {
	bad := room()
	work(t, &livekit.Worker{Session: func(ctx context.Context, r *livekit.Room) error {
		if r.Name() == bad {
			if err := r.Ready(ctx); err != nil {
				return err
			}
			time.Sleep(time.Second)
			panic("a bug")
		}
		return greet(ctx, r)
	}})
	_, _ = dial(t, room())
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	c, err := caller.Dial(ctx, livekit.TheServer().URL, token(t, livekit.Pass{Room: bad, Identity: "user"}), caller.Options{})
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(1500 * time.Millisecond)
	c.Hangup()
	if _, took := dial(t, room()); took > 5*time.Second {
		t.Errorf("after the panic a call took %v", took)
	}
}

func TestDrainingFinishesCallsAndTakesNoNewOnes(t *testing.T) {
	ended := make(chan error, 1)
	w := &livekit.Worker{Patience: time.Minute, Session: func(ctx context.Context, r *livekit.Room) error {
		err := greet(ctx, r)
		ended <- context.Cause(ctx)
		return err
	}}
	stop := work(t, w)
	c, _ := dial(t, room())
	stopped := make(chan struct{})
	go func() { stop(); close(stopped) }()
	time.Sleep(500 * time.Millisecond)
	select {
	case <-stopped:
		t.Fatal("the worker went away in the middle of a call")
	default:
	}
	ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
	defer cancel()
	if c, err := caller.Dial(ctx, livekit.TheServer().URL, token(t, livekit.Pass{Room: room(), Identity: "user"}), caller.Options{}); err == nil {
		c.Hangup()
		t.Error("a draining worker took a call")
	}
	c.Hangup()
	<-stopped
	if err := <-ended; err != nil {
		t.Errorf("the call was ended with %v", err)
	}
}

func TestAWorkerWithoutPatienceHangsUp(t *testing.T) {
	cause := make(chan error, 1)
	stop := work(t, &livekit.Worker{Session: func(ctx context.Context, r *livekit.Room) error {
		err := greet(ctx, r)
		cause <- context.Cause(ctx)
		return err
	}})
	_, _ = dial(t, room())
	stop()
	if err := <-cause; !errors.Is(err, voice.ErrHangup) {
		t.Errorf("the session ended with %v, want a hang-up", err)
	}
}

// A worker whose connection breaks takes the next server, and keeps its calls.
func TestABrokenConnectionCostsNoCall(t *testing.T) {
	srv := livekit.TheServer()
	target, _ := url.Parse(strings.Replace(srv.URL, "ws", "http", 1))
	var mu sync.Mutex
	var conns []net.Conn
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	front := &http.Server{Handler: httputil.NewSingleHostReverseProxy(target), ConnState: func(c net.Conn, s http.ConnState) {
		mu.Lock()
		defer mu.Unlock()
		conns = append(conns, c)
	}}
	go func() { _ = front.Serve(l) }()
	w := &livekit.Worker{Session: greet, URLs: []string{"ws://" + l.Addr().String(), srv.URL}}
	work(t, w)
	_, _ = dial(t, room())
	_ = front.Close()
	mu.Lock()
	for _, c := range conns {
		_ = c.Close()
	}
	mu.Unlock()
	time.Sleep(200 * time.Millisecond)
	if w.Calls() != 1 {
		t.Errorf("%d calls after the connection broke, want 1", w.Calls())
	}
	if _, took := dial(t, room()); took > 10*time.Second {
		t.Errorf("the next call took %v", took)
	}
}

func TestWrongKeysAreSaidAsSuch(t *testing.T) {
	srv := livekit.TheServer()
	var log strings.Builder
	var mu sync.Mutex
	w := &livekit.Worker{URLs: []string{srv.URL}, Keys: livekit.NewKeys(), Session: greet, Log: logTo(&mu, &log)}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if err := w.Run(ctx); err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	defer mu.Unlock()
	if !strings.Contains(log.String(), "LIVEKIT_API_KEY") {
		t.Errorf("the log does not name the keys: %s", log.String())
	}
}
