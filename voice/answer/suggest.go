package answer

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// plainKey is the words of a question without courtesy at its ends: two ways to type the same question have one key.
func plainKey(text string) string {
	words := plainWords(text)
	for len(words) > 1 && courtesy[words[0]] {
		words = words[1:]
	}
	for len(words) > 1 && words[len(words)-1] == "please" {
		words = words[:len(words)-1]
	}
	return strings.Join(words, " ")
}

// nearest picks the n questions whose words are most like the text's: rare words weigh more, and two picks that say
// nearly the same count as one. Where nothing is alike, the first ones are taken.
func nearest(questions []string, text string, n int) []string {
	df := map[string]int{}
	words := make([][]string, len(questions))
	for i, q := range questions {
		words[i] = dedupe(plainWords(q))
		for _, w := range words[i] {
			df[w]++
		}
	}
	weight := func(w string) float64 { return math.Log(1 + float64(len(questions))/float64(1+df[w])) }
	asked := map[string]bool{}
	for _, w := range plainWords(text) {
		asked[w] = true
	}
	type scored struct {
		i     int
		score float64
	}
	list := make([]scored, len(questions))
	for i := range questions {
		var common, all float64
		for _, w := range words[i] {
			all += weight(w)
			if asked[w] {
				common += weight(w)
			}
		}
		list[i] = scored{i, common / math.Sqrt(all+1)}
	}
	slices.SortStableFunc(list, func(a, b scored) int { return cmp.Compare(b.score, a.score) })
	var picked []int
	for _, s := range list {
		if len(picked) == n {
			break
		}
		if !slices.ContainsFunc(picked, func(p int) bool { return alike(words[p], words[s.i]) }) {
			picked = append(picked, s.i)
		}
	}
	out := make([]string, len(picked))
	for i, p := range picked {
		out[i] = questions[p]
	}
	return out
}

// alike says that two questions share four fifths of their words.
func alike(a, b []string) bool {
	common := 0
	for _, w := range a {
		if slices.Contains(b, w) {
			common++
		}
	}
	return 5*common >= 4*max(len(a), len(b))
}

func dedupe(words []string) []string {
	words = slices.Clone(words)
	slices.Sort(words)
	return slices.Compact(words)
}
