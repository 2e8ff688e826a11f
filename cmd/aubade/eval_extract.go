package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/urfave/cli/v3"

	"github.com/aubade/aubade/brief/source/extract"
	"github.com/aubade/aubade/evals"
)

func evalExtractCommand() *cli.Command {
	return &cli.Command{
		Name:  "extract",
		Usage: "score how well a page's main text is told from what is around it",
		Description: `The truth file is JSON: {"page.html": {"with": ["text that must be read"], "without": ["text that must not"]}, ...};
the pages lie in DIR under those names.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "pages", Usage: "folder of the pages", Required: true},
			&cli.StringFlag{Name: "truth", Usage: "truth file", Required: true},
			&cli.BoolFlag{Name: "fast", Usage: "use one extractor alone, as for sites with many pages"},
			&cli.BoolFlag{Name: "json", Usage: "print JSON: pages, failed, precision, recall, f1, accuracy, mean_ms, p99_ms, cpu_ms"},
			&cli.StringFlag{Name: "predictions", Usage: "write what was read of each page to this file, one JSON object a line"},
		},
		Action: func(_ context.Context, c *cli.Command) error {
			r, err := evals.Extract(c.String("pages"), c.String("truth"), func(page []byte) (string, error) {
				a, err := extract.Page(page, extract.Options{Thorough: !c.Bool("fast")})
				return a.Text, err
			})
			if err != nil {
				return cli.Exit(err, 2)
			}
			if f := c.String("predictions"); f != "" {
				if err := writeLines(f, r.Predictions); err != nil {
					return cli.Exit(err, 2)
				}
			}
			if c.Bool("json") {
				return json.NewEncoder(c.Root().Writer).Encode(r)
			}
			_, err = fmt.Fprintf(c.Root().Writer, "pages %d (%d unread)\nprecision %.3f  recall %.3f  F1 %.3f  accuracy %.3f\na page: mean %.1f ms, p99 %.1f ms, CPU %.1f ms\n",
				r.Pages, r.Failed, r.Precision, r.Recall, r.F1, r.Accuracy, r.MeanMS, r.P99MS, r.CPUMS)
			return err
		},
	}
}

// writeLines writes one JSON object a line, so that another scorer can read what ours was given.
func writeLines[T any](file string, rows []T) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	enc := json.NewEncoder(f)
	for _, r := range rows {
		if err := enc.Encode(r); err != nil {
			f.Close()
			return err
		}
	}
	return f.Close()
}
