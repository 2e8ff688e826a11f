package sentence

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// A Tokenizer cuts text into the pieces of words that BERT's vocabularies hold: WordPiece, without case (Devlin et al. 2019).
type Tokenizer struct {
	ids                      map[string]int64
	unknown, begin, end, pad int64
}

// longestWord is how many letters a word may have; longer ones are not words.
const longestWord = 100

// NewTokenizer reads a vocab.txt: a piece a line, its number the line's. Pieces that go on within a word begin with "##".
func NewTokenizer(vocabulary string) (*Tokenizer, error) {
	t := &Tokenizer{ids: map[string]int64{}}
	n := int64(0)
	for line := range strings.Lines(vocabulary) {
		piece := strings.TrimRight(line, "\r\n")
		if _, ok := t.ids[piece]; !ok {
			t.ids[piece] = n
		}
		n++
	}
	for piece, id := range map[string]*int64{"[UNK]": &t.unknown, "[CLS]": &t.begin, "[SEP]": &t.end, "[PAD]": &t.pad} {
		v, ok := t.ids[piece]
		if !ok {
			return nil, fmt.Errorf("read vocabulary: it holds no %s", piece)
		}
		*id = v
	}
	if len(t.ids) < 5 {
		return nil, errors.New("read vocabulary: it is empty")
	}
	return t, nil
}

// Encode is a text as numbers, between the marks of its beginning and end, at most so many. What does not fit is cut off.
func (t *Tokenizer) Encode(text string, most int) []int64 {
	ids := []int64{t.begin}
	for _, w := range words(text) {
		ids = t.pieces(ids, w)
		if len(ids) >= most-1 {
			ids = ids[:most-1]
			break
		}
	}
	return append(ids, t.end)
}

// pieces appends a word's pieces: the longest that begins it, and so on. A word with a part that is no piece is unknown as a whole.
func (t *Tokenizer) pieces(ids []int64, word string) []int64 {
	letters := []rune(word)
	if len(letters) > longestWord {
		return append(ids, t.unknown)
	}
	start := len(ids)
	for from := 0; from < len(letters); {
		to := len(letters)
		for ; to > from; to-- {
			piece := string(letters[from:to])
			if from > 0 {
				piece = "##" + piece
			}
			if id, ok := t.ids[piece]; ok {
				ids = append(ids, id)
				break
			}
		}
		if to == from {
			return append(ids[:start], t.unknown)
		}
		from = to
	}
	return ids
}

// words are the text's words and signs, in small letters without accents.
func words(text string) []string {
	var all []string
	var b strings.Builder
	flush := func() {
		if b.Len() > 0 {
			all = append(all, b.String())
			b.Reset()
		}
	}
	for _, r := range norm.NFD.String(strings.ToLower(text)) {
		switch {
		case r == 0 || r == unicode.ReplacementChar || unicode.Is(unicode.Mn, r):
		case unicode.IsSpace(r):
			flush()
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
		case sign(r) || unicode.Is(unicode.Han, r):
			flush()
			all = append(all, string(r))
		default:
			b.WriteRune(r)
		}
	}
	flush()
	return all
}

// sign says whether a letter stands for itself: all of ASCII that is neither a letter nor a digit, and what Unicode calls punctuation.
func sign(r rune) bool {
	if r < 128 {
		return r > ' ' && !(r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z')
	}
	return unicode.IsPunct(r)
}
