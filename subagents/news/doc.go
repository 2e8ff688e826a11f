// Package news tells what has come out since the edition was built: by company, the same story told once, with who
// reported it first and when.
//
// A headline is a quotation, never an instruction: it is cleaned of everything that a reader would not see, and one that
// speaks to the machine instead of to the reader is not told.
package news
