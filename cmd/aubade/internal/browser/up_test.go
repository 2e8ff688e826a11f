package browser

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// up builds the binary, a brief of the sample market, and starts everything as a newcomer would. $AUBADE_URL names one
// that runs already.
func up(t *testing.T) string {
	t.Helper()
	if url := os.Getenv("AUBADE_URL"); url != "" {
		return url
	}
	root, err := filepath.Abs("../../../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	bin := filepath.Join(dir, "aubade")
	run := func(name string, args ...string) *exec.Cmd {
		cmd := exec.Command(name, args...)
		cmd.Dir = root
		// As `make build` builds it, with the same cache.
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "AUBADE_HOME="+filepath.Join(dir, "home"))
		return cmd
	}
	for _, cmd := range []*exec.Cmd{run("go", "build", "-trimpath", "-o", bin, "./cmd/aubade"), run(bin, "brief", "build")} {
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", cmd.Args, err, out)
		}
	}
	cmd := run(bin, "up", "--no-cron", "--listen", "127.0.0.1:0")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	log, err := os.Create(filepath.Join(dir, "up.log"))
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		done := make(chan error, 1)
		go func() { done <- cmd.Wait() }()
		select {
		case err := <-done:
			if err != nil {
				t.Errorf("aubade up ended with %v", err)
			}
		case <-time.After(20 * time.Second):
			_ = cmd.Process.Kill()
			t.Error("aubade up did not end after an interrupt")
		}
		if data, err := os.ReadFile(log.Name()); err == nil && t.Failed() {
			t.Logf("aubade up said:\n%s", data)
		}
	})
	link := make(chan string, 1)
	go func() {
		for sc := bufio.NewScanner(out); sc.Scan(); {
			if line := strings.TrimSpace(sc.Text()); strings.HasPrefix(line, "http") {
				link <- line
			}
		}
	}()
	select {
	case url := <-link:
		return url
	case <-time.After(60 * time.Second):
		t.Fatal("aubade up printed no link")
	}
	return ""
}

// recite records the caller's voice with Festival, whose letter-to-sound rules are not those of the recognizer's dictionary.
func recite(t *testing.T, text string) (wav string) {
	t.Helper()
	wav = filepath.Join(t.TempDir(), "said.wav")
	cmd := exec.Command("text2wave", "-o", wav)
	cmd.Stdin = strings.NewReader(text)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("text2wave: %v %s", err, out)
	}
	return wav
}

// The main job: a newcomer's call to the sample market, with the embedded ears, voice and brain.
func TestTheSampleMarketAnswersInTheBrowser(t *testing.T) {
	need(t)
	if testing.Short() {
		t.Skip("it builds the binary and a brief, and calls in real time")
	}
	var wavs []string
	for _, q := range []string{"what was Larkspur's revenue last quarter", "how did Halden close", "what was Ostrander's revenue last quarter"} {
		wavs = append(wavs, recite(t, q))
	}
	url := up(t)
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	l, err := Call(ctx, Options{URL: url, Out: artefacts(t, "up"), Steps: slices.Concat([]Step{
		{Do: "see", Selector: "#questions .chip"},
		{Do: "join"}, {Do: "caption", Words: 3}, {Do: "ended", MS: 60000}, {Do: "shot", Name: "greeting"},
		{Do: "mark"}, {Do: "say", WAV: wavs[0]}, {Do: "ended"}, {Do: "shot", Name: "answer"},
		{Do: "tap", Selector: ".line.agent:last-child .card"}, {Do: "see", Selector: "#source-text"}, {Do: "pause", MS: 500}, {Do: "shot", Name: "source"},
		{Do: "key", Key: "Escape"}, {Do: "pause", MS: 500},
		{Do: "mark"}, {Do: "say", WAV: wavs[1]}},
		interrupt(wavs[2]), interrupt(wavs[1]), interrupt(wavs[2]),
		[]Step{{Do: "caption", Words: 2}, {Do: "ended"},
			{Do: "axe"}, {Do: "shot", Name: "after"}, {Do: "tap", Selector: "#hangup"}, {Do: "pause", MS: 500}},
	)})
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range l.Lines {
		t.Logf("%s: %s", line.Who, line.Text)
	}
	if l.Error != "" {
		t.Fatalf("%s\nconsole: %s", l.Error, strings.Join(l.Console, "\n"))
	}
	if said := l.Agent(); !strings.Contains(said, "$2.31 billion") {
		t.Error("the captions lack Larkspur's revenue, $2.31 billion")
	}
	if len(l.Cards) == 0 {
		t.Error("no answer has a source")
	}
	for _, v := range l.Violations {
		t.Errorf("accessibility: %s", v)
	}
	loudWhereCaptioned(t, l)
	quietWhenInterrupted(t, l, 2, 3)
}
