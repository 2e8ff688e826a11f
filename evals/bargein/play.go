package bargein

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"sync"
	"time"

	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/audio"
	"github.com/aubade/aubade/voice/script"
)

const (
	question = "how did Larkspur close on Friday"
	asks     = 400 * time.Millisecond  // when the caller begins to ask
	into     = 3 * time.Second         // how far into the answer the sound begins
	spoken   = 10                      // the agent's word at that moment: each takes 300 ms
	lasts    = 3500 * time.Millisecond // the longest sound
	lag      = 200 * time.Millisecond  // after which words are known
)

// A Result is what became of a case. Times count from the sound's onset.
type Result struct {
	Case    Case
	Ducked  bool
	DuckAt  time.Duration // the voice was lowered
	Stopped bool          // the floor was given
	StopAt  time.Duration // and the queue cut
	// Loud is when the agent was last heard within 12 dB of its own level, where the floor was given.
	Loud time.Duration
	// Turn is what the caller was then understood to have said.
	Turn string
	Err  error
}

// Play makes the sounds of a call and holds it. A detector hears one call only.
func Play(ctx context.Context, c Case, d voice.Detector, seed uint64) Result {
	return hold(ctx, prepare(c, seed), d)
}

// prepare makes the sounds, which takes longer than some of them last.
func prepare(c Case, seed uint64) *player {
	return &player{c: c,
		question: render(2*time.Second, seed, speech(question, usualPitch, usualLevel)),
		sound:    render(lasts, seed+1, c.sound), quiet: render(time.Second, seed+2, hiss(0, 0))}
}

func hold(ctx context.Context, p *player, d voice.Detector) Result {
	c := p.c
	r := Result{Case: c}
	sc, err := script.Parse(fmt.Sprintf("model %q\n model silent \"\"\nset silent", answer+"."))
	if err != nil {
		r.Err = err
		return r
	}
	call, err := sc.Call()
	if err != nil {
		r.Err = err
		return r
	}
	p.began = time.Now()
	p.words(question, asks)
	call.Speaker = audio.NewLoudspeaker(0, 1)
	cfg := call.Config(p)
	cfg.In, cfg.Out, cfg.Detector, cfg.Recognizer = p, call.Speaker, d, p
	s, err := voice.New(cfg)
	if err != nil {
		r.Err = err
		return r
	}
	if r.Err = s.Run(ctx); r.Err != nil {
		return r
	}
	if p.answered == 0 {
		r.Err = errors.New("the agent did not answer")
		return r
	}
	onset := p.at + time.Duration(c.at*float64(time.Second))
	for _, e := range p.events {
		switch {
		case e.Kind == voice.Ducked && !r.Ducked && e.At >= p.at:
			r.Ducked, r.DuckAt = true, e.At-onset
		case e.Kind == voice.BargeIn && !r.Stopped:
			r.Stopped, r.StopAt = true, e.At-onset
		case e.Kind == voice.TurnEnd && r.Stopped:
			r.Turn = e.Text
		}
	}
	if r.Stopped {
		for _, span := range call.Speaker.Spans() {
			if span.Gain > -12 && span.From < r.StopAt+onset {
				r.Loud = span.To - onset
			}
		}
	}
	return r
}

// A player is the caller, their recognizer, and the log.
type player struct {
	c                      Case
	began                  time.Time
	question, sound, quiet []int16

	mu       sync.Mutex
	said     []voice.Word  // all words of the call, when they are said
	answered time.Duration // when the answer began
	at       time.Duration // when the sound does
	events   []voice.Event
}

// words puts words on the microphone's clock.
func (p *player) words(text string, at time.Duration) {
	for _, w := range strings.Fields(text) {
		end := at + wordLength(w)
		p.said = append(p.said, voice.Word{Text: w, Start: audio.At(at), End: audio.At(end)})
		at = end + 10*time.Millisecond
	}
}

// Notify keeps the log, and lets the sound begin some time into the answer.
func (p *player) Notify(_ context.Context, e voice.Event) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.events = append(p.events, e)
	if e.Kind == voice.FirstAudio && p.answered == 0 {
		p.answered = time.Since(p.began)
		p.at = (p.answered + into).Truncate(audio.FrameDuration)
		p.words(p.c.words, p.at+time.Duration(p.c.at*float64(time.Second)))
	}
	return nil
}

// Frames is the microphone.
func (p *player) Frames(ctx context.Context) iter.Seq2[audio.Frame, error] {
	return func(yield func(audio.Frame, error) bool) {
		timer := time.NewTimer(time.Hour)
		defer timer.Stop()
		for pos := time.Duration(0); ; pos += audio.FrameDuration {
			p.mu.Lock()
			at := p.at
			p.mu.Unlock()
			if pos > 20*time.Second || at != 0 && pos > at+lasts+2*time.Second {
				return
			}
			timer.Reset(time.Until(p.began.Add(pos + audio.FrameDuration)))
			select {
			case <-timer.C:
			case <-ctx.Done():
				return
			}
			f := audio.Frame{PCM: make([]int16, audio.FrameSamples), Rate: audio.Rate, At: audio.At(pos)}
			copy(f.PCM, p.quiet[int(audio.At(pos))%(len(p.quiet)-audio.FrameSamples):])
			play := func(pcm []int16, from time.Duration) {
				if i := int(audio.At(pos - from)); pos >= from && i < len(pcm) {
					copy(f.PCM, pcm[i:])
				}
			}
			play(p.question, asks)
			if at != 0 {
				play(p.sound, at)
			}
			if !yield(f, nil) {
				return
			}
		}
	}
}

// Open makes the player its own recognizer.
func (p *player) Open(context.Context) (voice.Stream, error) {
	return &stream{p: p, out: make(chan voice.Transcript, 64)}, nil // more than a call has
}

type stream struct {
	p     *player
	out   chan voice.Transcript
	given audio.Position // finals cover what was said before
	due   audio.Position // a final that was asked for; 0: none
	upTo  audio.Position
	last  int // words of the latest partial
	at    audio.Position
	once  sync.Once
}

func (s *stream) Write(f audio.Frame) error {
	s.p.mu.Lock()
	defer s.p.mu.Unlock()
	s.at = f.End()
	var known []voice.Word
	for _, w := range s.p.said {
		late := lag
		if w.Start > audio.At(2*asks+2*time.Second) {
			late += time.Duration(s.p.c.lag * float64(time.Second))
		}
		if w.Start >= s.given && w.End.Add(late) <= f.End() {
			known = append(known, w)
		}
	}
	if len(known) > s.last {
		s.last = len(known)
		s.send(known, false)
	}
	if s.due != 0 && f.End() >= s.due {
		var all []voice.Word
		for _, w := range s.p.said {
			if w.Start >= s.given && w.Start < s.upTo {
				all = append(all, w)
			}
		}
		s.due, s.given, s.last = 0, s.upTo, 0
		s.send(all, true)
	}
	return nil
}

// Flush promises a final of what was said up to here.
func (s *stream) Flush() error {
	s.p.mu.Lock()
	defer s.p.mu.Unlock()
	s.upTo = s.at
	s.due = s.upTo.Add(60*time.Millisecond + time.Duration(s.p.c.lag*float64(time.Second)))
	return nil
}

func (s *stream) send(words []voice.Word, final bool) {
	t := voice.Transcript{Words: words, Final: final, Confidence: 0.9}
	var texts []string
	for _, w := range words {
		texts = append(texts, w.Text)
	}
	t.Text = strings.Join(texts, " ")
	if n := len(words); n > 0 {
		t.From, t.To = words[0].Start, words[n-1].End
	}
	select {
	case s.out <- t:
	default: // the call is over
	}
}

func (s *stream) Results() <-chan voice.Transcript { return s.out }
func (s *stream) Err() error                       { return nil }

func (s *stream) Close() error {
	s.once.Do(func() {
		s.p.mu.Lock()
		defer s.p.mu.Unlock()
		close(s.out)
	})
	return nil
}
