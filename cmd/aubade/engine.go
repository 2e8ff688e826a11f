package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"

	"github.com/urfave/cli/v3"

	"github.com/aubade/aubade/internal/child"
	"github.com/aubade/aubade/internal/native/smartturn"
	"github.com/aubade/aubade/voice/asr/pocketsphinx"
	sherpaears "github.com/aubade/aubade/voice/asr/sherpa"
	"github.com/aubade/aubade/voice/tts/flite"
	sherpavoice "github.com/aubade/aubade/voice/tts/sherpa"
	"github.com/aubade/aubade/voice/vad/silero"
)

// engineCommand is what the program runs as when it is a native engine's child process. It is not for people.
func engineCommand() *cli.Command {
	return &cli.Command{
		Name:      "engine",
		ArgsUsage: "KIND",
		Hidden:    true,
		Action: func(_ context.Context, c *cli.Command) error {
			switch kind := c.Args().First(); kind {
			case "flite":
				return child.Serve(os.Stdin, os.Stdout, flite.Handle)
			case "smartturn":
				return child.Serve(os.Stdin, os.Stdout, smartturn.Handle)
			case "silero":
				return child.Serve(os.Stdin, os.Stdout, silero.Handle)
			case "pocketsphinx":
				return child.Serve(os.Stdin, os.Stdout, pocketsphinx.Handle)
			case "sherpa-ears":
				return child.Serve(os.Stdin, os.Stdout, sherpaears.Handle)
			case "sherpa-voice":
				return child.Serve(os.Stdin, os.Stdout, sherpavoice.Handle)
			default:
				return fmt.Errorf("no engine %q", kind)
			}
		},
	}
}

// engineProcess is this program again, as an engine of a kind.
func engineProcess(kind string) func() *exec.Cmd {
	return func() *exec.Cmd {
		self, err := os.Executable()
		if err != nil {
			self = os.Args[0]
		}
		cmd := exec.Command(self, "engine", kind)
		cmd.Stderr = os.Stderr
		return cmd
	}
}
