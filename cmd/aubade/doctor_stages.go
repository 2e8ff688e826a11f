package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aubade/aubade/cmd/aubade/internal/wire"
	"github.com/aubade/aubade/internal/doctor"
	"github.com/aubade/aubade/internal/llm"
	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/audio"
)

// A wait is something that the user waits for in each turn, with what a turn has for it, of a target of 900 ms.
type wait struct {
	what   string
	budget time.Duration
}

var (
	transcript = wait{"final transcript", 250 * time.Millisecond}
	firstWord  = wait{"first word", 400 * time.Millisecond}
	firstAudio = wait{"first audio", 250 * time.Millisecond}
)

// stages times what a turn waits for, one after the other: cold, when a server may have to load its model, and warm. Each of a chain is asked
// by itself, or a dead server would hide behind what stands in for it.
type stages struct {
	patient *patient
	warm    map[wait]time.Duration // of the first that works
	sound   []int16                // what the first voice said, for the ears
	asked   int
}

// One try answers how long the wait was, and what there is to say of it.
type try func(ctx context.Context) (waited time.Duration, note string, err error)

func (s *stages) checks(ctx context.Context) []doctor.Check {
	s.warm = map[wait]time.Duration{}
	p := s.patient
	if p.speech == nil {
		ill := func(context.Context) (string, error) { return "", p.ill }
		return []doctor.Check{{Part: "ears and voice", Needed: true, Run: ill}}
	}
	var checks []doctor.Check
	for _, v := range p.speech.Voices {
		checks = append(checks, s.check("voice "+v.Spec, firstAudio, len(p.speech.Voices) == 1, func(ctx context.Context) (time.Duration, string, error) { return s.speak(ctx, v) }))
	}
	e, err := p.brain.DB.Current(ctx, p.brain.Domain.Name)
	var ears []wire.OneEars
	if err == nil || errors.Is(err, store.ErrNoEdition) {
		ears, err = p.speech.EachEars(ctx, e)
	}
	if err != nil {
		checks = append(checks, doctor.Check{Part: "ears", Needed: true, Run: func(context.Context) (string, error) { return "", err }})
	}
	for _, one := range ears {
		checks = append(checks, s.check("ears "+one.Spec, transcript, len(ears) == 1, func(ctx context.Context) (time.Duration, string, error) { return s.hear(ctx, one) }))
	}
	checks = append(checks, s.check("model "+p.cfg.Answer.Model, firstWord, false, s.ask))
	return append(checks, doctor.Check{Part: "turn", Needed: true, Budget: time.Hour, Run: func(context.Context) (string, error) { return s.turn() }})
}

// check tries twice. Its budget is longer than any patience, which makes it wait for the other checks, and them for it.
func (s *stages) check(part string, w wait, needed bool, once try) doctor.Check {
	return doctor.Check{Part: part, Needed: needed, Budget: time.Hour, Run: func(ctx context.Context) (string, error) {
		cold, _, err := once(ctx)
		if err != nil {
			return "", err
		}
		warm, note, err := once(ctx)
		if err != nil {
			return "", err
		}
		if _, ok := s.warm[w]; !ok {
			s.warm[w] = warm
		}
		detail := fmt.Sprintf("%s after %d ms cold, %d ms warm, of %d", w.what, cold.Milliseconds(), warm.Milliseconds(), w.budget.Milliseconds())
		if note != "" {
			detail += "; " + note
		}
		if warm > w.budget {
			return "", &doctor.TooSlow{Detail: detail}
		}
		return detail, nil
	}}
}

// turn says whether the stages fit into the budget together, and which one breaks it.
func (s *stages) turn() (string, error) {
	budget := s.patient.cfg.Turn.Budget
	var sum, over time.Duration
	var parts []string
	worst := ""
	for _, w := range []wait{transcript, firstWord, firstAudio} {
		took, ok := s.warm[w]
		if !ok && w == firstWord {
			continue // the reader answers
		}
		if !ok {
			return "", fmt.Errorf("no %s came, so there is nothing to add up", w.what)
		}
		sum += took
		parts = append(parts, fmt.Sprintf("%s %d ms", w.what, took.Milliseconds()))
		if worst == "" || took-w.budget > over {
			worst, over = w.what, took-w.budget
		}
	}
	detail := fmt.Sprintf("%s: %d of %d ms", strings.Join(parts, ", "), sum.Milliseconds(), budget.Milliseconds())
	if sum > budget {
		return "", &doctor.TooSlow{Detail: detail + "; what breaks it is the " + worst}
	}
	return detail, nil
}

func (s *stages) speak(ctx context.Context, v voice.Synthesizer) (time.Duration, string, error) {
	began := time.Now()
	first := time.Duration(0)
	var down *audio.Resampler
	var sound []int16
	for f, err := range v.Synthesize(ctx, voice.Clause{Text: "what was the revenue last quarter"}) {
		if err != nil {
			return 0, "", err
		}
		if down == nil {
			first = time.Since(began)
			down = audio.NewResampler(f.Rate, audio.Rate)
		}
		sound = down.Write(sound, f.PCM)
	}
	if down == nil {
		return 0, "", errors.New("no sound came")
	}
	if s.sound == nil {
		s.sound = sound
	}
	return first, "", nil
}

// hear lets ears hear what the first voice said, and times the final from the end of the utterance.
func (s *stages) hear(ctx context.Context, ears voice.Recognizer) (time.Duration, string, error) {
	if len(s.sound) == 0 {
		return 0, "", errors.New("there is no voice for them to hear")
	}
	st, err := ears.Open(ctx)
	if err != nil {
		return 0, "", err
	}
	defer st.Close()
	quiet := make([]int16, audio.Rate/2)
	pace := time.NewTicker(5 * time.Millisecond) // four times as fast as life: the ears must keep up with that
	defer pace.Stop()
	for _, f := range audio.Frames(append(append(append([]int16{}, quiet...), s.sound...), quiet...), audio.Rate) {
		if err := st.Write(f); err != nil {
			return 0, "", err
		}
		select {
		case <-pace.C:
		case <-st.Results(): // partials
		case <-ctx.Done():
			return 0, "", context.Cause(ctx)
		}
	}
	began := time.Now()
	if err := st.Flush(); err != nil {
		return 0, "", err
	}
	for {
		select {
		case r, ok := <-st.Results():
			if !ok {
				return 0, "", st.Err()
			}
			if r.Final {
				return time.Since(began), fmt.Sprintf("heard %q", r.Text), nil
			}
		case <-ctx.Done():
			return 0, "", context.Cause(ctx)
		}
	}
}

// ask asks the model with a prompt as long as a turn's, whose beginning stays the same: the second time a server that keeps prefixes has most
// of it.
func (s *stages) ask(ctx context.Context) (time.Duration, string, error) {
	m, err := wire.Model(s.patient.cfg.Answer.Model)
	if err != nil {
		return 0, "", err
	}
	if m == nil {
		return 0, "the built-in reader; no model is configured", nil
	}
	// About 800 tokens: the rules and the glossary of a brief.
	prefix := "You talk on the phone about shares. Answer in one short sentence.\nNames that you may meet: " + strings.Repeat("Larkspur (LKSP), Halden (HLDN), Ostrander (OSTR), ", 30)
	s.asked++
	messages := []llm.Message{{From: llm.System, Text: prefix}, {From: llm.User, Text: fmt.Sprintf("Say hello. (%d)", s.asked)}}
	began := time.Now()
	first := time.Duration(0)
	note := "its server does not say what it took from its cache"
	for d, err := range m.Stream(ctx, llm.Request{Messages: messages, MaxTokens: 8}) {
		if err != nil {
			return 0, "", &doctor.Trouble{Err: err, Cure: "is the server of answer.model running? the reader stands in for it"}
		}
		if first == 0 && d.Text != "" {
			first = time.Since(began)
		}
		if d.Usage != nil && d.Usage.Prompt > 0 {
			note = fmt.Sprintf("%d of %d prompt tokens from its cache", d.Usage.Cached, d.Usage.Prompt)
		}
	}
	if first == 0 {
		return 0, "", errors.New("the model said nothing")
	}
	return first, note, nil
}
