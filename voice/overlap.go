package voice

import (
	"strings"
	"time"

	"github.com/aubade/aubade/voice/audio"
	"github.com/aubade/aubade/voice/turn"
)

// overlap is speech over the agent's: ducked at once, then judged. While it is open, what is heard is kept apart from the
// user's own turn; it becomes part of it when it takes the floor.
type overlap struct {
	judge  *turn.Overlap
	open   bool
	onset  audio.Position
	until  audio.Position // the end of the speech; 0 while it lasts
	alarm  audio.Position // when to judge again
	forget audio.Position // when, once judged, it is over for good
	judged bool           // it does not take the floor, by what is known so far

	finals  []Transcript
	partial Transcript
	final   bool // the speech has ended, and its final has come

	interrupted int // the reply that the user took the floor from last, for the turn to come
	agent       []agentWord
}

// agentWord is a word that the agent says, and when.
type agentWord struct {
	turn.Word
	at time.Time
}

// agentRemembered is how many of the agent's words are kept for telling their echo: about 12 s of speech.
const agentRemembered = 40

func (o *overlap) agentSays(word string, at time.Time, pos audio.Position) {
	if len(o.agent) == agentRemembered {
		o.agent = append(o.agent[:0], o.agent[agentRemembered/2:]...)
	}
	o.agent = append(o.agent, agentWord{turn.Word{Text: word, Start: pos, End: pos}, at})
}

// agentStops forgets the words that will not be said after all.
func (o *overlap) agentStops(now time.Time) {
	for len(o.agent) > 0 && o.agent[len(o.agent)-1].at.After(now) {
		o.agent = o.agent[:len(o.agent)-1]
	}
}

// sound lets the judge hear the frames of speech over the agent's.
func (o *overlap) sound(frames []loudness) {
	if !o.open {
		return
	}
	for _, f := range frames {
		o.judge.Sound(f.probability, f.level)
	}
}

func (o *overlap) close() {
	o.open, o.judged, o.alarm, o.forget = false, false, 0, 0
	o.finals, o.partial, o.final, o.until = nil, Transcript{}, false, 0
}

// positionAt is where the microphone is at a moment, as far as can be told from where it is now.
func (c *conversation) positionAt(t time.Time) audio.Position {
	return max(0, c.position().Add(time.Until(t)))
}

func (c *conversation) overlapBegins(at audio.Position) {
	o := &c.overlap
	joined := o.open && !o.judged // the same stretch, after a short hole
	if !joined {
		o.close()
		o.open, o.onset = true, at
	}
	o.until, o.final = 0, false
	o.judge.Voice(true, at)
	if !joined {
		c.duck()
	}
}

func (c *conversation) duck() {
	c.s.cfg.Out.Gain(c.s.o.Duck)
	c.emit(Event{Kind: Ducked, Turn: c.current.turn.ID})
}

// listenOn is how often a sound that was let pass is listened to again while it lasts: a voice may rise over it.
const listenOn = 60 * time.Millisecond

func (c *conversation) overlapHears(t Transcript) {
	o := &c.overlap
	if t.Final {
		o.partial = Transcript{}
		o.final = o.until != 0
		if t.Text != "" && !t.Rejected {
			o.finals = append(o.finals, t)
		}
	} else if !t.Rejected {
		o.partial = t
	}
	if t.Rejected {
		t = Transcript{Final: t.Final}
	}
	o.judge.Words(t.words(), t.Final, c.position())
}

// judgeOverlap decides, as soon as it can, whether the user takes the floor.
func (c *conversation) judgeOverlap(now time.Time) {
	o := &c.overlap
	if !o.open {
		return
	}
	words := make([]turn.Word, len(o.agent))
	for i, w := range o.agent {
		words[i] = w.Word
	}
	o.judge.Saying(words)
	at := c.position()
	d := o.judge.Decide(at)
	switch d.Ruling {
	case turn.NoOverlap:
		o.close()
	case turn.Duck:
		if o.judged {
			o.judged = false
			c.duck()
		}
		o.alarm = 0
		if d.WaitUntil != turn.Never {
			o.alarm = d.WaitUntil
		}
	case turn.Real:
		c.takeFloor(now)
	default:
		if !o.judged {
			o.judged = true
			c.s.cfg.Out.Gain(0)
			c.emit(Event{Kind: Swelled, Turn: c.current.turn.ID, Cause: string(d.Ruling)})
			c.userActive = now
			o.forget = at.Add(c.s.o.TurnDeadline)
		}
		if o.alarm = o.forget; o.until == 0 {
			o.alarm = at.Add(listenOn)
		}
		// Words that come later may still turn a murmur into a question. After its final none will.
		if o.until != 0 && (o.final || at >= o.forget) {
			o.close()
		}
	}
}

// hardly is how long a reply may have been heard to be taken back as if it had not.
const hardly = 250 * time.Millisecond

// takeFloor gives the floor to the user.
func (c *conversation) takeFloor(now time.Time) {
	o, r := &c.overlap, c.current
	c.active(now)
	switch {
	case r.aside:
		r.now.how = "speech"
		c.stop(r, ErrBargeIn)
	case c.goesOn() && c.user.began.Before(r.now.spokeAt.Add(hardly)):
		// A false cut: the agent began while the user took a breath.
		c.stop(r, ErrResumed)
		c.resume(r)
	default:
		if c.goesOn() && c.asked.complete < 0.5 {
			c.rejoin = c.asked.parts() // the words will tell
		}
		r.now.how = "speech"
		c.stop(r, ErrBargeIn)
		c.forget()
		o.interrupted = r.turn.ID
	}
	c.adopt(now)
	if u := &c.user; len(u.finals) > 0 || u.partial.Text != "" {
		c.rejoined()
	}
	c.wentOn()
}

// goesOn says whether the user spoke so soon after the end of the turn that is being answered that they may only have
// taken a breath.
func (c *conversation) goesOn() bool {
	return c.current.turn.ID == c.asked.id && c.user.began.Sub(c.asked.at) < c.s.o.ResumeWithin
}

// rejoined makes the turn that was interrupted part of the one that the user is in, once its words show that it goes on:
// that they are no correction and no order.
func (c *conversation) rejoined() {
	u := &c.user
	words := plainWords(u.said().Text)
	if c.rejoin == nil || len(words) < 2 && u.partial.Text != "" {
		return
	}
	if !otherwise(words) {
		c.cuts++
		c.emit(Event{Kind: Resumed, Turn: c.overlap.interrupted})
		u.finals = append(c.rejoin, u.finals...)
	}
	c.rejoin = nil
}

// otherwise says whether words put right or call off what was said before.
func otherwise(words []string) bool {
	for i, w := range words {
		switch w {
		case "no", "nope", "wait", "stop", "sorry", "actually", "never", "thanks", "quiet":
			if i == 0 {
				return true
			}
		case "meant", "instead":
			return true
		}
	}
	return false
}

// adopt makes the overlapping speech the user's turn.
func (c *conversation) adopt(now time.Time) {
	o, u := &c.overlap, &c.user
	at := c.position()
	for _, t := range u.finals {
		u.end.Words(t.words(), true, 0, at)
	}
	u.finals = append(u.finals, o.finals...)
	u.partial = merge([]Transcript{u.partial, o.partial})
	u.stable, u.stableAt = false, now.Add(c.s.o.Stable)
	u.end.Voice(true, o.onset)
	for _, t := range o.finals {
		u.end.Words(t.words(), true, c.ends(t.EndOfUtterance), at)
	}
	if o.partial.Text != "" {
		u.end.Words(o.partial.words(), false, c.ends(o.partial.EndOfUtterance), at)
	}
	if o.until != 0 {
		u.end.Voice(false, o.until)
		u.pending = !o.final
		u.giveUpAt = now.Add(c.s.o.TurnDeadline)
		o.judge.Voice(false, o.until)
	} else {
		o.judge.Voice(false, at) // from here on it is the endpointer's
	}
	o.judge.Begin()
	o.close()
}

// overlapOutlives is what becomes of speech over the agent's when the agent has finished: it is the user's own.
func (c *conversation) overlapOutlives() {
	o := &c.overlap
	if o.judged && o.until != 0 {
		o.judge.Begin()
		o.close()
		return
	}
	if o.judged { // a murmur that goes on: its words so far were none
		o.finals, o.partial = nil, Transcript{}
	}
	c.adopt(time.Now())
}

// echoLives is how long after the agent fell silent its words may still come back.
const echoLives = 1500 * time.Millisecond

// isEcho says whether words that come while the agent is silent are its own, on their way back: three or more of them,
// in its order.
func (c *conversation) isEcho(text string, now time.Time) bool {
	words := plainWords(text)
	if len(words) < 3 || now.Sub(c.agentUntil) > echoLives {
		return false
	}
	var said []string
	for _, w := range c.overlap.agent {
		said = append(said, plainWords(w.Text)...)
	}
	return strings.Contains(" "+strings.Join(said, " ")+" ", " "+strings.Join(words, " ")+" ")
}
