package turn

// backchannels are the words by which listeners say that they listen. Together, and few, they do not take the floor.
var backchannels = set("mm mhm mm-hm mm-hmm mmhmm mhmm hm hmm uh-huh uhuh huh uh um ah oh yeah yep yup yes right okay ok sure " +
	"great good nice cool fine perfect exactly absolutely definitely interesting wow really indeed true gotcha understood " +
	"alright haha ha laugh laughter cough <laugh> <cough> <noise> [noise] [cough] [laughter]")

// backphrases are backchannels of several words.
var backphrases = [][]string{
	{"i", "see"}, {"got", "it"}, {"of", "course"}, {"uh", "huh"}, {"mm", "hm"}, {"all", "right"}, {"makes", "sense"},
	{"that", "makes", "sense"}, {"fair", "enough"}, {"very", "good"}, {"that's", "right"}, {"that's", "great"}, {"thank", "you"},
	{"thanks"}, {"i", "know"}, {"oh", "wow"}, {"no", "way"}, {"go", "on"}, {"you", "know"}, {"sounds", "good"},
}

// beginsBackchannel says that a word of up to three letters may grow into a backchannel.
func beginsBackchannel(word string) bool {
	if len(word) > 3 || word == "i" || word == "go" || word == "in" {
		return false // these are words of their own
	}
	for b := range backchannels {
		if len(b) > len(word) && b[:len(word)] == word {
			return word != "no"
		}
	}
	return false
}

// contentOf counts the words that are no backchannel. Many backchannels in a row are somebody talking.
func contentOf(words []string) int {
	n, back := 0, 0
	for i := 0; i < len(words); {
		if l := backphraseAt(words[i:]); l > 0 {
			back++
			i += l
			continue
		}
		if backchannels[words[i]] {
			back++
		} else {
			n++
		}
		i++
	}
	if back > 4 {
		n += back - 4
	}
	return n
}

// mayBackchannel says that words which are no backchannel yet are one but for its end. While the user goes on speaking,
// only words that begin nothing else count: "I" is more often the beginning of a sentence than of "I see".
func mayBackchannel(words []string, speaking bool) bool {
	for i := range words {
		for _, p := range backphrases {
			rest := words[i:]
			if len(rest) < len(p) && endsWith(p[:len(rest)], rest) && rest[0] != "no" && (!speaking || onlyBackchannel[rest[0]]) {
				return contentOf(words[:i]) == 0
			}
		}
	}
	return false
}

var onlyBackchannel = set("of makes sounds fair very")

func backphraseAt(words []string) int {
	for _, p := range backphrases {
		if len(words) >= len(p) && endsWith(words[:len(p)], p) {
			return len(p)
		}
	}
	return 0
}

// halts are ways to take the floor that need no second word.
var halts = [][]string{
	{"stop"}, {"wait"}, {"hold", "on"}, {"hang", "on"}, {"pause"}, {"quiet"}, {"enough"}, {"shut", "up"}, {"be", "quiet"},
	{"cancel"}, {"excuse", "me"}, {"one", "moment"}, {"one", "second"}, {"just", "a", "second"}, {"never", "mind"}, {"skip"},
	{"that's", "enough"}, {"repeat"}, {"slower"}, {"shorter"}, {"no", "no"}, {"no", "stop"}, {"next"}, {"sorry"}, {"listen"},
}

// commands hears an order at the head of the words, behind small talk.
func commands(words []string) bool {
	for len(words) > 0 && (backchannels[words[0]] || words[0] == "please" || words[0] == "but" || words[0] == "no") {
		if words[0] == "no" && len(words) > 1 && words[1] == "no" {
			return true
		}
		words = words[1:]
	}
	for _, p := range halts {
		if len(words) >= len(p) && endsWith(words[:len(p)], p) {
			return true
		}
	}
	return false
}

// amends are ways to put right what was said.
var amends = [][]string{
	{"i", "meant"}, {"i", "mean"}, {"i", "said"}, {"not", "that"}, {"that's", "not"}, {"that's", "wrong"}, {"wrong"}, {"actually"},
	{"i", "was", "asking"}, {"i", "asked"}, {"i", "didn't"}, {"rather"}, {"instead"}, {"correction"},
}

// corrects hears a correction: "no, I meant Halden", "not Larkspur, Halden", "sorry, Halden".
func corrects(words []string) bool {
	no := false
	for len(words) > 0 && (backchannels[words[0]] || words[0] == "no" || words[0] == "nope" || words[0] == "sorry" || words[0] == "wait" || words[0] == "but") {
		no = no || words[0] == "no" || words[0] == "nope" || words[0] == "sorry"
		words = words[1:]
	}
	if len(words) == 0 {
		return false
	}
	for _, p := range amends {
		if len(words) >= len(p) && endsWith(words[:len(p)], p) {
			return len(words) > len(p) || no
		}
	}
	return no || words[0] == "not" && len(words) > 2
}
