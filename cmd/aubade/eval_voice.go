package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/aubade/aubade/cmd/aubade/internal/call"
	"github.com/aubade/aubade/cmd/aubade/internal/config"
	"github.com/aubade/aubade/evals"
	"github.com/aubade/aubade/evals/spoken"
	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/audio"
	"github.com/aubade/aubade/voice/livekit"
	"github.com/aubade/aubade/voice/livekit/caller"
)

// askAloud lets a caller with another voice than the agent's ask.
func askAloud(ctx context.Context, c *cli.Command, cfg config.Config, log *slog.Logger, cases []evals.Case) (ask func(context.Context, evals.Case) (evals.Result, error), closeAll func() error, err error) {
	speaks := c.String("caller")
	if speaks == "" {
		if speaks, err = spoken.FindVoice(); err != nil {
			return nil, nil, err
		}
	}
	brain, err := openTampered(cfg, log, cases)
	if err != nil {
		return nil, nil, err
	}
	op, edition, closeAll, err := operatorOf(ctx, brain, log)
	if err != nil {
		return nil, nil, err
	}
	if edition.ID == 0 {
		return nil, nil, errors.Join(errors.New("there is no edition yet; build one with: aubade brief build"), closeAll())
	}
	k := &spoken.Caller{Room: "recorded", Voice: speaks, Words: brain.Heard(edition), Call: func(ctx context.Context, id string) (spoken.Line, error) {
		return spoken.NewRoom(func(r *spoken.Room) error { return op.Talk(ctx, callID(id), r) }), nil
	}}
	ears, _, err := op.Speech.Recognizers(ctx, edition)
	if err != nil {
		return nil, nil, errors.Join(err, closeAll())
	}
	k.Hear = evals.Recognition{Recognizer: ears, Quick: true}.Hear
	if c.Bool("live") {
		line, stop, err := liveLines(ctx, op, log)
		if err != nil {
			return nil, nil, errors.Join(err, closeAll())
		}
		k.Room, k.Call = "livekit", line
		rest := closeAll
		closeAll = func() error { return errors.Join(stop(), rest()) }
	}
	return k.Ask, closeAll, nil
}

func callID(id string) string {
	return "eval-" + id + "-" + strconv.FormatInt(time.Now().UnixMilli(), 36)
}

// liveLines starts a LiveKit server with a worker, and makes a call of its own for every case.
func liveLines(ctx context.Context, op *call.Operator, log *slog.Logger) (func(context.Context, string) (spoken.Line, error), func() error, error) {
	server, err := livekit.Serve(ctx, livekit.Options{})
	if err != nil {
		return nil, nil, err
	}
	working, cancel := context.WithCancel(ctx)
	registered := make(chan struct{}, 1)
	worker := &livekit.Worker{URLs: []string{server.URL}, Keys: server.Keys, Session: takeCall(op), Patience: goodbye, Log: log, OnRegistered: func(string) {
		select {
		case registered <- struct{}{}:
		default:
		}
	}}
	ended := make(chan error, 1)
	go func() { ended <- worker.Run(working) }()
	stop := func() error {
		cancel()
		err := <-ended
		server.Close()
		return err
	}
	select {
	case <-registered:
	case <-ctx.Done():
		return nil, nil, errors.Join(context.Cause(ctx), stop())
	}
	return func(ctx context.Context, id string) (spoken.Line, error) {
		token, err := server.Keys.Token(livekit.Pass{Room: callID(id), Identity: "caller"})
		if err != nil {
			return nil, err
		}
		l := &liveLine{}
		l.c, err = caller.Dial(ctx, server.URL, token, caller.Options{Keep: true, OnEvent: l.see})
		return l, err
	}, stop, nil
}

// A liveLine is a call through LiveKit.
type liveLine struct {
	c *caller.Caller

	mu     sync.Mutex
	events []spoken.Stamped
}

func (l *liveLine) see(e voice.Event, at time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.events = append(l.events, spoken.Stamped{At: at, Event: e})
}

func (l *liveLine) Say(ctx context.Context, pcm []int16) (from, to time.Time, err error) {
	clip, err := caller.Encode(pcm, audio.Rate)
	if err != nil {
		return from, to, err
	}
	s, err := l.c.Say(ctx, clip)
	return s.From, s.To, err
}

func (l *liveLine) Answer(ctx context.Context, after time.Time) error {
	_, err := l.c.Answer(ctx, after)
	if errors.Is(err, caller.ErrSilence) {
		return context.Cause(ctx)
	}
	return err
}

func (l *liveLine) Interrupt() error { return l.c.Tap("interrupt") }

func (l *liveLine) Quiet(ctx context.Context, d time.Duration) error { return l.c.Quiet(ctx, d) }

func (l *liveLine) Recording(from, to time.Time) (caller, agent []int16) {
	r := l.c.Recording(from, to)
	return r.User, r.Agent
}

func (l *liveLine) Events() []spoken.Stamped {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]spoken.Stamped(nil), l.events...)
}

func (l *liveLine) Hangup() error {
	l.c.Hangup()
	return nil
}

// about says what was measured, for the head of a report.
func about(c *cli.Command) string {
	cfg, _, err := settings(c)
	if err != nil {
		return ""
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "domain %s, small model %s", cfg.Domain, cfg.Answer.Model)
	if c.Bool("voice") || c.Bool("live") {
		fmt.Fprintf(&b, ", ears %s, voice %s", cfg.Ears.Recognizer, cfg.Voice.Synthesizer)
	}
	return b.String()
}

// commandLine is what was typed.
func commandLine() string {
	return strings.Join(append([]string{"aubade"}, os.Args[1:]...), " ")
}
