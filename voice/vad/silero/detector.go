package silero

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"runtime"
	"time"

	"github.com/aubade/aubade/internal/child"
	"github.com/aubade/aubade/internal/models"
	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/audio"
)

var _ voice.Detector = (*Detector)(nil)

const (
	// patience is how long a frame waits for its window's answer. Later ones do not wait until the engine has caught up.
	patience = 100 * time.Millisecond
	// retry is how long an engine that refuses is left alone.
	retry = 2 * time.Second
	// journal is how many windows a new process is given again: a second.
	journal = audio.Rate / window
)

// A Model makes detectors that share one engine process.
type Model struct {
	engine  *child.Engine
	purpose []byte
}

// New finds the network's files; they must have been fetched: see package models.
func New(engine *child.Engine) (*Model, error) {
	network, err := models.Path("silero-vad")
	if err != nil {
		return nil, fmt.Errorf("silero: %w", err)
	}
	library, err := models.Path("onnxruntime")
	if err != nil && !errors.Is(err, models.ErrMissing) {
		return nil, fmt.Errorf("silero: %w", err)
	}
	what, err := json.Marshal(purpose{network, library})
	if err != nil {
		return nil, err
	}
	return &Model{engine, what}, nil
}

// Warm starts the process and loads the network. It fails where that cannot be done.
func (m *Model) Warm(ctx context.Context) error {
	s, err := m.open(ctx)
	if err != nil {
		return err
	}
	return s.Close()
}

func (m *Model) open(ctx context.Context) (*child.Stream, error) {
	s, err := m.engine.Open(m.purpose)
	if err != nil {
		return nil, fmt.Errorf("silero: %w", err)
	}
	if _, err := s.Recv(ctx); err != nil {
		_ = s.Close()
		return nil, fmt.Errorf("silero: %w", err)
	}
	return s, nil
}

// A Detector listens to one stream.
type Detector struct {
	model   *Model
	link    *link
	pending []int16        // less than a window
	end     audio.Position // of what was heard
	sent    audio.Position // end of the last window that was sent
	recent  [][]byte       // messages of the last windows, oldest first

	probability float32
	at          audio.Position // where the probability belongs
	behind      bool
	failed      time.Time // the last try to connect
	failure     error
}

// link is the connection apart from the detector, so that a detector that is dropped lets go of it.
type link struct {
	stream *child.Stream
	ready  bool // the network is loaded
}

func (l *link) close() {
	if l.stream != nil {
		_ = l.stream.Close()
		l.stream, l.ready = nil, false
	}
}

// Detector makes a detector for one stream.
func (m *Model) Detector() *Detector {
	d := &Detector{model: m, link: &link{}}
	runtime.AddCleanup(d, (*link).close, d.link)
	return d
}

// Close lets the engine forget the stream. A detector that is no longer reachable does so by itself.
func (d *Detector) Close() error {
	d.link.close()
	return nil
}

// Speech says how likely it is that the last whole window holds speech; at is that window's end. It fails while the
// engine is away.
func (d *Detector) Speech(f audio.Frame) (probability float32, at audio.Position, err error) {
	if f.Rate != audio.Rate {
		return 0, 0, fmt.Errorf("detect speech: the rate is %d Hz, not %d", f.Rate, audio.Rate)
	}
	if f.At != d.end && len(d.pending) > 0 {
		d.pending = d.pending[:0] // the stream has a hole; windows do not span it
	}
	d.end = f.End()
	d.pending = append(d.pending, f.PCM...)
	if !d.link.ready {
		if err := d.connect(); err != nil {
			d.keep()
			return 0, d.end, err
		}
	}
	for _, msg := range d.keep() {
		if err := d.link.stream.Send(msg); err != nil {
			return 0, d.end, d.lost(err)
		}
	}
	if err := d.collect(); err != nil {
		return 0, d.end, d.lost(err)
	}
	return d.probability, d.at, nil
}

// keep cuts whole windows off what is pending and remembers them.
func (d *Detector) keep() [][]byte {
	first := len(d.recent)
	for len(d.pending) >= window {
		d.sent = d.end - audio.Position(len(d.pending)-window)
		msg := binary.LittleEndian.AppendUint64(make([]byte, 0, 8+2*window), uint64(d.sent))
		for _, s := range d.pending[:window] {
			msg = binary.LittleEndian.AppendUint16(msg, uint16(s))
		}
		d.recent = append(d.recent, msg)
		d.pending = d.pending[:copy(d.pending, d.pending[window:])]
	}
	fresh := d.recent[first:]
	if over := len(d.recent) - journal; over > 0 {
		d.recent = append([][]byte{}, d.recent[over:]...)
	}
	return fresh
}

var errLoading = errors.New("silero: the network is being loaded")

// connect opens a stream and, once the network is loaded there, plays it the last second again. It never waits for long.
func (d *Detector) connect() error {
	if d.link.stream == nil {
		if d.failure != nil && time.Since(d.failed) < retry {
			return d.failure
		}
		s, err := d.model.engine.Open(d.model.purpose)
		if errors.Is(err, child.ErrDied) {
			return fmt.Errorf("silero: %w", err) // the engine itself says when it may be tried again
		}
		if err != nil {
			return d.refused(err)
		}
		d.link.stream, d.behind, d.failure = s, false, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), d.patience())
	defer cancel()
	_, err := d.link.stream.Recv(ctx)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		d.behind = true
		return errLoading
	case errors.Is(err, child.ErrDied):
		return d.lost(err)
	case err != nil:
		d.link.close()
		return d.refused(err)
	}
	d.link.ready = true
	for _, msg := range d.recent {
		if err := d.link.stream.Send(msg); err != nil {
			return d.lost(err)
		}
	}
	return nil
}

func (d *Detector) refused(err error) error {
	d.failed, d.failure = time.Now(), fmt.Errorf("silero: %w", err)
	return d.failure
}

// patience is how long an answer is waited for now.
func (d *Detector) patience() time.Duration {
	if d.behind {
		return 0
	}
	return patience
}

func (d *Detector) lost(err error) error {
	d.link.close()
	return fmt.Errorf("silero: %w", err)
}

// collect takes the answers that have come, and waits for the last one.
func (d *Detector) collect() error {
	if d.at >= d.sent {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), d.patience())
	defer cancel()
	for d.at < d.sent {
		msg, err := d.link.stream.Recv(ctx)
		if errors.Is(err, context.DeadlineExceeded) {
			d.behind = true
			return nil
		}
		if err != nil {
			return err
		}
		if len(msg) != 12 {
			return fmt.Errorf("an answer of %d bytes", len(msg))
		}
		// What was played again is answered again, and is no news.
		if at := audio.Position(binary.LittleEndian.Uint64(msg)); at > d.at {
			d.at, d.probability = at, math.Float32frombits(binary.LittleEndian.Uint32(msg[8:]))
		}
	}
	d.behind = false
	return nil
}
