package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"golang.org/x/term"

	"github.com/aubade/aubade/cmd/aubade/internal/config"
	"github.com/aubade/aubade/cmd/aubade/internal/terminal"
	"github.com/aubade/aubade/store"
)

// talkLive holds a call in the terminal. It returns errNoSound where nothing could be heard of it.
func talkLive(ctx context.Context, cfg config.Config, o terminal.Options, keys *os.File, w io.Writer) (err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	width, color := func() int { return 80 }, false
	if out, ok := w.(*os.File); ok && term.IsTerminal(int(out.Fd())) {
		width = func() int {
			if n, _, err := term.GetSize(int(out.Fd())); err == nil && n > 0 {
				return n
			}
			return 80
		}
		color = os.Getenv("NO_COLOR") == ""
	}
	room, err := terminal.Open(ctx, o)
	if err != nil {
		return errors.Join(errNoSound, err)
	}
	defer room.Close()
	// Keys one by one, and nothing that the terminal writes by itself: the screen is drawn here.
	if term.IsTerminal(int(keys.Fd())) {
		before, err := term.MakeRaw(int(keys.Fd()))
		if err != nil {
			return fmt.Errorf("the terminal: %w", err)
		}
		defer term.Restore(int(keys.Fd()), before) //nolint:errcheck // there is nothing better to do
	}
	screen := terminal.NewScreen(w, width, color)
	defer screen.Close()
	room.SetScreen(screen)
	log := cfg.Log.Quiet().To(screen)

	switch {
	case room.NoMicrophone != nil:
		screen.Say(room.NoMicrophone.Error() + "\nType your questions; the answers are spoken.")
	case o.Headset:
		screen.Say("Speak, or type. You can interrupt by speaking.")
	default:
		screen.Say("Speak, or type. Enter interrupts; with a headset, start again with --headset and interrupt by speaking.")
	}
	screen.Say("Ctrl-C says goodbye; twice hangs up.")
	op, _, closeAll, err := openOperator(ctx, cfg, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeAll()) }()
	if op.Brain.Domain.Notice != "" {
		screen.Say(op.Brain.Domain.Notice)
	}
	typing := make(chan struct{})
	go func() {
		defer close(typing)
		room.Type(ctx, keys)
	}()
	err = op.Talk(ctx, "talk-"+strconv.FormatInt(time.Now().UnixMilli(), 36), room)
	cancel()
	<-typing
	return err
}

// errNoSound says that there is neither a loudspeaker nor anything else to hear a call with.
var errNoSound = errors.New("nothing can be heard here")

// ready fails where there is no edition to read from.
func ready(err error) error {
	if errors.Is(err, store.ErrNoEdition) {
		return fmt.Errorf("%w; build one with: aubade brief build", err)
	}
	return err
}
