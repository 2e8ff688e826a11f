package voicetest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/audio"
	"github.com/aubade/aubade/voice/script"
)

// FuzzSession plays conversations in which everybody does anything at any time, and checks what must hold whatever the
// order of events: see witness.
func FuzzSession(f *testing.F) {
	for seed := range uint64(150) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		text := chaos(rand.New(rand.NewPCG(seed, 1)))
		sc, err := script.Parse(text)
		if err != nil {
			t.Fatal(err, text)
		}
		synctest.Test(t, func(t *testing.T) { chaotic(t, sc, text) })
	})
}

// chaos writes a script.
func chaos(r *rand.Rand) string {
	var b strings.Builder
	ms := func(n int) time.Duration { return time.Duration(r.IntN(n)) * time.Millisecond }
	fmt.Fprintf(&b, "ears lag=%v asr=%v", ms(600), ms(900))
	switch r.IntN(8) {
	case 0:
		fmt.Fprint(&b, " mute=1")
	case 1:
		fmt.Fprintf(&b, " die=%v", time.Second+ms(9000))
	case 2:
		fmt.Fprint(&b, " silent")
	}
	if r.IntN(4) == 0 {
		fmt.Fprint(&b, " untimed")
	}
	fmt.Fprintf(&b, "\nvoice ttfa=%v word=%v", ms(700), 100*time.Millisecond+ms(300))
	if r.IntN(10) == 0 {
		fmt.Fprint(&b, " stall")
	}
	fmt.Fprintf(&b, "\nset firstsay=3s firstaudio=2s nudge=5s speculations=%d\n", r.IntN(4)-1)
	if r.IntN(3) == 0 {
		fmt.Fprintln(&b, "set earcons")
	}
	at := ms(1000)
	words := strings.Fields("how did Larkspur close and wait no Halden mm-hm right okay compared with Friday the volume of revenue stop")
	tagged := 0 // every phrase has a word of its own, to be known by
	phrase := func() string {
		n := 1 + r.IntN(5)
		p := make([]string, n)
		for i := range p {
			p[i] = words[r.IntN(len(words))]
		}
		tagged++
		return fmt.Sprintf("%s w%d", strings.Join(p, " "), tagged)
	}
	for range 3 + r.IntN(10) {
		at += ms(3000)
		switch r.IntN(12) {
		case 0:
			fmt.Fprintf(&b, "%v noise %v\n", at, 20*time.Millisecond+ms(900))
		case 1:
			fmt.Fprintf(&b, "%v tap\n", at)
		case 2:
			fmt.Fprintf(&b, "%v type %q\n", at, phrase())
		case 3:
			fmt.Fprintf(&b, "%v burst %v\n", at, ms(1500))
		case 4:
			fmt.Fprintf(&b, "%v mute\n%v unmute\n", at, at+ms(1000))
		default:
			d := 100*time.Millisecond + ms(2000)
			fmt.Fprintf(&b, "%v user %v %q", at, d, phrase())
			if r.IntN(3) == 0 {
				fmt.Fprintf(&b, " partial=%q", phrase())
			}
			if r.IntN(4) == 0 {
				fmt.Fprintf(&b, " asr=%v", ms(2500))
			}
			if r.IntN(12) == 0 {
				fmt.Fprint(&b, " rejected")
			}
			fmt.Fprintln(&b)
			at += d
		}
	}
	if r.IntN(2) == 0 {
		fmt.Fprintf(&b, "%v hangup\n", at+ms(3000))
	}
	return b.String()
}

func chaotic(t *testing.T, sc *script.Script, text string) {
	call, err := sc.Call()
	if err != nil {
		t.Fatal(err)
	}
	w := &witness{Loudspeaker: call.Speaker, rand: rand.New(rand.NewPCG(1, 2)), over: map[int]string{}, owed: map[int]bool{}, words: map[int]string{}, back: map[int]bool{}}
	cfg := call.Config(w)
	cfg.Out, cfg.Responder, cfg.Synthesizer = w, w, numbered{cfg.Synthesizer}
	s, err := voice.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	if err := s.Run(ctx); err != nil {
		t.Fatal(err)
	}
	if ctx.Err() != nil {
		w.fail("the call did not end")
	}
	w.checkWords()
	if len(w.owed) > 0 {
		w.fail("the brain never learned what was heard of turns %v", w.owed)
	}
	if len(w.failures) > 0 {
		t.Errorf("%s\n%s\n%s", strings.Join(w.failures, "\n"), text, strings.Join(w.lines, "\n"))
	}
}

// A witness is room, brain and log at once. It numbers every reply in the samples of its sound, and sees to it that
//
//   - no frame of a reply reaches the room after the reply was over: interrupted, resumed, revised, in vain or ended;
//   - the parts of every waterfall add up to the silence;
//   - no words are answered twice, unless the first answer was taken back;
//   - the brain is told once what was heard of each turn, and before it is asked again;
//   - what was heard is a prefix of what was said, and a sentence after one that was not heard to its end was not heard.
type witness struct {
	*audio.Loudspeaker
	mu       sync.Mutex
	rand     *rand.Rand
	over     map[int]string // replies that may not be heard any more, and why
	owed     map[int]bool   // turns that were asked for real and not yet reported
	asked    int            // turns
	words    map[int]string // of the turns that were answered
	back     map[int]bool   // turns that were taken back
	failures []string
	lines    []string
}

func (w *witness) fail(format string, args ...any) {
	w.failures = append(w.failures, fmt.Sprintf(format, args...))
}

func (w *witness) Notify(_ context.Context, e voice.Event) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lines = append(w.lines, Format(e))
	switch e.Kind {
	case voice.TurnEnd:
		w.words[e.Turn] = e.Text
	case voice.Resumed, voice.Revised:
		w.back[e.Turn] = true
		w.over[e.Turn] = string(e.Kind)
	case voice.BargeIn:
		w.over[e.Turn] = string(e.Kind)
	case voice.Waterfall:
		sum := time.Duration(0)
		for _, p := range e.Waterfall.Parts {
			if p.For < 0 {
				w.fail("%s took %v", p.Name, p.For)
			}
			sum += p.For
		}
		if sum != e.Waterfall.TTFA || len(e.Waterfall.Parts) < 3 {
			w.fail("the waterfall's parts add up to %v of %v", sum, e.Waterfall.TTFA)
		}
	case voice.ReplyEnd:
		if e.Cause != "" && e.Turn != 0 {
			w.over[e.Turn] = e.Cause
		}
	case voice.Speculated:
		if e.Text == "in vain" {
			w.over[e.Turn] = "speculation"
		}
	case voice.SessionEnd:
		for i := range w.asked + 1 {
			w.over[i] = "the end"
		}
	}
	return nil
}

// checkWords sees to it that no phrase is in two turns that stand.
func (w *witness) checkWords() {
	in := map[string]int{}
	for id, text := range w.words {
		if w.back[id] {
			continue
		}
		for _, word := range strings.Fields(text) {
			if !strings.HasPrefix(word, "w") || strings.Trim(word[1:], "0123456789") != "" {
				continue
			}
			if other, ok := in[word]; ok {
				w.fail("%s is answered in turn %d and in turn %d", word, min(id, other), max(id, other))
			}
			in[word] = id
		}
	}
}

// Play hears the number of the reply in its samples.
func (w *witness) Play(ctx context.Context, f audio.Frame) error {
	n := 0
	if last := len(f.PCM) - 1; last > 0 && f.PCM[0] == f.PCM[last/2] && f.PCM[0] == f.PCM[last] { // an earcon's samples differ
		n = int(f.PCM[0])
	}
	err := w.Loudspeaker.Play(ctx, f)
	if err == nil && n > 0 {
		w.mu.Lock()
		if why, ok := w.over[n]; ok {
			w.fail("a frame of %d is in the room after %s", n, why)
		}
		w.mu.Unlock()
	}
	return err
}

func (w *witness) Prepare(context.Context, voice.Transcript) {}

func (w *witness) Respond(ctx context.Context, t voice.Turn) iter.Seq2[voice.Say, error] {
	return func(yield func(voice.Say, error) bool) {
		w.mu.Lock()
		w.asked = max(w.asked, t.ID)
		for id := range w.owed {
			if id != t.ID {
				w.fail("asked for %d before it was told of %d", t.ID, id)
			}
		}
		if t.Kind == voice.Asked && !t.Speculative {
			w.owed[t.ID] = true
		}
		delay := time.Duration(w.rand.IntN(1500)) * time.Millisecond
		n := w.rand.IntN(4)
		broken := w.rand.IntN(12) == 0
		w.mu.Unlock()
		select {
		case <-time.After(delay):
		case <-ctx.Done():
			return
		}
		for i := range n {
			if !yield(voice.Say{Kind: voice.Answer, Text: fmt.Sprintf("#%d sentence number %d of it.", t.ID, i)}, nil) {
				return
			}
		}
		if broken {
			yield(voice.Say{}, errors.New("the brain is broken"))
		}
	}
}

func (w *witness) Heard(_ context.Context, r voice.HeardReport) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.owed, r.Turn)
	incomplete := false
	for _, h := range r.Says {
		if !strings.HasPrefix(h.Say.Text, h.Heard) || h.Complete != (h.Heard == h.Say.Text) {
			w.fail("of %q %q was heard, complete %v", h.Say.Text, h.Heard, h.Complete)
		}
		if incomplete && h.Heard != "" {
			w.fail("%q was heard after a sentence that was not", h.Heard)
		}
		incomplete = incomplete || !h.Complete
	}
}

// numbered writes the number in a clause's first word into its samples.
type numbered struct{ voice.Synthesizer }

func (n numbered) Synthesize(ctx context.Context, c voice.Clause) iter.Seq2[audio.Frame, error] {
	return func(yield func(audio.Frame, error) bool) {
		id := 0
		if _, err := fmt.Sscanf(c.Text, "#%d", &id); err != nil {
			id = 0 // a phrase of the session's own
		}
		for f, err := range n.Synthesizer.Synthesize(ctx, c) {
			for i := range f.PCM {
				f.PCM[i] = int16(id)
			}
			if !yield(f, err) {
				return
			}
		}
	}
}
