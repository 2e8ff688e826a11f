package endpointing

import (
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/aubade/aubade/voice/turn"
)

// A Score sums up a curve: what is cut at a given dead air, and how much dead air a given share of cuts costs.
type Score struct {
	Cut300  float64 `json:"cut_300"`
	Cut600  float64 `json:"cut_600"`
	Dead10  float64 `json:"dead_air_10pct_ms"`
	P95at10 float64 `json:"dead_air_10pct_p95_ms"`
	Dead5   float64 `json:"dead_air_5pct_ms"`
	P95at5  float64 `json:"dead_air_5pct_p95_ms"`
	// Never is the share of turns without a cut, at the setting that cuts 10 % of the pauses.
	Never    float64 `json:"never_cut"`
	NeverAt5 float64 `json:"never_cut_5pct"`
}

// A Setting is what one setting, with its bounds, does.
type Setting struct {
	PatienceMS float64 `json:"patience_ms"`
	Cut        float64 `json:"cut"`
	Dead       float64 `json:"dead_air_ms"`
	P95        float64 `json:"dead_air_p95_ms"`
	Never      float64 `json:"never_cut"`
}

// A Report is the result of the evaluation.
type Report struct {
	Turns  int     `json:"turns"`
	Calls  int     `json:"calls"`
	Pauses int     `json:"pauses"`
	LagMS  float64 `json:"lag_ms"`
	Score
	SilenceOnly Score `json:"silence_only"`
	// Loss is the mean log-loss of the model's opinion of ends and of the pauses that outlast the lag: it is steadier
	// than the rest, and what to choose cues by.
	Loss float64 `json:"loss"`
	// Shipped is the endpointer as it is used, with its bounds.
	Shipped Setting `json:"shipped"`
	// CrossValidated says that each call was judged by a model fitted without it.
	CrossValidated bool `json:"cross_validated"`
}

// Evaluate scores a model on turns.
func Evaluate(turns []Turn, m *turn.Model, lag time.Duration) (Report, error) {
	if lag < 0 {
		return Report{}, fmt.Errorf("a lag of %v is before the word", lag)
	}
	return report(turns, lag, Replay(turns, options(m), patiences(), lag), shippedSetting(turns, m, lag)), nil
}

// CrossValidate scores the way of fitting: every call is judged by a model fitted to the others.
func CrossValidate(turns []Turn, lag time.Duration) (Report, error) {
	calls := callsOf(turns)
	if len(calls) < 2 {
		return Report{}, errors.New("one call cannot be judged by the others")
	}
	if lag < 0 {
		return Report{}, fmt.Errorf("a lag of %v is before the word", lag)
	}
	var swept, shipped []Silence
	for i, call := range calls {
		var own, others []Turn
		for _, t := range turns {
			if t.Call == call {
				own = append(own, t)
			} else {
				others = append(others, t)
			}
		}
		m := Fit(others, lag)
		swept = append(swept, renumber(Replay(own, options(m), patiences(), lag), i)...)
		shipped = append(shipped, renumber(shippedSetting(own, m, lag), i)...)
	}
	r := report(turns, lag, swept, shipped)
	r.CrossValidated = true
	return r, nil
}

// renumber keeps the turns of calls apart.
func renumber(silences []Silence, call int) []Silence {
	for i := range silences {
		silences[i].Turn += call << 20
	}
	return silences
}

func shippedSetting(turns []Turn, m *turn.Model, lag time.Duration) []Silence {
	return Replay(turns, turn.Options{Model: m}, []time.Duration{turn.DefaultPatience}, lag)
}

func report(turns []Turn, lag time.Duration, swept, shipped []Silence) Report {
	r := Report{Turns: len(turns), Calls: len(callsOf(turns)), LagMS: ms(lag)}
	for _, s := range swept {
		if !s.End {
			r.Pauses++
		}
	}
	r.Loss = loss(swept)
	r.Score = score(curve(swept, patiences()))
	r.SilenceOnly = score(silenceAlone(swept))
	p := measure(shipped, 0)
	r.Shipped = Setting{PatienceMS: ms(turn.DefaultPatience), Cut: round(p.Cut), Dead: ms(p.Dead), P95: ms(p.P95), Never: round(p.Never)}
	return r
}

// loss is -log of the probability given to what happened, with the odds of this file.
func loss(silences []Silence) float64 {
	ends, pauses := 0.0, 0.0
	for _, s := range silences {
		if s.End {
			ends++
		} else if s.Gap >= relevant {
			pauses++
		}
	}
	sum := 0.0
	for _, s := range silences {
		p := 1 / (1 + math.Exp(-s.Odds-math.Log(ends/pauses)))
		if s.End {
			sum -= math.Log(p)
		} else if s.Gap >= relevant {
			sum -= math.Log(1 - p)
		}
	}
	return math.Round(1e5*sum/(ends+pauses)) / 1e5
}

func score(c Curve) Score {
	ten, _ := c.At(0.10)
	five, _ := c.At(0.05)
	return Score{
		Cut300: round(c.CutAt(300 * time.Millisecond)), Cut600: round(c.CutAt(600 * time.Millisecond)),
		Dead10: ms(ten.Dead), P95at10: ms(ten.P95), Never: round(ten.Never),
		Dead5: ms(five.Dead), P95at5: ms(five.P95), NeverAt5: round(five.Never),
	}
}

func callsOf(turns []Turn) []string {
	var calls []string
	seen := map[string]bool{}
	for _, t := range turns {
		if !seen[t.Call] {
			seen[t.Call] = true
			calls = append(calls, t.Call)
		}
	}
	return calls
}

func ms(d time.Duration) float64 { return math.Round(float64(d) / float64(time.Millisecond)) }

func round(x float64) float64 { return math.Round(x*1000) / 1000 }

// Print writes the report for people.
func (r Report) Print(w io.Writer) error {
	how := "the shipped model"
	if r.CrossValidated {
		how = "each call by a model fitted to the others"
	}
	_, err := fmt.Fprintf(w, `%d turns of %d calls, %d pauses; words are known %.0f ms after they end; %s

                              endpointer   silence alone
pauses cut at 300 ms          %9.1f %%     %9.1f %%    of mean dead air
           at 600 ms          %9.1f %%     %9.1f %%
dead air   at 10 %% cut        %8.0f ms     %8.0f ms    mean
                              %8.0f ms     %8.0f ms    p95
turns never cut               %9.1f %%     %9.1f %%
dead air   at  5 %% cut        %8.0f ms     %8.0f ms    mean
                              %8.0f ms     %8.0f ms    p95
turns never cut               %9.1f %%     %9.1f %%

As shipped (patience %.0f ms, with its bounds): cuts %.1f %% of the pauses; dead air %.0f ms mean, %.0f p95; %.1f %% of the turns never cut
`,
		r.Turns, r.Calls, r.Pauses, r.LagMS, how,
		100*r.Cut300, 100*r.SilenceOnly.Cut300, 100*r.Cut600, 100*r.SilenceOnly.Cut600,
		r.Dead10, r.SilenceOnly.Dead10, r.P95at10, r.SilenceOnly.P95at10, 100*r.Never, 100*r.SilenceOnly.Never,
		r.Dead5, r.SilenceOnly.Dead5, r.P95at5, r.SilenceOnly.P95at5, 100*r.NeverAt5, 100*r.SilenceOnly.NeverAt5,
		r.Shipped.PatienceMS, 100*r.Shipped.Cut, r.Shipped.Dead, r.Shipped.P95, 100*r.Shipped.Never)
	return err
}
