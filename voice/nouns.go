package voice

import (
	"time"

	"github.com/aubade/aubade/internal/budget"
	"github.com/aubade/aubade/voice/audio"
	"github.com/aubade/aubade/voice/turn"
)

// A Word is one recognised word with its place on the audio clock.
type Word = turn.Word

// A Transcript is what a recognizer made of one utterance, so far or for good.
type Transcript struct {
	Text  string
	Words []Word
	// From and To bound the speech on the audio clock, where the recognizer knows.
	From, To audio.Position
	// Final says that it will not change any more.
	Final bool
	// Stable says of a partial that it has been steady for long enough to speculate on.
	Stable bool
	// Rejected says that this is speech, but not of this domain: the words are not to be trusted.
	Rejected bool
	// EndOfUtterance is the recognizer's own opinion that the thought is complete.
	EndOfUtterance bool
	Confidence     float32 // 0 to 1; 0 where unknown
	Language       string  // BCP 47; empty where unknown
	Emotion        string  // empty where unknown
}

// TurnKind says why the agent has the floor.
type TurnKind string

const (
	Asked    TurnKind = "asked"    // the user said or typed something
	Greeting TurnKind = "greeting" // the call has begun
	Nudge    TurnKind = "nudge"    // nobody has spoken for long
	Telling  TurnKind = "telling"  // something that was deferred is ready
	Farewell TurnKind = "farewell" // the call is about to be ended by us
)

// A Turn is one go at speaking. It is a value; the goroutine that plays it is the session's own.
type Turn struct {
	ID         int
	Kind       TurnKind
	Transcript Transcript // what the user said, all parts of it; zero where nothing was
	Budget     budget.Budget
	// Typed says that the user wrote instead of speaking.
	Typed bool
	// Speculative says that the turn has not ended yet: reads only, and Heard may never come.
	Speculative bool
	// Interrupting says that the user took the floor from the reply with this turn ID; 0 where not.
	Interrupting int
	// Revises says that this turn stands for the one with this ID, whose words had been misheard; 0 where not.
	Revises int
}

// SayKind says what a sentence is for.
type SayKind string

const (
	Answer     SayKind = "answer"
	Ack        SayKind = "ack"        // "one moment": speech that buys time
	Apology    SayKind = "apology"    // something is broken
	Correction SayKind = "correction" // "sorry, Halden:"
	Told       SayKind = "told"       // a deferred answer
	Prompt     SayKind = "prompt"     // greeting, nudge, farewell
	Parting    SayKind = "parting"    // the user said goodbye: the call is over when this was heard
)

// A Say is one sentence with its citations.
type Say struct {
	Kind SayKind
	// Text is written for the screen: "$2.3B". The voice verbalises it unless Spoken is set.
	Text   string
	Spoken string
	// Citations support every claim in Text.
	Citations []Citation
	// Finding is the ledger ID of a deferred answer, for Kind Told.
	Finding string
	// Deferred names what is still being looked up after this answer: shown as chips.
	Deferred []string
	// Offers are questions that may be asked instead: shown to be tapped.
	Offers []string
	// Rate scales the speaking rate; 0 means the session's own. Pause is silence before it.
	Rate  float64
	Pause time.Duration
	// Audio, if not nil, is this sentence already synthesised in the session's voice.
	Audio []audio.Frame
}

// A Citation leads the listener to where something was said.
type Citation struct {
	ID        string    `json:"id"` // of the passage or fact
	Title     string    `json:"title"`
	URL       string    `json:"url"`
	Publisher string    `json:"publisher"`
	Published time.Time `json:"published"`
	Kind      string    `json:"kind"`
	Quote     string    `json:"quote"`
}

// A HeardReport says how much of a reply reached the user.
type HeardReport struct {
	Turn int
	Says []HeardSay // every sentence that was composed, in order, also those of which nothing was heard
	// Cause is why the reply ended early; nil when it was heard to its end. After ErrResumed and ErrRevised the turn is
	// taken back: another one, with all of its words, stands for it.
	Cause error
}

// HeardSay is one sentence of a reply and the part of it that was heard.
type HeardSay struct {
	Say      Say
	Heard    string // a prefix of Say.Text, cut at a word; empty when nothing of it was heard
	Complete bool
}

// A Clause is what a synthesizer speaks in one go.
type Clause struct {
	Text string  // words for ears: no digits, no symbols
	SSML string  // the same with emphasis and pauses, for engines that take it; empty where there is none
	Rate float64 // 1 is normal; 0 means 1
}

// An Utterance is what a TurnDetector judges.
type Utterance struct {
	Transcript Transcript
	// Audio is the last seconds of the user's sound, oldest first, at audio.Rate; at most 8 s.
	Audio []int16
	// Silence is how long the user has been silent.
	Silence time.Duration
}
