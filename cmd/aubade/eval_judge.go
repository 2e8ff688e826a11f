package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"text/tabwriter"

	"github.com/urfave/cli/v3"

	"github.com/aubade/aubade/evals"
)

func evalJudgeCommand() *cli.Command {
	return &cli.Command{
		Name:  "judge",
		Usage: "prove the judge: how often its labels are those that people gave",
		Description: `Each line of the labelled file is {"question": …, "gold": …, "answer": …, "label": "correct", "incorrect" or "refusal"}.
The judge works by rules alone, without a model.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "labelled", Usage: "answers that people have labelled (`FILE`, one JSON object a line)", Required: true},
			&cli.BoolFlag{Name: "json", Usage: "print JSON: agreement, kappa, pure_number_agreement, n, pure_number_n, confusion"},
			&cli.StringFlag{Name: "predictions", Usage: "write each case with the judge's label and reason to this `FILE`, one JSON object a line"},
		},
		Action: func(_ context.Context, c *cli.Command) error {
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
			if f := c.String("predictions"); f != "" {
				if err := writeLines(f, r.Predictions); err != nil {
					return cli.Exit(err, 2)
				}
			}
			w := c.Root().Writer
			if c.Bool("json") {
				return json.NewEncoder(w).Encode(r)
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
