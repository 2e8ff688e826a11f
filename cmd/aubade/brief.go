package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/aubade/aubade/brief"
	"github.com/aubade/aubade/cmd/aubade/internal/config"
	"github.com/aubade/aubade/cmd/aubade/internal/wire"
	"github.com/aubade/aubade/store"
)

func briefCommand() *cli.Command {
	return &cli.Command{
		Name:  "brief",
		Usage: "build and keep the editions that calls read from",
		Commands: []*cli.Command{
			{
				Name:  "build",
				Usage: "fetch, digest, check and publish an edition",
				Flags: []cli.Flag{
					jsonFlag,
					&cli.BoolFlag{Name: "dry-run", Usage: "say what would be fetched and estimate what it would cost; keep nothing"},
					&cli.BoolFlag{Name: "if-none", Usage: "do nothing where an edition is live already"},
					&cli.StringFlag{Name: "digester", Usage: "digest with `SPEC`, in place of the config's: extractive:, prepared:, openai:MODEL@URL"},
					&cli.BoolFlag{Name: "force", Usage: "build a new edition even if nothing has changed"},
				},
				Action: night(briefBuild),
			},
			{
				Name:   "list",
				Usage:  "list the editions, and when the next one is due",
				Flags:  []cli.Flag{jsonFlag},
				Action: night(briefList),
			},
			{
				Name:      "show",
				Usage:     "write an edition's report as a page that can be read: facts with sources, refusals, coverage, cost",
				ArgsUsage: "[EDITION]",
				Flags:     []cli.Flag{jsonFlag, &cli.StringFlag{Name: "out", Aliases: []string{"o"}, Usage: "write to `FILE` instead of the standard output"}},
				Action:    night(briefShow),
			},
			{
				Name:      "publish",
				Usage:     "make an edition the live one",
				ArgsUsage: "EDITION",
				Action:    night(briefPublish),
			},
			{
				Name:   "rollback",
				Usage:  "make the edition live that was published before the live one",
				Action: night(briefRollback),
			},
			briefCronCommand(),
		},
	}
}

// night opens what a subcommand of brief works on, and closes it.
func night(action func(ctx context.Context, c *cli.Command, n *wire.Night) error) cli.ActionFunc {
	return func(ctx context.Context, c *cli.Command) error {
		cfg, _, err := settings(c)
		if err != nil {
			return err
		}
		cfg.Brief.Digester = cmp.Or(c.String("digester"), cfg.Brief.Digester)
		n, err := wire.OpenNight(cfg)
		if err != nil {
			return err
		}
		if err := n.DB.Damage(); err != nil {
			fmt.Fprintf(c.Root().ErrWriter, "aubade: the register %s is damaged; sealed editions are still served. Move it away to start anew: %v\n", n.DB.Path(), err)
		}
		return errors.Join(action(ctx, c, n), n.Close())
	}
}

// built is what `brief build --json` prints.
type built struct {
	Edition   int64         `json:"edition"`
	State     string        `json:"state"`
	Hash      string        `json:"hash"`
	Documents int           `json:"documents"`
	Facts     int           `json:"facts"`
	Passages  int           `json:"passages"`
	Questions int           `json:"questions"`
	Refused   int           `json:"refused"`
	Unchanged bool          `json:"unchanged"`
	Seconds   float64       `json:"seconds"`
	Report    *brief.Report `json:"report,omitempty"`
}

func briefBuild(ctx context.Context, c *cli.Command, n *wire.Night) error {
	out := c.Root().Writer
	if err := n.Domain.Declared(); err != nil {
		return err
	}
	if c.Bool("dry-run") {
		plan, err := n.Builder.DryRun(ctx)
		if err != nil {
			return err
		}
		if c.Bool("json") {
			return printJSON(out, plan)
		}
		return printPlan(out, plan, n.Config.Brief)
	}
	if c.Bool("if-none") {
		if _, err := n.DB.Current(ctx, n.Domain.Name); err == nil {
			return nil
		}
	}
	n.Builder.Force = c.Bool("force")
	if !c.Bool("json") {
		show := newProgress(c.Root().ErrWriter)
		defer show.done()
		n.Builder.Progress = show.show
	}
	quiet, err := n.Recites(engineProcess, slog.Default())
	if err != nil {
		return err
	}
	began := time.Now()
	e, report, err := n.Builder.Build(ctx)
	err = errors.Join(err, quiet(context.WithoutCancel(ctx)))
	if err != nil {
		return err
	}
	b := built{Edition: e.ID, State: string(e.State), Hash: e.Hash, Documents: e.Counts.Documents, Facts: e.Counts.Facts, Passages: e.Counts.Passages,
		Questions: e.Counts.Questions, Refused: e.Counts.Refused, Unchanged: report.Unchanged, Seconds: time.Since(began).Seconds()}
	if c.Bool("json") {
		b.Report = &report
		if err := printJSON(out, b); err != nil {
			return err
		}
	} else {
		printBuilt(out, b, report)
	}
	if e.State != store.Published {
		return cli.Exit("the edition did not pass the gate and stays a candidate; `aubade brief show` says why. The next day's documents build another; --force builds one at once", 3)
	}
	if err := n.Ears(ctx, e, slog.Default()); err != nil {
		// The edition stands: who types, or listens with other ears, loses nothing.
		slog.Warn("the embedded ears will not know this edition's names", "err", err)
	}
	return nil
}

func printBuilt(w io.Writer, b built, r brief.Report) {
	if b.Unchanged {
		fmt.Fprintf(w, "Nothing has changed since edition %d (%s). %.1f s.\n", b.Edition, b.State, b.Seconds)
		return
	}
	fmt.Fprintf(w, "Edition %d, %s: %d facts and %d passages from %d documents, %d claims refused, %d contradictions. %.1f s.\n",
		b.Edition, b.State, b.Facts, b.Passages, b.Documents, b.Refused, r.Contradictions, b.Seconds)
	if r.Recited > 0 {
		fmt.Fprintf(w, "  %d prepared answers are spoken already.\n", r.Recited)
	}
	if r.Voiceless != "" {
		fmt.Fprintf(w, "  prepared answers are not spoken in advance: %s\n", r.Voiceless)
	}
	if r.Note != "" {
		fmt.Fprintf(w, "  %s\n", r.Note)
	}
	for _, s := range r.Sources {
		if s.Error != "" {
			fmt.Fprintf(w, "  %s: %s\n", s.Name, s.Error)
		}
	}
	if v := r.Verdict; v != nil && !v.Pass {
		for _, check := range v.Checks {
			if !check.Pass {
				fmt.Fprintf(w, "  gate: %s is %.3f, at least %.3f is wanted. %s\n", check.Name, check.Value, check.Least, check.Text)
			}
		}
	}
	if r.Spent.Calls+r.Spent.Cached > 0 {
		fmt.Fprintf(w, "  model: %d calls, %d from the cache, %d+%d tokens, $%.2f\n", r.Spent.Calls, r.Spent.Cached, r.Spent.Prompt, r.Spent.Completion, r.Spent.Dollars)
	}
}

// planned is how many documents of a plan are shown.
const planned = 20

func printPlan(w io.Writer, p brief.Plan, cfg config.Brief) error {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "source\tfetched\tchanged\tgone\t")
	for _, s := range p.Sources {
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%s\n", s.Name, s.Fetched, s.Changed, s.Gone, s.Error)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, d := range p.New[:min(planned, len(p.New))] {
		fmt.Fprintf(w, "  %s  %s  %s\n", d.Kind, d.URL, d.Title)
	}
	if more := len(p.New) - planned; more > 0 {
		fmt.Fprintf(w, "  and %d more; --json lists them all\n", more)
	}
	fmt.Fprintf(w, "%d documents, %d of them to be digested by %s", p.Documents, p.Unread, cfg.Digester)
	if p.TokensIn+p.TokensOut == 0 {
		_, err := fmt.Fprintln(w, "; no model is asked.")
		return err
	}
	fmt.Fprintf(w, ": about %d tokens to a model and %d back", p.TokensIn, p.TokensOut)
	if cfg.USDIn > 0 || cfg.USDOut > 0 {
		fmt.Fprintf(w, ", $%.2f", (float64(p.TokensIn)*cfg.USDIn+float64(p.TokensOut)*cfg.USDOut)/1e6)
	}
	if cfg.MaxTokens > 0 && p.TokensIn+p.TokensOut > cfg.MaxTokens {
		fmt.Fprintf(w, "; max_tokens lets %d of them pass, the watch-list's first", cfg.MaxTokens)
	}
	_, err := fmt.Fprintln(w, ".")
	return err
}

func briefList(ctx context.Context, c *cli.Command, n *wire.Night) error {
	editions, err := n.DB.Editions(ctx, n.Domain.Name)
	if err != nil {
		return err
	}
	live, err := n.DB.Current(ctx, n.Domain.Name)
	if err != nil && !errors.Is(err, store.ErrNoEdition) {
		return err
	}
	next := nextRun(n.Domain, time.Now())
	if c.Bool("json") {
		type row struct {
			ID        int64     `json:"id"`
			State     string    `json:"state"`
			Live      bool      `json:"live"`
			Published time.Time `json:"published,omitzero"`
			AsOf      time.Time `json:"as_of"`
			Facts     int       `json:"facts"`
			Passages  int       `json:"passages"`
			Digester  string    `json:"digester"`
			Hash      string    `json:"hash"`
		}
		rows := []row{}
		for _, e := range editions {
			rows = append(rows, row{e.ID, string(e.State), e.ID == live.ID, e.Published, e.AsOf, e.Counts.Facts, e.Counts.Passages, e.Digester, e.Hash})
		}
		return printJSON(c.Root().Writer, map[string]any{"editions": rows, "next_run": next})
	}
	w := c.Root().Writer
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "edition\tstate\tas of\tpublished\tfacts\tpassages\tdigester\t")
	for _, e := range editions {
		mark := ""
		if e.ID == live.ID {
			mark = "← live"
		}
		fmt.Fprintf(t, "%d\t%s\t%s\t%s\t%d\t%d\t%s\t%s\n", e.ID, e.State, moment(e.AsOf), moment(e.Published), e.Counts.Facts, e.Counts.Passages, e.Digester, mark)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if next.IsZero() {
		_, err = fmt.Fprintln(w, "No schedule: domain.yaml has none.")
	} else {
		_, err = fmt.Fprintf(w, "Next run: %s\n", next.Format("Mon 2 Jan 2006 15:04 MST"))
	}
	return err
}

func moment(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.Format("2006-01-02 15:04")
}

func briefShow(ctx context.Context, c *cli.Command, n *wire.Night) (err error) {
	e, err := edition(ctx, c, n)
	if err != nil {
		return err
	}
	if c.Bool("json") {
		return printJSON(c.Root().Writer, brief.ReadReport(e))
	}
	var w io.Writer = c.Root().Writer
	if path := c.String("out"); path != "" {
		f, err := os.Create(path)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		w = f
	}
	return brief.WriteHTML(ctx, w, n.DB, e)
}

// edition is the one that the argument names, or the newest.
func edition(ctx context.Context, c *cli.Command, n *wire.Night) (store.Edition, error) {
	if c.Args().Len() > 0 {
		id, err := strconv.ParseInt(c.Args().First(), 10, 64)
		if err != nil {
			return store.Edition{}, cli.Exit(fmt.Sprintf("%q is no edition's number; `aubade brief list` shows them", c.Args().First()), 2)
		}
		return n.DB.Edition(ctx, id)
	}
	editions, err := n.DB.Editions(ctx, n.Domain.Name)
	if err != nil {
		return store.Edition{}, err
	}
	if len(editions) == 0 {
		return store.Edition{}, fmt.Errorf("%w; build one with: aubade brief build", store.ErrNoEdition)
	}
	return editions[0], nil
}

func briefPublish(ctx context.Context, c *cli.Command, n *wire.Night) error {
	if c.Args().Len() != 1 {
		return cli.Exit("which edition? `aubade brief list` shows them", 2)
	}
	e, err := edition(ctx, c, n)
	if err != nil {
		return err
	}
	if err := n.DB.Publish(ctx, e.ID); err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.Root().Writer, "Edition %d is live.\n", e.ID)
	return err
}

func briefRollback(ctx context.Context, c *cli.Command, n *wire.Night) error {
	e, err := n.DB.Rollback(ctx, n.Domain.Name)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.Root().Writer, "Edition %d is live again.\n", e.ID)
	return err
}

func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
