// Package openai hears through servers with OpenAI's transcription endpoint, which take recordings and not streams.
//
// While somebody speaks, the sound of the utterance so far is sent now and then, one request at a time, for partials. The work stays
// linear: when the window grows long it is cut at its quietest place, and what lies before the cut is transcribed once and for
// all. What the user waits for is only the last request, sent when the turn ends.
package openai

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/audio"
)

// Config is a model of a server.
type Config struct {
	URL      string // up to and with the version: "http://127.0.0.1:8000/v1"
	Key      string // may be empty
	Model    string
	Language string // ISO 639-1; empty: the server's guess
	// Prompt is text in the style that is expected, with the names that may come; models like Whisper listen to it.
	Prompt string

	// Patience is how long one request may take; 0: 6 s. A final that takes longer ends the stream, so that another
	// recognizer can take over.
	Patience time.Duration
	// Every is how much new sound is worth a partial; 0: 700 ms.
	Every  time.Duration
	Client *http.Client
}

// A Recognizer implements [voice.Recognizer].
type Recognizer struct{ c Config }

// New checks the settings; nothing is asked of the server yet.
func New(c Config) (*Recognizer, error) {
	if c.Model == "" || c.URL == "" {
		return nil, errors.New("openai ears: want a model and an address: openai:MODEL@http://127.0.0.1:8000/v1")
	}
	c.URL = strings.TrimRight(c.URL, "/")
	if c.Patience == 0 {
		c.Patience = 6 * time.Second
	}
	if c.Every == 0 {
		c.Every = 700 * time.Millisecond
	}
	if c.Client == nil {
		t := http.DefaultTransport.(*http.Transport).Clone()
		t.MaxIdleConnsPerHost = 8
		c.Client = &http.Client{Transport: t}
	}
	return &Recognizer{c}, nil
}

// Open begins a stream. The server is first asked when there is something to hear.
func (r *Recognizer) Open(ctx context.Context) (voice.Stream, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	// 20 s of sound may wait while a final is on its way; beyond that the server is too slow for a conversation.
	s := &stream{c: r.c, in: make(chan event, 1000), results: make(chan voice.Transcript, 8)}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.wg.Go(s.run) // ends by Close, or by itself with an error
	return s, nil
}

// An event is a frame, or the wish for a final.
type event struct {
	frame audio.Frame
	flush bool
}

type stream struct {
	c       Config
	in      chan event
	results chan voice.Transcript
	ctx     context.Context
	cancel  context.CancelFunc
	wg      sync.WaitGroup

	mu  sync.Mutex
	err error
}

var (
	errClosed = errors.New("the stream is closed")
	errSlow   = errors.New("openai ears: the server is too slow: 20 s of sound wait for it")
)

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
		return errSlow
	}
}

// Write takes a frame; the samples are the stream's from now on.
func (s *stream) Write(f audio.Frame) error {
	if f.Rate != audio.Rate {
		return fmt.Errorf("openai ears: the rate is %d Hz, not %d", f.Rate, audio.Rate)
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
	s.cancel()
	s.wg.Wait()
	return nil
}

func (s *stream) run() {
	defer close(s.results)
	u := newUtterance(s.c)
	defer u.stop()
	for {
		var err error
		select {
		case <-s.ctx.Done():
			return
		case e := <-s.in:
			if e.flush {
				err = s.final(u)
			} else {
				u.hear(s.ctx, e.frame)
			}
		case a := <-u.answers:
			if t, ok := u.learn(a); ok {
				err = s.deliver(t)
			}
		}
		if err != nil {
			if s.ctx.Err() == nil {
				s.mu.Lock()
				s.err = fmt.Errorf("openai ears: %w", err)
				s.mu.Unlock()
			}
			return
		}
	}
}

// final transcribes what is left of the utterance; meanwhile sound waits in the queue.
func (s *stream) final(u *utterance) error {
	t, err := u.finish(s.ctx)
	if err != nil {
		return err
	}
	return s.deliver(t)
}

func (s *stream) deliver(t voice.Transcript) error {
	select {
	case s.results <- t:
		return nil
	case <-s.ctx.Done():
		return errClosed
	}
}
