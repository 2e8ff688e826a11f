package script

import (
	"context"
	"fmt"
	"iter"
	"strconv"
	"time"

	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/audio"
)

// A Call is a script with everybody in it, ready for a session.
type Call struct {
	Mic     *Mic
	Speaker *audio.Loudspeaker
	Ears    *Ears
	Spare   *Ears // the backup recognizer; nil where the script has none
	Voice   *Voice
	Backup  *Voice // nil where the script has none
	Brain   *Brain
	Options voice.Options
}

// Call sets a script up.
func (s *Script) Call() (*Call, error) {
	c := &Call{
		Mic:  &Mic{lines: s.Lines, typed: make(chan string, 16), controls: make(chan voice.Control, 16)},
		Ears: &Ears{lines: s.Lines}, Voice: &Voice{}, Brain: newBrain(s.Lines),
	}
	slow := 1
	for _, l := range s.Lines {
		switch l.Who {
		case "voice":
			c.Voice.line = l
		case "backup":
			c.Backup = &Voice{line: l}
		case "ears":
			c.Ears.line = l
		case "spare":
			c.Spare = &Ears{line: l, lines: s.Lines}
		case "room":
			slow = number(l.Args["slow"])
		case "set":
			if err := set(&c.Options, l.Args); err != nil {
				return nil, err
			}
		}
	}
	c.Speaker = audio.NewLoudspeaker(0, slow)
	return c, nil
}

// Config is the call as a session takes it. The caller may change it.
func (c *Call) Config(n voice.Notifier) voice.Config {
	cfg := voice.Config{
		In: c.Mic, Out: c.Speaker, Detector: Detector{}, Recognizer: c.Ears, Synthesizer: c.Voice, Responder: Responder{c.Brain},
		Notifier: n, Typed: c.Mic.typed, Controls: c.Mic.controls, Options: c.Options,
	}
	if c.Spare != nil {
		cfg.Backup = c.Spare
	}
	if c.Backup != nil {
		cfg.Synthesizer = voice.FirstOf(c.Voice, c.Backup, 500*time.Millisecond)
	}
	return cfg
}

// Responder is the Brain as a session sees it: a Responder, a Deferrer and a Reporter.
type Responder struct{ b *Brain }

// Prepare remembers what was read ahead for.
func (r Responder) Prepare(_ context.Context, t voice.Transcript) { r.b.prepare(t) }

// Respond answers as the script says.
func (r Responder) Respond(ctx context.Context, t voice.Turn) iter.Seq2[voice.Say, error] {
	return r.b.respond(ctx, t)
}

// Heard remembers what reached the user.
func (r Responder) Heard(_ context.Context, h voice.HeardReport) { r.b.heard(h) }

// Ready is signalled when a late helper has answered.
func (r Responder) Ready() <-chan struct{} { return r.b.ready }

// Reports are the ledger's changes.
func (r Responder) Reports() <-chan voice.Event { return r.b.log }

func set(o *voice.Options, args map[string]string) error {
	durations := map[string]*time.Duration{
		"target": &o.Target, "acknowledge": &o.Acknowledge, "nudge": &o.Nudge, "patience": &o.Patience, "lull": &o.Lull,
		"flush": &o.Flush, "finalwait": &o.FinalWait, "deadline": &o.TurnDeadline, "resume": &o.ResumeWithin, "hold": &o.HoldToken,
		"firstsay": &o.FirstSay, "firstaudio": &o.FirstAudio, "deaf": &o.Deaf,
	}
	for k, v := range args {
		switch d := durations[k]; {
		case d != nil:
			var err error
			if *d, err = time.ParseDuration(v); err != nil {
				return fmt.Errorf("script: set %s: %w", k, err)
			}
		case k == "speculations":
			o.Speculations = number(v)
		case k == "earcons":
			o.Earcons = true
		case k == "silent":
			o.Silent = true
		default:
			return fmt.Errorf("script: there is no option %q", k)
		}
	}
	return nil
}

func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}
