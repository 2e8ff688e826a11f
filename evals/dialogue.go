package evals

import (
	"context"
	"strings"
	"time"

	"github.com/aubade/aubade/internal/budget"
	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/answer"
)

// An Answer is one reply as it was said, with all that supports it.
type Answer struct {
	Said      string           `json:"said"`  // words for ears
	Shown     string           `json:"shown"` // as it is written
	Citations []voice.Citation `json:"citations"`
	Edition   int64            `json:"edition"`
	Deferred  []Late           `json:"deferred"`
	Took      time.Duration    `json:"-"` // to the first sentence
}

// Late is something that was not there in time, and what became of it.
type Late struct {
	Question  string           `json:"question"`
	State     string           `json:"state"`
	Said      string           `json:"said,omitempty"`
	Shown     string           `json:"shown,omitempty"`
	Citations []voice.Citation `json:"citations,omitempty"`
	Told      int              `json:"-"` // how often
}

// A Dialogue is a conversation in text: the same brain as in a call, heard out at once.
type Dialogue struct {
	Conversation *answer.Conversation
	Target       time.Duration // from the question to the first sentence
	Verbalise    func(string) string
	turn         int
}

// Ask asks one question.
func (d *Dialogue) Ask(ctx context.Context, question string) (Answer, error) {
	return d.put(ctx, voice.Turn{Kind: voice.Asked, Typed: true, Transcript: voice.Transcript{Text: question, Final: true}})
}

func (d *Dialogue) put(ctx context.Context, t voice.Turn) (Answer, error) {
	d.turn++
	t.ID = d.turn
	began := time.Now()
	t.Budget = budget.Budget{SpokeUntil: began, Target: d.Target}
	a := Answer{Citations: []voice.Citation{}, Deferred: []Late{}}
	if e, ok := d.Conversation.Edition(); ok {
		a.Edition = e.ID
	}
	report := voice.HeardReport{Turn: t.ID}
	var said, shown []string
	for s, err := range d.Conversation.Respond(ctx, t) {
		if err != nil {
			return a, err
		}
		if len(shown) == 0 {
			a.Took = time.Since(began)
		}
		if s.Spoken == "" {
			s.Spoken = d.Verbalise(s.Text)
		}
		said, shown = append(said, s.Spoken), append(shown, s.Text)
		a.Citations = append(a.Citations, s.Citations...)
		for _, q := range s.Deferred {
			a.Deferred = append(a.Deferred, Late{Question: q, State: string(store.Pending)})
		}
		report.Says = append(report.Says, voice.HeardSay{Say: s, Heard: s.Text, Complete: true})
	}
	d.Conversation.Heard(ctx, report)
	a.Said, a.Shown = strings.Join(said, " "), strings.Join(shown, " ")
	return a, nil
}

// Await hears what comes late, as a call would at the next lull, until nothing is outstanding or the patience is over.
func (d *Dialogue) Await(ctx context.Context, patience time.Duration) []Late {
	told := map[string]*Late{}
	over := time.NewTimer(patience)
	defer over.Stop()
	for d.outstanding() {
		select {
		case <-over.C:
			return d.ledger(told)
		case <-ctx.Done():
			return d.ledger(told)
		case <-d.Conversation.Ready():
		}
		before := map[string]store.FindingState{}
		for _, f := range d.Conversation.Ledger() {
			before[f.ID] = f.State
		}
		a, err := d.put(ctx, voice.Turn{Kind: voice.Telling})
		if err != nil {
			break
		}
		for _, f := range d.Conversation.Ledger() {
			if f.State == store.Spoken && before[f.ID] != store.Spoken {
				l := told[f.ID]
				if l == nil {
					l = &Late{}
					told[f.ID] = l
				}
				l.Said, l.Shown, l.Citations = a.Said, a.Shown, a.Citations
				l.Told++
			}
		}
	}
	return d.ledger(told)
}

func (d *Dialogue) outstanding() bool {
	for _, f := range d.Conversation.Ledger() {
		if f.State == store.Pending || f.State == store.Ready || f.State == store.Offered {
			return true
		}
	}
	return false
}

func (d *Dialogue) ledger(told map[string]*Late) []Late {
	out := []Late{}
	for _, f := range d.Conversation.Ledger() {
		l := Late{}
		if t := told[f.ID]; t != nil {
			l = *t
		}
		l.Question, l.State = f.Question, string(f.State)
		out = append(out, l)
	}
	return out
}
