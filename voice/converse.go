package voice

import (
	"context"
	"time"

	"github.com/aubade/aubade/voice/audio"
	"github.com/aubade/aubade/voice/turn"
)

// A conversation is the state of one call. Only converse touches it, so it has no lock: others send, and it decides.
//
//	listening ──end of turn──► thinking ──first frame──► speaking ──all heard──► listening
//	    ▲                         │                          │
//	    └──── more words ─────────┴──── barge-in ────────────┘
type conversation struct {
	s     *Session
	ctx   context.Context
	timer *time.Timer
	over  bool
	state string

	user    user
	overlap overlap

	// At most one reply has the floor, and at most one waits for it; an aside, a phrase of the session's own, goes first.
	current, next, aside *reply
	ids                  int
	turns, cuts          int             // of the user's that were ended; of those, that went on
	alive                int             // replies that have not finished
	told                 <-chan struct{} // of the reply started last
	asked                asked           // the turn that the user ended last
	closed               closed          // what the turns before it were
	covered              audio.Position  // how far finals have settled what was said
	rejoin               []Transcript    // what the user's words may turn out to be the second part of
	captions             []caption
	agentUntil           time.Time // when the agent last stopped speaking

	// Silence.
	present    bool      // somebody can hear us
	greeted    bool      // or need not be
	idleSince  time.Time // nobody speaks and no turn is pending; zero while not so
	userActive time.Time // when the user was last known to be there
	nudged     bool
	leaving    bool // the farewell has been said, or is being said
	waiting    bool // something deferred is ready to be told

	preparing bool
	toPrepare *Transcript
	prepared  chan struct{}
}

// A caption is writing that begins to be heard at a moment.
type caption struct {
	at   time.Time
	turn int
	text string
}

// nothing is what a reply waits for that waits for nothing.
var nothing = func() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

func newConversation(s *Session, ctx context.Context) *conversation {
	return &conversation{
		s: s, ctx: ctx, timer: newTimer(), told: nothing, greeted: s.o.Silent,
		prepared: make(chan struct{}, 1), // one at a time, and its sender never waits
		user:     user{end: turn.New(s.o.Turn)},
		overlap:  overlap{judge: turn.NewOverlap(turn.OverlapOptions{Within: s.o.Overlap})},
	}
}

// run is converse: one select, one owner.
func (c *conversation) run() {
	defer c.timer.Stop()
	now := time.Now()
	c.userActive = now
	c.emit(Event{Kind: SessionReady})
	if !c.greeted {
		c.greet()
	}
	var (
		controls = c.s.cfg.Controls
		typed    = c.s.cfg.Typed
		marks    = c.s.marks
		ready    <-chan struct{}
		reports  <-chan Event
	)
	if d, ok := c.s.cfg.Responder.(Deferrer); ok {
		ready = d.Ready()
	}
	if r, ok := c.s.cfg.Responder.(Reporter); ok {
		reports = r.Reports()
	}
	if c.s.cfg.In == nil {
		marks = nil
		c.present = true
	}
	c.settle()
	for !c.over {
		// What the user does goes before what they say.
		select {
		case ctl, ok := <-controls:
			if !ok {
				controls = nil
				continue
			}
			c.control(ctl)
			c.settle()
			continue
		default:
		}
		select {
		case ctl, ok := <-controls:
			if !ok {
				controls = nil
				continue
			}
			c.control(ctl)
		case m, ok := <-marks:
			if !ok {
				c.over = true // the user has left
				continue
			}
			c.mark(m)
		case t := <-c.s.transcripts:
			c.transcript(t)
		case p := <-c.s.progress:
			c.progress(p)
		case q, ok := <-typed:
			if !ok {
				typed = nil
				continue
			}
			c.typed(q)
		case _, ok := <-ready:
			if !ok {
				ready = nil
				continue
			}
			c.waiting = true
		case e, ok := <-reports:
			if !ok {
				reports = nil
				continue
			}
			// What a reply did before the Responder spoke of it comes before that on the log, too.
			c.catchUp()
			c.report(e)
		case t := <-c.s.thoughts:
			c.user.end.Acoustic(t.probability, t.at)
		case <-c.prepared:
			c.prepareNext()
		case <-c.timer.C:
		case <-c.ctx.Done():
			c.over = true
			continue
		}
		c.settle()
	}
	c.leave()
}

// catchUp takes the progress that is there already.
func (c *conversation) catchUp() {
	for {
		select {
		case p := <-c.s.progress:
			c.progress(p)
		default:
			return
		}
	}
}

// settle does what follows from the state and the time, in a fixed order, and sets the timer for what will.
func (c *conversation) settle() {
	now := time.Now()
	c.showCaptions(now)
	c.judgeOverlap(now)
	c.listen(now)
	c.acknowledge(now)
	c.giveFloor()
	c.showState()
	c.keepCompany(now)
	c.giveFloor()
	c.showState()
	c.arm(now)
}

// arm sets the one timer, and the alarm on the microphone's clock. What is due already has been looked at: it waits for
// something else than time.
func (c *conversation) arm(now time.Time) {
	at := earliestAfter(now, c.user.stableAt, c.user.giveUpAt, c.user.holdAt, c.user.wordlessAt(), c.ackAt(), c.floorAt(), c.quietAt(now))
	if len(c.captions) > 0 {
		at = earliestAfter(now, at, c.captions[0].at)
	}
	setTimer(c.timer, at)
	alarm := c.user.alarm
	if c.overlap.open {
		alarm = c.overlap.alarm
	}
	c.s.alarm.Store(int64(alarm))
}

// position is how far the microphone has been heard.
func (c *conversation) position() audio.Position { return audio.Position(c.s.position.Load()) }

// emit puts an event on the log.
func (c *conversation) emit(e Event) {
	e.At = time.Since(c.s.began)
	if n := c.s.cfg.Notifier; n != nil {
		// A listener that fails must not end the call; it knows its own trouble best.
		_ = n.Notify(c.ctx, e)
	}
}

func (c *conversation) trouble(id int, err error) {
	c.emit(Event{Kind: Trouble, Turn: id, Text: err.Error()})
}

// report passes on what the Responder has for the log.
func (c *conversation) report(e Event) {
	if e.Kind == Stage || e.Kind == Gathered {
		for _, r := range []*reply{c.next, c.current} {
			if r != nil && r.turn.ID == e.Turn {
				name := e.Text
				if e.Kind == Gathered {
					name = string(Gathered)
				}
				r.now.watch.note(name, time.Now())
			}
		}
	}
	if e.Kind != Stage {
		c.emit(e)
	}
}

func (c *conversation) control(ctl Control) {
	switch ctl {
	case Interrupt:
		c.userActive = time.Now()
		c.interrupt("tap")
	case Hangup:
		c.over = true
	case Goodbye:
		c.interrupt("goodbye")
		c.farewell()
	case Mute:
		c.s.muted.Store(true)
	case Unmute:
		c.s.muted.Store(false)
	case Present:
		c.present = true
	}
}

// typed is a question in writing: it takes the floor, and needs no end of turn.
func (c *conversation) typed(text string) {
	text = joinWords(text)
	if text == "" {
		return
	}
	now := time.Now()
	c.present = true
	c.active(now)
	interrupted := c.interrupt("typed")
	c.ids++
	c.emit(Event{Kind: TurnEnd, Turn: c.ids, Text: text, Cause: "typed"})
	t := Turn{ID: c.ids, Kind: Asked, Typed: true, Transcript: Transcript{Text: text, Final: true}, Interrupting: interrupted}
	c.ask(t, now)
}

// active notes that the user is there.
func (c *conversation) active(now time.Time) {
	c.userActive = now
	c.nudged = false
}

func (c *conversation) showCaptions(now time.Time) {
	for len(c.captions) > 0 && !now.Before(c.captions[0].at) {
		n := c.captions[0]
		c.captions = c.captions[1:]
		c.emit(Event{Kind: Caption, Turn: n.turn, Text: n.text})
	}
}

func (c *conversation) showState() {
	state := "listening"
	switch {
	case c.speaks():
		state = "speaking"
	case c.next != nil && c.next.now.committed:
		state = "thinking"
	}
	if state != c.state {
		c.state = state
		c.emit(Event{Kind: StateChange, Text: state})
	}
}

// leave ends everything that runs, and hears it out.
func (c *conversation) leave() {
	for _, r := range []*reply{c.current, c.next, c.aside} {
		c.stop(r, ErrHangup)
	}
	for c.alive > 0 {
		c.progress(<-c.s.progress)
	}
	c.emit(Event{Kind: SessionEnd})
}

// prepare lets the Responder read ahead; the latest words win.
func (c *conversation) prepare(t Transcript) {
	c.toPrepare = &t
	if !c.preparing {
		c.preparing = true
		c.prepareNext()
	}
}

func (c *conversation) prepareNext() {
	t := c.toPrepare
	if t == nil {
		c.preparing = false
		return
	}
	c.toPrepare = nil
	c.s.background.Go(func() {
		c.s.cfg.Responder.Prepare(c.ctx, *t)
		c.prepared <- struct{}{}
	})
}
