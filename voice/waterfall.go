package voice

import "time"

// A stopwatch notes when the steps towards a reply's first sound were done.
type stopwatch struct {
	spoke time.Time // the end of the user's speech; zero where nothing was asked
	steps []step
}

type step struct {
	name string
	at   time.Time
}

func (w *stopwatch) note(name string, at time.Time) {
	for _, s := range w.steps {
		if s.name == name {
			return // only the first of a kind is waited for
		}
	}
	w.steps = append(w.steps, step{name, at})
}

// The steps that the session itself notes. A Responder's come in between.
const (
	stepTurn    = "end of turn"
	stepSay     = "first sentence"
	stepAudio   = "first audio"
	stepPlaying = "in the room"
)

// breakdown says where the silence went. What was done before the turn had ended, by speculation, cost nothing: its part
// is zero. The parts add up to the silence exactly.
func (w *stopwatch) breakdown() *Breakdown {
	b := &Breakdown{}
	at := w.spoke
	add := func(s step) {
		d := max(0, s.at.Sub(at))
		at = at.Add(d)
		b.Parts = append(b.Parts, Part{Name: s.name, For: d})
	}
	for _, s := range w.steps {
		if s.name == stepTurn {
			add(s)
		}
	}
	for _, s := range w.steps {
		if s.name != stepTurn {
			add(s)
		}
	}
	b.TTFA = at.Sub(w.spoke)
	return b
}
