// Package bench measures calls from outside: simulated users say recorded turns through a real LiveKit server, and
// delays are read off the waveforms of both sides.
//
//	client (this process)        server (a child)        agent (a child)
//	caller ─ Opus, RTP, UDP ────► LiveKit ──────────────► worker, voice.Session, stub models
//	recording ◄───────────────────────────────────────────┘
//
// The three are processes of their own, so that what each costs can be told apart; they share one machine, and the
// report says what else ran on it.
package bench
