package speech

import (
	"time"

	"github.com/aubade/aubade/internal/lexicon"
)

// Style says for whom writing is put into words.
type Style uint8

const (
	// Ear is what a person would say: "a loss of forty-two cents a share".
	Ear Style = iota
	// Literal keeps to the letter, for comparing with other normalisers: "minus forty-two cents".
	Literal
)

// Options say how a Verbaliser speaks. The zero Options are English for ears, exact.
type Options struct {
	Style Style
	// Language is "en", the default, or "zh".
	Language string
	// Round says large exact amounts with three digits: "$1,234,567,890" is "about one point two three billion dollars".
	Round bool
	// Lexicon holds the names and how they are said.
	Lexicon lexicon.Lexicon
	// Now, if it is set, is the day of the talk: people leave out the year of a day that is in the same one.
	Now time.Time
}

// A Verbaliser turns writing into words for ears. It is safe for concurrent use.
type Verbaliser struct {
	o       Options
	literal bool
	chinese bool
	names   names
}

// NewVerbaliser makes a verbaliser.
func NewVerbaliser(o Options) *Verbaliser {
	return &Verbaliser{o: o, literal: o.Style == Literal, chinese: o.Language == "zh", names: newNames(o.Lexicon)}
}

// Verbalised is a text in words for ears, and where each word stands in the writing.
type Verbalised struct {
	Text  string
	Words []Word
}

// A Word is one spoken word: Text[Start:End], which says written[From:To]. The five words of "$2.3B" share its span.
type Word struct {
	Start, End int
	From, To   int
}

// Verbalise puts a whole text into words.
func (v *Verbaliser) Verbalise(written string) Verbalised {
	t := text{s: written, final: true}
	dst, _, words := v.read(make([]byte, 0, 2*len(written)+48), &t, 0, make([]Word, 0, len(written)/4+8))
	return Verbalised{Text: string(dst), Words: words}
}

// Say is the words alone.
func (v *Verbaliser) Say(written string) string {
	t := text{s: written, final: true}
	dst, _, _ := v.read(make([]byte, 0, 2*len(written)+48), &t, 0, nil)
	return string(dst)
}

// Heard is the part of the writing that a listener knows who has heard the first n spoken words. A piece of writing of
// which only some words were heard does not count: half of "$2.3B" is another number.
func (v Verbalised) Heard(written string, n int) string {
	if n <= 0 || len(v.Words) == 0 {
		return ""
	}
	n = min(n, len(v.Words))
	if n < len(v.Words) && v.Words[n].From == v.Words[n-1].From {
		for n > 0 && v.Words[n-1].From == v.Words[n].From {
			n--
		}
		if n == 0 {
			return ""
		}
	}
	if n == len(v.Words) {
		return written
	}
	return written[:v.Words[n-1].To]
}

// read puts what is certain into words, from pos on, and says how far it came. words may be nil.
func (v *Verbaliser) read(dst []byte, t *text, pos int, words []Word) ([]byte, int, []Word) {
	for {
		t.short = false
		p := t.piece(pos)
		if p.start >= len(t.s) {
			return dst, pos, words
		}
		before := len(dst)
		var end int
		dst, end = v.unit(dst, t, p)
		if t.short && !t.final {
			return dst[:before], pos, words
		}
		for len(dst) > before && dst[len(dst)-1] == ' ' {
			dst = dst[:len(dst)-1] // a space comes before a word, never after
		}
		if words != nil {
			words = appendWords(words, dst, before, p.start, end)
		}
		pos = end
	}
}

// appendWords adds the words of dst[from:], which all say the same piece of writing. Marks alone are no word.
func appendWords(words []Word, dst []byte, from, start, end int) []Word {
	for i := from; i < len(dst); {
		if dst[i] == ' ' {
			i++
			continue
		}
		j := i
		spoken := false
		for j < len(dst) && dst[j] != ' ' {
			spoken = spoken || letter(dst[j]) || dst[j] >= 0x80 || digit(dst[j])
			j++
		}
		if spoken {
			words = append(words, Word{Start: i, End: j, From: start, To: end})
		} else if n := len(words); n > 0 {
			words[n-1].To = end
		}
		i = j
	}
	return words
}
