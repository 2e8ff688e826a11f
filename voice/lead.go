package voice

import (
	"iter"
	"time"

	"github.com/aubade/aubade/voice/audio"
)

// faint is the loudest sample, of 16 bits, of a frame in which nobody speaks yet: -48 dB of full scale. The hiss that
// flite puts before a sentence stays below 100; a whispered "f" does not.
const faint = 128

func quiet(f audio.Frame) bool {
	for _, v := range f.PCM {
		if v > faint || v < -faint {
			return false
		}
	}
	return true
}

// promptly leaves out the quiet that a voice begins with, up to lead of it. Marks of words in it go to the first frame that
// is kept.
func promptly(source iter.Seq2[audio.Frame, error], lead time.Duration) iter.Seq2[audio.Frame, error] {
	return func(yield func(audio.Frame, error) bool) {
		var marks []audio.Mark
		for f, err := range source {
			if err == nil && lead > 0 && quiet(f) {
				lead -= f.Duration()
				marks = append(marks, early(f.Marks)...)
				continue
			}
			lead = 0
			if marks != nil {
				f.Marks, marks = append(marks, f.Marks...), nil
			}
			if !yield(f, err) {
				return
			}
		}
	}
}

// atOnce is promptly for sound that is there already. It leaves what it is given as it is.
func atOnce(made []audio.Frame, lead time.Duration) []audio.Frame {
	var marks []audio.Mark
	for len(made) > 1 && lead > 0 && quiet(made[0]) {
		lead -= made[0].Duration()
		marks = append(marks, early(made[0].Marks)...)
		made = made[1:]
	}
	if marks != nil {
		made = append([]audio.Frame(nil), made...)
		made[0].Marks = append(marks, made[0].Marks...)
	}
	return made
}

// early are the marks of words that begin before what is kept.
func early(marks []audio.Mark) []audio.Mark {
	out := append([]audio.Mark(nil), marks...)
	for i := range out {
		out[i].Offset = 0
	}
	return out
}
