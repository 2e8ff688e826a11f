package table

import (
	"math/big"
	"regexp"
	"strings"
)

var sentenceEnd = regexp.MustCompile(`([.!?])\s+([A-Z“"(•])|(;)\s+`)

// sentences cuts paragraphs; abbreviations that end in a point and a capital are few in filings.
func sentences(paragraphs []string) []string {
	var out []string
	for _, p := range paragraphs {
		p = strings.NewReplacer("U.S. ", "U.S.\u00a0", "Mr. ", "Mr.\u00a0", "Ms. ", "Ms.\u00a0", "Mrs. ", "Mrs.\u00a0", "Dr. ", "Dr.\u00a0", "No. ", "No.\u00a0", "Inc. ", "Inc.\u00a0", "Ltd. ", "Ltd.\u00a0", "vs. ", "vs.\u00a0", "i.e. ", "i.e.\u00a0", "e.g. ", "e.g.\u00a0").Replace(p)
		for s := range strings.SplitSeq(sentenceEnd.ReplaceAllString(p, "$1$3\n$2"), "\n") {
			if s = strings.TrimSpace(strings.ReplaceAll(s, "\u00a0", " ")); s != "" {
				out = append(out, s)
			}
		}
	}
	return out
}

// fromText answers from the sentence that covers the question best.
func (c Context) fromText(a ask, g *grid) (Answer, bool) {
	p := g.phrase(a.text)
	ss := sentences(c.Paragraphs)
	df := map[string]int{}
	for _, s := range ss {
		for w := range unique(words(s)) {
			df[w]++
		}
	}
	weight := func(w string) float64 {
		x := 1.0
		if n := len(ss); n > 0 {
			x = 0.4 + float64(n-min(df[w], n))/float64(n)
		}
		if asked[w] {
			x *= 0.6
		}
		return x
	}
	best, bestScore, secondScore := "", 0.0, 0.0
	for _, s := range ss {
		has := unique(words(s))
		var all, got float64
		for w := range p.set {
			x := weight(w)
			all += x
			if has[w] {
				got += x
			}
		}
		if all == 0 {
			return Answer{}, false
		}
		score := got / all
		if len(a.times) > 0 {
			hit := 0
			for _, w := range a.times {
				for _, t := range whens(s) {
					if w.fits(t) && t.year != 0 {
						hit++
						break
					}
				}
			}
			score += 0.12 * (float64(hit)/float64(len(a.times)) - 0.7)
		}
		if score > bestScore {
			best, bestScore, secondScore = s, score, bestScore
		} else if score > secondScore {
			secondScore = score
		}
	}
	if tableRx.MatchString(a.text) {
		return announced(ss)
	}
	if best == "" {
		return Answer{}, false
	}
	sure := bestScore
	if bestScore-secondScore < 0.05 {
		sure -= 0.1
	}
	switch {
	case (a.op == average && !unique(words(best))[stem("average")]) || (a.op == sum && !unique(words(best))[stem("total")]):
	case a.wants == number, a.wants == anything && (a.op == lookup || a.op == sum || a.op == average || a.op == difference) && (numeric(a.text) || len(a.times) > 0):
		return numberIn(best, a, p, sure)
	case a.wants == date:
		if m := dateRx.FindAllString(best, -1); len(m) == 1 {
			return Answer{Text: m[0], From: "text", Sure: sure - 0.1}, true
		}
	case a.wants == reason:
		return reasonIn(best, sure)
	case a.wants == clause || a.wants == place:
		return clauseIn(best, a, sure)
	}
	return Answer{}, false
}

var (
	dateRx    = regexp.MustCompile(`(?:January|February|March|April|May|June|July|August|September|October|November|December) \d{1,2}, \d{4}|\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|December) \d{4}`)
	reasonRx  = regexp.MustCompile(`(?i)\b(?:because of|because|due to|as a result of|driven by|attributable to|resulted from|resulting from|reflecting|owing to|caused by|since)\s+(.+)$`)
	asideRx   = regexp.MustCompile(`(?i), (?:which|as (?:our|the|we)|partially offset|offset by)\b.*$`)
	numericRx = regexp.MustCompile(`(?i)\b(?:amount|number|rate|percentage|price|cost|costs|value|balance|total|revenue|expense|expenses|income|charge|charges|margin|ratio|volatility|allowance|benefit|shares|carryforwards?|revenues|compensation|loss|gain|proceeds|payment|payments|liabilit(?:y|ies)|interest)\b`)
	bareYear  = regexp.MustCompile(`^(?:19|20)\d{2}$`)
)

func numeric(q string) bool {
	low := strings.ToLower(q)
	return (strings.HasPrefix(low, "what is the") || strings.HasPrefix(low, "what was the") || strings.HasPrefix(low, "what were the") || strings.HasPrefix(low, "what are the")) && numericRx.MatchString(q)
}

// A candidate is a number of a sentence.
type candidate struct {
	at, end int
	n       Number
	unit    string
}

// numberIn takes the number of a sentence that stands nearest to the question's words.
func numberIn(s string, a ask, p phrase, sure float64) (Answer, bool) {
	var all []candidate
	dates := dateRx.FindAllStringIndex(s, -1)
	for _, m := range textNumber.FindAllStringSubmatchIndex(s, -1) {
		text := strings.TrimSpace(s[m[0]:m[1]])
		group := func(i int) string {
			if m[2*i] < 0 {
				return ""
			}
			return s[m[2*i]:m[2*i+1]]
		}
		digits, unit := group(3), strings.ToLower(group(5))
		inDate := false
		for _, d := range dates {
			inDate = inDate || m[0] < d[1] && m[1] > d[0]
		}
		if inDate || bareYear.MatchString(digits) && group(2) == "" && unit == "" || m[6] > 0 && isWordByte(s[m[6]-1]) {
			continue
		}
		if strings.HasPrefix(strings.ToLower(strings.TrimSpace(s[:m[6]])), "note") && len(digits) < 3 {
			continue
		}
		if group(1) != "" && group(4) != "" && len(digits) < 3 && group(2) == "" && unit == "" { // a footnote's mark
			continue
		}
		v, ok := new(big.Rat).SetString(strings.ReplaceAll(digits, ",", ""))
		if !ok {
			continue
		}
		text = strings.TrimPrefix(text, "(")
		text = strings.TrimSuffix(text, ")")
		all = append(all, candidate{m[6], m[1], Number{Value: v, Scale: scaleWord(unit), Money: group(2) != "", Text: strings.TrimSpace(text)}, unit})
	}
	low := strings.ToLower(a.text)
	wantsPercent := strings.Contains(low, "rate") || strings.Contains(low, "percent") || strings.Contains(low, "margin")
	wantsMoney := strings.HasPrefix(low, "how much") || strings.Contains(low, "cost") || strings.Contains(low, "expense") || strings.Contains(low, "price") || strings.Contains(low, "amount")
	var fit []candidate
	for _, x := range all {
		if wantsPercent && x.n.Scale != Percent || wantsMoney && !wantsPercent && !x.n.Money && (x.n.Scale == Percent || x.unit == "") {
			continue
		}
		fit = append(fit, x)
	}
	if len(fit) == 0 {
		return Answer{}, false
	}
	if len(fit) > 1 {
		if x, ok := respectively(s, a, len(fit)); ok {
			fit = fit[x : x+1]
		} else {
			best, most, again := 0, -1.0, -1.0
			for i, x := range fit {
				switch near := x.near(s, p, a); {
				case near > most:
					best, most, again = i, near, most
				case near > again:
					again = near
				}
			}
			if most-again < 0.8 {
				sure -= 0.25
			}
			fit = fit[best : best+1]
		}
	}
	x := fit[0].n
	return Answer{Text: x.Text, Value: x.Value, Scale: x.Scale, From: "text", Sure: sure}, true
}

func isWordByte(b byte) bool {
	return b == '-' || b == '.' || b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
}

// respectively finds the place of the asked year in a list of as many years as there are numbers.
func respectively(s string, a ask, n int) (int, bool) {
	if len(a.times) != 1 {
		return 0, false
	}
	ts := whens(s)
	if len(ts) != n {
		return 0, false
	}
	for i, t := range ts {
		if a.times[0].fits(t) && t.year == a.times[0].year {
			return i, true
		}
	}
	return 0, false
}

// near is how much of the question stands in the number's own clause. What follows a number belongs to it more than what
// comes before: "$361 million of payments attributed to …".
func (c candidate) near(s string, p phrase, a ask) float64 {
	from := 0
	if i := strings.LastIndexAny(s[:c.at], ",;("); i >= 0 && s[i] != ',' || i > 0 && !isDigitByte(s[i-1]) {
		from = i
	}
	if i := strings.LastIndex(s[:c.at], " and "); i > from {
		from = i
	}
	to := len(s)
	for i := c.end; i < len(s); i++ {
		if s[i] == ';' || s[i] == ',' && !isDigitByte(s[i-1]) || strings.HasPrefix(s[i:], " and ") {
			to = i
			break
		}
	}
	score := 0.0
	for w := range unique(words(s[c.end:to])) {
		if p.set[w] {
			score++
		}
	}
	for w := range unique(words(s[from:c.at])) {
		if p.set[w] {
			score += 0.9
		}
	}
	for _, t := range whens(s[c.end:min(len(s), c.end+40)]) {
		for _, w := range a.times {
			if t.year != 0 && w.fits(t) {
				score++
			}
		}
	}
	return score
}

func isDigitByte(b byte) bool { return b >= '0' && b <= '9' }

func reasonIn(s string, sure float64) (Answer, bool) {
	m := reasonRx.FindStringSubmatch(s)
	if m == nil {
		return Answer{}, false
	}
	why := asideRx.ReplaceAllString(m[1], "")
	return Answer{Text: strings.TrimRight(why, ". "), From: "text", Sure: sure - 0.05}, true
}
