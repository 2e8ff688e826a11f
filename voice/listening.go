package voice

import (
	"time"

	"github.com/aubade/aubade/voice/audio"
	"github.com/aubade/aubade/voice/turn"
)

// user is what converse knows of the turn that the user is in.
type user struct {
	end      *turn.Endpointer
	speaking bool
	onset    audio.Position
	began    time.Time // wall clock of onset
	spoke    time.Time // wall clock of the end of speech
	until    audio.Position

	finals  []Transcript
	partial Transcript
	pending bool // speech has ended for which no final has come
	wordsAt time.Time
	talks   bool // the recognizer gives partials, so that speech without them has no words

	stableAt time.Time // when the partial will have been steady for long enough
	stable   bool
	giveUpAt time.Time // by the wall clock, in case the microphone's stops: end the turn whatever is missing
	holdAt   time.Time // a held user earns a token
	held     turn.Hold
	token    bool // it was said
	alarm    audio.Position
	// speculated counts the replies composed in vain in this turn.
	speculated int
}

// speaks says whether the agent is saying something.
func (c *conversation) speaks() bool {
	return c.current != nil && !c.current.now.cancelled && c.current.earcon == ""
}

func (c *conversation) mark(m mark) {
	now := time.Now()
	u := &c.user
	switch m.kind {
	case markFirst:
		c.present = true
	case markTrouble:
		c.trouble(0, m.err)
	case markOnset:
		c.emit(Event{Kind: SpeechStart, Spoke: m.at.Duration()})
		u.speaking, u.onset, u.began = true, m.at, m.wall
		if c.speaks() {
			c.overlapBegins(m.at)
			return
		}
		u.end.Voice(true, m.at)
	case markTick:
		c.overlap.sound(m.frames)
	case markOffset:
		u.speaking, u.until, u.spoke = false, m.at, m.wall
		c.emit(Event{Kind: SpeechEnd, Spoke: m.at.Duration()})
		if c.overlap.open {
			c.overlap.until = m.at
			c.overlap.sound(m.frames)
			c.overlap.judge.Voice(false, m.at)
			return
		}
		for range m.voiced {
			c.overlap.judge.Learn(m.level)
		}
		u.pending = true
		u.end.Voice(false, m.at)
		u.giveUpAt = now.Add(c.s.o.TurnDeadline)
	}
}

func (c *conversation) transcript(t recognized) {
	now := time.Now()
	u := &c.user
	if t.trouble != nil {
		c.trouble(0, t.trouble)
		if t.lost {
			c.unheard()
		}
		return
	}
	kind := Partial
	switch {
	case t.Rejected:
		kind = Rejected
	case t.Final:
		kind = Final
	}
	if t.Text != "" || t.Rejected {
		c.emit(Event{Kind: kind, Turn: c.lateFor(t), Text: c.rewrite(t.Transcript).Text})
	}
	t, ok := c.sort(t)
	if t.Final {
		c.covered = max(c.covered, t.upTo)
	}
	switch {
	case !ok:
		return
	case c.overlap.open:
		c.overlapHears(t.Transcript)
		return
	case c.speaks() && u.speaking && t.Text != "":
		// What was wordless when the agent began to speak has words after all.
		c.overlapBegins(c.position())
		c.overlapHears(t.Transcript)
		return
	}
	if c.isEcho(t.Text, now) {
		t.Text, t.Words = "", nil
	}
	if t.Final {
		u.pending = u.speaking || t.upTo < u.until
		u.partial, u.stable, u.stableAt = Transcript{}, false, time.Time{}
		if t.Text != "" || t.Rejected {
			u.finals = append(u.finals, t.Transcript)
		}
	} else {
		if !sameWords(t.Text, u.partial.Text) {
			u.stable = false
			u.stableAt = now.Add(c.s.o.Stable)
		}
		u.partial = t.Transcript
		if t.Stable {
			u.stable, u.stableAt = true, time.Time{}
		}
	}
	if t.Final && t.Text != "" && !u.speaking && u.end.Decide(c.position()).WaitUntil == turn.Never {
		// The recognizer heard what the detector did not: a quiet voice is a voice.
		u.spoke, u.until = now, c.position()
		u.end.Voice(true, u.until)
		u.end.Voice(false, u.until)
		u.giveUpAt = now.Add(c.s.o.TurnDeadline)
	}
	at := c.position()
	if t.Final && t.upTo < u.until {
		at = t.upTo // it says nothing of what was said since
	}
	u.end.Words(t.words(), t.Final, c.ends(t.EndOfUtterance), at)
	if t.Text == "" {
		return
	}
	u.wordsAt = now
	c.rejoined()
	u.talks = u.talks || !t.Final
	c.active(now)
	c.wentOn()
	if t.Final && !t.Rejected {
		c.prepare(u.said())
	}
}

// ends is how likely it is that an utterance ends with the words of the turn so far, by the recognizer's own opinion and
// by what is known of the domain's questions.
func (c *conversation) ends(recognizer bool) float32 {
	p := 0.0
	if recognizer {
		p = 0.8
	}
	if f := c.s.cfg.Ends; f != nil {
		p = max(p, f(c.user.said().Text))
	}
	return float32(p)
}

// improve puts a final in the place of the partial that was kept as a part of the turn.
func (u *user) improve(partial string, final Transcript) {
	for i := range u.finals {
		if final.Text != "" && !u.finals[i].Final && sameWords(u.finals[i].Text, partial) {
			u.finals[i] = final
		}
	}
}

// words are the words of a transcript, with no place where the recognizer gives none.
func (t Transcript) words() []Word {
	if t.Words != nil {
		return t.Words
	}
	words := fields(t.Text)
	w := make([]Word, len(words))
	for i, f := range words {
		w[i].Text = t.Text[f.From:f.To]
	}
	return w
}

// said is everything of the turn so far. Parts that are not of this domain count only if there are no others.
func (u *user) said() Transcript {
	parts := u.finals
	if u.partial.Text != "" {
		parts = append(parts[:len(parts):len(parts)], u.partial)
	}
	return merge(parts)
}

func merge(parts []Transcript) Transcript {
	rejected := true
	for _, p := range parts {
		rejected = rejected && p.Rejected
	}
	if len(parts) == 1 {
		return parts[0]
	}
	var m Transcript
	texts := make([]string, 0, len(parts))
	for _, p := range parts {
		if p.Rejected && !rejected || p.Text == "" && !p.Rejected {
			continue
		}
		texts = append(texts, p.Text)
		m.Words = append(m.Words, p.Words...)
		if m.From == 0 {
			m.From = p.From
		}
		m.To = p.To
		m.Final = p.Final
		m.Confidence = p.Confidence
		m.Language, m.Emotion = p.Language, p.Emotion
		m.EndOfUtterance = p.EndOfUtterance
	}
	m.Text = joinWords(texts...)
	m.Rejected = rejected && len(parts) > 0
	return m
}

// wentOn takes back a turn of which nothing has been answered yet: the user was not finished.
func (c *conversation) wentOn() {
	u := &c.user
	r := c.next
	if r == nil {
		return
	}
	if !r.now.committed { // a speculation
		if !sameWords(r.turn.Transcript.Text, u.said().Text) {
			u.speculated++
			c.emit(Event{Kind: Speculated, Turn: r.turn.ID, Text: "in vain"})
			c.drop(r, ErrResumed)
		}
		return
	}
	if r.turn.Kind != Asked || r.turn.Typed || c.asked.id != r.turn.ID {
		c.drop(r, ErrBargeIn) // a greeting or a telling makes way
		return
	}
	c.resume(r)
}

// resume makes the turn that r answers part of the one that the user is in.
func (c *conversation) resume(r *reply) {
	c.cuts++
	c.emit(Event{Kind: Resumed, Turn: r.turn.ID})
	u, a := &c.user, &c.asked
	if a.pending { // the recognizer's next words are about all that no final has settled
		n := len(merge(a.late).words())
		u.partial = merge([]Transcript{a.partial.without(n), u.partial})
		u.finals = append(append(a.finals[:len(a.finals):len(a.finals)], a.late...), u.finals...)
		u.pending = true
	} else {
		u.finals = append(a.parts(), u.finals...)
	}
	*a = asked{}
	if r == c.next {
		c.drop(r, ErrResumed)
	}
}
