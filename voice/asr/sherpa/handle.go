package sherpa

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/aubade/aubade/internal/child"
	"github.com/aubade/aubade/internal/native/sherpa"
)

// purpose is what the child is told when a stream opens. Either of the models may be missing.
type purpose struct {
	Runtime  string       `json:"runtime"`
	Library  string       `json:"library"`
	First    sherpa.Files `json:"first"`  // hears while somebody speaks
	Second   sherpa.Files `json:"second"` // hears the whole again
	Language string       `json:"language"`
	Hotwords string       `json:"hotwords"`
}

// What the parent sends: a byte of these, and for sound the PCM behind it.
const (
	sendSound = 'p'
	sendEnd   = 'e'
	sendDrop  = 'd' // the utterance was none
)

// heard is what the child sends. Every end is answered by one final.
type heard struct {
	Final  bool          `json:"final"`
	Result sherpa.Result `json:"result"`
}

// partialEvery is how much sound lies between two partials; a model that must hear the whole again each time gets more of it, and none
// beyond rereadMax: the work would grow with the square of the length.
const (
	partialEvery = sherpa.Rate / 5
	rereadEvery  = sherpa.Rate
	rereadMax    = 12 * sherpa.Rate
)

// Recognizers take seconds to load and are shared by all calls.
var loaded struct {
	sync.Mutex
	online  map[string]*sherpa.Online
	offline map[string]*sherpa.Offline
}

func load(p purpose) (first *sherpa.Online, second *sherpa.Offline, err error) {
	loaded.Lock()
	defer loaded.Unlock()
	if err := sherpa.Open(p.Runtime, p.Library); err != nil {
		return nil, nil, err
	}
	if p.First.Kind != "" {
		if first = loaded.online[p.First.Dir]; first == nil {
			if first, err = sherpa.NewOnline(p.First); err != nil {
				return nil, nil, err
			}
			if loaded.online == nil {
				loaded.online = map[string]*sherpa.Online{}
			}
			loaded.online[p.First.Dir] = first
		}
	}
	if p.Second.Kind != "" {
		key := p.Second.Dir + " " + p.Language
		if second = loaded.offline[key]; second == nil {
			if second, err = sherpa.NewOffline(p.Second, p.Language); err != nil {
				return nil, nil, err
			}
			if loaded.offline == nil {
				loaded.offline = map[string]*sherpa.Offline{}
			}
			loaded.offline[key] = second
		}
	}
	if first == nil && second == nil {
		return nil, nil, errors.New("no model was named")
	}
	return first, second, nil
}

// Handle is the child's side of one conversation's ears.
func Handle(ctx context.Context, what []byte, s *child.Stream) error {
	var p purpose
	if err := json.Unmarshal(what, &p); err != nil {
		return err
	}
	first, second, err := load(p)
	if err != nil {
		return err
	}
	if err := s.Send([]byte(`{}`)); err != nil { // ready
		return err
	}
	e := &ear{first: first, second: second, hotwords: p.Hotwords, out: s}
	defer e.drop()
	for {
		msg, err := s.Recv(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if len(msg) == 0 {
			continue
		}
		switch msg[0] {
		case sendSound:
			err = e.hear(msg[1:], s.Waiting() > 0)
		case sendEnd:
			err = e.end()
		case sendDrop:
			e.drop()
		}
		if err != nil {
			return err
		}
	}
}

// An ear is one conversation's. Its methods are called from one goroutine.
type ear struct {
	first    *sherpa.Online
	second   *sherpa.Offline
	hotwords string
	out      *child.Stream

	stream *sherpa.Stream // of the utterance
	pcm    []int16        // all of it, where there is a second pass
	since  int            // samples since the last partial
	last   string
}

// hear takes sound. Behind says that more is waiting: then there is no time for partials.
func (e *ear) hear(raw []byte, behind bool) error {
	pcm := make([]int16, len(raw)/2)
	for i := range pcm {
		pcm[i] = int16(binary.LittleEndian.Uint16(raw[2*i:]))
	}
	if e.second != nil {
		e.pcm = append(e.pcm, pcm...)
	}
	every := rereadEvery
	if e.first != nil {
		every = partialEvery
		if e.stream == nil {
			s, err := e.first.Stream(e.hotwords)
			if err != nil {
				return err
			}
			e.stream = s
		}
		e.stream.Write(pcm)
	}
	if e.since += len(pcm); e.since < every || behind {
		return nil
	}
	e.since = 0
	var r sherpa.Result
	var err error
	switch {
	case e.first != nil:
		r, err = e.stream.Result()
	case len(e.pcm) <= rereadMax:
		r, err = e.second.Recognize(e.pcm)
	}
	if err != nil || r.Text == "" || r.Text == e.last {
		return err
	}
	e.last = r.Text
	return e.send(heard{Result: r})
}

// end gives the final: the second pass's where there is one.
func (e *ear) end() error {
	defer e.drop()
	var r sherpa.Result
	var err error
	if e.stream != nil {
		e.stream.Finish()
		if r, err = e.stream.Result(); err != nil {
			return err
		}
	}
	if e.second != nil {
		again, err := e.second.Recognize(e.pcm)
		if err != nil {
			return err
		}
		// A second pass that hears nothing where the first heard words has failed, and not the first.
		if again.Text != "" || r.Text == "" {
			r = again
		}
	}
	return e.send(heard{Final: true, Result: r})
}

func (e *ear) drop() {
	if e.stream != nil {
		e.stream.Close()
		e.stream = nil
	}
	e.pcm, e.since, e.last = nil, 0, ""
}

func (e *ear) send(h heard) error {
	raw, err := json.Marshal(h)
	if err != nil {
		return fmt.Errorf("write what was heard: %w", err)
	}
	return e.out.Send(raw)
}
