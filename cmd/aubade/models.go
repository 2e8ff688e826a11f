package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/schollz/progressbar/v3"
	"github.com/urfave/cli/v3"
	"golang.org/x/term"

	"github.com/aubade/aubade/internal/models"
)

func modelsCommand() *cli.Command {
	asJSON := &cli.BoolFlag{Name: "json", Usage: "print JSON"}
	return &cli.Command{
		Name:  "models",
		Usage: "list, fetch and check the models that make the ears and the voice better",
		Description: "Models are kept in $AUBADE_MODELS, or else in the user's cache folder. A file whose SHA-256 is not the expected one is\n" +
			"never loaded. The names of sets work wherever a model's name does: small, neural, recommended, all.",
		Commands: []*cli.Command{
			{Name: "list", Usage: "what there is, what it is for, and what was fetched", Flags: []cli.Flag{asJSON}, Action: modelsList},
			{Name: "pull", Usage: "fetch models; an interrupted download goes on where it ended", ArgsUsage: "NAME|SET…", Action: modelsPull,
				Flags: []cli.Flag{&cli.BoolFlag{Name: "pin", Usage: "take a file without a known hash on trust, and remember its hash"}}},
			{Name: "verify", Usage: "read every fetched file again and compare its hash", Flags: []cli.Flag{asJSON}, Action: modelsVerify},
			{Name: "recommend", Usage: "name a set for this machine", Flags: []cli.Flag{asJSON}, Action: modelsRecommend},
		},
	}
}

func modelsList(_ context.Context, c *cli.Command) error {
	l, err := models.Open("")
	if err != nil {
		return err
	}
	type row struct {
		models.Model
		Bytes int64        `json:"bytes"`
		State models.State `json:"state"`
	}
	rows := []row{}
	for _, m := range l.Models {
		rows = append(rows, row{m, m.Size(), l.State(m)})
	}
	if c.Bool("json") {
		return printJSON(c.Root().Writer, rows)
	}
	t := tabwriter.NewWriter(c.Root().Writer, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "NAME\tSTATE\tSIZE\tLICENCE\tSETS\tUSE")
	for _, r := range rows {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", r.Name, r.State, megabytes(r.Bytes), r.License, strings.Join(r.Sets, ","), r.Use)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err = fmt.Fprintln(c.Root().Writer, "in", l.Dir)
	return err
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }

func modelsPull(ctx context.Context, c *cli.Command) error {
	l, err := models.Open("")
	if err != nil {
		return err
	}
	names := c.Args().Slice()
	if len(names) == 0 {
		return errors.New("which? a name or a set: aubade models list")
	}
	if len(names) == 1 && names[0] == "recommended" {
		names = l.Recommend(models.Look(ctx)).Models
	}
	chosen, err := l.Select(names)
	if err != nil {
		return err
	}
	out := c.Root().Writer
	var missing []models.Model
	for _, m := range chosen {
		if l.State(m) == models.Ready {
			fmt.Fprintf(out, "%s is there\n", m.Name)
			continue
		}
		missing = append(missing, m)
		// All licences before the first byte: whoever does not want one can still stop.
		fmt.Fprintf(out, "%s: %s, licence %s, %s\n", m.Name, megabytes(m.Size()), m.License, m.Home)
	}
	for _, m := range missing {
		bar := pullBar(c.Root().ErrWriter)
		err := l.Pull(ctx, m, models.Options{Pin: c.Bool("pin"), Progress: bar})
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%s: fetched, hash checked\n", m.Name)
	}
	return nil
}

// pullBar shows a bar on a terminal and nothing elsewhere: the lines before and after say enough for a log.
func pullBar(w io.Writer) func(file string, done, total int64) {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	var bar *progressbar.ProgressBar
	name := ""
	return func(file string, done, total int64) {
		if file != name {
			name = file
			bar = progressbar.DefaultBytes(max(total, -1), file)
		}
		_ = bar.Set64(done)
	}
}

func modelsVerify(_ context.Context, c *cli.Command) error {
	l, err := models.Open("")
	if err != nil {
		return err
	}
	states, wrong := map[string]models.State{}, 0
	for _, m := range l.Models {
		s := l.State(m)
		states[m.Name] = s
		if s == models.Wrong || s == models.Partial {
			wrong++
		}
		if !c.Bool("json") && s != models.Missing {
			detail := ""
			if _, err := l.Paths(m.Name); err != nil {
				detail = ": " + err.Error()
			}
			fmt.Fprintf(c.Root().Writer, "%-14s %s%s\n", m.Name, s, detail)
		}
	}
	if c.Bool("json") {
		if err := printJSON(c.Root().Writer, states); err != nil {
			return err
		}
	}
	if wrong > 0 {
		return cli.Exit(fmt.Sprintf("%d models are not as they should be: aubade models pull mends them", wrong), 1)
	}
	return nil
}

func modelsRecommend(ctx context.Context, c *cli.Command) error {
	l, err := models.Open("")
	if err != nil {
		return err
	}
	a := l.Recommend(models.Look(ctx))
	if c.Bool("json") {
		return printJSON(c.Root().Writer, a)
	}
	w := c.Root().Writer
	fmt.Fprintf(w, "%d cores, %.0f GB of memory, %d NVIDIA cards\n%s\n\n", a.Machine.Cores, float64(a.Machine.Memory)/(1<<30), len(a.Machine.GPUs), a.Why)
	for _, s := range a.Settings {
		fmt.Fprintln(w, "  "+s)
	}
	_, err = fmt.Fprintf(w, "\nto fetch: aubade models pull %s   (%s)\nto expect: %s\n", strings.Join(a.Models, " "), megabytes(a.Size), a.Latency)
	return err
}
