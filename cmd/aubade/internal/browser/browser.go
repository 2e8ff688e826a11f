// Package browser calls the page from a real Chromium, with a recorded voice as its microphone, and writes down what was
// seen and heard there.
package browser

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/aubade/aubade/cmd/aubade/internal/bench"
)

// A Step is something the person in front of the page does; driver/call.mjs lists them.
type Step struct {
	Do       string `json:"do"`
	WAV      string `json:"wav,omitempty"`
	State    string `json:"state,omitempty"`
	Selector string `json:"selector,omitempty"`
	Key      string `json:"key,omitempty"`
	Text     string `json:"text,omitempty"`
	Name     string `json:"name,omitempty"`
	MS       int    `json:"ms,omitempty"`
	Words    int    `json:"words,omitempty"`
}

// Options says which page to call and what to do there.
type Options struct {
	URL   string `json:"url"`
	Out   string `json:"out"` // a folder for screenshots, sound and the log
	Steps []Step `json:"steps"`
	Deny  string `json:"deny,omitempty"` // why there is no microphone: a DOMException's name
	Dark  bool   `json:"dark,omitempty"`
	Phone bool   `json:"-"`

	Chromium string    `json:"chromium"`
	Viewport *Viewport `json:"viewport,omitempty"`
}

// Viewport is the size of the page in CSS pixels.
type Viewport struct {
	Width  int `json:"width"`
	Height int `json:"height"`
}

// Log is what was seen. Times are milliseconds of the page's own clock.
type Log struct {
	Steps []struct {
		Do       string
		At, Done float64
		From, To float64 // of a say: from its first sample that can be heard to its end
		Sounds   float64 // of a say: From on the clock of the sound
		Text     string
	}
	Captions []struct {
		At   float64
		Text string
	}
	States []struct {
		At    float64
		State string
	}
	Lines  []Line
	Events []struct {
		Kind string
		At   float64 // nanoseconds since the session began
	}
	Cards      []string
	Notices    []string
	Console    []string
	Violations []string // of accessibility rules
	Error      string

	Rate    int
	HeardAt []float64 // of each chunk of the sound
	SoundAt []float64 // the same on the clock of the sound, which stands still where the browser made none
	Origin  float64   // of the page's clock, in milliseconds since 1970
	sound   []int16
	others  bench.Others
}

// A Line is a line of the talk on the page. Cut ones were interrupted.
type Line struct {
	Who, Text string
	Cut       bool
}

// Missing names what this machine lacks for a call from a browser; empty if nothing.
func Missing() string {
	for _, tool := range []string{"node", "npm"} {
		if _, err := exec.LookPath(tool); err != nil {
			return tool
		}
	}
	if chromium() == "" {
		return "chromium"
	}
	return ""
}

func chromium() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// Call does the steps. What went wrong in the browser is in Log.Error, and on failed.png.
func Call(ctx context.Context, o Options) (*Log, error) {
	driver, err := install(ctx)
	if err != nil {
		return nil, err
	}
	o.Chromium = chromium()
	if o.Phone {
		o.Viewport = &Viewport{390, 844}
	}
	config, err := json.Marshal(o)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, "node", filepath.Join(driver, "call.mjs"), string(config))
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.WaitDelay = 5 * time.Second
	stop := bench.WatchOthers()
	err = cmd.Run()
	others := stop()
	if err != nil {
		return nil, fmt.Errorf("call from the browser: %w\n%s", err, out.String())
	}
	l := Log{others: others}
	data, err := os.ReadFile(filepath.Join(o.Out, "log.json"))
	if err != nil {
		return nil, fmt.Errorf("call from the browser: %w\n%s", err, out.String())
	}
	if err := json.Unmarshal(data, &l); err != nil {
		return nil, fmt.Errorf("call from the browser: %w", err)
	}
	if raw, err := os.ReadFile(filepath.Join(o.Out, "agent.pcm")); err == nil {
		l.sound = make([]int16, len(raw)/2)
		_ = binary.Read(bytes.NewReader(raw), binary.LittleEndian, l.sound)
	}
	return &l, nil
}

// install fetches the driver's packages by its lock file, once.
func install(ctx context.Context) (string, error) {
	_, file, _, _ := runtime.Caller(0)
	dir := filepath.Join(filepath.Dir(file), "driver")
	if !filepath.IsAbs(dir) || !exists(dir) { // built with -trimpath: tests run in the package's own folder
		wd, err := os.Getwd()
		if err != nil {
			return "", err
		}
		for ; ; wd = filepath.Dir(wd) {
			if dir = filepath.Join(wd, "cmd/aubade/internal/browser/driver"); exists(dir) {
				break
			}
			if wd == filepath.Dir(wd) {
				return "", fmt.Errorf("the browser's driver is not here: run this within the source tree")
			}
		}
	}
	if exists(filepath.Join(dir, "node_modules", "playwright-core")) {
		return dir, nil
	}
	cmd := exec.CommandContext(ctx, "npm", "ci", "--no-audit", "--no-fund", "--loglevel=error")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("install the browser's driver: %w\n%s", err, out)
	}
	return dir, nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// Agent is all that the agent was seen to say.
func (l *Log) Agent() string {
	var s []string
	for _, line := range l.Lines {
		if line.Who == "agent" {
			s = append(s, line.Text)
		}
	}
	return strings.Join(s, " ")
}
