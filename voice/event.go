package voice

import (
	"time"
)

// EventKind names what happened. The same log feeds the screen, the store, the waterfall and the tests.
type EventKind string

const (
	SessionReady EventKind = "session.ready"
	SessionEnd   EventKind = "session.end"
	SpeechStart  EventKind = "speech.start"
	SpeechEnd    EventKind = "speech.end" // At is when it was noticed; Spoke is the last voiced frame
	Partial      EventKind = "partial"
	Final        EventKind = "final"
	Rejected     EventKind = "rejected" // speech, but not of this domain
	TurnEnd      EventKind = "turn.end" // our decision
	Resumed      EventKind = "resumed"  // false cut: the user went on
	Revised      EventKind = "revised"  // the final differs from the partial that was acted on
	Speculated   EventKind = "speculated"
	Stage        EventKind = "stage"   // a Responder's step is done: Text names it; it becomes a part of the waterfall
	Holding      EventKind = "holding" // the user asked for time, or is in the middle of something
	Gathered     EventKind = "gathered"
	Saying       EventKind = "saying" // a sentence goes to the voice
	FirstAudio   EventKind = "first-audio"
	Caption      EventKind = "caption" // words as they are being heard
	ReplyEnd     EventKind = "reply.end"
	Ducked       EventKind = "ducked"
	Swelled      EventKind = "swelled" // it was a backchannel, an echo or a noise
	BargeIn      EventKind = "barge-in"
	Deferral     EventKind = "deferral" // a row of the ledger changed
	StateChange  EventKind = "state"    // listening, thinking, speaking
	Trouble      EventKind = "trouble"  // something failed; Text is for operators
	Waterfall    EventKind = "waterfall"
	Earcon       EventKind = "earcon" // a short sound in place of words: Text names it
)

// An Event is one line of the conversation's log.
type Event struct {
	At    time.Duration `json:"at"` // since the session began, wall clock
	Kind  EventKind     `json:"kind"`
	Turn  int           `json:"turn,omitempty"` // of words: only where they come when their turn has ended
	Text  string        `json:"text,omitempty"`
	Spoke time.Duration `json:"spoke,omitempty"` // audio clock: the last voiced frame
	Heard string        `json:"heard,omitempty"` // what of a reply was heard
	Cause string        `json:"cause,omitempty"`
	Saved time.Duration `json:"saved,omitempty"` // by how much earlier a speculative reply was begun

	Say       *Say       `json:"say,omitempty"`
	Finding   *Deferred  `json:"finding,omitempty"`
	Waterfall *Breakdown `json:"waterfall,omitempty"`
	Counts    *Counts    `json:"counts,omitempty"`
}

// Deferred is one row of the ledger as the screen shows it.
type Deferred struct {
	ID       string `json:"id"`
	Question string `json:"question"`
	State    string `json:"state"`
	Agent    string `json:"agent"`
}

// Counts says how a turn's questions to the helpers went.
type Counts struct {
	Gathered int `json:"gathered"`
	Deferred int `json:"deferred"`
	Failed   int `json:"failed"`
}

// A Breakdown says where one turn's silence went. The parts add up to TTFA.
type Breakdown struct {
	TTFA  time.Duration `json:"ttfa"` // end of speech → first agent audio in the room
	Parts []Part        `json:"parts"`
	// Turns and FalseCuts are the user's turns of this call so far that were ended, and how many of them went on: a silence
	// is worth as much as the cuts that it was bought with.
	Turns     int `json:"turns"`
	FalseCuts int `json:"false_cuts"`
}

// A Part is one stretch of the silence that the caller heard.
type Part struct {
	Name string        `json:"name"`
	For  time.Duration `json:"for"`
}
