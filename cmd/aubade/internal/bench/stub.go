package bench

import (
	"context"
	"errors"
	"iter"
	"strings"
	"sync"
	"time"

	"github.com/aubade/aubade/subagents"
	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/audio"
)

// A gate takes loud sound for speech: the callers here are in a quiet room, and the detector is not what is measured.
type gate struct{}

// Speech is certain about every frame.
func (gate) Speech(f audio.Frame) (float32, audio.Position, error) {
	if loudFrame(f) {
		return 1, f.End(), nil
	}
	return 0, f.End(), nil
}

// loudFrame says whether anything in the frame is above -35 dBFS.
func loudFrame(f audio.Frame) bool {
	for _, v := range f.PCM {
		if v > 600 || v < -600 {
			return true
		}
	}
	return false
}

// A Stub is a set of models that take a stated time and no thought.
type Stub struct {
	// Final is the end of speech → the final transcript; FirstToken, the question → the first sentence; FirstAudio, a
	// clause → its first frame.
	Final, FirstToken, FirstAudio time.Duration
	// Partials makes words known Lag after they end; without it there are only finals.
	Partials bool
	Lag      time.Duration
	// Differ makes one of so many finals differ in a word from the partials before it; 0 makes none.
	Differ int
	// SlowHelper is how long a helper takes that is asked with every question beside a quick one; 0 asks nobody.
	SlowHelper time.Duration
	// Answer is what is said to everything; Says, if there are any, are said in turn instead.
	Answer string
	Says   []voice.Say
}

// Sum is the time that the models take one after the other.
func (s Stub) Sum() time.Duration { return s.Final + s.FirstToken + s.FirstAudio }

// wordLag is how long words take to be known.
func (s Stub) wordLag() time.Duration {
	if s.Partials {
		return s.Lag
	}
	return s.Final
}

// ears know what will be said, in which order, and hear only when. One call has one; streams may come and go.
type ears struct {
	stub  Stub
	turns []Turn
	next  int // of turns

	mu     sync.Mutex
	inside bool // a turn has begun and its length has not passed
	turn   Turn
	count  int
	onset  audio.Position
	until  audio.Position // the last loud sample
	given  int            // words in finals
	shown  int            // words in the last partial
	due    audio.Position // a final that was asked for; 0 is none
}

func newEars(s Stub, turns []Turn, first int) *ears { return &ears{stub: s, turns: turns, next: first} }

// Open opens a stream.
func (e *ears) Open(context.Context) (voice.Stream, error) {
	return &earStream{e: e, out: make(chan voice.Transcript, 64)}, nil
}

type earStream struct {
	e      *ears
	out    chan voice.Transcript
	closed bool
}

func (s *earStream) Write(f audio.Frame) error {
	e := s.e
	e.mu.Lock()
	defer e.mu.Unlock()
	if s.closed {
		return errors.New("the stream is closed")
	}
	loud := loudFrame(f)
	if loud {
		if !e.inside {
			e.inside, e.turn, e.onset, e.given, e.shown = true, e.turns[e.next%len(e.turns)], f.At, 0, 0
			e.next++
			e.count++
		}
		e.until = f.End()
	}
	if e.inside {
		n := 0
		for n < len(e.turn.Words) && e.onset.Add(e.turn.Words[n].To+e.stub.Lag) <= f.End() {
			n++
		}
		if e.stub.Partials && n > max(e.shown, e.given) {
			e.shown = n
			s.send(e.transcript(e.given, n, false))
		}
		if e.due != 0 && f.End() >= e.due {
			s.final(f.End())
		}
		if e.given == len(e.turn.Words) && !loud && f.At > e.onset.Add(e.turn.End) {
			e.inside = false
		}
	} else if e.due != 0 && f.End() >= e.due {
		s.final(f.End())
	}
	return nil
}

// Flush promises a final, Stub.Final after the last loud sample.
func (s *earStream) Flush() error {
	s.e.mu.Lock()
	defer s.e.mu.Unlock()
	s.e.due = max(1, s.e.until.Add(s.e.stub.Final))
	return nil
}

// final gives all words that have ended. The lock is held.
func (s *earStream) final(now audio.Position) {
	e := s.e
	e.due = 0
	n := e.given
	for n < len(e.turn.Words) && e.onset.Add(e.turn.Words[n].From) < e.until {
		n++
	}
	if !e.inside {
		n = e.given
	}
	s.send(e.transcript(e.given, n, true))
	e.given = n
}

// transcript is some of the turn's words. Partials of the turns that differ have another last word than their finals.
func (e *ears) transcript(from, to int, final bool) voice.Transcript {
	t := voice.Transcript{Final: final, Confidence: 0.9}
	var text []string
	for i, w := range e.turn.Words[from:to] {
		word := w.Text
		if !final && e.stub.Differ > 0 && e.count%e.stub.Differ == 0 && from+i == len(e.turn.Words)-1 {
			word = "quarters"
		}
		text = append(text, word)
		t.Words = append(t.Words, voice.Word{Text: word, Start: e.onset.Add(w.From), End: e.onset.Add(w.To), Confidence: 0.9})
	}
	t.Text = strings.Join(text, " ")
	if len(t.Words) > 0 {
		t.From, t.To = t.Words[0].Start, t.Words[len(t.Words)-1].End
	}
	return t
}

func (s *earStream) send(t voice.Transcript) {
	select {
	case s.out <- t:
	default: // nobody listens any more
	}
}

func (s *earStream) Results() <-chan voice.Transcript { return s.out }
func (s *earStream) Err() error                       { return nil }

func (s *earStream) Close() error {
	s.e.mu.Lock()
	defer s.e.mu.Unlock()
	if !s.closed {
		s.closed = true
		close(s.out)
	}
	return nil
}

// brain answers everything in the same words, after Stub.FirstToken; with a slow helper, what that finds is told later.
type brain struct {
	stub  Stub
	desk  *subagents.Session
	ready chan struct{}

	mu   sync.Mutex
	late int
	said map[string]int // question → which of Stub.Says answers it
}

func newBrain(ctx context.Context, s Stub, desk *subagents.Desk, room string) *brain {
	b := &brain{stub: s, ready: make(chan struct{}, 1)}
	if desk != nil {
		b.desk = desk.Open(ctx, room)
	}
	return b
}

// newDesk has a quick helper and a slow one.
func newDesk(slow time.Duration) (*subagents.Desk, error) {
	helper := func(name string, takes time.Duration) subagents.Member {
		return subagents.Member{Concurrency: 64, Patience: takes + 20*time.Second, Agent: subagents.Func(name,
			func(ctx context.Context, q subagents.Question) (subagents.Finding, error) {
				return subagents.Finding{Text: "It was forty two percent."}, pause(ctx, takes)
			})}
	}
	return subagents.NewDesk(subagents.Config{Members: []subagents.Member{helper("quick", 20*time.Millisecond), helper("slow", slow)}})
}

func (b *brain) Prepare(context.Context, voice.Transcript) {}

func (b *brain) Heard(context.Context, voice.HeardReport) {}

// Ready is signalled when the slow helper has answered.
func (b *brain) Ready() <-chan struct{} { return b.ready }

// gather watches for late findings until the call ends.
func (b *brain) gather(ctx context.Context) {
	if b.desk == nil {
		return
	}
	for {
		select {
		case a := <-b.desk.Late():
			if a.Err != nil {
				continue
			}
			b.mu.Lock()
			b.late++
			b.mu.Unlock()
			select {
			case b.ready <- struct{}{}:
			default: // told already
			}
		case <-ctx.Done():
			return
		}
	}
}

func (b *brain) Respond(ctx context.Context, t voice.Turn) iter.Seq2[voice.Say, error] {
	return func(yield func(voice.Say, error) bool) {
		switch t.Kind {
		case voice.Telling:
			b.mu.Lock()
			n := b.late
			b.late = 0
			b.mu.Unlock()
			if n > 0 {
				yield(voice.Say{Kind: voice.Told, Text: "And it was forty two percent."}, nil)
			}
		case voice.Asked:
			if b.desk != nil {
				q := subagents.Question{Text: t.Transcript.Text, Turn: t.ID, Asked: time.Now(), Name: "the volatility"}
				b.desk.Ask(ctx, t.ID, t.Budget.Deadline(b.stub.FirstToken+b.stub.FirstAudio),
					subagents.Ask{Agent: "quick", Question: q}, subagents.Ask{Agent: "slow", Question: q})
			}
			if pause(ctx, b.stub.FirstToken) != nil {
				return
			}
			yield(b.answer(t.Transcript.Text), nil)
		}
	}
}

// answer is the same for the same question, however often it is speculated about.
func (b *brain) answer(question string) voice.Say {
	if len(b.stub.Says) == 0 {
		return voice.Say{Kind: voice.Answer, Text: b.stub.Answer}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.said == nil {
		b.said = map[string]int{}
	}
	i, ok := b.said[question]
	if !ok {
		i = len(b.said) % len(b.stub.Says)
		b.said[question] = i
	}
	return b.stub.Says[i]
}

// mouth speaks every word in 220 ms, the first frame of a clause after Stub.FirstAudio.
type mouth struct{ stub Stub }

func (m mouth) Synthesize(ctx context.Context, c voice.Clause) iter.Seq2[audio.Frame, error] {
	return func(yield func(audio.Frame, error) bool) {
		if pause(ctx, m.stub.FirstAudio) != nil {
			return
		}
		const word = audio.Position(audio.Rate * 22 / 100)
		at, total := 0, audio.Position(0)
		for _, w := range strings.Fields(c.Text) {
			from := at + strings.Index(c.Text[at:], w)
			at = from + len(w)
			for i := audio.Position(0); i < word; i += audio.FrameSamples {
				f := audio.Frame{PCM: vowel()[i : i+audio.FrameSamples : i+audio.FrameSamples], Rate: audio.Rate, At: total}
				if i == 0 {
					f.Marks = []audio.Mark{{Start: from, End: at}}
				}
				f.PCM = append([]int16(nil), f.PCM...)
				total += audio.FrameSamples
				if !yield(f, nil) {
					return
				}
			}
		}
	}
}

// vowel is the sound of one word, made once. It is loud from its first sample.
var vowel = sync.OnceValue(func() []int16 {
	pcm := make([]int16, audio.Rate*22/100)
	for i := range pcm {
		pcm[i] = int16(9000 * hum(float64(i+20)/audio.Rate, 150))
	}
	return pcm
})

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
