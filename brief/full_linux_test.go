package brief_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/aubade/aubade/store"
)

// smallDisk is a file system of a few megabytes.
func smallDisk(t *testing.T, size string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		if os.Getenv("AUBADE_TEST_ALL") == "" {
			t.Skipf("a small disk needs the right to mount one: %v", err)
		}
		t.Fatalf("a small disk needs the right to mount one: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fill leaves only so many bytes on a disk.
func fill(t *testing.T, dir string, left int64) (empty func()) {
	t.Helper()
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "filler")
	if err := os.WriteFile(path, make([]byte, max(0, int64(s.Bavail)*s.Bsize-left)), 0o644); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
}

// mayMount runs the test, for a user who may not mount a disk, again where that user may: in name spaces of its own. It says
// whether this process is the one that goes on.
func mayMount(t *testing.T) bool {
	t.Helper()
	const inside = "AUBADE_TEST_MOUNTS"
	if os.Getuid() == 0 || os.Getenv(inside) != "" {
		return true
	}
	again := exec.Command(os.Args[0], "-test.run", "^"+t.Name()+"$")
	again.Env = append(os.Environ(), inside+"=1")
	again.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}}, GidMappings: []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}}}
	out, err := again.CombinedOutput()
	if errors.Is(err, syscall.EPERM) && os.Getenv("AUBADE_TEST_ALL") == "" {
		t.Skipf("a small disk needs the right to mount one: %v", err)
	} else if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return false
}

func TestAFullDiskKeepsTheOldEdition(t *testing.T) {
	if !mayMount(t) {
		return
	}
	dir := smallDisk(t, "24m")
	db, err := store.Open(filepath.Join(dir, "aubade.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	s := &shelf{name: "shelf", docs: docs(t)}
	first, _ := build(t, builder(db, s))
	for left, what := range map[int64]string{0: "nothing", 64 << 10: "room for a little", 300 << 10: "room for a part of an edition"} {
		empty := fill(t, dir, left)
		full := builder(db, s)
		full.Force = true
		_, _, err := full.Build(t.Context())
		if !errors.Is(err, store.ErrFull) {
			t.Errorf("%s left: the build says %v", what, err)
		}
		live, err := db.Current(t.Context(), "tiny")
		if err != nil || live.ID != first.ID {
			t.Errorf("%s left: live is %d, %v", what, live.ID, err)
		}
		if fs, err := db.Facts(t.Context(), live.ID, store.FactQuery{Entity: "LRKS", Metric: "revenue"}); err != nil || len(fs) == 0 {
			t.Errorf("%s left: the live edition knows %d facts, %v", what, len(fs), err)
		}
		empty()
	}
	again := builder(db, s)
	again.Force = true
	second, _ := build(t, again)
	if second.Hash != first.Hash || second.State != store.Published {
		t.Errorf("with room again: %s, hash %.12s, want %.12s", second.State, second.Hash, first.Hash)
	}
}
