package turn

import (
	"math"
	"time"

	"github.com/aubade/aubade/voice/audio"
)

// A reading is what the words and the sound say about the present silence.
type reading struct {
	complete  float32
	odds      float64 // the log-odds of complete
	hold      Hold
	mu, sigma float64 // of the logarithm of the pause's milliseconds, if it is one
}

const (
	// heardAll is how far the last known word may lie before the end of the voiced sound without a word missing between.
	heardAll = 120 * time.Millisecond
	// blind is how long we wait for words that must be there, before we decide without them.
	blind = 400 * time.Millisecond
	// usualLag is how long recognizers take to know a word.
	usualLag = 200 * time.Millisecond
	// seldom are the log-odds by which those who know count for more, because people who go on seldom pause first: where
	// utterances end as often as not, a silence is mostly an end.
	seldom = 0.9
)

// reaches says whether the words reach the end of the voiced sound, and final whether the recognizer has closed them.
func (e *Endpointer) reaches() (reaches, final bool) {
	final = e.untilFinal && e.arrived >= e.spokeUntil
	return final || e.spokeUntil.Sub(e.lastEnd()) <= heardAll, final
}

// settled says whether the words up to the end of speech are known after some silence. A short word may be missing though
// the words seem to reach the end, so the recognizer is given its usual time.
func (e *Endpointer) settledAfter(silence time.Duration) bool {
	reaches, final := e.reaches()
	return final || reaches && silence >= e.lag || silence > time.Second
}

// floor is the least wait for as much as is known.
func (e *Endpointer) floor() time.Duration {
	switch reaches, final := e.reaches(); {
	case final:
		return e.o.Floor
	case reaches:
		return max(e.o.Floor, min(e.lag, blind))
	}
	return max(e.o.Floor, blind)
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

// learnLag follows how long the recognizer takes to know a word.
func (e *Endpointer) learnLag(at audio.Position) {
	if n := len(e.tail); n > 0 && e.tail[n-1].End > e.newest {
		e.newest = e.tail[n-1].End
		seen := min(max(at.Sub(e.newest), 0), blind)
		e.lag += (seen - e.lag) / 4
	}
}

func (e *Endpointer) read() reading {
	s := NewScript(e.settled, e.tail)
	cues := e.m.cuesOf(s, &e.speaker)
	r := reading{
		odds:  dot(e.m.End, cues),
		hold:  holding(s.words),
		mu:    dot(e.m.Pause, cues),
		sigma: e.m.Spread,
	}
	// Some holds are too rare to be learned from what people say to each other, and grammar is surer than any model.
	if r.hold == HoldComparison || r.hold == HoldDictation || r.hold == HoldAsked {
		r.odds = min(r.odds-2, -3)
	}
	if r.hold == HoldTrailing {
		r.odds = min(r.odds-1, -1.5)
	}
	if ordering(s.words) {
		r.odds = max(r.odds, 2)
	}
	if e.expecting && r.hold == "" && len(s.words) > 0 && len(s.words) <= 4 {
		r.odds = max(r.odds+2, 1)
	}
	if e.ends > 0 && r.hold == "" {
		p := min(float64(e.ends), 0.95)
		r.odds += max(0, (math.Log(p/(1-p))+seldom)/2) // half: the words have told the model some of it already
	}
	if e.acoustic > 0 {
		r.odds += math.Log(float64(e.acoustic / (1 - e.acoustic)))
	}
	r.complete = float32(1 / (1 + math.Exp(-r.odds)))
	return r
}

// Cues are what the present silence is judged by, in the order of CueNames: for fitting a Model.
func (e *Endpointer) Cues() []float64 { return e.m.cuesOf(NewScript(e.settled, e.tail), &e.speaker) }
