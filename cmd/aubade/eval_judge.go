package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"text/tabwriter"

	"github.com/urfave/cli/v3"

	"github.com/aubade/aubade/cmd/aubade/internal/wire"
	"github.com/aubade/aubade/evals"
)

func evalJudgeCommand() *cli.Command {
	return &cli.Command{
		Name:  "judge",
		Usage: "prove the judge: how often its labels are those that people gave",
		Description: `Each line of the labelled file is {"question": …, "gold": …, "answer": …, "label": "correct", "incorrect" or "refusal"}.
The judge works by rules alone, without a model. With --model, a model judges by the rubric in evals/rubric.md, the majority of three
votes decides, and every vote is kept in the store under its content; its key is AUBADE_LLM_KEY.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "labelled", Usage: "answers that people have labelled (`FILE`, one JSON object a line)", Required: true},
			&cli.StringFlag{Name: "model", Usage: "let the model of this `SPEC` judge: openai:MODEL@URL"},
			&cli.BoolFlag{Name: "json", Usage: "print JSON: agreement, kappa, pure_number_agreement, n, pure_number_n, confusion"},
			&cli.StringFlag{Name: "predictions", Usage: "write each case with the judge's label and reason to this `FILE`, one JSON object a line"},
		},
		Action: func(ctx context.Context, c *cli.Command) error {
			f, err := os.Open(c.String("labelled"))
			if err != nil {
				return cli.Exit(err, 2)
			}
			defer f.Close()
			cases, err := evals.ReadJudgeCases(f)
			if err != nil {
				return cli.Exit(err, 2)
			}
			r := evals.JudgeAgreement(cases)
			var model *evals.ModelReport
			if spec := c.String("model"); spec != "" {
				if model, err = judgeByModel(ctx, c, spec, cases); err != nil {
					return cli.Exit(fmt.Errorf("eval judge: %w", err), exitCouldNot)
				}
				r = model.JudgeReport
			}
			if f := c.String("predictions"); f != "" {
				if err := writeLines(f, r.Predictions); err != nil {
					return cli.Exit(err, 2)
				}
			}
			w := c.Root().Writer
			if c.Bool("json") {
				if model != nil {
					return json.NewEncoder(w).Encode(model)
				}
				return json.NewEncoder(w).Encode(r)
			}
			if model != nil {
				fmt.Fprintf(w, "%s, majority of three: the votes agree %.3f, the rules say the same %.3f; %d votes were asked for, the others kept\n", model.Model, model.VotesAgreement, model.RulesAgreement, model.Asked)
			}
			fmt.Fprintf(w, "%d answers: agreement %.3f, Cohen's kappa %.3f\n%d with a pure number for gold: agreement %.3f\n\n",
				r.N, r.Agreement, r.Kappa, r.PureNumberN, r.PureNumberAgreement)
			t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
			fmt.Fprintln(t, "people say\tjudge: correct\tincorrect\trefusal\t")
			for _, l := range []evals.JudgeLabel{evals.LabelCorrect, evals.LabelIncorrect, evals.LabelRefusal} {
				row := r.Confusion[l]
				fmt.Fprintf(t, "%s\t%d\t%d\t%d\t\n", l, row[evals.LabelCorrect], row[evals.LabelIncorrect], row[evals.LabelRefusal])
			}
			return t.Flush()
		},
	}
}

// modelJudge opens a model judge; its votes are kept in the store of the home folder, which done closes.
func modelJudge(c *cli.Command, spec string) (j evals.ModelJudge, done func() error, err error) {
	m, err := wire.Model(spec)
	if err != nil {
		return j, nil, err
	}
	if m == nil {
		return j, nil, fmt.Errorf("model %q judges nothing: name one with openai:MODEL@URL", spec)
	}
	cfg, _, err := settings(c)
	if err != nil {
		return j, nil, err
	}
	db, err := wire.OpenStore(cfg)
	if err != nil {
		return j, nil, err
	}
	return evals.ModelJudge{Model: m, Cache: db}, db.Close, nil
}

// judgeByModel proves a model judge.
func judgeByModel(ctx context.Context, c *cli.Command, spec string, cases []evals.JudgeCase) (*evals.ModelReport, error) {
	j, closeStore, err := modelJudge(c, spec)
	if err != nil {
		return nil, err
	}
	tick, done := progressBar(c, len(cases), "judging")
	defer done()
	r, err := j.Agreement(ctx, cases, 4, tick)
	return &r, errors.Join(err, closeStore())
}
