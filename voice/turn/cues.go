package turn

import (
	"math"
)

// CueNames name the weights of Model.End and Model.Pause, in order.
var CueNames = []string{
	"bias",
	// The sentence.
	"complete", "complete × long", "complete × announcement", "question", "question × long", "request", "short", "subordinate",
	"joined", "announcement", "thanking", "filler", "hedge", "tag", "or",
	// The turn.
	"length", "no question", "after question", "sentences since question", "words since question", "thanks after question",
	"thanks", "greeting", "more announced",
	// How it was spoken.
	"drawn", "drawn far", "drawn filler", "drawn before", "drawn third", "hurry", "hurry long", "slow speaker", "rate",
	// The pauses so far.
	"pauses", "last pause", "usual pause", "pause share", "call's pause",
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
		complete, complete*long, complete*announces,
		question, question*long, is(cur.request >= 0 && cur.question < 0),
		is(n <= 3), subordinate, is(len(sent) > 1 && joints[sent[0]]), announces,
		is(n < 30 && thanksFor(sent)), is(fillers[last]), is(endsWithAny(w, hedges)), is(endsWithAny(w, tags)), is(last == "or"),
	)
	asked, since, words := false, 0.0, 0.0
	for i, a := range all {
		if a.asks() {
			asked = true
			since, words = float64(len(all)-1-i), float64(n-a.to)
		}
	}
	after := len(all) > 1 && all[len(all)-2].asks() && cur.len() <= 3
	x = append(x,
		long, is(!asked), is(after), math.Log1p(since), math.Log1p(words), is(thanks(w) && asked), is(thanks(w) && !asked),
		is(onlyOf(w, greetings)), is(anywhere(w, mores) && !anywhere(w, lasts)),
	)
	x = append(x, m.spokenCues(s)...)
	return append(x, sp.cues(s)...)
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
	mean := func(a, b int) float64 {
		sum, count := 0.0, 2.0
		for k := a; k <= b && k < len(drawn); k++ {
			sum, count = sum+back(k), count+1
		}
		return sum / count
	}
	seconds := s.seconds()
	return []float64{
		back(0), max(0, back(0)-0.4), back(0) * is(fillers[s.words[n-1]]), back(1), back(2),
		mean(1, 5), mean(6, 12), habit, math.Log1p(seconds) - math.Log(float64(n)) + 0.5,
	}
}

// cues are what this speaker's pauses tell of the next.
func (sp *speaker) cues(s Script) []float64 {
	share := 0.0
	if len(s.timed) > 0 {
		share = sp.total.Seconds()/(s.seconds()+3) - 0.15
	}
	last := 0.0
	if sp.n > 0 {
		last = sp.last - usualPause
	}
	return []float64{math.Log1p(sp.n) - 2, last, sp.usual() - usualPause, share, sp.habit() - usualPause}
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

// thanksFor hears thanks that go on: "thanks for taking my question".
func thanksFor(words []string) bool {
	for i := 0; i+2 < len(words); i++ {
		if words[i] == "thanks" || i > 0 && words[i-1] == "thank" && words[i] == "you" {
			return true
		}
	}
	return false
}
