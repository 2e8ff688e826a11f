package bargein

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/aubade/aubade/voice"
)

// A Report sums up a set.
type Report struct {
	Cases         int `json:"cases"`
	Interruptions int `json:"interruptions"`
	Missed        int `json:"missed"` // interruptions that were not given the floor
	Others        int `json:"others"`
	// FalseStops is the share of the others at which the agent stopped.
	FalseStops float64 `json:"false_stops"`
	Stopped    int     `json:"stopped"`
	// Of interruptions, from the onset, in ms: the voice is lowered by 24 dB; it was last heard within 12 dB of its own
	// level; the queue is cut.
	DuckP95 float64 `json:"duck_p95_ms"`
	LoudP50 float64 `json:"last_loud_p50_ms"`
	LoudP95 float64 `json:"last_loud_p95_ms"`
	CutP50  float64 `json:"cut_p50_ms"`
	CutP95  float64 `json:"cut_p95_ms"`
	// Dipped is the share of the others at which the voice was lowered for a moment.
	Dipped float64 `json:"dipped"`

	Kinds []Kind   `json:"kinds"`
	Wrong []string `json:"wrong"` // by name
}

// A Kind is one group of cases.
type Kind struct {
	Name  string `json:"name"`
	Cases int    `json:"cases"`
	Wrong int    `json:"wrong"`
}

// Run plays all cases at once, in real time.
func Run(ctx context.Context, detector func() voice.Detector) ([]Result, error) {
	cases := Cases()
	results := make([]Result, len(cases))
	players := make([]*player, len(cases))
	for i, c := range cases {
		players[i] = prepare(c, uint64(i))
	}
	var g sync.WaitGroup
	for i, p := range players {
		g.Go(func() { results[i] = hold(ctx, p, detector()) })
	}
	g.Wait()
	for _, r := range results {
		if r.Err != nil {
			return nil, fmt.Errorf("barge-in: %s: %w", r.Case.Name, r.Err)
		}
	}
	return results, ctx.Err()
}

// Sum makes a report.
func Sum(results []Result) Report {
	r := Report{Cases: len(results)}
	var duck, loud, cut []time.Duration
	for _, x := range results {
		k := slices.IndexFunc(r.Kinds, func(k Kind) bool { return k.Name == x.Case.Kind })
		if k < 0 {
			k = len(r.Kinds)
			r.Kinds = append(r.Kinds, Kind{Name: x.Case.Kind})
		}
		r.Kinds[k].Cases++
		if x.Stopped != x.Case.Takes {
			r.Kinds[k].Wrong++
			r.Wrong = append(r.Wrong, x.Case.Name)
		}
		if !x.Case.Takes {
			r.Others++
			if x.Stopped {
				r.Stopped++
			}
			if x.Ducked {
				r.Dipped++
			}
			continue
		}
		r.Interruptions++
		if !x.Stopped {
			r.Missed++
			continue
		}
		duck, loud, cut = append(duck, x.DuckAt), append(loud, x.Loud), append(cut, x.StopAt)
	}
	r.FalseStops = math.Round(1000*float64(r.Stopped)/float64(max(1, r.Others))) / 1000
	r.Dipped = math.Round(1000*r.Dipped/float64(max(1, r.Others))) / 1000
	r.DuckP95, r.LoudP50, r.LoudP95, r.CutP50, r.CutP95 = at(duck, .95), at(loud, .5), at(loud, .95), at(cut, .5), at(cut, .95)
	return r
}

func at(ds []time.Duration, q float64) float64 {
	if len(ds) == 0 {
		return 0
	}
	slices.Sort(ds)
	return math.Round(float64(ds[max(0, int(math.Ceil(q*float64(len(ds))))-1)]) / 1e6)
}

// Print writes the report for people.
func (r Report) Print(w io.Writer) error {
	_, err := fmt.Fprintf(w, `%d sounds while the agent speaks: %d callers who take the floor, %d others

callers who were not given the floor   %d
others at which the agent stopped      %d (%.1f %%); its voice dipped at %.0f %% of them
onset → 24 dB lower                    %4.0f ms p95
onset → last sound within 12 dB        %4.0f ms p50  %4.0f p95
onset → queue cut                      %4.0f ms p50  %4.0f p95
`, r.Cases, r.Interruptions, r.Others, r.Missed, r.Stopped, 100*r.FalseStops, 100*r.Dipped, r.DuckP95, r.LoudP50, r.LoudP95, r.CutP50, r.CutP95)
	for _, k := range r.Kinds {
		if err == nil {
			_, err = fmt.Fprintf(w, "  %-14s %3d cases, %d wrong\n", k.Name, k.Cases, k.Wrong)
		}
	}
	for _, name := range r.Wrong {
		if err == nil {
			_, err = fmt.Fprintf(w, "wrong: %s\n", name)
		}
	}
	return err
}
