package openai

import (
	"context"
	"math"
	"slices"
	"strings"

	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/asr/gate"
	"github.com/aubade/aubade/voice/audio"
)

const (
	preRoll = audio.Position(audio.Rate * 4 / 10) // kept before the first loud frame
	longest = 12 * audio.Rate                     // samples of the window that is sent again and again
	shorter = 7 * audio.Rate                      // what a cut leaves at the least before it
	steady  = 2                                   // equal partials in a row are stable
)

// An answer is what the server made of a request.
type answer struct {
	text string
	err  error
	cut  int // samples of the window that it settles; 0: none, it is a partial
}

// An utterance is what has been said since the last final. Its methods are called from one goroutine.
type utterance struct {
	c       Config
	gate    gate.Gate
	heard   bool
	window  []int16
	from    audio.Position // of the window
	began   audio.Position // of the utterance
	settled []string       // texts before the window

	answers chan answer // capacity 1: one request is under way
	cancel  context.CancelFunc
	asked   int // samples of the window that the last request held
	last    string
	same    int
	agreed  []string // words that two partials in a row began with
	doubt   string   // a partial that contradicts them, held back until it is said twice
}

func newUtterance(c Config) *utterance {
	return &utterance{c: c, answers: make(chan answer, 1)}
}

// hear takes a frame, and asks the server when there is enough new sound.
func (u *utterance) hear(ctx context.Context, f audio.Frame) {
	if len(u.window) == 0 {
		u.from = f.At
	}
	u.window = append(u.window, f.PCM...)
	if !u.gate.Hear(f) {
		if over := len(u.window) - int(preRoll); over > 0 && !u.heard {
			u.window = u.window[:copy(u.window, u.window[over:])]
			u.from += audio.Position(over)
		}
		return
	}
	if !u.heard {
		u.heard, u.began = true, u.from
	}
	if u.cancel != nil {
		return // one at a time
	}
	if len(u.window)-u.asked < int(audio.At(u.c.Every)) {
		return
	}
	u.asked = len(u.window)
	if len(u.window) > longest {
		cut := quietest(u.window, shorter, longest)
		u.ask(ctx, u.window[:cut], cut)
		return
	}
	u.ask(ctx, u.window, 0)
}

// ask sends sound on its way; the answer comes to u.answers.
func (u *utterance) ask(ctx context.Context, pcm []int16, cut int) {
	ctx, cancel := context.WithTimeout(ctx, u.c.Patience)
	u.cancel = cancel
	file := wav(pcm)
	answers := u.answers
	go func() { // ends with the request, which ends at the latest with ctx
		text, err := u.c.transcribe(ctx, file)
		answers <- answer{text, err, cut}
	}()
}

// learn takes an answer. It returns a partial if there is a new one. A failed partial is no news: the final will tell.
func (u *utterance) learn(a answer) (voice.Transcript, bool) {
	u.cancel()
	u.cancel = nil
	if a.err != nil {
		return voice.Transcript{}, false
	}
	if a.cut > 0 {
		u.settle(a)
		return voice.Transcript{}, false
	}
	text := u.text(a.text)
	if !u.agrees(text) {
		return voice.Transcript{}, false
	}
	if text == u.last {
		u.same++
	} else {
		u.last, u.same = text, 1
	}
	if text == "" || u.same > steady {
		return voice.Transcript{}, false
	}
	return voice.Transcript{Text: text, From: u.began, To: u.from + audio.Position(u.asked), Stable: u.same >= steady}, true
}

// agrees says whether a partial goes on from what two in a row have begun with. One that does not is a slip of a server that reads the end
// of the window anew each time, unless it is said twice.
func (u *utterance) agrees(text string) bool {
	words, before := strings.Fields(text), strings.Fields(u.last)
	if len(words) < len(u.agreed) || !slices.Equal(words[:len(u.agreed)], u.agreed) {
		if text != u.doubt {
			u.doubt = text
			return false
		}
		u.agreed = nil
	}
	u.doubt = ""
	n := 0
	for n < min(len(words), len(before)) && words[n] == before[n] {
		n++
	}
	if n > len(u.agreed) {
		u.agreed = words[:n]
	}
	return true
}

func (u *utterance) settle(a answer) {
	u.settled = append(u.settled, a.text)
	u.window = u.window[:copy(u.window, u.window[a.cut:])]
	u.from += audio.Position(a.cut)
	u.asked = 0
}

func (u *utterance) text(tail string) string {
	return strings.Join(strings.Fields(strings.Join(u.settled, " ")+" "+tail), " ")
}

// finish waits for the words of all that was heard, and begins anew.
func (u *utterance) finish(ctx context.Context) (voice.Transcript, error) {
	defer u.reset()
	if u.cancel != nil {
		// What is under way is only of use if it settles a part; a partial is called off.
		u.cancel()
		if a := <-u.answers; a.err == nil && a.cut > 0 {
			u.settle(a)
		}
		u.cancel = nil
	}
	if !u.heard {
		return voice.Transcript{Final: true}, nil
	}
	to := u.from + audio.Position(len(u.window))
	ctx, cancel := context.WithTimeout(ctx, u.c.Patience)
	defer cancel()
	text, err := u.c.transcribe(ctx, wav(u.window))
	if err != nil {
		return voice.Transcript{}, err
	}
	return voice.Transcript{Text: u.text(text), From: u.began, To: to, Final: true, Language: u.c.Language}, nil
}

func (u *utterance) reset() {
	u.gate.Reset()
	*u = utterance{c: u.c, gate: u.gate, answers: u.answers}
}

// stop calls off what is under way and waits for it.
func (u *utterance) stop() {
	if u.cancel != nil {
		u.cancel()
		<-u.answers
	}
}

// quietest is the middle of the quietest 200 ms between two places.
func quietest(pcm []int16, from, to int) int {
	const span = audio.Rate / 5
	best, at := math.Inf(1), to
	for i := from; i+span <= min(to, len(pcm)); i += span / 4 {
		var sum float64
		for _, s := range pcm[i : i+span] {
			sum += float64(s) * float64(s)
		}
		if sum < best {
			best, at = sum, i+span/2
		}
	}
	return at
}
