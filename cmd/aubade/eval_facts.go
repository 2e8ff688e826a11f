package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/urfave/cli/v3"

	"github.com/aubade/aubade/evals"
)

func evalFactsCommand() *cli.Command {
	return &cli.Command{
		Name:  "facts",
		Usage: "score values told from tables and the text around them, in TAT-QA's format",
		Description: `No model is asked: cells are found by their labels, and sums are done exactly. A number is right within one
percent with its scale multiplied out. Words are right if they share most of their tokens with the gold span
(F1 of at least 0.7). Questions for a list are counted and not scored.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "tables", Usage: "the file", Required: true},
			&cli.BoolFlag{Name: "json", Usage: "print JSON: questions, right, wrong, declined, lists, numbers, words, words_exact"},
			&cli.StringFlag{Name: "predictions", Usage: "write what was told to this file, one JSON object a line"},
		},
		Action: func(_ context.Context, c *cli.Command) error {
			r, err := evals.Facts(c.String("tables"))
			if err != nil {
				return cli.Exit(err, 2)
			}
			if f := c.String("predictions"); f != "" {
				if err := writeLines(f, r.Predictions); err != nil {
					return cli.Exit(err, 2)
				}
			}
			if c.Bool("json") {
				return json.NewEncoder(c.Root().Writer).Encode(r)
			}
			line := func(name string, n evals.FactsCount) {
				if err == nil && n.Questions > 0 {
					pct := func(k int) float64 { return 100 * float64(k) / float64(n.Questions) }
					_, err = fmt.Fprintf(c.Root().Writer, "%-8s %4d  right %4d (%.1f%%)  wrong %4d (%.1f%%)  declined %4d (%.1f%%)\n", name, n.Questions, n.Right, pct(n.Right), n.Wrong, pct(n.Wrong), n.Declined, pct(n.Declined))
				}
			}
			line("all", evals.FactsCount{Questions: r.Questions, Right: r.Right, Wrong: r.Wrong, Declined: r.Declined})
			line("numbers", r.Numbers)
			line("words", r.Words)
			if err == nil {
				_, err = fmt.Fprintf(c.Root().Writer, "lists, not scored: %d\n", r.Lists)
			}
			return err
		},
	}
}
