package turn

import "strings"

// The classes of English words that carry its syntax. They are closed classes, nearly complete, and say nothing about
// any domain.
var (
	fillers      = set("uh um er erm eh ah hm hmm mm mhm uhm umm uhh")
	discourse    = set("well so okay ok yeah yes no oh right and but actually now sure um uh sorry please just")
	determiners  = set("a an the my your his its our their this these those that every each some any no another either neither which whose what such")
	standalone   = set("this that these those some any each another either neither his which what such every no")
	conjunctions = set("and or but because cuz cause if whether unless although though while whereas since nor plus than as when where until")
	prepositions = set("of for with at by from into onto upon toward towards between among against regarding concerning per versus vs via within without during despite except like including to in on")
	strandable   = set("for with at by from into in on to about like against")
	auxiliaries  = set("is are was were am do does did have has had can could will would shall should may might must isn't aren't wasn't weren't don't doesn't didn't haven't hasn't can't couldn't won't wouldn't shouldn't")
	whWords      = set("what who whom whose which when where why how what's who's where's how's when's why's")
	subjects     = set("i you he she it we they there i'm you're he's she's it's we're they're i've you've we've they've i'd you'd we'd they'd i'll you'll we'll they'll that's there's")
	digits       = set("zero oh one two three four five six seven eight nine double triple")
)

func set(words string) map[string]bool {
	m := make(map[string]bool)
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}

// plain is a word as the tables know it: lower case, without the punctuation that some recognizers write.
func plain(w string) string {
	w = strings.ToLower(strings.Trim(w, ".,!?;:\"()-… "))
	return strings.ReplaceAll(w, "’", "'")
}
