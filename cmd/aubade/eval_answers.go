package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/aubade/aubade/cmd/aubade/internal/config"
	"github.com/aubade/aubade/cmd/aubade/internal/wire"
	"github.com/aubade/aubade/evals"
	"github.com/aubade/aubade/evals/report"
	"github.com/aubade/aubade/subagents"
)

// Exit codes of commands that score: CI reads them.
const (
	exitRegressed = 1
	exitCouldNot  = 2
)

func evalAnswersFlags() []cli.Flag {
	return []cli.Flag{
		jsonFlag,
		&cli.StringSliceFlag{Name: "cases", Usage: "`FILE` of cases, JSON lines; where none is named, the domain's questions, aloud its voice.jsonl"},
		&cli.StringFlag{Name: "baseline", Usage: "compare with `FILE`: a floor {\"right\": {kind: n}}, or the predictions of an earlier run; the exit code is 1 where a kind has regressed"},
		&cli.StringFlag{Name: "predictions", Usage: "write each answer to `FILE` as it comes, one JSON line a case"},
		&cli.BoolFlag{Name: "resume", Usage: "go on with the run whose predictions are in the file: ask what is missing, what failed and what has changed"},
		&cli.IntFlag{Name: "repeat", Usage: "ask every case so many times", Value: 1},
		&cli.Uint64Flag{Name: "seed", Usage: "of the intervals", Value: 1},
		&cli.BoolFlag{Name: "misses", Usage: "print each case that is not right, with the reasons"},
		&cli.StringFlag{Name: "report", Usage: "write a page with charts and every failure to `FILE.html`; it needs no other file"},
		&cli.BoolFlag{Name: "voice", Usage: "ask aloud: a caller with another voice calls a real session"},
		&cli.BoolFlag{Name: "live", Usage: "aloud, through a real LiveKit server of its own"},
		&cli.StringFlag{Name: "caller", Usage: "the caller's `VOICE`: festival, or espeak-ng:NAME; where none is named, the first that is installed"},
		&cli.StringFlag{Name: "judge", Usage: "let the model of this `SPEC` say of each answer what it thinks, beside the rules: openai:MODEL@URL"},
		&cli.BoolFlag{Name: "init", Usage: "print an example of each kind of case, and stop"},
	}
}

// evalAnswers asks every case, in text or aloud.
func evalAnswers(ctx context.Context, c *cli.Command) error {
	if c.Bool("init") {
		_, err := io.WriteString(c.Root().Writer, exampleCases)
		return err
	}
	regressed, err := scoreAnswers(ctx, c)
	switch {
	case err != nil:
		return cli.Exit(fmt.Errorf("eval: %w", err), exitCouldNot)
	case regressed:
		return cli.Exit("below the baseline", exitRegressed)
	}
	return nil
}

func scoreAnswers(ctx context.Context, c *cli.Command) (regressed bool, err error) {
	var base *evals.Baseline // first: a wrong name is told before anything is asked
	if f := c.String("baseline"); f != "" {
		b, err := evals.LoadBaseline(f)
		if err != nil {
			return false, err
		}
		base = &b
	}
	run, err := runAnswers(ctx, c)
	if err != nil {
		return false, err
	}
	var changes []evals.Change
	if base != nil {
		changes = base.Compare(run, c.Uint64("seed"))
	}
	if f := c.String("report"); f != "" {
		p := report.Page{Title: "aubade eval", Made: time.Now(), Command: commandLine(), About: about(c), Run: run, Changes: changes}
		if base != nil {
			p.Note, p.Then = base.Note, base.Results
		}
		if err := p.WriteFile(f); err != nil {
			return false, err
		}
	}
	w := c.Root().Writer
	if c.Bool("json") {
		return evals.Regressed(changes), json.NewEncoder(w).Encode(struct {
			evals.Run
			Changes []evals.Change `json:"changes,omitempty"`
		}{run, changes})
	}
	if err := run.Print(w, c.Bool("misses")); err != nil {
		return false, err
	}
	if base != nil {
		fmt.Fprintf(w, "\nagainst %s\n", c.String("baseline"))
		err = evals.PrintChanges(w, changes)
	}
	return evals.Regressed(changes), err
}

func runAnswers(ctx context.Context, c *cli.Command) (run evals.Run, err error) {
	cfg, log, err := settings(c)
	if err != nil {
		return run, err
	}
	aloud := c.Bool("voice") || c.Bool("live")
	cases, err := casesOf(cfg, c.StringSlice("cases"), aloud)
	if err != nil {
		return run, err
	}
	plan := evals.Plan{Cases: cases, Repeat: c.Int("repeat"), Parallel: 4, Seed: c.Uint64("seed")}
	keep, err := keepPredictions(c, &plan)
	if err != nil {
		return run, err
	}
	defer func() { err = errors.Join(err, keep()) }()
	var closeAll func() error
	if aloud {
		plan.Parallel = 1 // the machine's time is part of what is measured
		plan.Ask, closeAll, err = askAloud(ctx, c, cfg, log, cases)
	} else {
		plan.Ask, closeAll, err = askInText(ctx, cfg, log, cases)
	}
	if err != nil {
		return run, err
	}
	defer func() { err = errors.Join(err, closeAll()) }()
	if spec := c.String("judge"); spec != "" {
		j, done, err := modelJudge(c, spec)
		if err != nil {
			return run, err
		}
		defer done() //nolint:errcheck // a cache
		plan.Ask = withOpinion(plan.Ask, j)
	}
	tick, done := progressBar(c, len(cases)*max(1, plan.Repeat), "asking")
	defer done()
	plan.Tick = tick
	return plan.Run(ctx)
}

// withOpinion asks a model judge about every answer.
func withOpinion(ask func(context.Context, evals.Case) (evals.Result, error), j evals.ModelJudge) func(context.Context, evals.Case) (evals.Result, error) {
	return func(ctx context.Context, k evals.Case) (evals.Result, error) {
		r, err := ask(ctx, k)
		if err != nil {
			return r, err
		}
		o, err := j.Opine(ctx, r)
		r.Opinion = &o
		return r, err
	}
}

func casesOf(cfg config.Config, files []string, aloud bool) ([]evals.Case, error) {
	if len(files) == 0 {
		pattern := "questions*.jsonl"
		if aloud {
			pattern = "voice.jsonl"
		}
		var err error
		if files, err = filepath.Glob(filepath.Join(cfg.Domain, pattern)); err != nil || len(files) == 0 {
			return nil, fmt.Errorf("%s has no %s; name a file with --cases", cfg.Domain, pattern)
		}
	}
	cases, err := evals.LoadCases(files...)
	if err != nil {
		return nil, err
	}
	for _, k := range cases {
		if k.BargeIn != nil && !aloud {
			return nil, fmt.Errorf("case %s barges in: that needs --voice", k.ID)
		}
	}
	return cases, nil
}

// keepPredictions writes results as they come, so that a run that is broken off loses nothing.
func keepPredictions(c *cli.Command, plan *evals.Plan) (done func() error, err error) {
	name := c.String("predictions")
	if name == "" {
		if c.Bool("resume") {
			return nil, errors.New("--resume needs the file of --predictions")
		}
		return func() error { return nil }, nil
	}
	if c.Bool("resume") {
		f, err := os.Open(name)
		switch {
		case errors.Is(err, os.ErrNotExist):
		case err != nil:
			return nil, err
		default:
			plan.Done, err = evals.ReadResults(f)
			if err := errors.Join(err, f.Close()); err != nil {
				return nil, err
			}
		}
	}
	f, err := os.Create(name)
	if err != nil {
		return nil, err
	}
	enc := json.NewEncoder(f)
	for _, r := range plan.Done {
		if r.Error == "" {
			if err := enc.Encode(r); err != nil {
				return nil, err
			}
		}
	}
	plan.Each = func(r evals.Result) error { return enc.Encode(r) }
	return f.Close, nil
}

// openTampered opens a brain whose helpers go wrong where the cases say so.
func openTampered(cfg config.Config, log *slog.Logger, cases []evals.Case) (*wire.Brain, error) {
	names := evals.FaultyHelpers(cases)
	used := map[string]bool{}
	brain, err := wire.OpenBrainWith(cfg, log, func(a subagents.Agent) subagents.Agent {
		if !names[a.Name()] {
			return nil
		}
		used[a.Name()] = true
		return evals.Faulty(a)
	})
	if err != nil {
		return nil, err
	}
	for n := range names {
		if !used[n] {
			return nil, errors.Join(fmt.Errorf("a case has a fault of the helper %q, which is none of this domain's", n), brain.Close())
		}
	}
	return brain, nil
}

func askInText(ctx context.Context, cfg config.Config, log *slog.Logger, cases []evals.Case) (func(context.Context, evals.Case) (evals.Result, error), func() error, error) {
	brain, err := openTampered(cfg, log, cases)
	if err != nil {
		return nil, nil, err
	}
	edition, err := brain.Answerer.Warm(ctx)
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("%w; build one with: aubade brief build", err), brain.Close())
	}
	verbalise := brain.Verbaliser(edition).Say
	stamp := time.Now().UTC().Format("20060102T150405.000")
	var calls atomic.Int64 // a case that is asked again is another call: it inherits nothing that the first was owed
	return evals.InText(func(ctx context.Context, id string) (*evals.Dialogue, error) {
		conv, err := brain.Answerer.Open(ctx, fmt.Sprintf("eval-%s-%s-%d", stamp, id, calls.Add(1)), "")
		if err != nil {
			return nil, err
		}
		return &evals.Dialogue{Conversation: conv, Target: cfg.Turn.Budget, Verbalise: verbalise}, nil
	}), brain.Close, nil
}

const exampleCases = `{"id":"n1","kind":"number","question":"What was Larkspur's revenue last quarter?","value":{"number":"2310000000","unit":"USD","tolerance":"0.005"},"sources":["https://filings.example/…"],"within":"900ms"}
{"id":"c1","kind":"change","conversation":["What was Larkspur's revenue last quarter?","And a year before?"],"value":{"number":"2020000000","unit":"USD","tolerance":"0.005"}}
{"id":"w1","kind":"news","question":"Who runs Thessaly?","accept":["Dr. Cordelia Nwachukwu"],"must_not":["I think"]}
{"id":"o1","kind":"out-of-scope","question":"What is the capital of France?"}
{"id":"u1","kind":"unanswerable","question":"How many people work at Xyloquint?"}
{"id":"s1","kind":"slow","question":"What is the implied volatility of Halden?","value":{"number":"42","unit":"%","tolerance":"0.05"},"within":"12s"}
{"id":"f1","kind":"number","question":"How did Halden close on Friday?","faults":[{"helper":"quote","delay":"3s"},{"helper":"calendar","error":"503"}],"value":{"number":"12.34","unit":"USD","tolerance":"0"}}
{"id":"b1","kind":"number","question":"Brief me on Larkspur.","barge_in":{"after":"1500ms","say":"What was Larkspur's revenue last quarter?"},"voice":"espeak-ng:en-us+f2","value":{"number":"2310000000","unit":"USD","tolerance":"0.005"}}
`
