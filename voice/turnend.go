package voice

import (
	"time"

	"github.com/aubade/aubade/voice/audio"
	"github.com/aubade/aubade/voice/turn"
)

// asked is the turn that the user ended last, for as long as it may turn out to be another.
type asked struct {
	id       int
	at       time.Time // when it was ended
	spoke    time.Time
	finals   []Transcript
	partial  Transcript   // acted on without a final
	pending  bool         // which may still come
	late     []Transcript // those that have come since, and are not all
	until    audio.Position
	complete float32    // the probability that it was, when it was ended
	said     Transcript // all of it
	acked    bool
	answered *reply
}

// parts are the pieces of an asked turn, as the user's own turn keeps them.
func (a asked) parts() []Transcript {
	parts := append([]Transcript(nil), a.finals...)
	if a.partial.Text != "" {
		parts = append(parts, a.partial)
	}
	return parts
}

// listen decides about the user's turn: end it, wait, or use the time to compose ahead.
func (c *conversation) listen(now time.Time) {
	u := &c.user
	if !u.stableAt.IsZero() && !now.Before(u.stableAt) {
		u.stable, u.stableAt = true, time.Time{}
		c.prepare(u.said())
	}
	u.alarm = 0
	if c.overlap.open {
		return
	}
	said := u.said()
	empty := said.Text == "" && !said.Rejected
	if empty && !u.pending && !u.speaking {
		u.giveUpAt, u.holdAt = time.Time{}, time.Time{}
		return
	}
	at := c.position()
	d := u.end.Decide(at)
	late := !u.giveUpAt.IsZero() && !now.Before(u.giveUpAt)
	switch {
	case u.speaking && !empty && !u.wordlessAt().IsZero() && !now.Before(u.wordlessAt()):
		c.endTurn(now, said)
		return
	case u.speaking:
		u.giveUpAt, u.holdAt = time.Time{}, time.Time{}
	case empty:
		// The words are still on their way. Without any by the deadline, it was a noise.
		if late {
			u.pending, u.giveUpAt = false, time.Time{}
			c.rejoin = nil
			u.end.Next()
		}
		return
	case d.End && (d.Settled || !u.pending || u.talks && at.Sub(d.WaitUntil) >= c.s.o.FinalWait), late && d.Why != turn.HoldAsked:
		c.endTurn(now, said)
		return
	case d.End && u.talks:
		u.alarm = d.WaitUntil.Add(c.s.o.FinalWait)
	case d.End: // of what was said last nothing is known before its final
	case d.WaitUntil != turn.Never:
		u.alarm = d.WaitUntil
		c.hold(now, d)
	}
	c.speculate(said, d, at)
}

// wordlessAt is when a voice that goes on without words is taken for somebody else's: a television behind a user who has
// asked and waits.
func (u *user) wordlessAt() time.Time {
	if !u.speaking || !u.talks || u.wordsAt.IsZero() {
		return time.Time{}
	}
	if u.began.After(u.wordsAt) {
		return u.began.Add(mute)
	}
	return u.wordsAt.Add(mute)
}

// mute is the longest time that a speaker's words are on their way.
const mute = 2500 * time.Millisecond

// hold leaves a user who is in the middle of something alone.
func (c *conversation) hold(now time.Time, d turn.Decision) {
	u := &c.user
	if !d.Hold {
		u.holdAt, u.held = time.Time{}, ""
		return
	}
	if u.held != d.Why && d.Settled {
		u.held = d.Why
		c.emit(Event{Kind: Holding, Cause: string(d.Why)})
		if !u.token {
			u.holdAt = now.Add(c.s.o.HoldToken)
		}
	}
	if d.Why == turn.HoldAsked {
		u.giveUpAt = time.Time{} // the endpointer has a longer deadline for those who asked
	}
	if !u.holdAt.IsZero() && !now.Before(u.holdAt) {
		u.holdAt, u.token = time.Time{}, true
		c.say(Ack, c.s.o.Phrases.Hold)
	}
}

// speculate composes a reply before the turn has ended: when that is likely, or when half of the wait has passed and more
// words have become unlikely.
func (c *conversation) speculate(said Transcript, d turn.Decision, at audio.Position) {
	u := &c.user
	o := c.s.o
	if !u.speaking && d.WaitUntil == turn.Never {
		return
	}
	if c.next != nil || c.current != nil || u.speculated >= o.Speculations || said.Rejected || said.Text == "" || d.Why == turn.HoldAsked {
		return
	}
	// The words of a whole question are all there, as far as anybody can tell.
	need, steady := o.SpeculateAbove, d.Settled || d.Heard && d.Complete > 0.9
	switch {
	case d.Hold:
		need = 1 // only once half of the wait has passed
	case u.speaking:
		need, steady = max(need, 0.8), u.stable
	}
	if !steady {
		if !u.speaking && u.alarm != 0 {
			u.alarm = min(u.alarm, at.Add(2*audio.FrameDuration)) // words settle by silence alone, too
		}
		return
	}
	if float64(d.Complete) < need {
		half := u.until + (d.WaitUntil-u.until)/2
		if u.speaking || d.WaitUntil == turn.Never {
			return
		}
		if at < half {
			u.alarm = min(u.alarm, half)
			return
		}
	}
	c.ids++
	t := Turn{ID: c.ids, Kind: Asked, Transcript: said, Speculative: true, Interrupting: c.overlap.interrupted}
	t.Budget = c.budget(u.spoke)
	if u.speaking {
		t.Budget = c.budget(time.Now())
	}
	c.start(t)
}

// endTurn gives the floor to the agent.
func (c *conversation) endTurn(now time.Time, said Transcript) {
	u := &c.user
	a := asked{at: now, spoke: u.spoke, finals: u.finals, partial: u.partial, pending: u.pending, until: u.until, said: said}
	a.complete = u.end.Decide(c.position()).Complete
	interrupted := c.overlap.interrupted
	c.overlap.interrupted = 0
	u.finals, u.partial, u.pending = nil, Transcript{}, false
	c.rejoin = nil
	if u.speaking { // without words: all that there are, are this turn's
		a.until, a.pending = c.position(), true
	}
	u.stable, u.stableAt, u.giveUpAt, u.holdAt = false, time.Time{}, time.Time{}, time.Time{}
	u.held, u.token, u.alarm = "", false, 0

	r := c.next
	hit := r != nil && !r.now.committed && sameWords(r.turn.Transcript.Text, said.Text)
	if r != nil && !hit {
		c.drop(r, ErrResumed)
	}
	if !hit {
		c.ids++
	}
	a.id = c.ids
	if hit {
		a.id = r.turn.ID
	}
	c.forget()
	c.asked = a
	c.turns++
	c.emit(Event{Kind: TurnEnd, Turn: a.id, Text: said.Text, Spoke: u.until.Duration()})
	u.speculated = 0
	if hit {
		saved := now.Sub(r.now.began)
		if r.now.ready {
			saved = r.now.readyAt.Sub(r.now.began)
		}
		c.emit(Event{Kind: Speculated, Turn: a.id, Text: "in time", Saved: saved})
		c.commit(r, a.spoke, now)
		c.asked.answered = r
		if !r.now.ready {
			c.sign(earconTaken)
		}
		return
	}
	t := Turn{ID: a.id, Kind: Asked, Transcript: said, Interrupting: interrupted}
	c.asked.answered = c.ask(t, a.spoke)
	c.sign(earconTaken)
}

// forget lets go of an asked turn: what is still to come of its words is too late.
func (c *conversation) forget() {
	a := &c.asked
	if a.until > c.closed.until {
		c.closed = closed{turn: a.id, until: a.until, since: c.covered}
		if a.pending {
			c.closed.partial = a.partial
		}
	}
	*a = asked{}
}

// laterPartial takes a turn back that was ended on less than was said, and says whether it did.
func (c *conversation) laterPartial(t Transcript) bool {
	a, r := &c.asked, c.next
	if t.Text == "" || r == nil || r.turn.ID != a.id || sameWords(t.Text, a.partial.Text) {
		return false // while the reply is being said, the final decides
	}
	a.partial, a.pending = Transcript{}, false
	c.user.pending = true
	return true
}

// lateFinal compares what the finals say, once the last of them has come, with the partial that was acted on in their
// place.
func (c *conversation) lateFinal(t Transcript, last bool) {
	a := &c.asked
	if t.Text != "" {
		a.late = append(a.late, t)
	}
	if !last {
		return
	}
	a.pending = false
	if t = merge(a.late); t.Text == "" || sameWords(t.Text, a.partial.Text) {
		return
	}
	before := a.said.Text
	a.finals, a.partial = append(a.finals[:len(a.finals):len(a.finals)], t), Transcript{}
	a.said = merge(a.finals)
	r := a.answered
	spoken := r != nil && r.now.granted
	if spoken && !differs(before, a.said.Text) {
		return
	}
	old := a.id
	c.ids++
	a.id = c.ids
	c.emit(Event{Kind: Revised, Turn: old, Text: a.said.Text})
	if r == c.current {
		c.stop(r, ErrRevised)
	} else if r == c.next {
		c.drop(r, ErrRevised)
	}
	if spoken && time.Since(r.now.spokeAt) > hardly {
		c.say(Correction, c.s.o.Phrases.Correct)
		a.acked = true
	}
	a.answered = c.ask(Turn{ID: a.id, Kind: Asked, Transcript: a.said, Revises: old}, a.spoke)
}

// slight are words whose loss or gain does not change what was asked.
var slight = map[string]bool{
	"a": true, "an": true, "the": true, "uh": true, "um": true, "er": true, "please": true, "so": true, "well": true,
	"and": true, "okay": true, "ok": true, "was": true, "is": true, "did": true, "does": true, "do": true, "of": true,
}

// differs says whether two texts differ in words that matter.
func differs(a, b string) bool {
	count := make(map[string]int)
	for _, w := range plainWords(a) {
		count[w]++
	}
	for _, w := range plainWords(b) {
		count[w]--
	}
	for w, n := range count {
		if n != 0 && !slight[w] {
			return true
		}
	}
	return false
}

// unheard asks the user to say it again, once, after the ears have failed.
func (c *conversation) unheard() {
	u, a := &c.user, &c.asked
	u.pending, u.giveUpAt = false, time.Time{}
	if a.pending && a.said.Text != "" {
		a.pending = false // it was answered from its partial
		return
	}
	if said := u.said(); said.Text != "" || u.speaking || c.next != nil || c.current != nil {
		return // it was not all that was said, if it was anything
	}
	u.end.Next()
	c.say(Apology, c.s.o.Phrases.Unheard)
}
