package edge

import (
	"context"
	"encoding/binary"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/tts/ttstest"
	"github.com/aubade/aubade/voice/voicetest"
)

// server streams as the service does: its text orders how it fails, as ttstest's does.
type server struct {
	*httptest.Server
	mu    sync.Mutex
	query []string
	asked []string
}

var spoken = regexp.MustCompile(`<prosody[^>]*>(.*)</prosody>`)

const frameLen = 144 // bytes of 24 ms of MP3 at 48 kbit/s

func newServer(t *testing.T) *server {
	tone, err := os.ReadFile("testdata/tone.mp3") // made with LAME: 1 s of 220 Hz, no frame needs another
	if err != nil {
		t.Fatal(err)
	}
	s := &server{}
	done := make(chan struct{})
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.query = append(s.query, r.URL.RawQuery)
		s.mu.Unlock()
		if r.Header.Get("Origin") == "" || r.URL.Query().Get("Sec-MS-GEC") == "" {
			http.Error(w, "no", http.StatusForbidden)
			return
		}
		c, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true})
		if err != nil {
			return
		}
		defer c.CloseNow()
		ctx, cancel := context.WithCancel(r.Context())
		defer cancel()
		var text string
		for range 2 { // the configuration, then the text
			_, raw, err := c.Read(ctx)
			if err != nil {
				return
			}
			text = string(raw)
		}
		s.mu.Lock()
		s.asked = append(s.asked, text)
		s.mu.Unlock()
		if m := spoken.FindStringSubmatch(text); m != nil {
			text = m[1]
		}
		say := func(m string) { _ = c.Write(ctx, websocket.MessageText, []byte(m)) }
		say("X-RequestId:1\r\nContent-Type:application/json; charset=utf-8\r\nPath:turn.start\r\n\r\n{}")
		say("X-RequestId:1\r\nPath:response\r\n\r\n{}")
		wait := func() {
			select {
			case <-done:
			case <-ctx.Done():
			}
		}
		switch text {
		case "429":
			_ = c.Close(websocket.StatusPolicyViolation, "slow down: 429")
			return
		case "garbage":
			say("<html>")
			return
		case "noise":
			_ = c.Write(ctx, websocket.MessageBinary, []byte{0xff, 0xff, 1})
			return
		case "late":
			wait()
			return
		case "mute":
			say("X-RequestId:1\r\nPath:turn.end\r\n\r\n{}")
			return
		}
		head := "X-RequestId:1\r\nContent-Type:audio/mpeg\r\nPath:audio\r\n"
		for i := range max(1, len(text)*60/24) {
			if i > len(text)*60/48 {
				switch {
				case strings.HasPrefix(text, "cut"):
					return
				case strings.HasPrefix(text, "stall"):
					wait()
					return
				}
			}
			at := i * frameLen % (len(tone) / frameLen * frameLen)
			m := binary.BigEndian.AppendUint16(nil, uint16(len(head)))
			m = append(append(m, head...), tone[at:at+frameLen]...)
			if text == "garbled" {
				m[2+len(head)+10] = 175
			}
			if c.Write(ctx, websocket.MessageBinary, m) != nil {
				return
			}
			if i%10 == 0 {
				say("X-RequestId:1\r\nPath:audio.metadata\r\n\r\n{}")
			}
		}
		say("X-RequestId:1\r\nPath:turn.end\r\n\r\n{}")
		_, _, _ = c.Read(ctx) // until the other side goes
	}))
	t.Cleanup(func() { close(done); s.Close() })
	return s
}

func open(t *testing.T, s *server) *Voice {
	v, err := New(Config{URL: "ws" + strings.TrimPrefix(s.URL, "http"), Voice: "en-GB-SoniaNeural", Patience: ttstest.Quick})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestConformance(t *testing.T) {
	s := newServer(t)
	voicetest.Synthesizer(t, func(*testing.T) voice.Synthesizer { return open(t, s) })
}

func TestFaultsAreErrorsSoon(t *testing.T) {
	v := open(t, newServer(t))
	for _, c := range []struct {
		text, says string
		sound      bool
	}{
		{"429", "429", false},
		{"garbage", "no sense", false},
		{"noise", "no sense", false},
		{"garbled", "no sense", false},
		{"mute", "", false},
		{"late", "in time", false},
		{"stall and this must be long enough to be heard", "in time", true},
		{"cut off, and this must be long enough to be heard", "cut off", true},
	} {
		t.Run(c.text, func(t *testing.T) {
			began, samples := time.Now(), 0
			var last error
			for f, err := range v.Synthesize(t.Context(), voice.Clause{Text: c.text}) {
				samples += len(f.PCM)
				last = err
			}
			if last == nil || !strings.Contains(last.Error(), c.says) || c.sound != (samples > 0) {
				t.Errorf("after %d samples: %v, want something with %q", samples, last, c.says)
			}
			if d := time.Since(began); d > 3*time.Second {
				t.Errorf("it took %v", d)
			}
		})
	}
	refused := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusForbidden) }))
	defer refused.Close()
	for _, err := range open(t, &server{Server: refused}).Synthesize(t.Context(), voice.Clause{Text: "hello"}) {
		if err == nil || !strings.Contains(err.Error(), "403") {
			t.Errorf("a refusal is %v", err)
		}
	}
}

func TestTheSoundIsTheTone(t *testing.T) {
	var sum, n float64
	crossings, last := 0, int16(0)
	for f, err := range open(t, newServer(t)).Synthesize(t.Context(), voice.Clause{Text: "twelve chars"}) {
		if err != nil {
			t.Fatal(err)
		}
		if f.At < Rate/10 {
			continue // the encoder's own beginning
		}
		for _, x := range f.PCM {
			sum += float64(x) * float64(x)
			n++
			if last < 0 && x >= 0 {
				crossings++
			}
			last = x
		}
	}
	level, pitch := math.Sqrt(sum/n), float64(crossings)/(n/Rate)
	if level < 5500 || level > 6500 || pitch < 215 || pitch > 225 {
		t.Errorf("a level of %.0f and %.0f Hz", level, pitch)
	}
}

func TestTheRequestIsWhatTheServiceTakes(t *testing.T) {
	s := newServer(t)
	for _, err := range open(t, s).Synthesize(t.Context(), voice.Clause{Text: "Q&A <now>", Rate: 1.1}) {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{"Path:ssml\r\n", "xml:lang='en-GB'", "name='en-GB-SoniaNeural'", "rate='+10%'", "Q&amp;A &lt;now&gt;"} {
		if !strings.Contains(s.asked[0], want) {
			t.Errorf("%q lacks %q", s.asked[0], want)
		}
	}
	// Within five minutes of the clock the proof stays the same.
	at := time.Date(2023, 11, 14, 22, 41, 3, 0, time.UTC)
	if a, b := proof(at), proof(at.Add(100*time.Second)); a != b || len(a) != 64 || a == proof(at.Add(5*time.Minute)) || a != strings.ToUpper(a) {
		t.Errorf("the proofs are %s and %s", a, b)
	}
	if _, err := New(Config{}); err == nil {
		t.Error("a voice without a name was made")
	}
}

func FuzzPayload(f *testing.F) {
	f.Add([]byte("\x00\x0cPath:audio\r\nsound"))
	f.Add([]byte{0xff, 0xff})
	f.Fuzz(func(t *testing.T, raw []byte) {
		if sound, err := payload(raw); err == nil && len(sound) > max(0, len(raw)-2) {
			t.Errorf("%d bytes of sound in %d", len(sound), len(raw))
		}
	})
}
