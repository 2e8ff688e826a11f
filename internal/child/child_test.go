package child

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The child of these tests is this binary again: it says back what it hears, in capitals.
func TestMain(m *testing.M) {
	if os.Getenv("CHILD_OF_TEST") != "" {
		err := Serve(os.Stdin, os.Stdout, func(ctx context.Context, purpose []byte, s *Stream) error {
			if string(purpose) == "fail" {
				return errors.New("no such voice")
			}
			for {
				p, err := s.Recv(ctx)
				if errors.Is(err, io.EOF) {
					return nil
				}
				if err != nil {
					return err
				}
				if string(p) == "crash" {
					_ = syscall.Kill(os.Getpid(), syscall.SIGSEGV)
				}
				if err := s.Send(bytes.ToUpper(p)); err != nil {
					return err
				}
			}
		})
		if err != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func engine(t *testing.T) *Engine {
	e := &Engine{Command: func() *exec.Cmd {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "CHILD_OF_TEST=1")
		return cmd
	}}
	t.Cleanup(func() { _ = e.Close(context.Background()) })
	return e
}

func echo(t *testing.T, s *Stream, say string) string {
	t.Helper()
	if err := s.Send([]byte(say)); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	p, err := s.Recv(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return string(p)
}

func open(t *testing.T, e *Engine) *Stream {
	t.Helper()
	for range 100 {
		s, err := e.Open([]byte("echo"))
		if err == nil {
			return s
		}
		time.Sleep(50 * time.Millisecond) // it died just now, and waits before it is tried again
	}
	t.Fatal("the engine does not come back")
	return nil
}

func TestManyStreamsShareOneChild(t *testing.T) {
	e := engine(t)
	a, b := open(t, e), open(t, e)
	if got := echo(t, a, "larkspur") + echo(t, b, "halden"); got != "LARKSPURHALDEN" {
		t.Error(got)
	}
	pid := e.Pid()
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if got := echo(t, b, "still here"); got != "STILL HERE" || e.Pid() != pid {
		t.Error(got)
	}
}

func TestAKilledChildEndsItsStreamsAndComesBack(t *testing.T) {
	e := engine(t)
	for _, kill := range []func(s *Stream){
		func(*Stream) { _ = syscall.Kill(e.Pid(), syscall.SIGKILL) },
		func(s *Stream) { _ = s.Send([]byte("crash")) },
	} {
		s := open(t, e)
		echo(t, s, "before")
		kill(s)
		var err error
		for err == nil { // an answer may have been on its way
			_, err = s.Recv(t.Context())
		}
		if !errors.Is(err, ErrDied) {
			t.Fatalf("a stream of a dead child ended with %v", err)
		}
		if got := echo(t, open(t, e), "after"); got != "AFTER" {
			t.Error(got)
		}
	}
}

func TestAHandlersErrorIsTheStreams(t *testing.T) {
	e := engine(t)
	s, err := e.Open([]byte("fail"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Recv(t.Context()); err == nil || err.Error() != "no such voice" {
		t.Error(err)
	}
}

func TestAProgramThatIsNotThereIsSaid(t *testing.T) {
	e := &Engine{Command: func() *exec.Cmd { return exec.Command("/nonexistent/engine") }}
	if _, err := e.Open(nil); err == nil || !strings.Contains(err.Error(), "/nonexistent/engine") {
		t.Error(err)
	}
}

func FuzzReadFrame(f *testing.F) {
	var b bytes.Buffer
	_ = (&writer{w: &b}).send(frame{7, kindData, []byte("pcm")})
	f.Add(b.Bytes())
	f.Add([]byte{255, 255, 255, 255, 0, 0, 0, 0, 2})
	f.Fuzz(func(t *testing.T, raw []byte) {
		r := bufio.NewReader(bytes.NewReader(raw))
		for {
			if _, err := readFrame(r); err != nil {
				return
			}
		}
	})
}

func BenchmarkRoundTrip(b *testing.B) {
	e := &Engine{Command: func() *exec.Cmd {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "CHILD_OF_TEST=1")
		return cmd
	}}
	defer e.Close(context.Background())
	s, err := e.Open([]byte("echo"))
	if err != nil {
		b.Fatal(err)
	}
	pcm := make([]byte, 1024)
	for b.Loop() {
		if err := s.Send(pcm); err != nil {
			b.Fatal(err)
		}
		if _, err := s.Recv(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
