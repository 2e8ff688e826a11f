package main

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/aubade/aubade/cmd/aubade/internal/bench"
)

func benchProvidersCommand() *cli.Command {
	return &cli.Command{
		Name:  "providers",
		Usage: "what each provider's client adds to its server's own time, against servers of stated latency in this process",
		Flags: []cli.Flag{
			&cli.DurationFlag{Name: "latency", Value: 100 * time.Millisecond, Usage: "`TIME` that each server takes"},
			&cli.IntFlag{Name: "n", Value: 50, Usage: "`TIMES` that each is asked"},
			jsonFlag,
		},
		Action: func(ctx context.Context, c *cli.Command) error {
			rows, err := bench.Providers(ctx, c.Duration("latency"), max(1, c.Int("n")))
			if err != nil {
				return err
			}
			if c.Bool("json") {
				return printJSON(c.Root().Writer, rows)
			}
			t := tabwriter.NewWriter(c.Root().Writer, 0, 0, 2, ' ', 0)
			fmt.Fprintln(t, "PROVIDER\tUNTIL\tSERVER p50\tOURS p50\tp90\tmax, ms")
			for _, r := range rows {
				fmt.Fprintf(t, "%s\t%s\t%.1f\t%.2f\t%.2f\t%.2f\n", r.Name, r.Until, r.ServerMS, r.P50, r.P90, r.Max)
			}
			return t.Flush()
		},
	}
}
