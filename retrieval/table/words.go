package table

import (
	"strings"
	"unicode"

	"github.com/kljensen/snowball/english"
)

// stop are words that say nothing about which row is meant.
var stop = set(`a an the of in on at to for from by with as and or is was were are be been has have had did do does what which who whom how
	much many its it their his her this that these those there company companies group respective respectively both year years
	ended ending end fiscal annual period value amount amounts number figure table between during under than about into per s
	expressed represent represents constitute constitutes consist consists constitution made up when where why if over among
	against compared comparing relative recorded reported show shown shows given provide provided being amounted amounting`)

// asked are words of the operation, which the row need not have.
var asked = set(`change changed changes percentage percent difference increase increased decrease decreased decline declined growth grew grow
	average mean total sum ratio proportion highest lowest largest smallest greatest least most higher lower larger smaller more less
	rate exceed exceeded exceeding fluctuation combined add added below above greater fewer high low`)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[english.Stem(w, false)] = true
		m[w] = true
	}
	return m
}

// same gives words one form that are used for each other in accounts.
var same = map[string]string{
	"revenu": "revenu", "sale": "sale", "profit": "profit", "earn": "earn", "depreci": "depreci", "amortis": "amort", "amortiz": "amort",
	"labour": "labor", "capitalis": "capit", "capitaliz": "capit", "recognis": "recogn", "recogniz": "recogn", "normalis": "normal",
	"organis": "organ", "organiz": "organ", "unrealis": "unreal", "unrealiz": "unreal", "amortisatio": "amort", "utilis": "util", "utiliz": "util",
	"programm": "program", "shs": "share", "no.": "number", "avg": "averag", "process": "progress",
	"fell": "fall", "fallen": "fall", "rose": "rise", "risen": "rise", "grew": "grow", "grown": "grow", "growth": "grow", "paid": "pay", "sold": "sell", "bought": "buy", "held": "hold", "r&d": "research",
}

// words cuts a text into stems in order. Numbers stay as they are; "R&D" and "non-cash" are cut.
func words(s string) []string {
	var out []string
	for _, w := range strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '%'
	}) {
		out = append(out, stem(w))
	}
	return out
}

func stem(w string) string {
	if w == "" || w[0] >= '0' && w[0] <= '9' {
		return w
	}
	if len(w) > 3 {
		w = english.Stem(w, false)
	}
	if x, ok := same[w]; ok {
		return x
	}
	return w
}

// content are the words that may name something.
func content(s string) []string {
	var out []string
	for _, w := range words(s) {
		if !stop[w] {
			out = append(out, w)
		}
	}
	return out
}

// near finds a word of a vocabulary that differs by one letter, or by two in long words: people and recognisers misspell names.
func near(w string, vocabulary map[string]int) string {
	if len(w) < 6 || w[0] >= '0' && w[0] <= '9' {
		return w
	}
	best, found := 3, w
	for v := range vocabulary {
		limit := 1
		if len(w) > 8 {
			limit = 2
		}
		if d := len(v) - len(w); len(v) < 5 || d > limit || d < -limit || v[0] != w[0] {
			continue
		}
		if d := edits(w, v); d <= limit && (d < best || d == best && v < found) {
			best, found = d, v
		}
	}
	return found
}

// edits is the Levenshtein distance.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			diagonal, row[j] = row[j], min(row[j]+1, row[j-1]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
