package voice

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Spoken is a written sentence as the voice says it: clauses, each of which can stand alone.
type Spoken struct {
	Clauses []SpokenClause
}

// A SpokenClause is a clause and where its words stand in the written sentence.
type SpokenClause struct {
	Clause
	Words []SpokenWord
}

// A SpokenWord is one word for ears. Words that stand for the same piece of writing, such as the five of "$2.3B", share
// its span.
type SpokenWord struct {
	Start, End int // bytes of the clause's text
	From, To   int // bytes of the written sentence
}

// word is the one at a byte of the clause's text, or the one before it.
func (c *SpokenClause) word(at int) SpokenWord {
	for _, w := range c.Words {
		if at < w.End {
			return w
		}
	}
	if n := len(c.Words); n > 0 {
		return c.Words[n-1]
	}
	return SpokenWord{}
}

// whole is a sentence as one clause.
func (s Spoken) whole() Spoken {
	var c SpokenClause
	for _, part := range s.Clauses {
		if c.Text != "" {
			c.Text += " "
		}
		at := len(c.Text)
		c.Text += part.Text
		for _, w := range part.Words {
			w.Start, w.End = w.Start+at, w.End+at
			c.Words = append(c.Words, w)
		}
	}
	return Spoken{Clauses: []SpokenClause{c}}
}

// AsWritten speaks a text as it is: one clause for each part that punctuation sets off.
func AsWritten(text string) Spoken {
	var s Spoken
	for _, w := range fields(text) {
		last := len(s.Clauses) - 1
		if last < 0 || endsClause(s.Clauses[last]) {
			s.Clauses = append(s.Clauses, SpokenClause{})
			last++
		}
		c := &s.Clauses[last]
		if c.Text != "" {
			c.Text += " "
		}
		start := len(c.Text)
		c.Text += text[w.From:w.To]
		c.Words = append(c.Words, SpokenWord{Start: start, End: len(c.Text), From: w.From, To: w.To})
	}
	return s
}

// endsClause says whether the clause's last word closes it. A clause of one or two words would be a stutter.
func endsClause(c SpokenClause) bool {
	if strings.HasSuffix(c.Text, ".") || strings.HasSuffix(c.Text, "!") || strings.HasSuffix(c.Text, "?") {
		return true
	}
	if len(c.Words) < 3 {
		return false
	}
	return strings.HasSuffix(c.Text, ",") || strings.HasSuffix(c.Text, ";") || strings.HasSuffix(c.Text, ":")
}

// aligned is a text for ears whose relation to the writing is not known: its words are spread evenly over the written
// ones.
func aligned(written, spoken string) Spoken {
	s := AsWritten(spoken)
	w := fields(written)
	if len(w) == 0 {
		return s
	}
	n := 0
	for _, c := range s.Clauses {
		n += len(c.Words)
	}
	i := 0
	for _, c := range s.Clauses {
		for k := range c.Words {
			at := w[i*len(w)/n]
			c.Words[k].From, c.Words[k].To = at.From, at.To
			i++
		}
	}
	return s
}

// fields are the spans of the words of a text.
func fields(text string) []SpokenWord {
	var words []SpokenWord
	from := -1
	for i, r := range text {
		switch space := unicode.IsSpace(r); {
		case space && from >= 0:
			words = append(words, SpokenWord{From: from, To: i})
			from = -1
		case !space && from < 0:
			from = i
		}
	}
	if from >= 0 {
		words = append(words, SpokenWord{From: from, To: len(text)})
	}
	return words
}

// plainWords are the words of a text as comparisons see them: lower case, letters and digits only.
func plainWords(text string) []string {
	words := strings.Fields(strings.ToLower(text))
	kept := words[:0]
	for _, w := range words {
		w = strings.TrimFunc(w, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		if w != "" {
			kept = append(kept, w)
		}
	}
	return kept
}

// sameWords says whether two texts have the same words in the same order.
func sameWords(a, b string) bool {
	if a == b {
		return true
	}
	return strings.Join(plainWords(a), " ") == strings.Join(plainWords(b), " ")
}

// joinWords puts the parts of a turn together.
func joinWords(parts ...string) string {
	var b strings.Builder
	for _, p := range parts {
		p = strings.TrimSpace(p)
		if p == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(p)
	}
	return b.String()
}

// runes counts what a voice has to say.
func runes(s string) int { return utf8.RuneCountInString(s) }
