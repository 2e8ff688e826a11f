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

// likely suggests the command that a misspelt one may have meant.
func likely(c *cli.Command, name string) string {
	if s := cli.SuggestCommand(c.Commands, name); s != "" && s != name {
		return fmt.Sprintf(" (did you mean %q?)", s)
	}
	return ""
}

// root lists the subcommands; each is in a file of its own name.
func root() *cli.Command {
	c := &cli.Command{
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
	helpful(c)
	return c
}

// helpful answers what is misspelt, in c and all its subcommands, with one line that says where help is.
func helpful(c *cli.Command) {
	c.OnUsageError = func(_ context.Context, c *cli.Command, err error, _ bool) error {
		return cli.Exit(fmt.Sprintf("%v; %s --help lists what there is", err, c.FullName()), 2)
	}
	action := c.Action
	switch {
	case len(c.Commands) > 0:
		c.Action = func(ctx context.Context, c *cli.Command) error {
			name := c.Args().First()
			switch {
			case name != "":
				return cli.Exit(fmt.Sprintf("there is no command %q%s; %s --help lists them", name, likely(c, name), c.FullName()), 2)
			case action == nil:
				return cli.ShowSubcommandHelp(c)
			}
			return action(ctx, c)
		}
	case action != nil && c.ArgsUsage == "":
		c.Action = func(ctx context.Context, c *cli.Command) error {
			if name := c.Args().First(); name != "" {
				return cli.Exit(fmt.Sprintf("%s takes no argument %q; %s --help lists what there is", c.FullName(), name, c.FullName()), 2)
			}
			return action(ctx, c)
		}
	}
	for _, sub := range c.Commands {
		helpful(sub)
	}
}
