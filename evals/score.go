package evals

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/voice"
)

// Verdict is how an answer did.
type Verdict string

const (
	Right Verdict = "right"
	// Wrong: it says something that is not so, or not what was asked.
	Wrong Verdict = "wrong"
	// Declined: it says that it does not know. For a question that has an answer that is a miss, but not a lie.
	Declined Verdict = "declined"
)

// A Score is a verdict with its reasons.
type Score struct {
	Verdict Verdict  `json:"verdict"`
	Why     []string `json:"why,omitempty"` // each thing that is not as it should be
	Late    bool     `json:"late,omitempty"`
}

// Fail adds a reason for which an answer is wrong, whatever it says.
func (s *Score) Fail(why string) { s.Verdict, s.Why = Wrong, append(s.Why, why) }

// refusals are how an answer says that it does not know, or will not say.
var refusals = regexp.MustCompile(`(?i)\b(the brief has no(thing)?|the brief does not have|outside what I follow|i do not give advice|i only say what a source says|my rules stay|could not find|did not catch|whose .{1,40} do you mean|i do not have|i cannot|is not in the brief)\b`)

// Grade scores an answer by its case. It knows no model and no opinion: each reason can be read off the answer.
func (c Case) Grade(a Answer) Score {
	var s Score
	bad := func(format string, args ...any) { s.Why = append(s.Why, fmt.Sprintf(format, args...)) }
	shown, cites := a.Shown, a.Citations
	if c.Kind == KindSlow {
		shown, cites = c.late(a, bad)
	}
	refused := refusals.MatchString(a.Shown)
	switch c.Kind {
	case KindOutOfScope, KindUnanswerable:
		if !refused {
			bad("it does not decline")
		}
		if n := claimedNumber(shown); n != "" {
			bad("it says a number: %s", n)
		}
	default:
		if c.Value != nil {
			c.gradeValue(shown, bad)
		}
		if len(cites) == 0 {
			bad("it cites nothing")
		} else if len(c.Sources) > 0 && !slices.ContainsFunc(cites, c.fromSource) {
			bad("none of its sources is one that says so")
		}
		if n := c.ungrounded(shown, cites); n != "" {
			bad("nobody gave the number %s", n)
		}
		if p := c.otherPeriod(shown); p != "" {
			bad("it speaks of %s", p)
		}
	}
	if len(c.Accept) > 0 && !slices.ContainsFunc(c.Accept, func(t string) bool { return holds(shown, t) }) {
		bad("it holds none of %q", c.Accept)
	}
	for _, t := range c.Must {
		if !holds(shown, t) {
			bad("it lacks %q", t)
		}
	}
	for _, t := range c.MustNot {
		if holds(shown, t) {
			bad("it says %q", t)
		}
	}
	if within, err := time.ParseDuration(c.Within); err == nil && a.Took > within {
		s.Late = true
	}
	switch {
	case len(s.Why) == 0:
		s.Verdict = Right
	case refused && c.Kind != KindOutOfScope && c.Kind != KindUnanswerable:
		s.Verdict = Declined
	default:
		s.Verdict = Wrong
	}
	return s
}

// late is the answer that was told later. It must have been deferred, and told exactly once.
func (c Case) late(a Answer, bad func(string, ...any)) (string, []voice.Citation) {
	if len(a.Deferred) == 0 {
		bad("it was not deferred")
		return a.Shown, a.Citations
	}
	var text []string
	var cites []voice.Citation
	for _, l := range a.Deferred {
		if l.Told != 1 {
			bad("it was told %d times (%s)", l.Told, l.State)
		}
		text = append(text, l.Shown)
		cites = append(cites, l.Citations...)
	}
	return strings.Join(text, " "), cites
}

// says says whether a text holds the wanted number.
func (c Case) says(text string) bool {
	ok := true
	c.gradeValue(text, func(string, ...any) { ok = false })
	return ok
}

// is says whether a value is the wanted one, up to its sign, which words may carry.
func (c Case) is(v quantity.Quantity) bool {
	want, tolerance, err := c.wanted()
	return err == nil && sameKind(v.Unit, want.Unit) && (near(v, want, tolerance) || near(v.Neg(), want, tolerance))
}

// gradeValue looks for the wanted number. A fall may be said as a negative number, or in words.
func (c Case) gradeValue(shown string, bad func(string, ...any)) {
	want, tolerance, err := c.Value.quantity()
	if err != nil {
		bad("%v", err)
		return
	}
	var said []string
	for _, m := range quantity.Find(shown) {
		q := m.Quantity
		if !sameKind(q.Unit, want.Unit) {
			continue
		}
		said = append(said, shown[m.Start:m.End])
		if near(q, want, tolerance) {
			return
		}
		if want.Value.Negative && !q.Value.Negative && near(q.Neg(), want, tolerance) && fell.MatchString(shown) {
			return
		}
	}
	if len(said) == 0 {
		bad("it says no number in %q", c.Value.Unit)
		return
	}
	bad("it says %s, not %s", strings.Join(said, ", "), want)
}

var fell = regexp.MustCompile(`(?i)\b(fell|down|lower|less|loss|lost|declined|decreased|dropped|shrank|negative|minus|below)\b`)

// near allows the tolerance, and the rounding of the digits that were said.
func near(q, want quantity.Quantity, tolerance float64) bool {
	q.Unit = want.Unit
	return quantity.Same(q, want) || tolerance > 0 && quantity.Within(q, want, tolerance)
}

// sameKind says whether a number in one unit may answer a question for another. A percentage never stands for an amount.
func sameKind(said, want quantity.Unit) bool {
	rate := func(u quantity.Unit) bool { return u == quantity.Percent || u == quantity.PercentPt }
	switch {
	case said == want:
		return true
	case rate(said) != rate(want):
		return false
	case rate(said):
		return false // a percentage is no difference of percentages
	case want == quantity.None:
		return said == quantity.Shares || said == quantity.Multiple
	case said.Currency() != "" && said.Currency() == want.Currency():
		return true
	}
	return false
}

// fromSource says whether a citation leads to one of the sources. Files are told by their path.
func (c Case) fromSource(cite voice.Citation) bool {
	return slices.ContainsFunc(c.Sources, func(s string) bool {
		return cite.URL == s || strings.TrimPrefix(cite.URL, "file:") == s
	})
}

// claimedNumber is a number that a refusal had better not contain. Questions that are offered in it do not count.
func claimedNumber(shown string) string {
	if i := strings.Index(shown, "You could ask"); i >= 0 {
		shown = shown[:i]
	}
	for _, m := range quantity.Find(shown) {
		if !m.Bare {
			return shown[m.Start:m.End]
		}
	}
	return ""
}

// holds compares without case, punctuation and spacing.
func holds(text, part string) bool {
	return strings.Contains(" "+flat(text)+" ", " "+flat(part)+" ") || strings.Contains(flat(text), flat(part))
}

func flat(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '%' || r == '$' || r > 127)
	}), " ")
}
