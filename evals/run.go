package evals

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"sort"
	"sync"
	"text/tabwriter"
	"time"
)

// A Result is one case, answered and scored.
type Result struct {
	Case   Case    `json:"case"`
	Answer Answer  `json:"answer"`
	Score  Score   `json:"score"`
	TookMS float64 `json:"took_ms"`
	Error  string  `json:"error,omitempty"`
}

// A Run is the results of one evaluation, in the order of its cases.
type Run struct {
	Results []Result `json:"results"`
	Kinds   []Tally  `json:"kinds"` // the last one is of all
}

// A Tally counts the verdicts of one kind.
type Tally struct {
	Kind     string  `json:"kind"`
	N        int     `json:"n"`
	Right    int     `json:"right"`
	Wrong    int     `json:"wrong"`
	Declined int     `json:"declined"`
	Late     int     `json:"late"`
	Low      float64 `json:"low"` // bounds of the share that is right, 95 %, by bootstrap
	High     float64 `json:"high"`
}

// all is the kind of the tally over every case.
const all = "all"

// Answers asks every case in a dialogue of its own, at most parallel at a time, and scores it. What fails is wrong, with
// its error as the reason. progress is called after each case.
func Answers(ctx context.Context, cases []Case, parallel int, open func(ctx context.Context, id string) (*Dialogue, error), progress func()) (Run, error) {
	r := Run{Results: make([]Result, len(cases))}
	places := make(chan struct{}, max(parallel, 1))
	var wg sync.WaitGroup
	for i, c := range cases {
		places <- struct{}{}
		wg.Go(func() {
			defer func() { <-places }()
			r.Results[i] = one(ctx, c, open)
			if progress != nil {
				progress()
			}
		})
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return r, err
	}
	r.Kinds = tally(r.Results)
	return r, nil
}

// patience is how long a case waits for what comes late, where it does not say.
const patience = 15 * time.Second

func one(ctx context.Context, c Case, open func(ctx context.Context, id string) (*Dialogue, error)) Result {
	res := Result{Case: c}
	fail := func(err error) Result {
		res.Error = err.Error()
		res.Score = Score{Verdict: Wrong, Why: []string{err.Error()}}
		return res
	}
	d, err := open(ctx, c.ID)
	if err != nil {
		return fail(err)
	}
	for _, q := range c.Turns() {
		if res.Answer, err = d.Ask(ctx, q); err != nil {
			return fail(errors.Join(err, d.Conversation.Close()))
		}
	}
	if len(res.Answer.Deferred) > 0 {
		wait := patience
		if within, err := time.ParseDuration(c.Within); err == nil && c.Kind == KindSlow {
			wait = within
		}
		res.Answer.Deferred = d.Await(ctx, wait)
	}
	res.TookMS = float64(res.Answer.Took.Microseconds()) / 1000
	res.Score = c.Grade(res.Answer)
	if err := d.Conversation.Close(); err != nil {
		return fail(err)
	}
	return res
}

func tally(results []Result) []Tally {
	by := map[string]*Tally{}
	right := map[string][]bool{}
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
			right[kind] = append(right[kind], r.Score.Verdict == Right)
		}
	}
	var out []Tally
	for kind, t := range by {
		t.Low, t.High = Bootstrap(right[kind], 2000, 1)
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

// Bootstrap is the 95 % interval of a share, from n resamples with replacement (Efron's percentile method).
func Bootstrap(hits []bool, n int, seed uint64) (low, high float64) {
	if len(hits) == 0 {
		return 0, 0
	}
	rng := rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15))
	shares := make([]float64, n)
	for i := range shares {
		k := 0
		for range hits {
			if hits[rng.IntN(len(hits))] {
				k++
			}
		}
		shares[i] = float64(k) / float64(len(hits))
	}
	sort.Float64s(shares)
	return shares[n*25/1000], shares[n*975/1000]
}

// A Baseline is what a run must hold: how many cases of a kind were right when it was committed.
type Baseline struct {
	// Note says which run it is from and, where a number was lowered, why.
	Note  string         `json:"note"`
	Right map[string]int `json:"right"`
}

// LoadBaseline reads a baseline.
func LoadBaseline(file string) (Baseline, error) {
	var b Baseline
	raw, err := os.ReadFile(file)
	if err != nil {
		return b, fmt.Errorf("load baseline: %w", err)
	}
	if err := json.Unmarshal(raw, &b); err != nil {
		return b, fmt.Errorf("load baseline %s: %w", file, err)
	}
	return b, nil
}

// Below lists the kinds in which a run got fewer right than the baseline.
func (b Baseline) Below(r Run) []string {
	var out []string
	have := map[string]int{}
	for _, t := range r.Kinds {
		have[t.Kind] = t.Right
	}
	for kind, n := range b.Right {
		if have[kind] < n {
			out = append(out, fmt.Sprintf("%s: %d right, the baseline is %d", kind, have[kind], n))
		}
	}
	slices.Sort(out)
	return out
}

// Print writes the table by kind and, where asked for, each miss with its reasons.
func (r Run) Print(w io.Writer, misses bool) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "kind\tn\tright\twrong\tdeclined\tlate\tshare right\t95 %\t")
	for _, k := range r.Kinds {
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%d\t%d\t%.0f %%\t%.0f–%.0f\t\n", k.Kind, k.N, k.Right, k.Wrong, k.Declined, k.Late, 100*float64(k.Right)/float64(k.N), 100*k.Low, 100*k.High)
	}
	if err := t.Flush(); err != nil || !misses {
		return err
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
