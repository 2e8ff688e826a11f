// Package realtime hears through servers with OpenAI's Realtime transcription protocol: sound goes up a WebSocket as it comes, words come down.
//
// Our own turn-taking decides when an utterance ends, so the server's is switched off and each final is asked for.
package realtime

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"

	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/asr/gate"
	"github.com/aubade/aubade/voice/audio"
)

// Config is a model of a server.
type Config struct {
	URL      string // up to and with the version, ws: or http: "https://api.openai.com/v1"
	Key      string // may be empty
	Model    string
	Language string // ISO 639-1; empty: the server's guess
	Prompt   string // names that may come

	// Patience is how long the connection, and each final after it was asked for, may take; 0: 6 s.
	Patience time.Duration
}

// wire is the rate of the protocol's PCM, in Hz.
const wire = 24000

// A Recognizer implements [voice.Recognizer].
type Recognizer struct{ c Config }

// New checks the settings; nothing is asked of the server yet.
func New(c Config) (*Recognizer, error) {
	u, err := url.Parse(strings.TrimRight(c.URL, "/"))
	if err != nil || c.Model == "" || u.Host == "" {
		return nil, errors.New("realtime ears: want a model and an address: realtime:MODEL@https://HOST/v1")
	}
	u.Path += "/realtime"
	u.RawQuery = "intent=transcription"
	c.URL = u.String()
	if c.Patience == 0 {
		c.Patience = 6 * time.Second
	}
	return &Recognizer{c}, nil
}

// Open connects and sets the session up.
func (r *Recognizer) Open(ctx context.Context) (voice.Stream, error) {
	dial, cancel := context.WithTimeout(ctx, r.c.Patience)
	defer cancel()
	h := http.Header{}
	if r.c.Key != "" {
		h.Set("Authorization", "Bearer "+r.c.Key)
	}
	conn, resp, err := websocket.Dial(dial, r.c.URL, &websocket.DialOptions{HTTPHeader: h})
	if err != nil {
		if resp != nil {
			err = fmt.Errorf("%w (the server says %s)", err, resp.Status)
		}
		return nil, fmt.Errorf("realtime ears: connect: %w", err)
	}
	conn.SetReadLimit(1 << 20)
	// 20 s of sound may wait for the network.
	s := &stream{c: r.c, conn: conn, in: make(chan event, 1000), results: make(chan voice.Transcript, 8), up: audio.NewResampler(audio.Rate, wire)}
	s.ctx, s.cancel = context.WithCancelCause(context.Background())
	if err := s.send(setup(r.c)); err != nil {
		_ = conn.CloseNow()
		return nil, fmt.Errorf("realtime ears: set up: %w", err)
	}
	s.watchdog = time.AfterFunc(time.Hour, func() { s.fail(errors.New("no final came in time")) })
	s.watchdog.Stop()
	// All end by Close, or when the connection does; the results close when nobody can deliver any more.
	var both sync.WaitGroup
	both.Go(s.write)
	both.Go(s.read)
	s.wg.Go(func() { both.Wait(); close(s.results) })
	return s, nil
}

func setup(c Config) map[string]any {
	transcription := map[string]any{"model": c.Model}
	if c.Language != "" {
		transcription["language"] = c.Language
	}
	if c.Prompt != "" {
		transcription["prompt"] = c.Prompt
	}
	return map[string]any{"type": "session.update", "session": map[string]any{
		"type": "transcription",
		"audio": map[string]any{"input": map[string]any{
			"format": map[string]any{"type": "audio/pcm", "rate": wire}, "transcription": transcription, "turn_detection": nil,
		}},
	}}
}

type event struct {
	frame audio.Frame
	flush bool
}

type stream struct {
	c       Config
	conn    *websocket.Conn
	in      chan event
	results chan voice.Transcript
	ctx     context.Context
	cancel  context.CancelCauseFunc
	wg      sync.WaitGroup

	// Of write alone.
	gate   gate.Gate
	up     *audio.Resampler
	before []int16 // the last moments before somebody spoke
	start  audio.Position
	end    audio.Position
	spoke  bool

	mu       sync.Mutex
	err      error
	pending  []utterance // finals that are still to come, oldest first
	partial  strings.Builder
	item     string // of partial
	watchdog *time.Timer
}

// An utterance was flushed; an empty one is only waiting for its turn.
type utterance struct {
	from, to audio.Position
	empty    bool
}

var errClosed = errors.New("the stream is closed")

const preRoll = audio.Rate * 4 / 10

func (s *stream) put(e event) error {
	if err := s.Err(); err != nil {
		return err
	}
	if s.ctx.Err() != nil {
		return errClosed
	}
	select {
	case s.in <- e:
		return nil
	default:
		return errors.New("realtime ears: the server is too slow: 20 s of sound wait for it")
	}
}

func (s *stream) Write(f audio.Frame) error {
	if f.Rate != audio.Rate {
		return fmt.Errorf("realtime ears: the rate is %d Hz, not %d", f.Rate, audio.Rate)
	}
	return s.put(event{frame: f})
}

func (s *stream) Flush() error                     { return s.put(event{flush: true}) }
func (s *stream) Results() <-chan voice.Transcript { return s.results }

func (s *stream) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

func (s *stream) Close() error {
	s.cancel(errClosed)
	_ = s.conn.CloseNow()
	s.wg.Wait()
	s.watchdog.Stop()
	return nil
}

// fail ends the stream from within.
func (s *stream) fail(err error) {
	s.mu.Lock()
	if s.err == nil && s.ctx.Err() == nil {
		s.err = fmt.Errorf("realtime ears: %w", err)
	}
	s.mu.Unlock()
	s.cancel(err)
	_ = s.conn.CloseNow()
}

func (s *stream) send(message any) error {
	raw, err := json.Marshal(message)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(s.ctx, s.c.Patience)
	defer cancel()
	return s.conn.Write(ctx, websocket.MessageText, raw)
}

func (s *stream) write() {
	for {
		select {
		case <-s.ctx.Done():
			return
		case e := <-s.in:
			var err error
			if e.flush {
				err = s.flush()
			} else {
				err = s.hear(e.frame)
			}
			if err != nil {
				s.fail(err)
				return
			}
		}
	}
}

// hear sends sound from a little before the first word on; silence before it is nobody's business.
func (s *stream) hear(f audio.Frame) error {
	s.end = f.End()
	if !s.gate.Hear(f) {
		s.before = append(s.before, f.PCM...)
		if over := len(s.before) - preRoll; over > 0 {
			s.before = s.before[:copy(s.before, s.before[over:])]
		}
		return nil
	}
	pcm := f.PCM
	if !s.spoke {
		s.spoke = true
		s.start = f.At - audio.Position(len(s.before))
		pcm = append(s.before, f.PCM...)
		s.before = nil
	}
	raised := s.up.Write(nil, pcm)
	raw := make([]byte, 0, 2*len(raised))
	for _, x := range raised {
		raw = binary.LittleEndian.AppendUint16(raw, uint16(x))
	}
	return s.send(map[string]string{"type": "input_audio_buffer.append", "audio": base64.StdEncoding.EncodeToString(raw)})
}

// flush asks for a final.
func (s *stream) flush() error {
	u := utterance{s.start, s.end, !s.spoke}
	s.gate.Reset()
	spoke := s.spoke
	s.spoke = false
	s.mu.Lock()
	waiting := len(s.pending) > 0
	if spoke || waiting {
		s.pending = append(s.pending, u)
	}
	if spoke && !waiting {
		s.watchdog.Reset(s.c.Patience)
	}
	s.mu.Unlock()
	if spoke {
		return s.send(map[string]string{"type": "input_audio_buffer.commit"})
	}
	if !waiting {
		s.deliver(voice.Transcript{Final: true})
	}
	return nil
}

func (s *stream) deliver(t voice.Transcript) {
	select {
	case s.results <- t:
	case <-s.ctx.Done():
	}
}
