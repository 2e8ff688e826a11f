package endpointing

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/aubade/aubade/voice/turn"
)

// How strongly weights are drawn to nothing. The five models have from 11 to 50 weights, and the file has some 150 ends.
const (
	ridgeWords = 3
	ridgeEnd   = 2.5
	ridgePause = 60
)

// relevant is the least pause that teaches the ends. Words are not known before 200 ms, and nearly no silence is ended
// before 300, so that shorter pauses would teach a difference that is never asked for.
const relevant = 300 * time.Millisecond

// Fit makes a model of turns, from the words up: the length of words, where sentences end, and what the silences are.
func Fit(turns []Turn, lag time.Duration) *turn.Model {
	m := &turn.Model{
		Duration: make([]float64, len(turn.DurationNames)),
		End:      make([]float64, len(turn.CueNames)),
		Pause:    make([]float64, len(turn.CueNames)),
		Spread:   1,
	}
	scripts := make([]turn.Script, len(turns))
	for i, t := range turns {
		scripts[i] = turn.NewScript(t.Words)
	}
	m.Duration = fitDuration(turns)
	m.Boundary = fitBoundary(turns, scripts)
	m.Sentence = fitSentence(turns, scripts, m)
	fitSilence(Replay(turns, options(m), nil, lag), m)
	return m
}

func fitDuration(turns []Turn) []float64 {
	var x [][]float64
	var y []float64
	for _, t := range turns {
		for i, w := range t.Words {
			// Before a pause words are longer: that is what the residual is to show.
			d := w.End.Sub(w.Start).Seconds()
			if d <= 0 || t.pauses[i] > 0 || i+1 == len(t.Words) {
				continue
			}
			script := turn.NewScript(t.Words[i : i+1])
			if script.Len() == 1 {
				x, y = append(x, turn.DurationCues(script.Word(0))), append(y, math.Log(d))
			}
		}
	}
	return linear(x, y, ridgeWords)
}

// begins says whether a sentence begins with a word, by its capital. "I" tells nothing, and neither do names: what
// general English does not know at the head of sentences.
func begins(t Turn, i int) (yes, known bool) {
	text := strings.ToLower(t.Words[i].Text)
	if text == "i" || strings.HasPrefix(text, "i'") {
		return false, false
	}
	return t.starts[i] && turn.Starts(text), true
}

func fitBoundary(turns []Turn, scripts []turn.Script) []float64 {
	var x [][]float64
	var y []float64
	for n, t := range turns {
		if scripts[n].Len() != len(t.Words) {
			continue // punctuation among the words: the indices do not agree
		}
		for i := 0; i+1 < len(t.Words); i++ {
			if yes, known := begins(t, i+1); known {
				x, y = append(x, scripts[n].BoundaryCues(i)), append(y, truth(yes))
			}
		}
	}
	return logistic(x, y, 1)
}

func fitSentence(turns []Turn, scripts []turn.Script, m *turn.Model) []float64 {
	var x [][]float64
	var y []float64
	for n, t := range turns {
		if scripts[n].Len() != len(t.Words) {
			continue
		}
		for i := range t.Words {
			yes, known := true, true
			if i+1 < len(t.Words) {
				yes, known = begins(t, i+1)
			}
			if known {
				x, y = append(x, scripts[n].SentenceCues(m, i)), append(y, truth(yes))
			}
		}
	}
	return logistic(x, y, ridgeWords)
}

func fitSilence(silences []Silence, m *turn.Model) {
	var ends, pauses [][]float64
	var y, length []float64
	for _, s := range silences {
		if s.End || s.Gap >= relevant {
			ends, y = append(ends, s.Cues), append(y, truth(s.End))
		}
		if !s.End {
			ms := float64(min(s.Gap, 3*time.Second)) / float64(time.Millisecond)
			pauses, length = append(pauses, s.Cues), append(length, math.Log(ms))
		}
	}
	m.End = logistic(ends, y, ridgeEnd)
	// A model speaks as if ends and pauses were equally frequent: how many pauses a turn has depends on who is asked for what.
	n := 0.0
	for _, v := range y {
		n += v
	}
	m.End[0] += math.Log((float64(len(y)) - n) / n)
	m.Pause = linear(pauses, length, ridgePause)
	sum := 0.0
	for i, x := range pauses {
		d := length[i] - dot(x, m.Pause)
		sum += d * d
	}
	m.Spread = math.Sqrt(sum / float64(len(pauses)))
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// Source is the model as the Go source of voice/turn/weights.go.
func Source(m *turn.Model) string {
	var b strings.Builder
	b.WriteString("package turn\n\n// The weights are made by \"aubade eval endpointing --fit\"; see package evals/endpointing.\nvar shipped = Model{\n")
	table := func(field, namesVar string, names []string, weights []float64) {
		fmt.Fprintf(&b, "\t%s: named(%s, map[string]float64{\n", field, namesVar)
		for i, n := range names {
			fmt.Fprintf(&b, "\t\t%q: %.2f,\n", n, weights[i])
		}
		b.WriteString("\t}),\n")
	}
	table("Duration", "DurationNames", turn.DurationNames, m.Duration)
	table("Boundary", "BoundaryNames", turn.BoundaryNames, m.Boundary)
	table("Sentence", "SentenceNames", turn.SentenceNames, m.Sentence)
	table("End", "CueNames", turn.CueNames, m.End)
	table("Pause", "CueNames", turn.CueNames, m.Pause)
	fmt.Fprintf(&b, "\tSpread: %.3f,\n}\n", m.Spread)
	return b.String()
}
