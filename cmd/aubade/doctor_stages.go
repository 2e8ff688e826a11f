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

// What a turn has for the final transcript, of a target of 900 ms, beside firstWordBudget and firstAudioBudget.
const finalBudget = 250 * time.Millisecond

// A stage is one part of a turn that the user waits for.
type stage struct {
	name       string
	budget     time.Duration
	cold, warm time.Duration
	note       string
	err        error
}

// stages times what a turn waits for, one after the other: cold, when a server may have to load its model, and warm.
type stages struct {
	patient *patient
	all     []stage
	sound   []int16 // what the voice said, for the ears
	asked   int
}

func (s *stages) checks() []doctor.Check {
	var checks []doctor.Check
	for _, one := range []struct {
		name   string
		budget time.Duration
		once   func(ctx context.Context) (time.Duration, string, error)
	}{
		{"first audio", firstAudioBudget, s.firstAudio},
		{"final transcript", finalBudget, s.finalTranscript},
		{"first word", firstWordBudget, s.firstWord},
	} {
		// A budget longer than any patience makes the checks wait for the others and for each other.
		checks = append(checks, doctor.Check{Part: one.name, Budget: time.Hour, Run: func(ctx context.Context) (string, error) {
			st := stage{name: one.name, budget: one.budget}
			if st.cold, st.note, st.err = one.once(ctx); st.err == nil {
				st.warm, st.note, st.err = one.once(ctx)
			}
			s.all = append(s.all, st)
			if st.err != nil {
				return "", st.err
			}
			detail := fmt.Sprintf("%s after %d ms cold, %d ms warm; a turn has %v for it", st.note, st.cold.Milliseconds(), st.warm.Milliseconds(), st.budget)
			if st.warm > st.budget {
				return "", &doctor.TooSlow{Detail: detail}
			}
			return detail, nil
		}})
	}
	return append(checks, doctor.Check{Part: "turn", Budget: time.Hour, Run: func(context.Context) (string, error) { return s.turn() }})
}

// turn says whether the stages fit into the budget together, and which one breaks it.
func (s *stages) turn() (string, error) {
	budget := s.patient.cfg.Turn.Budget
	var sum time.Duration
	var parts []string
	worst := stage{}
	for _, st := range s.all {
		if st.err != nil {
			return "", fmt.Errorf("the %s did not come, so there is nothing to add up", st.name)
		}
		sum += st.warm
		parts = append(parts, fmt.Sprintf("%s %d ms", st.name, st.warm.Milliseconds()))
		if worst.name == "" || st.warm-st.budget > worst.warm-worst.budget {
			worst = st
		}
	}
	detail := fmt.Sprintf("%s: %d of %d ms", strings.Join(parts, ", "), sum.Milliseconds(), budget.Milliseconds())
	if sum > budget {
		return "", &doctor.TooSlow{Detail: detail + "; what breaks it is the " + worst.name}
	}
	return detail, nil
}

func (s *stages) firstAudio(ctx context.Context) (time.Duration, string, error) {
	p := s.patient
	if p.speech == nil {
		return 0, "", p.ill
	}
	began := time.Now()
	first := time.Duration(0)
	var down *audio.Resampler
	s.sound = s.sound[:0]
	for f, err := range p.speech.Synthesizer.Synthesize(ctx, voice.Clause{Text: "what was the revenue last quarter"}) {
		if err != nil {
			return 0, "", err
		}
		if first == 0 {
			first = time.Since(began)
			down = audio.NewResampler(f.Rate, audio.Rate)
		}
		s.sound = down.Write(s.sound, f.PCM)
	}
	if first == 0 {
		return 0, "", errors.New("no sound came")
	}
	return first, p.speech.VoiceName, nil
}

// finalTranscript lets the ears hear what the voice said, and times the final from the end of the utterance.
func (s *stages) finalTranscript(ctx context.Context) (time.Duration, string, error) {
	p := s.patient
	if p.speech == nil {
		return 0, "", p.ill
	}
	if len(s.sound) == 0 {
		return 0, "", errors.New("there is no voice for them to hear")
	}
	e, err := p.brain.DB.Current(ctx, p.brain.Domain.Name)
	if err != nil && !errors.Is(err, store.ErrNoEdition) {
		return 0, "", err
	}
	ears, _, err := p.speech.Recognizers(ctx, e)
	if err != nil {
		return 0, "", err
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
				return time.Since(began), fmt.Sprintf("%s heard %q", p.speech.EarsName, r.Text), nil
			}
		case <-ctx.Done():
			return 0, "", context.Cause(ctx)
		}
	}
}

// firstWord asks the model with a prompt as long as a turn's, whose beginning stays the same: the second time a server that keeps prefixes has
// most of it.
func (s *stages) firstWord(ctx context.Context) (time.Duration, string, error) {
	m, err := wire.Model(s.patient.cfg.Answer.Model)
	if err != nil {
		return 0, "", err
	}
	if m == nil {
		return 0, "the built-in reader; no model is configured", nil
	}
	// About 800 tokens: the rules and the glossary of a brief.
	prefix := "You talk on the phone about shares. Answer in one short sentence.\nNames that you may meet: " + strings.Repeat("Larkspur (LKSP), Halden (HLDN), Ostrander (OSTR), ", 30)
	messages := []llm.Message{{From: llm.System, Text: prefix}, {From: llm.User, Text: fmt.Sprintf("Say hello. (%d)", s.asked)}}
	s.asked++
	began := time.Now()
	first := time.Duration(0)
	note := s.patient.cfg.Answer.Model
	for d, err := range m.Stream(ctx, llm.Request{Messages: messages, MaxTokens: 8}) {
		if err != nil {
			return 0, "", &doctor.Trouble{Err: err, Cure: "is the server of answer.model running? the reader stands in for it"}
		}
		if first == 0 && d.Text != "" {
			first = time.Since(began)
		}
		if d.Usage != nil && d.Usage.Prompt > 0 {
			note = fmt.Sprintf("%s, %d of %d prompt tokens from its cache,", s.patient.cfg.Answer.Model, d.Usage.Cached, d.Usage.Prompt)
		}
	}
	if first == 0 {
		return 0, "", errors.New("the model said nothing")
	}
	return first, note, nil
}
