package bench

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"runtime/pprof"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/aubade/aubade/cmd/aubade/internal/wire"
	"github.com/aubade/aubade/subagents"
	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/audio"
	"github.com/aubade/aubade/voice/livekit"
)

// agentConfig is what the agent's process is told on its standard input. It ends when that is closed.
type agentConfig struct {
	URL   string
	Keys  livekit.Keys
	Stub  Stub
	Turns []Turn
	// Real makes the agent `aubade agent`, with its own ears, voice and brain, in place of stubs.
	Real bool `json:"-"`
	// Profile is a file for the agent's CPU profile; empty writes none.
	Profile string
}

// A host is where server and agent run: children of ours, or, in tests, this process.
type host struct {
	URL  string
	Keys livekit.Keys

	server, agent int // process IDs; our own if they are here
	inside        func() (insides, error)
	close         func() error
}

// insides is what only the agent itself knows.
type insides struct {
	Goroutines int
	Heap       uint64 // bytes in use after a collection
}

func lookInside() (insides, error) {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return insides{runtime.NumGoroutine(), m.HeapAlloc}, nil
}

// childArgs is how this binary is asked to be the one or the other.
var childArgs = map[string][]string{
	"server": {"bench", "child", "server"},
	"agent":  {"bench", "child", "agent"},
	"engine": {"bench", "child", "engine"},
	"real":   {"agent"},
}

// startHost starts a server and an agent.
func startHost(ctx context.Context, here bool, c agentConfig) (*host, error) {
	if here {
		return hostHere(ctx, c)
	}
	var children []*child
	stop := func() error {
		var errs []error
		for i := len(children) - 1; i >= 0; i-- {
			errs = append(errs, children[i].stop())
		}
		return errors.Join(errs...)
	}
	srv, err := startChild(ctx, "server", nil)
	if err != nil {
		return nil, err
	}
	children = append(children, srv)
	if err := json.Unmarshal([]byte(srv.ready), &struct {
		URL  *string
		Keys *livekit.Keys
	}{&c.URL, &c.Keys}); err != nil {
		return nil, errors.Join(fmt.Errorf("start the server: %w", err), stop())
	}
	ag, err := startAgent(ctx, c)
	if err != nil {
		return nil, errors.Join(err, stop())
	}
	children = append(children, ag)
	return &host{URL: c.URL, Keys: c.Keys, server: srv.cmd.Process.Pid, agent: ag.cmd.Process.Pid, inside: ag.lookInside, close: stop}, nil
}

// startAgent starts the agent: stubs, or the real one.
func startAgent(ctx context.Context, c agentConfig) (*child, error) {
	if !c.Real {
		return startChild(ctx, "agent", c)
	}
	ag, err := startChild(ctx, "real", nil, "LIVEKIT_URL="+c.URL, "LIVEKIT_API_KEY="+c.Keys.Key, "LIVEKIT_API_SECRET="+c.Keys.Secret)
	if err == nil {
		ag.interrupt = true // it reads no input
	}
	return ag, err
}

func hostHere(ctx context.Context, c agentConfig) (*host, error) {
	srv, err := livekit.Serve(ctx, livekit.Options{})
	if err != nil {
		return nil, err
	}
	c.URL, c.Keys = srv.URL, srv.Keys
	life, stop := context.WithCancel(context.WithoutCancel(ctx))
	registered := make(chan struct{}, 16)
	var g errgroup.Group
	g.Go(func() error { return work(life, c, func() { registered <- struct{}{} }) })
	<-registered
	return &host{URL: c.URL, Keys: c.Keys, server: os.Getpid(), agent: os.Getpid(), inside: lookInside, close: func() error {
		stop()
		err := g.Wait()
		srv.Close()
		return err
	}}, nil
}

// A child is this binary again, in another role. It says one line when it is ready and ends when its input does.
type child struct {
	cmd   *exec.Cmd
	in    io.WriteCloser
	lines chan string
	ready string
	// interrupt says that it ends by a signal, not with its input.
	interrupt bool
}

// lookInside asks an agent.
func (c *child) lookInside() (insides, error) {
	var in insides
	if _, err := io.WriteString(c.in, "\"look\"\n"); err != nil {
		return in, err
	}
	select {
	case line := <-c.lines:
		return in, json.Unmarshal([]byte(line), &in)
	case <-time.After(10 * time.Second):
		return in, errors.New("the agent does not say how it is")
	}
}

func startChild(ctx context.Context, role string, config any, env ...string) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("start the %s: %w", role, err)
	}
	cmd := exec.Command(self, childArgs[role]...)
	cmd.Stderr = os.Stderr
	cmd.Env = append(os.Environ(), env...)
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the %s: %w", role, err)
	}
	c := &child{cmd: cmd, in: in, lines: make(chan string, 4)}
	go func() { // ends with the child
		defer close(c.lines)
		for sc := bufio.NewScanner(out); sc.Scan(); {
			c.lines <- sc.Text()
		}
	}()
	if config != nil {
		if err := json.NewEncoder(in).Encode(config); err != nil {
			return nil, errors.Join(fmt.Errorf("start the %s: %w", role, err), c.stop())
		}
	}
	select {
	case c.ready = <-c.lines:
	case <-time.After(30 * time.Second):
	case <-ctx.Done():
	}
	if c.ready == "" {
		return nil, errors.Join(fmt.Errorf("start the %s: it did not become ready", role), c.stop())
	}
	return c, nil
}

func (c *child) stop() error {
	_ = c.in.Close()
	if c.interrupt {
		_ = c.cmd.Process.Signal(os.Interrupt)
	}
	done := make(chan error, 1)
	go func() { done <- c.cmd.Wait() }()
	select {
	case err := <-done:
		return err
	case <-time.After(20 * time.Second):
		_ = c.cmd.Process.Kill()
		return fmt.Errorf("%s did not end by itself", strings.Join(c.cmd.Args[1:], " "))
	}
}

// Child is what a child process does: role is "server", "agent" or "engine".
func Child(ctx context.Context, role string, in io.Reader, out io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	switch role {
	case "server":
		srv, err := livekit.Serve(ctx, livekit.Options{})
		if err != nil {
			return err
		}
		defer srv.Close()
		if err := json.NewEncoder(out).Encode(struct {
			URL  string
			Keys livekit.Keys
		}{srv.URL, srv.Keys}); err != nil {
			return err
		}
		_, _ = io.Copy(io.Discard, in)
		return nil
	case "engine":
		return serveEngine(ctx, in, out)
	case "agent":
		dec := json.NewDecoder(in)
		var c agentConfig
		if err := dec.Decode(&c); err != nil {
			return fmt.Errorf("read the agent's configuration: %w", err)
		}
		stop, err := profile(c.Profile)
		if err != nil {
			return err
		}
		defer stop()
		go func() {
			defer cancel()
			for {
				var ask string // "look", until the parent is gone
				if dec.Decode(&ask) != nil {
					return
				}
				in, _ := lookInside()
				_ = json.NewEncoder(out).Encode(in)
			}
		}()
		said := false
		return work(ctx, c, func() {
			if !said {
				said = true
				fmt.Fprintln(out, "ready")
			}
		})
	}
	return fmt.Errorf("no child process is called %q", role)
}

// profile writes a CPU profile until stop; an empty path writes none.
func profile(path string) (stop func(), err error) {
	if path == "" {
		return func() {}, nil
	}
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return func() {
		pprof.StopCPUProfile()
		_ = f.Close()
	}, nil
}

// work is the agent: stubs in real sessions, and in rooms called echo-… a mirror that answers a sound with a sound.
func work(ctx context.Context, c agentConfig, ready func()) error {
	var desk *subagents.Desk
	if c.Stub.SlowHelper > 0 {
		var err error
		if desk, err = newDesk(c.Stub.SlowHelper); err != nil {
			return err
		}
	}
	w := &livekit.Worker{
		URLs: []string{c.URL}, Keys: c.Keys, OnRegistered: func(string) { ready() },
		Session: func(ctx context.Context, room *livekit.Room) error {
			if strings.HasPrefix(room.Name(), "echo-") {
				return echo(ctx, room)
			}
			return converse(ctx, room, c, desk)
		},
	}
	return w.Run(ctx)
}

// firstTurn is the number at the end of a room's name: which of the turns its caller begins with.
func firstTurn(room string) int {
	n, _ := strconv.Atoi(room[strings.LastIndexByte(room, '-')+1:])
	return n
}

// Session holds one call whose caller says these turns, beginning with the one that the room's name ends with.
func (s Stub) Session(ctx context.Context, room *livekit.Room, turns []Turn) error {
	return converse(ctx, room, agentConfig{Stub: s, Turns: turns}, nil)
}

func converse(ctx context.Context, room *livekit.Room, c agentConfig, desk *subagents.Desk) error {
	if err := room.Ready(ctx); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	b := newBrain(ctx, c.Stub, desk, room.Name())
	var g errgroup.Group
	g.Go(func() error { b.gather(ctx); return nil })
	s, err := voice.New(voice.Config{
		In: room, Out: room, Notifier: room, Typed: room.Typed(), Controls: room.Controls(),
		Detector: gate{}, Recognizer: newEars(c.Stub, c.Turns, firstTurn(room.Name())),
		Synthesizer: mouth{c.Stub}, Responder: b, Ends: wire.Endings(lexiconOfAsked()),
		Options: voice.Options{Silent: true, Nudge: time.Hour, Patience: 2 * time.Hour},
	})
	if err != nil {
		cancel()
		return err
	}
	err = s.Run(ctx)
	cancel()
	if b.desk != nil {
		err = errors.Join(err, b.desk.Close())
	}
	return errors.Join(err, g.Wait())
}

// echo answers the first loud frame after silence with 60 ms of sound: what is left is the way there and back.
func echo(ctx context.Context, room *livekit.Room) error {
	if err := room.Ready(ctx); err != nil {
		return err
	}
	var last audio.Position = -audio.Rate
	for f, err := range room.Frames(ctx) {
		if err != nil {
			return err
		}
		if !loudFrame(f) {
			continue
		}
		if f.At-last > audio.Rate/2 {
			for i := 0; i < 960; i += audio.FrameSamples {
				pcm := append([]int16(nil), vowel()[i:i+audio.FrameSamples]...)
				if err := room.Play(ctx, audio.Frame{PCM: pcm, Rate: audio.Rate}); err != nil {
					return err
				}
			}
		}
		last = f.At
	}
	return nil
}
