package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"

	"github.com/urfave/cli/v3"

	"github.com/aubade/aubade/evals"
	"github.com/aubade/aubade/voice/speech"
)

func evalVerbaliseCommand() *cli.Command {
	return &cli.Command{
		Name:  "verbalise",
		Usage: "score how writing is put into words",
		Description: `The cases are lines of class, written form and accepted spoken forms, separated by tabs. Case, hyphens, spacing and the
word "and" do not count.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "cases", Usage: "file of the cases", Required: true},
			&cli.StringFlag{Name: "style", Usage: "literal, as other normalisers speak, or ear, as a person would", Value: "literal"},
			&cli.BoolFlag{Name: "json", Usage: "print JSON: total, exact, classes, misses"},
		},
		Action: func(_ context.Context, c *cli.Command) error {
			styles := map[string]speech.Style{"literal": speech.Literal, "ear": speech.Ear}
			style, ok := styles[c.String("style")]
			if !ok {
				return cli.Exit(fmt.Sprintf("eval verbalise: style %q is neither literal nor ear", c.String("style")), 2)
			}
			f, err := os.Open(c.String("cases"))
			if err != nil {
				return cli.Exit(err, 2)
			}
			defer f.Close()
			cases, err := evals.ReadVerbaliseCases(f)
			if err != nil {
				return cli.Exit(fmt.Errorf("eval verbalise: %s: %w", c.String("cases"), err), 2)
			}
			r := evals.Verbalise(cases, speech.NewVerbaliser(speech.Options{Style: style}).Say)
			w := c.Root().Writer
			if c.Bool("json") {
				return json.NewEncoder(w).Encode(r)
			}
			for _, m := range r.Misses {
				fmt.Fprintf(w, "%-10s %q\n  said %q\n  want %q\n", m.Class, m.Written, m.Got, m.Spoken)
			}
			for _, name := range slices.Sorted(maps.Keys(r.Classes)) {
				k := r.Classes[name]
				fmt.Fprintf(w, "%-10s %4d of %4d\n", name, k.Exact, k.Total)
			}
			_, err = fmt.Fprintf(w, "%-10s %4d of %4d\n", "total", r.Exact, r.Total)
			return err
		},
	}
}
