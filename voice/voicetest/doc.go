// Package voicetest holds sessions to their promises: timelines on virtual time, and conformance suites for what a session is made of.
package voicetest
