package voicetest

import (
	"testing"
	"testing/synctest"

	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/script"
)

// TestAnEarconComesBeforeADeferredAnswer is no timeline, because the answer is composed at the moment of the sound.
func TestAnEarconComesBeforeADeferredAnswer(t *testing.T) {
	sc, err := script.Parse(`set earcons
		0.5s user 2s "how did Larkspur close today"
		model "It closed higher."
		agent iv 4s "It was 42 percent."
		12s leave`)
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		call, err := sc.Call()
		if err != nil {
			t.Fatal(err)
		}
		log := &Log{}
		s, err := voice.New(call.Config(log))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		sounded, told := false, false
		for _, e := range log.Events() {
			sounded = sounded || e.Kind == voice.Earcon && e.Text == "answer"
			if e.Kind == voice.Saying && e.Say.Kind == voice.Told {
				if told = true; !sounded {
					t.Error("it was told without a sound")
				}
			}
		}
		if !told {
			t.Error("it was not told")
		}
	})
}
