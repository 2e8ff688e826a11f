package evals

import (
	"slices"
	"time"

	"github.com/aubade/aubade/voice"
)

// Spoken is a case that was asked aloud, as both sides of the call had it.
type Spoken struct {
	Room  string       `json:"room"`  // "recorded", or "livekit"
	Voice string       `json:"voice"` // the caller's
	Turns []SpokenTurn `json:"turns"`
	// Sound is the call, a WAV of one channel with both sides; it is kept for the report only.
	Sound []byte `json:"-"`
}

// A SpokenTurn is one question of a call. Times are taken from the two waveforms, in milliseconds; 0 where nothing came.
type SpokenTurn struct {
	Question string `json:"question"`
	Heard    string `json:"heard"` // what the ears made of it
	// HeardErrors compares the two, word by word.
	HeardErrors WordErrors `json:"heard_errors"`
	Shown       string     `json:"shown"`
	Said        string     `json:"said"`
	// Back is the answer's sound as the ears hear it, and BackErrors compares that with the words that were to be said.
	Back        string     `json:"back,omitempty"`
	BackErrors  WordErrors `json:"back_errors"`
	TTFAMS      float64    `json:"ttfa_ms"`
	EndOfTurnMS float64    `json:"end_of_turn_ms"`
	FalseCuts   int        `json:"false_cuts"` // ends of turn before the caller had finished
	// StoppedMS is how long the agent spoke on when this question took the floor; -1 where it did not stop.
	StoppedMS float64          `json:"stopped_ms,omitempty"`
	Waterfall *voice.Breakdown `json:"waterfall,omitempty"`
}

// Pace sums up the spoken turns of a run.
type Pace struct {
	Turns     int       `json:"turns"`
	Answered  int       `json:"answered"` // with sound
	TTFAMS    Quantiles `json:"ttfa_ms"`
	EndMS     Quantiles `json:"end_of_turn_ms"`
	FalseCuts int       `json:"false_cuts"`
	HeardWER  float64   `json:"heard_wer"`
	BackWER   float64   `json:"back_wer"`
}

// Quantiles of some measurements.
type Quantiles struct {
	N   int     `json:"n"`
	P50 float64 `json:"p50"`
	P95 float64 `json:"p95"`
	Max float64 `json:"max"`
}

// QuantilesOf sorts what was measured, and picks.
func QuantilesOf(values []float64) Quantiles {
	v := slices.Sorted(slices.Values(values))
	q := Quantiles{N: len(v)}
	if len(v) == 0 {
		return q
	}
	at := func(p float64) float64 { return v[min(len(v)-1, int(p*float64(len(v))))] }
	q.P50, q.P95, q.Max = at(0.5), at(0.95), v[len(v)-1]
	return q
}

// pace is nil where nothing was spoken.
func pace(results []Result) *Pace {
	var p Pace
	var ttfa, end []float64
	var heard, back WordErrors
	for _, r := range results {
		if r.Spoken == nil {
			continue
		}
		for _, t := range r.Spoken.Turns {
			p.Turns++
			p.FalseCuts += t.FalseCuts
			heard.Add(t.HeardErrors)
			if t.Back != "" {
				back.Add(t.BackErrors)
			}
			if t.TTFAMS > 0 {
				p.Answered++
				ttfa = append(ttfa, t.TTFAMS)
			}
			if t.EndOfTurnMS > 0 {
				end = append(end, t.EndOfTurnMS)
			}
		}
	}
	if p.Turns == 0 {
		return nil
	}
	p.TTFAMS, p.EndMS, p.HeardWER, p.BackWER = QuantilesOf(ttfa), QuantilesOf(end), heard.Rate(), back.Rate()
	return &p
}

// millis of a duration.
func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
