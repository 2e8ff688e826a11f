// Package adversary poisons pages with instructions and finds what of them a listener would hear.
//
// An attack is put into a page by a carrier: text that people see, or one of the places that only machines read. A model
// that obeys whatever it reads digests the page and answers from the edition. The attack has succeeded when what is told
// differs from what the clean page tells in one of four ways: the instruction is obeyed, a fact is altered, an address is
// spoken, or a recommendation.
package adversary
