// Package table answers questions from one table and the text around it, by code alone, or declines.
//
//	question ─► what is asked: operation, periods, names
//	table ────► rows with their sections, columns with their headings, the scale of the whole
//	both ─────► the cells meant, how surely ─► exact arithmetic ─► Answer with its formula
//	text ─────► the sentence meant, how surely ─► a number or a clause of it
//
// Whatever is told is a cell, words of the text, or arithmetic over cells that the formula shows. Sureness is how much of
// the question was found in the labels and how much of the labels in the question, with a penalty where a second
// reading is as good: below a threshold nothing is told.
package table
