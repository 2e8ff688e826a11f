// Package engine measures what a session costs by itself: sound goes in, through the whole session, and out again.
//
//	client (Drive), a process of its own             engine (Serve)
//	metronome ──packets of 50 ms──► socket ──► microphone ► hear ► recognize ► compose ► utter ► room
//	latencies ◄────────────────────socket ◄──────────────── the same sound ◄──────────────────────┘
package engine
