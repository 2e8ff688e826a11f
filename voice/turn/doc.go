// Package turn decides when the user has finished: it is pure, runs on the audio clock, and starts no goroutine.
package turn

import "github.com/aubade/aubade/voice/audio"

// A Word is one recognised word and where it was heard.
type Word struct {
	Text       string
	Start, End audio.Position
	Confidence float32 // 0 to 1; 0 where the recognizer gives none
}
