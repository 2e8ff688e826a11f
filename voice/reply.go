package voice

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/aubade/aubade/voice/audio"
)

// A reply is one turn of the agent's being made and played. compose makes sentences into frames; utter asks for the
// floor when the first frame is there, plays, and tells what was heard. converse starts it, grants it the floor, and
// cancels it with a cause; nothing else decides over it.
type reply struct {
	turn Turn
	// says makes the sentences; aside ones are the session's own, of which the Responder is not told.
	says   func(context.Context) iter.Seq2[Say, error]
	aside  bool
	earcon earcon // what it is instead of words; empty where it has words
	// after is closed when the Responder knows what was heard of the reply before this one.
	after  <-chan struct{}
	ctx    context.Context
	cancel context.CancelCauseFunc
	// committed is closed by converse when the turn has really ended; until then the reply is a speculation.
	committed chan struct{}
	grant     chan struct{}      // closed by converse: it may speak
	cut       chan time.Duration // 1: converse tells how much its cut left unheard, always after a cancel
	told      chan struct{}      // closed when the Responder knows what was heard of this one

	ledger ledger
	err    error // compose's; read after the items have ended
	now    replyState
}

// replyState is converse's own knowledge of a reply.
type replyState struct {
	how       string // it was interrupted
	idle      bool   // it only buys time
	composed  bool   // its first sentence is there
	ready     bool   // it has something to play and asks for the floor
	committed bool   // the turn has ended: it may have it
	granted   bool   // it has it
	cancelled bool
	began     time.Time // to be composed
	readyAt   time.Time
	spokeAt   time.Time       // first audio in the room
	said      map[string]bool // sentences that are on the log
	watch     stopwatch
}

// voiceless is the failure of the voice itself: no apology can be spoken for it.
type voiceless struct{ err error }

func (v voiceless) Error() string { return "speak: " + v.err.Error() }
func (v voiceless) Unwrap() error { return v.err }

// An item is a frame on its way from compose to utter.
type item struct {
	frame  audio.Frame
	entry  *entry
	clause *SpokenClause // that the frame's marks are of
	last   bool          // of its sentence; it has no frame
}

// progress is what a reply tells converse, in order.
type progress struct {
	r      *reply
	kind   progressKind
	at     time.Time
	say    *Say
	text   string // shown: the writing
	word   string // shown: as it sounds
	report HeardReport
	err    error
}

type progressKind int

const (
	composed progressKind = iota // the Responder's first sentence is there
	ready                        // the first frame is there: may it play?
	saying                       // a sentence goes to the voice
	playing                      // the first frame is in the room, or will be at
	shown                        // a piece of writing begins to be heard at
	reported                     // it has ended, this was heard, and the floor is free
	finished                     // the Responder has been told
)

// run is the life of a reply.
func (s *Session) runReply(r *reply) {
	items := make(chan item, max(1, s.o.LookAhead/audio.FrameDuration))
	composed := make(chan struct{})
	s.background.Go(func() {
		defer close(composed)
		defer close(items)
		r.err = s.compose(r, items)
	})
	played, err := s.utter(r, items)
	cause := context.Cause(r.ctx)
	if cause != nil {
		played -= <-r.cut
	} else {
		cause = err
	}
	report := r.ledger.report(r.turn.ID, max(0, played), cause)
	s.progress <- progress{r: r, kind: reported, at: time.Now(), report: report, err: err}
	// A speculation that nobody acted on never was, and a turn of our own that had nothing to say was none.
	if !r.aside && r.wasCommitted() && (r.turn.Kind == Asked || len(report.Says) > 0) {
		<-r.after
		// A Responder that does not heed its context shall not silence the turns to come.
		impatient := time.NewTimer(heedless)
		select {
		case <-composed:
		case <-impatient.C:
		}
		impatient.Stop()
		s.cfg.Responder.Heard(context.WithoutCancel(r.ctx), report)
	}
	close(r.told)
	s.progress <- progress{r: r, kind: finished, at: time.Now(), err: err}
	r.cancel(nil)
}

// heedless is how long a Responder may take to return once its turn is over.
const heedless = time.Second

// wasCommitted says whether the turn that the reply answers has really ended.
func (r *reply) wasCommitted() bool {
	select {
	case <-r.committed:
		return true
	default:
		return false
	}
}

// compose pulls sentences, puts them into clauses and those into frames. Up to the first clause it works ahead of the
// grant; after that it keeps LookAhead in front of what plays.
func (s *Session) compose(r *reply, items chan<- item) error {
	select {
	case <-r.after:
	case <-r.ctx.Done():
	}
	if r.ctx.Err() != nil {
		return nil
	}
	put := func(it item) bool {
		select {
		case items <- it:
			return true
		case <-r.ctx.Done():
			return false
		}
	}
	first := true
	for say, err := range within(r.ctx, s.o.FirstSay, errNoSay, r.says) {
		if r.ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return fmt.Errorf("respond: %w", err)
		}
		if first {
			select {
			case s.progress <- progress{r: r, kind: composed, at: time.Now()}:
			case <-r.ctx.Done(): // converse may be gone already: it waits for utter, not for us
				return nil
			}
		}
		entry := r.ledger.add(say)
		if say.Pause > 0 && !put(item{frame: silence(say.Pause), entry: entry}) {
			return nil
		}
		spoken := s.cfg.Verbalise(say.Text)
		if say.Spoken != "" {
			spoken = aligned(say.Text, say.Spoken)
		}
		if say.Audio != nil {
			spoken = spoken.whole()
		}
		for i := range spoken.Clauses {
			c := &spoken.Clauses[i]
			if c.Rate = s.o.Rate; say.Rate != 0 {
				c.Rate = say.Rate
			}
			for f, err := range s.frames(r.ctx, *c, say.Audio, first) {
				if err != nil {
					return voiceless{err}
				}
				if !put(item{frame: f, entry: entry, clause: c}) {
					return nil
				}
			}
			if first {
				first = false
				select {
				case <-r.grant:
				case <-r.ctx.Done():
					return nil
				}
			}
		}
		first = false
		if !put(item{entry: entry, last: true}) {
			return nil
		}
	}
	return nil
}

// frames is the sound of a clause: made before, or synthesised now. Where its maker gives no marks, the words' times are
// estimated: a word is taken to begin in proportion to the letters before it. The sound that opens a reply begins at once.
func (s *Session) frames(ctx context.Context, c SpokenClause, made []audio.Frame, opens bool) iter.Seq2[audio.Frame, error] {
	return func(yield func(audio.Frame, error) bool) {
		var (
			word   int
			played time.Duration
			marked bool // by the maker
			rate   = audio.Rate
		)
		source := within(ctx, s.o.FirstAudio, errNoAudio, func(ctx context.Context) iter.Seq2[audio.Frame, error] {
			return s.cfg.Synthesizer.Synthesize(ctx, c.Clause)
		})
		begins := c.guess
		var lead time.Duration
		if opens {
			lead = max(0, s.o.Lead)
		}
		if made != nil {
			made = atOnce(made, lead)
			source = copies(made)
			begins = c.share(made)
		} else if lead > 0 {
			source = promptly(source, lead)
		}
		for f, err := range source {
			if err != nil {
				yield(f, err)
				return
			}
			if marked = marked || len(f.Marks) > 0; !marked {
				for word < len(c.Words) && begins(word) < played+f.Duration() {
					w := c.Words[word]
					at := int((begins(word) - played) * time.Duration(f.Rate) / time.Second)
					f.Marks = append(f.Marks, audio.Mark{Offset: max(0, at), Start: w.Start, End: w.End})
					word++
				}
			}
			played += f.Duration()
			rate = f.Rate
			if !yield(f, nil) {
				return
			}
		}
		// The voice was faster than the guess: what is left is said by now.
		var rest []audio.Mark
		for ; !marked && word < len(c.Words); word++ {
			rest = append(rest, audio.Mark{Start: c.Words[word].Start, End: c.Words[word].End})
		}
		if rest != nil {
			yield(audio.Frame{Rate: rate, Marks: rest}, nil)
		}
	}
}

// copies are frames that the room may own, while whoever made them keeps theirs.
func copies(made []audio.Frame) iter.Seq2[audio.Frame, error] {
	return func(yield func(audio.Frame, error) bool) {
		for _, f := range made {
			f.PCM = append([]int16(nil), f.PCM...)
			f.Marks = append([]audio.Mark(nil), f.Marks...)
			if !yield(f, nil) {
				return
			}
		}
	}
}

// letter is how long a voice takes for a letter, space included, at rate 1.
const letter = 62 * time.Millisecond

func (c SpokenClause) guess(word int) time.Duration {
	d := letter * time.Duration(runes(c.Text[:c.Words[word].Start]))
	if c.Rate > 0 {
		d = time.Duration(float64(d) / c.Rate)
	}
	return d
}

// share is guess where the length of the whole is known.
func (c SpokenClause) share(made []audio.Frame) func(word int) time.Duration {
	var whole time.Duration
	for _, f := range made {
		whole += f.Duration()
	}
	all := max(1, runes(c.Text))
	return func(word int) time.Duration {
		return whole * time.Duration(runes(c.Text[:c.Words[word].Start])) / time.Duration(all)
	}
}

// utter plays what compose makes, once it may. It says how much it has queued, and what went wrong.
func (s *Session) utter(r *reply, items <-chan item) (queued time.Duration, err error) {
	var (
		head    time.Time // when the next frame will begin to be heard
		granted bool
		begun   *entry
	)
	for {
		var it item
		var ok bool
		select {
		case it, ok = <-items:
		case <-r.ctx.Done():
			return queued, nil
		}
		if !ok {
			break
		}
		if it.last {
			r.ledger.mu.Lock()
			it.entry.whole, it.entry.to = true, queued
			it.entry.begun = true
			rest := it.entry.rest()
			r.ledger.mu.Unlock()
			if rest != "" && granted {
				s.progress <- progress{r: r, kind: shown, at: head, text: rest}
			}
			continue
		}
		if !granted {
			s.progress <- progress{r: r, kind: ready, at: time.Now()}
			select {
			case <-r.grant:
				granted = true
			case <-r.ctx.Done():
				return queued, nil
			}
		}
		if begun != it.entry {
			begun = it.entry
			say := begun.say
			say.Audio = nil
			s.progress <- progress{r: r, kind: saying, at: time.Now(), say: &say}
		}
		d := it.frame.Duration()
		marks, rate := it.frame.Marks, it.frame.Rate
		if len(it.frame.PCM) > 0 {
			if err := s.cfg.Out.Play(r.ctx, it.frame); err != nil {
				if r.ctx.Err() != nil {
					return queued, nil
				}
				return queued, fmt.Errorf("play: %w", err)
			}
		}
		now := time.Now()
		if head.Before(now) {
			head = now
		}
		if queued == 0 {
			s.progress <- progress{r: r, kind: playing, at: head}
		}
		e := it.entry
		r.ledger.mu.Lock()
		if !e.begun {
			e.begun, e.from = true, queued
		}
		e.to = queued + d
		for _, m := range marks {
			w := it.clause.word(m.Start)
			e.cues = append(e.cues, cue{at: queued + offset(m, rate), from: w.From, to: w.To})
		}
		r.ledger.mu.Unlock()
		for _, m := range marks {
			w := it.clause.word(m.Start)
			p := progress{r: r, kind: shown, at: head.Add(offset(m, rate)), word: it.clause.Text[w.Start:w.End]}
			if w.To > e.shownTo && w.To <= len(e.say.Text) {
				p.text = e.say.Text[e.shownTo:w.To]
				e.shownTo = w.To
			}
			s.progress <- p
		}
		queued += d
		head = head.Add(d)
	}
	if r.ctx.Err() != nil {
		return queued, nil
	}
	if queued > 0 {
		if err := s.cfg.Out.Drain(r.ctx); err != nil && r.ctx.Err() == nil {
			return queued, fmt.Errorf("play: drain: %w", err)
		}
	}
	if r.ctx.Err() != nil {
		return queued, nil
	}
	return queued, r.err
}

func offset(m audio.Mark, rate int) time.Duration {
	return time.Duration(m.Offset) * time.Second / time.Duration(max(1, rate))
}

// silence is a pause as a frame.
func silence(d time.Duration) audio.Frame {
	return audio.Frame{PCM: make([]int16, audio.At(d)), Rate: audio.Rate}
}
