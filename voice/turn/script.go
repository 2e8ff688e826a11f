package turn

import (
	"math"
	"strings"
	"time"
)

// longestScript is how many words back a turn is read: enough for any question, and a bound on the work.
const longestScript = 400

// A Script is what was said in a turn, made plain.
type Script struct {
	words []string
	timed []Word
	gaps  []time.Duration // after each word but the last
}

// NewScript makes words plain; those that are nothing but punctuation are dropped.
func NewScript(parts ...[]Word) Script {
	var s Script
	for _, part := range parts {
		for _, w := range part {
			text := plain(w.Text)
			if text == "" {
				continue
			}
			if n := len(s.timed); n > 0 {
				s.gaps = append(s.gaps, max(0, w.Start.Sub(s.timed[n-1].End)))
			}
			s.words = append(s.words, text)
			s.timed = append(s.timed, w)
		}
	}
	if n := len(s.words) - longestScript; n > 0 {
		s.words, s.timed, s.gaps = s.words[n:], s.timed[n:], s.gaps[n:]
	}
	return s
}

// Len is the number of words.
func (s Script) Len() int { return len(s.words) }

// seconds is how long the words took.
func (s Script) seconds() float64 {
	return max(0, s.timed[len(s.timed)-1].End.Sub(s.timed[0].Start).Seconds())
}

// Word is the plain form of a word.
func (s Script) Word(i int) string { return s.words[i] }

// upTo is the script as it was after its first n words.
func (s Script) upTo(n int) Script {
	return Script{s.words[:n], s.timed[:n], s.gaps[:max(0, n-1)]}
}

// BoundaryNames name the weights of Model.Boundary.
var BoundaryNames = []string{"bias", "ending", "starter", "question follows", "pause", "pause 300 ms", "pause 700 ms",
	"filler follows", "said twice", "conjunction follows", "after filler"}

// BoundaryCues tell whether a sentence ends between word i and the next, when both are known.
func (s Script) BoundaryCues(i int) []float64 {
	w, gap := s.words, s.gaps[i]
	return []float64{
		1,
		(ending(w[:i+1]) + 2) / 1.5,
		starter(w[i+1]),
		is(opensQuestion(w, i+1)),
		is(gap >= shortest),
		is(gap >= 300*time.Millisecond),
		is(gap >= 700*time.Millisecond),
		is(fillers[w[i+1]]),
		is(w[i] == w[i+1]),
		is(conjunctions[w[i+1]]),
		is(fillers[w[i]]),
	}
}

// boundary is the log-odds from which two words are taken to be of different sentences. It is low because "okay can you"
// and "guidance and then" are boundaries with nothing but the words to show for it.
const boundary = -1.1

// sentences cuts the script.
func (s Script) sentences(m *Model) []sentence {
	var out []sentence
	from := 0
	for i := range s.gaps {
		if dot(m.Boundary, s.BoundaryCues(i)) > boundary {
			out = append(out, newSentence(s.words, from, i+1))
			from = i + 1
		}
	}
	return append(out, newSentence(s.words, from, len(s.words)))
}

// SentenceNames name the weights of Model.Sentence.
var SentenceNames = []string{"bias", "ending", "hardly ending", "filler", "conjunction", "determiner", "preposition", "auxiliary",
	"subject", "said twice", "hedge", "tag", "number", "length", "very short", "asks", "since asking", "just asked", "very long",
	"thanks", "greeting", "ending × length"}

// SentenceCues tell whether the sentence that word i belongs to is complete with it, when nothing later is known.
func (s Script) SentenceCues(m *Model, i int) []float64 {
	t := s.upTo(i + 1)
	all := t.sentences(m)
	return t.sentenceCues(all[len(all)-1])
}

func (s Script) sentenceCues(cur sentence) []float64 {
	w := s.words
	n := len(w)
	last := w[n-1]
	odds := ending(w)
	end, length := (odds+2)/1.5, math.Log(float64(cur.len()))-2
	asks, since, just := 0.0, 0.0, 0.0
	if cur.asks() {
		from := cur.question
		if from < 0 {
			from = cur.request
		}
		asks, since, just = 1, math.Log(float64(n-from))-2, is(n-from <= 3)
	}
	return []float64{
		1,
		end,
		is(odds < -3),
		is(fillers[last]),
		is(conjunctions[last]),
		is(determiners[last] && !standalone[last]),
		is(prepositions[last]),
		is(auxiliaries[last]),
		is(subjects[last] && last != "you" && last != "it"),
		is(n > 1 && w[n-2] == last),
		is(endsWithAny(w, hedges)),
		is(endsWithAny(w, tags)),
		is(numbers[last]),
		length,
		is(cur.len() <= 2),
		asks,
		since,
		just,
		is(cur.len() > 25),
		is(thanks(w)),
		is(onlyOf(w[cur.from:], greetings)),
		end * length,
	}
}

func thanks(words []string) bool {
	return endsWith(words, []string{"thanks"}) || endsWith(words, []string{"thank", "you"})
}

func onlyOf(words []string, class map[string]bool) bool {
	for _, w := range words {
		if !class[w] {
			return false
		}
	}
	return true
}

// plain is a word as the tables know it: lower case, without the punctuation that some recognizers write.
func plain(w string) string {
	w = strings.ToLower(strings.Trim(w, ".,!?;:\"()-… "))
	return strings.ReplaceAll(w, "’", "'")
}
