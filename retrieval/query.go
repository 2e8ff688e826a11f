package retrieval

import (
	"time"

	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/store"
)

// Intent is what kind of answer a question wants.
type Intent string

const (
	Number     Intent = "number"     // one value: "what was Larkspur's revenue"
	Change     Intent = "change"     // how a value moved: "how much did it grow"
	Comparison Intent = "comparison" // of two companies, or of two periods
	List       Intent = "list"       // which companies
	News       Intent = "news"       // what happened, and why
	Profile    Intent = "profile"    // what a company is
	Calendar   Intent = "calendar"   // when something is due
	Overview   Intent = "overview"   // how a company is doing, all in all
	Other      Intent = "other"
)

// A Subject is what the conversation is about: what a follow-up leaves unsaid.
type Subject struct {
	Entities []string
	Metric   string
	Period   quantity.Period // of the fact that was last told, with its year and number
	Intent   Intent
	Rank     Rank
}

// Work is what is to be computed of the facts that a question names.
type Work string

const (
	Gap      Work = "gap"      // of two companies, or two moments: how far apart
	Ratio    Work = "ratio"    // the metric ÷ the first further one, as a multiple
	Share    Work = "share"    // the same in percent
	Net      Work = "net"      // the metric − the first further one
	Series   Work = "series"   // its last values, one after the other
	Average  Work = "average"  // of its values over the time that is asked for
	ToDate   Work = "to date"  // its total of the fiscal year so far
	Yield    Work = "yield"    // a year of dividends in percent of the price
	Total    Work = "total"    // of all the companies that are named
	Beyond   Work = "beyond"   // what nobody here can compute: in another currency, by the head
	Distance Work = "distance" // how far the metric is from the first further one, in percent
	Profit   Work = "profit"   // whether any of its values is above nought
	Loss     Work = "loss"     // whether any of its values is below nought
	Beat     Work = "beat"     // the metric against what was expected of it for the same period
	Session  Work = "session"  // the close of a day against its opening
	Reported Work = "reported" // who published results in a stretch of time
)

// A Query is a question as the store can answer it. Resolve makes it; nothing in it is a guess of a model.
type Query struct {
	Text string
	// Topic is the text without the names of the entities that narrow the search: every passage about them has those, so
	// they tell none from another. Empty means Text.
	Topic    string
	Entities []string // lexicon IDs, in the order named; from the subject where the question names none
	// Named says that the question itself names an entity.
	Named  bool
	Metric string // lexicon ID; empty where none was named
	// Or are metrics that would do as well, the best first, where the question is vague: any margin will do for "margin".
	Or []string
	// More are the further metrics that the question names: "revenue and net income".
	More   []string
	Intent Intent
	// Rank is set where the question is about all entities, Work where it asks for something computed.
	Rank Rank
	Work Work
	// Why says that a reason is asked for. The metric is then what the reason is of.
	Why bool
	// Stranger is a name in the question that neither the lexicon nor the edition knows: "Apple".
	Stranger string
	Period   Period
	// Against is the period that a change is measured against; zero where none was named.
	Against Period
	// Since and Until bound the news that is asked for; zero where unbounded.
	Since, Until time.Time
	// FollowUp says that something came from the subject.
	FollowUp bool
	// Guessed lists entities that were found by the likeness of their name only.
	Guessed []string
}

// A Period is the stretch of time that a question names: exactly, or counted back from another one.
type Period struct {
	quantity.Period
	// Relative says that Back periods are to be counted back: from this period where it has a year or an end, else from
	// the newest one that is known. "Last quarter" is 0 back, "a year ago" 4 quarters back.
	Relative bool
	Back     int
}

// Named says that the question named a period at all.
func (p Period) Named() bool { return p.Kind != "" }

// A Reason says why a question that wants a fact got none.
type Reason string

const (
	// Known: there is a fact, or none was wanted.
	Known Reason = ""
	// NoFact: the edition has nothing on this metric of this entity.
	NoFact Reason = "no such fact"
	// NoPeriod: it has, but not for the period asked. It is declined: never the wrong period.
	NoPeriod Reason = "not for that period"
	// NoEntity: a metric was named, but not whose.
	NoEntity Reason = "no entity named"
)

// A Result is what an edition knows about a query.
type Result struct {
	Query Query
	// Facts answer the query exactly: the entity, the metric and the period are those asked for. For a change the computed
	// change comes first, then the value now, then the value then; for a comparison there is one for each entity, in order.
	Facts []store.Fact
	// Missing says why a fact that the query wants is not there; Have lists the periods that are, newest first.
	Missing Reason
	Have    []quantity.Period
	// Lacks lists what of a question with several parts is not there.
	Lacks []Lack
	// Passages are the best first.
	Passages []Found
	// Subject is what the conversation is about after this.
	Subject Subject
}

// A Lack is one fact that was asked for and is not there.
type Lack struct {
	Entity, Metric string
	Reason         Reason
	Have           []quantity.Period
}

// Found is a passage and how it was found. Lexical and Vector are its places in the two lists, from 1; 0 means absent.
type Found struct {
	store.Passage
	Score           float64
	Lexical, Vector int
}
