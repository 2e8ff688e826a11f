package pocketsphinx

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aubade/aubade/internal/child"
	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/audio"
)

// DefaultMargin is the margin below which speech is not of the domain. Of Debian's fourteen recordings of other speech, those
// of three words and more came to −1.3 at most; of sixty questions about the sample market, spoken by four synthetic voices, all
// but one came to more than 2. `aubade eval recognise` prints both shares.
const DefaultMargin = 1.0

// Two words are soon as likely as any others: an utterance of fewer than three must be so much clearer.
const (
	fewWords   = 3
	moreForFew = 5.5
)

// Options are a recognizer's settings.
type Options struct {
	// Dir is a folder that package lm built.
	Dir string
	// Margin rejects an utterance that the domain does not explain better than English at large by so much; see
	// DefaultMargin. NoReject accepts everything, and spares the second decoder.
	Margin   float64
	NoReject bool
}

// Recognizer hears one domain. It implements [voice.Recognizer].
type Recognizer struct {
	engine *child.Engine
	o      Options
}

// New is a recognizer whose decoders run in the engine's process.
func New(engine *child.Engine, o Options) *Recognizer {
	return &Recognizer{engine, o}
}

// Open begins a stream; it returns when the decoders are loaded.
func (r *Recognizer) Open(ctx context.Context) (voice.Stream, error) {
	what, err := json.Marshal(purpose{Dir: r.o.Dir, Reject: !r.o.NoReject})
	if err != nil {
		return nil, err
	}
	c, err := r.engine.Open(what)
	if err != nil {
		return nil, fmt.Errorf("pocketsphinx: %w", err)
	}
	if _, err := c.Recv(ctx); err != nil {
		_ = c.Close()
		return nil, fmt.Errorf("pocketsphinx: %w", err)
	}
	// 8 transcripts are more than a second of partials; the reader below waits beyond that, and the child does not care.
	s := &stream{o: r.o, child: c, results: make(chan voice.Transcript, 8), gate: newGate()}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.wg.Go(s.read) // ends with the child's stream, or Close
	return s, nil
}

type stream struct {
	o       Options
	child   *child.Stream
	results chan voice.Transcript
	ctx     context.Context
	cancel  context.CancelFunc
	wg      sync.WaitGroup

	mu     sync.Mutex
	err    error
	ended  bool             // the results are closed
	starts []audio.Position // of utterances whose final has not come, oldest first
	// empties are flushes of silence that came while a final was on its way.
	empties int
	gate    gate
	msg     []byte // reused for each write
}

// Write passes sound on while somebody may be speaking: the decoders hear nothing of long silences.
func (s *stream) Write(f audio.Frame) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.usable(); err != nil {
		return err
	}
	was := s.gate.open
	before := s.gate.hear(f)
	switch {
	case s.gate.open && !was:
		s.starts = append(s.starts, before.At)
		if err := s.child.Send([]byte{sendStart}); err != nil {
			return err
		}
		return s.send(before.PCM)
	case s.gate.open:
		return s.send(f.PCM)
	case was:
		// It was a noise: nobody asked for a final in all the time since.
		s.starts = s.starts[:len(s.starts)-1]
		return s.child.Send([]byte{sendDrop})
	}
	return nil
}

// usable is nil while the stream takes sound. The lock is held.
func (s *stream) usable() error {
	if s.ctx.Err() != nil || s.ended && s.err == nil {
		return errClosed
	}
	return s.err
}

var (
	errClosed = errors.New("the stream is closed")
	errUnread = errors.New("pocketsphinx: nobody reads the transcripts")
)

func (s *stream) send(pcm []int16) error {
	s.msg = append(s.msg[:0], sendSound)
	for _, x := range pcm {
		s.msg = binary.LittleEndian.AppendUint16(s.msg, uint16(x))
	}
	return s.child.Send(s.msg)
}

// Flush ends the utterance; its final follows. With nothing said there is an empty one.
func (s *stream) Flush() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.usable(); err != nil {
		return err
	}
	if s.gate.open {
		s.gate.close()
		return s.child.Send([]byte{sendEnd})
	}
	if len(s.starts) > 0 {
		// An earlier final is on its way, and nothing may overtake it.
		s.empties++
		return nil
	}
	// Whoever flushes may be the one who reads, so nobody waits here.
	select {
	case s.results <- voice.Transcript{Final: true}:
		return nil
	default:
		return errUnread
	}
}

func (s *stream) deliver(t voice.Transcript) error {
	select {
	case s.results <- t:
		return nil
	case <-s.ctx.Done():
		return errClosed
	}
}

func (s *stream) Results() <-chan voice.Transcript { return s.results }

// Err is why the stream ended by itself.
func (s *stream) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// Close ends the stream.
func (s *stream) Close() error {
	s.cancel()
	err := s.child.Close()
	s.wg.Wait()
	return err
}

// end closes the results, once nobody is about to send one.
func (s *stream) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
	close(s.results)
}

func (s *stream) read() {
	defer s.end()
	last := ""
	for {
		raw, err := s.child.Recv(s.ctx)
		if err != nil {
			if s.ctx.Err() == nil && !errors.Is(err, io.EOF) {
				s.mu.Lock()
				s.err = fmt.Errorf("pocketsphinx: %w", err)
				s.mu.Unlock()
			}
			return
		}
		var h heard
		if err := json.Unmarshal(raw, &h); err != nil {
			s.mu.Lock()
			s.err = fmt.Errorf("pocketsphinx: %w", err)
			s.mu.Unlock()
			return
		}
		t, ok := s.transcript(h)
		if !ok || !t.Final && t.Text == last {
			continue
		}
		last = t.Text
		if t.Final {
			last = ""
		}
		if s.deliver(t) != nil {
			return
		}
		for range s.due() {
			if s.deliver(voice.Transcript{Final: true}) != nil {
				return
			}
		}
	}
}

// due is how many empty finals may be given now that the last real one was.
func (s *stream) due() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.starts) > 0 {
		return 0
	}
	n := s.empties
	s.empties = 0
	return n
}

// frame is the decoder's: 10 ms.
const frame = 10 * time.Millisecond

func (s *stream) transcript(h heard) (voice.Transcript, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.starts) == 0 {
		return voice.Transcript{}, false // of an utterance that was dropped
	}
	start := s.starts[0]
	if h.Final {
		s.starts = slices.Delete(s.starts, 0, 1)
	}
	t := voice.Transcript{Text: strings.Join(h.Words, " "), Final: h.Final, From: start}
	for i, w := range h.Words {
		t.Words = append(t.Words, voice.Word{Text: w, Start: start.Add(time.Duration(h.Start[i]) * frame), End: start.Add(time.Duration(h.End[i]) * frame)})
	}
	if n := len(t.Words); n > 0 {
		t.From, t.To = t.Words[0].Start, t.Words[n-1].End
	}
	if h.Final && !s.o.NoReject {
		over := h.Margin - s.o.Margin
		if len(h.Words) < fewWords {
			over -= moreForFew
		}
		// A half where it is rejected from; 2 is about the spread of margins of one speaker's questions.
		t.Confidence = float32(1 / (1 + math.Exp(-over/2)))
		t.Rejected = len(h.Words) > 0 && over < 0
	}
	return t, true
}
