package turn

import (
	"time"

	"github.com/aubade/aubade/voice/audio"
)

// GateOptions say when a run of probabilities is speech. The zero value means the defaults.
type GateOptions struct {
	On    float32       // a probability from which speech may begin; 0.5
	Off   float32       // a probability below which it may end; 0.35
	Onset time.Duration // speech must last this long to be marked; 40 ms
	Hang  time.Duration // and silence this long; 100 ms: shorter holes are stops and plosives, not pauses
}

// A Mark says that speech began or ended At a place that lies a little in the past.
type Mark struct {
	Speaking bool
	At       audio.Position
}

// A Gate turns the probabilities of a voice detector into speech marks, with hysteresis. Marks alternate, begin with
// speech, and never go back in time.
type Gate struct {
	o        GateOptions
	speaking bool
	last     audio.Position // of the latest probability
	since    audio.Position // where the run that may change the state began
	running  bool
}

// NewGate makes a gate for one stream.
func NewGate(o GateOptions) *Gate {
	if o.On == 0 {
		o.On = 0.5
	}
	if o.Off == 0 {
		o.Off = min(0.35, o.On)
	}
	if o.Onset == 0 {
		o.Onset = 40 * time.Millisecond
	}
	if o.Hang == 0 {
		o.Hang = 100 * time.Millisecond
	}
	return &Gate{o: o}
}

// Hear takes the probability that the sound up to at was speech, and reports a mark when the state changes. A start is
// marked where its run began, an end where the last voiced sound ended.
func (g *Gate) Hear(probability float32, at audio.Position) (Mark, bool) {
	from := g.last
	g.last = max(at, g.last)
	against, need := probability >= g.o.On, g.o.Onset
	if g.speaking {
		against, need = probability < g.o.Off, g.o.Hang
	}
	if !against {
		g.running = false
		return Mark{}, false
	}
	if !g.running {
		g.running, g.since = true, from
	}
	if g.last.Sub(g.since) < need {
		return Mark{}, false
	}
	g.running = false
	g.speaking = !g.speaking
	return Mark{Speaking: g.speaking, At: g.since}, true
}

// Speaking says whether the latest mark was a start.
func (g *Gate) Speaking() bool { return g.speaking }
