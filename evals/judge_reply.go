package evals

import (
	"regexp"
	"strings"
)

// A reply is an answer cut into what a judge looks at.
type reply struct {
	text      string
	sentences []string
	bold      []string // what the writer set in bold, in order
	refuses   []bool   // which sentences decline
}

var (
	boldSpan  = regexp.MustCompile(`\*\*([^*\n]+)\*\*|\\boxed\{([^{}]*)\}`)
	latexFrac = regexp.MustCompile(`\\d?frac\{([^{}]*)\}\{([^{}]*)\}`)
	latexText = regexp.MustCompile(`\\(?:text|mathrm|mathbf|boxed|textbf)\{([^{}]*)\}`)
	spaces    = regexp.MustCompile(`[ \t]+`)
	latexTidy = strings.NewReplacer(
		`\$`, "$", `\%`, "%", `{,}`, ",", `\,`, " ", `\;`, " ", `\(`, " ", `\)`, " ", `\[`, " ", `\]`, " ",
		`\approx`, "≈", `\times`, "×", `\div`, "/", `\left`, " ", `\right`, " ",
		"’", "'", "‘", "'", "“", `"`, "”", `"`, "\u00a0", " ", "−", "-",
	)
)

// tidy writes mathematics and typographic signs the plain way.
func tidy(s string) string {
	s = latexTidy.Replace(s)
	s = latexText.ReplaceAllString(s, "$1")
	s = latexFrac.ReplaceAllString(s, "$1 / $2")
	return strings.TrimSpace(spaces.ReplaceAllString(s, " "))
}

// disclaimer is how models date what they know. What follows is an answer all the same.
var disclaimer = regexp.MustCompile(`(?im)(^|[.!?]\s+)as of (?:my|the) [^,.\n]{0,40}(?:update|cut-?off|knowledge|training)[^,.\n]{0,40}, `)

func readReply(answer string) reply {
	answer = latexTidy.Replace(answer)
	var r reply
	for _, m := range boldSpan.FindAllStringSubmatch(answer, -1) {
		r.bold = append(r.bold, tidy(m[1]+m[2]))
	}
	r.text = disclaimer.ReplaceAllString(tidy(strings.NewReplacer("**", "", "__", "", "`", "").Replace(answer)), "$1")
	r.sentences = cutSentences(r.text)
	for _, s := range r.sentences {
		r.refuses = append(r.refuses, declines(s))
	}
	return r
}

var (
	sentenceEnd  = regexp.MustCompile(`[.!?]["')\]]*\s+|\n+`)
	abbreviation = regexp.MustCompile(`(?i)(?:\b(?:inc|corp|co|ltd|vs|no|approx|etc|i\.e|e\.g|fig|mr|ms|dr|st|est)|\b[a-z]|\d\s*\))\.$|^\d+\.$`)
	letterOrFig  = regexp.MustCompile(`[\pL\pN]`)
)

// cutSentences cuts at full stops and line ends; not at "Inc.", "U.S." and the numbers of a list.
func cutSentences(text string) []string {
	var out []string
	from := 0
	add := func(to int) {
		if s := strings.TrimSpace(text[from:to]); letterOrFig.MatchString(s) {
			out = append(out, s)
		}
		from = to
	}
	for _, m := range sentenceEnd.FindAllStringIndex(text, -1) {
		head := strings.TrimRight(text[from:m[1]], " \t\"')")
		if !strings.Contains(text[m[0]:m[1]], "\n") && abbreviation.MatchString(head) {
			continue
		}
		add(m[1])
	}
	add(len(text))
	return out
}

// concluding are the words that lead to what an answer comes to.
var concluding = regexp.MustCompile(`(?i)\b(therefore|thus|hence|in conclusion|to conclude|in summary|to summari[sz]e|final answer|the answer (is|would be)|answer:|consequently|we (get|find|obtain|arrive)|comes? (out )?to|rounded|rounding)\b|^so,? |^overall\b|^(####? )?(answer|conclusion)\b`)

// conclusion is the index of the sentence where the conclusion begins, or -1.
func (r reply) conclusion() int {
	for i := len(r.sentences) - 1; i >= 0; i-- {
		if concluding.MatchString(r.sentences[i]) {
			return i
		}
	}
	return -1
}
