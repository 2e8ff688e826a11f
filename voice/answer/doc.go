// Package answer is the brain of a call: it turns what was asked into sentences whose every number has a source.
//
// An [Answerer] serves many calls; Open gives one call's [Conversation], which pins an edition, remembers what was
// heard, and keeps the ledger of what is still owed. A reply is found on the first rung of this ladder that holds:
//
//	command ─► policy ─► prepared answer ─► exact fact ─► helpers' findings ─► small model over the evidence
//	                                                                        └► passage read as it is ─► the nearest questions
//
// Whatever rung it is, no sentence leaves without passing the number guard.
package answer
