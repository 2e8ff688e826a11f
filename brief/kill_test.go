package brief_test

import (
	"context"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/aubade/aubade/store"
)

// TestMain lets the test binary be the builder that is killed.
func TestMain(m *testing.M) {
	if path := os.Getenv("AUBADE_TEST_STORE"); path != "" {
		os.Exit(killedBuild(path))
	}
	os.Exit(m.Run())
}

// killedBuild builds until the given step, and then is no more.
func killedBuild(path string) int {
	last, err := strconv.Atoi(os.Getenv("AUBADE_TEST_KILL"))
	if err != nil {
		return 2
	}
	db, err := store.Open(path)
	if err != nil {
		return 2
	}
	b := builder(db, &shelf{name: "shelf", docs: docs(nil)})
	var steps atomic.Int64
	b.SetHook(func(string) {
		if steps.Add(1) == int64(last) {
			syscall.Kill(os.Getpid(), syscall.SIGKILL)
		}
	})
	if _, _, err := b.Build(context.Background()); err != nil {
		return 2
	}
	return 0
}

func TestAKilledBuildIsFinishedByTheNext(t *testing.T) {
	var steps atomic.Int64
	undisturbed := builder(openStore(t), &shelf{name: "shelf", docs: docs(t)})
	undisturbed.SetHook(func(string) { steps.Add(1) })
	want, _ := build(t, undisturbed)
	random := rand.New(rand.NewPCG(20, 26))
	killed := 0
	for range 20 {
		at := 1 + random.IntN(int(steps.Load()))
		path := filepath.Join(t.TempDir(), "aubade.db")
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "AUBADE_TEST_STORE="+path, "AUBADE_TEST_KILL="+strconv.Itoa(at))
		if err := cmd.Run(); err != nil && cmd.ProcessState.ExitCode() != -1 {
			t.Fatalf("the build that was to be killed at step %d failed: %v", at, err)
		} else if err != nil {
			killed++
		}
		db, err := store.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		got, _ := build(t, builder(db, &shelf{name: "shelf", docs: docs(t)}))
		if got.Hash != want.Hash || got.State != store.Published {
			t.Errorf("killed at step %d, then finished as %s with hash %.12s, want %.12s", at, got.State, got.Hash, want.Hash)
		}
		live, err := db.Current(t.Context(), "tiny")
		if err != nil || live.ID != got.ID {
			t.Errorf("killed at step %d: live is %d, %v", at, live.ID, err)
		}
		db.Close()
	}
	if killed < 20 {
		t.Errorf("only %d of 20 builds were killed", killed)
	}
}
