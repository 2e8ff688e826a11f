package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/urfave/cli/v3"
	"golang.org/x/term"

	"github.com/aubade/aubade/cmd/aubade/internal/config"
	"github.com/aubade/aubade/cmd/aubade/internal/terminal"
	"github.com/aubade/aubade/cmd/aubade/internal/wire"
	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/wav"
)

func talkCommand() *cli.Command {
	return &cli.Command{
		Name:      "talk",
		Usage:     "hold one conversation without a browser: with a recording, your microphone, or the keyboard",
		ArgsUsage: "[FILE.wav]",
		Description: `With a file, its speech is the caller of a voice session, in real time: recognized, answered and spoken as in a call, only
without the network, and without waiting for the greeting to end. It prints when what was understood and said, and where the
silence before each answer went.

Without a file it is a call in this terminal: the machine's own microphone and loudspeaker (through pw-record, arecord or
sox's rec, and pw-play, aplay or play), what is understood and said as it is heard, and where each silence went. Without a
microphone you type and it speaks. A terminal has no echo cancellation: the microphone is deaf while the agent speaks, unless
you wear a --headset.

With --text, with --json, without a loudspeaker, or where no terminal is attached, each line is a question to the same
brain, answered in text: nothing is spoken, and answers that come late are waited for. An empty line or the end of the input
ends it.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "out", Usage: "write the call to `FOLDER`: call.wav (the caller left, the agent right), call.txt, and events.jsonl with every event"},
			&cli.DurationFlag{Name: "stay", Value: 4 * time.Second, Usage: "how long the recorded caller stays after the last sound"},
			&cli.DurationFlag{Name: "wait", Value: 10 * time.Second, Usage: "how long to wait for answers that come late, when you type"},
			&cli.BoolFlag{Name: "text", Usage: "type and read, without sound"},
			&cli.BoolFlag{Name: "headset", Usage: "the microphone does not hear the loudspeaker: interrupt by speaking"},
			&cli.StringFlag{Name: "microphone", Usage: "the `COMMAND` that writes raw sound: 16 kHz, mono, 16 bit, e.g. 'arecord -D plughw:1 -t raw -f S16_LE -r 16000 -c 1'"},
			&cli.StringFlag{Name: "speaker", Usage: "the `COMMAND` that plays such sound"},
			jsonFlag,
		},
		Action: func(ctx context.Context, c *cli.Command) error {
			if c.Args().Len() > 1 {
				return cli.Exit("talk takes one recording", 2)
			}
			file, dir := c.Args().First(), c.String("out")
			if file == "" && dir != "" {
				return cli.Exit("--out keeps a call's sound: it needs a recording", 2)
			}
			cfg, log, err := settings(c)
			if err != nil {
				return err
			}
			w := c.Root().Writer
			o := terminal.Options{Microphone: c.String("microphone"), Speaker: c.String("speaker"), Headset: c.Bool("headset")}
			named := o.Microphone != "" || o.Speaker != ""
			attached := term.IsTerminal(int(os.Stdin.Fd())) && term.IsTerminal(int(os.Stdout.Fd()))
			if file == "" && !c.Bool("text") && !c.Bool("json") && (named || attached) {
				err := talkLive(ctx, cfg, o, os.Stdin, w)
				if !errors.Is(err, errNoSound) || named {
					return err
				}
				fmt.Fprintf(w, "%v\nType your questions; an empty line ends it.\n", err)
			}
			if file == "" {
				return talkTyped(ctx, cfg, log, os.Stdin, w, c.Duration("wait"), c.Bool("json"))
			}
			room, err := talk(ctx, cfg, log, file, c.Duration("stay"))
			if err != nil {
				return err
			}
			if dir != "" {
				if err := room.write(dir); err != nil {
					return err
				}
			}
			if c.Bool("json") {
				return json.NewEncoder(w).Encode(room.lines())
			}
			return printCall(w, room.lines())
		},
	}
}

// A recordedRoom is the room of a recording with a screen that remembers. Nobody types or taps there.
type recordedRoom struct {
	*wav.Room

	mu     sync.Mutex
	events []voice.Event
}

// Notify keeps the event.
func (r *recordedRoom) Notify(_ context.Context, e voice.Event) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, e)
	return nil
}

// Typed never says anything.
func (r *recordedRoom) Typed() <-chan string { return nil }

// Controls never says anything.
func (r *recordedRoom) Controls() <-chan voice.Control { return nil }

// talk lets a recording call, and returns when it has hung up.
func talk(ctx context.Context, cfg config.Config, log *slog.Logger, file string, stay time.Duration) (room *recordedRoom, err error) {
	// The file first: a wrong name is told before anything is loaded.
	r, err := wav.Open(file)
	if err != nil {
		return nil, cli.Exit(err, 2)
	}
	r.Patience = stay
	op, _, closeAll, err := openOperator(ctx, cfg, log)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, closeAll()) }()
	// The loading was no part of the call, and a room counts from when it was made.
	if r, err = wav.Open(file); err != nil {
		return nil, err
	}
	r.Patience = stay
	room = &recordedRoom{Room: r}
	if err := op.Talk(ctx, "talk-"+strconv.FormatInt(time.Now().UnixMilli(), 36), room); err != nil {
		return nil, err
	}
	return room, nil
}

// lines is the call's table.
func (r *recordedRoom) lines() []callLine {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := newCallTable()
	for _, e := range r.events {
		t.add(e, e.At.Seconds())
	}
	return t.done()
}

func (r *recordedRoom) write(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	var sound, table, events bytes.Buffer
	if err := r.WriteWAV(&sound); err != nil {
		return err
	}
	if err := printCall(&table, r.lines()); err != nil {
		return err
	}
	enc := json.NewEncoder(&events)
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range r.events {
		if err := enc.Encode(e); err != nil {
			return err
		}
	}
	return errors.Join(
		os.WriteFile(filepath.Join(dir, "call.wav"), sound.Bytes(), 0o644),
		os.WriteFile(filepath.Join(dir, "call.txt"), table.Bytes(), 0o644),
		os.WriteFile(filepath.Join(dir, "events.jsonl"), events.Bytes(), 0o644),
	)
}

// talkTyped answers what is typed, line by line.
func talkTyped(ctx context.Context, cfg config.Config, log *slog.Logger, in io.Reader, w io.Writer, wait time.Duration, asJSON bool) error {
	brain, err := wire.OpenBrain(cfg, log)
	if err != nil {
		return err
	}
	defer brain.Close()
	if _, err := brain.Answerer.Warm(ctx); err != nil {
		return ready(err)
	}
	prompt := func() {
		if !asJSON {
			fmt.Fprint(w, "> ")
		}
	}
	return ask(ctx, brain, "talk", typedLines(ctx, in, prompt), wait, asJSON, w)
}

// typedLines are the lines of in up to an empty one, until ctx ends. A read that waits for the terminal cannot be
// called off: its goroutine ends with the input, or with the program.
func typedLines(ctx context.Context, in io.Reader, prompt func()) iter.Seq[string] {
	return func(yield func(string) bool) {
		lines := make(chan string)
		done := make(chan struct{})
		defer close(done)
		go func() {
			defer close(lines)
			for s := bufio.NewScanner(in); s.Scan(); {
				select {
				case lines <- strings.TrimSpace(s.Text()):
				case <-done:
					return
				}
			}
		}()
		for {
			prompt()
			select {
			case <-ctx.Done():
				return
			case l := <-lines: // closed: empty
				if l == "" || !yield(l) {
					return
				}
			}
		}
	}
}
