package speech

// How many words a clause may have. The listener waits for the first one to be synthesised, so that it is short: some
// three seconds of speech. A clause of fewer words than least cannot stand alone.
const (
	least       = 3
	mostInFirst = 9
	most        = 18
)

// Clauses cuts what is spoken into parts that can stand alone: at punctuation, and where that is too far, before a word
// that joins. A piece of writing such as "$2.3B" is never cut in two. Words keep their place in the whole writing.
func (v Verbalised) Clauses() []Verbalised {
	var out []Verbalised
	from := 0
	for from < len(v.Words) {
		limit := most
		if len(out) == 0 {
			limit = mostInFirst
		}
		to := v.clauseEnd(from, limit)
		out = append(out, v.part(from, to))
		from = to
	}
	if len(out) > 0 { // marks behind the last word
		last := &out[len(out)-1]
		start := v.Words[len(v.Words)-len(last.Words)].Start
		last.Text = v.Text[start:]
	}
	return out
}

// clauseEnd is the word with which the clause after the one from the word from begins.
func (v Verbalised) clauseEnd(from, limit int) int {
	joint := 0
	for i := from + 1; i < len(v.Words); i++ {
		if v.Words[i].From == v.Words[i-1].From {
			continue // within one piece of writing
		}
		n := i - from
		left := len(v.Words) - i
		if n >= least && v.stops(i-1) {
			return i
		}
		if n > limit && joint > 0 {
			return joint
		}
		if n > 2*limit {
			return i
		}
		if n >= least && left >= least && joins[v.Text[v.Words[i].Start:v.Words[i].End]] && (n <= limit || joint == 0) {
			joint = i
		}
	}
	return len(v.Words)
}

// stops says that a mark which is heard as a pause stands behind word i.
func (v Verbalised) stops(i int) bool {
	end := v.Words[i].End
	if i+1 < len(v.Words) {
		end = v.Words[i+1].Start
	}
	for j := v.Words[i].End - 1; j < end; j++ {
		switch v.Text[j] {
		case ',', ';', ':', '.', '?', '!':
			return true
		}
	}
	return false
}

var joins = map[string]bool{"and": true, "but": true, "or": true, "which": true, "while": true, "because": true, "after": true, "before": true, "as": true, "compared": true,
	"versus": true, "although": true, "since": true, "that": true, "with": true, "from": true, "in": true, "on": true, "against": true, "where": true, "when": true}

func (v Verbalised) part(from, to int) Verbalised {
	start, end := v.Words[from].Start, v.Words[to-1].End
	p := Verbalised{Text: v.Text[start:end], Words: make([]Word, 0, to-from)}
	for _, w := range v.Words[from:to] {
		w.Start -= start
		w.End -= start
		p.Words = append(p.Words, w)
	}
	return p
}
