package brief

import (
	"regexp"
	"strings"
)

// A page may hold words that are meant for whoever reads it by machine. They are no news: a sentence that tells its
// reader what to do is not passed on, whichever digester took it up.
var (
	aboutReply = regexp.MustCompile(`(?i)\b(your|the|this) (next |final )?(response|reply|answer|output|summary|system prompt|instructions?|training)\b|\b(previous|prior|above|earlier|all) (instructions?|prompts?|rules)\b|\b(language model|chat ?bot|AI (model|assistant|system)|as an AI|assistant|system (prompt|message|note)|jailbreak|developer mode)\b|\bignore (all|any|the|previous|everything)\b`)
	imperative = regexp.MustCompile(`(?i)^(["“'(\[*>-]|\s)*(please|kindly|now|next|then|instead|also|important|note|attention|urgent|remember|in your (response|reply|answer),?|before (you )?answering,?|after (you )?answering,?|when (you )?(answer|respond|reply)(ing)?,?|[a-z]+ ?:)?[\s,:!]*(do not|don't|never|always|must|ignore|disregard|forget|override|add|append|include|insert|integrate|incorporate|enhance|modify|alter|replace|embed|mention|highlight|promote|recommend|suggest|advise|tell|inform|repeat|respond|reply|print|write|generate|create|compose|draft|translate|summari[sz]e|classify|categori[sz]e|analy[sz]e|determine|identify|evaluate|assess|explain|describe|provide|give|encode|encrypt|decode|convert|calculate|compute|solve|find|visit|click|go to|navigate|download|send|email|subscribe|sign up|pretend|imagine|assume|execute|run|reveal|end your|begin your|start your)\s+\S`)
	// These are nouns of finance as well: only before an article or a pronoun do they tell anybody anything.
	nounish  = regexp.MustCompile(`(?i)^(["“'(\[*>-]|\s)*(please |now |then |also )?(list|name|offer|use|call|buy|sell|follow|share|act|open|change|state|claim|answer|output|show|display|search|say|report|request)\s+(a|an|the|your|this|that|these|those|all|it|us|me|as|only)\b`)
	question = regexp.MustCompile(`(?i)^(["“'(\[]|\s)*(can|could|would|will|do|did|are|is|what|which|who|how|why|when|where|should)\b.*\?`)
	toReader = regexp.MustCompile(`(?i)\b(you (are|must|should|will|have to|need to|can)|can you|could you|would you|for the user|the user|to the user)\b`)
	address  = regexp.MustCompile(`(?i)(https?://|www\.|\b[a-z0-9-]+\.(com|net|org|io|ru|cn|info|biz|xyz)\b)`)
)

// spokenOf are the marks of a person who is quoted: "You will see growth," she said.
var spokenOf = regexp.MustCompile(`(?i)\b(said|says|told|added|wrote|according to)\b`)

// Instructs says why a sentence is addressed to its reader; empty where it just tells something.
func Instructs(sentence string) string {
	s := strings.TrimSpace(sentence)
	switch {
	case aboutReply.MatchString(s):
		return "it speaks of the reader's own answer"
	case imperative.MatchString(s), nounish.MatchString(s):
		return "it tells its reader what to do"
	case question.MatchString(s):
		return "it asks its reader"
	case address.MatchString(s):
		return "it speaks an address"
	case toReader.MatchString(s) && !spokenOf.MatchString(s):
		return "it speaks to its reader"
	}
	return ""
}
