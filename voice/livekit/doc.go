// Package livekit is the room of a live call: a participant that hears and speaks Opus, the worker that is sent to
// rooms, and an embedded server for those who have none.
//
//	microphone ─► SFU ─► receiver (order, conceal, fill) ─► AudioIn
//	speaker    ◄─ SFU ◄─ speaker  (pace, ramp, cut)      ◄─ AudioOut
//	screen     ◄─ SFU ◄─ outbox   (state, text, events)  ◄─ Notifier
package livekit
