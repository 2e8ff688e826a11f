package voice

import (
	"errors"
	"testing"
	"time"

	"github.com/aubade/aubade/voice/audio"
)

// hiss is sound of one loudness, 20 ms a frame, with a mark in each frame whose number is its place.
func hiss(levels ...int16) []audio.Frame {
	var frames []audio.Frame
	for i, v := range levels {
		f := audio.Frame{PCM: make([]int16, audio.FrameSamples), Rate: audio.Rate, Marks: []audio.Mark{{Offset: 7, Start: i, End: i + 1}}}
		for j := range f.PCM {
			f.PCM[j] = v
		}
		frames = append(frames, f)
	}
	return frames
}

func TestAReplyOpensWithItsFirstSound(t *testing.T) {
	for name, tt := range map[string]struct {
		levels []int16
		lead   time.Duration
		kept   int // frames
		early  int // marks that moved to the first kept frame
	}{
		"the pause before the first word":        {[]int16{0, 90, -128, 3000, 0}, 400 * time.Millisecond, 2, 3},
		"quiet within the sentence stays":        {[]int16{3000, 0, 0, 3000}, 400 * time.Millisecond, 4, 0},
		"no more than the lead":                  {[]int16{0, 0, 0, 0, 3000}, 40 * time.Millisecond, 3, 2},
		"nothing, where the voice is to be left": {[]int16{0, 0, 3000}, 0, 3, 0},
	} {
		t.Run(name, func(t *testing.T) {
			var got []audio.Frame
			for f, err := range promptly(copies(hiss(tt.levels...)), tt.lead) {
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, f)
			}
			given := hiss(tt.levels...)
			for which, frames := range map[string][]audio.Frame{"streamed": got, "made before": atOnce(given, tt.lead)} {
				if len(frames) != tt.kept {
					t.Fatalf("%s: %d frames, want %d", which, len(frames), tt.kept)
				}
				marks := 0
				for _, f := range frames {
					marks += len(f.Marks)
				}
				if first := frames[0].Marks; marks != len(tt.levels) || len(first) != tt.early+1 || tt.early > 0 && first[0].Offset != 0 {
					t.Errorf("%s: %d marks, of which first %+v", which, marks, first)
				}
			}
			for _, f := range given {
				if len(f.Marks) != 1 || f.Marks[0].Offset != 7 {
					t.Errorf("what was made before has changed: %+v", f.Marks)
				}
			}
		})
	}
}

func TestAVoiceThatFailsInItsPauseIsHeardOf(t *testing.T) {
	broken := errors.New("broken")
	var got error
	for _, err := range promptly(func(yield func(audio.Frame, error) bool) {
		if yield(hiss(0)[0], nil) {
			yield(audio.Frame{}, broken)
		}
	}, time.Second) {
		got = err
	}
	if !errors.Is(got, broken) {
		t.Errorf("got %v", got)
	}
}
