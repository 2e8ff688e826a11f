// Package terminal is the room of a call without a browser: the machine's own microphone and loudspeaker through the
// programs that every Linux has one of, the keyboard, and a plain screen.
package terminal
