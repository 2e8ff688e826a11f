package call

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
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
	cfg := o.Brain.Config
	s, err := voice.New(voice.Config{
		In: room, Out: room, Typed: room.Typed(), Controls: room.Controls(),
		Detector: detector, TurnDetector: o.Speech.TurnDetector, Recognizer: ears, Backup: backup, Synthesizer: o.Speech.Synthesizer,
		Responder: conv,
		Notifier:  &notifier{room, recorder, o},
		Verbalise: wire.Clauses(o.Brain.Verbaliser(edition)),
		Rewrite:   o.Brain.Rewriter(edition),
		Options: voice.Options{
			Target: cfg.Turn.Budget, Nudge: cfg.Turn.Nudge, Patience: cfg.Turn.Patience, Acknowledge: cfg.Turn.Acknowledge, Rate: cfg.Voice.Rate,
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
