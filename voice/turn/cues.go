package turn

import (
	"math"
)

// CueNames name the weights of Model.End and Model.Pause, in order.
var CueNames = []string{
	"bias",
	// The sentence.
	"complete", "complete × long", "question", "question × long", "alternative", "request", "short", "subordinate", "announcement", "filler", "tag",
	// The turn.
	"length", "no question", "after question", "words since question", "thanks after question", "greeting", "more announced",
	// How it was spoken.
	"drawn", "drawn far", "drawn before", "drawn third", "hurry", "rate",
	// The pauses so far.
	"pauses", "last pause", "usual pause", "call's pause",
}

// cuesOf are what the silence after the script is judged by.
func (m *Model) cuesOf(s Script, sp *speaker) []float64 {
	x := make([]float64, 0, len(CueNames))
	if len(s.words) == 0 {
		x = append(x, 1)
		x = x[:len(CueNames)]
		x[indexOf("short")], x[indexOf("no question")] = 1, 1
		return x
	}
	w := s.words
	n := len(w)
	last := w[n-1]
	all := s.sentences(m)
	cur := all[len(all)-1]
	complete := dot(m.Sentence, s.sentenceCues(cur)) + 2
	long := math.Log(float64(n)) - 3
	question := is(cur.question >= 0)
	sent := w[cur.from:]
	announces, subordinate := 0.0, 0.0
	if cur.question < 0 {
		announces = is(anywhere(sent, announcements))
		if h := cur.head(w); h < cur.to {
			subordinate = is(subordinators[w[h]])
		}
	}
	x = append(x, 1,
		complete, complete*long,
		question, question*long, is(cur.alternative(w)), is(cur.request >= 0 && cur.question < 0),
		is(n <= 3), subordinate, announces, is(fillers[last]), is(endsWithAny(w, tags)),
	)
	asked, since := false, 0.0
	for _, a := range all {
		if a.asks() {
			asked, since = true, float64(n-a.to)
		}
	}
	after := len(all) > 1 && all[len(all)-2].asks() && cur.len() <= 3
	x = append(x,
		long, is(!asked), is(after), math.Log1p(since), is(thanks(w) && asked), is(onlyOf(w, greetings)),
		is(anywhere(w, mores) && !anywhere(w, lasts)),
	)
	x = append(x, m.spokenCues(s)...)
	return append(x, sp.cues()...)
}

// spokenCues are how the last words were spoken. People who hesitate draw out the last words, and people who are done
// hurry over them.
func (m *Model) spokenCues(s Script) []float64 {
	n := len(s.words)
	from := max(0, n-13)
	drawn := make([]float64, n-from)
	for i := range drawn {
		drawn[i] = m.drawn(s.timed[from+i], s.words[from+i])
	}
	habit := 0.0
	for i := range n - 1 {
		if i >= from {
			habit += drawn[i-from]
		} else {
			habit += m.drawn(s.timed[i], s.words[i])
		}
	}
	habit /= float64(n - 1 + 8)
	back := func(k int) float64 { // the k-th word from the end, against the speaker's habit
		if k >= len(drawn) {
			return -habit
		}
		return drawn[len(drawn)-1-k] - habit
	}
	hurry, count := 0.0, 2.0
	for k := 1; k <= 5 && k < len(drawn); k++ {
		hurry, count = hurry+back(k), count+1
	}
	return []float64{
		back(0), max(0, back(0)-0.4), back(1), back(2), hurry / count, math.Log1p(s.seconds()) - math.Log(float64(n)) + 0.5,
	}
}

// cues are what this speaker's pauses tell of the next.
func (sp *speaker) cues() []float64 {
	last := 0.0
	if sp.n > 0 {
		last = sp.last - usualPause
	}
	return []float64{math.Log1p(sp.n) - 2, last, sp.usual() - usualPause, sp.habit() - usualPause}
}

func indexOf(cue string) int {
	for i, n := range CueNames {
		if n == cue {
			return i
		}
	}
	panic("voice/turn: no cue is named " + cue)
}

func anywhere(words []string, x phraseIndex) bool {
	for i := range words {
		if x.at(words[i:]) {
			return true
		}
	}
	return false
}
