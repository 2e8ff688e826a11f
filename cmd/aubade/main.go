// Command aubade is the whole product in one binary: it builds briefs, joins rooms, answers, and measures itself.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/urfave/cli/v3"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // the first Ctrl-C ends calls politely; the second one kills
	os.Exit(run(ctx, os.Args))
}

// run is the program as a value: it returns the exit status.
func run(ctx context.Context, args []string) int {
	err := root().Run(ctx, args)
	if err == nil {
		return 0
	}
	var exit cli.ExitCoder
	if errors.As(err, &exit) {
		if msg := err.Error(); msg != "" {
			fmt.Fprintln(os.Stderr, "aubade:", msg)
		}
		return exit.ExitCode()
	}
	fmt.Fprintln(os.Stderr, "aubade:", err)
	return 1
}

// root lists the subcommands; each is in a file of its own name.
func root() *cli.Command {
	return &cli.Command{
		Name:  "aubade",
		Usage: "a voice research agent that reads from a brief built overnight",
		// Errors are printed once, by run.
		ExitErrHandler: func(context.Context, *cli.Command, error) {},
		Flags:          rootFlags,
		Commands: []*cli.Command{
			upCommand(),
			demoCommand(),
			agentCommand(),
			briefCommand(),
			askCommand(),
			talkCommand(),
			engineCommand(),
			evalCommand(),
			benchCommand(),
			modelsCommand(),
			doctorCommand(),
			versionCommand(),
		},
	}
}
