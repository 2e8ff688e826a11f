package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/urfave/cli/v3"

	"github.com/aubade/aubade/evals"
	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/voice/speech"
)

func evalRepairCommand() *cli.Command {
	return &cli.Command{
		Name:  "repair",
		Usage: "score how misheard names in transcripts are put right",
		Description: `The terms are one a line, with aliases after tabs. The transcripts are JSON, one object a line:
{"id": "1", "reference": "what was said", "hypothesis": "what was heard", "subjects": ["a term that the talk is about"]}.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "terms", Usage: "file of the terms", Required: true},
			&cli.StringFlag{Name: "transcripts", Usage: "file of the transcripts", Required: true},
			&cli.BoolFlag{Name: "json", Usage: "print JSON: transcripts, changed, before and after (term_recall, term_precision, wer, words), worse"},
		},
		Action: func(_ context.Context, c *cli.Command) error {
			terms, err := readFile(c.String("terms"), evals.ReadRepairTerms)
			if err != nil {
				return cli.Exit(fmt.Errorf("eval repair: %w", err), 2)
			}
			cases, err := readFile(c.String("transcripts"), evals.ReadRepairCases)
			if err != nil {
				return cli.Exit(fmt.Errorf("eval repair: %w", err), 2)
			}
			var l lexicon.Lexicon
			for _, t := range terms {
				l.Terms = append(l.Terms, lexicon.Term{ID: t.Name, Kind: lexicon.Company, Name: t.Name, Aliases: t.Aliases})
			}
			repairer := speech.NewRepairer(l)
			r := evals.Repair(terms, cases, func(s string, subjects []string) string {
				repaired, _ := repairer.Repair(s, subjects)
				return repaired
			})
			w := c.Root().Writer
			if c.Bool("json") {
				return printJSON(w, r)
			}
			for _, m := range r.Worse {
				fmt.Fprintf(w, "worse: %s\n  said     %s\n  heard    %s\n  repaired %s\n", m.ID, m.Reference, m.Hypothesis, m.Repaired)
			}
			fmt.Fprintf(w, "%d transcripts, %d changed\n        recall  precision  WER\n", r.Transcripts, r.Changed)
			for _, s := range []struct {
				name  string
				score evals.RepairScore
			}{{"before", r.Before}, {"after", r.After}} {
				fmt.Fprintf(w, "%-6s  %5.1f%%  %8.1f%%  %4.1f%%\n", s.name, 100*s.score.Recall, 100*s.score.Precision, 100*s.score.WER)
			}
			return nil
		},
	}
}

// readFile reads a file with a reader's function.
func readFile[T any](name string, read func(r io.Reader) (T, error)) (T, error) {
	f, err := os.Open(name)
	if err != nil {
		var zero T
		return zero, err
	}
	defer f.Close()
	v, err := read(f)
	if err != nil {
		return v, fmt.Errorf("%s: %w", name, err)
	}
	return v, nil
}
