package evals

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// A short gold is a name, a date, a measure, a list of names or a few words. Whoever labels answers to such questions
// looks for the thing itself, in whichever form it is written, and at what the answer says of it:
//
//	dates      by the fields that the gold has (judge_date.go)
//	measures   across units (judge_measure.go)
//	names      across initials, middle and short names, acronyms, spellings (judge_name.go)
//	lists      each item
//
// A thing that is named only to be denied, or as one of two guesses, is not the answer.

// shortWords is the most that one alternative of a short gold may have.
const shortWords = 8

var (
	verbal      = regexp.MustCompile(`(?i)\b(is|are|was|were|has|have|had|does|do|did|will|would|can|could|increased|decreased|rose|fell|grew|because|due|thanks|driven|there|it|they|shr[aiu]nk)\b|[;:] |\pL{3,}\. `)
	betweenOr   = regexp.MustCompile(`\s*;\s*|\s+or\s+|\s+(?:a\.?k\.?a\.?|also known as)\s+`)
	slashed     = regexp.MustCompile(`(?:\pL{2}|\d{4}|\))\s*/\s*(?:\pL|\d{4}|\()`)
	bracketed   = regexp.MustCompile(`\s*\(([^()]*)\)`)
	looksShort  = regexp.MustCompile(`^[\p{Lu}\d.]{2,6}$`)
	listSplit   = regexp.MustCompile(`\s*,\s*(?:and\s+|&\s*)?|\s+and\s+|\s*&\s*|\s*;\s*`)
	asksPlace   = regexp.MustCompile(`(?i)\b(where|city|town|village|place|location|located|born|capital|state|county|country|region)\b`)
	asksOneOf   = regexp.MustCompile(`(?i)\b(name (one|a|an)|one of|an? example)\b`)
	guessing    = regexp.MustCompile(`(?i)\beither\b.{0,80}\bor\b|\b(could|might|may) (be|have been)\b.{0,60}\bor\b|\bor (possibly|perhaps|maybe)\b`)
	unsure      = regexp.MustCompile(`(?i)^\W*((i('m| am) )?(not (entirely |really |completely )?(sure|certain)|unsure)|no idea|idk)\b|\b(can't|cannot|can not) (really )?(say|help|assist)\b|\bneed (more|additional) (context|information|detail)|\b(couldn't|could not|can't|cannot) find\b|\b(isn't|is not|not) available to me\b|\btoo early to (tell|say|predict|know)\b|\bability to predict\b|\b(which|what) .{1,40} (do|are) you (mean|referring)`)
	restrained  = regexp.MustCompile(`(?i)\b(but|however|although|though|nevertheless|that said|i (think|believe|guess)|probably|likely|perhaps|as of)\b`)
	title       = regexp.MustCompile(`["“][^"”]*["”]`)
	winning     = regexp.MustCompile(`(?i)\b(won|win|wins|winner|beat|champions?|victor\w*|defeated)\b`)
	enumeration = regexp.MustCompile(`\p{Lu}[\pL\pN'’.-]*(?: \p{Lu}[\pL\pN'’.-]*)*(?:(?:, (?:and )?| and | & )(?:the )?\p{Lu}[\pL\pN'’.-]*(?: \p{Lu}[\pL\pN'’.-]*)*)+`)
)

// shortGold lists the alternatives of a gold, if it is short.
func shortGold(gold string) ([]string, bool) {
	parts := []string{gold}
	if slashed.MatchString(gold) {
		parts = append(parts, strings.Split(gold, "/")...)
	}
	var out []string
	for _, p := range parts {
		for _, a := range betweenOr.Split(p, -1) {
			out = append(out, a)
			for _, m := range bracketed.FindAllStringSubmatch(a, -1) {
				if looksShort.MatchString(m[1]) {
					out = append(out, m[1])
				}
			}
			if cut := strings.TrimSpace(bracketed.ReplaceAllString(a, "")); cut != a && cut != "" {
				out = append(out, cut)
			}
		}
	}
	var short []string
	for _, a := range out {
		a = strings.Trim(a, " .,\"'")
		if a == "" || slices.Contains(short, a) {
			continue
		}
		if n := len(strings.Fields(a)); n <= shortWords && !verbal.MatchString(a) || len(listItems(a)) > 1 && allNames(listItems(a)) {
			short = append(short, a)
		}
	}
	return short, len(short) > 0 && (len(parts) > 1 || !verbal.MatchString(gold))
}

func listItems(gold string) []string {
	var out []string
	for _, s := range listSplit.Split(gold, -1) {
		if s = strings.TrimSpace(s); slices.ContainsFunc(readWords(s), func(w word) bool { return !w.idle() }) {
			out = append(out, s)
		}
	}
	return out
}

func allNames(items []string) bool {
	for _, s := range items {
		w := strings.Fields(strings.TrimPrefix(s, "the "))
		if len(w) == 0 || len(w) > 5 || !capital(w[0]) {
			return false
		}
	}
	return true
}

// judgeShort grades an answer by the alternatives of a short gold.
func judgeShort(question string, golds []string, r reply) (JudgeLabel, string) {
	text := readSentences(question, r)
	denied := ""
	for _, g := range golds {
		switch ok, why := text.holds(g); {
		case ok:
			return LabelCorrect, why
		case why != "":
			denied = why
		}
	}
	if denied == "" && !allNames(golds[:1]) && coverage(question, golds[0], text.claimed()) >= enough(golds[0]) {
		return LabelCorrect, "it says it in other words"
	}
	if text.refuses() && !(text.otherCandidate(golds) && (restrained.MatchString(r.text) || r.stance() != declined)) {
		return LabelRefusal, "it declines"
	}
	if denied != "" {
		return LabelIncorrect, denied
	}
	return LabelIncorrect, fmt.Sprintf("it does not say %q", golds[0])
}

// sentences are an answer's, with what a judge of short golds knows of them.
type sentences struct {
	question string
	asked    map[string]bool // stems of the question
	all      []sentence
	declines bool
}

type sentence struct {
	text    string
	words   []word
	told    []word // without the titles in it, which repeat the question and tell nothing
	refuses bool
}

func readSentences(question string, r reply) sentences {
	s := sentences{question: question, asked: map[string]bool{}}
	for _, w := range readWords(question) {
		if !w.idle() {
			s.asked[stem(w.plain)] = true
		}
	}
	for i, t := range r.sentences {
		one := sentence{text: t, words: readWords(t), told: readWords(title.ReplaceAllString(t, "")), refuses: r.refuses[i] || unsure.MatchString(t)}
		s.declines = s.declines || one.refuses
		// "I am not sure, but I think that it was X" declines nothing in its second half.
		if one.refuses {
			if m := restrained.FindStringIndex(t); m != nil && len(strings.TrimSpace(t[m[1]:])) > 3 {
				s.all = append(s.all, sentence{text: t[:m[0]], words: readWords(t[:m[0]]), refuses: true})
				one = sentence{text: t[m[0]:], words: readWords(t[m[0]:]), told: readWords(title.ReplaceAllString(t[m[0]:], "")), refuses: declines(t[m[0]:])}
			}
		}
		s.all = append(s.all, one)
	}
	return s
}

func (s sentences) refuses() bool { return s.declines }

// claimed is the text without what only declines.
func (s sentences) claimed() string {
	var out []string
	for _, x := range s.all {
		if !x.refuses {
			out = append(out, x.text)
		}
	}
	return strings.Join(out, "\n")
}

// otherCandidate says whether the answer offers something that could have been meant as the answer.
func (s sentences) otherCandidate(golds []string) bool {
	_, number := pureNumber(golds[0])
	_, date := goldDates(golds[0])
	for _, x := range s.all {
		if x.refuses || pointing.MatchString(x.text) {
			continue
		}
		if (number || date) && strings.ContainsAny(x.text, "0123456789") {
			return true
		}
		for i, w := range x.words {
			if i > 0 && w.capital && len(w.plain) > 1 && !s.asked[stem(w.plain)] && !months[w.plain] && w.plain != "ai" {
				return true
			}
		}
	}
	return false
}

// holds says whether the answer claims a gold; where it names it and claims something else, why it does not count.
func (s sentences) holds(gold string) (bool, string) {
	if dates, ok := goldDates(gold); ok {
		return s.holdsDates(dates)
	}
	if m, ok := goldMeasure(s.question, gold); ok {
		return s.holdsMeasure(m)
	}
	if low, high, ok := goldRange(gold); ok {
		return s.holdsRange(low, high)
	}
	items := listItems(gold)
	switch {
	case len(items) < 2:
		return s.holdsName(gold)
	case asksPlace.MatchString(s.question) && !strings.Contains(gold, " and "):
		// "Paris, France": the place, and where it lies.
		if ok, why := s.holdsName(gold); ok || why != "" {
			return ok, why
		}
		return s.holdsName(items[0])
	}
	held := 0
	for _, item := range items {
		if ok, _ := s.holdsName(item); ok {
			held++
		}
	}
	if asksOneOf.MatchString(s.question) && held > 0 {
		return true, "it names one of them"
	}
	if held < len(items) && (len(items) < 5 || held*5 < len(items)*4) {
		if held > 0 {
			return false, fmt.Sprintf("it names %d of %d", held, len(items))
		}
		return false, ""
	}
	if extra := s.extra(items); extra != "" {
		return false, "it names " + extra + " too"
	}
	return true, "it names all of them"
}

// extra is a name that stands in one enumeration with the items of a list gold and is none of them.
func (s sentences) extra(items []string) string {
	if !allNames(items) {
		return ""
	}
	for _, x := range s.all {
		for _, e := range enumeration.FindAllString(x.text, -1) {
			named, strange := 0, ""
			for _, part := range listSplit.Split(e, -1) {
				w := readWords(part)
				known := slices.ContainsFunc(items, func(i string) bool { return nameIn(i, w, s.question).found })
				switch {
				case known:
					named++
				case !slices.ContainsFunc(w, func(w word) bool { return s.asked[stem(w.plain)] }):
					strange = part
				}
			}
			if named > 0 && strange != "" {
				return strange
			}
		}
	}
	return ""
}

// holdsName looks for a name in what is claimed.
func (s sentences) holdsName(gold string) (bool, string) {
	why := ""
	for i, x := range s.all {
		if x.refuses {
			continue
		}
		hit := nameIn(gold, x.words, s.question)
		if !hit.found {
			continue
		}
		switch {
		case s.deniedAt(x, hit):
			why = fmt.Sprintf("it names %q, but denies it", gold)
		case guessing.MatchString(x.text) && !strings.Contains(x.text, "(or "):
			why = fmt.Sprintf("it names %q as one of its guesses", gold)
		case i > 0 && s.answeredBefore(gold, i):
			why = fmt.Sprintf("it answers otherwise, and names %q beside it", gold)
		default:
			return true, fmt.Sprintf("it says %q", strings.Join(spelledWords(x.words[hit.from:hit.to]), " "))
		}
	}
	return false, why
}

// answeredBefore says that an earlier sentence answers the question with another name: it repeats more of the question
// than the sentence where the gold stands, and names somebody whom the question does not.
func (s sentences) answeredBefore(gold string, at int) bool {
	if !capital(strings.TrimPrefix(gold, "the ")) {
		return false
	}
	here := s.overlap(s.all[at].told)
	first := s.all[0]
	if first.refuses || at == 0 || s.overlap(first.told) < here+2 {
		return false
	}
	n := 0
	for i, w := range first.told {
		if i > 0 && w.capital && !s.asked[stem(w.plain)] && !months[w.plain] && len(w.plain) > 2 {
			n++
		}
	}
	return n > 0
}

// overlap counts the words of the question that are repeated.
func (s sentences) overlap(words []word) int {
	seen := map[string]bool{}
	for _, w := range words {
		if t := stem(w.plain); s.asked[t] {
			seen[t] = true
		}
	}
	return len(seen)
}

var (
	ranked   = map[string]bool{"#2": true, "#3": true, "#4": true, "#5": true}
	deniers  = map[string]bool{"not": true, "never": true, "neither": true, "nor": true, "unlike": true, "isnt": true, "wasnt": true, "arent": true, "werent": true, "without": true}
	beatings = map[string]bool{"beat": true, "beats": true, "beating": true, "defeated": true, "defeating": true, "over": true, "against": true, "overcame": true}
)

// deniedAt says whether the words around a name deny it, or give it the other part.
func (s sentences) deniedAt(x sentence, hit nameHit) bool {
	for k := hit.from - 1; k >= 0 && k >= hit.from-5; k-- {
		w := x.words[k]
		if w.breaks && k < hit.from-1 || w.plain == "but" || w.plain == "only" {
			break
		}
		if deniers[w.plain] || w.plain == "than" && k > 0 && x.words[k-1].plain == "rather" ||
			w.plain == "of" && k > 0 && x.words[k-1].plain == "instead" ||
			w.plain == "with" && k > 0 && x.words[k-1].plain == "confused" || w.plain == "for" && k > 0 && x.words[k-1].plain == "mistaken" {
			return true
		}
		if k >= hit.from-3 && beatings[w.plain] && winning.MatchString(s.question) {
			return true
		}
	}
	asksRank := slices.ContainsFunc(readWords(s.question), func(w word) bool { return ranked[w.canon] })
	for k := hit.to; k < len(x.words) && k < hit.to+5; k++ {
		if x.words[k-1].breaks {
			break
		}
		w := x.words[k]
		switch {
		case k < hit.to+3 && (w.plain == "isnt" || w.plain == "wasnt" || w.plain == "arent" || w.plain == "werent"),
			w.plain == "not" && k > hit.to && k < hit.to+3 && slices.Contains([]string{"is", "was", "are", "were", "did", "does"}, x.words[k-1].plain),
			w.plain == "lost" && k < hit.to+2 && winning.MatchString(s.question):
			return true
		case ranked[w.canon] && !asksRank && strings.HasSuffix(w.plain, "nd") || ranked[w.canon] && !asksRank && (w.plain == "third" || w.plain == "fourth" || w.plain == "fifth"):
			if k+1 < len(x.words) && s.asked[stem(x.words[k+1].plain)] {
				return true // "the second highest", where the highest was asked for
			}
		}
	}
	return false
}
