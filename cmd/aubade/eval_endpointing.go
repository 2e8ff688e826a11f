package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/aubade/aubade/evals/endpointing"
	"github.com/aubade/aubade/voice/turn"
)

// evalEndpointingCommand measures the endpointer on recorded turns.
func evalEndpointingCommand() *cli.Command {
	return &cli.Command{
		Name:  "endpointing",
		Usage: "measure how soon the end of a turn is known, and how many pauses are taken for one",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "turns", Usage: "`FILE` of turns with aligned words, one JSON object a line", Required: true},
			&cli.DurationFlag{Name: "lag", Usage: "words become known this long after they end", Value: 200 * time.Millisecond},
			&cli.BoolFlag{Name: "cross-validate", Usage: "judge every call by a model fitted to the other calls of the file, not by the shipped one"},
			&cli.BoolFlag{Name: "fit", Usage: "fit a model to the file and print it as Go, for voice/turn/weights.go"},
			&cli.BoolFlag{Name: "json", Usage: "print JSON"},
		},
		Action: func(_ context.Context, c *cli.Command) error {
			f, err := os.Open(c.String("turns"))
			if err != nil {
				return cli.Exit(fmt.Sprintf("eval endpointing: %v", err), 2)
			}
			defer f.Close()
			turns, err := endpointing.Read(f)
			if err != nil {
				return cli.Exit(fmt.Sprintf("eval endpointing: %v", err), 2)
			}
			lag, out := c.Duration("lag"), c.Root().Writer
			if c.Bool("fit") {
				_, err := io.WriteString(out, endpointing.Source(endpointing.Fit(turns, lag)))
				return err
			}
			var r endpointing.Report
			if c.Bool("cross-validate") {
				r, err = endpointing.CrossValidate(turns, lag)
			} else {
				r, err = endpointing.Evaluate(turns, turn.Shipped(), lag)
			}
			if err != nil {
				return cli.Exit(fmt.Sprintf("eval endpointing: %v", err), 2)
			}
			if c.Bool("json") {
				e := json.NewEncoder(out)
				e.SetIndent("", "  ")
				return e.Encode(r)
			}
			return r.Print(out)
		},
	}
}
