package main

import (
	"context"
	"encoding/json"

	"github.com/urfave/cli/v3"

	"github.com/aubade/aubade/evals/bargein"
	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/vad/energy"
)

// evalBargeInCommand measures what is let in while the agent speaks.
func evalBargeInCommand() *cli.Command {
	return &cli.Command{
		Name:  "bargein",
		Usage: "measure how soon a caller who interrupts gets the floor, and how often a nod, a key or a car does",
		Description: "Voices, nods and noises made from formulas go through the detector that needs no model into whole sessions, each in\n" +
			"the middle of a long answer, all at once and in real time: about 15 s. Words are known 200 ms after they were said.",
		Flags: []cli.Flag{&cli.BoolFlag{Name: "json", Usage: "print JSON"}},
		Action: func(ctx context.Context, c *cli.Command) error {
			results, err := bargein.Run(ctx, func() voice.Detector { return energy.New() })
			if err != nil {
				return err
			}
			r, out := bargein.Sum(results), c.Root().Writer
			if c.Bool("json") {
				e := json.NewEncoder(out)
				e.SetIndent("", "  ")
				return e.Encode(r)
			}
			return r.Print(out)
		},
	}
}
