// Package ttstest is a server of raw PCM that streams as real ones do, and misbehaves on order.
package ttstest

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/tts/stream"
)

// A Server speaks a tone, 60 ms a letter. The text orders how: "401", "429", "500", "stall" (after a while), "mute" (no sound at all),
// "late" (not before a minute), "garbage" (a web page), "cut" (the connection is closed in the middle), "break" (the same, of an answer whose length was not told),
// "json".
type Server struct {
	*httptest.Server
	mu       sync.Mutex
	requests []Request
}

// A Request is one that came.
type Request struct {
	Path   string
	Header http.Header
	Body   map[string]any
}

// Requests are those that came so far.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request{}, s.requests...)
}

// New starts a server that reads the text from the given key of the request and speaks at rate Hz.
func New(t testing.TB, rate int, key string) *Server {
	s := &Server{}
	done := make(chan struct{})
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body map[string]any
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		s.mu.Lock()
		s.requests = append(s.requests, Request{r.URL.RequestURI(), r.Header, body})
		s.mu.Unlock()
		text, _ := body[key].(string)
		wait := func() {
			select {
			case <-r.Context().Done():
			case <-done:
			}
		}
		switch text {
		case "401":
			http.Error(w, `{"error":"bad key"}`, http.StatusUnauthorized)
			return
		case "429":
			http.Error(w, "slow down", http.StatusTooManyRequests)
			return
		case "500":
			http.Error(w, "oops", http.StatusInternalServerError)
			return
		case "garbage":
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write([]byte("<html>hello</html>"))
			return
		case "json":
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(`{"error":"no such voice"}`))
			return
		case "mute":
			return
		case "late":
			wait()
			return
		}
		w.Header().Set("Content-Type", "audio/pcm")
		if text == "cut" {
			w.Header().Set("Content-Length", "1000000")
		}
		samples := rate * 60 / 1000 * len(text)
		buf := []byte{}
		for i := range samples {
			buf = binary.LittleEndian.AppendUint16(buf, uint16(int16(9000*math.Sin(2*math.Pi*220*float64(i)/float64(rate)))))
			if len(buf) > 3001 { // odd sizes, as networks cut them
				if _, err := w.Write(buf[:3001]); err != nil {
					return
				}
				w.(http.Flusher).Flush()
				buf = append([]byte{}, buf[3001:]...)
				if i > samples/2 && (text == "cut" || strings.HasPrefix(text, "break")) {
					panic(http.ErrAbortHandler)
				}
				if i > samples/2 && strings.HasPrefix(text, "stall") {
					wait()
					return
				}
			}
		}
		_, _ = w.Write(buf)
	}))
	t.Cleanup(func() { close(done); s.Close() })
	return s
}

// Quick is a patience that tests can wait for.
var Quick = stream.Patience{First: 400 * time.Millisecond, Stall: 300 * time.Millisecond}

// Faults holds a provider to the promise that every fault of its server is an error, soon, and with sound before it where there was some.
func Faults(t *testing.T, v voice.Synthesizer) {
	t.Helper()
	for _, c := range []struct {
		name, text, says string
		sound            bool
	}{
		{"a wrong key is said", "401", "401", false},
		{"too many requests are said", "429", "429", false},
		{"a broken server is said", "500", "500", false},
		{"a web page is not played", "garbage", "html", false},
		{"an error in JSON is not played", "json", "no such voice", false},
		{"an answer without sound is an error", "mute", "no sound", false},
		{"a server that does not begin is given up", "late", "in time", false},
		{"a server that stalls is given up", "stall and this must be long enough to fill a few buffers", "in time", true},
		{"a connection that breaks is an error", "cut", "cut off", false},
		{"so is one that breaks in an answer of unknown length", "break and this must be long enough to fill a few buffers", "cut off", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			began, samples := time.Now(), 0
			var last error
			for f, err := range v.Synthesize(t.Context(), voice.Clause{Text: c.text}) {
				samples += len(f.PCM)
				last = err
			}
			if last == nil || !strings.Contains(last.Error(), c.says) {
				t.Errorf("after %d samples: %v, want something with %q", samples, last, c.says)
			}
			if c.sound && samples == 0 {
				t.Error("the sound before the fault was lost")
			}
			if d := time.Since(began); d > 3*time.Second {
				t.Errorf("it took %v", d)
			}
		})
	}
}
