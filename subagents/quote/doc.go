// Package quote tells prices: the last one, what it did on the day, and how old it is.
//
// With a live source it asks that; without one it reads the edition's closes. A helper without a source is the quick
// twin of one with.
package quote
