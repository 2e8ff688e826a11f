// Package extract reads what people see out of HTML, and nothing that was put there for machines.
//
//	bytes ─► UTF-8 ─► tree ─► metadata ─► scrub ─► tables to rows ─► main text ─► paragraphs
//	                             │           │
//	                             │           └ comments, scripts, attributes, hidden and off-screen elements, invisible
//	                             │             characters: carriers of text that no reader sees
//	                             └ title, publisher, times, canonical address: never part of the text
//
// A table row becomes one line, "cell | cell", with the columns of a row under those of the row above.
package extract
