// Package pocketsphinx is the embedded ears: PocketSphinx with a language model of the domain, in a supervised child
// process.
//
// Two decoders hear each utterance: one knows only how people ask about this domain, the other English at large. The first
// one's words are the transcript. If the second explains the sound better, it was not a question of this domain, and the
// transcript is marked as rejected: without that, a domain model hears a question about shares in any speech.
package pocketsphinx
