package voice

import (
	"context"
	"errors"
	"iter"
	"slices"
	"time"

	"github.com/aubade/aubade/internal/budget"
)

func (c *conversation) budget(spoke time.Time) budget.Budget {
	return budget.Budget{SpokeUntil: spoke, Target: c.s.o.Target}
}

// ask starts the reply to a turn that has ended.
func (c *conversation) ask(t Turn, spoke time.Time) *reply {
	if spoke.IsZero() {
		spoke = time.Now()
	}
	t.Budget = c.budget(spoke)
	r := c.start(t)
	c.commit(r, spoke, time.Now())
	return r
}

// start composes a reply to a turn; it waits for the floor as next.
func (c *conversation) start(t Turn) *reply {
	if c.next != nil {
		c.drop(c.next, ErrBargeIn)
	}
	r := c.newReply(t)
	r.says = func(ctx context.Context) iter.Seq2[Say, error] { return c.s.cfg.Responder.Respond(ctx, t) }
	c.next = r
	c.idleSince = time.Time{}
	c.launch(r)
	return r
}

// newReply makes a reply that nothing but converse can cancel, so that a cut always comes with it.
func (c *conversation) newReply(t Turn) *reply {
	r := &reply{
		turn: t, after: c.told,
		committed: make(chan struct{}), grant: make(chan struct{}), cut: make(chan time.Duration, 1), told: make(chan struct{}),
	}
	r.ctx, r.cancel = context.WithCancelCause(context.WithoutCancel(c.ctx))
	return r
}

func (c *conversation) launch(r *reply) {
	c.alive++
	r.now.began = time.Now()
	c.s.background.Go(func() { c.s.runReply(r) })
	if !r.aside {
		c.told = r.told
	}
}

// say lets the agent say a phrase of the session's own, before anything else that waits.
func (c *conversation) say(kind SayKind, text string) {
	if text == "" {
		return
	}
	if c.aside != nil {
		if !c.aside.now.idle || kind == Ack {
			return
		}
		c.stop(c.aside, ErrBargeIn) // it has become pointless to buy time
		c.aside = nil
	}
	r := c.newReply(Turn{ID: c.asked.id, Kind: Asked})
	r.aside = true
	r.after = nothing
	r.says = func(context.Context) iter.Seq2[Say, error] {
		return func(yield func(Say, error) bool) { yield(Say{Kind: kind, Text: text}, nil) }
	}
	r.now.committed = true
	close(r.committed)
	r.now.idle = kind == Ack
	c.aside = r
	c.launch(r)
}

// commit lets a reply have the floor as soon as it is ready for it.
func (c *conversation) commit(r *reply, spoke, now time.Time) {
	r.now.committed = true
	r.now.watch.spoke = spoke
	r.now.watch.note(stepTurn, now)
	close(r.committed)
}

// giveFloor lets whoever is first in line speak, if nobody else does.
func (c *conversation) giveFloor() {
	if c.current != nil || c.over {
		return
	}
	r := c.first()
	if r == nil || time.Now().Before(c.floorAt()) {
		return
	}
	if r.turn.Kind == Greeting && !c.present {
		return
	}
	if r == c.aside {
		c.aside = nil
	} else {
		c.next = nil
		if c.aside != nil && c.aside.now.idle {
			c.stop(c.aside, ErrBargeIn) // what bought time is not needed any more
			c.aside = nil
		}
	}
	c.current = r
	c.s.cfg.Out.Gain(0)
	r.now.granted = true
	close(r.grant)
}

// first is the reply that is first in line for the floor.
func (c *conversation) first() *reply {
	r := c.aside
	if r == nil || !r.now.ready {
		r = c.next
	}
	if r == nil || !r.now.ready || !r.now.committed {
		return nil
	}
	return r
}

// wordless is how long a reply that is ready gives way to sound that may be the user's going on. Words would have taken
// the turn back; a television must not keep the agent from speaking.
const wordless = time.Second

// floorAt is when whoever is first in line may speak, for all that is heard now; the zero time is at once.
func (c *conversation) floorAt() time.Time {
	r := c.first()
	if r == nil || !c.user.speaking && !c.user.pending {
		return time.Time{}
	}
	since := r.now.readyAt
	if c.user.began.After(since) {
		since = c.user.began
	}
	return since.Add(wordless)
}

// drop cancels the reply that waits for the floor.
func (c *conversation) drop(r *reply, cause error) {
	if c.next == r {
		c.next = nil
	}
	c.stop(r, cause)
}

// stop cancels a reply; what it has in the room is cut. First the cancel, then the cut: see AudioOut.Play.
func (c *conversation) stop(r *reply, cause error) {
	if r == nil || r.now.cancelled {
		return
	}
	r.now.cancelled = true
	r.cancel(cause)
	var unheard time.Duration
	if r.now.granted {
		unheard = c.s.cfg.Out.Cut()
		c.captions = nil
		c.overlap.agentStops(time.Now())
	}
	r.cut <- unheard
}

// interrupt takes the floor from the agent, whether it speaks or is about to, and says which turn that was.
func (c *conversation) interrupt(how string) (id int) {
	if r := c.next; r != nil {
		if r.now.committed && r.turn.Kind == Asked {
			c.emit(Event{Kind: BargeIn, Turn: r.turn.ID, Cause: how})
		}
		c.drop(r, ErrBargeIn)
	}
	if c.aside != nil {
		c.stop(c.aside, ErrBargeIn)
		c.aside = nil
	}
	if r := c.current; r != nil && !r.now.cancelled {
		r.now.how = how
		c.stop(r, ErrBargeIn)
		if !r.aside {
			id = r.turn.ID
		}
	}
	c.overlap.close()
	c.rejoin = nil
	c.forget()
	return id
}

func (c *conversation) progress(p progress) {
	r := p.r
	switch p.kind {
	case composed:
		r.now.composed = true
		r.now.watch.note(stepSay, p.at)
	case ready:
		r.now.ready, r.now.readyAt = true, p.at
		r.now.watch.note(stepAudio, p.at)
	case saying:
		if r.now.cancelled || r.earcon != "" {
			return
		}
		if r.now.said == nil {
			r.now.said = make(map[string]bool)
		}
		r.now.said[p.say.Text] = true
		c.emit(Event{Kind: Saying, Turn: r.turn.ID, Text: p.say.Text, Say: p.say})
	case playing:
		if r.now.cancelled {
			return
		}
		r.now.spokeAt = p.at
		if r.earcon != "" {
			c.emit(Event{Kind: Earcon, Turn: r.turn.ID, Text: string(r.earcon)})
			return
		}
		c.emit(Event{Kind: FirstAudio, Turn: r.turn.ID})
		if !r.aside {
			c.user.end.Next()
			if !r.now.watch.spoke.IsZero() {
				r.now.watch.note(stepPlaying, p.at)
				b := r.now.watch.breakdown()
				b.Turns, b.FalseCuts = c.turns, c.cuts
				c.emit(Event{Kind: Waterfall, Turn: r.turn.ID, Waterfall: b})
			}
		}
	case shown:
		if r.now.cancelled {
			return
		}
		if p.text != "" {
			c.captions = append(c.captions, caption{p.at, r.turn.ID, p.text})
		}
		if p.word != "" {
			c.overlap.agentSays(p.word, p.at, c.positionAt(p.at))
		}
	case reported:
		c.reported(r, p)
	case finished:
		c.alive--
	}
}

// reported tells the log how a reply ended, and frees the floor.
func (c *conversation) reported(r *reply, p progress) {
	if p.err != nil {
		c.trouble(r.turn.ID, p.err)
		c.showUnspoken(r, p)
	}
	if r.now.granted && r.earcon == "" {
		heard := p.report.text()
		if errors.Is(p.report.Cause, ErrBargeIn) && !r.aside {
			c.emit(Event{Kind: BargeIn, Turn: r.turn.ID, Heard: heard, Cause: r.now.how})
		}
		e := Event{Kind: ReplyEnd, Turn: r.turn.ID, Heard: heard}
		if p.report.Cause != nil && p.err == nil {
			e.Cause = p.report.Cause.Error()
		}
		c.emit(e)
	}
	switch r {
	case c.next:
		c.next = nil
		if !r.now.committed { // it had nothing to say, or failed: the turn's end will ask again
			c.user.speculated = c.s.o.Speculations
		}
	case c.aside:
		c.aside = nil
	case c.current:
		c.current = nil
		c.agentUntil = time.Now()
		if p.report.Cause == nil && !r.aside && r.turn.Kind != Farewell && c.next == nil {
			c.sign(earconYours)
		}
		if c.overlap.open {
			c.overlapOutlives()
		}
	}
	if p.err != nil && r.now.committed && !r.aside && !c.over {
		c.say(Apology, c.s.apology(p.err))
	}
	if r.turn.Kind == Farewell || parting(p.report) {
		// Who speaks into a goodbye wants to stay.
		c.over, c.leaving = !r.now.cancelled, false
	}
}

// parting says whether a goodbye was heard.
func parting(r HeardReport) bool {
	return slices.ContainsFunc(r.Says, func(h HeardSay) bool { return h.Say.Kind == Parting && h.Heard != "" })
}

// showUnspoken puts an answer that the voice could not say on the screen at least.
func (c *conversation) showUnspoken(r *reply, p progress) {
	if !r.now.committed {
		return
	}
	for _, h := range p.report.Says {
		if h.Heard == "" && !r.now.said[h.Say.Text] {
			say := h.Say
			say.Audio = nil
			c.emit(Event{Kind: Saying, Turn: r.turn.ID, Text: say.Text, Say: &say, Cause: "not spoken"})
		}
	}
}

// greet composes the greeting; it is given the floor when somebody can hear it.
func (c *conversation) greet() {
	c.greeted = true
	c.own(Greeting)
}

// own starts a turn that the user did not ask for.
func (c *conversation) own(kind TurnKind) {
	c.ids++
	r := c.start(Turn{ID: c.ids, Kind: kind, Budget: c.budget(time.Now())})
	r.now.committed = true
	close(r.committed)
}

func (c *conversation) farewell() {
	if !c.leaving {
		c.leaving = true
		c.own(Farewell)
	}
}

// ackAt is when the reply that is being waited for earns a "one moment".
func (c *conversation) ackAt() time.Time {
	r := c.next
	if r == nil || !r.now.committed || r.now.composed || r.turn.Kind != Asked || c.asked.acked || c.asked.id != r.turn.ID || c.aside != nil {
		return time.Time{}
	}
	// After a long wait for the end of the turn, the reply still gets a fair chance.
	late, fair := c.asked.spoke.Add(c.s.o.Acknowledge), c.asked.at.Add(c.s.o.Acknowledge/2)
	if fair.After(late) {
		return fair
	}
	return late
}

func (c *conversation) acknowledge(now time.Time) {
	if at := c.ackAt(); !at.IsZero() && !now.Before(at) && !c.user.speaking {
		c.asked.acked = true
		c.say(Ack, c.s.o.Phrases.Acknowledge)
	}
}

// idle says whether nobody speaks and no turn is pending.
func (c *conversation) idle() bool {
	u := &c.user
	return c.current == nil && c.next == nil && c.aside == nil && !u.speaking && !u.pending &&
		u.partial.Text == "" && len(u.finals) == 0 && !c.over
}

// quietAt is when, after now, the silence will have lasted long enough for something to be said into it.
func (c *conversation) quietAt(now time.Time) time.Time {
	if c.idleSince.IsZero() || c.leaving {
		return time.Time{}
	}
	o := c.s.o
	var lull, nudge time.Time
	if c.waiting {
		lull = c.idleSince.Add(o.Lull)
	}
	if !c.present {
		return lull
	}
	if !c.nudged {
		nudge = c.idleSince.Add(o.Nudge)
	}
	return earliestAfter(now, lull, nudge, c.byeAt())
}

// byeAt is when patience ends: counted from when the user was last there, and not right after we spoke ourselves.
func (c *conversation) byeAt() time.Time {
	bye := c.userActive.Add(c.s.o.Patience)
	if least := c.idleSince.Add(min(c.s.o.Nudge, c.s.o.Patience)); bye.Before(least) {
		bye = least
	}
	return bye
}

// keepCompany fills a silence: with what is owed, with one gentle prompt, at last with a goodbye.
func (c *conversation) keepCompany(now time.Time) {
	if !c.idle() {
		c.idleSince = time.Time{}
		return
	}
	if c.idleSince.IsZero() {
		c.idleSince = now
	}
	if c.leaving {
		return
	}
	o := c.s.o
	quiet := now.Sub(c.idleSince)
	switch {
	case c.waiting && quiet >= o.Lull:
		c.waiting = false
		c.sign(earconAnswer)
		c.own(Telling)
	case !c.present:
	case !now.Before(c.byeAt()):
		c.farewell()
	case !c.nudged && quiet >= o.Nudge:
		c.nudged = true
		c.own(Nudge)
	}
}
