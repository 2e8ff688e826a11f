package turn

import (
	"math"
	"strings"
)

// timedWords are common words that are shorter or longer than their letters say.
var timedWords = strings.Fields("a and are at be but can do for from have how i if in is it just know of on one or so that the " +
	"there think this to twenty uh um we what you your thank about question")

// DurationNames name the weights of Model.Duration, which yield the logarithm of a word's usual seconds.
var DurationNames = append([]string{"bias", "letters", "syllables", "filler"}, timedWords...)

// DurationCues are what the length of a word follows from.
func DurationCues(word string) []float64 {
	x := make([]float64, len(DurationNames))
	letters, syl, filler := basics(word)
	x[0], x[1], x[2], x[3] = 1, letters, syl, filler
	if i, ok := timedIndex[word]; ok {
		x[i] = 1
	}
	return x
}

func basics(word string) (letters, syl, filler float64) {
	return math.Log(float64(max(1, len(word)))), math.Log(syllables(word)), is(fillers[word])
}

var timedIndex = func() map[string]int {
	m := make(map[string]int)
	for i, w := range timedWords {
		m[w] = 4 + i
	}
	return m
}()

// syllables counts groups of vowels, without a silent e at the end.
func syllables(word string) float64 {
	n, within := 0, false
	for i, c := range word {
		vowel := strings.ContainsRune("aeiouy", c)
		if vowel && !within && !(c == 'e' && i == len(word)-1 && n > 0) {
			n++
		}
		within = vowel
	}
	return float64(max(1, n))
}

// drawn is the logarithm of how much longer than usual a word was spoken: 0 is usual, and where no time is known.
func (m *Model) drawn(w Word, text string) float64 {
	seconds := w.End.Sub(w.Start).Seconds()
	if seconds <= 0.01 {
		return 0
	}
	letters, syl, filler := basics(text)
	usual := m.Duration[0] + m.Duration[1]*letters + m.Duration[2]*syl + m.Duration[3]*filler
	if i, ok := timedIndex[text]; ok {
		usual += m.Duration[i]
	}
	return min(max(math.Log(seconds)-usual, -1.5), 1.5)
}

func dot(weights, cues []float64) float64 {
	sum := 0.0
	for i, w := range weights {
		sum += w * cues[i]
	}
	return sum
}

func is(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
