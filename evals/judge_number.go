package evals

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/cockroachdb/apd/v3"

	"github.com/aubade/aubade/internal/quantity"
)

// A figure is a number of a text with what is written around it.
type figure struct {
	quantity.Quantity
	written string
	scaled  bool // a scale stands with it: million, bn
	bracket bool // "($5 million)" may be an aside and not a loss
	falls   bool // the words before it say that something fell
	rises   bool
}

var (
	scaleWord = regexp.MustCompile(`(?i)(thousand|million|billion|trillion|\d\s*(k|m|mm|mn|mln|b|bn|t|tn)\b)`)
	plainYear = regexp.MustCompile(`^(19|20)\d\d$`)
	falling   = regexp.MustCompile(`(?i)\b(fell|falls?|fallen|down|lower|loss|lost|declin\w*|decreas\w*|drop\w*|shr[aiu]nk\w*|negative|minus|reduc\w*|worsen\w*|contract(ed|ion)|dipped|slid)\b`)
	rising    = regexp.MustCompile(`(?i)\b(rose|risen|rising|rises?|up|higher|increas\w*|grew|grow\w*|gain\w*|improv\w*|expan\w*|jump\w*|climb\w*)\b`)
	// counting stands behind numbers that count time or point at a place: "3 year average", "page 5", "note 12".
	countingAfter  = regexp.MustCompile(`(?i)^[ -]?(years?|yrs?|months?|quarters?|weeks?)\b`)
	countingBefore = regexp.MustCompile(`(?i)\b(page|note|item|step|table|section|form|fy|exhibit|line|fiscal|in|january|february|march|april|may|june|july|august|september|october|november|december) $`)
	unitWords      = regexp.MustCompile(`(?i)\b(in|usd|us|dollars?|millions?|billions?|thousands?|percent(age)?|points?|times|x|days?|bps|about|approximately|approx|around|per|share|ratio|the|answer|is)\b|[^\pL\pN]`)
)

// pureNumber says whether a gold is one number and nothing else, and which.
func pureNumber(gold string) (figure, bool) {
	m := quantity.Find(gold)
	if len(m) != 1 || unitWords.ReplaceAllString(gold[:m[0].Start]+" "+gold[m[0].End:], "") != "" {
		return figure{}, false
	}
	f := newFigure(gold, m[0])
	f.bracket, f.falls, f.rises = false, false, false
	return f, true
}

func newFigure(text string, m quantity.Match) figure {
	f := figure{Quantity: m.Quantity, written: text[m.Start:m.End]}
	f.scaled = scaleWord.MatchString(f.written)
	f.bracket = strings.HasPrefix(f.written, "(")
	// Only the clause before the number speaks of it: "fell from 5 to 3, while margins rose".
	before := text[max(0, m.Start-60):m.Start]
	if i := strings.LastIndexAny(before, ";:"); i >= 0 {
		before = before[i:]
	}
	after := text[m.End:min(len(text), m.End+25)]
	f.falls = lastIndex(falling, before) > lastIndex(rising, before) || falling.MatchString(after)
	f.rises = lastIndex(rising, before) > lastIndex(falling, before)
	return f
}

func lastIndex(re *regexp.Regexp, s string) int {
	all := re.FindAllStringIndex(s, -1)
	if len(all) == 0 {
		return -1
	}
	return all[len(all)-1][0]
}

// figures are the numbers of a text that may be answers: no years, no "3-year", no page numbers.
func figures(text string) []figure {
	var out []figure
	for _, m := range quantity.Find(text) {
		written := text[m.Start:m.End]
		if m.Bare && (plainYear.MatchString(written) || countingAfter.MatchString(text[m.End:]) ||
			!strings.Contains(written, ".") && countingBefore.MatchString(text[:m.Start])) {
			continue
		}
		out = append(out, newFigure(text, m))
	}
	return out
}

// asked is what the question says about the form of a number.
type asked struct {
	scale   int32 // "in USD millions": 6
	percent bool
	change  bool // it names a fall or a rise, so that the number needs no sign
}

var (
	askedScale   = regexp.MustCompile(`(?i)\b(thousand|million|billion)s?\b`)
	askedPercent = regexp.MustCompile(`(?i)%|\bpercent`)
)

func readAsked(question string) asked {
	a := asked{percent: askedPercent.MatchString(question), change: falling.MatchString(question)}
	if m := askedScale.FindStringSubmatch(question); m != nil {
		a.scale = map[string]int32{"thousand": 3, "million": 6, "billion": 9}[strings.ToLower(m[1])]
	}
	return a
}

var (
	asksAmount = regexp.MustCompile(`(?i)\bhow (many|much|far|long|tall|high|deep|big|large)\b|\b(amount|total|number|average|ratio|percentage|price|revenue|income)\b`)
	howMany    = regexp.MustCompile(`(?i)\bhow many ((?:[\pL-]+ ){0,3}?[\pL-]+?)s?\b(?: (?:did|does|do|are|were|is|was|has|have|had|can|will|of|in|there|on|make)\b|\?|$)`)
)

// counted reads a gold like "13 episodes", where the question says what is counted.
func counted(question, gold string) (figure, bool) {
	m := quantity.Find(gold)
	if len(m) != 1 {
		return figure{}, false
	}
	asked := stems(question)
	for _, w := range words(gold[:m[0].Start] + " " + gold[m[0].End:]) {
		if !asked[stem(w)] && unitWords.ReplaceAllString(w, "") != "" {
			return figure{}, false
		}
	}
	f := newFigure(gold, m[0])
	f.bracket, f.falls, f.rises = false, false, false
	return f, true
}

// countedIn lists the numbers that stand before the thing that the question counts: "7 seasons and 138 episodes".
func countedIn(question, text string) []figure {
	m := howMany.FindStringSubmatch(question)
	if m == nil {
		return nil
	}
	thing := words(m[1])
	want := stem(thing[len(thing)-1])
	var out []figure
	for _, q := range quantity.Find(text) {
		for i, w := range words(text[q.End:min(len(text), q.End+40)]) {
			if i > 2 {
				break
			}
			if stem(w) == want {
				out = append(out, newFigure(text, q))
				break
			}
		}
	}
	return out
}

// judgeNumber grades an answer to a question whose gold is one number.
func judgeNumber(question string, gold figure, r reply) (JudgeLabel, string) {
	ask := readAsked(question)
	match := func(text string) (string, bool) {
		for _, f := range figures(text) {
			if ask.same(gold, f) {
				return f.written, true
			}
		}
		return "", false
	}
	fits := func(text string) bool {
		return slices.ContainsFunc(figures(text), func(f figure) bool { return ask.fits(gold, f) })
	}
	how := r.stance()
	if things := countedIn(question, r.text); len(things) > 0 && how == answers {
		for _, f := range things {
			if ask.same(gold, f) {
				return LabelCorrect, "it counts " + f.written
			}
		}
		return LabelIncorrect, "it counts " + things[0].written
	}
	zone, sure := r.finalNumbers(fits)
	if how == declined && !(sure && r.answersAllTheSame(fits)) {
		if f, ok := match(zone); ok && gold.Digits > 1 {
			return LabelCorrect, "it declines, but says " + f
		}
		return LabelRefusal, "it declines"
	}
	if f, ok := match(zone); ok {
		return LabelCorrect, "it concludes " + f
	}
	if !fits(zone) {
		if f, ok := match(r.text); ok {
			return LabelCorrect, "it says " + f
		}
		if how != answers || !fits(r.text) && pointing.MatchString(r.text) {
			return LabelRefusal, "it gives no number and wavers"
		}
		return LabelIncorrect, "it gives no such number"
	}
	return LabelIncorrect, fmt.Sprintf("it concludes %s, not %s", writtenIn(zone), gold.written)
}

func writtenIn(text string) string {
	var out []string
	for _, f := range figures(text) {
		out = append(out, f.written)
	}
	return strings.Join(out, ", ")
}

// finalNumbers is the part of an answer that says what it comes to, and whether it says so in so many words: from the
// last concluding sentence on; else what is bold; else its first and its last sentence with a number.
func (r reply) finalNumbers(fits func(string) bool) (zone string, sure bool) {
	var bold string
	for _, b := range r.bold {
		if fits(b) {
			bold = b
		}
	}
	if i := r.conclusion(); i >= 0 {
		if z := strings.Join(r.sentences[i:], "\n"); fits(z) {
			return z + "\n" + bold, true
		}
	}
	first, last := "", ""
	for _, s := range r.sentences {
		if fits(s) {
			if first == "" {
				first = s
			}
			last = s
		}
	}
	if bold != "" {
		return bold + "\n" + last, true
	}
	if first == last {
		return last, false
	}
	return first + "\n" + last, false
}

// answersAllTheSame says that behind a refusal stands a number that is claimed.
func (r reply) answersAllTheSame(fits func(string) bool) bool {
	if n := len(r.sentences); r.refuses[n-1] {
		return false
	}
	for i, s := range r.sentences {
		if i > 0 && !r.refuses[i] && fits(s) && !supposing.MatchString(s) && (concluding.MatchString(s) || turning.MatchString(s)) {
			return true
		}
	}
	return false
}

// fits says whether a number could be an answer at all: a percentage is no amount of money.
func (a asked) fits(gold, f figure) bool {
	money := func(u quantity.Unit) bool { return u.Currency() != "" }
	switch {
	case money(gold.Unit):
		return f.Unit.Currency() == gold.Unit.Currency() || f.Unit == quantity.None
	case gold.Unit == quantity.None:
		return a.scale != 0 || !money(f.Unit) || gold.scaled
	default:
		return !money(f.Unit)
	}
}

// same says whether two numbers are one answer, whatever sign, scale and form the question leaves open.
func (a asked) same(gold, f figure) bool {
	if !a.fits(gold, f) {
		return false
	}
	for _, g := range a.readings(gold, f) {
		x, y := g.Quantity, f.Quantity
		y.Unit = x.Unit
		if x.Value.Negative != y.Value.Negative && !x.Value.IsZero() {
			if !a.signMayDiffer(gold, f) {
				continue
			}
			x, y = x.Abs(), y.Abs()
		} else if !x.Value.Negative && gold.Unit.Rate() && f.falls && !f.rises && !a.change {
			continue // "decreased by 5%" is no growth of 5%
		}
		if agree(x, y) || gold.Value.Exponent < 0 && rounds(x, y) {
			return true
		}
	}
	return false
}

func (a asked) signMayDiffer(gold, f figure) bool {
	switch {
	case f.bracket, a.change && !f.rises:
		return true
	case gold.Value.Negative:
		return f.falls
	case f.Value.Negative:
		return gold.Unit.Currency() != "" // outflows are written either way
	}
	return false
}

// readings are the values that a gold may stand for beside this number.
func (a asked) readings(gold, f figure) []figure {
	at := func(exp int32) figure {
		g := gold
		var d apd.Decimal
		d.Set(&gold.Value)
		d.Exponent += exp
		g.Value = d
		return g
	}
	percentage := func(u quantity.Unit) bool { return u == quantity.Percent || u == quantity.PercentPt }
	switch {
	case gold.Unit == quantity.BasisPoint && percentage(f.Unit):
		return []figure{at(-2)}
	case percentage(gold.Unit) && f.Unit == quantity.BasisPoint:
		return []figure{at(2)}
	case percentage(gold.Unit) && f.Unit == quantity.None:
		return []figure{at(0), at(-2)}
	case gold.Unit == quantity.None && percentage(f.Unit):
		if a.percent {
			return []figure{at(0), at(2)}
		}
		return []figure{at(2)}
	case gold.Unit.Rate() || f.Unit.Rate():
		return []figure{at(0)}
	case gold.scaled == f.scaled && !gold.scaled:
		if a.scale != 0 {
			return []figure{at(0), at(a.scale)} // one of the two may be written out in full
		}
		return []figure{at(0)}
	case gold.scaled && !f.scaled:
		return []figure{at(0), at(-6), at(-9), at(-3)} // "8.7" for "$8.7 billion"
	case !gold.scaled && f.scaled && a.scale != 0:
		return []figure{at(a.scale)}
	case !gold.scaled && f.scaled:
		return []figure{at(0), at(6), at(9), at(3)}
	}
	return []figure{at(0)}
}

// agree compares as a person does who checks a calculation: equal to the digits that the coarser was written with, or
// off by what rounding on the way explains.
func agree(x, y quantity.Quantity) bool {
	return quantity.Same(x, y) || quantity.Within(x, y, 0.006)
}

// rounds says whether y rounded to the places of x is x: a gold with few digits, -0.02, stands for -0.0154 too.
func rounds(x, y quantity.Quantity) bool {
	var rounded apd.Decimal
	if y.Value.Exponent >= x.Value.Exponent {
		return false
	}
	if _, err := apd.BaseContext.WithPrecision(40).Quantize(&rounded, &y.Value, x.Value.Exponent); err != nil {
		return false
	}
	return !rounded.IsZero() && rounded.Cmp(&x.Value) == 0
}
