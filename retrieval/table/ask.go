package table

import (
	"regexp"
	"strings"
)

// An op is what is to be done with the cells that a question names.
type op int

const (
	lookup op = iota
	difference
	percentChange
	average
	sum
	ratio
	share
	count
	whichTime
	whichRow
)

// An ask is a question as far as it was understood.
type ask struct {
	text   string
	op     op
	times  []when
	ranged bool // the times are the ends of a stretch
	low    bool // the smallest is asked for
	bound  *bound
	wants  kind // of a lookup
}

// A bound is "more than 2,000 thousand".
type bound struct {
	value Number
	below bool
}

type kind int

const (
	anything kind = iota
	number
	person
	date
	reason
	place
	clause // words that only a sentence has
)

var (
	countRx   = regexp.MustCompile(`(?i)^how many (?:of the )?(years|quarters|periods|fiscal years|months|segments|countries|components|categories|types|items|officers|directors|regions)\b`)
	timeRx    = regexp.MustCompile(`(?i)\b(?:which|what) (?:fiscal |financial |calendar )?(?:year|period|quarter|month)\b|\bin which\b.*\byear\b`)
	superRx   = regexp.MustCompile(`(?i)\b(highest|lowest|largest|smallest|greatest|least|most|higher|lower|larger|smaller|greater|oldest|youngest|biggest|longest|shortest|maximum|minimum|fewest)\b`)
	lowRx     = regexp.MustCompile(`(?i)\b(lowest|smallest|least|lower|smaller|youngest|shortest|minimum|fewest)\b`)
	percentRx = regexp.MustCompile(`(?i)(?:\bpercentage|\bpercent|%)\s*(?:of\s+)?(?:change|increase|decrease|growth|difference|decline|rise|drop|fall|fluctuation|\(?increase|increase\s*/)|\bby what percent(?:age)?\b|\bwhat percent(?:age)? (?:did|has|have|increase|decrease)\b|\bgrowth rate\b|\bpercentage \(?(?:increase|decrease)|\b(?:change|increase|decrease|growth) (?:rate )?(?:in|as a|as) (?:a )?percent(?:age)?(?: terms)?\b|\brate of (?:increase|decrease|change|growth)\b`)
	ratioRx   = regexp.MustCompile(`(?i)\bratio\b|\bproportion\b`)
	shareRx   = regexp.MustCompile(`(?i)\b(?:percentage|percent|%|proportion)\b.*\b(?:of|to|over|among|in|out of)\b|\bas an? (?:percentage|percent|proportion|%)`)
	averageRx = regexp.MustCompile(`(?i)\b(?:average|mean)\b`)
	sumRx     = regexp.MustCompile(`(?i)\b(?:sum|combined|altogether|in total)\b|\btotal (?:sum|amount|number|value|cost|costs)?\b`)
	changeRx  = regexp.MustCompile(`(?i)\b(?:change|changed|difference|increase|increased|decrease|decreased|decline|declined|growth|grow|grew|fluctuation|fluctuate|differ|rise|rose|drop|dropped|fall|fell|variance|reduction|reduced)\b`)
	boundRx   = regexp.MustCompile(`(?i)\b(more than|greater than|larger than|higher than|above|over|exceed(?:s|ed|ing)?|at least|less than|lower than|smaller than|below|under|fewer than)\b\s+((?:us)?[$€£]?\s?[\d,.]+\s*(?:%|percent|thousands?|millions?|billions?)?)`)
	belowRx   = regexp.MustCompile(`(?i)^(?:less|lower|smaller|below|under|fewer)`)
	rangeRx   = regexp.MustCompile(`(?i)(?:fy|f|fiscal|year)?\s?(?:19|20)?\d{2}\s*(?:-|–|—|to|through|until)\s*(?:fiscal |year |december 31, |june 30, )?(?:fy|f)?\s?(?:19|20)?\d{2}\b|\bbetween\b.*\b(?:19|20)\d{2}\b.*\band\b.*\b(?:19|20)\d{2}\b|\bfrom\b.*\b(?:19|20)\d{2}\b.*\bto\b.*\b(?:19|20)?\d{2}\b`)
)

// parse reads a question.
func parse(q string) ask {
	q = strings.Join(strings.Fields(q), " ")
	a := ask{text: q, times: distinct(whens(q)), ranged: rangeRx.MatchString(q), low: lowRx.MatchString(q), wants: wanted(q)}
	if m := boundRx.FindStringSubmatch(q); m != nil {
		if n, ok := boundNumber(m[2]); ok {
			a.bound = &bound{n, belowRx.MatchString(m[1])}
		}
	}
	if m := twoQuarters.FindStringSubmatch(q); m != nil && len(a.times) > 0 {
		y := a.times[len(a.times)-1]
		a.times = []when{{year: y.year, quarter: quarterNo[strings.ToLower(m[1])]}, {year: y.year, quarter: quarterNo[strings.ToLower(m[2])]}}
	}
	quarters := map[int]bool{}
	for _, w := range a.times {
		quarters[w.quarter] = true
	}
	if len(quarters) == 2 && quarters[0] { // a quarter named once is that of every year named
		for i := range a.times {
			for n := range quarters {
				a.times[i].quarter = max(a.times[i].quarter, n)
			}
		}
		a.times = distinct(a.times)
	}
	low := strings.ToLower(q)
	switch {
	case countRx.MatchString(q):
		a.op = count
	case timeRx.MatchString(q) && (superRx.MatchString(q) || a.bound != nil):
		a.op = whichTime
	case percentRx.MatchString(q):
		a.op = percentChange
	case averageRx.MatchString(q) && !strings.Contains(low, "weighted average") && !strings.Contains(low, "weighted-average") || averageRx.MatchString(strings.NewReplacer("weighted average", "", "weighted-average", "").Replace(low)):
		a.op = average
	case ratioRx.MatchString(q):
		a.op = ratio
	case shareRx.MatchString(q) && changeRx.MatchString(q) && len(a.times) > 1:
		a.op = difference
	case shareRx.MatchString(q):
		a.op = share
	case superRx.MatchString(q) && (strings.HasPrefix(low, "which") || strings.HasPrefix(low, "who") || strings.HasPrefix(low, "what") || strings.Contains(low, ", which")) && !changeRx.MatchString(q):
		a.op = whichRow
	case changeRx.MatchString(q):
		a.op = difference
	case sumRx.MatchString(q):
		a.op = sum
	}
	return a
}

var twoQuarters = regexp.MustCompile(`(?i)\b(first|second|third|fourth) (?:quarter )?(?:and|to|through) (?:the )?(first|second|third|fourth) quarter`)

// clauseRx are questions whose answer is words: what something is, does or means.
var clauseRx = regexp.MustCompile(`^how (?:is|are|was|were|do|does|did|has|have|can) |^what (?:does|do|did) |^what (?:is|are|was|were) (?:included|excluded|defined|meant|recorded|comprised|classified|the (?:purpose|nature|definition|meaning|method|basis|reason|content|components? of|main))|^in what |^which (?:method|country|agreement|company|standard|segment|note|accounting|statement|section)|^what (?:method|information|type|kind|approach|factors?|assets?|standard|country|agreement|public)|\bcomprised? (?:primarily )?of\b|\bconsists? (?:primarily |mainly )?of\?|\bformerly\b|\bmeasured\?|\brefer to\b|\brepresents?\?|\bstand for\b`)

func boundNumber(s string) (Number, bool) {
	s = strings.TrimSpace(strings.TrimRight(s, "."))
	for _, w := range []string{"thousands", "millions", "billions"} {
		s = strings.Replace(s, w, strings.TrimSuffix(w, "s"), 1)
	}
	n, ok := ParseCell(s)
	return n, ok
}

func wanted(q string) kind {
	low := strings.ToLower(strings.TrimSpace(q))
	switch {
	case strings.HasPrefix(low, "how much"), strings.HasPrefix(low, "how many"), strings.Contains(low, "what percentage"):
		return number
	case strings.HasPrefix(low, "who"):
		return person
	case strings.HasPrefix(low, "when"), strings.HasPrefix(low, "what date"), strings.HasPrefix(low, "on what date"), strings.HasPrefix(low, "what is the date"):
		return date
	case strings.HasPrefix(low, "why"), strings.HasPrefix(low, "what caused"), strings.HasPrefix(low, "what led"), strings.HasPrefix(low, "what drove"), strings.HasPrefix(low, "what contributed"), strings.HasPrefix(low, "what resulted"), strings.Contains(low, "reason for"), strings.Contains(low, "reasons for"), strings.Contains(low, "drivers"):
		return reason
	case strings.HasPrefix(low, "where"):
		return place
	case clauseRx.MatchString(low):
		return clause
	}
	return anything
}

func distinct(ws []when) []when {
	var out []when
	for _, w := range ws {
		there := false
		for _, v := range out {
			there = there || v == w
		}
		if !there {
			out = append(out, w)
		}
	}
	return out
}

// A split is a question cut into the names of its two operands.
type split struct{ a, b string }

var shareForms = []struct {
	rx   *regexp.Regexp
	a, b int // which group is the part, which the whole
}{
	{regexp.MustCompile(`(?i)(?:what|which) (?:is the )?(?:percentage|percent|%|proportion) of (?:the )?(.+?) (?:is|are|was|were|consists? of|comes? from|came from|consisted of|comprises?|comprised|made up of|is made up of|is represented by|pertains? to|relates? to|belongs? to|is contributed by|were contributed by|constitutes?|is attributable to|was attributable to|does) (?:the )?(.+)`), 2, 1},
	{regexp.MustCompile(`(?i)(?:what is |what was |what are |what were )?(?:the )?(.+?),? (?:expressed |represented |shown )?as an? (?:percentage|percent|%|proportion) (?:of|to|over|against|in) (?:the )?(.+)`), 1, 2},
	{regexp.MustCompile(`(?i)(?:percentage|percent|%|proportion)(?: constitution| composition| share| proportion| contribution)? (?:of|for) (?:the )?(.+?) (?:among|in|over|out of|to|against|from|of|within|as part of|relative to|compared to) (?:the )?(.+)`), 1, 2},
	{regexp.MustCompile(`(?i)(?:percentage|percent|%|proportion) (?:does|do|did) (?:the )?(.+?) (?:make up|constitute|represent|account for|contribute to|comprise)s? (?:of |in |for )?(?:the )?(.+)`), 1, 2},
}

// splits lists the ways to cut a question about two named things, likelier ones first.
func (a ask) splits() []split {
	var out []split
	q := strings.TrimRight(a.text, "?. ")
	if a.op == share || a.op == ratio {
		for _, f := range shareForms {
			if m := f.rx.FindStringSubmatch(q); m != nil {
				return []split{{m[f.a], m[f.b]}}
			}
		}
	}
	body := q
	low := strings.ToLower(q)
	for _, lead := range []string{"ratio of ", "ratio between ", "proportion of ", "sum of ", "difference between ", "difference in ", "between ", "average of ", "total of ", "total amount of ", "total ", "average "} {
		if i := strings.Index(low, lead); i >= 0 {
			body = q[i+len(lead):]
			break
		}
	}
	shared := ""
	if i := strings.Index(strings.ToLower(body), " between "); i >= 0 {
		shared, body = body[:i]+" ", body[i+len(" between "):]
	}
	joints := []string{" and "}
	if a.op == ratio || a.op == share {
		joints = []string{" to ", " over ", " against ", " and ", " of ", " divided by ", " in ", " from ", " out of "}
	}
	if a.op == difference {
		joints = append(joints, " from ", " against ", " compared to ", " versus ", " or ")
	}
	for _, j := range joints {
		for i := 0; ; {
			k := strings.Index(strings.ToLower(body[i:]), j)
			if k < 0 {
				break
			}
			out = append(out, split{shared + body[:i+k], shared + body[i+k+len(j):]})
			i += k + len(j)
		}
	}
	return out
}
