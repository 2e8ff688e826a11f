package report

import (
	"bytes"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/aubade/aubade/evals"
)

// A Page is what a report shows.
type Page struct {
	Title   string
	Made    time.Time
	Command string // that made it
	About   string // what was measured
	Run     evals.Run
	// Changes compare with a baseline, whose Note says where it is from; Then are its results, where they are known.
	Changes []evals.Change
	Note    string
	Then    []evals.Result
}

//go:embed report.html
var source string

var page = template.Must(template.New("report").Funcs(template.FuncMap{
	"pct":  func(share float64) string { return fmt.Sprintf("%.4g%%", 100*share) },
	"per":  func(share float64) string { return fmt.Sprintf("%.0f %%", 100*share) },
	"ms":   func(v float64) string { return fmt.Sprintf("%.0f ms", v) },
	"data": data,
	"join": strings.Join,
	"web":  func(u string) bool { return strings.HasPrefix(u, "https://") || strings.HasPrefix(u, "http://") },
}).Parse(source))

// data is a recording as an address that holds it.
func data(wav []byte) template.URL {
	return template.URL("data:audio/wav;base64," + base64.StdEncoding.EncodeToString(wav)) //nolint:gosec // made of base64 alone
}

// Write writes the page.
func (p Page) Write(w io.Writer) error { return page.Execute(w, view(p)) }

// WriteFile writes it to a file; what was there is replaced only when the whole page is made.
func (p Page) WriteFile(name string) error {
	var b bytes.Buffer
	if err := p.Write(&b); err != nil {
		return fmt.Errorf("report %s: %w", name, err)
	}
	next := name + ".part"
	if err := os.WriteFile(next, b.Bytes(), 0o644); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return os.Rename(next, name)
}

// What the template shows; shares are of the width of a chart.
type shown struct {
	Page
	All        evals.Tally
	Kinds      []kindBar
	Latency    *histogram
	Latencies  string // what the histogram is of
	Waterfalls []waterfall
	Legend     []part
	Changes    []changeBar
	Failures   []evals.Result
	Rest       []evals.Result
	Aloud      bool
}

type kindBar struct {
	evals.Tally
	RightShare, DeclinedShare, DeclinedAt, WrongShare, WrongAt float64
}

type changeBar struct {
	evals.Change
	// On an axis from −1 to 1, as shares of it.
	From, Width, Middle float64
	Verdict             string
}

type waterfall struct {
	ID, Question string
	TotalMS      float64
	Parts        []part
}

type part struct {
	Name      string
	MS        float64
	At, Width float64 // of the chart
	Colour    string
}

type histogram struct {
	Bars               []bar
	P50At, P95At       float64
	P50, P95, From, To float64
	N                  int
}

type bar struct {
	X, Width, Y, Height float64
	N                   int
	From, To            float64
}

func view(p Page) shown {
	v := shown{Page: p, Aloud: p.Run.Pace != nil}
	for _, k := range p.Run.Kinds {
		n := float64(max(k.N, 1))
		b := kindBar{Tally: k, RightShare: float64(k.Right) / n, DeclinedShare: float64(k.Declined) / n, WrongShare: float64(k.Wrong) / n}
		b.DeclinedAt, b.WrongAt = b.RightShare, b.RightShare+b.DeclinedShare
		v.Kinds = append(v.Kinds, b)
		v.All = k // the last one is of all
	}
	var times []float64
	for _, r := range p.Run.Results {
		if r.Score.Verdict == evals.Right {
			v.Rest = append(v.Rest, r)
		} else {
			v.Failures = append(v.Failures, r)
		}
		if r.Spoken == nil {
			if r.TookMS > 0 {
				times = append(times, r.TookMS)
			}
			continue
		}
		for _, t := range r.Spoken.Turns {
			if t.TTFAMS > 0 {
				times = append(times, t.TTFAMS)
			}
		}
	}
	v.Latencies = "from the question to the first sentence, in text"
	if v.Aloud {
		v.Latencies = "from the end of the caller's speech to the agent's first sound"
	}
	v.Latency = histogramOf(times)
	v.Waterfalls, v.Legend = waterfallsOf(p.Run.Results)
	for _, c := range p.Changes {
		b := changeBar{Change: c, From: (c.Low + 1) / 2, Width: (c.High - c.Low) / 2, Middle: (c.Is - c.Was + 1) / 2, Verdict: "better"}
		switch {
		case c.Regressed:
			b.Verdict = "regressed"
		case c.Noise:
			b.Verdict = "noise"
		}
		b.Width = math.Max(b.Width, 0.004)
		v.Changes = append(v.Changes, b)
	}
	return v
}

// bars is how many a histogram has.
const bars = 24

func histogramOf(ms []float64) *histogram {
	if len(ms) == 0 {
		return nil
	}
	q := evals.QuantilesOf(ms)
	low, high := slices.Min(ms), q.Max
	// A few that are very late must not press all others into one bar.
	if q.P95 > 0 && high > 3*q.P95 {
		high = 3 * q.P95
	}
	if high <= low {
		high = low + 1
	}
	h := &histogram{P50: q.P50, P95: q.P95, From: low, To: high, N: len(ms)}
	at := func(x float64) float64 { return math.Min(1, (x-low)/(high-low)) }
	h.P50At, h.P95At = at(q.P50), at(q.P95)
	counts := make([]int, bars)
	most := 0
	for _, x := range ms {
		i := min(bars-1, int(at(x)*bars))
		counts[i]++
		most = max(most, counts[i])
	}
	step := (high - low) / bars
	for i, n := range counts {
		share := float64(n) / float64(most)
		h.Bars = append(h.Bars, bar{X: float64(i) / bars, Width: 0.9 / bars, Y: 1 - share, Height: share, N: n, From: low + float64(i)*step, To: low + float64(i+1)*step})
	}
	return h
}

// colours tell the parts of a waterfall apart, on paper too.
var colours = []string{"#4c78a8", "#f0a35e", "#72b7b2", "#b279a2", "#9d755d", "#e4c441", "#7f7f7f", "#54a24b"}

func waterfallsOf(results []evals.Result) (all []waterfall, legend []part) {
	longest := 0.0
	for _, r := range results {
		if r.Spoken == nil {
			continue
		}
		for _, t := range r.Spoken.Turns {
			if t.Waterfall == nil {
				continue
			}
			w := waterfall{ID: r.Case.ID, Question: t.Question, TotalMS: float64(t.Waterfall.TTFA.Microseconds()) / 1000}
			for _, p := range t.Waterfall.Parts {
				i := slices.IndexFunc(legend, func(l part) bool { return l.Name == p.Name })
				if i < 0 {
					i = len(legend)
					legend = append(legend, part{Name: p.Name, Colour: colours[i%len(colours)]})
				}
				w.Parts = append(w.Parts, part{Name: p.Name, MS: float64(p.For.Microseconds()) / 1000, Colour: legend[i].Colour})
			}
			longest = max(longest, w.TotalMS)
			all = append(all, w)
		}
	}
	for i := range all {
		at := 0.0
		for j := range all[i].Parts {
			p := &all[i].Parts[j]
			p.At, p.Width = at/longest, p.MS/longest
			at += p.MS
		}
	}
	return all, legend
}
