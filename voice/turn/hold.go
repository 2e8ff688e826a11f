package turn

import "strings"

// A Hold says why the user is not done, whatever the silence. The empty Hold is none.
type Hold string

// The holds. Asked is the only one with patience of its own: Options.Asked.
const (
	HoldAsked      Hold = "asked for time"       // "hang on", "let me think"
	HoldFiller     Hold = "filler"               // "um"
	HoldTrailing   Hold = "trailing word"        // "and", "of", "the"
	HoldComparison Hold = "half a comparison"    // "compare Larkspur and"
	HoldDictation  Hold = "dictation unfinished" // "my number is five five"
)

// asks are the ways to ask for time. They count at the end of the words, or when they are all that was said lately.
var asks = [][]string{
	{"wait"}, {"hang", "on"}, {"hold", "on"}, {"one", "moment"}, {"one", "second"}, {"one", "sec"}, {"just", "a", "second"},
	{"just", "a", "sec"}, {"just", "a", "moment"}, {"just", "a", "minute"}, {"give", "me", "a", "second"},
	{"give", "me", "a", "moment"}, {"give", "me", "a", "minute"}, {"give", "me", "a", "sec"}, {"let", "me", "think"},
	{"let", "me", "see"}, {"let", "me", "check"}, {"let", "me", "look"}, {"bear", "with", "me"}, {"a", "moment", "please"},
	{"let", "me", "think", "about", "that"}, {"i'm", "thinking"}, {"hmm"},
}

// softeners may follow a request for time without changing it.
var softeners = set("please uh um a wait so okay ok well and for me there second sec moment minute")

// holding says why the words, all lower case, are unfinished.
func holding(words []string) Hold {
	core := words
	for len(core) > 0 && fillers[core[len(core)-1]] {
		core = core[:len(core)-1]
	}
	trimmed := words
	for len(trimmed) > 0 && softeners[trimmed[len(trimmed)-1]] && !endsWithAsk(trimmed) {
		trimmed = trimmed[:len(trimmed)-1]
	}
	switch {
	case endsWithAsk(trimmed):
		return HoldAsked
	case halfComparison(core):
		return HoldComparison
	case dictating(core):
		return HoldDictation
	case len(core) > 0 && dangles(core):
		return HoldTrailing
	case len(core) < len(words):
		return HoldFiller
	}
	return ""
}

// orders are whole turns that need no sentence, and after which nobody goes on.
var orders = phrases("stop", "repeat", "repeat that", "say that again", "again please", "slower", "faster", "shorter", "louder",
	"brief me", "what changed", "what can i ask", "help", "goodbye", "bye", "that's all", "never mind", "skip", "go on", "continue")

// ordering says whether the words are an order and nothing else.
func ordering(words []string) bool {
	for len(words) > 0 && (discourse[words[0]] || fillers[words[0]]) {
		words = words[1:]
	}
	if n := len(words); n > 1 && (words[n-1] == "please" || words[n-1] == "now") {
		words = words[:n-1]
	}
	for _, o := range orders {
		if len(words) == len(o) && endsWith(words, o) {
			return true
		}
	}
	return false
}

func endsWithAsk(words []string) bool {
	for _, ask := range asks {
		if !endsWith(words, ask) {
			continue
		}
		// "How long should I wait" and "in one second" are not requests.
		before := words[:len(words)-len(ask)]
		if len(before) == 0 || softeners[before[len(before)-1]] || discourse[before[len(before)-1]] {
			return true
		}
	}
	return false
}

func endsWith(words, end []string) bool {
	if len(words) < len(end) {
		return false
	}
	for i, w := range end {
		if words[len(words)-len(end)+i] != w {
			return false
		}
	}
	return true
}

// halfComparison hears "compare Larkspur", "compare Larkspur and", "the difference between Larkspur".
func halfComparison(words []string) bool {
	for i := len(words) - 1; i >= max(0, len(words)-8); i-- {
		rest := words[i+1:]
		switch words[i] {
		case "compare", "comparing", "contrast":
			// "How does it compare" is whole, and so is whatever names both sides or stands for them.
			if len(rest) == 0 {
				return i == 0 || !(words[i] == "compare" && questionBefore(words[:i]))
			}
			return !twoSides(rest)
		case "between":
			return !twoSides(rest) && (i > 0 && differs[words[i-1]])
		case "versus", "vs":
			return len(rest) == 0 || len(rest) == 1 && determiners[rest[0]]
		case "than":
			return len(rest) == 0 || len(rest) == 1 && determiners[rest[0]]
		}
	}
	return false
}

var differs = set("difference differences gap spread comparison split")

// twoSides looks for a joint with something on both sides of it.
func twoSides(words []string) bool {
	for i, w := range words {
		switch w {
		case "them", "both", "these", "those", "two", "all":
			return true
		case "and", "to", "with", "versus", "vs", "against", "or":
			rest := words[i+1:]
			for len(rest) > 0 && (determiners[rest[0]] || fillers[rest[0]]) {
				rest = rest[1:]
			}
			return i > 0 && len(rest) > 0
		}
	}
	return false
}

func questionBefore(words []string) bool {
	for _, w := range words {
		if whWords[w] || auxiliaries[w] {
			return true
		}
	}
	return false
}

// dictating hears digits or letters that are being read out and have not come to a likely end.
func dictating(words []string) bool {
	n := 0
	for i := len(words) - 1; i >= 0 && (digits[words[i]] || len(words[i]) == 1 && words[i] != "a" && words[i] != "i"); i-- {
		n++
	}
	if n == 0 {
		return false
	}
	before := strings.Join(words[max(0, len(words)-n-5):len(words)-n], " ")
	named := false
	for _, what := range []string{"number is", "ticker is", "symbol is", "code is", "spelled", "spelt", "that's spelled", "zip is", "account is", "digits are", "letters are", "it's spelled", "ending in", "ticker", "symbol"} {
		named = named || strings.HasSuffix(before, what)
	}
	// Four letters make a ticker and ten digits a telephone number; whoever reads singles stops at neither one nor two.
	if named {
		letters := len(words[len(words)-1]) == 1
		return letters && n < 2 || !letters && n < 4
	}
	return n == 1 && len(words[len(words)-1]) == 1 && len(words) > 1 && len(words[len(words)-2]) > 1 && spelling[words[len(words)-2]]
}

var spelling = set("letter letters ticker symbol")

// dangles says that the last word cannot end a clause.
func dangles(words []string) bool {
	w := words[len(words)-1]
	switch {
	case determiners[w] && !standalone[w], conjunctions[w]:
		return true
	case strandable[w]:
		// A question may end with its preposition: "what is that coming from".
		return !questionBefore(lastClause(words[:len(words)-1]))
	case prepositions[w]:
		return true
	}
	return false
}

// lastClause is what was said since the last joint, at most twelve words.
func lastClause(words []string) []string {
	from := max(0, len(words)-12)
	for i := len(words) - 1; i > from; i-- {
		if conjunctions[words[i]] {
			return words[i+1:]
		}
	}
	return words[from:]
}
