package pocketsphinx

import (
	"math"
	"slices"

	"github.com/aubade/aubade/internal/native/pocketsphinx"
)

// Others may be talking in the caller's room. The decoder makes words of them too, before and after the caller's own; but they are
// farther away. So words at an utterance's edges are dropped that are nowhere nearly as loud as it is.
const (
	levelFrame = pocketsphinx.Rate / 100 // a frame of the decoder
	window     = 6                       // frames that a level is taken over: a vowel's worth
	fainter    = 8.0                     // dB under the loud parts: words of which no window is louder are somebody else's
	noisyRoom  = 20.0                    // dB between the loud and the quiet parts; with more between them nobody else talks
	silence    = -70.0                   // dB of full scale: below it is no room, but a gap in the stream
)

// levels collects the power of each frame of an utterance.
type levels struct {
	power []float64 // of full scale
	sum   float64
	n     int
}

func (l *levels) add(pcm []int16) {
	for _, s := range pcm {
		x := float64(s) / 32768
		l.sum += x * x
		if l.n++; l.n == levelFrame {
			l.power = append(l.power, l.sum/levelFrame)
			l.sum, l.n = 0, 0
		}
	}
}

// windows are the levels in dB of all stretches of window frames.
func (l *levels) windows() []float64 {
	out := make([]float64, 0, len(l.power))
	for i := 0; i+window <= len(l.power); i++ {
		var sum float64
		for _, p := range l.power[i : i+window] {
			sum += p
		}
		out = append(out, 10*math.Log10(sum/window+1e-12))
	}
	return out
}

// trim drops the words at both edges that are too faint to be the caller's.
func (l *levels) trim(words []pocketsphinx.Word) []pocketsphinx.Word {
	all := l.windows()
	sorted := slices.DeleteFunc(slices.Clone(all), func(db float64) bool { return db < silence })
	if len(sorted) == 0 {
		return words
	}
	slices.Sort(sorted)
	loud, quiet := sorted[len(sorted)*9/10], sorted[len(sorted)*15/100]
	if loud-quiet > noisyRoom {
		return words
	}
	faint := func(w pocketsphinx.Word) bool {
		for i := max(w.Start, 0); i < min(w.End-window/2, len(all)); i++ {
			if all[i] > loud-fainter {
				return false
			}
		}
		return true
	}
	for len(words) > 0 && faint(words[0]) {
		words = words[1:]
	}
	for len(words) > 0 && faint(words[len(words)-1]) {
		words = words[:len(words)-1]
	}
	return words
}
