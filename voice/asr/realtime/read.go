package realtime

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/aubade/aubade/voice"
)

// message is what of the server's events matters here.
type message struct {
	Type       string `json:"type"`
	Item       string `json:"item_id"`
	Delta      string `json:"delta"`
	Transcript string `json:"transcript"`
	Error      struct {
		Message string `json:"message"`
		Code    string `json:"code"`
	} `json:"error"`
}

// read ends when the connection does.
func (s *stream) read() {
	for {
		_, raw, err := s.conn.Read(s.ctx)
		if err != nil {
			s.fail(fmt.Errorf("the connection ended: %w", err))
			return
		}
		var m message
		if err := json.Unmarshal(raw, &m); err != nil {
			s.fail(fmt.Errorf("read an event: %w", err))
			return
		}
		switch m.Type {
		case "conversation.item.input_audio_transcription.delta":
			s.delta(m)
		case "conversation.item.input_audio_transcription.completed":
			s.completed(m)
		case "conversation.item.input_audio_transcription.failed":
			s.fail(fmt.Errorf("transcribe: %s", m.Error.Message))
			return
		case "error":
			s.fail(errors.New(m.Error.Message))
			return
		}
	}
}

func (s *stream) delta(m message) {
	s.mu.Lock()
	if m.Item != s.item {
		s.item = m.Item
		s.partial.Reset()
	}
	s.partial.WriteString(m.Delta)
	t := voice.Transcript{Text: s.partial.String()}
	if len(s.pending) > 0 {
		t.From, t.To = s.pending[0].from, s.pending[0].to
	}
	s.mu.Unlock()
	s.deliver(t)
}

func (s *stream) completed(m message) {
	s.mu.Lock()
	if len(s.pending) == 0 {
		s.mu.Unlock()
		return // nobody asked: a server whose own turn-taking cannot be switched off
	}
	u := s.pending[0]
	s.pending = s.pending[1:]
	s.partial.Reset()
	empties := 0
	for len(s.pending) > 0 && s.pending[0].empty {
		s.pending = s.pending[1:]
		empties++
	}
	s.watchdog.Stop()
	if len(s.pending) > 0 {
		s.watchdog.Reset(s.c.Patience)
	}
	s.mu.Unlock()
	s.deliver(voice.Transcript{Text: m.Transcript, From: u.from, To: u.to, Final: true, Language: s.c.Language})
	for range empties {
		s.deliver(voice.Transcript{Final: true})
	}
}
