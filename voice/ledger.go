package voice

import (
	"strings"
	"sync"
	"time"
)

// A ledger knows what a reply consists of and when each word of it plays, so that it can tell what was heard. compose
// writes the sentences and utter the times; it is the only thing that the two share.
type ledger struct {
	mu   sync.Mutex
	says []*entry
}

// An entry is one sentence in the ledger. Times count from the reply's first sample.
type entry struct {
	say      Say
	begun    bool // its first frame was played
	whole    bool // its last one too
	from, to time.Duration
	cues     []cue
	shownTo  int // utter's alone: how much of the writing has been captioned
}

// rest is the writing that no cue covers, once the sentence is whole.
func (e *entry) rest() string {
	rest := e.say.Text[min(e.shownTo, len(e.say.Text)):]
	e.shownTo = len(e.say.Text)
	return rest
}

// A cue is the moment at which the writing from From to To begins to be spoken.
type cue struct {
	at       time.Duration
	from, to int
}

func (l *ledger) add(s Say) *entry {
	e := &entry{say: s}
	l.mu.Lock()
	l.says = append(l.says, e)
	l.mu.Unlock()
	return e
}

// slack is how much of a sentence's end may be missing for it to count as heard: its last sound dies away in silence.
const slack = 60 * time.Millisecond

// report is what was heard of everything once so much of the reply has been played.
func (l *ledger) report(id int, played time.Duration, cause error) HeardReport {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := HeardReport{Turn: id, Cause: cause, Says: make([]HeardSay, 0, len(l.says))}
	for _, e := range l.says {
		h := HeardSay{Say: e.say}
		switch {
		case e.whole && played+slack >= e.to:
			h.Heard, h.Complete = e.say.Text, true
		case e.begun:
			h.Heard = e.heard(played)
		}
		r.Says = append(r.Says, h)
	}
	return r
}

// heard is the writing whose last word was over by a time.
func (e *entry) heard(played time.Duration) string {
	until := 0
	for i, c := range e.cues {
		end := e.to
		if i+1 < len(e.cues) {
			end = e.cues[i+1].at
		}
		// A word that is the last one known so far may go on.
		if end > played || i+1 == len(e.cues) && !e.whole {
			break
		}
		if i+1 < len(e.cues) && e.cues[i+1].to == c.to {
			continue // the next word stands for the same piece of writing
		}
		until = max(until, c.to)
	}
	return strings.TrimSpace(e.say.Text[:min(until, len(e.say.Text))])
}

// text is all that was heard, as one line.
func (r HeardReport) text() string {
	parts := make([]string, 0, len(r.Says))
	for _, s := range r.Says {
		parts = append(parts, s.Heard)
	}
	return joinWords(parts...)
}
