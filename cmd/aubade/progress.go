package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/urfave/cli/v3"
	"golang.org/x/term"

	"github.com/aubade/aubade/brief"
)

// progressBar shows how far a command is, unless --json wants nothing but JSON. tick may be called from many goroutines;
// done may be called twice.
func progressBar(c *cli.Command, n int, what string) (tick, done func()) {
	if c.Bool("json") {
		return func() {}, func() {}
	}
	var (
		mu    sync.Mutex
		count int
		p     = newProgress(c.Root().ErrWriter)
	)
	return func() {
			mu.Lock()
			defer mu.Unlock()
			count++
			p.show(brief.Progress{Stage: what, Done: count, Total: n})
		}, func() {
			mu.Lock()
			defer mu.Unlock()
			p.done()
		}
}

// progress shows how far a long work is: a bar on a terminal; elsewhere a line as each stage begins, and now and then how
// far it is, so that a log shows whether a night is slow or stuck.
type progress struct {
	w        io.Writer
	terminal bool
	bar      *progressbar.ProgressBar
	stage    string
	said     time.Time // when the last line was written
	counted  bool      // the stage has lines with counts, and wants its last one
}

// sayEvery is how far lines are apart.
const sayEvery = 5 * time.Second

func newProgress(w io.Writer) *progress {
	f, ok := w.(*os.File)
	return &progress{w: w, terminal: ok && term.IsTerminal(int(f.Fd()))}
}

func (p *progress) show(s brief.Progress) {
	begins := s.Stage != p.stage
	if begins {
		p.done()
		p.stage, p.counted = s.Stage, false
	}
	if p.terminal {
		p.draw(s)
		return
	}
	switch {
	case begins:
		p.say("%s …", s.Stage)
	case s.Total > 0 && (time.Since(p.said) >= sayEvery || p.counted && s.Done == s.Total):
		p.say("%s %d of %d", s.Stage, s.Done, s.Total)
		p.counted = true
	case s.Total == 0 && s.Text != "" && time.Since(p.said) >= sayEvery:
		p.say("%s %s", s.Stage, shorten(s.Text, 60))
	}
}

func (p *progress) say(format string, args ...any) {
	fmt.Fprintf(p.w, format+"\n", args...)
	p.said = time.Now()
}

func (p *progress) draw(s brief.Progress) {
	if p.bar == nil {
		if s.Total == 0 {
			return
		}
		p.bar = progressbar.NewOptions(s.Total, progressbar.OptionSetWriter(p.w), progressbar.OptionSetDescription(s.Stage),
			progressbar.OptionShowCount(), progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(65*time.Millisecond), progressbar.OptionSetWidth(30))
		_ = p.bar.RenderBlank() // before the first step is done, which may take a minute
	}
	if s.Text != "" {
		p.bar.Describe(s.Stage + " " + shorten(s.Text, 40))
	}
	if s.Total > 0 {
		_ = p.bar.Set(s.Done)
	}
}

// done takes the bar away; what comes next stands on a line of its own.
func (p *progress) done() {
	if p.bar != nil {
		_ = p.bar.Finish()
		p.bar = nil
	}
}

func shorten(s string, n int) string {
	s = strings.TrimPrefix(strings.TrimPrefix(s, "https://"), "file:")
	if r := []rune(s); len(r) > n {
		return "…" + string(r[len(r)-n+1:])
	}
	return s
}
