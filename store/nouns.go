// Package store keeps everything that must survive: documents, editions, conversations and what is still owed to a listener.
package store

import (
	"time"

	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/internal/quantity"
)

// DocumentKind says how a document is read and how it is spoken of.
type DocumentKind string

const (
	News     DocumentKind = "news"
	Filing   DocumentKind = "filing"
	Prices   DocumentKind = "prices" // daily bars, CSV
	Chain    DocumentKind = "chain"  // option chain, CSV
	Note     DocumentKind = "note"   // analyst notes and the user's own
	Social   DocumentKind = "social" // always unverified
	Calendar DocumentKind = "calendar"
	Profile  DocumentKind = "profile" // what a company is
)

// A Document is one thing that was fetched, as it was fetched, with the text that was read out of it.
type Document struct {
	ID        string // stable over re-fetches: a hash of source and canonical URL
	Source    string // the name of the source in domain.yaml
	URL       string // canonical; "file:" and a path relative to the domain's folder for local files
	Title     string
	Publisher string
	Kind      DocumentKind
	Entities  []string // lexicon IDs that the source itself names
	Published time.Time
	Retrieved time.Time
	AsOf      time.Time // what moment the content speaks of; Published where nothing else is known
	Media     string    // MIME type of Raw
	Raw       []byte
	// Text is what people see: paragraphs separated by a blank line, a table row as one line of "cell | cell".
	Text       string
	Hash       string // of Text, SHA-256 in hex
	Gone       bool   // no longer at the source
	Unverified bool
}

// A Span is where in a document something is said: byte offsets into Document.Text, and those bytes.
type Span struct {
	Document   string `json:"document"`
	Start, End int
	Quote      string `json:"quote"`
}

// A Fact is one typed claim. It is either quoted (Span) or computed by code (Formula, Inputs).
type Fact struct {
	ID        string
	Edition   int64
	Entity    string // lexicon ID
	Metric    string // lexicon ID of a metric: "revenue", "eps-diluted", "close"
	Value     quantity.Quantity
	Period    quantity.Period
	AsOf      time.Time
	Expires   time.Time // zero: does not expire
	Statement string    // a written sentence that can be verbalised
	Span      Span
	Formula   string   // "(2.31 − 2.02) ÷ 2.02", with the numbers in it
	Inputs    []string // fact IDs
	Citation  Citation
	// Corroboration counts the independent documents that say the same; Contradicts lists facts that say otherwise.
	Corroboration int
	Contradicts   []string
	Unverified    bool
}

// A Passage is one to four sentences that can be spoken, from one document.
type Passage struct {
	ID            string
	Edition       int64
	Entities      []string
	Kind          DocumentKind
	Prefix        string // situates the passage: whose, when, what; embedded and indexed, not spoken
	Text          string
	Span          Span
	Published     time.Time
	Citation      Citation
	Corroboration int
	// Contradicts lists passages of other stories that tell the same otherwise: sources that disagree.
	Contradicts []string
	Unverified  bool
}

// A Question is one that the builder expects, with the answer it prepared.
type Question struct {
	ID       string
	Edition  int64
	Text     string
	Answer   string
	Facts    []string
	Passages []string
	Audio    []byte // WAV of the answer in the voice AudioVoice; empty where none was made
	Voice    string
}

// A Citation leads a listener back to where something was said.
type Citation struct {
	Document  string       `json:"document"`
	Passage   string       `json:"passage,omitempty"` // ID of the passage or fact
	Title     string       `json:"title"`
	URL       string       `json:"url"`
	Publisher string       `json:"publisher"`
	Published time.Time    `json:"published"`
	Kind      DocumentKind `json:"kind"`
	Quote     string       `json:"quote"`
}

// EditionState is where an edition stands.
type EditionState string

const (
	Building  EditionState = "building"
	Candidate EditionState = "candidate" // built, but the gate did not let it pass
	Published EditionState = "published" // was or is live; the domain's current row says which is
)

// An Edition is all of one night's facts and passages for a domain, in its immutable published form.
type Edition struct {
	ID        int64
	Domain    string
	State     EditionState
	Began     time.Time
	Published time.Time
	AsOf      time.Time // the newest thing it knows
	Hash      string    // of its content, independent of when it was built
	Digester  string    // spec of the model, or "extractive"
	Embedder  string
	Dims      int
	Lexicon   lexicon.Lexicon
	Watch     []string // lexicon IDs, most watched first
	Report    []byte   // JSON: what was read, refused, spent; the gate's verdict
	Counts    struct{ Documents, Facts, Passages, Questions, Refused int }
}

// FindingState is where a deferred answer stands.
type FindingState string

const (
	Pending    FindingState = "pending"
	Ready      FindingState = "ready"
	Offered    FindingState = "offered" // handed to the voice, not yet heard
	Spoken     FindingState = "spoken"
	Superseded FindingState = "superseded"
	Expired    FindingState = "expired"
	Withdrawn  FindingState = "withdrawn"
)

// A Finding is a row of the ledger of deferred answers: what is still owed to a listener.
type Finding struct {
	ID         string
	Session    string
	Caller     string // who may be told on a later call; empty without consent
	Turn       int
	Agent      string
	Question   string // as it is named when told: "the implied volatility of Halden"
	Subject    string // lexicon ID; what a newer question on it supersedes
	Metric     string
	State      FindingState
	Text       string // a written sentence, once ready
	Citations  []Citation
	Values     []Value
	Asked      time.Time
	Ready      time.Time
	ValidUntil time.Time // zero: no limit
	Told       time.Time
	// Failed says that there will be no answer: Text is empty, and that it was looked for in vain is what is told.
	Failed bool
	// Asking is the question as the helper was asked it, JSON, so that it can be asked again after a restart.
	Asking []byte
}

// Open says that the finding is still owed.
func (f Finding) Open() bool { return f.State == Pending || f.State == Ready || f.State == Offered }

// A Value is a number that may be spoken, with what it is the number of: evidence for the number guard.
type Value struct {
	Entity   string
	Metric   string
	Quantity quantity.Quantity
	Period   quantity.Period
}
