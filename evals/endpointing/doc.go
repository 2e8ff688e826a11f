// Package endpointing measures how soon the end of a turn is known, and how often a pause is taken for one.
//
// The measure is eot-bench's: over recorded turns with aligned words, every gap of 100 ms and more between two words is
// a pause that must not end the turn. A setting of the endpointer cuts a share of the pauses, and leaves some dead air
// after the turns; a better endpointer has less of both. Speech and silence are known at once, words some time (the lag)
// after they end, and nothing is known before it could be. The turns of a call go to one endpointer, in order, because
// it learns.
package endpointing
