package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/aubade/aubade/cmd/aubade/internal/wire"
	"github.com/aubade/aubade/internal/budget"
	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/answer"
)

func askCommand() *cli.Command {
	return &cli.Command{
		Name:      "ask",
		Usage:     "ask the brief a question in text: the same brain as in a call",
		ArgsUsage: `"QUESTION" ["FOLLOW-UP" …]`,
		Flags: []cli.Flag{
			jsonFlag,
			&cli.DurationFlag{Name: "wait", Value: 10 * time.Second, Usage: "how long to wait for answers that come late"},
		},
		Action: func(ctx context.Context, c *cli.Command) error {
			if c.Args().Len() == 0 {
				return cli.Exit(`ask what? For example: aubade ask "What was Larkspur's revenue last quarter?"`, 2)
			}
			cfg, log, err := settings(c)
			if err != nil {
				return err
			}
			brain, err := wire.OpenBrain(cfg, log)
			if err != nil {
				return err
			}
			defer brain.Close()
			if _, err := brain.Answerer.Warm(ctx); errors.Is(err, store.ErrNoEdition) {
				return fmt.Errorf("%w; build one with: aubade brief build", err)
			} else if err != nil {
				return err
			}
			return ask(ctx, brain, c.Args().Slice(), c.Duration("wait"), c.Bool("json"), c.Root().Writer)
		},
	}
}

// asked is one answer as --json prints it.
type asked struct {
	Said      string           `json:"said"`  // words for ears
	Shown     string           `json:"shown"` // as it is written
	Citations []voice.Citation `json:"citations"`
	Edition   int64            `json:"edition"`
	Deferred  []late           `json:"deferred"`
}

// late is something that was not there in time, and what became of it.
type late struct {
	Question  string           `json:"question"`
	State     string           `json:"state"`
	Said      string           `json:"said,omitempty"`
	Shown     string           `json:"shown,omitempty"`
	Citations []voice.Citation `json:"citations,omitempty"`
}

// ask puts the questions to one conversation, one after the other.
func ask(ctx context.Context, b *wire.Brain, questions []string, wait time.Duration, asJSON bool, w io.Writer) error {
	conv, err := b.Answerer.Open(ctx, "ask-"+time.Now().UTC().Format("20060102T150405.000000000"), "")
	if err != nil {
		return err
	}
	defer conv.Close()
	edition, _ := conv.Edition()
	verbalise := b.Verbaliser(edition).Verbalise
	for i, q := range questions {
		a, err := put(ctx, conv, b, voice.Turn{ID: i + 1, Kind: voice.Asked, Typed: true, Transcript: voice.Transcript{Text: q, Final: true}}, verbalise)
		if err != nil {
			return err
		}
		if len(a.Deferred) > 0 {
			a.Deferred = await(ctx, conv, b, i+1000, wait, verbalise)
		}
		if asJSON {
			if err := json.NewEncoder(w).Encode(a); err != nil {
				return err
			}
			continue
		}
		printAnswer(w, a)
	}
	return nil
}

// put plays one turn and hears it out.
func put(ctx context.Context, conv *answer.Conversation, b *wire.Brain, t voice.Turn, verbalise func(string) string) (asked, error) {
	t.Budget = budget.Budget{SpokeUntil: time.Now(), Target: b.Config.Turn.Budget}
	a := asked{Citations: []voice.Citation{}, Deferred: []late{}}
	if e, ok := conv.Edition(); ok {
		a.Edition = e.ID
	}
	report := voice.HeardReport{Turn: t.ID}
	var said, shown []string
	for s, err := range conv.Respond(ctx, t) {
		if err != nil {
			return a, err
		}
		shown = append(shown, s.Text)
		if s.Spoken == "" {
			s.Spoken = verbalise(s.Text)
		}
		said = append(said, s.Spoken)
		a.Citations = append(a.Citations, s.Citations...)
		for _, d := range s.Deferred {
			a.Deferred = append(a.Deferred, late{Question: d, State: string(store.Pending)})
		}
		report.Says = append(report.Says, voice.HeardSay{Say: s, Heard: s.Text, Complete: true})
	}
	conv.Heard(ctx, report)
	a.Said, a.Shown = strings.Join(said, " "), strings.Join(shown, " ")
	return a, nil
}

// await tells what comes late, as a call would at the next lull, until nothing is outstanding or the wait is over.
func await(ctx context.Context, conv *answer.Conversation, b *wire.Brain, turn int, wait time.Duration, verbalise func(string) string) []late {
	told := map[string]asked{}
	over := time.After(wait)
	for outstanding(conv) {
		select {
		case <-over:
			return ledger(conv, told)
		case <-ctx.Done():
			return ledger(conv, told)
		case <-conv.Ready():
			before := states(conv)
			a, err := put(ctx, conv, b, voice.Turn{ID: turn, Kind: voice.Telling}, verbalise)
			turn++
			if err != nil {
				return ledger(conv, told)
			}
			for _, f := range conv.Ledger() {
				if f.State == store.Spoken && before[f.ID] != store.Spoken {
					told[f.ID] = a
				}
			}
		}
	}
	return ledger(conv, told)
}

func outstanding(conv *answer.Conversation) bool {
	for _, f := range conv.Ledger() {
		if f.State == store.Pending || f.State == store.Ready || f.State == store.Offered {
			return true
		}
	}
	return false
}

func states(conv *answer.Conversation) map[string]store.FindingState {
	m := map[string]store.FindingState{}
	for _, f := range conv.Ledger() {
		m[f.ID] = f.State
	}
	return m
}

func ledger(conv *answer.Conversation, told map[string]asked) []late {
	out := []late{}
	for _, f := range conv.Ledger() {
		l := late{Question: f.Question, State: string(f.State)}
		if a, ok := told[f.ID]; ok {
			l.Said, l.Shown, l.Citations = a.Said, a.Shown, a.Citations
		}
		out = append(out, l)
	}
	return out
}

func printAnswer(w io.Writer, a asked) {
	fmt.Fprintln(w, a.Shown)
	for _, c := range a.Citations {
		fmt.Fprintf(w, "  [%s] %s", c.Kind, c.Title)
		if c.Publisher != "" {
			fmt.Fprintf(w, ", %s", c.Publisher)
		}
		if !c.Published.IsZero() {
			fmt.Fprintf(w, ", %s", c.Published.Format("2 January 2006"))
		}
		fmt.Fprintf(w, "\n    %s\n", c.URL)
	}
	for _, l := range a.Deferred {
		fmt.Fprintf(w, "  (%s) %s", l.State, l.Question)
		if l.Shown != "" {
			fmt.Fprintf(w, ": %s", l.Shown)
		}
		fmt.Fprintln(w)
	}
}
