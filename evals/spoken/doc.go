// Package spoken asks cases aloud: a caller with another voice than the agent's calls a real voice session, and what was
// heard, said and when is read off the two waveforms.
package spoken
