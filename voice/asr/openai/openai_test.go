package openai

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/audio"
	"github.com/aubade/aubade/voice/voicetest"
)

// server says a word for each whole second of sound. Its mood decides how it fails.
type server struct {
	*httptest.Server
	mu      sync.Mutex
	mood    string
	seconds []float64 // of each recording that came
	forms   []map[string]string
}

func newServer(t *testing.T, mood string) *server {
	s := &server{mood: mood}
	done := make(chan struct{})
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		file, _, err := r.FormFile("file")
		if err != nil || r.URL.Path != "/v1/audio/transcriptions" || r.Header.Get("Authorization") != "Bearer secret" {
			http.Error(w, fmt.Sprint("bad request ", err), http.StatusBadRequest)
			return
		}
		raw, _ := io.ReadAll(file)
		rec, err := audio.ReadWAV(bytes.NewReader(raw))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		sec := float64(len(rec.Mono())) / float64(rec.Rate)
		s.mu.Lock()
		s.seconds = append(s.seconds, sec)
		s.forms = append(s.forms, map[string]string{"model": r.FormValue("model"), "prompt": r.FormValue("prompt")})
		s.mu.Unlock()
		text := strings.TrimSpace(strings.Repeat("word ", int(math.Max(1, sec))))
		switch s.mood {
		case "sse":
			w.Header().Set("Content-Type", "text/event-stream")
			fmt.Fprintf(w, "data: {\"type\":\"transcript.text.delta\",\"delta\":\"wo\"}\n\ndata: {\"type\":\"transcript.text.done\",\"text\":%q}\n\n", text)
		case "sse cut":
			w.Header().Set("Content-Type", "text/event-stream")
			fmt.Fprint(w, "data: {\"type\":\"transcript.text.delta\",\"delta\":\"wo\"}\n\n")
		case "stall":
			select {
			case <-done:
			case <-r.Context().Done():
			}
		case "401":
			http.Error(w, "bad key", http.StatusUnauthorized)
		case "429":
			http.Error(w, "slow down", http.StatusTooManyRequests)
		case "500":
			http.Error(w, "oops", http.StatusInternalServerError)
		case "garbage":
			fmt.Fprint(w, "<html>")
		case "no text":
			fmt.Fprint(w, `{"error":"none"}`)
		case "cut":
			w.Header().Set("Content-Length", "1000")
			fmt.Fprint(w, `{"te`)
		default:
			fmt.Fprintf(w, `{"text":%q}`, " "+text+" ")
		}
	}))
	t.Cleanup(func() { close(done); s.Close() })
	return s
}

func ears(t *testing.T, s *server) *Recognizer {
	r, err := New(Config{URL: s.URL + "/v1/", Key: "secret", Model: "whisper", Prompt: "Halden", Patience: 500 * time.Millisecond, Every: 500 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// hum is a voice-like sound.
func hum(d time.Duration) []int16 {
	pcm := make([]int16, audio.At(d))
	for i := range pcm {
		pcm[i] = int16(6000 * math.Sin(2*math.Pi*150*float64(i)/audio.Rate))
	}
	return pcm
}

func TestConformance(t *testing.T) {
	for _, mood := range []string{"json", "sse"} {
		t.Run(mood, func(t *testing.T) {
			s := newServer(t, mood)
			voicetest.Recognizer(t, func(t *testing.T) voice.Recognizer { return ears(t, s) }, voicetest.Speech{PCM: hum(2 * time.Second)})
		})
	}
}

// play writes sound at ten times the pace of the world, and flushes.
func play(t *testing.T, st voice.Stream, pcm []int16) {
	t.Helper()
	for _, f := range audio.Frames(pcm, audio.Rate) {
		if st.Write(f) != nil {
			return
		}
		time.Sleep(2 * time.Millisecond)
	}
	_ = st.Flush()
}

func TestPartialsComeAndTheWorkStaysLinear(t *testing.T) {
	s := newServer(t, "json")
	st, err := ears(t, s).Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	const long = 40 * time.Second
	go play(t, st, hum(long))
	partials := 0
	for r := range st.Results() {
		if !r.Final {
			partials++
			continue
		}
		if n := len(strings.Fields(r.Text)); n < 36 || n > 41 {
			t.Errorf("%d words of %v", n, long)
		}
		break
	}
	if partials < 5 {
		t.Errorf("%d partials", partials)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, sec := range s.seconds {
		if sec > 16 {
			t.Errorf("a request of %.1f s", sec)
		}
	}
	if s.forms[0]["model"] != "whisper" || s.forms[0]["prompt"] != "Halden" {
		t.Errorf("the form is %v", s.forms[0])
	}
}

func TestSilenceAsksNobody(t *testing.T) {
	s := newServer(t, "json")
	st, err := ears(t, s).Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	play(t, st, make([]int16, 3*audio.Rate))
	if r := <-st.Results(); !r.Final || r.Text != "" {
		t.Errorf("silence is %+v", r)
	}
	if len(s.seconds) > 0 {
		t.Errorf("%d requests", len(s.seconds))
	}
}

func TestEveryFaultEndsTheStreamWithItsReason(t *testing.T) {
	for mood, says := range map[string]string{
		"401": "401", "429": "429", "500": "500", "garbage": "read the answer", "no text": "no text", "cut": "EOF", "sse cut": "EOF", "stall": "deadline",
	} {
		t.Run(mood, func(t *testing.T) {
			st, err := ears(t, newServer(t, mood)).Open(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer st.Close()
			go play(t, st, hum(time.Second))
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			for {
				select {
				case r, ok := <-st.Results():
					if ok && r.Final {
						t.Fatalf("a final came: %+v", r)
					}
					if ok {
						continue
					}
				case <-ctx.Done():
					t.Fatal("the stream does not end")
				}
				break
			}
			if err := st.Err(); err == nil || !strings.Contains(err.Error(), says) {
				t.Errorf("it says %v, want %q", err, says)
			}
			if st.Write(audio.Frame{PCM: hum(20 * time.Millisecond), Rate: audio.Rate}) == nil {
				t.Error("a stream that ended takes sound")
			}
		})
	}
}

func TestWhatIsMissingInTheSpecIsSaid(t *testing.T) {
	if _, err := New(Config{URL: "http://127.0.0.1:1"}); err == nil || !strings.Contains(err.Error(), "openai:MODEL@") {
		t.Errorf("got %v", err)
	}
}

func FuzzReadEvents(f *testing.F) {
	f.Add("data: {\"type\":\"transcript.text.delta\",\"delta\":\"wo\"}\n\ndata: {\"type\":\"transcript.text.done\",\"text\":\"word\"}\n\n")
	f.Add("data: [DONE]\n")
	f.Fuzz(func(t *testing.T, events string) {
		if text, err := readEvents(strings.NewReader(events)); err == nil && text != strings.TrimSpace(text) {
			t.Errorf("%q", text)
		}
	})
}
