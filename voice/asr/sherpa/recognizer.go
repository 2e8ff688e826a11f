// Package sherpa is ears with real models, without a server: sherpa-onnx in a supervised child process.
//
// A streaming transducer hears while somebody speaks, and prefers the domain's names. A second recognizer (SenseVoice, Parakeet,
// Whisper) may hear each whole utterance again when it has ended: its words are then the final. Either does alone.
package sherpa

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/aubade/aubade/internal/child"
	"github.com/aubade/aubade/internal/native/sherpa"
	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/asr/gate"
	"github.com/aubade/aubade/voice/audio"
)

// Config is which models hear. Their files must have been checked: the library ends the process where one is not what it expects.
type Config struct {
	Runtime, Library string // ONNX Runtime and sherpa-onnx; empty: the system's
	Models           []sherpa.Files
	Language         string // ISO 639-1; empty: the models' guess
	// Hotwords are names to prefer. Only streaming transducers whose pieces of words are known listen to them: see
	// [sherpa.Files.WithVocabulary].
	Hotwords []string
}

// A Recognizer implements [voice.Recognizer].
type Recognizer struct {
	engine  *child.Engine
	purpose []byte
}

// New checks what the models are for; nothing is loaded yet.
func New(engine *child.Engine, c Config) (*Recognizer, error) {
	p := purpose{Runtime: c.Runtime, Library: c.Library, Language: c.Language, Hotwords: strings.Join(c.Hotwords, "/")}
	for _, f := range c.Models {
		switch {
		case f.Kind == sherpa.StreamingTransducer && p.First.Kind == "":
			p.First = f
			p.Hotwords = strings.ToUpper(p.Hotwords) // the published ones know capitals only
		case f.Kind.Hears() && f.Kind != sherpa.StreamingTransducer && p.Second.Kind == "":
			p.Second = f
		case !f.Kind.Hears():
			return nil, fmt.Errorf("sherpa ears: %s is a voice (%s)", f.Dir, f.Kind)
		default:
			return nil, fmt.Errorf("sherpa ears: %s: want at most one model that hears while somebody speaks, and one that hears it again", f.Dir)
		}
	}
	if p.First.Kind == "" && p.Second.Kind == "" {
		return nil, errors.New("sherpa ears: want a model: sherpa:MODEL, or sherpa:MODEL+MODEL for a second pass")
	}
	raw, err := json.Marshal(p)
	return &Recognizer{engine, raw}, err
}

// Open begins a stream; it returns when the models are loaded.
func (r *Recognizer) Open(ctx context.Context) (voice.Stream, error) {
	c, err := r.engine.Open(r.purpose)
	if err != nil {
		return nil, fmt.Errorf("sherpa ears: %w", err)
	}
	if _, err := c.Recv(ctx); err != nil {
		_ = c.Close()
		if errors.Is(err, child.ErrDied) {
			err = fmt.Errorf("%w: the library ends where a model is not what it expects", err)
		}
		return nil, fmt.Errorf("sherpa ears: %w", err)
	}
	// 8 transcripts are more than a second of partials; the reader below waits beyond that, and the child does not care.
	s := &stream{child: c, results: make(chan voice.Transcript, 8)}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.wg.Go(s.read) // ends with the child's stream, or Close
	return s, nil
}

type stream struct {
	child   *child.Stream
	results chan voice.Transcript
	ctx     context.Context
	cancel  context.CancelFunc
	wg      sync.WaitGroup

	mu      sync.Mutex
	err     error
	ended   []span // utterances whose finals have not come, oldest first
	now     span   // the utterance that is being heard
	spoke   bool
	gate    gate.Gate
	again   gate.Gate // tells when somebody last spoke
	lastSay audio.Position
	before  []int16 // the last moments before somebody spoke
	msg     []byte  // reused for each write
}

// A span is where an utterance lies on the audio clock.
type span struct{ from, to audio.Position }

const (
	preRoll = audio.Rate * 4 / 10
	// giveUp is how long a sound that nobody took for speech is listened on to.
	giveUp = audio.Position(audio.Rate * 4)
)

var errClosed = errors.New("the stream is closed")

// usable is nil while the stream takes sound. The lock is held.
func (s *stream) usable() error {
	if s.ctx.Err() != nil {
		return errClosed
	}
	return s.err
}

// Write passes sound on from a little before the first word: silence costs nothing.
func (s *stream) Write(f audio.Frame) error {
	if f.Rate != audio.Rate {
		return fmt.Errorf("sherpa ears: the rate is %d Hz, not %d", f.Rate, audio.Rate)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.usable(); err != nil {
		return err
	}
	if s.again.Hear(f) {
		s.lastSay = f.End()
		s.again.Reset()
	}
	if !s.gate.Hear(f) {
		s.before = append(s.before, f.PCM...)
		if over := len(s.before) - preRoll; over > 0 {
			s.before = s.before[:copy(s.before, s.before[over:])]
		}
		return nil
	}
	if !s.spoke {
		s.spoke, s.lastSay = true, f.End()
		s.now = span{from: f.At - audio.Position(len(s.before))}
		if err := s.send(s.before); err != nil {
			return err
		}
		s.before = s.before[:0]
	}
	s.now.to = f.End()
	if f.End()-s.lastSay > giveUp {
		s.spoke = false
		s.gate.Reset()
		return s.child.Send([]byte{sendDrop})
	}
	return s.send(f.PCM)
}

func (s *stream) send(pcm []int16) error {
	if len(pcm) == 0 {
		return nil
	}
	s.msg = append(s.msg[:0], sendSound)
	for _, x := range pcm {
		s.msg = binary.LittleEndian.AppendUint16(s.msg, uint16(x))
	}
	return s.child.Send(s.msg)
}

// Flush ends the utterance; its final follows. With nothing said there is an empty one, which the child gives too, so that none
// overtakes another.
func (s *stream) Flush() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.usable(); err != nil {
		return err
	}
	if !s.spoke {
		s.now = span{}
	}
	s.ended = append(s.ended, s.now)
	s.spoke = false
	s.gate.Reset()
	return s.child.Send([]byte{sendEnd})
}

func (s *stream) Results() <-chan voice.Transcript { return s.results }

func (s *stream) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

func (s *stream) Close() error {
	s.cancel()
	err := s.child.Close()
	s.wg.Wait()
	return err
}

func (s *stream) read() {
	defer close(s.results)
	for {
		raw, err := s.child.Recv(s.ctx)
		var h heard
		if err == nil {
			err = json.Unmarshal(raw, &h)
		}
		if err != nil {
			if s.ctx.Err() == nil && !errors.Is(err, io.EOF) {
				s.mu.Lock()
				s.err = fmt.Errorf("sherpa ears: %w", err)
				s.mu.Unlock()
			}
			return
		}
		select {
		case s.results <- transcript(h, s.place(h.Final)):
		case <-s.ctx.Done():
			return
		}
	}
}

// place is where the utterance lies that the child speaks of.
func (s *stream) place(final bool) span {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.ended) == 0 {
		return s.now
	}
	u := s.ended[0]
	if final {
		s.ended = s.ended[1:]
	}
	return u
}

func transcript(h heard, at span) voice.Transcript {
	t := voice.Transcript{
		Text: strings.TrimSpace(h.Result.Text), Final: h.Final, From: at.from, To: at.to,
		Language: tag(h.Result.Language), Emotion: mood(h.Result.Emotion), Words: words(h.Result, at.from),
	}
	if t.Text == strings.ToUpper(t.Text) { // models that know capitals only
		t.Text = strings.ToLower(t.Text)
		for i := range t.Words {
			t.Words[i].Text = strings.ToLower(t.Words[i].Text)
		}
	}
	if n := len(t.Words); n > 0 {
		t.From, t.To = t.Words[0].Start, min(at.to, t.Words[n-1].End)
	}
	return t
}

// tag takes SenseVoice's "<|en|>" out of its brackets.
func tag(s string) string {
	return strings.ToLower(strings.TrimSuffix(strings.TrimPrefix(s, "<|"), "|>"))
}

// mood is an emotion that says something.
func mood(s string) string {
	if m := tag(s); m != "emo_unknown" && m != "neutral" {
		return m
	}
	return ""
}

// words puts tokens together: one that begins with a space, or its sign, begins a word. A token has a start only, so a word ends where the
// next begins, or after a syllable.
func words(r sherpa.Result, from audio.Position) []voice.Word {
	if len(r.Timestamps) != len(r.Tokens) {
		return nil
	}
	const syllable = audio.Position(audio.Rate / 5)
	var all []voice.Word
	for i, token := range r.Tokens {
		text := strings.TrimLeft(token, " ▁")
		at := from + audio.Position(r.Timestamps[i]*audio.Rate)
		if len(all) == 0 || text != token {
			if n := len(all); n > 0 {
				all[n-1].End = min(all[n-1].End, at)
			}
			all = append(all, voice.Word{Text: text, Start: at, End: at + syllable})
			continue
		}
		last := &all[len(all)-1]
		last.Text += text
		last.End = at + syllable
	}
	return all
}
