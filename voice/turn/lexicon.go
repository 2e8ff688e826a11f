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

// Classes that tell what a sentence is for.
var (
	numbers       = set("one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion point")
	greetings     = set("hi hello hey good morning afternoon evening okay ok yes yeah right great thanks thank you everyone everybody guys all understood sure no oh sorry well so and um uh got it that's helpful very")
	subordinators = set("if when given as since while because after before once although even whether assuming considering")

	announcements = index("question", "questions", "follow up", "follow-up", "followup", "last one", "one more", "second one", "first one", "follow on", "second", "first")
	mores         = index("two questions", "couple questions", "couple of questions", "three questions", "few questions", "firstly", "first", "questions")
	lasts         = index("second", "secondly", "lastly", "last", "finally", "follow up", "follow-up", "followup", "one more", "other question")
	hedges        = phrases("you know", "i mean", "i guess", "sort of", "kind of", "i think", "like", "kinda", "obviously", "basically")
	tags          = phrases("please", "right", "or not", "as well", "at all", "if any", "is that right", "correct", "going forward", "too", "yet", "okay", "about that", "on that", "that", "like that")
)

func fields(s string) []string { return strings.Fields(s) }

func set(words string) map[string]bool {
	m := make(map[string]bool)
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}
