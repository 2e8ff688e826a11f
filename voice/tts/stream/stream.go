// Package stream plays speech that a server sends as raw PCM while it is still being made.
package stream

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"strings"
	"time"

	"github.com/aubade/aubade/voice/audio"
)

// Patience is how long a server may take. There is no limit on the whole: a long clause is not a slow one.
type Patience struct {
	First time.Duration // to the first sample; 0: 3 s
	Stall time.Duration // between samples; 0: 2 s
}

// ErrSlow says that a server did not send sound in time.
var ErrSlow = errors.New("no sound came in time")

// A StatusError is an answer that is no sound.
type StatusError struct {
	Code int
	Body string // its beginning
}

func (e *StatusError) Error() string {
	s := fmt.Sprintf("the server says %d %s", e.Code, http.StatusText(e.Code))
	if e.Body != "" {
		s += ": " + e.Body
	}
	return s
}

// Client is what providers use when they are given none: no limit on the whole, idle connections kept so that a clause does not wait
// for a handshake.
var Client = &http.Client{Transport: transport()}

func transport() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost = 8
	return t
}

// ErrCut says that a server broke off before the end of its sound.
var ErrCut = errors.New("the sound was cut off")

// Speak sends a request and yields the answer's PCM, 16-bit little-endian mono at rate Hz, in frames of 20 ms; the last may be
// shorter. Breaking off the range ends the request. An answer without a sample is an error.
func Speak(ctx context.Context, c *http.Client, rate int, p Patience, request func(context.Context) (*http.Request, error)) iter.Seq2[audio.Frame, error] {
	if c == nil {
		c = Client
	}
	return Play(ctx, rate, p, func(ctx context.Context) (io.ReadCloser, error) {
		req, err := request(ctx)
		if err != nil {
			return nil, err
		}
		resp, err := c.Do(req)
		if err != nil {
			return nil, err
		}
		if err := acceptable(resp); err != nil {
			_ = resp.Body.Close()
			return nil, err
		}
		return body{resp.Body}, nil
	})
}

// A body tells an answer that was cut off from one that has ended, whose last frame may be short too.
type body struct{ io.ReadCloser }

func (b body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = ErrCut
	}
	return n, err
}

// Play yields what open's reader gives as frames, as Speak does. The reader's clock runs only while it is read: a listener may be slow.
func Play(ctx context.Context, rate int, p Patience, open func(context.Context) (io.ReadCloser, error)) iter.Seq2[audio.Frame, error] {
	if p.First == 0 {
		p.First = 3 * time.Second
	}
	if p.Stall == 0 {
		p.Stall = 2 * time.Second
	}
	return func(yield func(audio.Frame, error) bool) {
		ctx, cancel := context.WithCancelCause(ctx)
		defer cancel(nil)
		watchdog := time.AfterFunc(p.First, func() { cancel(ErrSlow) })
		defer watchdog.Stop()
		fail := func(err error) {
			if cause := context.Cause(ctx); cause != nil {
				err = cause
			}
			yield(audio.Frame{}, err)
		}
		r, err := open(ctx)
		if err != nil {
			fail(err)
			return
		}
		defer r.Close()
		var at audio.Position
		buf := make([]byte, 2*(rate/50))
		for {
			// A frame is passed on as soon as it is whole; only while we read does the server's clock run.
			n, err := io.ReadFull(r, buf)
			watchdog.Stop()
			if n >= 2 {
				pcm := make([]int16, n/2)
				for i := range pcm {
					pcm[i] = int16(binary.LittleEndian.Uint16(buf[2*i:]))
				}
				if !yield(audio.Frame{PCM: pcm, Rate: rate, At: at}, nil) {
					return
				}
				at += audio.Position(len(pcm))
			}
			ended := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
			switch {
			case err == nil:
				watchdog.Reset(p.Stall)
			case ended && at > 0:
				return
			case ended:
				fail(errors.New("the server sent no sound"))
				return
			default:
				fail(err)
				return
			}
		}
	}
}

// acceptable refuses answers that are not sound, before they are heard as noise.
func acceptable(resp *http.Response) error {
	kind := resp.Header.Get("Content-Type")
	if resp.StatusCode == http.StatusOK && !strings.HasPrefix(kind, "application/json") && !strings.HasPrefix(kind, "text/") {
		return nil
	}
	body, _ := io.ReadAll(io.LimitReader(resp.Body, 300))
	return &StatusError{resp.StatusCode, strings.Join(strings.Fields(string(body)), " ")}
}
