package evals

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"github.com/aubade/aubade/internal/quantity"
)

// A polarity is a yes, a no, or neither.
type polarity int

const (
	unclear polarity = iota
	yes
	no
)

var (
	saysYes   = regexp.MustCompile(`(?i)^\W*(answer:?\s*|conclusion:?\s*)?(yes|true|correct|indeed)\b`)
	saysNo    = regexp.MustCompile(`(?i)^\W*(answer:?\s*|conclusion:?\s*)?(no|false|incorrect)\b`)
	innerYes  = regexp.MustCompile(`(?i)\b(answer (is|would be)|therefore,?|thus,?|so,?|hence,?|conclusion,?)\W+yes\b`)
	innerNo   = regexp.MustCompile(`(?i)\b(answer (is|would be)|therefore,?|thus,?|so,?|hence,?|conclusion,?)\W+no\b`)
	negated   = regexp.MustCompile(`(?i)\b(not|no|never|neither|none|unlikely|cannot|lacks?|fails? to|failed to|without)\b|n't\b`)
	asksYesNo = regexp.MustCompile(`(?i)(^|[,.:;?] (and )?)(is|are|was|were|does|do|did|has|have|had|will|can|could|should|would)\b`)
)

func readPolarity(text string) polarity {
	switch {
	case saysYes.MatchString(text), innerYes.MatchString(text):
		return yes
	case saysNo.MatchString(text), innerNo.MatchString(text):
		return no
	}
	return unclear
}

// polarity is what an answer comes to: its first word, its conclusion, or whether its main sentence denies.
func (r reply) polarity() polarity {
	main := r.sentences[0]
	if p := readPolarity(main); p != unclear {
		return p
	}
	for i := len(r.sentences) - 1; i > 0; i-- {
		if p := readPolarity(r.sentences[i]); p != unclear {
			return p
		}
	}
	if i := r.conclusion(); i >= 0 {
		main = r.sentences[i]
	}
	if negated.MatchString(main) {
		return no
	}
	return yes
}

// judgeText grades an answer to a question whose gold is words.
func judgeText(question, gold string, r reply) (JudgeLabel, string) {
	goldPolarity := readPolarity(gold)
	if goldPolarity == unclear && asksYesNo.MatchString(question) && negated.MatchString(gold) {
		goldPolarity = no
	}
	covered := coverage(question, gold, r.text)
	how := r.stance()
	// A gold that itself says that there is nothing is not missed by who says the same.
	nothing := declines(gold)
	if how == declined && !nothing {
		switch explicit := readPolarity(r.sentences[0]); {
		case explicit != unclear && explicit == goldPolarity && !r.refuses[len(r.sentences)-1]:
			return LabelCorrect, "it answers before it wavers"
		case covered >= enough(gold)+0.15 && r.turns():
			return LabelCorrect, "it declines, but says it all the same"
		}
		return LabelRefusal, "it declines"
	}
	if nothing && how != answers {
		return LabelCorrect, "nothing to be told, and it says so"
	}
	if goldPolarity != unclear {
		if r.polarity() != goldPolarity {
			return LabelIncorrect, "it says the opposite of yes or no"
		}
		return LabelCorrect, "the same yes or no"
	}
	if why := contradiction(gold, r); why != "" {
		return LabelIncorrect, why
	}
	if covered >= enough(gold) {
		return LabelCorrect, fmt.Sprintf("it holds %.0f %% of the gold", covered*100)
	}
	if covered == 0 && pointing.MatchString(r.text) {
		return LabelRefusal, "it only says where to look"
	}
	return LabelIncorrect, fmt.Sprintf("it holds only %.0f %% of the gold", covered*100)
}

// turns says that behind a refusal the answer goes on with a "however".
func (r reply) turns() bool {
	for i, s := range r.sentences {
		if i > 0 && !r.refuses[i] && turning.MatchString(s) {
			return true
		}
	}
	return false
}

// enough is the share of a gold that an answer must hold. People who grade pass a long gold by its main points.
func enough(gold string) float64 {
	switch n := len(strings.Fields(gold)); {
	case n <= 6:
		return 0.6
	case n <= 15:
		return 0.5
	}
	return 0.38
}

var opposites = []struct{ a, b *regexp.Regexp }{
	{rising, falling},
	{regexp.MustCompile(`(?i)\b(positive|healthy|strong|profit(able)?)\b`), regexp.MustCompile(`(?i)\b(negative|unhealthy|weak|loss|unprofitable)\b`)},
}

// contradiction finds a gold that says one way only, where the answer's main sentences say the other way only.
func contradiction(gold string, r reply) string {
	main := r.sentences[0]
	if i := r.conclusion(); i >= 0 {
		main = strings.Join(r.sentences[i:], " ")
	}
	for _, o := range opposites {
		goldA, goldB := o.a.MatchString(gold), o.b.MatchString(gold)
		if goldA == goldB {
			continue
		}
		want, other := o.a, o.b
		if goldB {
			want, other = o.b, o.a
		}
		if !want.MatchString(r.text) && other.MatchString(main) {
			return fmt.Sprintf("it says %q, the gold %q", other.FindString(main), want.FindString(gold))
		}
	}
	return ""
}

// coverage is the weighted share of what the gold tells that the answer holds too. Words of the question weigh little,
// numbers and names much, and what comes first more: a gold opens with its point.
func coverage(question, gold, answer string) float64 {
	asked, said := stems(question), stems(answer)
	var held, all float64
	seen := map[string]bool{}
	n := 0
	for i, w := range words(gold) {
		s := stem(w)
		if idle[strings.ToLower(w)] || seen[s] || hasDigit(w) {
			continue
		}
		seen[s] = true
		weight := 1.0
		if first := rune(w[0]); i > 0 && unicode.IsUpper(first) {
			weight = 2
		}
		if asked[s] {
			weight *= 0.2
		} else if n++; n <= 3 {
			weight *= 1.5
		}
		all += weight
		if said[s] {
			held += weight
		}
	}
	claimed := figures(answer)
	for _, g := range figures(gold) {
		all += 2.5
		for _, f := range claimed {
			if readAsked(question).same(g, f) || quantity.Same(g.Abs(), f.Abs()) {
				held += 2.5
				break
			}
		}
	}
	if all == 0 {
		if strings.Contains(flat(answer), flat(gold)) {
			return 1
		}
		return 0
	}
	return held / all
}

func words(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '&'
	})
}

func stems(text string) map[string]bool {
	out := map[string]bool{}
	for _, w := range words(text) {
		out[stem(w)] = true
	}
	return out
}

// stem takes the endings off that a paraphrase changes: "declined", "declining" and "declines" are one.
func stem(w string) string {
	w = strings.ToLower(w)
	for _, end := range []string{"ations", "ation", "ings", "ing", "ements", "ement", "ness", "ied", "ies", "ed", "es", "ly", "s", "e", "y"} {
		if rest, ok := strings.CutSuffix(w, end); ok && len(rest) >= 3 {
			return rest
		}
	}
	return w
}

func hasDigit(w string) bool { return strings.ContainsAny(w, "0123456789") }

// idle words tell nothing of their own.
var idle = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(`a an the of in on at to for from by with and or but as is are was were be been being it its this that these those
which who what when how than then there their they them has have had do does did not no yes so such also into over under per about more most other
some any all both each between during within due because since while would could should can may will company companies year fiscal s which primarily mainly
usd million billion thousand percent respectively following including based approximately total`) {
		m[w] = true
	}
	return m
}()
