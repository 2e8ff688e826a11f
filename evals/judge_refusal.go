package evals

import (
	"regexp"
	"strings"
)

// declining are the ways in which language models say that they do not know. Each alternative needs both the saying
// ("cannot") and what it is about ("determine"), so that "costs that cannot be recovered" is no refusal.
var declining = regexp.MustCompile(`(?i)` + strings.Join([]string{
	// The speaker.
	`\b(i|we)( a|')?m? ?(am |are |was )?(sorry|apologi[sz]e|afraid)\b`,
	`\bmy apologies\b`,
	`\bas an? (ai|artificial|large|language)\b`,
	`\b(i|we)('m| am|'re| are|) ?(sorry,? )?(but )?(i |we )?(currently )?(cannot|can't|can not|could not|couldn't|unable to|not able to|am unable to|are unable to|was unable to) (directly |accurately |definitively |reliably |precisely )?(determine|provide|answer|calculate|compute|access|find|give|assess|verify|offer|identify|tell|confirm|say|ascertain|locate|perform|make|analy[sz]e|retrieve|conclude|evaluate|predict|browse|comment|know|derive|extract|see)\b`,
	`\b(i|we) (do not|don't|did not|didn't) (currently |actually |yet )?(have|know|see|find|possess)\b`,
	`\bmy (training|knowledge|last (update|training)|data)\b.{0,40}(cut-?off|goes up|up to|only|does not|doesn't|until|includes)|\bknowledge cut-?off\b|\breal-time (data|information|access|financial)`,
	`\bunable to (accurately |definitively |directly )?(determine|provide|answer|calculate|compute|access|find|give|assess|verify|identify|locate|retrieve|ascertain|conclude|evaluate)\b`,
	// The thing asked.
	`\b(cannot|can't|can not|could not|couldn't) be (accurately |definitively |directly |reliably |precisely )?(determined|calculated|computed|answered|provided|assessed|found|identified|derived|ascertained|inferred|concluded|verified|established|evaluated)\b`,
	`\b(not|im)\s?possible (for me |for us )?to (accurately |definitively |directly |precisely )?(determine|calculate|compute|provide|answer|say|assess|ascertain|give|identify|tell|conclude|evaluate|know)\b`,
	`\b(difficult|hard|challenging) (for me )?to (accurately |definitively |precisely )?(determine|calculate|provide|answer|say|assess|ascertain)\b`,
	// What was given.
	`\b(context|information|documents?|filings?|text|texts|excerpts?|data|statements?|passages?|reports?|10-[kq]|pages?|sections?|details|tables?|sources?|materials?|it|they|snippets?|you)\b[^.;]{0,80}\b(do|does|did)( not|n't) (appear to |seem to |explicitly |directly |specifically |actually |clearly |currently )*(contain|include|provide|mention|specify|disclose|have|give|state|show|offer|list|report|indicate|present|detail|cover|address|discuss|reveal|allow|break)`,
	`\b(is|are|was|were|has|have)( not|n't) (been )?(explicitly |directly |specifically |clearly |fully |currently |readily )*(provided|available|mentioned|included|specified|disclosed|given|stated|present|contained|detailed|listed|found|reported|shown|visible)\b`,
	`\b(no|not enough|insufficient|not sufficient|lack of|lacks?|missing|limited) (specific |explicit |direct |relevant |sufficient |enough |further |such |available |the |necessary |required )*(information|mention|data|details?|context|reference|figures?)\b`,
	`\b(information|data|context|details?|figures?)\b[^.;]{0,40}\b(is|are) (missing|insufficient|unavailable|incomplete|needed|required|lacking)\b`,
	`\b(more|additional|further) (specific |detailed |financial )*(information|data|context|details)\b[^.;]{0,40}\b(is|are|would be|would need|needed|required|necessary)\b`,
	`\bwithout (having |access to |knowing |seeing |any |more |additional |further |specific |the |actual |detailed |this |that |these |those )+`,
	`\b(need|require|requires) (to (have|know|see|access|look|refer|consult)|access|(more|additional|further|specific|detailed) )`,
	`\bunanswerable\b|\b(the answer is )?unknown\b|^\s*n/?a\.?\s*$`,
	`\bnot enough (information|data|context|detail)`,
}, "|"))

// pointing is advice on where to look instead: a refusal where nothing else is said.
var pointing = regexp.MustCompile(`(?i)\b(please (provide|refer|consult|check|share|visit|supply|see|upload|let me know)|(recommend|suggest|advise|advisable|best) (to )?(check|consult|refer|review|look|visit)|(you|one|we) (would|will|'d|should|can|could|may|might)( likely| typically| also| usually)? (need|have to|refer|consult|check|find this|find the|look|review)|if you (have|can provide|provide|could provide)|once (you|we) have)`)

// turning begins an answer that is given all the same.
var turning = regexp.MustCompile(`(?i)\b(however|but|nevertheless|nonetheless|that said|still|based on|we can (infer|estimate|calculate|use|see|derive)|it can be inferred|therefore|thus|although|while|though|even so)\b`)

// supposing marks numbers that are not claimed.
var supposing = regexp.MustCompile(`(?i)\b(for example|for instance|e\.g\.|hypothetical|suppose|let's say|assuming|assume|would be calculated|formula)\b|\bif\b.{0,40}\b(were|was|had)\b`)

func declines(sentence string) bool { return declining.MatchString(sentence) }

// How an answer stands to the question, before its content is looked at.
type stance int

const (
	answers  stance = iota
	wavers          // it declines somewhere, but neither opens nor ends so
	declined        // it opens or ends by declining
)

func (r reply) stance() stance {
	n, last := 0, len(r.sentences)-1
	for _, b := range r.refuses {
		if b {
			n++
		}
	}
	// Advice and offers at the end are politeness, and not how it ends.
	for last > 0 && !r.refuses[last] && pointing.MatchString(r.sentences[last]) {
		last--
	}
	switch {
	case n == 0:
		return answers
	case r.refuses[0], r.refuses[last], len(r.sentences) > 1 && r.refuses[1] && !r.claims(0):
		return declined
	case n*2 >= len(r.sentences):
		return declined
	}
	return wavers
}

// claims says whether a sentence states more than an opening courtesy.
func (r reply) claims(i int) bool {
	return len(strings.Fields(r.sentences[i])) > 3 && !pointing.MatchString(r.sentences[i])
}
