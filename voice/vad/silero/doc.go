// Package silero hears speech with the Silero network, in an engine process of its own.
//
// The network judges windows of 512 samples (32 ms), each with the 64 samples before it. A detector sends a window when it
// is whole and waits for the answer, which takes a fraction of a millisecond. When the process dies, the next one is given the last
// second again, so that the network has its memory back before the next window; meanwhile Speech fails.
//
// Why a process of its own, and not the recognizer's: both cost the same round trip, and a crash of the recognizer then
// takes neither turn-taking nor barge-in with it. See the benchmarks.
package silero
