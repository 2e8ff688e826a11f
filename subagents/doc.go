// Package subagents finds facts in parallel and never keeps the speaker waiting.
//
// A [Desk] sends the questions of one turn to its agents, gathers what is there at the turn's deadline, and lets the
// rest run on; what comes late is told later, once, by way of the [Ledger].
//
//	Begin ──► attempt ──────────────── answer ─► Findings     told in this turn
//	     └──► attempt ───── ✗ ─ retry ── answer ─► Findings
//	     └──► attempt ─┬──────────── (slow) ──────────┊──────► cancelled
//	                   └ hedge ───── answer ─► Findings
//	     └──► attempt ────────────────────────────────┊─ answer ─► Late ─► Ledger
//	                                              deadline
//
// The Desk has one lock and no goroutine of its own: it acts when a question is asked, when an attempt ends and when a
// timer fires. So the same code runs a live call and, on virtual time, a hundred thousand turns of `aubade eval deferral`.
package subagents
