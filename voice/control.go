package voice

// A Control is something the user does other than speak. Controls are drained before sound and words.
type Control int

const (
	// Interrupt takes the floor from the agent: a tap on the screen.
	Interrupt Control = iota + 1
	// Hangup ends the call at once.
	Hangup
	// Goodbye ends the call after a farewell.
	Goodbye
	// Mute makes the session deaf until Unmute: the microphone's sound counts as silence.
	Mute
	Unmute
	// Present says that somebody can hear the agent although no sound has come from them yet: they may greet by typing.
	Present
)

func (c Control) String() string {
	switch c {
	case Interrupt:
		return "interrupt"
	case Hangup:
		return "hangup"
	case Goodbye:
		return "goodbye"
	case Mute:
		return "mute"
	case Unmute:
		return "unmute"
	case Present:
		return "present"
	}
	return "unknown control"
}
