package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/aubade/aubade/cmd/aubade/internal/wire"
	"github.com/aubade/aubade/evals"
)

// Exit codes of commands that score: CI reads them.
const (
	exitRegressed = 1
	exitCouldNot  = 2
)

func evalAnswersFlags() []cli.Flag {
	return []cli.Flag{
		jsonFlag,
		&cli.StringSliceFlag{Name: "cases", Usage: "`FILE` of cases, JSON lines; the domain's questions where none is named"},
		&cli.StringFlag{Name: "baseline", Usage: "fail where fewer are right than in `FILE`"},
		&cli.StringFlag{Name: "predictions", Usage: "write each answer to `FILE`, one JSON line a case"},
		&cli.BoolFlag{Name: "misses", Usage: "print each case that is not right, with the reasons"},
		&cli.BoolFlag{Name: "init", Usage: "print an example of each kind of case, and stop"},
	}
}

// evalAnswers asks the brain every case, in text.
func evalAnswers(ctx context.Context, c *cli.Command) error {
	if c.Bool("init") {
		_, err := io.WriteString(c.Root().Writer, exampleCases)
		return err
	}
	run, err := runAnswers(ctx, c)
	if err != nil {
		return cli.Exit(err.Error(), exitCouldNot)
	}
	if f := c.String("predictions"); f != "" {
		if err := writePredictions(f, run); err != nil {
			return cli.Exit(err.Error(), exitCouldNot)
		}
	}
	if c.Bool("json") {
		err = json.NewEncoder(c.Root().Writer).Encode(run)
	} else {
		err = run.Print(c.Root().Writer, c.Bool("misses"))
	}
	if err != nil {
		return cli.Exit(err.Error(), exitCouldNot)
	}
	if f := c.String("baseline"); f != "" {
		b, err := evals.LoadBaseline(f)
		if err != nil {
			return cli.Exit(err.Error(), exitCouldNot)
		}
		if below := b.Below(run); len(below) > 0 {
			for _, line := range below {
				fmt.Fprintln(c.Root().ErrWriter, line)
			}
			return cli.Exit("below the baseline", exitRegressed)
		}
	}
	return nil
}

func runAnswers(ctx context.Context, c *cli.Command) (evals.Run, error) {
	cfg, log, err := settings(c)
	if err != nil {
		return evals.Run{}, err
	}
	files := c.StringSlice("cases")
	if len(files) == 0 {
		if files, err = filepath.Glob(filepath.Join(cfg.Domain, "questions*.jsonl")); err != nil || len(files) == 0 {
			return evals.Run{}, fmt.Errorf("%s has no questions; name a file with --cases", cfg.Domain)
		}
	}
	cases, err := evals.LoadCases(files...)
	if err != nil {
		return evals.Run{}, err
	}
	brain, err := wire.OpenBrain(cfg, log)
	if err != nil {
		return evals.Run{}, err
	}
	defer brain.Close()
	edition, err := brain.Answerer.Warm(ctx)
	if err != nil {
		return evals.Run{}, fmt.Errorf("%w; build one with: aubade brief build", err)
	}
	verbalise := brain.Verbaliser(edition).Say
	stamp := time.Now().UTC().Format("20060102T150405")
	open := func(ctx context.Context, id string) (*evals.Dialogue, error) {
		conv, err := brain.Answerer.Open(ctx, "eval-"+stamp+"-"+id, "")
		if err != nil {
			return nil, err
		}
		return &evals.Dialogue{Conversation: conv, Target: cfg.Turn.Budget, Verbalise: verbalise}, nil
	}
	tick, done := progressBar(c, len(cases), "asking")
	defer done()
	return evals.Answers(ctx, cases, 4, open, tick)
}

func writePredictions(file string, run evals.Run) (err error) {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	enc := json.NewEncoder(f)
	for _, r := range run.Results {
		if err := enc.Encode(r); err != nil {
			return err
		}
	}
	return nil
}

const exampleCases = `{"id":"n1","kind":"number","question":"What was Larkspur's revenue last quarter?","value":{"number":"2310000000","unit":"USD","tolerance":"0.005"},"sources":["https://filings.example/…"],"within":"900ms"}
{"id":"c1","kind":"change","conversation":["What was Larkspur's revenue last quarter?","And a year before?"],"value":{"number":"2020000000","unit":"USD","tolerance":"0.005"}}
{"id":"w1","kind":"news","question":"Who runs Thessaly?","accept":["Dr. Cordelia Nwachukwu"],"must_not":["I think"]}
{"id":"o1","kind":"out-of-scope","question":"What is the capital of France?"}
{"id":"u1","kind":"unanswerable","question":"How many people work at Xyloquint?"}
{"id":"s1","kind":"slow","question":"What is the implied volatility of Halden?","value":{"number":"42","unit":"%","tolerance":"0.05"},"within":"12s"}
`
