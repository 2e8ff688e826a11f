package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/aubade/aubade/cmd/aubade/internal/bench"
)

// stubAnswer is what the stubs say to everything: three seconds of speech.
const stubAnswer = "It was two point three billion dollars, up four percent on the year before."

// stubFlags say what the models are replaced with.
func stubFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "stub", Value: "200,150,100", Usage: "milliseconds from end of speech to final transcript, to first token, to first audio"},
		&cli.BoolFlag{Name: "finals-only", Usage: "the stub recognizer gives no partials (they are 200 ms behind otherwise)"},
		&cli.IntFlag{Name: "differ", Value: 5, Usage: "one final of so many differs from its partials; 0: none"},
		&cli.StringFlag{Name: "turns", Usage: "say the turns of this `FILE` (JSON lines with words and times); default: questions of a domain"},
		&cli.StringFlag{Name: "pauses", Usage: "say a domain's questions with pauses drawn from the turns of this `FILE`; default: invented lengths"},
		&cli.DurationFlag{Name: "longest", Value: 8 * time.Second, Usage: "leave longer turns of the file out"},
		&cli.Uint64Flag{Name: "seed", Value: 1, Usage: "of the invented turns"},
		&cli.BoolFlag{Name: "json", Usage: "print the report as JSON"},
	}
}

func stubOf(c *cli.Command) (bench.Stub, error) {
	s := bench.Stub{Partials: !c.Bool("finals-only"), Lag: 200 * time.Millisecond, Differ: c.Int("differ"), Answer: stubAnswer}
	parts := strings.Split(c.String("stub"), ",")
	if len(parts) != 3 {
		return s, fmt.Errorf("--stub %q: three numbers of milliseconds, such as 200,150,100", c.String("stub"))
	}
	for i, to := range []*time.Duration{&s.Final, &s.FirstToken, &s.FirstAudio} {
		n, err := strconv.Atoi(strings.TrimSpace(parts[i]))
		if err != nil || n < 0 {
			return s, fmt.Errorf("--stub %q: three numbers of milliseconds, such as 200,150,100", c.String("stub"))
		}
		*to = time.Duration(n) * time.Millisecond
	}
	return s, nil
}

func turnsOf(c *cli.Command, n int) ([]bench.Turn, error) {
	path := c.String("turns")
	if pauses := c.String("pauses"); pauses != "" {
		turns, err := bench.ReadTurns(pauses, time.Hour)
		if err != nil {
			return nil, err
		}
		return bench.Questions(n, c.Uint64("seed"), turns), nil
	}
	if path == "" {
		return bench.Invented(n, c.Uint64("seed")), nil
	}
	turns, err := bench.ReadTurns(path, c.Duration("longest"))
	if err != nil {
		return nil, err
	}
	return bench.Draw(turns, n, c.Uint64("seed")), nil
}

func benchTurnCommand() *cli.Command {
	return &cli.Command{
		Name:  "turn",
		Usage: "one caller through a real LiveKit server: how long from the last word to the first sound",
		Description: "A scripted caller says turns with real pauses through an embedded LiveKit server, over Opus and RTP, to an agent\n" +
			"whose models are stubs. Delays are read off the recorded waveforms. Server, agent and caller are three processes.",
		Flags: append(stubFlags(),
			&cli.IntFlag{Name: "count", Value: 24, Usage: "turns to say"},
			&cli.IntFlag{Name: "interrupt", Value: 4, Usage: "take the floor from every so manieth answer; 0: never"},
			&cli.StringFlag{Name: "profile", Usage: "write the agent's CPU profile to `FILE`"},
			&cli.BoolFlag{Name: "trace", Usage: "print every event of every turn"},
			&cli.DurationFlag{Name: "slow-helper", Usage: "also ask a helper that takes this long, and compare with one that does not"},
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
			more, err := turnsOf(c, 1500)
			if err != nil {
				return err
			}
			o := bench.TurnOptions{Turns: turns, More: more, Stub: stub, InterruptEvery: c.Int("interrupt"), Profile: c.String("profile"), Log: c.Root().ErrWriter}
			if c.Bool("trace") {
				o.Trace = c.Root().ErrWriter
			}
			if slow := c.Duration("slow-helper"); slow > 0 {
				return compareSlow(ctx, c, o, slow)
			}
			r, err := bench.Turns(ctx, o)
			if err != nil {
				return err
			}
			return show(c, r, r.Print)
		},
	}
}

// compareSlow measures the same turns with two quick helpers, and with a quick and a slow one.
func compareSlow(ctx context.Context, c *cli.Command, o bench.TurnOptions, slow time.Duration) error {
	var both struct {
		Quick *bench.TurnReport `json:"quick_helper"`
		Slow  *bench.TurnReport `json:"slow_helper"`
		P95   float64           `json:"p95_moved_by_ms"`
	}
	var err error
	o.Stub.SlowHelper = 20 * time.Millisecond
	if both.Quick, err = bench.Turns(ctx, o); err != nil {
		return err
	}
	o.Stub.SlowHelper = slow
	if both.Slow, err = bench.Turns(ctx, o); err != nil {
		return err
	}
	both.P95 = both.Slow.TTFA.P95 - both.Quick.TTFA.P95
	return show(c, both, func(w io.Writer) {
		fmt.Fprintln(w, "with two quick helpers:")
		both.Quick.Print(w)
		fmt.Fprintf(w, "\nwith one that takes %v:\n", slow)
		both.Slow.Print(w)
		fmt.Fprintf(w, "\nthe slow helper moved TTFA's p95 by %+.0f ms\n", both.P95)
	})
}

// show prints a report for people, or as JSON.
func show(c *cli.Command, v any, print func(io.Writer)) error {
	w := c.Root().Writer
	if c.Bool("json") {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		return enc.Encode(v)
	}
	print(w)
	return nil
}

// benchChildCommand is what the benches start beside themselves.
func benchChildCommand() *cli.Command {
	return &cli.Command{
		Name:      "child",
		ArgsUsage: "KIND",
		Hidden:    true,
		Action: func(ctx context.Context, c *cli.Command) error {
			return bench.Child(ctx, c.Args().First(), c.Root().Reader, c.Root().Writer)
		},
	}
}
