// Package source fetches a domain's documents, each kind of place in a small file, all through one polite fetcher.
//
//	domain.yaml ─► New ─► feed, page, edgar, prices, chain, files, social ─► store.Document
//
// A source yields what is new or changed, with the bytes as they were fetched and the text that a reader would see. It
// keeps no state: what was seen is the store's to know. A document that answers that it is gone is yielded as such; sources
// that can list what they have implement [Lister].
package source
