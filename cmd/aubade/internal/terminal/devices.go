package terminal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"
)

// The programs that record and play raw sound at 16 kHz, mono, 16 bit, little-endian; the first that is installed and
// works is taken. Their buffers are short: what they hold back adds to every silence.
var (
	recorders = [][]string{
		{"pw-record", "--rate", "16000", "--channels", "1", "--format", "s16", "--latency", "40ms", "-"},
		{"arecord", "-q", "-t", "raw", "-f", "S16_LE", "-r", "16000", "-c", "1", "--buffer-time=200000", "--period-time=20000"},
		{"rec", "-q", "--buffer", "640", "-t", "raw", "-r", "16000", "-c", "1", "-b", "16", "-e", "signed-integer", "-"},
	}
	players = [][]string{
		{"pw-play", "--rate", "16000", "--channels", "1", "--format", "s16", "--latency", "40ms", "-"},
		{"aplay", "-q", "-t", "raw", "-f", "S16_LE", "-r", "16000", "-c", "1", "--buffer-time=80000"},
		{"play", "-q", "--buffer", "640", "-t", "raw", "-r", "16000", "-c", "1", "-b", "16", "-e", "signed-integer", "-"},
	}
)

// patience is how long a device may take to give or take its first sound.
const patience = 2 * time.Second

// A device is a program that records or plays.
type device struct {
	name string
	cmd  *exec.Cmd
	out  io.Reader      // of a recorder
	in   io.WriteCloser // of a player
	said *bytes.Buffer  // what it complained of; read after it has ended
	done chan struct{}
	stop context.CancelFunc // of a recorder
}

// start runs a program until ctx ends.
func start(ctx context.Context, argv []string, record bool) (*device, error) {
	d := &device{name: argv[0], cmd: exec.CommandContext(ctx, argv[0], argv[1:]...), said: &bytes.Buffer{}, done: make(chan struct{})}
	d.cmd.Stderr = d.said
	d.cmd.WaitDelay = time.Second
	alone(d.cmd)
	var err error
	if record {
		d.out, err = d.cmd.StdoutPipe()
	} else {
		d.in, err = d.cmd.StdinPipe()
	}
	if err == nil {
		err = d.cmd.Start()
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", argv[0], err)
	}
	return d, nil
}

// complaint is the last line that the program left behind, where the sum of its troubles stands, or how it ended.
func (d *device) complaint(err error) error {
	if lines := strings.Split(strings.TrimSpace(d.said.String()), "\n"); lines[len(lines)-1] != "" {
		return fmt.Errorf("%s: %s", d.name, strings.TrimPrefix(lines[len(lines)-1], d.name+": "))
	}
	if err == nil {
		err = errors.New("it ended")
	}
	return fmt.Errorf("%s: %w", d.name, err)
}

// choices are the command that the user named, or those that are installed.
func choices(named string, known [][]string) ([][]string, error) {
	if named != "" {
		return [][]string{{"sh", "-c", "exec " + named}}, nil
	}
	var here [][]string
	var names []string
	for _, argv := range known {
		names = append(names, argv[0])
		if _, err := exec.LookPath(argv[0]); err == nil {
			here = append(here, argv)
		}
	}
	if len(here) == 0 {
		return nil, fmt.Errorf("none of %s is installed (Debian: apt-get install alsa-utils)", strings.Join(names, ", "))
	}
	return here, nil
}

// openRecorder finds a microphone: a program that gives sound.
func openRecorder(ctx context.Context, named string) (*device, []byte, error) {
	list, err := choices(named, recorders)
	if err != nil {
		return nil, nil, err
	}
	var errs []error
	for _, argv := range list {
		trial, cancel := context.WithCancel(ctx)
		d, err := start(trial, argv, true)
		if err != nil {
			cancel()
			errs = append(errs, err)
			continue
		}
		// The first frame is the proof: many a recorder starts without a microphone and then waits.
		first := make([]byte, frameBytes)
		silent := time.AfterFunc(patience, cancel)
		_, err = io.ReadFull(d.out, first)
		if err == nil && silent.Stop() {
			d.stop = cancel
			return d, first, nil
		}
		err = d.cmd.Wait() // one that closed its output may still have something to say
		cancel()
		if d.said.Len() == 0 {
			err = errors.New("it gives no sound")
		}
		errs = append(errs, d.complaint(err))
	}
	return nil, nil, errors.Join(errs...)
}

// openPlayer finds a loudspeaker: a program that takes sound and does not end.
func openPlayer(ctx context.Context, named string) (*device, error) {
	list, err := choices(named, players)
	if err != nil {
		return nil, err
	}
	var errs []error
	for _, argv := range list {
		d, err := start(ctx, argv, false)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		ended := make(chan error, 1)
		go func() { ended <- d.cmd.Wait(); close(d.done) }()
		_, werr := d.in.Write(make([]byte, 10*frameBytes))
		select {
		case err := <-ended:
			errs = append(errs, d.complaint(errors.Join(werr, err)))
		case <-time.After(patience / 4):
			return d, nil
		}
	}
	return nil, errors.Join(errs...)
}
