// Package voice holds a conversation: it hears, decides whose turn it is, and speaks what a [Responder] says.
package voice
