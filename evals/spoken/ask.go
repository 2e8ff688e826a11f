package spoken

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aubade/aubade/evals"
	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/audio"
)

// A Caller asks cases aloud.
type Caller struct {
	// Call begins a call.
	Call func(ctx context.Context, id string) (Line, error)
	Room string // how it is named in the report
	// Voice speaks the questions; a case may name another.
	Voice string
	// Words are the words that a text is said with; Hear listens to a recording at audio.Rate. Nil: nothing is heard back.
	Words func(text string) []string
	Hear  func(ctx context.Context, pcm []int16) (string, error)
}

const (
	// pause is a silence of the agent's after which the caller takes it to be finished: longer than between sentences.
	pause = 1200 * time.Millisecond
	// tail is how much of the end of a word may be cut off without cutting the turn: its last consonant, or its echo.
	tail = 150 * time.Millisecond
	// noAnswer is how long a caller waits for one.
	noAnswer = 12 * time.Second
)

// Ask calls, asks the case's questions, and scores the last answer.
func (c *Caller) Ask(ctx context.Context, k evals.Case) (evals.Result, error) {
	res := evals.Result{Case: k}
	speaks := c.Voice
	if k.Voice != "" {
		speaks = k.Voice
	}
	questions := k.Turns()
	if k.BargeIn != nil {
		questions = append(append([]string(nil), questions...), k.BargeIn.Say)
	}
	var clips [][]int16
	for _, q := range questions {
		pcm, err := Synthesise(ctx, speaks, q)
		if err != nil {
			return res, err
		}
		clips = append(clips, pcm)
	}
	line, err := c.Call(ctx, k.ID)
	if err != nil {
		return res, err
	}
	asked, err := talk(ctx, line, k, questions, clips)
	ended := time.Now()
	if err := errors.Join(err, line.Hangup()); err != nil && len(asked) < len(questions) {
		return res, err
	}
	events := line.Events()
	res.Spoken = &evals.Spoken{Room: c.Room, Voice: speaks}
	for i, a := range asked {
		until := ended
		if i+1 < len(asked) {
			until = asked[i+1].from
		}
		t := turnOf(line, events, a, until, i > 0 && k.BargeIn != nil && i == len(asked)-1)
		if err := c.compare(ctx, line, &t, a.to, until); err != nil {
			return res, err
		}
		res.Spoken.Turns = append(res.Spoken.Turns, t)
	}
	res.Answer = answerOf(events, asked[len(asked)-1])
	last := res.Spoken.Turns[len(res.Spoken.Turns)-1]
	res.Answer.Took = time.Duration(last.TTFAMS * float64(time.Millisecond))
	res.TookMS = last.TTFAMS
	res.Score = k.Grade(res.Answer)
	for _, t := range res.Spoken.Turns {
		if t.StoppedMS < 0 {
			res.Score.Fail("it did not stop when it was interrupted")
		}
	}
	if last.TTFAMS == 0 && res.Answer.Shown == "" {
		res.Score.Fail("it said nothing")
	}
	caller, agent := line.Recording(asked[0].from.Add(-time.Second), ended)
	res.Spoken.Sound, err = mix(caller, agent)
	return res, err
}

// question is one as it was asked.
type question struct {
	text     string
	from, to time.Time
}

// talk is the call: the greeting is stopped by a tap, as who calls every morning does; every question waits for the answer before, and a barge-in does not.
func talk(ctx context.Context, line Line, k evals.Case, questions []string, clips [][]int16) (asked []question, err error) {
	if err := answered(ctx, line, time.Now()); err != nil {
		return nil, fmt.Errorf("the greeting: %w", err)
	}
	if err := errors.Join(line.Interrupt(), line.Quiet(ctx, pause)); err != nil {
		return nil, err
	}
	for i, clip := range clips {
		from, to, err := line.Say(ctx, clip)
		if err != nil {
			return asked, err
		}
		asked = append(asked, question{questions[i], from, to})
		if err := answered(ctx, line, to); err != nil && !errors.Is(err, errSilent) {
			return asked, err
		}
		if k.BargeIn != nil && i == len(clips)-2 {
			after, _ := time.ParseDuration(k.BargeIn.After)
			select {
			case <-time.After(after):
			case <-ctx.Done():
				return asked, context.Cause(ctx)
			}
			continue
		}
		if err := line.Quiet(ctx, pause); err != nil {
			return asked, err
		}
	}
	return asked, await(ctx, line, k)
}

var errSilent = errors.New("the agent did not speak")

func answered(ctx context.Context, line Line, after time.Time) error {
	patience, cancel := context.WithTimeoutCause(ctx, noAnswer, errSilent)
	defer cancel()
	return line.Answer(patience, after)
}

// await stays for what comes late, as long as the case has patience.
func await(ctx context.Context, line Line, k evals.Case) error {
	patience := 15 * time.Second
	if d, err := time.ParseDuration(k.Within); err == nil && k.Kind == evals.KindSlow {
		patience = d
	}
	for over := time.Now().Add(patience); time.Now().Before(over); {
		open := map[string]bool{}
		for _, e := range line.Events() {
			if e.Kind == voice.Deferral && e.Finding != nil {
				switch e.Finding.State {
				case "pending", "ready", "offered":
					open[e.Finding.ID] = true
				default:
					delete(open, e.Finding.ID)
				}
			}
		}
		if len(open) == 0 {
			break
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return line.Quiet(ctx, pause)
}

// turnOf reads one question off the waveforms and the events.
func turnOf(line Line, events []Stamped, q question, until time.Time, interrupts bool) evals.SpokenTurn {
	t := evals.SpokenTurn{Question: q.text}
	_, agent := line.Recording(q.to, until)
	if from, to := loud(agent); to > 0 {
		t.TTFAMS = millis(audio.Position(from).Duration())
		if interrupts {
			t.TTFAMS, t.StoppedMS = interrupted(line, q, until)
		}
	}
	var heard, shown, said []string
	for _, e := range events {
		if e.At.Before(q.from) || !e.At.Before(until) {
			continue
		}
		switch e.Kind {
		case voice.Final, voice.Rejected:
			heard = append(heard, e.Text)
		case voice.TurnEnd:
			if d := e.At.Sub(q.to); d < -tail {
				t.FalseCuts++
			} else if t.EndOfTurnMS == 0 {
				t.EndOfTurnMS = millis(max(d, time.Millisecond))
			}
		case voice.Resumed:
			t.FalseCuts++
		case voice.Saying:
			if e.Say != nil {
				shown, said = append(shown, e.Say.Text), append(said, e.Say.Spoken)
			}
		case voice.Waterfall:
			if t.Waterfall == nil {
				t.Waterfall = e.Waterfall
			}
		}
	}
	t.Heard, t.Shown, t.Said = strings.Join(heard, " "), strings.Join(shown, " "), strings.TrimSpace(strings.Join(said, " "))
	return t
}

// interrupted says how long the agent spoke on into a question that took the floor, and how long its answer was in coming.
func interrupted(line Line, q question, until time.Time) (ttfa, stopped float64) {
	_, agent := line.Recording(q.from, until)
	end := -1
	for i := 0; i+stretch <= len(agent); i += stretch {
		if isLoud(agent[i : i+stretch]) {
			end = i + stretch
		} else if gap := audio.At(700 * time.Millisecond); end >= 0 && i-end >= int(gap) || end < 0 && i >= int(gap) {
			break
		}
	}
	stopped = millis(audio.Position(max(end, 0)).Duration())
	if stopped > 2000 {
		stopped = -1
	}
	at := max(end, int(audio.At(q.to.Sub(q.from))))
	if at < len(agent) {
		if from, to := loud(agent[at:]); to > 0 {
			ttfa = millis(audio.Position(at+from).Duration() - q.to.Sub(q.from))
		}
	}
	return ttfa, stopped
}

// compare counts the errors of the ears, there and back.
func (c *Caller) compare(ctx context.Context, line Line, t *evals.SpokenTurn, from, until time.Time) error {
	if c.Words == nil {
		return nil
	}
	t.HeardErrors = evals.CompareWords(c.Words(t.Question), c.Words(t.Heard))
	if c.Hear == nil || t.TTFAMS == 0 {
		return nil
	}
	_, agent := line.Recording(from, until)
	start, end := loud(agent)
	back, err := c.Hear(ctx, agent[start:end])
	if err != nil {
		return err
	}
	t.Back, t.BackErrors = back, evals.CompareWords(c.Words(t.Shown), c.Words(back))
	return nil
}

// answerOf is the answer to the last question, with what came late.
func answerOf(events []Stamped, q question) evals.Answer {
	a := evals.Answer{Citations: []voice.Citation{}, Deferred: []evals.Late{}}
	rows := map[string]*evals.Late{}
	var ids []string
	for _, e := range events {
		if e.Kind != voice.Deferral || e.Finding == nil || e.At.Before(q.from) {
			continue
		}
		l := rows[e.Finding.ID]
		if l == nil {
			l = &evals.Late{Question: e.Finding.Question}
			rows[e.Finding.ID] = l
			ids = append(ids, e.Finding.ID)
		}
		if l.State = e.Finding.State; l.State == "spoken" {
			l.Told++
		}
	}
	var first, told []string
	var cites []voice.Citation
	firstTurn := 0
	for _, e := range events {
		if e.Kind != voice.Saying || e.Say == nil || e.At.Before(q.from) {
			continue
		}
		if firstTurn == 0 {
			firstTurn = e.Turn
		}
		if e.Turn == firstTurn || len(rows) == 0 {
			first = append(first, e.Say.Text)
			a.Said = strings.TrimSpace(a.Said + " " + e.Say.Spoken)
			a.Citations = append(a.Citations, e.Say.Citations...)
		} else {
			told, cites = append(told, e.Say.Text), append(cites, e.Say.Citations...)
		}
	}
	a.Shown = strings.Join(first, " ")
	for _, id := range ids {
		l := *rows[id]
		if l.Told > 0 {
			l.Shown, l.Citations = strings.Join(told, " "), cites
		}
		a.Deferred = append(a.Deferred, l)
	}
	return a
}

// The rate of the sound in a report: speech is understood, and the file stays small.
const reportRate = 12000

func mix(caller, agent []int16) ([]byte, error) {
	n := max(len(caller), len(agent))
	both := make([]int16, n)
	for i := range both {
		v := 0
		if i < len(caller) {
			v += int(caller[i])
		}
		if i < len(agent) {
			v += int(agent[i])
		}
		both[i] = int16(max(-32768, min(32767, v)))
	}
	var b bytes.Buffer
	err := audio.Recording{Rate: reportRate, Channels: 1, PCM: audio.Resample(both, audio.Rate, reportRate)}.WriteWAV(&b)
	return b.Bytes(), err
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
