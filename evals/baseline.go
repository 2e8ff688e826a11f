package evals

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"text/tabwriter"
)

// A Baseline is what a run must hold: a floor that was committed, or the results of an earlier run.
type Baseline struct {
	// Note says which run it is from and, where a number was lowered, why.
	Note string `json:"note"`
	// Right is how many cases of a kind must be right. Falling below it is a regression, whatever the noise.
	Right map[string]int `json:"right"`
	// Results, in place of Right, are compared case by case: a kind has regressed where the 95 % interval of the difference
	// lies below zero.
	Results []Result `json:"-"`
}

// LoadBaseline reads a baseline: a JSON object, or the predictions of an earlier run, one JSON line each.
func LoadBaseline(file string) (Baseline, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return Baseline{}, fmt.Errorf("load baseline: %w", err)
	}
	var b Baseline
	if err := json.Unmarshal(raw, &b); err == nil && b.Right != nil {
		return b, nil
	}
	if b.Results, err = ReadResults(bytes.NewReader(raw)); err != nil {
		return b, fmt.Errorf("load baseline %s: neither {\"right\": {...}} nor predictions: %w", file, err)
	}
	if len(b.Results) == 0 {
		return b, fmt.Errorf("load baseline %s: it is empty", file)
	}
	return b, nil
}

// ReadResults reads predictions, one JSON line each. A last line that was cut off is left out: the run that wrote it was
// killed there.
func ReadResults(r io.Reader) ([]Result, error) {
	var out []Result
	s := bufio.NewScanner(r)
	s.Buffer(nil, 16<<20)
	var bad error
	for n := 1; s.Scan(); n++ {
		if bad != nil {
			return nil, bad
		}
		var x Result
		if err := json.Unmarshal(s.Bytes(), &x); err != nil || x.Case.ID == "" {
			bad = fmt.Errorf("results: line %d is none: %v", n, err)
			continue
		}
		out = append(out, x)
	}
	if len(out) == 0 && bad != nil {
		return nil, bad
	}
	return out, s.Err()
}

// A Change is how one kind did against the baseline.
type Change struct {
	Kind string `json:"kind"`
	// Was and Is are shares that are right; against a floor, Was is the floor's share of the cases there are.
	Was float64 `json:"was"`
	Is  float64 `json:"is"`
	// Low and High bound the difference, 95 %, by bootstrap over the cases.
	Low  float64 `json:"low"`
	High float64 `json:"high"`
	// Noise says that the difference may be chance.
	Noise     bool `json:"noise"`
	Regressed bool `json:"regressed"`
	// Lost and Won list the cases that were right and are not, and the other way round.
	Lost []string `json:"lost,omitempty"`
	Won  []string `json:"won,omitempty"`
}

// Compare lists every kind, in the order of the run's table.
func (b Baseline) Compare(r Run, seed uint64) []Change {
	if b.Results == nil {
		return b.floor(r)
	}
	was, is := sharesOf(b.Results), sharesOf(r.Results)
	var out []Change
	for _, t := range r.Kinds {
		c := Change{Kind: t.Kind}
		var differences []float64
		for _, id := range slices.Sorted(maps.Keys(is)) {
			now := is[id]
			then, ok := was[id]
			if !ok || t.Kind != all && now.kind != t.Kind {
				continue
			}
			d := now.value() - then.value()
			differences = append(differences, d)
			c.Was += then.value()
			c.Is += now.value()
			if d < 0 {
				c.Lost = append(c.Lost, id)
			} else if d > 0 {
				c.Won = append(c.Won, id)
			}
		}
		n := float64(len(differences))
		if n == 0 {
			continue // a kind that the baseline does not know
		}
		c.Was, c.Is = c.Was/n, c.Is/n
		c.Low, c.High = Bootstrap(differences, 2000, seed)
		c.Noise = c.Low <= 0 && c.High >= 0
		c.Regressed = c.High < 0
		out = append(out, c)
	}
	return out
}

// floor compares counts, of which a run that asks every case several times has as many more. A kind of which the run has no
// case at all has fallen, too.
func (b Baseline) floor(r Run) []Change {
	times := 1
	for _, x := range r.Results {
		times = max(times, x.Repeat+1)
	}
	var out []Change
	seen := map[string]bool{}
	for _, t := range r.Kinds {
		seen[t.Kind] = true
		least, ok := b.Right[t.Kind]
		if !ok {
			continue
		}
		least *= times
		c := Change{Kind: t.Kind, Was: float64(least) / float64(t.N), Is: float64(t.Right) / float64(t.N)}
		c.Low, c.High = t.Low-c.Was, t.High-c.Was
		c.Noise = c.Low <= 0 && c.High >= 0
		c.Regressed = t.Right < least
		out = append(out, c)
	}
	for _, k := range slices.Sorted(maps.Keys(b.Right)) {
		if !seen[k] && b.Right[k] > 0 {
			out = append(out, Change{Kind: k, Was: 1, Low: -1, High: -1, Regressed: true})
		}
	}
	return out
}

type kindShare struct {
	hits
	kind string
}

func sharesOf(results []Result) map[string]kindShare {
	out := map[string]kindShare{}
	for _, x := range results {
		s := out[x.Case.ID]
		out[x.Case.ID] = kindShare{s.add(x.Score.Verdict == Right), x.Case.Kind}
	}
	return out
}

// Regressed says whether any kind has.
func Regressed(changes []Change) bool {
	return slices.ContainsFunc(changes, func(c Change) bool { return c.Regressed })
}

// PrintChanges writes them as a table.
func PrintChanges(w io.Writer, changes []Change) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "kind\twas\tis\tdifference, 95 %\t\tlost\t")
	for _, c := range changes {
		mark := ""
		switch {
		case c.Regressed:
			mark = "REGRESSED"
		case c.Noise:
			mark = "noise"
		default:
			mark = "better"
		}
		lost := ""
		for i, id := range c.Lost {
			if i == 6 {
				lost += " …"
				break
			}
			lost += " " + id
		}
		fmt.Fprintf(t, "%s\t%.0f %%\t%.0f %%\t%+.0f to %+.0f\t%s\t%s\t\n", c.Kind, 100*c.Was, 100*c.Is, 100*c.Low, 100*c.High, mark, lost)
	}
	return t.Flush()
}
