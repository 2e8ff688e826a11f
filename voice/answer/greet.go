package answer

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/voice"
)

// greet says good morning: whose voice this is, which day's brief it reads, and what changed most on the watch-list.
func (c *Conversation) greet(ctx context.Context, emit func(voice.Say) bool) {
	if c.book == nil {
		emit(voice.Say{Kind: voice.Prompt, Text: c.hello() + " There is no brief to read from yet."})
		return
	}
	if !emit(voice.Say{Kind: voice.Prompt, Text: c.hello() + " " + c.whichBrief()}) {
		return
	}
	for _, s := range c.changes(ctx, 2, c.briefDay()) {
		if !emit(s) {
			return
		}
	}
	if n := c.count(store.Ready); n > 0 {
		emit(voice.Say{Kind: voice.Prompt, Text: "I also have what you asked for last time."})
	}
}

// hello greets by the hour of the domain's time zone, and says at once if the market is invented.
func (c *Conversation) hello() string {
	greet := c.a.c.Domain.Persona.Greet
	if greet == "" {
		switch h := time.Now().In(c.a.zone).Hour(); {
		case h >= 4 && h < 12:
			greet = "Good morning."
		case h >= 12 && h < 18:
			greet = "Good afternoon."
		default:
			greet = "Good evening."
		}
	}
	if notice := c.a.c.Domain.Notice; notice != "" {
		greet += " " + notice
	}
	return greet
}

// whichBrief says what the call reads from, and that it is old where it is.
func (c *Conversation) whichBrief() string {
	s := "This is the brief of " + c.briefDay().Format("Monday, January 2") + "."
	if age := c.a.c.Now().Sub(c.asOf()); age > 4*24*time.Hour {
		s += fmt.Sprintf(" It is %d days old.", int(age.Hours()/24))
	}
	return s
}

// asOf is the moment that the brief tells of.
func (c *Conversation) asOf() time.Time {
	if e := c.book.edition; !e.AsOf.IsZero() {
		return e.AsOf
	}
	return c.book.edition.Published
}

func (c *Conversation) briefDay() time.Time { return localDay(c.asOf(), c.a.zone) }

// changes are the n things of the watch-list that moved most, each with its source. A day that was said already, the
// brief's own or that of the change before, is not said again: a date takes two seconds to hear.
func (c *Conversation) changes(ctx context.Context, n int, said time.Time) []voice.Say {
	facts, err := c.a.c.DB.Facts(ctx, c.book.edition.ID, store.FactQuery{Metric: changeMetric})
	if err != nil {
		c.a.c.Log.Error("the watch-list could not be read", "session", c.id, "err", err)
		return nil
	}
	ev := &evidence{book: c.book, now: c.a.c.Now(), zone: c.a.zone}
	var says []voice.Say
	for _, f := range mostMoved(facts, c.book.edition.Watch, n) {
		ev.extra = append(ev.extra, f)
		s := c.sayFact(f, ev)
		const day = "January 2, 2006"
		if on := f.Period.End.Format(day); f.Period.Kind == quantity.Day && on == said.Format(day) {
			s.Text = strings.Replace(s.Text, " on "+on, "", 1)
		}
		said = f.Period.End
		says = append(says, s)
	}
	return says
}

// obey does what a command asks. It needs no model, and most of it no brief.
func (c *Conversation) obey(ctx context.Context, cmd command, r *reply, emit func(voice.Say) bool) {
	say := func(text string) { emit(voice.Say{Kind: voice.Answer, Text: text}) }
	switch cmd {
	case cmdBrief, cmdChanged:
		if c.book == nil {
			say("There is no brief to read from yet.")
			return
		}
		var said time.Time
		if cmd == cmdBrief {
			say(c.whichBrief())
			said = c.briefDay()
		}
		says := c.changes(ctx, 3, said)
		if len(says) == 0 {
			say("Nothing on the watch-list has moved.")
		}
		for _, s := range says {
			if !emit(s) {
				return
			}
		}
	case cmdRepeat:
		c.mu.Lock()
		last := c.history.last()
		c.mu.Unlock()
		if last == "" {
			last = "I have not said anything yet."
		}
		r.asked = ""
		say(last)
	case cmdSlower, cmdFaster:
		c.mu.Lock()
		rate := c.style.rate
		if cmd == cmdSlower {
			rate = max(rate-0.15, 0.6)
		} else {
			rate = min(rate+0.15, 1.6)
		}
		c.mu.Unlock()
		r.then = func() { c.style.rate = rate }
		emit(voice.Say{Kind: voice.Answer, Text: map[command]string{cmdSlower: "Slower, then.", cmdFaster: "Faster, then."}[cmd], Rate: rate})
	case cmdShorter:
		r.then = func() { c.style.sentences = max(c.style.sentences-1, 1) }
		say("Shorter, then.")
	case cmdLonger:
		r.then = func() { c.style.sentences = min(c.style.sentences+1, 4) }
		say("I will say more.")
	case cmdStop, cmdNo:
		// Silence is the answer.
	case cmdHelp:
		emit(c.offering("I can talk about "+c.about()+".", ""))
		say("You can also say: brief me, what changed, repeat, slower, shorter, or stop.")
	case cmdFollowed:
		if c.book == nil {
			say("There is no brief to read from yet.")
			return
		}
		var names []string
		for _, t := range c.book.edition.Lexicon.Terms {
			if t.Kind == lexicon.Company {
				names = append(names, shortName(t))
			}
		}
		const most = 16 // who follows hundreds does not read them out
		if len(names) > most {
			say(fmt.Sprintf("I follow %d companies, among them %s.", len(names), list(names[:most/2])))
			return
		}
		say(fmt.Sprintf("I follow %d companies: %s.", len(names), list(names)))
	case cmdNeverMind:
		r.withdraw = true
		if slices.ContainsFunc(c.ledger.List(), func(f store.Finding) bool { return f.Open() }) {
			say("All right, I will drop it.")
		} else {
			say("All right.")
		}
	case cmdOwed:
		before := c.count(store.Ready)
		if before > 0 {
			c.tell(ctx, emit)
			return
		}
		if c.count(store.Pending) > 0 {
			say("Not yet. I will tell you as soon as it is back.")
			return
		}
		say("Nothing is outstanding.")
	case cmdThanks:
		say("You're welcome.")
	case cmdBye:
		emit(voice.Say{Kind: voice.Parting, Text: "Goodbye."})
	case cmdYes:
		emit(c.offering("Go ahead, ask me.", ""))
	case cmdHello:
		say("I'm here. Ask me about " + c.about() + ".")
	}
}

// nudge is the one gentle prompt after a long silence.
func (c *Conversation) nudge(emit func(voice.Say) bool) {
	near := c.nearest("", 1)
	emit(voice.Say{Kind: voice.Prompt, Text: "I'm still here. " + couldAsk(near, c.a.c.MaxSpeech), Offers: near})
}
