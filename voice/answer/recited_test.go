package answer

import (
	"bytes"
	"testing"
	"time"

	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/voice/audio"
)

func TestWhatWasSpokenAtNightIsHeardInItsVoiceOnly(t *testing.T) {
	var wav bytes.Buffer
	if err := (audio.Recording{Rate: 16000, Channels: 1, PCM: make([]int16, 16000/2+7)}).WriteWAV(&wav); err != nil {
		t.Fatal(err)
	}
	c := &Conversation{a: &Answerer{c: Config{Voice: "flite:slt at 1"}}}
	for name, x := range map[string]struct {
		q      store.Question
		frames int
	}{
		"its own voice":       {store.Question{Audio: wav.Bytes(), Voice: "flite:slt at 1"}, 26},
		"another voice":       {store.Question{Audio: wav.Bytes(), Voice: "flite:rms at 1"}, 0},
		"another rate":        {store.Question{Audio: wav.Bytes(), Voice: "flite:slt at 1.2"}, 0},
		"no audio":            {store.Question{Voice: "flite:slt at 1"}, 0},
		"audio that is broke": {store.Question{Audio: wav.Bytes()[:20], Voice: "flite:slt at 1"}, 0},
	} {
		frames := c.recited(x.q)
		var d time.Duration
		for _, f := range frames {
			d += f.Duration()
		}
		if len(frames) != x.frames || len(frames) > 0 && d.Round(time.Millisecond) != 500*time.Millisecond {
			t.Errorf("%s: %d frames of %v", name, len(frames), d)
		}
	}
}
