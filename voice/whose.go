package voice

import "github.com/aubade/aubade/voice/audio"

// Recognizers are late, and are restarted: words may be those of a turn that has been answered. Whose words they are
// follows from where they were said, on the audio clock:
//
//	closed ─────────────► closed.until ──────► asked.until ──────► now
//	 turns that are over   │ the turn asked last │ the turn that the user is in
//
// A final settles everything that was said from where the final before it ended (since) to where it was asked for (upTo).

// closed is what is over: words of it can change nothing any more.
type closed struct {
	turn    int // the last of them
	until   audio.Position
	since   audio.Position // of what was not settled when it was closed
	partial Transcript     // that its last turn was acted on without a final, which may still come
}

// sort hands the words of a transcript to the turns that they were said in, and returns those of the turn that the user
// is in; ok is false where there are none.
func (c *conversation) sort(t recognized) (rest recognized, ok bool) {
	a := &c.asked
	old, asked, reach := c.whose(t)
	if !old && !asked {
		t.Transcript = c.rewrite(t.Transcript)
		return t, true
	}
	if old {
		var over Transcript
		over, t.Transcript = t.split(c.closed.until, reach, c.closed.partial)
		if t.Final && t.since == c.closed.since && t.upTo >= c.closed.until {
			c.user.improve(c.closed.partial.Text, c.rewrite(over))
		}
		if reach <= c.closed.until {
			return t, false
		}
	}
	if asked {
		var before Transcript
		before, t.Transcript = t.split(a.until, reach, a.partial)
		before = c.rewrite(before)
		switch {
		case t.Final:
			c.lateFinal(before, t.upTo >= a.until)
		case c.laterPartial(before):
			t.Transcript = merge([]Transcript{before, t.Transcript}) // the turn was taken back
			return t, true
		}
		if reach <= a.until {
			return t, false
		}
	}
	t.Transcript = c.rewrite(t.Transcript)
	return t, t.Final || t.Text != ""
}

// whose says whether a transcript has words of turns that are over, of the turn that was asked last, and how far it reaches.
func (c *conversation) whose(t recognized) (old, asked bool, reach audio.Position) {
	a := &c.asked
	old, asked = t.since < c.closed.until, a.pending && t.since < a.until
	// A partial says nothing of how far it reaches: before the user has begun to speak again, no further than they spoke.
	reach = t.upTo
	if !t.Final && c.user.onset < max(c.closed.until, a.until) {
		reach = c.user.until
	}
	return old, asked, reach
}

// lateFor is the turn that has ended of which all the words of a transcript are; 0 where there is none.
func (c *conversation) lateFor(t recognized) int {
	old, asked, reach := c.whose(t)
	switch {
	case old && reach <= c.closed.until:
		return c.closed.turn
	case asked && reach <= c.asked.until:
		return c.asked.id
	}
	return 0
}

// rewrite is what is shown and answered of a transcript.
func (c *conversation) rewrite(t Transcript) Transcript {
	if f := c.s.cfg.Rewrite; f != nil && t.Text != "" {
		return f(t)
	}
	return t
}

// split parts a transcript, which reaches to a position, at another: what was said before that, and after. Where the
// recognizer does not say when its words were, as many as are known of the speech before are taken to be of it.
func (t Transcript) split(at, reach audio.Position, known Transcript) (before, after Transcript) {
	none := Transcript{Final: t.Final, Language: t.Language, Emotion: t.Emotion}
	if reach <= at {
		return t, none
	}
	n := 0
	switch {
	case len(t.Words) > 0 && t.Words[0].End != 0:
		for n < len(t.Words) && (t.Words[n].Start+t.Words[n].End)/2 < at {
			n++
		}
	case t.To != 0 && t.From >= at:
	case t.To != 0 && t.To <= at:
		return t, none
	default:
		n = len(plainWords(known.Text))
	}
	words := t.words()
	n = min(n, len(words))
	if n == 0 {
		return none, t
	}
	before = t
	before.EndOfUtterance = n == len(words) && t.EndOfUtterance
	before.Words, before.To = words[:n:n], min(t.To, at)
	before.Text = wordsText(before.Words)
	after = t.without(n)
	after.From = max(t.From, at)
	return before, after
}

// without is a transcript without its first n words.
func (t Transcript) without(n int) Transcript {
	if n == 0 {
		return t
	}
	words := t.words()
	t.Words = words[min(n, len(words)):]
	t.Text = wordsText(t.Words)
	return t
}

func wordsText(words []Word) string {
	texts := make([]string, len(words))
	for i, w := range words {
		texts[i] = w.Text
	}
	return joinWords(texts...)
}
