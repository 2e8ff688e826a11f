package child

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"time"
)

// An Engine is a child process that is kept alive: it is started when it is first needed, and again when it has died,
// though not at once after it has died often. It is safe for concurrent use.
type Engine struct {
	// Command makes the child's command; its standard input and output are ours.
	Command func() *exec.Cmd
	Log     *slog.Logger // nil: none

	mu     sync.Mutex
	conn   *conn
	deaths int       // without an hour's peace between them
	died   time.Time // the last time
	shut   bool
}

// conn is one life of the child.
type conn struct {
	cmd  *exec.Cmd
	in   io.Closer
	out  *writer
	done chan struct{} // closed when the child is gone and every stream has been told

	mu      sync.Mutex
	streams map[uint32]*Stream
	next    uint32
	dead    error
}

// Open begins a stream; purpose says what it is for. It starts the child if there is none, and fails with the reason
// where the child can't be started or has just died too often.
func (e *Engine) Open(purpose []byte) (*Stream, error) {
	c, err := e.connect()
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	if c.dead != nil {
		// It died just now, and its streams are being told: whoever was told first comes back here at once.
		c.mu.Unlock()
		<-c.done
		if c, err = e.connect(); err != nil {
			return nil, err
		}
		c.mu.Lock()
		if c.dead != nil {
			c.mu.Unlock()
			return nil, c.dead
		}
	}
	c.next++
	s := newStream(c.next, c.out, c.forget)
	c.streams[s.id] = s
	c.mu.Unlock()
	if err := c.out.send(frame{s.id, kindOpen, purpose}); err != nil {
		return nil, errors.Join(ErrDied, err)
	}
	return s, nil
}

// backoff is how long a child that has died n times in a row is left alone: nothing after the first death, so that a
// crash costs a caller as little as can be.
func backoff(n int) time.Duration {
	if n <= 1 {
		return 0
	}
	return min(100*time.Millisecond<<min(n-2, 8), 10*time.Second)
}

func (e *Engine) connect() (*conn, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.shut {
		return nil, errors.New("the engine is shut down")
	}
	if c := e.conn; c != nil {
		select {
		case <-c.done:
			e.conn = nil
			if time.Since(e.died) > time.Hour {
				e.deaths = 0
			}
			e.deaths, e.died = e.deaths+1, time.Now()
		default:
			return c, nil
		}
	}
	if wait := backoff(e.deaths) - time.Since(e.died); e.deaths > 0 && wait > 0 {
		return nil, fmt.Errorf("%w %d times; it is tried again in %s", ErrDied, e.deaths, wait.Round(time.Millisecond))
	}
	c, err := start(e.Command(), e.Log)
	if err != nil {
		e.deaths, e.died = e.deaths+1, time.Now()
		return nil, fmt.Errorf("start engine: %w", err)
	}
	e.conn = c
	return c, nil
}

func start(cmd *exec.Cmd, log *slog.Logger) (*conn, error) {
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	c := &conn{cmd: cmd, in: in, out: &writer{w: in}, done: make(chan struct{}), streams: map[uint32]*Stream{}}
	go c.read(out, log) // ends when the child closes its output, which it does at the latest by dying
	return c, nil
}

func (c *conn) read(out io.Reader, log *slog.Logger) {
	defer close(c.done)
	r := bufio.NewReaderSize(out, 1<<16)
	var why error
	for {
		f, err := readFrame(r)
		if err != nil {
			why = err
			break
		}
		c.mu.Lock()
		s := c.streams[f.stream]
		c.mu.Unlock()
		if s == nil {
			continue // closed on our side
		}
		switch f.kind {
		case kindData:
			s.push(f.payload)
		case kindClose:
			s.end(io.EOF)
			c.forget(s.id)
		case kindError:
			s.end(errors.New(string(f.payload)))
			c.forget(s.id)
		}
	}
	if !errors.Is(why, io.EOF) && c.cmd.Process != nil {
		_ = c.cmd.Process.Kill() // it talks nonsense
	}
	exit := c.cmd.Wait()
	c.mu.Lock()
	c.dead = fmt.Errorf("%w: %v", ErrDied, exit)
	streams := c.streams
	c.streams = map[uint32]*Stream{}
	c.mu.Unlock()
	for _, s := range streams {
		s.end(c.dead)
	}
	if log != nil && exit != nil {
		log.Warn("an engine's process ended", "command", c.cmd.Args, "err", exit)
	}
}

func (c *conn) forget(id uint32) {
	c.mu.Lock()
	delete(c.streams, id)
	c.mu.Unlock()
}

// Pid is the child's process, 0 where there is none now.
func (e *Engine) Pid() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.conn == nil {
		return 0
	}
	select {
	case <-e.conn.done:
		return 0
	default:
		return e.conn.cmd.Process.Pid
	}
}

// Close ends the child: by closing its input, and after a second by force. It returns when the child is gone.
func (e *Engine) Close(ctx context.Context) error {
	e.mu.Lock()
	e.shut = true
	c := e.conn
	e.mu.Unlock()
	if c == nil {
		return nil
	}
	_ = c.in.Close()
	patience := time.NewTimer(time.Second)
	defer patience.Stop()
	select {
	case <-c.done:
		return nil
	case <-patience.C:
	case <-ctx.Done():
	}
	_ = c.cmd.Process.Kill()
	<-c.done
	return nil
}

// CPU is the processor time that the present child has used, in steps of 10 ms; 0 where that cannot be known.
func (e *Engine) CPU() time.Duration {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", e.Pid()))
	if err != nil {
		return 0
	}
	// The second field, in parentheses, may hold anything; after it user and system time are the 12th and 13th.
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if len(fields) < 13 {
		return 0
	}
	var ticks int64
	for _, f := range fields[11:13] {
		n, err := strconv.ParseInt(string(f), 10, 64)
		if err != nil {
			return 0
		}
		ticks += n
	}
	return time.Duration(ticks) * (time.Second / 100)
}
