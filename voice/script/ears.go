package script

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/audio"
)

// Ears recognise what the script says is said, by its place in the stream. A line "ears" sets asr (the final's delay
// after the end of speech), lag (a word's, in partials), silent (no partials), untimed (nothing says when its words
// were), and how they fail: dead (streams give nothing), mute=N (the first N streams give nothing), refuse=N (the first N cannot be opened), die=2s (a stream ends by
// itself when it has heard so much).
type Ears struct {
	line  Line
	lines []Line
	mu    sync.Mutex
	opens int
}

// Opens is how often a stream was asked for.
func (e *Ears) Opens() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.opens
}

// Open begins a stream. Its first frame says where in the script it stands.
func (e *Ears) Open(ctx context.Context) (voice.Stream, error) {
	e.mu.Lock()
	e.opens++
	n := e.opens
	e.mu.Unlock()
	if n <= number(e.line.Args["refuse"]) {
		return nil, errors.New("the ears are not open yet")
	}
	s := &stream{
		e: e, results: make(chan voice.Transcript, 64), // more than a script says
		deaf: e.line.has("dead") || n <= number(e.line.Args["mute"]),
		die:  audio.At(e.line.dur("die", 0)),
	}
	if n > 1 {
		s.die = 0 // it dies once
	}
	return s, nil
}

type stream struct {
	e       *Ears
	results chan voice.Transcript
	deaf    bool
	die     audio.Position

	mu     sync.Mutex
	began  bool
	at     audio.Position
	asked  audio.Position // a final was asked for everything before it
	given  audio.Position // and given
	last   string         // partial
	loud   []span         // where there was sound
	timers []*time.Timer
	due    time.Time // of the final promised last: they come in order
	closed bool
	err    error
}

type span struct{ from, to audio.Position }

// listen notes where there was sound: ears do not hear through a muted microphone.
func (s *stream) listen(f audio.Frame) {
	if p, at, _ := (Detector{}).Speech(f); p == 0 {
		return
	} else if n := len(s.loud); n > 0 && s.loud[n-1].to >= f.At {
		s.loud[n-1].to = at
	} else {
		s.loud = append(s.loud, span{f.At, at})
	}
}

// sounded says whether the middle of a word was to be heard.
func (s *stream) sounded(w voice.Word) bool {
	mid := (w.Start + w.End) / 2
	for _, l := range s.loud {
		if l.from <= mid && mid < l.to {
			return true
		}
	}
	return false
}

// words are the words of a line, spread evenly over its time.
func (e *Ears) words(l Line, text string) []voice.Word {
	fields := strings.Fields(text)
	w := make([]voice.Word, len(fields))
	for i, f := range fields {
		n := time.Duration(len(fields))
		w[i] = voice.Word{Text: f, Start: audio.At(l.At + l.For*time.Duration(i)/n), End: audio.At(l.At + l.For*time.Duration(i+1)/n)}
	}
	return w
}

func (s *stream) Write(f audio.Frame) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return errors.New("the stream is closed")
	}
	if !s.began {
		s.began, s.asked, s.given = true, f.At, f.At
	}
	s.at = f.End()
	s.listen(f)
	if s.die > 0 && s.at >= s.die {
		s.err = errors.New("the ears died")
		s.end()
		return nil
	}
	if s.deaf || s.e.line.has("silent") {
		return nil
	}
	lag := audio.At(s.e.line.dur("lag", 190*time.Millisecond))
	var words []voice.Word
	for _, l := range s.e.lines {
		if l.Who != "user" {
			continue
		}
		text := l.Text
		if l.has("partial") {
			text = l.Args["partial"]
		} else if l.has("hears") {
			text = l.Args["hears"]
		}
		for _, w := range s.e.words(l, text) {
			if w.Start >= s.given && w.End+lag <= s.at && s.sounded(w) {
				words = append(words, w)
			}
		}
	}
	if t := transcript(words, false); t.Text != s.last {
		s.last = t.Text
		s.send(t)
	}
	return nil
}

// Flush promises a final of what was said up to here.
func (s *stream) Flush() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.deaf {
		return nil
	}
	var words []voice.Word
	var said Line
	end := audio.Position(0)
	for _, l := range s.e.lines {
		from, to := audio.At(l.At), audio.At(l.At+l.For)
		if l.Who != "user" || from < s.asked || from >= s.at {
			continue
		}
		text := l.Text
		if l.has("hears") {
			text = l.Args["hears"]
		}
		for _, w := range s.e.words(l, text) {
			if s.sounded(w) {
				words = append(words, w)
			}
		}
		end, said = to, l
	}
	t := transcript(words, true)
	t.Rejected = said.has("rejected")
	s.asked = s.at
	upTo := s.at
	if said.has("nofinal") {
		return nil
	}
	delay := said.dur("asr", s.e.line.dur("asr", 230*time.Millisecond))
	if end > 0 {
		delay -= s.at.Sub(end)
	}
	s.due = s.due.Add(time.Millisecond)
	if due := time.Now().Add(max(0, delay)); due.After(s.due) {
		s.due = due
	}
	s.timers = append(s.timers, time.AfterFunc(time.Until(s.due), func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if !s.closed {
			s.given, s.last = upTo, ""
			s.send(t)
		}
	}))
	return nil
}

func transcript(words []voice.Word, final bool) voice.Transcript {
	t := voice.Transcript{Words: words, Final: final}
	texts := make([]string, len(words))
	for i, w := range words {
		texts[i] = w.Text
	}
	t.Text = strings.Join(texts, " ")
	if n := len(words); n > 0 {
		t.From, t.To = words[0].Start, words[n-1].End
	}
	return t
}

// send drops what nobody reads: 64 transcripts are more than a script has.
func (s *stream) send(t voice.Transcript) {
	if s.e.line.has("untimed") {
		t.Words, t.From, t.To = nil, 0, 0
	}
	select {
	case s.results <- t:
	default:
	}
}

func (s *stream) Results() <-chan voice.Transcript { return s.results }

func (s *stream) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

func (s *stream) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.end()
	return nil
}

func (s *stream) end() {
	if s.closed {
		return
	}
	s.closed = true
	for _, t := range s.timers {
		t.Stop()
	}
	close(s.results)
}
