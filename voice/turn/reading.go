package turn

import (
	"math"
	"time"

	"github.com/aubade/aubade/voice/audio"
)

// A reading is what the words and the sound say about the present silence.
type reading struct {
	complete float32
	logit    float64 // of complete
	hold     Hold
	known    bool // there are words at all
}

// heardAll is how far the last known word may lie before the end of the voiced sound without a word missing between.
const heardAll = audio.Position(audio.Rate / 8)

// settledAt says whether the words up to the end of speech are known. They are when they reach it, when a final came
// after it, and when so much silence has passed that a missing word would have come.
func (e *Endpointer) settledAt(now audio.Position) bool {
	if now.Sub(e.spokeUntil) > time.Second || e.untilFinal && e.arrived >= e.spokeUntil {
		return true
	}
	return e.spokeUntil-e.lastEnd() <= heardAll
}

func (e *Endpointer) lastEnd() audio.Position {
	if n := len(e.tail); n > 0 {
		return e.tail[n-1].End
	}
	if n := len(e.settled); n > 0 {
		return e.settled[n-1].End
	}
	return 0
}

func (e *Endpointer) read() reading {
	words := make([]string, 0, len(e.settled)+len(e.tail))
	for _, part := range [][]Word{e.settled, e.tail} {
		for _, w := range part {
			if p := plain(w.Text); p != "" {
				words = append(words, p)
			}
		}
	}
	r := reading{known: len(words) > 0, hold: holding(words)}
	r.logit = completeness(words)
	if e.closing {
		r.logit += 1.5
	}
	if e.acoustic > 0 {
		r.logit += math.Log(float64(e.acoustic / (1 - e.acoustic)))
	}
	if r.hold != "" {
		r.logit = min(r.logit, -3)
	}
	r.complete = float32(1 / (1 + math.Exp(-r.logit)))
	return r
}

// completeness is the log-odds that a turn ends after the words.
func completeness(words []string) float64 {
	if len(words) == 0 {
		return -2
	}
	last := words[len(words)-1]
	clause := lastClause(words)
	score := -1.5
	if subjects[last] || auxiliaries[last] {
		score -= 2
	}
	if len(clause) >= 3 && questionBefore(clause[:min(3, len(clause))]) {
		score += 1.5
	}
	if last == "thanks" || last == "please" || endsWith(words, []string{"thank", "you"}) {
		score += 1.5
	}
	if len(words) < 3 {
		score -= 0.5
	}
	return score
}
