package deferral

import (
	"slices"
	"time"
)

// A tally counts turns into a score.
type tally struct {
	deadline                      time.Duration
	turns, complete, parts, asked int
	overruns                      []time.Duration
}

// turn counts one turn: how many of its parts answered in time, and how long it waited.
func (t *tally) turn(parts, onTime int, waited time.Duration) {
	t.turns++
	t.asked += parts
	t.parts += onTime
	if onTime == parts {
		t.complete++
	}
	t.overruns = append(t.overruns, max(0, waited-t.deadline))
}

func (t *tally) score(ordinary, extra int) Score {
	slices.Sort(t.overruns)
	return Score{
		CompleteOnTime: ratio(t.complete, t.turns),
		PartsOnTime:    ratio(t.parts, t.asked),
		ExtraCalls:     ratio(extra, ordinary),
		OverrunP999MS:  float64(t.overruns[min(len(t.overruns)-1, len(t.overruns)*999/1000)]) / float64(time.Millisecond),
	}
}

func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}
