package voice

import (
	"testing"
	"time"

	"github.com/aubade/aubade/voice/audio"
)

func TestWordsOfSoundThatWasMadeBeginInProportion(t *testing.T) {
	c := SpokenClause{Clause: Clause{Text: "it was two million"}, Words: []SpokenWord{{Start: 0, End: 2}, {Start: 3, End: 6}, {Start: 7, End: 10}, {Start: 11, End: 18}}}
	begins := c.share([]audio.Frame{{Rate: 16000, PCM: make([]int16, 16000)}, {Rate: 16000, PCM: make([]int16, 12800)}}) // 1.8 s of 18 letters
	for i, want := range []time.Duration{0, 300, 700, 1100} {
		if got := begins(i).Round(time.Millisecond); got != want*time.Millisecond {
			t.Errorf("word %d begins at %v, want %v", i, got, want*time.Millisecond)
		}
	}
}
