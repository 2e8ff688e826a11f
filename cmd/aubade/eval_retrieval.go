package main

import (
	"context"
	"fmt"
	"os"
	"text/tabwriter"

	"github.com/urfave/cli/v3"

	"github.com/aubade/aubade/brief"
	"github.com/aubade/aubade/evals"
)

func evalRetrievalCommand() *cli.Command {
	return &cli.Command{
		Name:  "retrieval",
		Usage: "score words, vectors and their fusion on a test collection in the BEIR formats",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "corpus", Usage: "documents: JSON lines with _id, title and text", Required: true},
			&cli.StringFlag{Name: "queries", Usage: "queries: JSON lines with _id and text", Required: true},
			&cli.StringFlag{Name: "qrels", Usage: "judgements: query-id, corpus-id and score, separated by tabs", Required: true},
			&cli.BoolFlag{Name: "json", Usage: "print JSON: lexical, vector and fused, each with ndcg_10, recall_5, recall_100 and mrr"},
		},
		Action: func(ctx context.Context, c *cli.Command) error {
			corpus, err := evals.LoadCorpus(c.String("corpus"), c.String("queries"), c.String("qrels"))
			if err != nil {
				return cli.Exit(err, 2)
			}
			dir, err := os.MkdirTemp("", "aubade-retrieval-")
			if err != nil {
				return cli.Exit(err, 2)
			}
			defer os.RemoveAll(dir)
			var tell func(done, total int)
			if !c.Bool("json") {
				show := newProgress(c.Root().ErrWriter)
				defer show.done()
				tell = func(done, total int) {
					show.show(brief.Progress{Stage: "search", Done: done, Total: total})
				}
			}
			r, err := evals.Retrieval(ctx, corpus, dir, tell)
			if err != nil {
				return cli.Exit(err, 2)
			}
			if c.Bool("json") {
				return printJSON(c.Root().Writer, r)
			}
			fmt.Fprintf(c.Root().Writer, "%d queries over %d documents\n", r.Queries, r.Documents)
			t := tabwriter.NewWriter(c.Root().Writer, 0, 4, 2, ' ', tabwriter.AlignRight)
			fmt.Fprintln(t, "\tnDCG@10\trecall@5\trecall@100\tMRR\t")
			for _, row := range []struct {
				name string
				s    evals.RetrievalScores
			}{{"lexical", r.Lexical}, {"vector", r.Vector}, {"fused", r.Fused}} {
				fmt.Fprintf(t, "%s\t%.4f\t%.4f\t%.4f\t%.4f\t\n", row.name, row.s.NDCG10, row.s.Recall5, row.s.Recall100, row.s.MRR)
			}
			return t.Flush()
		},
	}
}
