package turn

// phrases is a list of word sequences.
func phrases(list ...string) [][]string {
	out := make([][]string, len(list))
	for i, p := range list {
		out[i] = fields(p)
	}
	return out
}

func beginsWith(words, phrase []string) bool {
	return len(words) >= len(phrase) && endsWith(words[:len(phrase)], phrase)
}

func endsWithAny(words []string, list [][]string) bool {
	for _, p := range list {
		if endsWith(words, p) {
			return true
		}
	}
	return false
}

// beginsWithAny looks phrases up by their first word, because it is asked at every word of a turn.
type phraseIndex map[string][][]string

func index(list ...string) phraseIndex {
	m := make(phraseIndex)
	for _, p := range phrases(list...) {
		m[p[0]] = append(m[p[0]], p)
	}
	return m
}

func (x phraseIndex) at(words []string) bool {
	for _, p := range x[words[0]] {
		if beginsWith(words, p) {
			return true
		}
	}
	return false
}

// requests ask without the order of words of a question.
var requests = index("wondering", "wondered", "curious", "like to know", "wanna know", "want to know", "help us", "give us",
	"tell us", "talk about", "my question", "question is", "clarify", "confirm", "elaborate", "if you could", "if you can",
	"any color", "wanted to ask", "tell me", "show me", "remind us", "remind me", "give me", "explain", "interested in",
	"understand", "walk us", "update us", "comment on", "quantify", "thoughts on", "walk me", "compare", "read me")

// opensQuestion says whether a direct question opens with words[i].
func opensQuestion(words []string, i int) bool {
	if i+1 >= len(words) {
		return false
	}
	a, b := words[i], words[i+1]
	switch a {
	case "when", "where", "who", "why", "which", "whose", "whom":
		return auxiliaries[b]
	case "how", "what's", "how's", "who's", "where's", "when's", "why's":
		return true
	case "what":
		return auxiliaries[b] || whatKind[b]
	}
	if !auxiliaries[a] || i > 0 && (subjects[words[i-1]] || auxiliaries[words[i-1]]) {
		return false
	}
	if a == "have" || a == "had" {
		return b == "you" || b == "they" || b == "we" || b == "there"
	}
	return subjects[b] || determiners[b]
}

var whatKind = set("kind sort about extent percentage")

// A sentence is a stretch of words and how it asks, if it does.
type sentence struct {
	from, to int
	question int // where a direct question opens, or -1
	request  int // where an indirect one does, or -1
}

func (s sentence) asks() bool { return s.question >= 0 || s.request >= 0 }

func (s sentence) len() int { return s.to - s.from }

func newSentence(words []string, from, to int) sentence {
	s := sentence{from: from, to: to, question: -1, request: -1}
	w := words[:to]
	for i := from; i < to; i++ {
		if opensQuestion(w, i) {
			s.question = i
		}
		if requests.at(w[i:]) {
			s.request = i
		}
	}
	if s.question < 0 {
		// At the head of a sentence a question needs no pronoun: "will volumes recover", "any news of Halden".
		i := s.head(words)
		if i+1 < to && (auxiliaries[w[i]] && w[i] != "may" && w[i] != "might" || heads[w[i]]) {
			s.question = i
		}
	}
	return s
}

var heads = set("which any what how why")

// alternative says whether a direct question is near the end of its second half: "is that right or is it not".
func (s sentence) alternative(words []string) bool {
	if s.question < 0 {
		return false
	}
	for i := max(s.question+1, s.to-8); i < s.to-1; i++ {
		if words[i] == "or" {
			return true
		}
	}
	return false
}

// head is where a sentence begins behind "well", "so", "um", "and".
func (s sentence) head(words []string) int {
	i := s.from
	for i < s.to && (discourse[words[i]] || fillers[words[i]] || conjunctions[words[i]] && !whWords[words[i]]) {
		i++
	}
	return i
}
