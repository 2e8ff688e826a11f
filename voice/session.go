package voice

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aubade/aubade/voice/audio"
)

// A Session is one conversation, from the first frame of the microphone to the hang-up. Three goroutines live as long
// as it does, and two as long as each reply:
//
//	hear ──frames, marks──► recognize ──transcripts──► converse ──starts, cancels──► compose ──frames──► utter
//	  └────────marks, ticks of the audio clock──────────►   ▲                                              │
//	                                                        └──────────────── progress ◄───────────────────┘
//
// Run waits for all of them. What may be behind whom:
//
//	sound        500 ms          hear waits for recognize for a quarter of a frame, then drops
//	marks        8 marks         hear waits for converse, which never waits for anything slow
//	transcripts  4               recognize waits for converse
//	progress     8               replies wait for converse, which reads until the last of them has ended
//	items        LookAhead       compose waits for utter, utter for the room's Play
//
// They are short because a machine carries thousands of sessions.
type Session struct {
	cfg   Config
	o     Options
	began time.Time

	sound       chan heard
	marks       chan mark
	transcripts chan recognized
	progress    chan progress
	thoughts    chan thought

	// alarm is the position of the microphone's clock at which converse asks to be woken; 0 is none.
	alarm atomic.Int64
	// position is how far the microphone has been heard.
	position atomic.Int64
	muted    atomic.Bool

	background sync.WaitGroup // everything but converse, which is Run's own goroutine
}

// New makes a session. Nothing runs until Run.
func New(cfg Config) (*Session, error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	cfg.Options = cfg.Options.WithDefaults()
	if cfg.Verbalise == nil {
		cfg.Verbalise = AsWritten
	}
	return &Session{
		cfg:         cfg,
		o:           cfg.Options,
		sound:       make(chan heard, 500*time.Millisecond/audio.FrameDuration),
		marks:       make(chan mark, 8),
		transcripts: make(chan recognized, 4),
		progress:    make(chan progress, 8),
		thoughts:    make(chan thought, 1),
	}, nil
}

// Run holds the conversation until the user leaves, somebody hangs up, or ctx ends; the end of ctx is a hang-up, with a
// nil error. It returns when every goroutine of the session has ended. Call it once.
func (s *Session) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	s.began = time.Now()
	var hearing error
	if s.cfg.In != nil {
		s.background.Go(func() { hearing = s.hear(ctx) })
		s.background.Go(func() { s.recognize(ctx) })
	}
	newConversation(s, ctx).run()
	cancel(ErrHangup)
	s.background.Wait()
	return hearing
}
