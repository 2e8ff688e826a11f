package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/aubade/aubade/evals/engine"
)

// Engine measures the session engine alone: this process is the client, and a child holds the sessions. A fresh child for
// each number of sessions: what one left behind does not count against the next.
func Engine(ctx context.Context, o engine.Options, profile string) (r engine.Result, err error) {
	dir, err := os.MkdirTemp("", "aubade-engine-")
	if err != nil {
		return r, fmt.Errorf("bench engine: %w", err)
	}
	defer os.RemoveAll(dir)
	l, err := net.Listen("unix", filepath.Join(dir, "socket"))
	if err != nil {
		return r, fmt.Errorf("bench engine: %w", err)
	}
	defer l.Close()
	ch, err := startChild(ctx, "engine", engineConfig{l.Addr().String(), profile})
	if err != nil {
		return r, fmt.Errorf("bench engine: %w", err)
	}
	_ = l.(*net.UnixListener).SetDeadline(time.Now().Add(30 * time.Second))
	conn, err := l.Accept()
	if err != nil {
		return r, errors.Join(fmt.Errorf("bench engine: %w", err), ch.stop())
	}
	r, err = engine.Drive(ctx, conn, o)
	return r, errors.Join(err, conn.Close(), ch.stop())
}

// engineConfig is what the child that holds the sessions is told.
type engineConfig struct {
	Socket, Profile string
}

// serveEngine is that child.
func serveEngine(ctx context.Context, in io.Reader, out io.Writer) error {
	var c engineConfig
	if err := json.NewDecoder(in).Decode(&c); err != nil {
		return fmt.Errorf("read the engine's configuration: %w", err)
	}
	stop, err := profile(c.Profile)
	if err != nil {
		return err
	}
	defer stop()
	conn, err := net.Dial("unix", c.Socket)
	if err != nil {
		return err
	}
	defer conn.Close()
	fmt.Fprintln(out, "ready")
	return engine.Serve(ctx, conn)
}
