package voice

import (
	"cmp"
	"errors"
	"time"

	"github.com/aubade/aubade/voice/turn"
)

// Config is what a session is made of. In may be nil, for a conversation that is only typed; Notifier, Backup,
// TurnDetector, Typed and Controls may be nil as well.
type Config struct {
	In  AudioIn
	Out AudioOut
	// Detector hears In's stream and no other.
	Detector   Detector
	Recognizer Recognizer
	// Backup is opened in Recognizer's place when that is deaf or broken, and the other way round.
	Backup      Recognizer
	Synthesizer Synthesizer
	// Responder may also be a Deferrer and a Reporter.
	Responder    Responder
	Notifier     Notifier
	TurnDetector TurnDetector
	// Typed carries what the user writes. Controls carries what the user does. The session reads both until it ends.
	Typed    <-chan string
	Controls <-chan Control
	// Verbalise turns a written sentence into clauses for ears; nil speaks the text as it is written.
	Verbalise func(written string) Spoken
	// Rewrite turns the words of a transcript into what is shown and answered, such as "hall den" into "Halden"; nil keeps
	// them. It must be quick and pure.
	Rewrite func(Transcript) Transcript
	// Ends says of all words of a turn so far how likely a question that was expected ends with them; nil knows nothing, and
	// 0 is no opinion. It must be quick and pure.
	Ends    func(said string) float64
	Options Options
}

// Options are the settings of a session. A zero field means its default, which is stated here and nowhere else.
type Options struct {
	// Turn are the settings of the endpointer. Its own defaults are stated in package turn.
	Turn turn.Options
	// Target is the time from the end of the user's speech to the first audio of a reply. 900ms.
	Target time.Duration
	// Acknowledge is how late a reply may be before it earns a short "one moment". 1.5s.
	Acknowledge time.Duration
	// Nudge is the silence after which the agent asks gently whether somebody is there, once. 25s.
	Nudge time.Duration
	// Patience is the silence after which the agent says goodbye and hangs up. 3m.
	Patience time.Duration
	// Lull is how long nobody must have spoken before something deferred is told. 700ms.
	Lull time.Duration
	// Flush is the silence after which the recognizer is asked for a final; for one that gives partials
	// it is 5/4 of that. 160ms.
	Flush time.Duration
	// FinalWait is how long a decided end of turn waits for words that are still being recognised. 400ms.
	FinalWait time.Duration
	// TurnDeadline ends a turn for good, counted from the end of speech, whatever else is missing. 4s.
	TurnDeadline time.Duration
	// Stable is how long a partial must stay the same to be speculated on. 150ms.
	Stable time.Duration
	// ResumeWithin is how long after the end of a turn a user who goes on speaking is still in the same turn, although
	// the agent has begun to speak. 1.2s.
	ResumeWithin time.Duration
	// Speculations is how many replies may be composed in vain in one turn; negative: none. 2.
	Speculations int
	// SpeculateAbove is the probability that the thought is complete from which a reply is composed early. 0.5.
	SpeculateAbove float64
	// Overlap is the longest time from its onset until speech over the agent's is judged: 500 ms with the way to the
	// caller's ear. 420ms.
	Overlap time.Duration
	// Duck is the gain, in dB, of the agent's voice while somebody else may be speaking. -24.
	Duck float64
	// Deaf is how long a recognizer may stay silent about speech before it is restarted; DeafBackup, the same where there
	// is a backup. 2s and 1s.
	Deaf, DeafBackup time.Duration
	// FirstSay is how long a Responder may take for its next sentence; FirstAudio, a Synthesizer for its next frame.
	// Then the reply ends with an apology. 8s and 3s.
	FirstSay, FirstAudio time.Duration
	// LookAhead is how much of a reply may be synthesised ahead of what is playing. 1s.
	LookAhead time.Duration
	// Lead is the most that is left out of the quiet that a voice puts before its first word when that opens a reply: the
	// user is waiting (flite's is 220 ms); negative: nothing. 400ms.
	Lead time.Duration
	// HoldToken is how long a user who asked for time is left alone before one short "take your time". 6s.
	HoldToken time.Duration
	// Rate is the speaking rate; 1 is the voice's own. 1.
	Rate float64
	// Earcons are short sounds when the user's turn has been taken, when it is theirs again, and before a deferred answer.
	Earcons bool
	// Silent sessions do not greet.
	Silent bool
	// Phrases are what the session says of its own accord.
	Phrases Phrases
}

// Phrases are the few sentences that the session says itself, so that they need no model.
type Phrases struct {
	Acknowledge string // "One moment."
	Correct     string // "Sorry, let me correct that."
	Hold        string // "Take your time."
	Apology     string // "Sorry, something went wrong on my side. Please ask again."
	Unheard     string // "Sorry, I could not hear that. Please say it again, or type it."
}

// WithDefaults is o with every zero field set to its default.
func (o Options) WithDefaults() Options {
	o.Target = cmp.Or(o.Target, 900*time.Millisecond)
	o.Acknowledge = cmp.Or(o.Acknowledge, 1500*time.Millisecond)
	o.Nudge = cmp.Or(o.Nudge, 25*time.Second)
	o.Patience = cmp.Or(o.Patience, 3*time.Minute)
	o.Lull = cmp.Or(o.Lull, 700*time.Millisecond)
	o.Flush = cmp.Or(o.Flush, 160*time.Millisecond)
	o.FinalWait = cmp.Or(o.FinalWait, 400*time.Millisecond)
	o.TurnDeadline = cmp.Or(o.TurnDeadline, 4*time.Second)
	o.Stable = cmp.Or(o.Stable, 150*time.Millisecond)
	o.ResumeWithin = cmp.Or(o.ResumeWithin, 1200*time.Millisecond)
	o.Speculations = cmp.Or(o.Speculations, 2)
	o.SpeculateAbove = cmp.Or(o.SpeculateAbove, 0.5)
	o.Overlap = cmp.Or(o.Overlap, 420*time.Millisecond)
	o.Duck = cmp.Or(o.Duck, -24.0)
	o.Deaf = cmp.Or(o.Deaf, 2*time.Second)
	o.DeafBackup = cmp.Or(o.DeafBackup, time.Second)
	o.FirstSay = cmp.Or(o.FirstSay, 8*time.Second)
	o.FirstAudio = cmp.Or(o.FirstAudio, 3*time.Second)
	o.LookAhead = cmp.Or(o.LookAhead, time.Second)
	o.Lead = cmp.Or(o.Lead, 400*time.Millisecond)
	o.HoldToken = cmp.Or(o.HoldToken, 6*time.Second)
	o.Rate = cmp.Or(o.Rate, 1)
	p := &o.Phrases
	p.Acknowledge = cmp.Or(p.Acknowledge, "One moment.")
	p.Correct = cmp.Or(p.Correct, "Sorry, let me correct that.")
	p.Hold = cmp.Or(p.Hold, "Take your time.")
	p.Apology = cmp.Or(p.Apology, "Sorry, something went wrong on my side. Please ask again.")
	p.Unheard = cmp.Or(p.Unheard, "Sorry, I could not hear that. Please say it again, or type it.")
	return o
}

func (c Config) validate() error {
	switch {
	case c.Out == nil:
		return errors.New("voice: no AudioOut")
	case c.Synthesizer == nil:
		return errors.New("voice: no Synthesizer")
	case c.Responder == nil:
		return errors.New("voice: no Responder")
	case c.In != nil && (c.Detector == nil || c.Recognizer == nil):
		return errors.New("voice: a microphone needs a Detector and a Recognizer")
	}
	return nil
}
