package answer

import (
	"strings"
	"unicode"
)

// A command is something that always works and needs neither model nor brief.
type command int

const (
	noCommand command = iota
	cmdBrief
	cmdChanged
	cmdRepeat
	cmdSlower
	cmdFaster
	cmdShorter
	cmdLonger
	cmdStop
	cmdHelp
	cmdNeverMind
	cmdOwed // "anything new on what I asked?"
	cmdThanks
	cmdBye
	cmdYes
	cmdNo
	cmdHello
	cmdFollowed // "which companies do you follow?"
)

// commandPhrases maps what people say, normalised, to the command. A phrase must be the whole utterance, give or take
// the politeness words of [courtesy]: "stop" inside a question about a stop-loss is no command.
var commandPhrases = map[string]command{
	"brief me": cmdBrief, "give me the brief": cmdBrief, "give me a brief": cmdBrief, "the brief": cmdBrief, "briefing": cmdBrief,
	"morning brief": cmdBrief, "catch me up": cmdBrief, "update me": cmdBrief, "whats the brief": cmdBrief, "read me the brief": cmdBrief,

	"what changed": cmdChanged, "whats changed": cmdChanged, "what has changed": cmdChanged, "whats new": cmdChanged, "what is new": cmdChanged,
	"what happened today": cmdChanged, "what happened": cmdChanged, "what is happening": cmdChanged, "whats happening": cmdChanged, "whats going on": cmdChanged, "anything happen today": cmdChanged, "did anything happen today": cmdChanged, "did anything happen": cmdChanged,
	"what moved": cmdChanged, "what moved most": cmdChanged, "whats moving": cmdChanged, "any changes": cmdChanged, "anything new": cmdChanged,

	"repeat": cmdRepeat, "repeat that": cmdRepeat, "say that again": cmdRepeat, "say it again": cmdRepeat, "again": cmdRepeat, "once more": cmdRepeat,
	"come again": cmdRepeat, "pardon": cmdRepeat, "what did you say": cmdRepeat, "what was that": cmdRepeat, "i didnt catch that": cmdRepeat,
	"i missed that": cmdRepeat, "one more time": cmdRepeat,

	"slower": cmdSlower, "speak slower": cmdSlower, "slow down": cmdSlower, "more slowly": cmdSlower, "speak more slowly": cmdSlower, "too fast": cmdSlower,
	"faster": cmdFaster, "speak faster": cmdFaster, "speed up": cmdFaster, "too slow": cmdFaster, "normal speed": cmdFaster,

	"shorter": cmdShorter, "be brief": cmdShorter, "keep it short": cmdShorter, "shorter answers": cmdShorter, "make it shorter": cmdShorter,
	"longer": cmdLonger, "more detail": cmdLonger, "longer answers": cmdLonger, "tell me more": cmdLonger,

	"stop": cmdStop, "stop talking": cmdStop, "be quiet": cmdStop, "quiet": cmdStop, "enough": cmdStop, "thats enough": cmdStop, "shut up": cmdStop, "hush": cmdStop,
	"silence": cmdStop, "stop it": cmdStop,

	"what can i ask": cmdHelp, "what can you do": cmdHelp, "help": cmdHelp, "help me": cmdHelp, "what do you know": cmdHelp,
	"what should i ask": cmdHelp, "what can i ask you": cmdHelp, "how does this work": cmdHelp, "who are you": cmdHelp, "what are you": cmdHelp,

	"which companies do you follow": cmdFollowed, "what companies do you follow": cmdFollowed, "how many companies do you follow": cmdFollowed, "who do you follow": cmdFollowed,
	"which companies do you cover": cmdFollowed, "what companies do you cover": cmdFollowed, "which companies do you know": cmdFollowed, "what companies do you know": cmdFollowed,
	"which stocks do you follow": cmdFollowed, "what stocks do you follow": cmdFollowed, "list the companies": cmdFollowed, "which companies are there": cmdFollowed, "what do you follow": cmdFollowed, "what do you cover": cmdFollowed,

	"never mind": cmdNeverMind, "nevermind": cmdNeverMind, "forget it": cmdNeverMind, "forget that": cmdNeverMind, "forget about it": cmdNeverMind,
	"cancel": cmdNeverMind, "cancel that": cmdNeverMind, "dont bother": cmdNeverMind, "drop it": cmdNeverMind,

	"anything back yet": cmdOwed, "did it come back": cmdOwed, "did that come back": cmdOwed, "any news on that": cmdOwed, "any answer yet": cmdOwed,
	"do you have it": cmdOwed, "do you have it yet": cmdOwed, "is it there yet": cmdOwed, "what about what i asked": cmdOwed,

	"thanks": cmdThanks, "thank you": cmdThanks, "thank you very much": cmdThanks, "thanks a lot": cmdThanks, "great thanks": cmdThanks, "cheers": cmdThanks,

	"bye": cmdBye, "goodbye": cmdBye, "bye bye": cmdBye, "good bye": cmdBye, "see you": cmdBye, "thats all": cmdBye, "that is all": cmdBye, "hang up": cmdBye,

	"yes": cmdYes, "yeah": cmdYes, "yes please": cmdYes, "sure": cmdYes, "go ahead": cmdYes, "do it": cmdYes, "please do": cmdYes,
	"no": cmdNo, "nope": cmdNo, "no thanks": cmdNo, "no thank you": cmdNo,

	"hello": cmdHello, "hi": cmdHello, "hey": cmdHello, "good morning": cmdHello, "good evening": cmdHello, "good afternoon": cmdHello, "are you there": cmdHello,
	"can you hear me": cmdHello,
}

// courtesy is what may stand before or after a command without changing it.
var courtesy = map[string]bool{
	"please": true, "aubade": true, "okay": true, "ok": true, "hey": true, "so": true, "well": true, "um": true, "uh": true, "just": true, "now": true,
	"could": true, "can": true, "you": true, "would": true, "then": true, "and": true, "oh": true, "actually": true, "a": true, "bit": true, "little": true, "for": true, "me": true, "today": true,
	"alright": true, "all": true, "right": true, "i": true, "said": true,
}

// findCommand says which command an utterance is, if it is nothing but a command.
func findCommand(text string) command {
	words := plainWords(text)
	if len(words) == 0 || len(words) > 10 {
		return noCommand
	}
	for i := 0; i < len(words); i++ {
		if i > 0 && !courtesy[words[i-1]] {
			break
		}
		for j := len(words); j > i; j-- {
			if j < len(words) && !courtesy[words[j]] {
				break
			}
			if c, ok := commandPhrases[strings.Join(words[i:j], " ")]; ok {
				return c
			}
		}
	}
	return noCommand
}

// plainWords is the text in lower case without punctuation, split; "what's" becomes "whats".
func plainWords(text string) []string {
	return strings.FieldsFunc(strings.Map(func(r rune) rune {
		switch {
		case r == '\'' || r == '’':
			return -1
		case unicode.IsLetter(r) || unicode.IsDigit(r) || r == '.' || r == '%' || r == '$':
			return unicode.ToLower(r)
		}
		return ' '
	}, strings.TrimRight(text, ".?! ")), unicode.IsSpace)
}
