package table

import (
	"regexp"
	"strings"
)

var (
	// tableRx asks what a table is about.
	tableRx = regexp.MustCompile(`(?i)^what (?:does|do|is|are|kind of) .*\btable\b.*\b(?:show|represent|provide|present|contain|about|describe|summari[sz]e|include|display|illustrate)|^what does the table|^what is the table about|^what does the information in the table`)
	// showsRx is how a text announces a table.
	showsRx  = regexp.MustCompile(`(?i)\btables? (?:below |above )?(?:shows?|presents?|sets? forth|summari[sz]es?|details?|provides?|discloses?|reflects?|analyses|analyzes|represents?|illustrates?|lists?|contains?|disaggregates?|includes?|outlines?|describes?)\s+(.+)$`)
	followRx = regexp.MustCompile(`(?i)^(.+?) (?:are|is|were|was|consisted of|consists? of|comprised?s?|include[sd]?) (?:summari[sz]ed |presented |shown |set out |set forth |detailed )?(?:as follows|the following|below|in the (?:following )?table)`)
	tailRx   = regexp.MustCompile(`(?i)[,;]?\s*(?:\([^()]*(?:thousands|millions|000)[^()]*\)|for the periods? (?:indicated|presented).*)?[\s:.]*$`)
	// verbRx are the verbs by which a text says what something is, does or means.
	askVerbRx = regexp.MustCompile(`(?i)\b(represents?|refers? to|consists? (?:primarily |mainly |principally )?of|comprised? (?:primarily |mainly )?of|comprises?|includes?|included|excludes?|exclude|mean|measured|recogni[sz]ed|determined|valued|calculated|computed|recorded|classified|accounted for|based on|estimated|amorti[sz]ed|depreciated|stated|carried|reported|defined|located|situated|presented|settled|paid|assessed|tested|reviewed|treated|translated|allocated|a component of|component of)\b`)
	leadRx    = regexp.MustCompile(`(?i)^(?:primarily|mainly|principally|generally|also|as|to be|initially|subsequently)\s+`)
)

// announced is what the text says that the table shows.
func announced(ss []string) (Answer, bool) {
	for _, s := range ss {
		if m := showsRx.FindStringSubmatch(s); m != nil {
			return Answer{Text: tailRx.ReplaceAllString(m[1], ""), From: "text", Sure: 0.75}, true
		}
	}
	for _, s := range ss {
		if m := followRx.FindStringSubmatch(s); m != nil && len(m[1]) < 200 {
			return Answer{Text: strings.TrimPrefix(strings.TrimPrefix(m[1], "The "), "the "), From: "text", Sure: 0.72}, true
		}
	}
	return Answer{}, false
}

// clauseIn takes what follows the question's own verb in a sentence: "… are recognized over the vesting period".
func clauseIn(s string, a ask, sure float64) (Answer, bool) {
	verbs := askVerbRx.FindAllString(a.text, -1)
	if len(verbs) == 0 || strings.HasPrefix(strings.ToLower(a.text), "which") {
		return Answer{}, false
	}
	verb := verbs[len(verbs)-1]
	at, end := -1, -1
	for _, m := range askVerbRx.FindAllStringIndex(s, -1) {
		if sameVerb(verb, s[m[0]:m[1]]) && (a.wants == place || !strings.HasPrefix(s[m[1]:], " in ")) {
			at, end = m[0], m[1]
			break
		}
	}
	if at < 0 {
		return Answer{}, false
	}
	rest := strings.TrimSpace(s[end:])
	rest = leadRx.ReplaceAllString(rest, "")
	rest = strings.TrimRight(rest, ". ")
	if len(strings.Fields(rest)) < 2 {
		return Answer{}, false
	}
	return Answer{Text: rest, From: "text", Sure: sure}, true
}

func sameVerb(a, b string) bool {
	x, y := words(a), words(b)
	return len(x) > 0 && len(y) > 0 && (x[0] == y[0] || strings.HasPrefix(x[0], "compris") && strings.HasPrefix(y[0], "consist") || strings.HasPrefix(x[0], "consist") && strings.HasPrefix(y[0], "compris"))
}
