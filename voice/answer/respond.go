package answer

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/aubade/aubade/internal/terms"
	"github.com/aubade/aubade/retrieval"
	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/subagents"
	"github.com/aubade/aubade/voice"
)

// answer finds the rung of the ladder that holds, and speaks from it.
func (c *Conversation) answer(ctx context.Context, t voice.Turn, r *reply, emit func(voice.Say) bool) error {
	text := strings.TrimSpace(t.Transcript.Text)
	r.asked = text
	c.mu.Lock()
	r.subject = c.subject
	c.mu.Unlock()

	if text == "" || t.Transcript.Rejected {
		r.asked = ""
		c.misheard(text, emit)
		return nil
	}
	if cmd := findCommand(text); cmd != noCommand {
		c.obey(ctx, cmd, r, emit)
		return nil
	}
	if c.book == nil {
		emit(voice.Say{Kind: voice.Apology, Text: "I have no brief to read from yet. Once one has been built, I can answer."})
		return nil
	}
	if v := judge(text); v != allowed {
		emit(c.decline(v))
		return nil
	}
	list := parts(text)
	for _, part := range list {
		if err := c.answerPart(ctx, t, part, len(list), r, emit); err != nil {
			return err
		}
	}
	return nil
}

// answerPart answers one question of a turn; of is how many the turn has.
func (c *Conversation) answerPart(ctx context.Context, t voice.Turn, text string, of int, r *reply, emit func(voice.Say) bool) error {
	q := c.resolveIn(text, r.subject)
	if q.FollowUp && q.Metric == "" && !q.Named && q.Stranger == "" && len(terms.Of(q.Topic)) < 2 {
		// "For how much?" says nothing by itself: it is looked for with the words of the question before.
		c.mu.Lock()
		before := c.history.lastAsked()
		c.mu.Unlock()
		q.Text, q.Topic = before+" "+q.Text, before+" "+q.Topic
	}
	if q.Text != "" && of == 1 {
		r.asked = q.Text
	}
	if c.askedAgain(ctx, q, emit) {
		return nil
	}
	if p, ok := c.book.prepared[plainKey(text)]; ok && !q.FollowUp && !c.wantsHelper(q) {
		if say, ok := c.preparedAnswer(ctx, p); ok {
			r.subject = retrieval.Subject{Entities: q.Entities, Metric: q.Metric, Period: q.Period.Period, Intent: q.Intent}
			emit(say)
			return nil
		}
	}
	return c.gather(ctx, t, q, of, r, emit)
}

// gather retrieves and asks the helpers at once, waits for the slower of retrieval and the deadline, and composes.
func (c *Conversation) gather(ctx context.Context, t voice.Turn, q retrieval.Query, of int, r *reply, emit func(voice.Say) bool) error {
	asks := c.asks(t.ID, q)
	var gathering *subagents.Gather
	if len(asks) > 0 {
		deadline := c.a.pace.deadline(t.Budget, time.Now(), c.a.c.Model != nil)
		gathering = c.desk.Begin(t.ID, deadline, asks...)
	}
	result, err := c.retrieve(ctx, q)
	var got subagents.Gathered
	known := err == nil && len(result.Facts) > 0 && result.Missing == retrieval.Known
	if gathering != nil {
		if !known || !c.onlyByDefault(asks) {
			select {
			case <-gathering.Done():
			case <-ctx.Done():
			}
		}
		got = gathering.Collect()
	}
	if err != nil {
		return err
	}
	r.subject = result.Subject
	if len(q.Or) > 0 {
		q.Metric = result.Query.Metric // the one that is there
	}
	if known {
		// The brief has it exactly: whatever a helper would add is not waited for.
		for _, d := range got.Deferred {
			c.desk.Drop(d.ID)
		}
		got.Deferred = nil
	}
	c.deferTo(ctx, t, r, got.Deferred)
	for _, f := range got.Findings {
		r.answered = append(r.answered, f.Ask.Question)
	}
	if gathering != nil {
		c.report(voice.Event{Kind: voice.Gathered, Turn: t.ID, Counts: &voice.Counts{Gathered: len(got.Findings), Deferred: len(got.Deferred), Failed: len(got.Failed)}})
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	ev := &evidence{book: c.book, result: result, findings: got.Findings, now: c.a.c.Now(), zone: c.a.zone, parts: of}
	if c.a.c.Model != nil && !byCode(q) && c.compose(ctx, t, q, ev, &got, r, emit) {
		return nil
	}
	c.read(q, ev, got, emit)
	if len(r.subject.Entities) == 0 && len(ev.about) == 1 {
		r.subject.Entities, r.subject.Intent = ev.about, retrieval.News // "who is buying Corrigan?", "for how much?"
	}
	return nil
}

// onlyByDefault says that the helpers were asked for want of a better route: where the brief knows, they are not waited for.
func (c *Conversation) onlyByDefault(asks []subagents.Ask) bool {
	return !slices.ContainsFunc(asks, func(a subagents.Ask) bool { return a.Agent != c.a.c.Routes[""] })
}

// supersede closes what is owed on subjects that have just been answered anew. What is deferred anew supersedes by itself.
func (c *Conversation) supersede(ctx context.Context, answered []subagents.Question) {
	for _, q := range answered {
		if err := c.ledger.Supersede(ctx, q.Subject(), q.Metric); err != nil {
			c.a.c.Log.Error("the ledger could not be written", "session", c.id, "err", err)
		}
	}
}

// askedAgain answers "what about that volatility?" from the ledger, where that is owed.
func (c *Conversation) askedAgain(ctx context.Context, q retrieval.Query, emit func(voice.Say) bool) bool {
	pointing := saysAny(q.Text, "that") // "that volatility": the metric may be half named
	if q.Metric == "" && !pointing || q.Named && !q.FollowUp && !pointing {
		return false
	}
	match := subagents.Match{Metric: q.Metric}
	if q.Named {
		match.Subject = q.Entities[0]
	}
	var (
		f   store.Finding
		ok  bool
		err error
	)
	if q.Metric != "" {
		f, ok, err = c.ledger.Find(ctx, match)
	}
	if err == nil && !ok && pointing {
		f, ok = c.owedLike(q)
	}
	if err != nil || !ok {
		return false
	}
	switch f.State {
	case store.Ready, store.Offered:
		if f, ok, err := c.ledger.Take(ctx, subagents.Match{ID: f.ID}); ok && err == nil {
			emit(c.told(f))
			return true
		}
	case store.Pending:
		emit(voice.Say{Kind: voice.Answer, Text: "I am still looking up " + f.Question + ". I will tell you as soon as it is back.", Deferred: []string{f.Question}})
		return true
	}
	return false
}

// owedLike is the newest open row whose question shares a word with this one: "that volatility" is the implied one, where
// that is what is owed.
func (c *Conversation) owedLike(q retrieval.Query) (store.Finding, bool) {
	words := terms.Of(q.Topic)
	for _, f := range slices.Backward(c.ledger.List()) {
		if !f.Open() || q.Named && f.Subject != q.Entities[0] {
			continue
		}
		if t, ok := c.book.edition.Lexicon.Term(f.Metric); ok && slices.ContainsFunc(terms.Of(t.Name), func(w string) bool { return slices.Contains(words, w) }) {
			return f, true
		}
	}
	return store.Finding{}, false
}

// preparedAnswer is an answer that was written, checked and perhaps spoken when the brief was built.
func (c *Conversation) preparedAnswer(ctx context.Context, q store.Question) (voice.Say, bool) {
	s := voice.Say{Kind: voice.Answer, Text: q.Answer, Audio: c.recited(q)}
	for _, id := range q.Facts {
		f, err := c.a.c.DB.Fact(ctx, id)
		if err != nil {
			return s, false
		}
		s.Citations = append(s.Citations, cited(f.Citation))
	}
	for _, id := range q.Passages {
		p, err := c.a.c.DB.Passage(ctx, id)
		if err != nil {
			return s, false
		}
		s.Citations = append(s.Citations, cited(p.Citation))
	}
	return s, q.Answer != "" && len(s.Citations) > 0
}

// misheard offers questions where nothing was understood: never silence.
func (c *Conversation) misheard(text string, emit func(voice.Say) bool) {
	emit(c.offering("I did not catch that as a question about "+c.about()+".", text))
}

// offering is a sentence and what could be asked instead: the three nearest questions are shown, to be tapped, and no more
// of them are said than a listener has patience for.
func (c *Conversation) offering(sentence, asked string) voice.Say {
	near := c.nearest(asked, 3)
	return voice.Say{Kind: voice.Answer, Text: sentence + " " + couldAsk(near, c.a.c.MaxSpeech-speakingTime(sentence)), Offers: near}
}

// nearest are the n questions of the brief that are most like a text.
func (c *Conversation) nearest(text string, n int) []string {
	questions := c.a.c.Domain.Questions
	if c.book != nil {
		questions = c.book.questions
	}
	return nearest(questions, text, n)
}

// couldAsk says what could be asked, within a time: two questions where both fit, else the first that does, else the
// shortest.
func couldAsk(questions []string, within time.Duration) string {
	if len(questions) == 0 {
		return "You can say: brief me."
	}
	const before = "You could ask: "
	bare := make([]string, len(questions))
	for i, q := range questions {
		bare[i] = strings.TrimRight(q, "?. ")
	}
	fits := func(s string) bool { return speakingTime(s) <= within }
	if len(bare) > 1 {
		if two := before + bare[0] + "; or: " + bare[1] + "?"; fits(two) {
			return two
		}
	}
	if i := slices.IndexFunc(bare, func(q string) bool { return fits(before + q) }); i >= 0 {
		return before + bare[i] + "?"
	}
	return before + slices.MinFunc(bare, func(a, b string) int { return cmp.Compare(speakingTime(a), speakingTime(b)) }) + "?"
}

func (c *Conversation) about() string {
	if about := c.a.c.Domain.Scope.About; about != "" {
		return about
	}
	return c.a.c.Domain.Title
}

// decline says no in one sentence, and what there is instead in another.
func (c *Conversation) decline(v verdict) voice.Say {
	s := voice.Say{Kind: voice.Answer}
	switch v {
	case advice:
		s.Text = "I do not give advice to buy, sell or hold. I can tell you what the numbers and the sources say."
	case fabricated:
		s.Text = "I only say what a source says. Ask me about " + c.about() + "."
	default:
		s.Text = "My rules stay as they are. Ask me about " + c.about() + "."
	}
	return s
}
