package turn

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
)

// What general spoken English knows of sentences: how they end and begin. Both tables say nothing about any domain.
var (
	//go:embed endings.txt
	endingsText string
	//go:embed starters.txt
	startersText string

	endings  = sync.OnceValue(func() map[string]float32 { return readOdds(endingsText) })
	starters = sync.OnceValue(func() map[string]float32 { return readOdds(startersText) })
)

// readOdds reads rows of a number and the words that have it.
func readOdds(text string) map[string]float32 {
	m := make(map[string]float32, 1<<15)
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		number, words, _ := strings.Cut(line, " ")
		odds, err := strconv.ParseFloat(number, 32)
		if err != nil {
			panic("voice/turn: a row of an embedded table begins with " + number)
		}
		for w := range strings.FieldsSeq(words) {
			m[w] = float32(odds)
		}
	}
	return m
}

const (
	usualEnding  = -1.6 // log-odds of an ending after a word that is in no table: names and rare nouns
	usualStarter = -2.0
)

// ending is the log-odds that a sentence ends after the last of the words.
func ending(words []string) float64 {
	n := len(words)
	if n == 0 {
		return -4
	}
	m := endings()
	if n > 1 {
		if v, ok := m[words[n-2]+"_"+words[n-1]]; ok {
			return float64(v)
		}
	}
	if v, ok := m[words[n-1]]; ok {
		return float64(v)
	}
	return usualEnding
}

// starter is how much likelier than elsewhere the word stands at the beginning of a sentence, as a logarithm.
func starter(word string) float64 {
	if v, ok := starters()[word]; ok {
		return float64(v)
	}
	return usualStarter
}

// Starts says whether general English knows a word, in plain form, at the beginning of sentences: for fitting.
func Starts(word string) bool { return starter(plain(word)) > -1.5 }
