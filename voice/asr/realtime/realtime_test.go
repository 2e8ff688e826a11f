package realtime

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/audio"
	"github.com/aubade/aubade/voice/voicetest"
)

// server says a word for each half second of sound, in deltas and then whole. Its mood decides how it fails.
type server struct {
	*httptest.Server
	mu    sync.Mutex
	setup map[string]any
}

func newServer(t *testing.T, mood string) *server {
	s := &server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if mood == "401" || r.Header.Get("Authorization") != "Bearer secret" {
			http.Error(w, "bad key", http.StatusUnauthorized)
			return
		}
		if mood == "429" {
			http.Error(w, "slow down", http.StatusTooManyRequests)
			return
		}
		if mood == "500" {
			http.Error(w, "oops", http.StatusInternalServerError)
			return
		}
		if r.URL.Path != "/v1/realtime" {
			http.NotFound(w, r)
			return
		}
		c, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer c.CloseNow()
		samples, items := 0, 0
		say := func(format string, args ...any) {
			_ = c.Write(r.Context(), websocket.MessageText, []byte(fmt.Sprintf(format, args...)))
		}
		for {
			_, raw, err := c.Read(r.Context())
			if err != nil {
				return
			}
			var m map[string]any
			if json.Unmarshal(raw, &m) != nil {
				return
			}
			switch m["type"] {
			case "session.update":
				s.mu.Lock()
				s.setup = m
				s.mu.Unlock()
				say(`{"type":"session.updated"}`)
			case "input_audio_buffer.append":
				pcm, err := base64.StdEncoding.DecodeString(m["audio"].(string))
				if err != nil {
					return
				}
				samples += len(pcm) / 2
			case "input_audio_buffer.commit":
				items++
				switch mood {
				case "error":
					say(`{"type":"error","error":{"message":"quota used up"}}`)
					continue
				case "failed":
					say(`{"type":"conversation.item.input_audio_transcription.failed","error":{"message":"no speech model"}}`)
					continue
				case "garbage":
					say(`<html>`)
					continue
				case "cut":
					return
				case "stall":
					continue
				}
				words := strings.TrimSpace(strings.Repeat("word ", max(1, samples/(wire/2))))
				samples = 0
				say(`{"type":"conversation.item.input_audio_transcription.delta","item_id":"i%d","delta":"wo"}`, items)
				say(`{"type":"conversation.item.input_audio_transcription.delta","item_id":"i%d","delta":"rd"}`, items)
				say(`{"type":"conversation.item.input_audio_transcription.completed","item_id":"i%d","transcript":%q}`, items, words)
			}
		}
	}))
	t.Cleanup(s.Close)
	return s
}

func ears(t *testing.T, s *server) *Recognizer {
	r, err := New(Config{URL: s.URL + "/v1/", Key: "secret", Model: "whisper", Prompt: "Halden", Patience: 700 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func hum(d time.Duration) []int16 {
	pcm := make([]int16, audio.At(d))
	for i := range pcm {
		pcm[i] = int16(6000 * math.Sin(2*math.Pi*150*float64(i)/audio.Rate))
	}
	return pcm
}

func TestConformance(t *testing.T) {
	s := newServer(t, "")
	voicetest.Recognizer(t, func(t *testing.T) voice.Recognizer { return ears(t, s) }, voicetest.Speech{PCM: hum(2 * time.Second)})
}

func TestTheSessionIsSetUpForOurOwnTurnTaking(t *testing.T) {
	s := newServer(t, "")
	st, err := ears(t, s).Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	for _, f := range audio.Frames(hum(2*time.Second), audio.Rate) {
		if err := st.Write(f); err != nil {
			t.Fatal(err)
		}
	}
	if err := st.Flush(); err != nil {
		t.Fatal(err)
	}
	var texts []string
	for r := range st.Results() {
		texts = append(texts, r.Text)
		if r.Final {
			break
		}
	}
	if got := strings.Join(texts, "|"); got != "wo|word|word word word word" && got != "wo|word|word word word" {
		t.Errorf("heard %s", got)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	input := s.setup["session"].(map[string]any)["audio"].(map[string]any)["input"].(map[string]any)
	if turns, there := input["turn_detection"]; !there || turns != nil || input["transcription"].(map[string]any)["prompt"] != "Halden" {
		t.Errorf("the session is %v", s.setup)
	}
}

func TestEveryFaultEndsTheStreamWithItsReason(t *testing.T) {
	for mood, says := range map[string]string{"error": "quota", "failed": "no speech model", "garbage": "read an event", "cut": "connection ended", "stall": "no final"} {
		t.Run(mood, func(t *testing.T) {
			st, err := ears(t, newServer(t, mood)).Open(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer st.Close()
			for _, f := range audio.Frames(hum(time.Second), audio.Rate) {
				if err := st.Write(f); err != nil {
					t.Fatal(err)
				}
			}
			if err := st.Flush(); err != nil {
				t.Fatal(err)
			}
			late := time.After(5 * time.Second)
			for open := true; open; {
				select {
				case _, open = <-st.Results():
				case <-late:
					t.Fatal("the stream does not end")
				}
			}
			if err := st.Err(); err == nil || !strings.Contains(err.Error(), says) {
				t.Errorf("it says %v, want %q", err, says)
			}
		})
	}
	for _, mood := range []string{"401", "429", "500"} {
		if _, err := ears(t, newServer(t, mood)).Open(t.Context()); err == nil || !strings.Contains(err.Error(), mood) {
			t.Errorf("a server that answers %s: %v", mood, err)
		}
	}
}
