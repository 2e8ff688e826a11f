package voice

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/aubade/aubade/voice/audio"
)

// The causes with which a turn's context is cancelled: decisions, all of them.
var (
	ErrBargeIn = errors.New("the user took the floor")
	ErrResumed = errors.New("the user went on speaking")
	ErrRevised = errors.New("the words were heard better")
	ErrHangup  = errors.New("the call ended")
)

// AudioIn is the user's microphone. Frames are at audio.Rate and follow each other without a hole: what was lost is
// Filled. The sequence ends when the user leaves.
type AudioIn interface {
	Frames(ctx context.Context) iter.Seq2[audio.Frame, error]
}

// AudioOut is the agent's voice in the room. Gain and Cut may be called while Play or Drain blocks.
type AudioOut interface {
	// Play queues a frame. It blocks while enough is queued (200 ms is plenty): this is the pacing. It returns at once
	// when ctx ends, and looks at ctx and queues in one step as far as Cut can see: once ctx has been cancelled and Cut
	// has returned, no frame of that ctx is queued any more.
	Play(ctx context.Context, f audio.Frame) error
	// Drain returns when all that was queued has been heard.
	Drain(ctx context.Context) error
	// Gain ducks and swells what is playing, within a frame. 0 dB is unchanged.
	Gain(db float64)
	// Cut drops the queue at once, fading over at most 10 ms, and says how much was not heard. It never blocks.
	Cut() (unheard time.Duration)
}

// A Notifier is told every event of the session, in order, on the session's own goroutine: it must not block for long.
type Notifier interface {
	Notify(ctx context.Context, e Event) error
}

// A Detector is made for each stream. It may buffer; at says to which sample its probability belongs.
type Detector interface {
	Speech(f audio.Frame) (probability float32, at audio.Position, err error)
}

// A Recognizer opens streams and is safe for concurrent use.
type Recognizer interface {
	Open(ctx context.Context) (Stream, error)
}

// A Stream recognises one conversation's sound. Write never blocks for longer than a frame; Flush asks for a final of
// what was written so far, which then arrives on Results, even if it is empty. Results are partials, which may change, then finals, which will
// not; the channel closes when the stream has ended, by Close or by itself. A stream that ended by itself says why in Err.
type Stream interface {
	Write(f audio.Frame) error
	Flush() error
	Results() <-chan Transcript
	Err() error
	Close() error
}

// A TurnDetector says how likely it is that the user has finished the thought.
type TurnDetector interface {
	EndOfTurn(ctx context.Context, u Utterance) (probability float32, err error)
}

// A Responder holds one conversation. Prepare is called on every stable partial and is pure; Respond may yield nothing:
// silence is an answer; Heard tells what reached the user, before the next Respond.
type Responder interface {
	Prepare(ctx context.Context, partial Transcript)
	Respond(ctx context.Context, t Turn) iter.Seq2[Say, error]
	Heard(ctx context.Context, r HeardReport)
}

// A Deferrer is a Responder that may have more to tell after a turn has ended. Ready is signalled when something waits;
// at the next lull the session asks Respond for a turn of kind Telling, which yields what is still worth telling.
type Deferrer interface {
	Ready() <-chan struct{}
}

// A Reporter is a Responder with news for the session's log, such as Gathered and Deferral events, and Stage events for
// the waterfall. The session stamps them and passes them on in order. It reads until the session ends: a sender must also
// watch its context.
type Reporter interface {
	Reports() <-chan Event
}

// A Synthesizer speaks one clause. The first frame is what the user waits for; frames carry marks of the words they
// hold. Breaking off the range stops the engine. Safe for concurrent use, though it may serialise.
type Synthesizer interface {
	Synthesize(ctx context.Context, c Clause) iter.Seq2[audio.Frame, error]
}
