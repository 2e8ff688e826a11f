package models

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"crypto/sha256"
	"encoding/hex"
)

// Options are how to pull.
type Options struct {
	// Pin takes a file on trust for which the manifest has no hash, and remembers its hash.
	Pin bool
	// Progress is told of each file's progress; total is 0 where unknown. Nil: nobody.
	Progress func(file string, done, total int64)
	// Client fetches; nil: one that gives up on a server that is silent for half a minute.
	Client *http.Client
}

// maxFile bounds what a source may send.
const maxFile = 8 << 30

// Pull fetches what is missing of a model. What was interrupted is resumed; what has the wrong hash is thrown away.
func (l *Library) Pull(ctx context.Context, m Model, o Options) error {
	if len(m.Files) == 0 && m.Archive == nil {
		return fmt.Errorf("pull %s: there is none for this platform", m.Name)
	}
	if o.Client == nil {
		t := http.DefaultTransport.(*http.Transport).Clone()
		t.ResponseHeaderTimeout = 30 * time.Second
		o.Client = &http.Client{Transport: t}
	}
	if o.Progress == nil {
		o.Progress = func(string, int64, int64) {}
	}
	if m.Archive != nil && l.checkTree(m) != nil {
		if err := l.pullArchive(ctx, m, o); err != nil {
			return fmt.Errorf("pull %s: %w", m.Name, err)
		}
	}
	for _, f := range m.Files {
		if l.check(m, f) == nil {
			continue
		}
		if err := l.pullFile(ctx, m, f, o); err != nil {
			return fmt.Errorf("pull %s: %w", m.Name, err)
		}
	}
	return nil
}

func (l *Library) pullFile(ctx context.Context, m Model, f File, o Options) error {
	if f.SHA256 == "" && !o.Pin && l.pins()[m.Name+"/"+f.Path] == "" {
		return fmt.Errorf("%s: its hash is not known to this version; --pin takes it on trust and remembers its hash", f.Path)
	}
	var errs []error
	for _, source := range f.Sources {
		err := l.fromSource(ctx, m, f, source, o)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		errs = append(errs, fmt.Errorf("from %s: %w", source, err))
	}
	return fmt.Errorf("%s: %w", f.Path, errors.Join(errs...))
}

// fromSource fetches one file from one source and puts it in its place if its hash is right.
func (l *Library) fromSource(ctx context.Context, m Model, f File, source string, o Options) error {
	address, member, err := resolve(ctx, source)
	if err != nil {
		return err
	}
	part := filepath.Join(l.Dir, ".partial", hex.EncodeToString(sum([]byte(source)))[:16])
	if err := os.MkdirAll(filepath.Dir(part), 0o755); err != nil {
		return err
	}
	if err := download(ctx, o.Client, address, part, func(done, total int64) { o.Progress(m.Name+"/"+f.Path, done, total) }); err != nil {
		return err
	}
	ready := part
	if member != "" {
		ready = part + ".file"
		defer os.Remove(ready)
		if err := extract(part, address, member, ready); err != nil {
			_ = os.Remove(part)
			return err
		}
	}
	got, err := hash(ready)
	if err != nil {
		return err
	}
	want := f.SHA256
	if want == "" {
		want = l.pins()[m.Name+"/"+f.Path]
	}
	if want != "" && got != want {
		_ = os.Remove(part) // or the next try would resume the wrong file
		return fmt.Errorf("its hash is %s, want %s", got, want)
	}
	path := l.path(m, f)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if err := os.Rename(ready, path); err != nil {
		return err
	}
	_ = os.Remove(part)
	if want == "" {
		return l.pin(m, f, got)
	}
	return nil
}

func sum(b []byte) []byte { s := sha256.Sum256(b); return s[:] }

// download fetches address into path, going on where an earlier try ended.
func download(ctx context.Context, c *http.Client, address, path string, progress func(done, total int64)) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer file.Close()
	have, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	if have > 0 {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", have))
	}
	resp, err := c.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	switch resp.StatusCode {
	case http.StatusPartialContent:
	case http.StatusOK:
		have = 0 // the server starts from the beginning
	case http.StatusRequestedRangeNotSatisfiable:
		return nil // all of it is there already; the hash will tell
	default:
		return fmt.Errorf("the server says %s", resp.Status)
	}
	if err := file.Truncate(have); err != nil {
		return err
	}
	if _, err := file.Seek(have, io.SeekStart); err != nil {
		return err
	}
	total := int64(0)
	if resp.ContentLength >= 0 {
		total = have + resp.ContentLength
	}
	if total > maxFile {
		return fmt.Errorf("%d bytes are too many", total)
	}
	// A server that goes silent is given up, so that the next source gets its turn.
	const patience = 60 * time.Second
	watchdog := time.AfterFunc(patience, func() { cancel(errors.New("the server went silent")) })
	defer watchdog.Stop()
	buf := make([]byte, 1<<18)
	for {
		n, err := resp.Body.Read(buf)
		watchdog.Reset(patience)
		if n > 0 {
			if _, err := file.Write(buf[:n]); err != nil {
				return err
			}
			if have += int64(n); have > maxFile {
				return errors.New("the file does not end")
			}
			progress(have, total)
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			if cause := context.Cause(ctx); cause != nil {
				return cause
			}
			return err
		}
	}
	if total > 0 && have != total {
		return io.ErrUnexpectedEOF
	}
	return file.Close()
}
