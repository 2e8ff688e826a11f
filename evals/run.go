package evals

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"sort"
	"strings"
	"sync"
	"text/tabwriter"
	"time"
)

// A Result is one case, answered and scored.
type Result struct {
	Case   Case    `json:"case"`
	Repeat int     `json:"repeat,omitempty"` // counts from 0
	Answer Answer  `json:"answer"`
	Score  Score   `json:"score"`
	Spoken *Spoken `json:"spoken,omitempty"` // where it was asked aloud
	// Opinion is what a model judge says, where there is one. It changes no verdict.
	Opinion *Opinion `json:"opinion,omitempty"`
	TookMS  float64  `json:"took_ms"`
	Error   string   `json:"error,omitempty"`
}

// A Run is the results of one evaluation, in the order of its cases.
type Run struct {
	Results []Result `json:"results"`
	Kinds   []Tally  `json:"kinds"` // the last one is of all
	Pace    *Pace    `json:"pace,omitempty"`
	// Judged is how far a model judge and the rules agree.
	Judged *Judged `json:"judged,omitempty"`
	// Unsteady lists the cases whose verdict was not the same each time.
	Unsteady []string `json:"unsteady,omitempty"`
}

// A Tally counts the verdicts of one kind.
type Tally struct {
	Kind     string  `json:"kind"`
	N        int     `json:"n"`
	Right    int     `json:"right"`
	Wrong    int     `json:"wrong"`
	Declined int     `json:"declined"`
	Late     int     `json:"late"`
	Low      float64 `json:"low"` // bounds of the share that is right, 95 %, by bootstrap over the cases
	High     float64 `json:"high"`
}

// all is the kind of the tally over every case.
const all = "all"

// A Plan is what is to be asked, and how.
type Plan struct {
	Cases    []Case
	Repeat   int // how often each is asked; 0 means once
	Parallel int // how many at a time
	// Ask asks and scores one case. What fails is wrong, with its error as the reason.
	Ask func(ctx context.Context, c Case) (Result, error)
	// Done are results of an earlier run that was broken off; what they answer is not asked again.
	Done []Result
	// Each, if set, is told every new result, one at a time.
	Each func(Result) error
	Tick func() // after every case, old or new; from many goroutines
	Seed uint64 // of the intervals
}

// Run asks what is not done yet.
func (p Plan) Run(ctx context.Context) (Run, error) {
	repeat := max(p.Repeat, 1)
	r := Run{Results: make([]Result, len(p.Cases)*repeat)}
	places := make(chan struct{}, max(p.Parallel, 1))
	var wg sync.WaitGroup
	var mu sync.Mutex
	var failed error
	for i := range r.Results {
		c, n := p.Cases[i/repeat], i%repeat
		if j := slices.IndexFunc(p.Done, func(d Result) bool { return d.Repeat == n && d.Error == "" && reflect.DeepEqual(d.Case, c) }); j >= 0 {
			r.Results[i] = p.Done[j]
			p.tick()
			continue
		}
		places <- struct{}{}
		if ctx.Err() != nil {
			break
		}
		wg.Go(func() {
			defer func() { <-places }()
			res, err := p.Ask(WithFaults(ctx, c.Faults), c)
			if res.Repeat = n; err != nil {
				res.Error = err.Error()
				res.Score = Score{Verdict: Wrong, Why: []string{err.Error()}}
			}
			r.Results[i] = res
			if ctx.Err() == nil && p.Each != nil {
				mu.Lock()
				failed = errors.Join(failed, p.Each(res))
				mu.Unlock()
			}
			p.tick()
		})
	}
	wg.Wait()
	if err := errors.Join(ctx.Err(), failed); err != nil {
		return r, err
	}
	r.sum(p.Seed)
	return r, nil
}

func (p Plan) tick() {
	if p.Tick != nil {
		p.Tick()
	}
}

// sum counts.
func (r *Run) sum(seed uint64) {
	r.Kinds, r.Pace, r.Unsteady = tally(r.Results, seed), pace(r.Results), nil
	r.Judged = judged(r.Results)
	verdicts := map[string]map[Verdict]bool{}
	for _, x := range r.Results {
		if verdicts[x.Case.ID] == nil {
			verdicts[x.Case.ID] = map[Verdict]bool{}
		}
		verdicts[x.Case.ID][x.Score.Verdict] = true
	}
	for id, v := range verdicts {
		if len(v) > 1 {
			r.Unsteady = append(r.Unsteady, id)
		}
	}
	slices.Sort(r.Unsteady)
}

// patience is how long a case waits for what comes late, where it does not say.
const patience = 15 * time.Second

// InText asks a case in a dialogue of its own.
func InText(open func(ctx context.Context, id string) (*Dialogue, error)) func(ctx context.Context, c Case) (Result, error) {
	return func(ctx context.Context, c Case) (Result, error) {
		res := Result{Case: c}
		d, err := open(ctx, c.ID)
		if err != nil {
			return res, err
		}
		for _, q := range c.Turns() {
			if res.Answer, err = d.Ask(ctx, q); err != nil {
				return res, errors.Join(err, d.Conversation.Close())
			}
		}
		if len(res.Answer.Deferred) > 0 {
			wait := patience
			if within, err := time.ParseDuration(c.Within); err == nil && c.Kind == KindSlow {
				wait = within
			}
			res.Answer.Deferred = d.Await(ctx, wait)
		}
		res.TookMS = millis(res.Answer.Took)
		res.Score = c.Grade(res.Answer)
		return res, d.Conversation.Close()
	}
}

func tally(results []Result, seed uint64) []Tally {
	by := map[string]*Tally{}
	right := map[string]map[string]hits{} // by kind and case
	for _, r := range results {
		for _, kind := range []string{r.Case.Kind, all} {
			t := by[kind]
			if t == nil {
				t = &Tally{Kind: kind}
				by[kind] = t
			}
			t.N++
			switch r.Score.Verdict {
			case Right:
				t.Right++
			case Declined:
				t.Declined++
			default:
				t.Wrong++
			}
			if r.Score.Late {
				t.Late++
			}
			if right[kind] == nil {
				right[kind] = map[string]hits{}
			}
			right[kind][r.Case.ID] = right[kind][r.Case.ID].add(r.Score.Verdict == Right)
		}
	}
	var out []Tally
	for kind, t := range by {
		var shares []float64
		for _, id := range slices.Sorted(maps.Keys(right[kind])) {
			shares = append(shares, right[kind][id].value())
		}
		t.Low, t.High = Bootstrap(shares, 2000, seed)
		out = append(out, *t)
	}
	slices.SortFunc(out, func(a, b Tally) int {
		if (a.Kind == all) != (b.Kind == all) {
			if a.Kind == all {
				return 1
			}
			return -1
		}
		if a.Kind < b.Kind {
			return -1
		}
		return 1
	})
	return out
}

// hits count how often one case was right.
type hits struct{ right, n int }

func (s hits) add(right bool) hits {
	s.n++
	if right {
		s.right++
	}
	return s
}

func (s hits) value() float64 { return float64(s.right) / float64(max(s.n, 1)) }

// Bootstrap is the 95 % interval of a mean, from n resamples with replacement (Efron's percentile method).
func Bootstrap(values []float64, n int, seed uint64) (low, high float64) {
	if len(values) == 0 {
		return 0, 0
	}
	rng := rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15))
	means := make([]float64, n)
	for i := range means {
		sum := 0.0
		for range values {
			sum += values[rng.IntN(len(values))]
		}
		means[i] = sum / float64(len(values))
	}
	sort.Float64s(means)
	return means[n*25/1000], means[n*975/1000]
}

// Print writes the table by kind and, where asked for, each miss with its reasons.
func (r Run) Print(w io.Writer, misses bool) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "kind\tn\tright\twrong\tdeclined\tlate\tshare right\t95 %\t")
	for _, k := range r.Kinds {
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%d\t%d\t%.0f %%\t%.0f–%.0f\t\n", k.Kind, k.N, k.Right, k.Wrong, k.Declined, k.Late, 100*float64(k.Right)/float64(k.N), 100*k.Low, 100*k.High)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if p := r.Pace; p != nil {
		fmt.Fprintf(w, "\naloud: %d of %d turns answered; TTFA p50 %.0f ms, p95 %.0f ms; end of turn p50 %.0f ms, p95 %.0f ms; false cuts %d; heard WER %.1f %%, heard back %.1f %%\n",
			p.Answered, p.Turns, p.TTFAMS.P50, p.TTFAMS.P95, p.EndMS.P50, p.EndMS.P95, p.FalseCuts, 100*p.HeardWER, 100*p.BackWER)
	}
	if j := r.Judged; j != nil {
		fmt.Fprintf(w, "\nthe model judge agrees with the rules on %d of %d; its votes agree %.2f\n", j.Same, j.N, j.VotesAgreement)
	}
	if len(r.Unsteady) > 0 {
		fmt.Fprintf(w, "\nnot the same verdict each time: %s\n", strings.Join(r.Unsteady, ", "))
	}
	if !misses {
		return nil
	}
	for _, x := range r.Results {
		if x.Score.Verdict == Right {
			continue
		}
		turns := x.Case.Turns()
		fmt.Fprintf(w, "\n%s %s (%s)\n  asked: %s\n  shown: %s\n", x.Case.ID, x.Score.Verdict, x.Case.Kind, turns[len(turns)-1], x.Answer.Shown)
		for _, why := range x.Score.Why {
			fmt.Fprintf(w, "  - %s\n", why)
		}
	}
	return nil
}
