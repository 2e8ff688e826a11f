package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/urfave/cli/v3"
	"golang.org/x/sync/errgroup"

	"github.com/aubade/aubade/cmd/aubade/internal/config"
	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/audio"
	"github.com/aubade/aubade/voice/livekit"
	"github.com/aubade/aubade/voice/livekit/caller"
)

func demoCommand() *cli.Command {
	return &cli.Command{
		Name:  "demo",
		Usage: "listen to a call by a recorded caller through the real server, and see what was heard when",
		Description: `It takes about a minute, needs neither a microphone nor a browser, and starts a LiveKit server of its own. The table's last
column is the silence between the caller's last word and the agent's first, measured on the two waveforms.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "out", Usage: "write the call's sound, captions and waterfalls to `FOLDER`"},
			jsonFlag,
		},
		Action: func(ctx context.Context, c *cli.Command) error {
			cfg, log, err := settings(c)
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(ctx, 3*time.Minute)
			defer cancel()
			d, err := demo(ctx, cfg, log)
			if err != nil {
				return err
			}
			if dir := c.String("out"); dir != "" {
				if err := d.write(dir); err != nil {
					return err
				}
			}
			if c.Bool("json") {
				return json.NewEncoder(c.Root().Writer).Encode(d.lines())
			}
			return d.print(c.Root().Writer)
		},
	}
}

// A demonstration is what a recorded call was like, for the caller.
type demonstration struct {
	began  time.Time
	end    time.Time
	sound  caller.Recording
	spoken []saidAt

	mu     sync.Mutex
	events []seen
}

type saidAt struct {
	what     string
	from, to time.Time
	answered time.Time // zero: nothing was heard
}

// seen is an event as it reached the caller's screen.
type seen struct {
	at time.Time
	voice.Event
}

// script is what the recorded caller does: about a minute.
var demoScript = []struct {
	clip      string
	words     string
	interrupt time.Duration // this long after the agent began to speak; 0 waits until it has ended
	wait      time.Duration // after the answer, for what comes late
}{
	{clip: "1-what-was-larkspurs.wav", words: "What was Larkspur's revenue last quarter?", interrupt: 7 * time.Second},
	{clip: "2-what-is-the.wav", words: "What is the implied volatility of Halden?", wait: 7 * time.Second},
	{clip: "3-how-did-larkspur.wav", words: "How did Larkspur close on Friday?"},
}

func demo(ctx context.Context, cfg config.Config, log *slog.Logger) (d *demonstration, err error) {
	op, _, closeAll, err := openOperator(ctx, cfg, log)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, closeAll()) }()
	server, err := livekit.Serve(ctx, livekit.Options{})
	if err != nil {
		return nil, err
	}
	defer server.Close()
	clips := map[string]*caller.Clip{}
	for _, s := range demoScript {
		raw, err := os.ReadFile(filepath.Join(cfg.Domain, "audio", s.clip))
		if err != nil {
			return nil, fmt.Errorf("the recorded caller: %w", err)
		}
		rec, err := audio.ReadWAV(bytes.NewReader(raw))
		if err != nil {
			return nil, fmt.Errorf("the recorded caller: %s: %w", s.clip, err)
		}
		if clips[s.clip], err = caller.Encode(rec.Mono(), rec.Rate); err != nil {
			return nil, fmt.Errorf("the recorded caller: %s: %w", s.clip, err)
		}
	}

	working, stop := context.WithCancel(ctx)
	g, working := errgroup.WithContext(working)
	defer func() { stop(); err = errors.Join(err, g.Wait()) }()
	registered := make(chan struct{}, 1)
	worker := &livekit.Worker{URLs: []string{server.URL}, Keys: server.Keys, Session: takeCall(op), Patience: goodbye, Log: log, OnRegistered: func(string) {
		select {
		case registered <- struct{}{}:
		default:
		}
	}}
	g.Go(func() error { return worker.Run(working) })
	select {
	case <-registered:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}

	d = &demonstration{began: time.Now()}
	token, err := server.Keys.Token(livekit.Pass{Room: "demo", Identity: "caller"})
	if err != nil {
		return nil, err
	}
	c, err := caller.Dial(ctx, server.URL, token, caller.Options{Keep: true, OnEvent: d.see})
	if err != nil {
		return nil, err
	}
	defer c.Hangup()
	if _, err := c.Answer(ctx, d.began); err != nil {
		return nil, fmt.Errorf("the greeting: %w", err)
	}
	// Long enough to bridge the pauses between sentences.
	const pause = 1500 * time.Millisecond
	for _, s := range demoScript {
		if s.interrupt > 0 {
			time.Sleep(s.interrupt)
		} else if err := c.Quiet(ctx, pause); err != nil {
			return nil, err
		}
		said, err := c.Say(ctx, clips[s.clip])
		if err != nil {
			return nil, err
		}
		words := saidAt{what: s.words, from: said.From, to: said.To}
		patience, cancel := context.WithTimeout(ctx, 10*time.Second)
		words.answered, _ = c.Answer(patience, said.To)
		cancel()
		d.spoken = append(d.spoken, words)
		if s.wait > 0 {
			if err := c.Quiet(ctx, pause); err != nil {
				return nil, err
			}
			time.Sleep(s.wait)
		}
	}
	if err := c.Quiet(ctx, pause); err != nil {
		return nil, err
	}
	d.end = time.Now()
	d.sound = c.Recording(d.began, d.end)
	return d, nil
}

func (d *demonstration) see(e voice.Event, at time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.events = append(d.events, seen{at, e})
}

// lines puts what was said, understood and answered in order.
func (d *demonstration) lines() []callLine {
	d.mu.Lock()
	defer d.mu.Unlock()
	since := func(t time.Time) float64 { return t.Sub(d.began).Round(time.Millisecond).Seconds() }
	t := newCallTable()
	for _, e := range d.events {
		t.add(e.Event, since(e.at))
	}
	for _, s := range d.spoken {
		l := t.line(since(s.from), "caller", s.what)
		if !s.answered.IsZero() {
			l.TTFA = s.answered.Sub(s.to).Round(time.Millisecond).Seconds()
		}
	}
	return t.done()
}

// captions are both sides' words as WebVTT: each cue begins when its first word is heard.
func (d *demonstration) captions() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	type cue struct {
		from, to   time.Duration
		turn       int // the agent's; 0 is the caller
		who, words string
	}
	var cues []cue
	for _, s := range d.spoken {
		cues = append(cues, cue{s.from.Sub(d.began), s.to.Sub(d.began), 0, "Caller", s.what})
	}
	const long = 70 // bytes, some two lines
	last := -1      // the cue that grows
	for _, e := range d.events {
		at := e.at.Sub(d.began)
		switch {
		case e.Kind == voice.Caption && last >= 0 && cues[last].turn == e.Turn && len(cues[last].words) < long:
			cues[last].words += " " + strings.TrimSpace(e.Text)
			cues[last].to = at + 500*time.Millisecond
		case e.Kind == voice.Caption:
			if last >= 0 {
				cues[last].to = min(cues[last].to, at)
			}
			last = len(cues)
			cues = append(cues, cue{at, at + 500*time.Millisecond, e.Turn, "Aubade", strings.TrimSpace(e.Text)})
		case e.Kind == voice.ReplyEnd && last >= 0 && cues[last].turn == e.Turn:
			cues[last].to = max(cues[last].to, at)
			last = -1
		}
	}
	slices.SortStableFunc(cues, func(a, b cue) int { return cmp.Compare(a.from, b.from) })
	stamp := func(t time.Duration) string {
		return fmt.Sprintf("%02d:%02d.%03d", int(t.Minutes()), int(t.Seconds())%60, t.Milliseconds()%1000)
	}
	var b strings.Builder
	b.WriteString("WEBVTT\n")
	for _, c := range cues {
		fmt.Fprintf(&b, "\n%s --> %s\n<v %s>%s\n", stamp(c.from), stamp(c.to), c.who, c.words)
	}
	return b.String()
}

func (d *demonstration) print(w io.Writer) error { return printCall(w, d.lines()) }

// write keeps the call: its sound with both sides, their captions, and the table as text and JSON.
func (d *demonstration) write(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	mix := make([]int16, len(d.sound.User))
	for i := range mix {
		mix[i] = int16(max(-32768, min(32767, int(d.sound.User[i])+int(d.sound.Agent[i]))))
	}
	var wav, table bytes.Buffer
	if err := (audio.Recording{Rate: audio.Rate, Channels: 1, PCM: mix}).WriteWAV(&wav); err != nil {
		return err
	}
	if err := d.print(&table); err != nil {
		return err
	}
	raw, err := json.MarshalIndent(d.lines(), "", " ")
	if err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(filepath.Join(dir, "call.wav"), wav.Bytes(), 0o644),
		os.WriteFile(filepath.Join(dir, "call.vtt"), []byte(d.captions()), 0o644),
		os.WriteFile(filepath.Join(dir, "call.txt"), table.Bytes(), 0o644),
		os.WriteFile(filepath.Join(dir, "call.json"), append(raw, '\n'), 0o644),
	)
}
