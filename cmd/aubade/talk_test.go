package main

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aubade/aubade/voice/audio"
)

// A recorded caller is a whole call: the binary is built, a brief is made, and the sound that comes back is looked at.
func TestARecordedCallerIsAnsweredAndTheCallIsKept(t *testing.T) {
	if testing.Short() {
		t.Skip("a call takes as long as it lasts")
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	bin, out := filepath.Join(dir, "aubade"), filepath.Join(dir, "call")
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	run := func(name string, args ...string) ([]byte, string, error) {
		cmd := exec.CommandContext(ctx, name, args...)
		cmd.Dir = root
		// As `make build` builds it, with the same cache.
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "AUBADE_HOME="+filepath.Join(dir, "home"))
		var stderr strings.Builder
		cmd.Stderr = &stderr
		stdout, err := cmd.Output()
		return stdout, stderr.String(), err
	}
	for _, args := range [][]string{{"go", "build", "-trimpath", "-buildvcs=false", "-o", bin, "./cmd/aubade"}, {bin, "brief", "build"}} {
		if _, stderr, err := run(args[0], args[1:]...); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, stderr)
		}
	}
	stdout, stderr, err := run(bin, "talk", "--json", "--out", out, "data/sample/audio/1-what-was-larkspurs.wav")
	if err != nil {
		if os.Getenv("AUBADE_TEST_ALL") == "" && (strings.Contains(stderr, "libflite") || strings.Contains(stderr, "pocketsphinx")) {
			t.Skipf("the native speech engines are not here: %s", stderr)
		}
		t.Fatalf("talk: %v\n%s", err, stderr)
	}
	var lines []callLine
	if err := json.Unmarshal(stdout, &lines); err != nil {
		t.Fatalf("%v: %s", err, stdout)
	}
	understood := slices.IndexFunc(lines, func(l callLine) bool { return l.Who == "understood" })
	if understood < 0 {
		t.Fatalf("nothing was understood: %s\n%s", stdout, stderr)
	}
	if !strings.Contains(strings.ToLower(lines[understood].What), "larkspur") {
		t.Errorf("understood %q", lines[understood].What)
	}
	if !slices.ContainsFunc(lines, func(l callLine) bool { return l.Who == "agent" && len(l.Citations) > 0 }) {
		t.Errorf("no answer with a source: %s", stdout)
	}
	f, err := os.Open(filepath.Join(out, "call.wav"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rec, err := audio.ReadWAV(f)
	if err != nil || rec.Channels != 2 {
		t.Fatalf("call.wav: %v, %d channels", err, rec.Channels)
	}
	var loudest [2]int16
	for i, v := range rec.PCM {
		loudest[i%2] = max(loudest[i%2], v)
	}
	if loudest[0] < 1000 || loudest[1] < 1000 {
		t.Errorf("one side is silent: peaks %v", loudest)
	}
	for _, name := range []string{"call.txt", "events.jsonl"} {
		if s, err := os.Stat(filepath.Join(out, name)); err != nil || s.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTypedLinesEndWithAnEmptyLine(t *testing.T) {
	prompts := 0
	got := slices.Collect(typedLines(t.Context(), strings.NewReader(" one \ntwo\n\nthree\n"), func() { prompts++ }))
	if !slices.Equal(got, []string{"one", "two"}) || prompts != 3 {
		t.Errorf("got %q after %d prompts", got, prompts)
	}
}
