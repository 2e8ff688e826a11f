// Package lm makes the language model and the dictionary with which PocketSphinx hears one domain.
//
// [Build] writes a folder for an edition: words.arpa, a Witten–Bell trigram model of how people ask about the lexicon's
// names, and words.dict, how each of its words sounds. A folder is written once and never changed: a live decoder may be
// reading from it.
package lm
