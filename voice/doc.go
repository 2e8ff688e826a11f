// Package voice holds a conversation: it hears, decides whose turn it is, and speaks what a [Responder] says.
//
// A [Session] is made from a [Config] and run once. The parts that it is made of are small interfaces, declared here
// because they are called here; suites in package voicetest hold their implementations to what these interfaces promise.
// All that happens is told as [Event]s, in order: the screen, the store and the tests read the same log.
//
// Read session.go for the goroutines and who waits for whom, converse.go for the one owner of the conversation's state,
// listening.go and turnend.go for the user's turn, speaking.go and reply.go for the agent's, and overlap.go for both at
// once. The timelines in voicetest/testdata are the specification, conversation by conversation.
package voice
