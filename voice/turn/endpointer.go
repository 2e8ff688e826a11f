package turn

import (
	"time"

	"github.com/aubade/aubade/voice/audio"
)

// Options of an Endpointer. The zero value means the defaults, which are the shipped setting.
type Options struct {
	// Patience is what one false cut costs: so much silence after the user's turns would be as bad. Larger waits
	// longer everywhere; 0 means [DefaultPatience].
	Patience time.Duration
	// Floor and Ceiling bound the wait after the last voiced sound. A hold has a ceiling of its own, because somebody
	// who says "and" goes on, only not always soon. The defaults are 60 ms, 1.6 s and 3 s.
	Floor, Ceiling, HoldCeiling time.Duration
	// Deadline is the longest wait of all, from the end of speech, whatever the signals say. Asked is the same when the
	// user has asked for time ("hang on"). The defaults are 4 s and 10 s.
	Deadline, Asked time.Duration
	// Model judges the silences; nil means Shipped.
	Model *Model
}

// DefaultPatience is the shipped setting of Options.Patience.
const DefaultPatience = 3 * time.Second

func (o Options) withDefaults() Options {
	set := func(d *time.Duration, to time.Duration) {
		if *d == 0 {
			*d = to
		}
	}
	set(&o.Patience, DefaultPatience)
	set(&o.Floor, 60*time.Millisecond)
	set(&o.Ceiling, 1600*time.Millisecond)
	set(&o.HoldCeiling, 3*time.Second)
	set(&o.Deadline, 4*time.Second)
	set(&o.Asked, 10*time.Second)
	if o.Model == nil {
		o.Model = Shipped()
	}
	o.HoldCeiling = min(max(o.HoldCeiling, o.Ceiling), o.Deadline)
	o.Ceiling = min(o.Ceiling, o.Deadline)
	o.Asked = max(o.Asked, o.Deadline)
	return o
}

// A Decision says what to do about the silence at the moment it was asked for.
type Decision struct {
	// End says that the turn has ended. It stays true until more speech, other words or Next.
	End bool
	// Hold says that the user is in the middle of something, and Why what: stay silent, forget nothing.
	Hold bool
	Why  Hold
	// WaitUntil is when the turn will end if nothing else is heard: ask again then, or when something changes. While
	// the user speaks, and before the first speech, there is no such time and it is Never.
	WaitUntil audio.Position
	// Complete is the probability, from the words and the sound, that the thought is complete, as if turns were as
	// frequent as pauses within them.
	Complete float32
	// Heard says that the words reach to the end of the speech so far, and Settled that no more of it are to come.
	Heard, Settled bool
}

// Never is a position that no stream reaches.
const Never = audio.Position(1<<63 - 1)

// An Endpointer decides when the user's turn has ended. Make one for each caller: it learns the speaker's pauses. It is
// not safe for concurrent use, keeps no clock, and starts nothing: positions are all it knows of time.
type Endpointer struct {
	o Options
	m *Model

	speaking   bool
	spoke      bool           // there was speech in this turn
	spokeUntil audio.Position // the end of the last voiced sound

	settled, tail []Word  // finals; the partial after them
	untilFinal    bool    // the latest words were a final
	expecting     bool    // the agent has asked for a word or two
	ends          float32 // how likely those who know think it that the utterance ends with its words; 0: no opinion
	arrived       audio.Position
	newest        audio.Position // the end of the newest word ever known
	lag           time.Duration  // how long the recognizer takes to know a word
	acoustic      float32        // 0: no opinion on this silence

	speaker speaker
	// The plan follows from all of the above, and is made when asked for.
	stale     bool // there is more to read
	unplanned bool
	changed   audio.Position // when something was last learned
	reading   reading
	waitUntil audio.Position
}

// New makes an endpointer for one caller.
func New(o Options) *Endpointer {
	o = o.withDefaults()
	return &Endpointer{o: o, m: o.Model, stale: true, lag: usualLag}
}

// Voice tells that speech began or ended at a position, which may lie a little in the past.
func (e *Endpointer) Voice(speaking bool, at audio.Position) {
	if speaking == e.speaking {
		if speaking || at <= e.spokeUntil {
			return
		}
	}
	if speaking {
		if e.spoke {
			e.speaker.paused(at.Sub(e.spokeUntil))
		}
		e.acoustic, e.ends = 0, 0
		e.spoke = true
	} else {
		e.spokeUntil = max(at, e.spokeUntil)
	}
	e.speaking = speaking
	e.learned(at)
}

// Words tells what the recognizer makes of the speech, as known at a position. A partial replaces the partial before it;
// a final replaces it too and is kept. ends is how likely whoever knows the domain, or has heard the sound, takes it to be
// that utterances end with these words; 0 is no opinion. Words without times are taken to have been spoken just before they arrived. The slice is not kept.
func (e *Endpointer) Words(words []Word, final bool, ends float32, at audio.Position) {
	e.tail = e.tail[:0]
	for _, w := range words {
		if w.End == 0 {
			w.End = max(0, at.Add(-usualLag))
			if !e.speaking && e.spoke {
				w.End = min(w.End, e.spokeUntil)
			}
			w.Start = w.End
		}
		e.tail = append(e.tail, w)
	}
	e.learnLag(at)
	if final {
		e.settled = append(e.settled, e.tail...)
		e.tail = e.tail[:0]
	}
	e.untilFinal, e.ends = final, ends
	e.arrived = max(at, e.arrived)
	e.learned(at)
}

// Acoustic tells a model's opinion, between 0 and 1, that the sound before the present silence ended a turn, as known
// at a position. More speech voids it.
func (e *Endpointer) Acoustic(probability float32, at audio.Position) {
	e.acoustic = min(max(probability, 0.01), 0.99)
	e.learned(at)
}

func (e *Endpointer) learned(at audio.Position) {
	e.changed = max(at, e.changed)
	e.stale = true
}

// Next begins a new turn: the words are forgotten, the speaker's habits are not.
func (e *Endpointer) Next() {
	e.spoke = e.speaking
	e.settled, e.tail = e.settled[:0], e.tail[:0]
	e.untilFinal, e.ends, e.expecting, e.acoustic = false, 0, false, 0
	e.speaker.next()
	e.stale = true
}

// Expect tells that the agent has asked what a word or two may answer: "yes" is then a turn, and no longer the
// beginning of one. It holds for the turn at hand.
func (e *Endpointer) Expect() {
	e.expecting = true
	e.stale = true
}

// SetPatience changes Options.Patience for the silence at hand and those to come.
func (e *Endpointer) SetPatience(d time.Duration) {
	e.o.Patience = d
	e.unplanned = true
}

// Speaking says whether the user speaks at the moment.
func (e *Endpointer) Speaking() bool { return e.speaking }

// SpokeUntil is the end of the last voiced sound.
func (e *Endpointer) SpokeUntil() audio.Position { return e.spokeUntil }

// Decide says whether the turn has ended at a position. It costs nothing while nothing has been learned.
func (e *Endpointer) Decide(now audio.Position) Decision {
	if e.stale {
		e.reading = e.read()
		e.stale, e.unplanned = false, true
	}
	if e.unplanned {
		e.waitUntil = Never
		if e.spoke && !e.speaking {
			e.waitUntil = e.spokeUntil.Add(e.wait(e.changed.Sub(e.spokeUntil)))
		}
		e.unplanned = false
	}
	heard, _ := e.reaches()
	return Decision{
		End:       e.waitUntil != Never && now >= e.waitUntil,
		Hold:      e.reading.hold != "",
		Why:       e.reading.hold,
		WaitUntil: e.waitUntil,
		Complete:  e.reading.complete,
		Heard:     !e.speaking && heard,
		Settled:   !e.speaking && e.settledAfter(now.Sub(e.spokeUntil)),
	}
}
