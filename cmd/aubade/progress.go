package main

import (
	"os"

	"github.com/schollz/progressbar/v3"
	"github.com/urfave/cli/v3"
	"golang.org/x/term"
)

// progressBar shows how far a command is, where somebody looks on: not with --json, and not into a file. tick may be
// called from many goroutines; done may be called twice.
func progressBar(c *cli.Command, n int, what string) (tick, done func()) {
	if c.Bool("json") || !term.IsTerminal(int(os.Stderr.Fd())) {
		return func() {}, func() {}
	}
	bar := progressbar.Default(int64(n), what)
	return func() { _ = bar.Add(1) }, func() { _ = bar.Finish() }
}
