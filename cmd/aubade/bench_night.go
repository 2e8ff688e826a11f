package main

import (
	"context"

	"github.com/urfave/cli/v3"

	"github.com/aubade/aubade/cmd/aubade/internal/bench"
)

func benchBriefCommand() *cli.Command {
	return &cli.Command{
		Name:  "brief",
		Usage: "the night: how long a build takes, one with nothing new, and one with a little",
		Description: "Builds a generated market with the extractive digester and the fitted embedder, three nights in a row, in a folder\n" +
			"that goes away.",
		Flags: []cli.Flag{
			&cli.IntFlag{Name: "documents", Value: 1000, Usage: "a third of them filings, the rest stories"},
			jsonFlag,
		},
		Action: func(ctx context.Context, c *cli.Command) error {
			if c.Int("documents") < 1 {
				return cli.Exit("bench brief: --documents must be at least 1", 2)
			}
			r, err := bench.Briefs(ctx, c.Int("documents"), c.Root().ErrWriter)
			if err != nil {
				return err
			}
			return show(c, r, r.Print)
		},
	}
}

func benchRetrievalCommand() *cli.Command {
	return &cli.Command{
		Name:  "retrieval",
		Usage: "how long finding takes in an edition of generated passages, and the memory that it holds",
		Flags: []cli.Flag{
			&cli.IntFlag{Name: "passages", Value: 50_000, Usage: "in the edition"},
			&cli.IntFlag{Name: "companies", Value: 500, Usage: "that they are about; the first has a tenth of them"},
			&cli.IntFlag{Name: "dims", Value: 384, Usage: "of the vectors"},
			&cli.IntFlag{Name: "queries", Value: 300, Usage: "of each kind"},
			jsonFlag,
		},
		Action: func(ctx context.Context, c *cli.Command) error {
			o := bench.RetrievalOptions{
				Passages: c.Int("passages"), Companies: c.Int("companies"), Dims: c.Int("dims"), Queries: c.Int("queries"), Log: c.Root().ErrWriter,
			}
			if o.Passages < 1 || o.Companies < 2 || o.Dims < 1 || o.Queries < 1 {
				return cli.Exit("bench retrieval: it takes a passage, two companies, a dimension and a query at least", 2)
			}
			r, err := bench.Retrievals(ctx, o)
			if err != nil {
				return err
			}
			return show(c, r, r.Print)
		},
	}
}
