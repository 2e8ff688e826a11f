// Package terms says what a text is made of when it is searched: stemmed words and numbers, without the words that every text has.
package terms

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/kljensen/snowball/english"
	"golang.org/x/text/unicode/norm"
)

// Of lists a text's terms in order: lower case, without accents, English words stemmed by Snowball, stop words left out.
// A number keeps its digits: "1,234.50" is "1234_50". A hyphened word is its parts; an apostrophe's tail is dropped.
func Of(text string) []string {
	out := make([]string, 0, len(text)/8)
	Each(text, func(term string) { out = append(out, term) })
	return out
}

// Each calls f with every term that Of would list.
func Each(text string, f func(term string)) {
	start, ascii := -1, true
	emit := func(end int) {
		if start < 0 {
			return
		}
		if t := normal(text[start:end], ascii); t != "" {
			f(t)
		}
		start, ascii = -1, true
	}
	tail := 0 // where an apostrophe's tail ends
	for i, r := range text {
		if i < tail {
			continue
		}
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r) {
			if start == -1 {
				start = i
			}
			ascii = ascii && r < utf8.RuneSelf
			continue
		}
		// A separator between two digits belongs to the number.
		if (r == '.' || r == ',') && start >= 0 && digitBefore(text, i) && digitAfter(text, i) {
			continue
		}
		if (r == '\'' || r == '’') && start >= 0 {
			tail = tailEnd(text, i+utf8.RuneLen(r))
		}
		emit(i)
	}
	if start >= 0 {
		emit(len(text))
	}
}

func digitBefore(s string, i int) bool { return i > 0 && s[i-1] >= '0' && s[i-1] <= '9' }
func digitAfter(s string, i int) bool  { return i+1 < len(s) && s[i+1] >= '0' && s[i+1] <= '9' }

// tailEnd is where what follows an apostrophe at i ends, if it says nothing: "company's", "we'll". A longer word is one of
// its own: "O'Brien".
func tailEnd(s string, i int) int {
	n := 0
	for j, r := range s[i:] {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return i + j
		}
		if n++; n > 2 {
			return 0
		}
	}
	return len(s)
}

// A text has few distinct words: stemming each once makes indexing four times as fast.
var stems = struct {
	sync.RWMutex
	of map[string]string
}{of: make(map[string]string, 1<<12)}

const maxStems = 1 << 17

func normal(word string, ascii bool) string {
	stems.RLock()
	t, ok := stems.of[word]
	stems.RUnlock()
	if ok {
		return t
	}
	t = stem(word, ascii)
	stems.Lock()
	if len(stems.of) >= maxStems {
		clear(stems.of)
	}
	stems.of[strings.Clone(word)] = t
	stems.Unlock()
	return t
}

func stem(word string, ascii bool) string {
	w := strings.ToLower(word)
	if !ascii {
		w = strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '.' || r == ',' {
				return r
			}
			return -1 // accents, and the spaces of signs that stand for whole phrases
		}, norm.NFKD.String(w))
	}
	if w == "" || Stop(w) {
		return ""
	}
	if w[0] >= '0' && w[0] <= '9' || strings.ContainsAny(w, ".,") {
		w = strings.ReplaceAll(w, ",", "")
		return strings.ReplaceAll(w, ".", "_")
	}
	return english.Stem(w, true)
}

// Stop says that a lower-case word is in nearly every English text.
func Stop(word string) bool {
	_, ok := stop[word]
	return ok
}

var stop = func() map[string]struct{} {
	m := map[string]struct{}{}
	for w := range strings.FieldsSeq(`a about above after again against all am an and any are as at be because been before being below between both
		but by can could did do does doing down during each few for from further had has have having he her here hers herself him
		himself his how i if in into is it its itself just let me more most my myself no nor not now of off on once only or other our
		ours ourselves out over own same she should so some such than that the their theirs them themselves then there these they
		this those through to too under until up us very was we were what when where which while who whom why will with would you
		your yours yourself yourselves tell give please show say many much actually really exactly roughly so get got`) {
		m[w] = struct{}{}
	}
	return m
}()
