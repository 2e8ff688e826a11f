// Package retrieval finds what an edition knows: exact facts first, then the passages nearest in words and in meaning.
package retrieval
