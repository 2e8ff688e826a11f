// Package deferral measures the Desk's decisions: whom to ask again, and when. It replays seeded latency models through
// the real [subagents.Desk] on virtual time and sets the result beside policies that anybody could write, and beside the
// best policy that knows what the Desk has to learn.
package deferral
