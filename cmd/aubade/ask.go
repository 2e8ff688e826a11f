package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"slices"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/aubade/aubade/cmd/aubade/internal/wire"
	"github.com/aubade/aubade/evals"
	"github.com/aubade/aubade/voice"
)

func askCommand() *cli.Command {
	return &cli.Command{
		Name:      "ask",
		Usage:     "ask the brief a question in text: the same brain as in a call",
		ArgsUsage: `"QUESTION" ["FOLLOW-UP" …]`,
		Description: `All questions are one conversation: aubade ask "How did Halden close?" "And Larkspur?"

With --json each answer is a line: said (as the voice says it), shown (as the page shows it), citations (title, url, published,
kind), edition, and deferred (what came late, if it came within --wait).`,
		Flags: []cli.Flag{
			jsonFlag,
			&cli.DurationFlag{Name: "wait", Value: 10 * time.Second, Usage: "how long to wait for answers that come late"},
		},
		Action: func(ctx context.Context, c *cli.Command) error {
			if c.Args().Len() == 0 {
				return cli.Exit(`ask what? For example: aubade ask "What was Larkspur's revenue last quarter?"`, 2)
			}
			cfg, log, err := settings(c)
			if err != nil {
				return err
			}
			brain, err := wire.OpenBrain(cfg, log)
			if err != nil {
				return err
			}
			defer brain.Close()
			if _, err := brain.Answerer.Warm(ctx); err != nil {
				return ready(err)
			}
			return ask(ctx, brain, "ask", slices.Values(c.Args().Slice()), c.Duration("wait"), c.Bool("json"), c.Root().Writer)
		},
	}
}

// ask puts the questions to one conversation, one after the other. The command names it in the store.
func ask(ctx context.Context, b *wire.Brain, command string, questions iter.Seq[string], wait time.Duration, asJSON bool, w io.Writer) error {
	conv, err := b.Answerer.Open(ctx, command+"-"+time.Now().UTC().Format("20060102T150405.000000000"), "")
	if err != nil {
		return err
	}
	defer conv.Close()
	edition, _ := conv.Edition()
	d := &evals.Dialogue{Conversation: conv, Target: b.Config.Turn.Budget, Verbalise: b.Verbaliser(edition).Say}
	for q := range questions {
		a, err := d.Ask(ctx, q)
		if err != nil {
			return err
		}
		if len(a.Deferred) > 0 {
			a.Deferred = d.Await(ctx, wait)
		}
		if asJSON {
			if err := json.NewEncoder(w).Encode(a); err != nil {
				return err
			}
			continue
		}
		printAnswer(w, a)
	}
	return nil
}

func printAnswer(w io.Writer, a evals.Answer) {
	fmt.Fprintln(w, a.Shown)
	printSources(w, a.Citations)
	for _, l := range a.Deferred {
		if l.Shown != "" {
			fmt.Fprintf(w, "Later: %s\n", l.Shown)
			printSources(w, l.Citations)
		} else {
			fmt.Fprintf(w, "  %s: %s\n", l.Question, cmp.Or(map[string]string{"pending": "still being looked up", "expired": "not found in time"}[l.State], l.State))
		}
	}
}

func printSources(w io.Writer, citations []voice.Citation) {
	for _, c := range citations {
		fmt.Fprintf(w, "  [%s] %s", c.Kind, c.Title)
		if c.Publisher != "" {
			fmt.Fprintf(w, ", %s", c.Publisher)
		}
		if !c.Published.IsZero() {
			fmt.Fprintf(w, ", %s", c.Published.Format("2 January 2006"))
		}
		fmt.Fprintf(w, "\n    %s\n", c.URL)
	}
}
