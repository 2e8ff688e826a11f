package spoken

import (
	"context"
	"errors"
	"math"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aubade/aubade/evals"
	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/audio"
)

// tone is a loud sound.
func tone(d time.Duration) []int16 {
	pcm := make([]int16, int(audio.At(d)))
	for i := range pcm {
		pcm[i] = int16(8000 * math.Sin(float64(i)/6))
	}
	return pcm
}

func play(ctx context.Context, r *Room, d time.Duration) {
	for _, f := range audio.Frames(tone(d), audio.Rate) {
		if r.Play(ctx, f) != nil {
			return
		}
	}
}

// An agent greets, notices the end of loud frames after 300 ms of quiet, and answers for 2 s from 200 ms later. It stops
// when the caller speaks again, if it yields.
func agent(ctx context.Context, yields bool) func(*Room) error {
	return func(r *Room) error {
		var replies sync.WaitGroup
		defer replies.Wait()
		stop := func() {}
		defer func() { stop() }()
		speak := func(after, d time.Duration) {
			var reply context.Context
			reply, stop = context.WithCancel(ctx)
			replies.Go(func() {
				time.Sleep(after)
				play(reply, r, d)
			})
		}
		speak(0, 400*time.Millisecond)
		turn, quiet, heard := 0, 0, false
		for f := range r.Frames(ctx) {
			switch {
			case isLoud(f.PCM):
				if !heard && yields {
					stop()
					r.Cut()
				}
				heard, quiet = true, 0
			case heard:
				if quiet++; quiet == 15 {
					turn++
					heard = false
					_ = r.Notify(ctx, voice.Event{Kind: voice.Final, Turn: turn, Text: "what was it"})
					_ = r.Notify(ctx, voice.Event{Kind: voice.TurnEnd, Turn: turn})
					_ = r.Notify(ctx, voice.Event{Kind: voice.Saying, Turn: turn, Say: &voice.Say{Text: "Revenue was $2.31 billion.", Citations: []voice.Citation{{URL: "a"}}}})
					speak(200*time.Millisecond, 2*time.Second)
				}
			}
		}
		return nil
	}
}

func call(t *testing.T, k evals.Case, yields bool) (asked []question, turns []evals.SpokenTurn, a evals.Answer) {
	t.Helper()
	r := NewRoom(agent(t.Context(), yields))
	questions := k.Turns()
	if k.BargeIn != nil {
		questions = append(questions, k.BargeIn.Say)
	}
	var clips [][]int16
	for range questions {
		clips = append(clips, append(tone(time.Second), make([]int16, audio.Rate/10)...))
	}
	asked, err := talk(t.Context(), r, k, questions, clips)
	ended := time.Now()
	if err := errors.Join(err, r.Hangup()); err != nil {
		t.Fatal(err)
	}
	for i, q := range asked {
		until := ended
		if i+1 < len(asked) {
			until = asked[i+1].from
		}
		turns = append(turns, turnOf(r, r.Events(), q, until, k.BargeIn != nil && i == len(asked)-1))
	}
	return asked, turns, answerOf(r.Events(), asked[len(asked)-1])
}

// The times of a call are read off the waveforms: they must be those that the agent kept.
func TestTimesAreThoseOfTheAgent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, turns, a := call(t, evals.Case{ID: "a", Kind: evals.KindNumber, Question: "q"}, true)
		x := turns[0]
		if math.Abs(x.EndOfTurnMS-300) > 25 || math.Abs(x.TTFAMS-500) > 25 || x.FalseCuts != 0 || x.Heard != "what was it" {
			t.Errorf("%+v", x)
		}
		if a.Shown != "Revenue was $2.31 billion." || len(a.Citations) != 1 {
			t.Errorf("answer %+v", a)
		}
	})
}

func TestABargeInStopsTheAgentOrDoesNot(t *testing.T) {
	k := evals.Case{ID: "b", Kind: evals.KindNumber, Question: "q", BargeIn: &evals.BargeIn{After: "700ms", Say: "stop"}}
	synctest.Test(t, func(t *testing.T) {
		_, turns, _ := call(t, k, true)
		if x := turns[1]; x.StoppedMS < 0 || x.StoppedMS > 120 || math.Abs(x.TTFAMS-500) > 40 {
			t.Errorf("yields: %+v", x)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		_, turns, _ := call(t, k, false)
		if x := turns[1]; x.StoppedMS >= 0 && x.StoppedMS < 1000 {
			t.Errorf("talks on: %+v", x)
		}
	})
}

func TestASessionThatEndsByItselfIsToldToEverybodyWhoWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := errors.New("the ears broke")
		r := NewRoom(func(*Room) error { return broken })
		if _, _, err := r.Say(t.Context(), tone(time.Second)); !errors.Is(err, errEnded) || !errors.Is(err, broken) {
			t.Errorf("say: %v", err)
		}
		if err := r.Answer(t.Context(), time.Now()); !errors.Is(err, errEnded) {
			t.Errorf("answer: %v", err)
		}
		if err := r.Hangup(); !errors.Is(err, broken) {
			t.Errorf("hang up: %v", err)
		}
	})
}

func TestAnEndOfTurnBeforeTheEndIsAFalseCut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := NewRoom(func(r *Room) error {
			for range r.Frames(context.Background()) {
			}
			return nil
		})
		from, to, err := r.Say(t.Context(), tone(2*time.Second))
		if err != nil {
			t.Fatal(err)
		}
		for at, want := range map[time.Time]int{from.Add(time.Second): 1, to.Add(-50 * time.Millisecond): 0, to.Add(time.Second): 0} {
			e := []Stamped{{at, voice.Event{Kind: voice.TurnEnd}}}
			if got := turnOf(r, e, question{"q", from, to}, to.Add(3*time.Second), false).FalseCuts; got != want {
				t.Errorf("%v: %d false cuts, want %d", at.Sub(to), got, want)
			}
		}
		if err := r.Hangup(); err != nil {
			t.Error(err)
		}
	})
}

// What is told late belongs to its question, once for each time that it was told.
func TestWhatComesLateIsCounted(t *testing.T) {
	at := time.Now()
	row := func(state string) Stamped {
		at = at.Add(time.Second)
		return Stamped{at, voice.Event{Kind: voice.Deferral, Turn: 1, Finding: &voice.Deferred{ID: "1", Question: "the volatility", State: state}}}
	}
	say := func(turn int, text string) Stamped {
		at = at.Add(time.Second)
		return Stamped{at, voice.Event{Kind: voice.Saying, Turn: turn, Say: &voice.Say{Text: text}}}
	}
	q := question{"q", at, at}
	events := []Stamped{row("pending"), say(1, "One moment."), row("ready"), say(2, "It is 42%."), row("spoken")}
	a := answerOf(events, q)
	if a.Shown != "One moment." || len(a.Deferred) != 1 || a.Deferred[0].Told != 1 || a.Deferred[0].Shown != "It is 42%." {
		t.Errorf("%+v", a)
	}
	if a := answerOf(append(events, say(3, "It is 42%."), row("spoken")), q); a.Deferred[0].Told != 2 {
		t.Errorf("told twice: %+v", a.Deferred)
	}
}

// The voices are programs; each that is installed must make sound.
func TestVoicesSpeak(t *testing.T) {
	if _, err := FindVoice(); err != nil {
		t.Fatal(err)
	}
	for _, v := range Voices {
		pcm, err := Synthesise(t.Context(), v, "What was the revenue?")
		if err != nil && strings.Contains(err.Error(), "executable file not found") {
			continue // the other one is there
		}
		if err != nil {
			t.Errorf("%s: %v", v, err)
			continue
		}
		if from, to := loud(pcm); to-from < audio.Rate/2 {
			t.Errorf("%s: %d loud samples", v, to-from)
		}
	}
	if _, err := Synthesise(t.Context(), "nobody", "x"); err == nil {
		t.Error("a voice that there is not")
	}
}
