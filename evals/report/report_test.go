package report

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/aubade/aubade/evals"
	"github.com/aubade/aubade/voice"
)

func TestAReportIsWholeAndNeedsNoOtherFile(t *testing.T) {
	wrong := evals.Result{Case: evals.Case{ID: "n2", Kind: evals.KindNumber, Question: "What was <b>revenue</b>?"}, TookMS: 900,
		Answer: evals.Answer{Shown: "It was $1.", Citations: []voice.Citation{{Title: "10-Q", URL: "https://filings.example/a", Quote: "Revenue | $2"}, {Title: "bad", URL: "javascript:alert(1)"}}},
		Score:  evals.Score{Verdict: evals.Wrong, Why: []string{"it says $1, not $2"}},
		Spoken: &evals.Spoken{Room: "recorded", Sound: []byte("RIFF"), Turns: []evals.SpokenTurn{{Question: "What was <b>revenue</b>?", Heard: "what was revenue", Shown: "It was $1.", TTFAMS: 900, EndOfTurnMS: 400, StoppedMS: -1,
			Waterfall: &voice.Breakdown{TTFA: 900 * time.Millisecond, Parts: []voice.Part{{Name: "end of turn", For: 400 * time.Millisecond}, {Name: "first audio", For: 500 * time.Millisecond}}}}}}}
	right := wrong
	right.Case.ID, right.Score, right.TookMS = "n1", evals.Score{Verdict: evals.Right}, 100
	plan := evals.Plan{Cases: []evals.Case{right.Case, wrong.Case}, Done: []evals.Result{right, wrong}}
	run, err := plan.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	base := evals.Baseline{Results: []evals.Result{right, {Case: wrong.Case, Score: evals.Score{Verdict: evals.Right}}}}
	var b bytes.Buffer
	p := Page{Title: "aubade eval", Made: time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC), Run: run, Changes: base.Compare(run, 1), Note: "yesterday"}
	if err := p.Write(&b); err != nil {
		t.Fatal(err)
	}
	html := b.String()
	for _, want := range []string{"1 of 2", "What was &lt;b&gt;revenue", "what was revenue", "it says $1, not $2", "Revenue | $2", "data:audio/wav;base64,UklGRg==", "did not stop", "first audio", "Lost", "n2", "900 ms", "@media print", "width=device-width"} {
		if !strings.Contains(html, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, never := range []string{"<script", "<link", `src="http`, "<b>revenue", `href="javascript`, "ZgotmplZ"} {
		if strings.Contains(html, never) {
			t.Errorf("the page holds %q", never)
		}
	}
}

func TestAHistogramCountsEverythingOnce(t *testing.T) {
	values := []float64{5}
	for i := range 300 {
		values = append(values, float64(i))
	}
	h := histogramOf(append(values, 1e6)) // one that is very late does not press the others together
	n := 0
	for _, b := range h.Bars {
		n += b.N
	}
	if n != 302 || h.To > 1000 || histogramOf(nil) != nil || len(histogramOf([]float64{7}).Bars) != bars {
		t.Errorf("%d counted, to %v", n, h.To)
	}
}
