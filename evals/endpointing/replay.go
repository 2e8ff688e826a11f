package endpointing

import (
	"time"

	"github.com/aubade/aubade/voice/audio"
	"github.com/aubade/aubade/voice/turn"
)

// A Silence is a pause within a turn, or what follows its end.
type Silence struct {
	Turn int
	Call string
	Gap  time.Duration // of a pause
	End  bool          // the turn ended here
	// Waits are after how much silence the turn was said to be over, for every setting; for a pause, it is never if
	// speech came first.
	Waits []time.Duration
	// Cues are what the silence is judged by once its words are known.
	Cues []float64
	// Odds are the model's log-odds of an end by those cues.
	Odds float64
}

// Cut says whether a pause was taken for an end at a setting. Speech that comes just when we decide is heard first.
func (s Silence) Cut(setting int) bool { return !s.End && s.Waits[setting] < s.Gap }

// never is the wait of a silence that was over before it was judged.
const never = time.Duration(1<<63 - 1)

// Replay plays turns to endpointers, one for each call, and returns every silence with what became of it at every
// patience. An endpointer is not told when it was wrong but by the speech that goes on, so that one listens for all.
func Replay(turns []Turn, o turn.Options, patiences []time.Duration, lag time.Duration) []Silence {
	var out []Silence
	var e *turn.Endpointer
	call := ""
	clock := audio.Position(0)
	for i, t := range turns {
		if e == nil || t.Call != call {
			e, call, clock = turn.New(o), t.Call, 0
		} else {
			e.Next()
		}
		t = t.later(clock)
		clock = t.End.Add(10 * time.Second) // somebody answers
		p := player{e: e, t: t, n: i, lag: lag, patiences: patiences, end: o.Model.End}
		out = append(out, p.play()...)
	}
	return out
}

// A player plays one turn to an endpointer.
type player struct {
	e         *turn.Endpointer
	t         Turn
	n         int
	lag       time.Duration
	patiences []time.Duration
	end       []float64 // Model.End
	known     int       // words
}

func (p *player) play() []Silence {
	var out []Silence
	p.e.Voice(true, p.t.Words[0].Start)
	for k, w := range p.t.Words {
		last := k == len(p.t.Words)-1
		if p.t.pauses[k] == 0 && !last {
			continue
		}
		until := turn.Never
		if !last {
			until = w.End.Add(p.t.pauses[k])
		}
		s := Silence{Turn: p.n, Call: p.t.Call, Gap: p.t.pauses[k], End: last, Waits: make([]time.Duration, len(p.patiences))}
		p.silence(&s, w.End, until)
		// For fitting, whether or not the silence lasted long enough for its words.
		p.tell(w.End.Add(p.lag))
		s.Cues = p.e.Cues()
		s.Odds = dot(s.Cues, p.end)
		out = append(out, s)
		if !last {
			p.e.Voice(true, until)
		}
	}
	return out
}

// silence asks the endpointer when something is learned, up to the next speech.
func (p *player) silence(s *Silence, from, until audio.Position) {
	for i := range s.Waits {
		s.Waits[i] = never
	}
	p.tell(from)
	p.e.Voice(false, from)
	for now := from; ; {
		next := turn.Never // when more is known
		if p.known < len(p.t.Words) {
			next = p.t.Words[p.known].End.Add(p.lag)
		}
		next = min(next, until)
		for i, patience := range p.patiences {
			if s.Waits[i] != never {
				continue
			}
			p.e.SetPatience(patience)
			if d := p.e.Decide(now); d.End {
				s.Waits[i] = now.Sub(from)
			} else if d.WaitUntil < next {
				s.Waits[i] = d.WaitUntil.Sub(from)
			}
		}
		if now = next; now >= until {
			return
		}
		p.tell(now)
	}
}

// tell lets the endpointer know the words that have come to be known.
func (p *player) tell(now audio.Position) {
	for p.known < len(p.t.Words) {
		at := p.t.Words[p.known].End.Add(p.lag)
		if at > now {
			return
		}
		p.known++
		if p.known == len(p.t.Words) || p.t.Words[p.known].End.Add(p.lag) > now {
			p.e.Words(p.t.Words[:p.known], false, 0, at)
		}
	}
}
