//go:build unix

package store

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// A LockedError says who else is building.
type LockedError struct{ Holder string }

func (e *LockedError) Error() string { return "another builder is at work: " + e.Holder }

// Lock takes the builder's lock of this store, or fails with a *LockedError that names who holds it. The operating
// system drops the lock when its holder dies, however it dies.
func (db *DB) Lock() (unlock func(), err error) {
	if err := db.writable(); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(db.path+".lock", os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("lock the store: %w", err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		defer f.Close()
		if !errors.Is(err, unix.EWOULDBLOCK) {
			return nil, fmt.Errorf("lock the store: %w", err)
		}
		holder, _ := io.ReadAll(io.LimitReader(f, 200))
		return nil, &LockedError{Holder: strings.TrimSpace(string(holder))}
	}
	host, _ := os.Hostname()
	f.Truncate(0)
	fmt.Fprintf(f, "process %d on %s, since %s\n", os.Getpid(), host, time.Now().UTC().Format(time.RFC3339))
	return func() {
		f.Truncate(0)
		f.Close()
	}, nil
}
