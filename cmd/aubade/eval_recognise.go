package main

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/aubade/aubade/cmd/aubade/internal/wire"
	"github.com/aubade/aubade/evals"
	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/speech"
)

func evalRecogniseCommand() *cli.Command {
	return &cli.Command{
		Name:  "recognise",
		Usage: "score the ears on recordings",
		Description: `The table has a line for each recording: file, what is said, and divided by | the names that matter in it (as written, or as
the lexicon's IDs); tabs between. Transcripts are put right by the edition's names as in a call. Words are compared as they
are said: "$2.3B" is its words. Recordings are played in real
time, each with half a second of quiet before it and 300 ms after it; a final's delay counts from there.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "audio", Usage: "folder of the recordings (WAV of any rate, or .raw at 16 kHz)", Required: true},
			&cli.StringFlag{Name: "refs", Usage: "the table", Required: true},
			&cli.StringFlag{Name: "recognizer", Usage: "`SPEC` of the recogniser, in place of the config's"},
			&cli.BoolFlag{Name: "outside", Usage: "the recordings are speech of another domain: whatever is accepted is an invention"},
			&cli.BoolFlag{Name: "quick", Usage: "play as fast as it is taken, and do not measure the delay"},
			&cli.BoolFlag{Name: "raw", Usage: "score what the recogniser heard, before names are put right as in a call"},
			&cli.BoolFlag{Name: "json", Usage: "print JSON: wer, entity_accuracy, cpu_rtf, final_delay_ms_p50, final_delay_ms_p95, accepted_share, invented, hearings"},
			&cli.StringFlag{Name: "predictions", Usage: "write what was heard of each recording to this file, one JSON object a line"},
		},
		Action: evalRecognise,
	}
}

func evalRecognise(ctx context.Context, c *cli.Command) error {
	clips, err := evals.ReadClips(c.String("refs"))
	if err != nil {
		return cli.Exit(err, 2)
	}
	cfg, log, err := settings(c)
	if err != nil {
		return err
	}
	if r := c.String("recognizer"); r != "" {
		cfg.Ears.Recognizer = r
	}
	brain, err := wire.OpenBrain(cfg, log)
	if err != nil {
		return cli.Exit(err, 2)
	}
	defer brain.Close()
	// Without an edition the ears know the domain's lexicon and templates alone.
	edition, err := brain.DB.Current(ctx, brain.Domain.Name)
	if err != nil && !errors.Is(err, store.ErrNoEdition) {
		return cli.Exit(err, 2)
	}
	words := edition
	if len(words.Lexicon.Terms) == 0 {
		words.Lexicon = brain.Domain.Terms()
	}
	s, err := wire.OpenSpeech(brain, engineProcess, log)
	if err != nil {
		return cli.Exit(err, 2)
	}
	defer func() { _ = s.Close(context.WithoutCancel(ctx)) }()
	ears, _, err := s.Recognizers(ctx, edition)
	if err != nil {
		return cli.Exit(err, 2)
	}
	spoken, listener := brain.Heard(words), speech.NewListener(words.Lexicon)
	heard := func(text string) []string { // "two thousand and twenty-six" is 2026, however it was said
		written, _ := listener.Write(text)
		return spoken(written)
	}
	var rewrite func(voice.Transcript) voice.Transcript
	if !c.Bool("raw") {
		rewrite = brain.Rewriter(words, nil)
	}
	r := evals.Recognition{
		Recognizer: ears, Rewrite: rewrite, Words: heard, Names: namesOf(words.Lexicon, heard), Outside: c.Bool("outside"), Quick: c.Bool("quick"),
		CPU: func() time.Duration { return s.CPU() + ownCPU() },
	}
	w := c.Root().Writer
	if !c.Bool("json") {
		r.Each = func(h evals.Hearing) {
			mark := " "
			if h.Rejected {
				mark = "×"
			}
			fmt.Fprintf(w, "%s %5.1f%%  %6.0f ms  %s\n                   %s\n", mark, 100*h.WER, h.Delay, h.Said, h.Heard)
		}
	}
	report, err := r.Run(ctx, c.String("audio"), clips)
	if err != nil {
		return cli.Exit(err, 2)
	}
	if f := c.String("predictions"); f != "" {
		if err := writeLines(f, report.Hearings); err != nil {
			return cli.Exit(err, 2)
		}
	}
	if c.Bool("json") {
		return printJSON(w, report)
	}
	fmt.Fprintf(w, "\n%s on %d recordings, %.0f s\nWER %.1f %%, entities %.1f %% of %d, accepted %.1f %%", s.EarsName, report.Clips, report.Seconds,
		100*report.WER, 100*report.EntityAccuracy, report.Entities, 100*report.AcceptedShare)
	if c.Bool("outside") {
		fmt.Fprintf(w, " (%d invented)", report.Invented)
	}
	fmt.Fprintf(w, ", cpu-rtf %.3f", report.CPURTF)
	if report.DelayP50 != nil {
		fmt.Fprintf(w, ", final after %.0f ms (p95 %.0f)", *report.DelayP50, *report.DelayP95)
	}
	_, err = fmt.Fprintln(w)
	return err
}

// namesOf finds the ways to say an entity by its ID or name.
func namesOf(l lexicon.Lexicon, words func(string) []string) func(string) [][]string {
	return func(entity string) [][]string {
		for _, t := range l.Terms {
			if t.ID != entity && t.Name != entity && t.Ticker != entity {
				continue
			}
			var ways [][]string
			for _, n := range append([]string{t.Name, t.Spoken}, t.Aliases...) {
				if n != "" {
					ways = append(ways, words(n))
				}
			}
			return ways
		}
		return nil
	}
}

// ownCPU is the processor time of this process.
func ownCPU() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
