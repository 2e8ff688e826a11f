package lm

import (
	"strings"

	"github.com/aubade/aubade/internal/lexicon"
)

// How people ask. In braces stands a slot; bars separate words that may stand for each other, and phrases inside round
// brackets. Every template is filled for every company, with metrics and periods dealt out in turn, so that the model learns the frames and
// the names from the same sentences.
var askedOfCompany = expand(
	"(what is|what's|tell me|give me) the {metric} of {co} {when?}",
	"(what was|what is|what were|what's) the {metric} of|at|for {co} {when?}",
	"(what was|what is|what's|what were) {co's} {metric} {when?}",
	"(how much|how high|how big) was|is {co's} {metric} {when?}",
	"how much was|is the {metric} of|at|for {co} {when?}",
	"how much {metric} did {co} make|have|report|earn|book|post|generate {when?}",
	"what did {co} report|earn|make|say|announce {when?}",
	"what {metric} did {co} report|post|book|have {when?}",
	"(and|what about|how about) {co}",
	"(and|what about|how about) {co's} {metric} {when?}",
	"(and|what about|how about) the {metric} {when?}",
	"(do you know|can you tell me|could you tell me|i want to know|i'd like to know) {co's} {metric} {when?}",
	"(can you tell me|could you tell me|tell me|i want to know) what {co's} {metric} was|is {when?}",
	"(tell me|remind me) about {co}",
	"(tell me|remind me) about {co's} {metric} {when?}",
	"did {co's} {metric} (grow|rise|fall|change|improve|shrink|go up|go down) {when?}",
	"how did {co's} {metric} change|move|develop|look|compare {when?}",
	"how much did {co's} {metric} (change|grow|rise|fall|move|go up|go down|increase|decrease) {when?}",
	"by how much did {metric} at|of {co} change|grow|rise|fall {when?}",
	"how did {co} close|do|trade|perform|end|finish|move {when?}",
	"where did {co} close|end|trade|finish {when?}",
	"what did {co} close at {when?}",
	"is|was {co} up|down|profitable|higher|lower {when?}",
	"how much is {co} worth",
	"(what is|what's) {co} trading at|worth|doing {when?}",
	"(what is|what's) the price of {co} {when?}",
	"(what is|what's) the {co} (share price|stock price|price) {when?}",
	"(how is|how's) {co} doing {when?}",
	"how fast is {co} growing",
	"(what is|what's) the (news|latest) on|about|from|at {co} {when?}",
	"(any news|anything new|what's new) on|about|from|at {co} {when?}",
	"(what happened|what's happening|what is going on) to|at|with {co} {when?}",
	"why did {co} (fall|rise|drop|jump|go up|go down|move) {when?}",
	"why is|was {co} up|down|falling|rising {when?}",
	"what does {co} do|make|sell|build|expect|plan",
	"(what is|what's|who is|who runs) {co}",
	"when does|did|will {co} report|pay|file|announce {when?}",
	"(when is|when's) {co's} next report|dividend|earnings|filing|results",
	"when are {co's} next earnings|results due",
	"does|did|will {co} (pay a dividend|raise its guidance|buy back shares|cut jobs) {when?}",
	"(what is|what's|what was) {co's} guidance|outlook|forecast for {period}",
	"what does|did {co} guide|forecast for {period}",
	"what do analysts say|think about {co}",
	"what are analysts saying about {co}",
	"what did {co} say about {metric}",
	"should i buy|sell {co}",
	"look up|check|find {co's} {metric} {when?}",
	"compare {co} and|with|to {co2}",
	"compare {co} and|with|to {co2} on|by {metric} {when?}",
	"compare {metric} of {co} and {co2} {when?}",
	"which is|was bigger|larger|higher {co} or {co2}",
	"which had|has|made|earned|reported more|higher|less|lower {metric} {co} or {co2}",
	"who had|has|made|earned more|higher|less|lower {metric} {when?} {co} or {co2}",
	"which had|has more {metric} {when?} {co} or {co2}",
	"is|was {co's} {metric} higher|lower|bigger than {co2's}",
	"does {co} have more|less|higher {metric} than {co2}",
	"(no i meant|i meant|sorry|no) {co}",
	"what about {co's} {metric} the year before",
	"how many {thing} does|did|has {co} have|recall|sell|build|deliver|make|ship {when?}",
)

// What is asked or said whatever the domain.
var askedOfAny = expand(
	"(and|what about) {period}", "and the year|quarter before", "and a year|quarter ago|earlier", "what about the year|quarter before",
	"and in|for {period}", "and last|this year|quarter", "how does that compare with|to a year ago", "how does that compare",
	"is that (up|down|higher|lower|good|a lot)", "and its|their {metric}", "what about its|their {metric} {when?}", "what was|is its|their {metric} {when?}",
	"and the {metric}", "how did it close|do|move {when?}", "why", "why (is that|did it fall|did it rise)", "since when", "who says so|that",
	"where is that from", "(what is|what's) the source", "how old is that",
	"brief me", "brief me please", "give me the brief", "catch me up", "what changed", "what's changed", "what changed since yesterday|friday", "what's new", "what moved {when?}",
	"what changed most", "what's on my watch list", "repeat", "repeat that", "say that again", "say it again please", "slower", "slower please", "speak slower", "slow down", "faster",
	"shorter", "shorter please", "be brief", "stop", "stop it", "stop please", "what can i ask", "what can i ask you", "what can you do", "help", "never mind", "forget it", "cancel that",
	"thank you", "thanks", "yes", "yes please", "no", "no thanks", "okay", "goodbye", "bye", "hello", "good morning", "wait", "hang on", "let me think", "one moment",
	"which companies|stocks moved|rose|fell|gained|lost (most|the most) {when?}", "which companies|company reported|report|reports {when?}", "who reported|reports {when?}",
	"which company had|has the highest|lowest|most|biggest {metric} {when?}", "(what is|what's) the {metric}", "any news {when?}", "what's the news {when?}", "how did the market do {when?}",
	"what about that {metric}", "did the {metric} come back", "is the {metric} back yet", "any answer yet",
)

var things = []string{"shares", "employees", "customers", "stores", "plants", "trucks", "vans", "cars", "units", "patients", "people", "jobs", "stations", "aircraft", "hotels", "rooms", "contracts", "orders"}

// expand parses templates into sequences of choices.
func expand(templates ...string) [][][]string {
	out := make([][][]string, len(templates))
	for i, t := range templates {
		out[i] = parseTemplate(t)
	}
	return out
}

// parseTemplate makes a sequence of choices, each a list of phrases.
func parseTemplate(t string) [][]string {
	var seq [][]string
	for t = strings.TrimSpace(t); t != ""; t = strings.TrimSpace(t) {
		var piece string
		if t[0] == '(' {
			piece, t, _ = strings.Cut(t[1:], ")")
		} else {
			piece, t, _ = strings.Cut(t, " ")
		}
		seq = append(seq, strings.Split(piece, "|"))
	}
	return seq
}

// names are the ways to say a company.
func names(t lexicon.Term, words func(string) []string) [][]string {
	var out [][]string
	seen := map[string]bool{}
	for _, n := range append([]string{t.Spoken, t.Name}, t.Aliases...) {
		w := words(n)
		key := strings.Join(w, " ")
		if len(w) > 0 && !seen[key] {
			seen[key] = true
			out = append(out, w)
		}
	}
	return out
}

func possessive(words []string) []string {
	out := append([]string(nil), words...)
	last := out[len(out)-1]
	if strings.HasSuffix(last, "s") {
		out[len(out)-1] = last + "'"
	} else {
		out[len(out)-1] = last + "'s"
	}
	return out
}
