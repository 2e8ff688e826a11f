package deferral

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/aubade/aubade/subagents"
)

// A Score is how a policy did. All but the overrun are shares: of turns, of parts, of the ordinary calls.
type Score struct {
	CompleteOnTime float64 `json:"complete_on_time"` // turns whose every part answered by the deadline
	PartsOnTime    float64 `json:"parts_on_time"`
	ExtraCalls     float64 `json:"extra_calls"`     // hedges and retries
	OverrunP999MS  float64 `json:"overrun_p999_ms"` // how long after the deadline the turn still waited
}

// Options are the replay's.
type Options struct {
	Deadline time.Duration
	Seed     uint64
	Turns    int     // 0 means 100,000
	Share    float64 // of extra calls; 0 means the Desk's default
}

// between is the time from one turn's begin to the next one's: long enough for nearly every straggler.
const between = 12 * time.Second

var errBackend = errors.New("backend failed")

// a backend at the Desk: it answers by the clock, as the dice say.
type agent struct {
	name   string
	clock  *clock
	dice   *dice
	models [2]*Backend
	change int
}

func (a *agent) Name() string { return a.name }

func (a *agent) Find(context.Context, subagents.Question) (subagents.Finding, error) {
	return subagents.Finding{}, errors.ErrUnsupported // the Desk prefers Start
}

func (a *agent) Start(_ context.Context, q subagents.Question, reply func(subagents.Finding, error)) {
	b := a.models[0]
	if q.Turn >= a.change {
		b = a.models[1]
	}
	part := int(q.Text[0]) // see parts
	o := a.dice.draw(b, q.Turn, part, q.Attempt)
	a.clock.at(a.clock.now.Add(o.after), func() {
		if o.failed {
			reply(subagents.Finding{}, errBackend)
		} else {
			reply(subagents.Finding{}, nil)
		}
	})
}

// desk replays the turns through the real Desk. It also tells the share of extra calls before and after the change.
func desk(ctx context.Context, m Model, o Options) (score Score, spent [2]float64, err error) {
	c, d := newClock(), newDice(o.Seed)
	phases, change := m.phases(o.Turns)
	config := subagents.Config{HedgeShare: o.Share, Now: c.Now, After: c.After}
	names := make([]string, len(m.Backends))
	for i, b := range m.Backends {
		names[i] = strconv.Itoa(i) + " " + b.Name
		a := &agent{name: names[i], clock: c, dice: d, models: [2]*Backend{&phases[0][i], &phases[1][i]}, change: change}
		config.Members = append(config.Members, subagents.Member{Agent: a, Concurrency: 1 << 20})
	}
	table, err := subagents.NewDesk(config)
	if err != nil {
		return Score{}, spent, fmt.Errorf("replay: %w", err)
	}
	session := table.Open(ctx, "replay")
	defer session.Close()

	t := tally{deadline: o.Deadline}
	start := c.now
	asks := make([]subagents.Ask, m.Parts)
	var asked []int
	var early [2]int // ordinary and extra calls before the change
	for turn := range o.Turns {
		if turn <= change {
			early[0], early[1] = table.Calls()
		}
		if turn%1024 == 0 && ctx.Err() != nil {
			return Score{}, spent, ctx.Err()
		}
		begin := start.Add(time.Duration(turn) * between)
		c.until(begin)
		for len(session.Late()) > 0 {
			<-session.Late()
		}
		asked = d.asked(m, turn, asked)
		for i, b := range asked {
			asks[i] = subagents.Ask{Agent: names[b], Question: subagents.Question{Text: string(rune(i))}}
		}
		g := session.Begin(turn, begin.Add(o.Deadline), asks...)
		for !ended(g) && c.step() {
		}
		got := g.Collect()
		t.turn(m.Parts, len(got.Findings), c.now.Sub(begin))
	}
	ordinary, extra := table.Calls()
	spent = [2]float64{ratio(early[1], early[0]), ratio(extra-early[1], ordinary-early[0])}
	return t.score(ordinary, extra), spent, nil
}

func ended(g *subagents.Gather) bool {
	select {
	case <-g.Done():
		return true
	default:
		return false
	}
}
