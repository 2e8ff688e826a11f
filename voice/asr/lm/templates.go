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
	"how many {thing} does|did|has|is {co} have|own|recall|recalling|sell|build|deliver|make|ship|hold|open|close|run|operate {when?}",
	"(how many people|how many) work|works|are|employed at|for|by {co}",
	"how much {metric} does|did|has {co} have|got|hold|carry|owe {when?}",
	"how much money did|does|is {co} make|making|lose|losing|spend|spending|take|bring (in|on|) {when?}",
	"did {co} make|lose money {when?}",
	"did {co} (beat|miss|meet) (expectations|estimates|its guidance|the forecast) {when?}",
	"how much (does|did|will|is) {co} (plan to|want to|expect to|going to|) spend|invest|borrow|pay|raise|earn (on|in|for|) {when?}",
	"(what does|what did|how much does|how much did|roughly what does) {co} expect|plan|hope|think (to make|to earn|to sell|to spend|to report|for|) {period}",
	"how much did {co} earn|make|lose|pay (per share|a share|for each share) {when?}",
	"what did {co} earn|make|lose|pay (per share|a share|in dividends|) {when?}",
	"(how|where|what) is|are|was|were {co's} {metric} (these days|at the moment|right now|doing|looking|now|currently|standing)",
	"{co's} {metric} {when?} please",
	"{co} {metric} {when?}",
	"(and|so|okay|now|then|well) what was|is|about {co's} {metric} {when?}",
	"(so|okay|now|and|well) (how did|how is|what about|what happened to|tell me about) {co} (do|close|doing|) {when?}",
	"is {co} (making|earning|selling|bringing in|taking in|spending|losing|producing|delivering) more|less (money|) (than it did|than|) {period}",
	"has|have|did {co} (reported|report|announced|announce|published|publish) (its|their|) (results|earnings|first quarter|second quarter|third quarter|fourth quarter|annual report) (yet|already|) {when?}",
	"when does|did|will {co} report|publish|announce|release (its|their) (results|earnings|numbers|first quarter|second quarter|third quarter|fourth quarter)",
	"when do|will|can we|i (hear|see|get|expect) (results|numbers|earnings|news|something|) from {co} (next|again|)",
	"(who is|who was|who's) (the|) (chief executive|chief executive officer|ceo|chief financial officer|finance director|head|boss|chair|chairman|chairwoman|new chief executive|new boss|founder) of|at|for {co}",
	"who (is buying|bought|buys|owns|ordered from|supplies|sells to|competes with|is suing|invested in|works with) {co}",
	"(who|which company|what company) (did|does|has|is) {co} (buy|buying|acquire|acquiring|order from|supply|sell to|sold to|compete with|compete against|work with)",
	"what is|did|does|was|will {co} (paying|pay|buying|buy|selling|sell|building|build|planning|plan|charging|charge) (for|with|in|to|)",
	"(how did|did|how is) {co's} (trial|drug|study|launch|order|deal|recall|plant|factory|merger|takeover|results|earnings call|test) (go|work|turn out|work out|do|end|succeed|fail|come out) {when?}",
	"did|has the (trial|drug|study|launch|order|deal|recall|plant|merger|takeover) at|of|from|by {co} (go well|work|turn out|succeed|fail|close|end|worked|succeeded|failed|finished)",
	"(what happened|what is happening|what's happening|what's going on) (to|with) {co's} {metric}",
	"(why did|why is|why are|why has) {co's} (shares|stock|share price|revenue|profit|sales|margins) (fall|falling|down|rise|rising|up|drop|dropped|fallen|risen|jump) {when?}",
	"how (much|far|fast|quickly) (did|do|has|have|are|is) {co's} (shares|sales|revenue|profits|margins|earnings|orders|deliveries) (fallen|risen|grown|fall|rise|grow|dropped|gone up|gone down|come down|climb|climbed|growing|falling) (compared with|compared to|against|from|since|) {period}",
	"(which way|where) did {co's} {metric} go|move|head {when?}",
	"what's|is the (highest|lowest|most|least|best|worst) {co} (traded|has traded|closed|has closed|been|paid|reached|hit) (at|in|over|for|) {period}",
	"(what is|what's) {co's} (tax rate|effective tax rate|headcount|rating|business|strategy|biggest risk|biggest customer|largest customer|main product|backlog|order book|beta|ticker|sector|yield|dividend yield) (in|at|) {when?}",
	"how many (patents|stores|hotels|branches|plants|employees|people|customers|trucks|factories) does {co} have|own|hold|employ|run",
	"(by how much|how much|why|when) does|did|will|is {co} (raise|raising|cut|cutting|lower|increase|lift|put up) (its|their|the) (prices|dividend|guidance|forecast|rates|production|spending|bills|stake) {when?}",
	"(did|does|will|is) {co} (raise|raising|cut|cutting|lower|increase|lift) (its|their|the) (prices|dividend|guidance|forecast|rates|production|spending|jobs|staff) {when?}",
	"how far apart are {metric} of|at|for {co} and {co2}",
	"(which of|out of|between|of) {co} and {co2} (who|which|which one|who had|which had|who pays|which pays|who has) (pays|has|had|earned|made|sold) (the|) (more|higher|bigger|larger|better|less|lower|smaller) {metric} {when?}",
	"(which one|which|who) (sold|earned|made|paid|pays|spent|has|had|grew|owes|lost|moved) (more|most|less|faster|the most) {when?} {co} or {co2}",
	"(which|which one|who) (is|was|has been) (more expensive|cheaper|growing faster|worth more|more profitable|doing better|bigger) {co} or {co2}",
	"(what is|what's) the difference between {co's} and {co2's} {metric} {when?}",
	"(work out|calculate|look up|find|check|get me|show me|give me|could you work out|can you work out|could you look up|can you check|please find) (the|) {metric} of|for|at|on {co} (for me|please|options|) {when?}",
	"(what is|what's) the {metric} on {co} (options|right now|today|)",
	"(should i|would you|do i) (buy|sell|hold|keep|own) (my|some|any|more|) {co} (shares|stock|options|) (now|today|)",
	"i (have|own|bought|want|hold|want to buy|want to sell) (some|a few|) {co} (shares|stock|)",
	"(is|are) {co} (shares|stock|) (a buy|a good buy|cheap|expensive|overvalued|undervalued|worth buying|a sell)",
	"will {co} (go up|go down|rise|fall|recover|be higher) {when?}",
	"what will {co's} {metric} be {when?}",
	"(what|how) (kind of company|big|old|large|risky|profitable) is {co}",
	"(what|which) (business|sector|industry|country) is {co} in",
	"tell me (more|something|) about {co} {when?}",
	"(what does|what do) {co} (actually|exactly|) (do|make|sell|build|offer|produce)",
	"(i meant|i said|no|not that|sorry i meant|actually) {co} ",
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
	"(and|what about) (the|) (same quarter|same period|year|quarter) (the|a|) (year|quarter) (before|earlier|ago)", "how does that|this compare (with|to) (last year|last quarter|the year before|a year earlier|the quarter before)",
	"(and|what about) (this|next|last) (year|quarter)", "(who|what|which) (is|are|was) (the|) (biggest|largest|smallest|cheapest|best|worst) (company|stock|gainer|loser|mover) {when?}",
	"(what is|what's) (the weather|the time|the date|your name|the capital of) (like|going to be|) {when?}", "(tell me|write me|sing me|read me) a (joke|story|poem|song) (about|) (it|me|)",
	"who (won|is|was) (the|) (game|election|match|president)", "how are you (today|)", "are you (there|a robot|real|still there)", "can you hear me", "who are you", "i (don't|do not) (know|understand|care)",
	"(say|tell me) (that|it) (again|slowly|in one sentence)", "(what|how|why|when|where|who) (did|does|is|was|will|are|were|has|have|do|can|should|would|could) (it|they|he|she|we|you|i|that|this|there|the|a)",
	"(in|at|of|for|on|from|with|by|about|to|over|than|against) (the|its|their|a|that|this) (company|market|year|quarter|end|whole|past|first|last|same|next)",
	"(is|was|are|were) (it|they|that|this|there) (more|less|higher|lower|up|down|better|worse|still|really|expected) (than expected|than before|than last year|than last quarter|)",
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
