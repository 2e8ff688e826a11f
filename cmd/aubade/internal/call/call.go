package call

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/aubade/aubade/cmd/aubade/internal/wire"
	"github.com/aubade/aubade/voice"
)

// A Room is where a call takes place: sound both ways, a screen, and what the user types and taps.
type Room interface {
	voice.AudioIn
	voice.AudioOut
	voice.Notifier
	Typed() <-chan string
	Controls() <-chan voice.Control
}

// An Operator takes calls: it has the brain, the ears and the voice that they share.
type Operator struct {
	Brain  *wire.Brain
	Speech *wire.Speech
	Log    *slog.Logger

	// Leaving is closed when the program is about to end: the calls that are held are told goodbye. Nil: it never is.
	Leaving <-chan struct{}
}

// Talk holds one conversation in a room until the user leaves. The id names the call in the store.
func (o *Operator) Talk(ctx context.Context, id string, room Room) (err error) {
	conv, err := o.Brain.Answerer.Open(ctx, id, "")
	if err != nil {
		return fmt.Errorf("call %s: %w", id, err)
	}
	defer func() { err = errors.Join(err, conv.Close()) }()
	edition, _ := conv.Edition()

	ears, backup, err := o.Speech.Recognizers(ctx, edition)
	if err != nil {
		return fmt.Errorf("call %s: %w", id, err)
	}
	detector, err := o.Speech.Detector()
	if err != nil {
		return fmt.Errorf("call %s: %w", id, err)
	}
	if c, ok := detector.(io.Closer); ok {
		defer c.Close() // the call is over: its engine may forget it
	}
	recorder := NewRecorder(o.Brain.DB, id, o.Log)
	defer recorder.Close()
	controls := farewell{in: room.Controls(), leaving: o.Leaving, out: make(chan voice.Control)}
	over := make(chan struct{})
	var passing sync.WaitGroup
	passing.Go(func() { controls.run(over) })
	defer func() { close(over); passing.Wait() }()
	cfg := o.Brain.Config
	s, err := voice.New(voice.Config{
		In: room, Out: room, Typed: room.Typed(), Controls: controls.out,
		Detector: detector, TurnDetector: o.Speech.TurnDetector, Recognizer: ears, Backup: backup, Synthesizer: o.Speech.Synthesizer,
		Responder: conv,
		Notifier:  &notifier{room, recorder, o},
		Verbalise: wire.Clauses(o.Brain.Verbaliser(edition)),
		Rewrite:   o.Brain.Rewriter(edition, conv.Subjects),
		Ends:      o.Brain.Endings(edition),
		Options: voice.Options{
			Target: cfg.Turn.Budget, Nudge: cfg.Turn.Nudge, Patience: cfg.Turn.Patience, Acknowledge: cfg.Turn.Acknowledge, Rate: cfg.Voice.Rate,
			Earcons: cfg.Voice.Earcons,
		},
	})
	if err != nil {
		return fmt.Errorf("call %s: %w", id, err)
	}
	began := time.Now()
	o.Log.Info("a call begins", "session", id, "edition", edition.ID)
	err = s.Run(ctx)
	o.Log.Info("a call has ended", "session", id, "lasted", time.Since(began).Round(time.Second))
	if err != nil {
		return fmt.Errorf("call %s: %w", id, err)
	}
	return nil
}

// A farewell passes on what the user does, and says goodbye when the program is about to end.
type farewell struct {
	in      <-chan voice.Control
	leaving <-chan struct{}
	out     chan voice.Control // nobody waits in it: the session reads it until the call is over
}

func (f farewell) run(over <-chan struct{}) {
	for {
		var c voice.Control
		var ok bool
		select {
		case c, ok = <-f.in:
			if !ok {
				f.in = nil
				continue
			}
		case <-f.leaving:
			f.leaving, c = nil, voice.Goodbye
		case <-over:
			return
		}
		select {
		case f.out <- c:
		case <-over:
			return
		}
	}
}

// notifier shows events on the screen, records them, and learns from the waterfall how fast the voice is.
type notifier struct {
	screen   voice.Notifier
	recorder *Recorder
	o        *Operator
}

func (n *notifier) Notify(ctx context.Context, e voice.Event) error {
	if e.Kind == voice.Waterfall && e.Waterfall != nil {
		for _, p := range e.Waterfall.Parts {
			if p.Name == "first audio" {
				n.o.Brain.Answerer.FirstAudio(p.For)
			}
		}
	}
	if e.Kind == voice.Trouble {
		n.o.Log.Warn("trouble in a call", "turn", e.Turn, "what", e.Text)
	}
	return errors.Join(n.recorder.Notify(ctx, e), n.screen.Notify(ctx, e))
}
