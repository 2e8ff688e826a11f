package voice

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/aubade/aubade/voice/audio"
)

// recognized is what recognize tells converse: a transcript, or trouble.
type recognized struct {
	Transcript
	// since is where the speech that is settled by earlier finals ended; upTo, where what this one is about does.
	since, upTo audio.Position
	trouble     error
	// lost says that speech was heard of which no recognizer could make words.
	lost bool
}

// thought is a TurnDetector's opinion of the silence after a position.
type thought struct {
	probability float32
	at          audio.Position
}

// recognize feeds the recognizer, and restarts it when it is deaf or has died, with the speech it missed replayed. It
// owns the stream and ends with hear.
func (s *Session) recognize(ctx context.Context) {
	r := &recognition{s: s, ctx: ctx, opened: make(chan opening, 1), watch: newTimer()}
	if s.cfg.TurnDetector != nil {
		r.keep = audio.At(8 * time.Second)
	}
	defer r.end()
	r.open()
	for {
		var results <-chan Transcript
		if r.stream != nil {
			results = r.stream.Results()
		}
		r.arm()
		select {
		case h, ok := <-s.sound:
			if !ok {
				return
			}
			r.hear(h)
		case t, ok := <-results:
			if ok {
				r.transcript(t)
			} else {
				r.ended()
			}
		case o := <-r.opened:
			r.start(o)
		case <-r.watch.C:
			r.overdue()
		case <-ctx.Done():
			return
		}
	}
}

// A recognition is the state of recognize.
type recognition struct {
	s      *Session
	ctx    context.Context
	stream Stream
	opened chan opening // 1: what was asked for last
	asking bool
	backup bool // the backup's turn
	// failures since the last transcript: each doubles the pause before the next attempt.
	failures int
	retryAt  time.Time

	// replay is the sound since the last final, for a recognizer that has to start again: from a little before the
	// speech began, 8 s at most. With a TurnDetector it also keeps what came before.
	replay  []int16
	from    audio.Position // of replay
	keep    audio.Position
	inside  bool             // the user is speaking
	voiced  audio.Position   // the end of speech
	flushed bool             // the recognizer was asked for the final of that
	asks    []audio.Position // the ends of speech of which the finals were asked for, and are still to come, in order
	covered audio.Position   // the finals so far have settled what was said before
	written audio.Position   // to the stream
	partial Transcript
	talks   bool      // this recognizer has been seen to give partials
	deafAt  time.Time // when silence about the speech means that it is deaf
	rounds  int       // restarts for the same speech
	replays bool      // what comes is about sound that is over: only its final counts
	watch   *time.Timer

	detecting atomic.Bool // an opinion is being formed, in a goroutine of its own
}

type opening struct {
	stream Stream
	err    error
}

const (
	preRoll   = audio.Position(audio.Rate * 12 / 100) // 120 ms: a detector is not later
	maxReplay = audio.Position(audio.Rate * 8)
)

func (r *recognition) hear(h heard) {
	r.remember(h.frame)
	now := time.Now()
	if h.onset {
		r.inside, r.replays, r.rounds = true, false, 0
		if r.talks {
			r.deafAt = now.Add(r.patience())
		}
	}
	if h.offset {
		r.inside, r.flushed, r.voiced = false, false, h.voiced
		r.detect()
	}
	flush := !r.inside && r.voiced > r.covered && !r.flushed && h.frame.End().Sub(r.voiced) >= r.pause()
	if flush {
		r.flushed = true
		if r.deafAt.IsZero() {
			r.deafAt = now.Add(r.patience())
		}
	}
	if r.stream == nil {
		return
	}
	r.written = h.frame.End()
	err := r.stream.Write(h.frame)
	if err == nil && flush {
		r.asks = append(r.asks, r.voiced)
		err = r.stream.Flush()
	}
	if err != nil {
		r.fail(fmt.Errorf("recognize: %w", err))
	}
}

// pause is the silence after which a final is asked for. A recognizer that gives partials can be left to hear over the
// hole in the middle of a word: what it says then is better, and nobody waits for it.
func (r *recognition) pause() time.Duration {
	if r.talks {
		return r.s.o.Flush * 5 / 4
	}
	return r.s.o.Flush
}

// patience is how long the recognizer may be silent about speech.
func (r *recognition) patience() time.Duration {
	if r.s.cfg.Backup != nil {
		return r.s.o.DeafBackup
	}
	return r.s.o.Deaf
}

// remember keeps the sound that a new recognizer would need.
func (r *recognition) remember(f audio.Frame) {
	if len(r.replay) == 0 {
		r.from = f.At
		if r.replay == nil {
			r.replay = newReplay()
		}
	}
	r.replay = append(r.replay, f.PCM...)
	limit := max(preRoll, r.keep)
	if r.inside || r.owed() {
		limit = maxReplay
	}
	// A quarter more, so that the buffer is shifted seldom.
	if over := audio.Position(len(r.replay)) - limit; over > limit/4 {
		r.replay = r.replay[:copy(r.replay, r.replay[over:])]
		r.from += over
	}
}

// newReplay is a buffer for as much as an idle session keeps.
func newReplay() []int16 { return make([]int16, 0, preRoll+preRoll/4+2*audio.FrameSamples) }

// owed says whether a final is to come for speech that has ended.
func (r *recognition) owed() bool { return len(r.asks) > 0 || !r.inside && r.voiced > r.covered }

// settles notes how far a final reaches. Finals come in the order in which they were asked for; one that was not may be
// given, too.
func (r *recognition) settles(t Transcript) {
	switch {
	case len(r.asks) > 0:
		r.settled(r.asks[0])
	case t.To != 0:
		r.settled(min(t.To, r.written))
	case t.Text != "" && r.inside:
		r.settled(r.written)
	default:
		r.settled(r.voiced)
	}
}

// settled forgets the sound that needs not be heard again.
func (r *recognition) settled(upTo audio.Position) {
	r.covered = max(r.covered, upTo)
	for len(r.asks) > 0 && r.asks[0] <= r.covered {
		r.asks = r.asks[1:]
	}
	r.deafAt, r.rounds = time.Time{}, 0
	if len(r.asks) > 0 {
		r.deafAt = time.Now().Add(r.patience())
	}
	r.partial = Transcript{}
	if r.keep == 0 && !r.inside && !r.owed() {
		if limit := int(preRoll); len(r.replay) > limit {
			over := len(r.replay) - limit
			r.from += audio.Position(over)
			// A long utterance's buffer is given back: an idle session shall be small.
			r.replay = append(newReplay(), r.replay[over:]...)
		}
	}
}

func (r *recognition) transcript(t Transcript) {
	heard := recognized{Transcript: t, since: r.covered, upTo: r.written}
	if t.Final {
		r.replays = false
		r.settles(t)
		heard.upTo = r.covered
	} else if r.replays {
		return
	} else if t.Text != "" {
		r.talks = true
		if len(r.asks) == 0 {
			r.deafAt = time.Time{}
		}
		r.partial = t
	}
	if t.Final || t.Text != "" {
		r.failures = 0
	}
	r.tell(heard)
}

func (r *recognition) tell(t recognized) {
	select {
	case r.s.transcripts <- t:
	case <-r.ctx.Done():
	}
}

// open asks for a stream without waiting for it: a recognizer that takes long must not lose what is said meanwhile.
func (r *recognition) open() {
	rec := r.s.cfg.Recognizer
	if r.backup {
		rec = r.s.cfg.Backup
	}
	r.asking = true
	r.s.background.Go(func() {
		st, err := rec.Open(r.ctx)
		r.opened <- opening{st, err}
	})
}

func (r *recognition) start(o opening) {
	r.asking = false
	if o.err != nil {
		r.fail(fmt.Errorf("recognize: open: %w", o.err))
		return
	}
	r.stream = o.stream
	if !r.inside && !r.owed() {
		return
	}
	r.replays = !r.inside
	// What a final has settled is not heard again.
	first := max(0, int(r.covered-preRoll-r.from)) / audio.FrameSamples * audio.FrameSamples
	for at := first; at < len(r.replay); at += audio.FrameSamples {
		pcm := append([]int16(nil), r.replay[at:min(at+audio.FrameSamples, len(r.replay))]...)
		f := audio.Frame{PCM: pcm, Rate: audio.Rate, At: r.from + audio.Position(at)}
		r.written = f.End()
		if err := r.stream.Write(f); err != nil {
			r.fail(fmt.Errorf("recognize: replay: %w", err))
			return
		}
		// Whoever gives sound without taking words can wait for a recognizer that waits for them.
		for more := true; more; {
			select {
			case t, ok := <-r.stream.Results():
				if !ok {
					r.ended()
					return
				}
				r.transcript(t)
			default:
				more = false
			}
		}
	}
	if !r.inside {
		r.flushed = true
		r.asks = append(r.asks, r.voiced)
		if err := r.stream.Flush(); err != nil {
			r.fail(fmt.Errorf("recognize: replay: %w", err))
			return
		}
	}
	r.deafAt = time.Now().Add(r.patience())
}

func (r *recognition) ended() {
	err := r.stream.Err()
	if err == nil {
		err = errors.New("the stream ended by itself")
	}
	r.fail(fmt.Errorf("recognize: %w", err))
}

// overdue is what happens when a time set by arm has come.
func (r *recognition) overdue() {
	now := time.Now()
	if !r.retryAt.IsZero() && !now.Before(r.retryAt) {
		r.retryAt = time.Time{}
		r.open()
	}
	if r.deafAt.IsZero() || now.Before(r.deafAt) {
		return
	}
	r.deafAt = time.Time{}
	if r.rounds++; r.rounds > 2 {
		// Nobody can make words of this. It is said once, and forgotten.
		r.settled(r.voiced)
		r.tell(recognized{lost: true, trouble: errors.New("recognize: speech was heard, but nothing was recognised")})
		return
	}
	r.fail(fmt.Errorf("recognize: speech was heard, but nothing was recognised for %v", r.patience()))
}

// fail gives the stream up and tries again: at once the first time, then with growing pauses.
func (r *recognition) fail(err error) {
	r.drop()
	r.tell(recognized{trouble: err})
	r.deafAt = time.Time{}
	if r.asking || !r.retryAt.IsZero() {
		return
	}
	r.backup = !r.backup && r.s.cfg.Backup != nil
	if r.failures++; r.failures == 1 {
		r.open()
		return
	}
	r.retryAt = time.Now().Add(min(30*time.Second, 250*time.Millisecond<<min(r.failures, 7)))
	if r.failures == 4 {
		r.settled(r.voiced)
		r.tell(recognized{lost: true, trouble: errors.New("recognize: the ears stay broken: trying again in the background")})
	}
}

// drop closes the stream. What it still had to say is not waited for.
func (r *recognition) drop() {
	if r.stream == nil {
		return
	}
	st := r.stream
	r.stream, r.asks = nil, nil
	r.partial = Transcript{}
	r.s.background.Go(func() {
		_ = st.Close() // it is broken already
		for range st.Results() {
		}
	})
}

func (r *recognition) arm() {
	at := r.deafAt
	if !r.retryAt.IsZero() && (at.IsZero() || r.retryAt.Before(at)) {
		at = r.retryAt
	}
	setTimer(r.watch, at)
}

// detect asks for an opinion of the sound, unless one is being formed.
func (r *recognition) detect() {
	d := r.s.cfg.TurnDetector
	if d == nil || !r.detecting.CompareAndSwap(false, true) {
		return
	}
	n := min(len(r.replay), int(maxReplay))
	u := Utterance{Transcript: r.partial, Audio: append([]int16(nil), r.replay[len(r.replay)-n:]...), Silence: r.s.o.Flush}
	at := r.from + audio.Position(len(r.replay))
	r.s.background.Go(func() {
		defer r.detecting.Store(false)
		p, err := d.EndOfTurn(r.ctx, u)
		if err != nil {
			return // words and silence alone have to do
		}
		select {
		case r.s.thoughts <- thought{p, at}:
		case <-r.ctx.Done():
		}
	})
}

func (r *recognition) end() {
	r.watch.Stop()
	r.drop()
	if r.asking {
		r.s.background.Go(func() {
			if o := <-r.opened; o.stream != nil {
				_ = o.stream.Close()
				for range o.stream.Results() {
				}
			}
		})
	}
}
