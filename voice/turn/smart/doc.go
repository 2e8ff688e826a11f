// Package smart asks a model of sound whether a turn is over: it makes the features that Smart Turn v3 was trained on.
//
// The model hears what no transcript tells: a falling pitch, a drawn-out vowel. Its input is the log-mel spectrogram of
// the last 8 s; its output is the probability that the speaker is done. Running the network is the caller's business:
// a [Detector] takes a function, so that this package needs no native library.
package smart
