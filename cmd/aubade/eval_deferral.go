package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/aubade/aubade/evals/deferral"
)

func evalDeferralCommand() *cli.Command {
	return &cli.Command{
		Name:  "deferral",
		Usage: "replay latency models through the Desk on virtual time",
		Description: `Every turn asks the model's backends through the real Desk, which learns as it goes whom to ask again and when.
Beside it stand waiting for all, deferring without a second try, a hedge at the first p90, and the best causal
policy that knows the distributions, at the same extra calls, without and with foresight of the change. Shares are of 1; models are in evals/testdata/deferral.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "model", Usage: "latency model, JSON", Required: true},
			&cli.DurationFlag{Name: "deadline", Usage: "of each turn, from its begin", Value: 800 * time.Millisecond},
			&cli.Uint64Flag{Name: "seed", Usage: "of the latencies", Value: 1},
			&cli.IntFlag{Name: "turns", Usage: "to replay", Value: 100_000},
			&cli.BoolFlag{Name: "json", Usage: "print JSON"},
		},
		Action: func(ctx context.Context, c *cli.Command) error {
			data, err := os.ReadFile(c.String("model"))
			if err != nil {
				return fmt.Errorf("eval deferral: %w", err)
			}
			m, err := deferral.ParseModel(data)
			if err != nil {
				return fmt.Errorf("eval deferral: %s: %w", c.String("model"), err)
			}
			r, err := deferral.Run(ctx, m, deferral.Options{Deadline: c.Duration("deadline"), Seed: c.Uint64("seed"), Turns: c.Int("turns")})
			if err != nil {
				return fmt.Errorf("eval deferral: %w", err)
			}
			if c.Bool("json") {
				enc := json.NewEncoder(c.Root().Writer)
				enc.SetIndent("", "  ")
				return enc.Encode(r)
			}
			w := tabwriter.NewWriter(c.Root().Writer, 0, 0, 2, ' ', tabwriter.AlignRight)
			fmt.Fprintf(w, "%d turns, deadline %s, seed %d, %.1f s\t\t\t\t\n", r.Turns, r.Deadline, r.Seed, r.TookS)
			fmt.Fprintln(w, "policy\tcomplete\tparts\textra calls\toverrun p99.9\t")
			row := func(name string, s deferral.Score) {
				fmt.Fprintf(w, "%s\t%.2f %%\t%.2f %%\t%.2f %%\t%.0f ms\t\n", name, 100*s.CompleteOnTime, 100*s.PartsOnTime, 100*s.ExtraCalls, s.OverrunP999MS)
			}
			for _, name := range []string{deferral.WaitForAll, deferral.PlainDeferral, deferral.FixedHedge, deferral.CappedHedge, deferral.Foresight, deferral.Optimum} {
				row(name, r.Baselines[name])
			}
			row("desk", r.Score)
			return w.Flush()
		},
	}
}
