package voice

import (
	"strings"
	"time"

	"github.com/aubade/aubade/voice/audio"
)

// overlap is speech over the agent's: ducked at once, then judged. While it is open, what is heard is kept apart from the
// user's own turn; it becomes part of it when it takes the floor.
type overlap struct {
	open   bool
	onset  audio.Position
	until  audio.Position // the end of the speech; 0 while it lasts
	by     time.Time      // when it is judged at the latest, or, once judged, forgotten
	judged bool           // it does not take the floor, by what is known so far
	ducked bool

	finals  []Transcript
	partial Transcript
	final   bool // the speech has ended, and its final has come

	interrupted int // the reply that the user took the floor from last, for the turn to come
	agent       []agentWords
}

// agentWords is a sentence that the agent said, for telling its echo.
type agentWords struct {
	words string
	at    time.Time
}

// echoLives is how long after a sentence began its sound may still come back.
const echoLives = 12 * time.Second

func (o *overlap) agentSays(s *Say, at time.Time) {
	if len(o.agent) == 4 {
		o.agent = append(o.agent[:0], o.agent[1:]...)
	}
	text := s.Text
	if s.Spoken != "" {
		text += " " + s.Spoken
	}
	o.agent = append(o.agent, agentWords{" " + strings.Join(plainWords(text), " ") + " ", at})
}

// echoes says whether the words are a run of what the agent said lately.
func (o *overlap) echoes(words []string, now time.Time) bool {
	run := " " + strings.Join(words, " ") + " "
	for _, a := range o.agent {
		if now.Sub(a.at) < echoLives && strings.Contains(a.words, run) {
			return true
		}
	}
	return false
}

func (o *overlap) close() {
	o.open, o.by, o.judged, o.ducked = false, time.Time{}, false, false
	o.finals, o.partial, o.final, o.until = nil, Transcript{}, false, 0
}

func (c *conversation) overlapBegins(now time.Time, at audio.Position) {
	o := &c.overlap
	o.close()
	o.open, o.onset, o.by = true, at, now.Add(c.s.o.Overlap)
	o.ducked = true
	c.s.cfg.Out.Gain(c.s.o.Duck)
	c.emit(Event{Kind: Ducked, Turn: c.current.turn.ID})
}

func (c *conversation) overlapHears(t Transcript) {
	o := &c.overlap
	if !t.Final {
		o.partial = t
		return
	}
	o.partial = Transcript{}
	o.final = o.until != 0
	if t.Text != "" {
		o.finals = append(o.finals, t)
	}
}

// verdict is what speech over the agent's is.
type verdict string

const (
	undecided   verdict = ""
	floor       verdict = "floor"
	backchannel verdict = "backchannel"
	echo        verdict = "echo"
	noise       verdict = "noise"
)

// shortest is the least speech, without words, that may be more than a cough or a click.
const shortest = 300 * time.Millisecond

func (c *conversation) classify(now time.Time) verdict {
	o := &c.overlap
	said := (&user{finals: o.finals, partial: o.partial}).said()
	words := plainWords(said.Text)
	ended := o.until != 0
	until := o.until
	if !ended {
		until = c.position()
	}
	long := until.Sub(o.onset)
	due := !o.by.IsZero() && !now.Before(o.by)
	switch {
	case len(words) > 0 && said.Rejected:
		return noise
	case len(words) > 0 && o.echoes(words, now):
		return echo
	case len(words) > 0 && allBackchannel(words):
		if ended || due {
			return backchannel
		}
		return undecided // more words may follow
	case len(words) > 0:
		return floor
	case ended && (long < shortest || o.final || due):
		return noise
	case due:
		return floor
	}
	return undecided
}

// judgeOverlap decides, as soon as it can, whether the user takes the floor.
func (c *conversation) judgeOverlap(now time.Time) {
	o := &c.overlap
	if !o.open {
		return
	}
	if o.judged {
		// Words that come later may still turn a murmur into a question.
		said := (&user{finals: o.finals, partial: o.partial}).said()
		if v := c.classify(now); v == floor && said.Text != "" {
			c.takeFloor(now)
		} else if o.final || !o.by.IsZero() && !now.Before(o.by) {
			o.close()
		}
		return
	}
	switch v := c.classify(now); v {
	case undecided:
	case floor:
		c.takeFloor(now)
	default:
		o.judged, o.ducked = true, false
		o.by = now.Add(c.s.o.TurnDeadline)
		c.s.cfg.Out.Gain(0)
		c.emit(Event{Kind: Swelled, Turn: c.current.turn.ID, Cause: string(v)})
		c.userActive = now
		if o.final {
			o.close()
		}
	}
}

// goesOn is how soon after the agent's first sound somebody must have spoken who was only going on with their own turn.
const goesOn = 250 * time.Millisecond

// takeFloor gives the floor to the user.
func (c *conversation) takeFloor(now time.Time) {
	o, r := &c.overlap, c.current
	c.active(now)
	switch {
	case r.aside:
		r.now.how = "speech"
		c.stop(r, ErrBargeIn)
	case r.turn.ID == c.asked.id && now.Sub(c.asked.at) < c.s.o.ResumeWithin && c.user.began.Before(r.now.spokeAt.Add(goesOn)):
		// A false cut: the agent began while the user took a breath.
		c.stop(r, ErrResumed)
		c.resume(r)
	default:
		r.now.how = "speech"
		c.stop(r, ErrBargeIn)
		c.asked = asked{}
		o.interrupted = r.turn.ID
	}
	c.adopt(now)
	c.wentOn()
}

// adopt makes the overlapping speech the user's turn.
func (c *conversation) adopt(now time.Time) {
	o, u := &c.overlap, &c.user
	at := c.position()
	for _, t := range u.finals {
		u.end.Words(t.words(), true, false, at)
	}
	u.finals = append(u.finals, o.finals...)
	u.partial = o.partial
	u.stable, u.stableAt = false, now.Add(c.s.o.Stable)
	u.end.Voice(true, o.onset)
	for _, t := range o.finals {
		u.end.Words(t.words(), true, t.EndOfUtterance, at)
	}
	if o.partial.Text != "" {
		u.end.Words(o.partial.words(), false, o.partial.EndOfUtterance, at)
	}
	if o.until != 0 {
		u.end.Voice(false, o.until)
		u.pending = !o.final
		u.giveUpAt = now.Add(c.s.o.TurnDeadline)
	}
	o.close()
}

// overlapOutlives is what becomes of speech over the agent's when the agent has finished: it is the user's own.
func (c *conversation) overlapOutlives() {
	o := &c.overlap
	if o.judged && o.until != 0 {
		o.close()
		return
	}
	if o.judged { // a murmur that goes on: its words so far were none
		o.finals, o.partial = nil, Transcript{}
	}
	c.adopt(time.Now())
}

// isEcho says whether words that come while the agent is silent are its own, on their way back.
func (c *conversation) isEcho(text string, now time.Time) bool {
	words := plainWords(text)
	return len(words) >= 3 && now.Sub(c.agentUntil) < 1500*time.Millisecond && c.overlap.echoes(words, now)
}

var backchannels = map[string]bool{
	"mm": true, "hm": true, "mhm": true, "mm-hm": true, "mm-hmm": true, "uh-huh": true, "huh": true, "uh": true, "hmm": true,
	"right": true, "okay": true, "ok": true, "yeah": true, "yes": true, "yep": true, "sure": true, "i": true, "see": true,
	"got": true, "it": true, "good": true, "great": true, "nice": true, "wow": true, "oh": true, "ah": true, "really": true,
	"cool": true, "alright": true, "all": true, "interesting": true,
}

func allBackchannel(words []string) bool {
	for _, w := range words {
		if !backchannels[w] {
			return false
		}
	}
	return len(words) <= 4
}
