package answer

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aubade/aubade/retrieval"
	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/subagents"
	"github.com/aubade/aubade/voice"
)

// A Conversation is one call's Responder and Deferrer. It pins the edition that it began with. What a reply would change
// (the subject, the history, what is owed) is kept aside until Heard says that the reply was spoken: a reply composed on
// words that the user then changed leaves no trace.
type Conversation struct {
	a      *Answerer
	id     string
	book   *book // nil: there is no edition yet
	desk   *subagents.Session
	ledger *subagents.Ledger
	ready  chan struct{}    // capacity 1: one signal stands for all that waits
	events chan voice.Event // 64: more than a turn has; what does not fit is news of the screen's only, and dropped
	done   chan struct{}    // closed when the reader of late answers has ended

	subjects atomic.Pointer[[]string] // the subject's entities, for those who must not wait: the lock may, for the store

	mu      sync.Mutex
	subject retrieval.Subject
	history history
	style   style
	replies map[int]*reply               // composed, not yet heard
	guess   guess                        // retrieval on a stable partial
	early   map[string]subagents.Arrival // came before their turn was committed
}

// style is what "slower" and "shorter" change.
type style struct {
	rate      float64
	sentences int
}

// A reply is what a turn changes once it is spoken. Whoever composes it writes it, without a lock, until it is composed.
type reply struct {
	composed bool // c.mu guards it, and what is deferred
	asked    string
	subject  retrieval.Subject
	deferred []subagents.Arrival
	answered []subagents.Question // anew: what was owed on them is not owed any more
	withdraw bool                 // nor is anything else
	then     func()               // any other change of the conversation's own
}

// A guess is what retrieval made of a partial.
type guess struct {
	key    string
	result retrieval.Result
}

// Open begins a conversation. The id is the session's in the store; caller names who may be told on a later call, and is
// empty without consent. It works without an edition, and says so when asked.
func (a *Answerer) Open(ctx context.Context, id, caller string) (*Conversation, error) {
	c := &Conversation{
		a: a, id: id,
		history: history{turns: a.c.HistoryTurns, tokens: a.c.HistoryTokens},
		style:   style{rate: 1, sentences: a.c.MaxSentences},
		replies: map[int]*reply{},
		early:   map[string]subagents.Arrival{},
		ready:   make(chan struct{}, 1),
		events:  make(chan voice.Event, 64),
		done:    make(chan struct{}),
	}
	var edition int64
	switch b, err := a.current(ctx); {
	case err == nil:
		c.book, edition = b, b.edition.ID
	case !errors.Is(err, store.ErrNoEdition):
		return nil, err
	}
	began := time.Now()
	if err := a.c.DB.SaveSession(ctx, store.Session{ID: id, Domain: a.c.Domain.Name, Edition: edition, Caller: caller, Began: began}); err != nil {
		a.c.Log.Error("a call will not be remembered", "session", id, "err", err)
	}
	if !a.c.RememberCallers {
		caller = ""
	}
	var err error
	c.ledger, err = subagents.OpenLedger(ctx, a.c.DB, subagents.LedgerConfig{Session: id, Caller: caller, Changed: c.changed})
	if err != nil {
		return nil, fmt.Errorf("open conversation %s: %w", id, err)
	}
	if a.c.Desk == nil {
		close(c.done)
		return c, nil
	}
	c.desk = a.c.Desk.Open(ctx, id)
	go c.collect() // ends when the desk's session is closed
	if orphans := c.ledger.Orphans(); len(orphans) > 0 {
		// Asked before a restart: they are asked again under their own IDs, and never waited for.
		c.desk.Begin(0, time.Now(), orphans...)
	}
	if c.ledger.Waiting() {
		c.signal()
	}
	return c, nil
}

// Edition is the edition that the conversation reads from; false when there is none.
func (c *Conversation) Edition() (store.Edition, bool) {
	if c.book == nil {
		return store.Edition{}, false
	}
	return c.book.edition, true
}

// Subjects are the entities that the conversation is about, by what was heard of its last reply. It never waits.
func (c *Conversation) Subjects() []string {
	if s := c.subjects.Load(); s != nil {
		return *s
	}
	return nil
}

// Close ends the helpers' work for this conversation and waits for it.
func (c *Conversation) Close() error {
	var err error
	if c.desk != nil {
		err = c.desk.Close()
	}
	<-c.done
	return errors.Join(err, c.ledger.End(context.Background()))
}

// Prepare retrieves for a partial, so that the answer's evidence is there when the turn ends, and asks the cheap helpers.
func (c *Conversation) Prepare(ctx context.Context, partial voice.Transcript) {
	if c.book == nil || partial.Rejected {
		return
	}
	q := c.resolve(partial.Text)
	key := plainKey(q.Text)
	c.mu.Lock()
	known := c.guess.key == key
	c.mu.Unlock()
	if known {
		return
	}
	if c.desk != nil {
		c.desk.Prepare(0, c.asks(0, q)...)
	}
	result, err := c.book.retriever.Retrieve(ctx, q)
	if err != nil {
		return // the turn itself will meet the error, and say so
	}
	c.mu.Lock()
	c.guess = guess{key, result}
	c.mu.Unlock()
}

// retrieve is what the edition knows; it may be known from a partial already.
func (c *Conversation) retrieve(ctx context.Context, q retrieval.Query) (retrieval.Result, error) {
	c.mu.Lock()
	g := c.guess
	c.mu.Unlock()
	if g.key == plainKey(q.Text) && g.result.Query.FollowUp == q.FollowUp {
		return g.result, nil
	}
	return c.book.retriever.Retrieve(ctx, q)
}

// Respond composes the reply to a turn, sentence by sentence. Breaking off leaves nothing behind.
func (c *Conversation) Respond(ctx context.Context, t voice.Turn) iter.Seq2[voice.Say, error] {
	return func(yield func(voice.Say, error) bool) {
		r := &reply{}
		c.begin(t, r)
		defer func() {
			c.mu.Lock()
			r.composed = true
			c.mu.Unlock()
		}()
		over := false // once nobody listens, nothing is yielded: whoever says several things need not ask after each
		emit := func(s voice.Say) bool {
			if over {
				return false
			}
			if s.Rate == 0 {
				c.mu.Lock()
				s.Rate = c.style.rate
				c.mu.Unlock()
			}
			if s.Rate != 0 {
				s.Audio = nil // it was made at the usual rate
			}
			over = !yield(s, nil)
			return !over
		}
		var err error
		switch t.Kind {
		case voice.Greeting:
			c.greet(ctx, emit)
		case voice.Nudge:
			c.nudge(emit)
		case voice.Farewell:
			emit(voice.Say{Kind: voice.Prompt, Text: "I'll let you go. Call again any time."})
		case voice.Telling:
			c.tell(ctx, emit)
		default:
			err = c.answer(ctx, t, r, emit)
		}
		if err != nil && !over {
			yield(voice.Say{}, err)
		}
	}
}

// begin notes the reply of a turn in the place of an earlier one to it, or to a turn that never was.
func (c *Conversation) begin(t voice.Turn, r *reply) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for id, old := range c.replies {
		if id == t.ID || len(old.deferred) > 0 {
			for _, d := range old.deferred {
				c.desk.Drop(d.ID)
				delete(c.early, d.ID)
			}
		}
		delete(c.replies, id)
	}
	c.replies[t.ID] = r
}

// Heard commits what a spoken reply changes, and writes what was heard of it.
func (c *Conversation) Heard(ctx context.Context, h voice.HeardReport) {
	c.mu.Lock()
	r := c.replies[h.Turn]
	delete(c.replies, h.Turn)
	if r != nil && !r.composed {
		r = nil // the session does not wait for ever for a reply that was cut short: it waits for the store, say
	}
	var said, heard []string
	turn := store.Turn{Session: c.id, ID: h.Turn, At: time.Now()}
	if r != nil {
		turn.Asked = r.asked
		if r.asked != "" {
			c.history.asked(h.Turn, r.asked)
			c.subject = r.subject
			c.subjects.Store(&r.subject.Entities)
		}
		if r.then != nil {
			r.then()
		}
	}
	for _, s := range h.Says {
		said = append(said, s.Say.Text)
		if s.Heard != "" {
			heard = append(heard, s.Heard)
		}
		turn.Kind = string(s.Say.Kind)
		for _, cite := range s.Say.Citations {
			turn.Citations = append(turn.Citations, stored(cite))
		}
	}
	turn.Said, turn.Heard = strings.Join(said, " "), strings.Join(heard, " ")
	c.history.heard(h.Turn, turn.Heard)
	c.mu.Unlock()

	if r != nil {
		c.supersede(ctx, r.answered)
		if r.withdraw {
			c.withdraw(ctx)
		}
		c.owe(ctx, r.deferred)
	}
	for _, s := range h.Says {
		if s.Say.Finding != "" {
			if err := c.ledger.Heard(ctx, s.Say.Finding, s.Complete); err != nil {
				c.a.c.Log.Error("the ledger could not be written", "session", c.id, "err", err)
			}
		}
	}
	if err := c.a.c.DB.SaveTurn(ctx, turn); err != nil {
		c.a.c.Log.Error("a turn could not be recorded", "session", c.id, "turn", h.Turn, "err", err)
	}
	if c.ledger.Waiting() {
		c.signal()
	}
}

// resolve makes a query of words, as they follow on what the conversation is about.
func (c *Conversation) resolve(text string) retrieval.Query {
	c.mu.Lock()
	subject := c.subject
	c.mu.Unlock()
	return c.resolveIn(text, subject)
}

// resolveIn makes a query of words in the light of a subject.
func (c *Conversation) resolveIn(text string, subject retrieval.Subject) retrieval.Query {
	return c.book.retriever.Resolve(afterCorrection(text), subject)
}

// correctionOpeners are how people take back what they said. What follows them is the question, with the old one's metric.
var correctionOpeners = []string{"no i meant", "no i mean", "i meant", "sorry i meant", "wait i meant", "i mean", "no sorry", "no wait", "sorry", "no", "wait", "actually", "rather"}

// afterCorrection turns "no, I meant Halden" into "what about Halden", which asks the last question of Halden.
func afterCorrection(text string) string {
	words := strings.Fields(text)
	for _, opener := range correctionOpeners {
		n := len(strings.Fields(opener))
		if len(words) <= n || strings.Join(plainWords(strings.Join(words[:n], " ")), " ") != opener {
			continue
		}
		rest := strings.TrimLeft(strings.Join(words[n:], " "), ", ")
		if len(words)-n <= 3 {
			return "what about " + rest
		}
		return rest
	}
	return text
}

func cited(c store.Citation) voice.Citation {
	id := c.Passage
	if id == "" {
		id = c.Document
	}
	return voice.Citation{ID: id, Title: c.Title, URL: c.URL, Publisher: c.Publisher, Published: c.Published, Kind: string(c.Kind), Quote: c.Quote}
}

func stored(c voice.Citation) store.Citation {
	return store.Citation{Passage: c.ID, Title: c.Title, URL: c.URL, Publisher: c.Publisher, Published: c.Published, Kind: store.DocumentKind(c.Kind), Quote: c.Quote}
}
