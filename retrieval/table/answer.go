package table

import (
	"math/big"
	"regexp"
	"slices"
	"strings"
)

// A Context is a table and the text around it.
type Context struct {
	Table      [][]string
	Paragraphs []string
}

// An Answer is what was found: a number with its scale, or words.
type Answer struct {
	Text string // as it is told: the cell, the words, or the number
	// Value is the number in its scale, exactly; nil where the answer is words.
	Value   *big.Rat
	Scale   Scale
	Formula string // of a computed number: "(2,310 − 2,020) ÷ 2,020"
	From    string // "table" or "text"
	// Of a single cell: its row's label, the heading of its column, what stands over both, and whether it is money.
	Label, Heading, Section string
	Money                   bool
	Sure                    float64 // 0 to about 1
}

// Sureness below which nothing is told, by where the answer comes from.
const (
	sureTable = 0.74
	sureText  = 0.72
)

// Answer answers one question, or declines.
func (c Context) Answer(question string) (Answer, bool) {
	a := parse(question)
	g := read(c.Table, c.Paragraphs)
	var best Answer
	ok := false
	if m := exceptRx.FindString(question); m != "" && !strings.Contains(strings.ToLower(strings.Join(slices.Concat(c.Table...), " ")), strings.ToLower(m)) {
		return best, false // values that nobody has written
	}
	if a.wants != clause && a.wants != reason && a.wants != place || a.op == percentChange {
		best, ok = g.answer(a)
	}
	if ok && best.Value != nil && best.Scale == One && percentAsked.MatchString(question) && new(big.Rat).Abs(best.Value).Cmp(big.NewRat(100, 1)) <= 0 && a.op != ratio && a.op != count {
		best.Scale = Percent
	}
	if ok && best.Sure < sureTable {
		ok = false
	}
	if a.op == lookup || a.op == difference || !ok && a.op != ratio && a.op != share && a.op != percentChange {
		if t, there := c.fromText(a, g); there && t.Sure >= sureText && (!ok || t.Sure > best.Sure+textMargin(a)) {
			return t, true
		}
	}
	return best, ok
}

// exceptRx asks for a value that would be another if something else were.
var exceptRx = regexp.MustCompile(`(?i)\b(?:excluding|assuming|if the|without the|apart from|not including)\b`)

var percentAsked = regexp.MustCompile(`(?i)\b(?:percentage|percent|rate|margin|yield)\b|%`)

// textMargin is how much surer the text must be than the table.
func textMargin(a ask) float64 {
	if a.op == difference && a.wants == number {
		return -0.2 // a change that is told in words was worked out by the authors
	}
	return 0.12
}

func (g *grid) answer(a ask) (Answer, bool) {
	switch a.op {
	case difference, percentChange:
		return g.change(a)
	case average, sum:
		return g.aggregate(a)
	case ratio, share:
		return g.quotient(a)
	case count:
		return g.count(a)
	case whichTime:
		return g.whichTime(a)
	case whichRow:
		return g.whichRow(a)
	}
	return g.lookup(a)
}

// sure lowers a score where another row is as good.
func (f found) sure() float64 {
	s := min(f.score, 1)
	if gap := f.score - f.second; gap < 0.04 {
		s -= 0.18
	} else if gap < 0.08 {
		s -= 0.06
	}
	return s
}

func (g *grid) lookup(a ask) (Answer, bool) {
	p := g.phrase(a.text)
	w := when{}
	if len(a.times) > 0 {
		w = a.times[0]
	}
	if len(a.times) > 1 {
		return Answer{}, false // several values are asked for
	}
	if f, ok := g.text(p, w); ok && (a.wants == date || strings.Contains(strings.ToLower(a.text), "date") || !numeric(a.text) && a.wants == anything) {
		if told := (Answer{Text: f.cell.text, From: "table", Sure: f.sure()}); told.Sure > 0.8 {
			return told, true
		}
	}
	if a.wants == date {
		return Answer{}, false
	}
	fs := g.find(p, w)
	if len(fs) == 0 {
		return Answer{}, false
	}
	f := fs[0]
	sure := f.sure()
	if ws, _ := f.line.columnTimes(); w == (when{}) && len(ws) > 1 {
		sure -= 0.3 // the row has a value for each of several times
	}
	return Answer{
		Text: f.cell.text, Value: f.cell.num.Value, Scale: g.scaleOf(f), From: "table", Sure: sure,
		Label: f.line.label, Heading: f.line.heads[f.cell.col], Section: f.line.section, Money: g.money(f.cell.col) && g.scaleOf(f) != Percent,
	}, true
}

// money says that a column has a currency's sign on most of its values, or on its first and last, as accounts do.
func (g *grid) money(col int) bool {
	signs, plain := 0, 0
	for _, l := range g.lines {
		for _, c := range l.cells {
			if c.col == col && c.is && c.num.Money {
				signs++
			} else if c.col == col && c.is && c.num.Scale == One {
				plain++
			}
		}
	}
	return signs > 0 && signs*4 >= plain
}

// scaleOf is a cell's scale: its own, its row's, its column's, or the table's where it is money or a count of the same kind.
func (g *grid) scaleOf(f found) Scale {
	if f.cell.num.Scale != One {
		return f.cell.num.Scale
	}
	label := strings.ToLower(f.line.label)
	head := strings.ToLower(f.line.heads[f.cell.col])
	section := strings.ToLower(f.line.section)
	if strings.Contains(label, "%") || strings.Contains(head, "%") || strings.Contains(label, "percent") || strings.Contains(head, "percent") || strings.Contains(section, "(%)") {
		return Percent
	}
	for _, t := range []string{f.line.label, f.line.heads[f.cell.col]} {
		if s := scaleOf(t); s != One {
			return s
		}
	}
	if plainRx.MatchString(label + " | " + head) {
		return One
	}
	// Values per share are small; counts of shares that are left out of them are not.
	small := new(big.Rat).Abs(f.cell.num.Value).Cmp(big.NewRat(1000, 1)) < 0
	if small && (perShareRx.MatchString(label+" | "+head) || perShareRx.MatchString(section) && (strings.Contains(label, "basic") || strings.Contains(label, "diluted") || len(f.line.words) == 0)) {
		return One
	}
	if s := scaleOf(f.line.section); s != One {
		return s
	}
	return g.scale
}

var (
	plainRx    = regexp.MustCompile(`\b(?:number of employees|headcount|exercise price|fair value per|grant[- ]date fair value|\w+ ratio|in years|\(years|\(days|\(cents|useful li(?:fe|ves)|employees)\b`)
	perShareRx = regexp.MustCompile(`\bper (?:\w+ ){0,2}(?:share|unit|adr|ads|security)\b`)
	// outward are names of things that brackets only mark as going out: their size is what is spoken of.
	outward = regexp.MustCompile(`(?i)\b(?:loss|losses|disposals?|allowance|used in|paid|payments?|expenses?|costs?|depreciation|amorti[sz]ation|deductions?|repayments?|purchases?|write-?offs?|forfeited|released|cancell?ed|dividends|taxe?s?|liabilit(?:y|ies)|impairment|charges?|fees|duty)\b`)
	mixed   = regexp.MustCompile(`(?i)\((?:loss|losses|used in|expense|deficit|income|benefit|gain|credit|decrease|provision|profit)\)|\bprofit ?/|\bincome ?/|/ ?\(?loss`)
)
