package deferral

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"
)

// A Report is the Desk's score beside the others'.
type Report struct {
	Score
	Turns     int              `json:"turns"`
	Seed      uint64           `json:"seed"`
	Deadline  string           `json:"deadline"`
	TookS     float64          `json:"took_s"`
	Baselines map[string]Score `json:"baselines"`
}

// The names of the baselines.
const (
	WaitForAll    = "wait_for_all"
	PlainDeferral = "plain_deferral"
	FixedHedge    = "fixed_p90_hedge"
	Optimum       = "best_causal" // at the same extra calls as the Desk's
)

// Run replays the model through the Desk and through the baselines.
func Run(ctx context.Context, m Model, o Options) (Report, error) {
	if o.Deadline <= 0 {
		return Report{}, fmt.Errorf("replay: deadline %v is not after the turn's begin", o.Deadline)
	}
	if o.Turns == 0 {
		o.Turns = 100_000
	}
	began := time.Now()
	r := Report{Turns: o.Turns, Seed: o.Seed, Deadline: o.Deadline.String()}
	var g errgroup.Group
	oracles := make(chan [2][]*oracle, 1)
	g.Go(func() (err error) {
		r.Score, err = desk(ctx, m, o)
		return err
	})
	g.Go(func() error { // meanwhile, what needs no word of the Desk
		r.Baselines = map[string]Score{WaitForAll: askOnce(m, o, true), PlainDeferral: askOnce(m, o, false), FixedHedge: fixedHedge(m, o)}
		oracles <- solveAll(m, o)
		return nil
	})
	if err := g.Wait(); err != nil {
		return Report{}, err
	}
	r.Baselines[Optimum] = optimum(m, o, <-oracles, r.ExtraCalls)
	r.TookS = time.Since(began).Seconds()
	return r, nil
}
