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
	// CappedHedge is the fixed hedge that stops at as many extra calls as the Desk makes.
	CappedHedge = "fixed_p90_hedge_same_calls"
	// Optimum knows the distributions of its day, and makes as many extra calls as the Desk before and after the change.
	Optimum = "best_causal"
	// Foresight knows from the first turn what the change will bring, and saves calls for it: as many as the Desk's in all.
	Foresight = "best_with_foresight"
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
	var spent [2]float64
	var g errgroup.Group
	oracles := make(chan [2][]*oracle, 1)
	g.Go(func() (err error) {
		r.Score, spent, err = desk(ctx, m, o)
		return err
	})
	g.Go(func() error { // meanwhile, what needs no word of the Desk
		r.Baselines = map[string]Score{WaitForAll: askOnce(m, o, true), PlainDeferral: askOnce(m, o, false), FixedHedge: fixedHedge(m, o, 1)}
		oracles <- solveAll(m, o)
		return nil
	})
	if err := g.Wait(); err != nil {
		return Report{}, err
	}
	known := <-oracles
	_, change := m.phases(o.Turns)
	r.Baselines[CappedHedge] = fixedHedge(m, o, r.ExtraCalls)
	r.Baselines[Foresight] = optimum(m, o, known, stretch{0, o.Turns, r.ExtraCalls})
	r.Baselines[Optimum] = r.Baselines[Foresight]
	if change > 0 && change < o.Turns {
		r.Baselines[Optimum] = optimum(m, o, known, stretch{0, change, spent[0]}, stretch{change, o.Turns, spent[1]})
	}
	r.TookS = time.Since(began).Seconds()
	return r, nil
}
