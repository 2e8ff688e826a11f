package voicetest

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/audio"
	"github.com/aubade/aubade/voice/script"
)

// opinion is a TurnDetector with one opinion of everything.
type opinion struct {
	probability float32
	err         error
	mu          sync.Mutex
	heard       []voice.Utterance
}

func (o *opinion) EndOfTurn(ctx context.Context, u voice.Utterance) (float32, error) {
	o.mu.Lock()
	o.heard = append(o.heard, u)
	o.mu.Unlock()
	select {
	case <-time.After(80 * time.Millisecond):
	case <-ctx.Done():
	}
	return o.probability, o.err
}

// TestTheSoundTellsToo lets a TurnDetector decide how long the wait is.
func TestTheSoundTellsToo(t *testing.T) {
	end := func(t *testing.T, d voice.TurnDetector) (at time.Duration) {
		t.Helper()
		sc, err := script.Parse(`1s user 10s "so tell me about Larkspur" asr=150ms
			model "It closed higher."
			16s leave`)
		if err != nil {
			t.Fatal(err)
		}
		synctest.Test(t, func(t *testing.T) {
			call, err := sc.Call()
			if err != nil {
				t.Fatal(err)
			}
			log := &Log{}
			cfg := call.Config(log)
			cfg.TurnDetector = d
			s, err := voice.New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Run(t.Context()); err != nil {
				t.Fatal(err)
			}
			for _, e := range log.Events() {
				if e.Kind == voice.TurnEnd {
					at = e.At - 11*time.Second
				}
			}
		})
		return at
	}
	sure, unsure, broken := &opinion{probability: 0.98}, &opinion{probability: 0.05}, &opinion{err: errors.New("no model")}
	words, quick, slow, same := end(t, nil), end(t, sure), end(t, unsure), end(t, broken)
	if quick >= words || slow < words || same != words {
		t.Errorf("by the words alone the turn ends after %v; a sure detector makes it %v, an unsure one %v, a broken one %v", words, quick, slow, same)
	}
	if len(sure.heard) == 0 {
		t.Fatal("the detector was not asked")
	}
	u := sure.heard[0]
	if n := len(u.Audio); n < 7*audio.Rate || n > 8*audio.Rate {
		t.Errorf("it was given %d samples, want the last 8 s", n)
	}
	if u.Transcript.Text == "" {
		t.Error("it was given no words")
	}
}
