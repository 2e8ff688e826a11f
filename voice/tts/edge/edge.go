// Package edge speaks with the voices that Microsoft's browser reads pages aloud with: free, without a key, and without any promise.
//
// This is unofficial: the service is the browser's own, its protocol is not documented, and it may refuse or change at any time. Put
// another voice behind it: "edge:en-US-AriaNeural | flite:slt".
package edge

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/coder/websocket"
	"github.com/hajimehoshi/go-mp3"

	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/audio"
	"github.com/aubade/aubade/voice/tts/stream"
)

// Rate is the sample rate of what the service sends, in Hz.
const Rate = 24000

// What the browser says of itself. The token is the same in every copy of the browser.
const (
	service = "wss://speech.platform.bing.com/consumer/speech/synthesize/readaloud/edge/v1"
	token   = "6A5AA1D4EAFF4E9FB37E23D68491D6F4"
	version = "143.0.3650.75"
	origin  = "chrome-extension://jdiccldimpdaibmpdkjnbmckianbfold"
	agent   = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36 Edg/143.0.0.0"
)

// Config is a voice.
type Config struct {
	Voice    string // "en-US-AriaNeural"
	URL      string // empty: the service's own
	Patience stream.Patience
	Now      func() time.Time // nil: time.Now
}

// A Voice implements [voice.Synthesizer].
type Voice struct{ c Config }

// New checks the settings; nothing is asked of the service yet.
func New(c Config) (*Voice, error) {
	if c.Voice == "" {
		return nil, errors.New("edge: want a voice's name: edge:en-US-AriaNeural")
	}
	if c.URL == "" {
		c.URL = service
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Voice{c}, nil
}

// Synthesize speaks one clause, streamed.
func (v *Voice) Synthesize(ctx context.Context, c voice.Clause) iter.Seq2[audio.Frame, error] {
	if strings.TrimSpace(c.Text) == "" {
		return func(func(audio.Frame, error) bool) {}
	}
	frames := stream.Play(ctx, Rate, v.c.Patience, func(ctx context.Context) (io.ReadCloser, error) { return v.open(ctx, c) })
	return func(yield func(audio.Frame, error) bool) {
		for f, err := range frames {
			if err != nil {
				err = fmt.Errorf("edge voice %s: %w", v.c.Voice, err)
			}
			if !yield(f, err) {
				return
			}
		}
	}
}

// open asks for a clause; what it returns is the sound, decoded as it comes.
func (v *Voice) open(ctx context.Context, c voice.Clause) (io.ReadCloser, error) {
	id := newID()
	query := url.Values{"TrustedClientToken": {token}, "Sec-MS-GEC": {proof(v.c.Now())}, "Sec-MS-GEC-Version": {"1-" + version}, "ConnectionId": {id}}
	conn, resp, err := websocket.Dial(ctx, v.c.URL+"?"+query.Encode(), &websocket.DialOptions{HTTPHeader: http.Header{"Origin": {origin}, "User-Agent": {agent}}})
	if err != nil {
		if resp != nil {
			return nil, &stream.StatusError{Code: resp.StatusCode}
		}
		return nil, err
	}
	conn.SetReadLimit(1 << 20)
	now := v.c.Now().UTC().Format("Mon Jan 02 2006 15:04:05 GMT+0000 (Coordinated Universal Time)")
	for _, m := range []string{
		"X-Timestamp:" + now + "\r\nContent-Type:application/json; charset=utf-8\r\nPath:speech.config\r\n\r\n" +
			`{"context":{"synthesis":{"audio":{"metadataoptions":{"sentenceBoundaryEnabled":"false","wordBoundaryEnabled":"false"},"outputFormat":"audio-24khz-48kbitrate-mono-mp3"}}}}` + "\r\n",
		"X-RequestId:" + id + "\r\nContent-Type:application/ssml+xml\r\nX-Timestamp:" + now + "Z\r\nPath:ssml\r\n\r\n" + v.ssml(c),
	} {
		if err := conn.Write(ctx, websocket.MessageText, []byte(m)); err != nil {
			_ = conn.CloseNow()
			return nil, err
		}
	}
	s := &sound{raw: &messages{ctx: ctx, conn: conn}}
	return s, nil
}

// ssml is the clause as the service takes it.
func (v *Voice) ssml(c voice.Clause) string {
	var text bytes.Buffer
	_ = xml.EscapeText(&text, []byte(c.Text)) // a buffer takes everything
	rate := 0.0
	if c.Rate != 0 {
		rate = (c.Rate - 1) * 100
	}
	locale := "en-US"
	if parts := strings.SplitN(v.c.Voice, "-", 3); len(parts) == 3 {
		locale = parts[0] + "-" + parts[1]
	}
	return fmt.Sprintf("<speak version='1.0' xmlns='http://www.w3.org/2001/10/synthesis' xml:lang='%s'><voice name='%s'><prosody rate='%+.0f%%'>%s</prosody></voice></speak>",
		locale, strings.ReplaceAll(v.c.Voice, "'", ""), rate, text.String())
}

func newID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// proof shows that the client knows the time: a hash of it, in steps of five minutes of Windows' clock, and of the token.
func proof(now time.Time) string {
	const sinceWindows = 11644473600 // seconds from 1601 to 1970
	seconds := now.Unix() + sinceWindows
	seconds -= seconds % 300
	sum := sha256.Sum256(fmt.Appendf(nil, "%d%s", seconds*10_000_000, token))
	return strings.ToUpper(hex.EncodeToString(sum[:]))
}

// messages are the MP3 that comes over the connection.
type messages struct {
	ctx  context.Context
	conn *websocket.Conn
	rest []byte
	done bool
}

func (m *messages) Read(p []byte) (int, error) {
	for len(m.rest) == 0 {
		if m.done {
			return 0, io.EOF
		}
		kind, raw, err := m.conn.Read(m.ctx)
		if err != nil {
			var closed websocket.CloseError
			switch {
			case m.ctx.Err() != nil:
				return 0, context.Cause(m.ctx)
			case errors.As(err, &closed) && closed.Reason != "":
				return 0, fmt.Errorf("the service says: %s", closed.Reason)
			}
			return 0, stream.ErrCut
		}
		if kind == websocket.MessageText {
			head, _, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
			if !bytes.Contains(head, []byte("Path:")) {
				return 0, errors.New("a message makes no sense")
			}
			m.done = path(head) == "turn.end"
			continue
		}
		if m.rest, err = payload(raw); err != nil {
			return 0, err
		}
	}
	n := copy(p, m.rest)
	m.rest = m.rest[n:]
	return n, nil
}

// payload is the sound of a binary message: two bytes say how long its header is, and the sound follows that. Other messages hold none.
func payload(raw []byte) ([]byte, error) {
	if len(raw) < 2 || len(raw) < 2+int(binary.BigEndian.Uint16(raw)) {
		return nil, errors.New("a message makes no sense")
	}
	end := 2 + int(binary.BigEndian.Uint16(raw))
	if path(raw[2:end]) != "audio" {
		return nil, nil
	}
	return raw[end:], nil
}

func path(head []byte) string {
	for line := range bytes.SplitSeq(head, []byte("\r\n")) {
		if p, ok := bytes.CutPrefix(line, []byte("Path:")); ok {
			return string(bytes.TrimSpace(p))
		}
	}
	return ""
}

// A sound is mono PCM, decoded while it comes.
type sound struct {
	raw     *messages
	decoder *mp3.Decoder
	stereo  [4 * 576]byte
}

func (s *sound) Read(p []byte) (given int, err error) {
	defer func() {
		if r := recover(); r != nil { // the decoder trusts what it reads: a wrong byte in a frame's header is a panic
			given, err = 0, fmt.Errorf("the sound makes no sense: %v", r)
		}
	}()
	if s.decoder == nil {
		d, err := mp3.NewDecoder(s.raw)
		if err != nil {
			return 0, err
		}
		if d.SampleRate() != Rate {
			return 0, fmt.Errorf("the sound comes at %d Hz, not %d", d.SampleRate(), Rate)
		}
		s.decoder = d
	}
	// The decoder gives both ears the same.
	n, err := io.ReadFull(s.decoder, s.stereo[:min(len(s.stereo), 2*len(p)/4*4)])
	for i := range n / 4 {
		copy(p[2*i:2*i+2], s.stereo[4*i:])
	}
	if n > 0 {
		return n / 2, nil // the error comes again
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	return 0, err
}

func (s *sound) Close() error { return s.raw.conn.CloseNow() }
