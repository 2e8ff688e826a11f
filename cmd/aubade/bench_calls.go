package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/aubade/aubade/cmd/aubade/internal/bench"
	"github.com/aubade/aubade/voice/livekit/caller"
)

// recited is what callers of the sample market ask when nobody has recorded anything else.
var recited = []string{
	"what was Larkspur's revenue last quarter", "how did Halden close", "what was Ostrander's revenue last quarter",
	"how did Thessaly close", "what is the implied volatility of Halden", "what was Larkspur's net income last quarter",
}

func benchCallsCommand() *cli.Command {
	return &cli.Command{
		Name:  "calls",
		Usage: "many callers at once through a real LiveKit server: where is the knee",
		Flags: append(stubFlags(),
			&cli.IntSliceFlag{Name: "sessions", Value: []int{1, 5, 10, 25, 50, 100}, Usage: "callers at once, level by level"},
			&cli.FloatFlag{Name: "minutes", Value: 2, Usage: "at each level; longer where it takes that for every turn to be said once"},
			&cli.DurationFlag{Name: "every", Value: 10 * time.Second, Usage: "a caller begins a turn so often, answered or not"},
			&cli.IntFlag{Name: "count", Value: 24, Usage: "different turns"},
			&cli.BoolFlag{Name: "real", Usage: "no stubs: measure aubade agent with its configured ears, voice and brain"},
			&cli.StringFlag{Name: "audio", Usage: "with --real: `FOLDER` of recorded questions (.wav); default: Festival says some"},
			&cli.StringFlag{Name: "label", Usage: "of this run, in the CSV and on the chart"},
			&cli.StringFlag{Name: "csv", Usage: "write a line for each level to `FILE`"},
			&cli.StringFlag{Name: "html", Usage: "write the chart to `FILE`"},
			&cli.StringFlag{Name: "profile", Usage: "write the stub agent's CPU profile at the last level to `FILE`"},
		),
		Action: func(ctx context.Context, c *cli.Command) error {
			stub, err := stubOf(c)
			if err != nil {
				return err
			}
			turns, err := turnsOf(c, c.Int("count"))
			if err != nil {
				return err
			}
			var clips []*caller.Clip
			if c.Bool("real") {
				if dir := c.String("audio"); dir != "" {
					clips, err = bench.ReadClips(dir)
				} else {
					clips, err = bench.Recite(recited)
				}
				if err != nil {
					return err
				}
			}
			r, err := bench.Calls(ctx, bench.CallsOptions{
				Real: c.Bool("real"), Clips: clips,
				Sessions: c.IntSlice("sessions"), For: time.Duration(c.Float("minutes") * float64(time.Minute)), Every: c.Duration("every"),
				Turns: turns, Stub: stub, Label: c.String("label"), Profile: c.String("profile"), Log: c.Root().ErrWriter,
			})
			if err != nil {
				return err
			}
			if err := writeTo(c.String("csv"), r.CSV); err != nil {
				return err
			}
			if err := writeTo(c.String("html"), r.HTML); err != nil {
				return err
			}
			return show(c, r, r.Print)
		},
	}
}

func benchSoakCommand() *cli.Command {
	return &cli.Command{
		Name:  "soak",
		Usage: "callers come, talk, interrupt and leave for hours: nothing may grow",
		Flags: append(stubFlags(),
			&cli.FloatFlag{Name: "hours", Value: 1, Usage: "how long"},
			&cli.IntFlag{Name: "sessions", Value: 3, Usage: "callers at once"},
			&cli.DurationFlag{Name: "call", Value: 40 * time.Second, Usage: "how long each stays, on average"},
			&cli.DurationFlag{Name: "sample", Value: 30 * time.Second, Usage: "how often the agent is looked at"},
			&cli.IntFlag{Name: "count", Value: 24, Usage: "different turns"},
		),
		Action: func(ctx context.Context, c *cli.Command) error {
			stub, err := stubOf(c)
			if err != nil {
				return err
			}
			turns, err := turnsOf(c, c.Int("count"))
			if err != nil {
				return err
			}
			o := bench.SoakOptions{
				For: time.Duration(c.Float("hours") * float64(time.Hour)), Sessions: c.Int("sessions"), Call: c.Duration("call"),
				Sample: c.Duration("sample"), Stub: stub, Turns: turns, Log: c.Root().ErrWriter,
			}
			if o.For < 3*o.Sample {
				return fmt.Errorf("%v is too short for a slope over samples every %v", o.For, o.Sample)
			}
			r, err := bench.Soak(ctx, o)
			if err != nil {
				return err
			}
			return show(c, r, r.Print)
		},
	}
}

// writeTo writes a file; an empty name writes none.
func writeTo(path string, write func(io.Writer) error) error {
	if path == "" {
		return nil
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := write(f); err != nil {
		_ = f.Close()
		return fmt.Errorf("write %s: %w", path, err)
	}
	return f.Close()
}
