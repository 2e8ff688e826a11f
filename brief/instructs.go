package brief

import (
	"regexp"
	"strings"
)

// A page may hold words that are meant for whoever reads it by machine. They are no news: a sentence that tells its
// reader what to do is not passed on, whichever digester took it up.
var (
	aboutReply = regexp.MustCompile(`(?i)\b(your|this) (next |final )?(response|reply|answer|output|summary)\b|\byour (instructions?|training|rules)\b|\b(previous|prior|above|earlier|all) (instructions?|prompts?)\b|\bas an? (AI|language model|assistant)\b|\bsystem (prompt|message|note)\b|\bdeveloper mode\b|\bignore (all|any|previous|everything)\b`)
	imperative = regexp.MustCompile(`(?i)^(["“'(\[*>-]|\s)*(please|kindly|now|next|then|instead|also|important|note|attention|urgent|remember|in your (response|reply|answer),?|before (you )?answering,?|after (you )?answering,?|when (you )?(answer|respond|reply)(ing)?,?|[a-z]+ ?:)?[\s,:!]*(do not|don't|never|always|must|ignore|disregard|forget|override|add|append|include|insert|integrate|incorporate|enhance|modify|alter|replace|embed|mention|highlight|promote|recommend|suggest|advise|tell|inform|repeat|respond|reply|print|write|generate|create|compose|draft|translate|summari[sz]e|classify|categori[sz]e|analy[sz]e|determine|identify|evaluate|assess|explain|describe|provide|give|encode|encrypt|decode|convert|calculate|compute|solve|find|visit|click|go to|navigate|download|send|email|subscribe|sign up|pretend|imagine|assume|execute|run|reveal|end your|begin your|start your)\s+\S`)
	// These are nouns of finance as well: only before an article or a pronoun do they tell anybody anything.
	nounish  = regexp.MustCompile(`(?i)^(["“'(\[*>-]|\s)*(please |now |then |also )?(list|name|offer|use|call|buy|sell|follow|share|act|open|change|state|claim|answer|output|show|display|search|say|report|request)\s+(a|an|the|your|this|that|these|those|all|it|us|me|as|only)\b`)
	role     = regexp.MustCompile(`(?i)^(["“'(\[*>#-]|\s)*(system|assistant|user|developer|instructions?|prompt|note to (the )?(reader|model|assistant|editor))\s*:|\bfrom now on\b`)
	question = regexp.MustCompile(`\?["”'’)\]]*\s*$`)
	toReader = regexp.MustCompile(`(?i)\b(you (are|must|should|will|have to|need to|can)|can you|could you|would you|tell the (user|listener|reader|caller|audience))\b`)
	address  = regexp.MustCompile(`(?i)(https?://|www\.|\b(visit|see|at|on|to)\s+[a-z0-9-]+\.(com|net|org|io|ru|cn|info|biz|xyz|example)\b)`)
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
	case role.MatchString(s):
		return "it plays a part in a conversation"
	case question.MatchString(s) && !spokenOf.MatchString(s):
		return "it asks its reader"
	case address.MatchString(s):
		return "it speaks an address"
	case toReader.MatchString(s) && !spokenOf.MatchString(s):
		return "it speaks to its reader"
	}
	return ""
}

// InstructsAny says why any sentence of a text is addressed to its reader.
func InstructsAny(text string) string {
	for text != "" {
		end := sentenceEnd(text)
		if why := Instructs(text[:end]); why != "" {
			return why
		}
		text = text[end:]
	}
	return ""
}

// around widens a span to the whole sentences that it lies in: half a sentence may hide what the other half commands. What
// is quoted belongs to the sentence before the quotation.
func around(text string, start, end int) string {
	from := strings.LastIndexByte(text[:start], '\n') + 1
	line, before := from, from
	for at := from; at < start; {
		next := at + sentenceEnd(text[at:])
		if next > start {
			break
		}
		if !InQuote(text[line:next], text[next:]) {
			before = next
		}
		from, at = next, next
	}
	if InQuote(text[line:from], text[from:]) {
		from = before
		for at := line; at < before; at += sentenceEnd(text[at:]) {
			if at+sentenceEnd(text[at:]) >= before {
				from = at
			}
		}
	}
	to := end
	if at := sentenceEnd(text[end-1:]); end-1+at > end {
		to = end - 1 + at
	}
	return text[from:to]
}

var (
	opening = regexp.MustCompile(`(^|[\s(:])["“'‘][\pL\d]`)
	closing = regexp.MustCompile(`[\pL\d.,!?]["”'’]([\s.,;:!?)]|$)`)
	quoted  = regexp.MustCompile(`^\s*["“'‘][\pL\d]`)
)

// InQuote says whether a sentence, with what stands before it in its paragraph, begins or goes on within a quotation.
func InQuote(before, sentence string) bool {
	return quoted.MatchString(sentence) || len(opening.FindAllString(before, -1)) > len(closing.FindAllString(before, -1))
}

// sentenceEnd is where the first sentence of a text ends: behind a mark that white space follows, or at the line's end.
func sentenceEnd(text string) int {
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\n':
			return i + 1
		case '.', '!', '?':
			j := i + 1
			for j < len(text) && strings.IndexByte("\"')]", text[j]) >= 0 {
				j++
			}
			if j == len(text) || text[j] == ' ' || text[j] == '\n' {
				return j
			}
		}
	}
	return len(text)
}
