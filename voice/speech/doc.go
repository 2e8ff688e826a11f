// Package speech turns writing into words for ears, and spoken words back into values and names.
//
//	writing ─► Sentences ─► Verbaliser (whole) or Stream (in tokens) ─► Clauses, SSML ─► a voice
//	a transcript ─► Repairer (names by their sound) ─► Listener (numbers, dates, tickers) ─► writing
//
// It needs no model: rules, a lexicon, and a list of ordinary words. What is said can be read back to the value that was
// written; testdata/golden.tsv lists how, and a test reads every value back.
package speech
