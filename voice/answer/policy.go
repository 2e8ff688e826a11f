package answer

import (
	"regexp"
	"strings"
)

// A verdict says whether a question may be answered at all.
type verdict int

const (
	allowed    verdict = iota
	advice             // asks what to buy or sell
	tampering          // tries to change the rules
	fabricated         // asks to make something up
)

// The patterns work on plain words (lower case, no punctuation). They err on the side of answering: an adviser's phrase
// must be addressed to us ("should i", "would you"), since "analysts should sell" is news.
var (
	advicePatterns = compileAll(
		`\b(should|shall|ought|must|can|could|may) (i|we|my \w+|one)( to)? (\w+ ){0,3}?(buy|sell|short|hold|invest|dump|own|trade|keep|get rid|get out|get into|load up|put money|put my|take profits?|exit|enter|bet|go long|go short)\b`,
		`\b(would|do|can|could) you (\w+ ){0,2}?(recommend|advise|suggest|buy|sell|short|invest)\b`,
		`\b(is|are|was) (it|this|that|now|today|\w+|\w+ \w+) (a |an )?(\w+ ){0,2}?(good|bad|right|smart|great|safe|wise) (\w+ )?(time|idea|moment|buy|investment|bet|stock|entry|entry point)\b`,
		`\b(is|are) (it|\w+|\w+ \w+) (a |an )(\w+ )?(buy|sell|hold|bargain|strong buy)\b`,
		`\b(what|which) (\w+ ){0,2}?(stocks?|shares?|company|companies|ones?|name|should) (\w+ ){0,3}?(should|to|would you|do you) (\w+ ){0,2}?(buy|sell|own|pick|invest|recommend|short)\b`,
		`\bwhat (should|would|do) (i|you) (\w+ )?(buy|sell|invest|short|do with my)\b`,
		`\b(give|tell) me (a |an |some |your |one |the )?(\w+ ){0,2}?(tips?|recommendations?|advice|price targets? of your own|picks?|stock pick)\b`,
		`\b(your|a) (recommendation|advice|pick|tip)\b`,
		`\b(worth|better) (buying|selling|shorting|investing)\b`,
		`\bhow much (\w+ )?should i (\w+ )?(put|invest|buy|bet)\b`,
		`\bwill (\w+ ){1,4}?(go up|go down|rise|fall|crash|double|rally|moon|recover) (\w+ )?(tomorrow|next|this|soon|again|in)\b`,
		`\bwill i (make|lose) money\b`,
		`\bi (should|ought to|had better|could) (\w+ )?(buy|sell|short|hold|invest|dump|own|trade|keep)\b`,
		`^(buy|sell|short|hold) or (buy|sell|short|hold)\b`,
		`\b(buy|sell|short) (\w+ ){1,3}?or (\w+ ){0,3}?(buy|sell|short|hold|not|wait)\b`,
		`\b(is|was) (now|this|it|today) (really )?(the |a )?(right |good )?(time|moment) to (get|buy|sell|invest|go|enter|exit|load|own)\b`,
		`\b(say|claim|tell me|confirm) (that )?(\w+ ){1,4}?is a (strong )?(buy|sell|hold)\b`,
		`\bplace (an |a |my )?(\w+ )?(order|trade)\b`,
		`^(please )?(buy|sell|short) (me |my )?(\d+|a|an|all|some|ten|hundred|\w+ hundred|\w+ shares?)\b`,
		`\bpredict (the |its |their )?(\w+ ){0,3}?(price|stock|shares?|close)\b`,
	)
	tamperPatterns = compileAll(
		`\b(ignore|disregard|forget|override|bypass|drop|skip|delete) (\w+ ){0,4}?(instructions?|rules?|prompt|guidelines?|restrictions?|sources?|guard|safety|policy|policies|filters?|limits?|training|constraints?)\b`,
		`\b(system|hidden|initial|secret|original|developer) (prompt|instructions?|message)\b`,
		`\b(you are|youre|act|behave|respond|answer|talk|speak) (now |as |like )+(a |an |my |if )?(\w+ ){0,4}?(unrestricted|different|another|new|jailbroken|dan|evil|pirate|developer|hacker|broker|adviser|advisor|human|uncensored|no rules|had no|have no|without)\b`,
		`\b(pretend|imagine|suppose|roleplay|role play|simulate|lets play) (\w+ ){0,6}?(you|no rules|rules|restrictions|guard|source|adviser|advisor|broker|unrestricted|developer|game)\b`,
		`\b(reveal|show|print|read|tell|repeat|give|recite|dump|output|share) (me |us )?(\w+ ){0,3}?(your|the) (\w+ ){0,2}?(prompt|instructions|rules|guidelines|configuration|config|api keys?|passwords?|secrets?|credentials)\b`,
		`\b(from now on|starting now|for the rest of this (call|conversation))\b`,
		`\b(your|follow these|with these|these|my) new (rules?|instructions?|persona|policy)\b`,
		`\b(developer|debug|admin|god|dan|sudo|maintenance|root) mode\b`,
		`\bjail ?break\b`,
		`\b(translate|summari[sz]e|describe|paraphrase|explain|print|recite|read) (\w+ ){0,4}?(your |the )?(system )?(instructions|prompts?|guidelines)\b`,
		`\b(turn|switch) off (\w+ ){0,3}?(guard|filters?|rules?|safety|checks?|sources?|citations?|restrictions?)\b`,
		`\b(disable|deactivate|remove|suspend|stop using|stop citing|stop checking) (\w+ ){0,3}?(guard|filters?|rules?|safety|checks?|sources?|citations?|restrictions?|limits?)\b`,
		`\bi am (your|the) (\w+ )?(developer|creator|administrator|admin|owner|boss|engineer|maker)\b`,
		`\b(without|no|never|dont|do not) (\w+ ){0,2}?(citing|citations?|sources?|checking|check the)\b.*\b(answer|say|tell|give|speak)\b`,
		`\b(answer|say|tell|give|speak)\b.*\bwithout (\w+ ){0,2}?(citing|citations?|sources?|checking|any sources?)\b`,
		`\b(change|rewrite|replace|update|modify|edit|break) (\w+ ){0,2}?(your|the) (\w+ )?(rules?|instructions?|persona|policy|name|guidelines?|brief|facts?|numbers?|behavio[u]?r)\b`,
		`\brepeat after me\b`,
		`\bsay (exactly|only|the words?|the following|verbatim)\b`,
	)
	fabricatePatterns = compileAll(
		`\bmak(e|ing) (it|that|this|one|some|something|anything|things?|a|an|any|the) (\w+ ){0,5}?up\b`,
		`\bmak(e|ing) up (a|an|some|any|something|the|your|its|their) (\w+ ){0,2}?(number|figure|quote|story|rumou?r|answer|value|result)s?\b`,
		`\b(invent|fabricate|hallucinate) (a|an|some|the|any|me)?\b`,
		`\b(just|simply) (guess|estimate|say any|give me any|pick a)\b`,
		`\b(say|tell me|claim|confirm|announce|agree|state) (that )?(\w+ ){1,4}?(is bankrupt|went bankrupt|is a fraud|doubled|tripled|is worthless|crashed|beat|missed|is going bankrupt|has failed)\b`,
		`\beven if (you dont know|its not|it isnt|theres no|there is no)\b`,
		`\b(lie|lying) (to|about)\b`,
	)
)

func compileAll(patterns ...string) []*regexp.Regexp {
	res := make([]*regexp.Regexp, len(patterns))
	for i, p := range patterns {
		res[i] = regexp.MustCompile(p)
	}
	return res
}

// judge applies the rules that no model is asked about.
func judge(text string) verdict {
	plain := strings.Join(plainWords(text), " ")
	for _, rule := range []struct {
		v  verdict
		ps []*regexp.Regexp
	}{{tampering, tamperPatterns}, {fabricated, fabricatePatterns}, {advice, advicePatterns}} {
		for _, p := range rule.ps {
			if p.MatchString(plain) {
				return rule.v
			}
		}
	}
	return allowed
}
