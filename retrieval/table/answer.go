package table

import (
	"fmt"
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

var severalRx = regexp.MustCompile(`(?i)\b(?:top|two|three|four|five|2|3|4|5)\b`)

var (
	plainRx    = regexp.MustCompile(`\b(?:number of employees|headcount|exercise price|fair value per|grant[- ]date fair value|\w+ ratio|in years|\(years|\(days|\(cents|useful li(?:fe|ves)|employees)\b`)
	perShareRx = regexp.MustCompile(`\bper (?:\w+ ){0,2}(?:share|unit|adr|ads|security)\b`)
	// outward are names of things that brackets only mark as going out: their size is what is spoken of.
	outward = regexp.MustCompile(`(?i)\b(?:loss|losses|disposals?|allowance|used in|paid|payments?|expenses?|costs?|depreciation|amorti[sz]ation|deductions?|repayments?|purchases?|write-?offs?|forfeited|released|cancell?ed|dividends|taxe?s?|liabilit(?:y|ies)|impairment|charges?|fees|duty)\b`)
	mixed   = regexp.MustCompile(`(?i)\((?:loss|losses|used in|expense|deficit|income|benefit|gain|credit|decrease|provision|profit)\)|\bprofit ?/|\bincome ?/|/ ?\(?loss`)
)

// absolute drops the signs where no value is positive: the larger loss is the one of more money.
func absolute(fs []found) []found {
	for _, f := range fs {
		if f.cell.num.Value.Sign() > 0 {
			return fs
		}
	}
	out := slices.Clone(fs)
	for i := range out {
		out[i].cell.num.Value = new(big.Rat).Abs(out[i].cell.num.Value)
	}
	return out
}

// sizes drops the signs where all values are negative by the nature of what they are.
func sizes(fs []found) []found {
	for _, f := range fs {
		if f.cell.num.Value.Sign() > 0 || mixed.MatchString(f.line.label) || !outward.MatchString(f.line.label) {
			return fs
		}
	}
	out := slices.Clone(fs)
	for i := range out {
		out[i].cell.num.Value = new(big.Rat).Abs(out[i].cell.num.Value)
		out[i].cell.text = strings.Trim(out[i].cell.text, "()-$ ")
		out[i].cell.num.Text = out[i].cell.text
	}
	return out
}

// between reads "2017 to 2019" as all the years between.
func (g *grid) between(a ask, l *line) []when {
	if !a.ranged || len(a.times) != 2 {
		return a.times
	}
	from, to := a.times[0], a.times[1]
	if to.before(from) {
		from, to = to, from
	}
	ws, _ := l.columnTimes()
	var out []when
	for _, w := range ws {
		if w.year > from.year && w.year < to.year {
			out = append(out, w)
		}
	}
	return append(append([]when{from}, out...), to)
}

// change is the later value less the earlier one, or one thing less another.
func (g *grid) change(a ask) (Answer, bool) {
	if strings.Contains(strings.ToLower(a.text), "as a percentage to") || strings.Contains(strings.ToLower(a.text), "expressed as") {
		return Answer{}, false // the change of a ratio
	}
	if a.op == percentChange && len(a.times) == 1 { // the table may tell the change itself
		if told, ok := g.lookup(a); ok && told.Scale == Percent && told.Sure > 0.75 {
			return told, true
		}
	}
	if len(a.times) < 2 && a.op == difference && a.wants != number {
		if s, ok := g.two(a, func(x, y found) (*big.Rat, string) {
			return new(big.Rat).Sub(x.cell.num.Value, y.cell.num.Value), x.cell.text + " − " + y.cell.text
		}); ok {
			return s, true
		}
	}
	p := g.phrase(a.text)
	times, guessed := a.times, 0.0
	if len(times) > 2 {
		times = []when{times[0], times[len(times)-1]}
	}
	if len(times) < 2 {
		one, ok := g.neighbours(p, times)
		if !ok {
			return Answer{}, false
		}
		times = one
		if len(a.times) == 1 && a.times[0].quarter+a.times[0].month > 0 {
			guessed = 0.2 // against the year before, or the quarter before
		}
	}
	fs := g.row(p, times)
	if len(fs) != 2 {
		return Answer{}, false
	}
	if g.scaleOf(fs[0]) != g.scaleOf(fs[1]) {
		return Answer{}, false // a value and its share are not compared
	}
	fs = sizes(fs)
	later, earlier := fs[1], fs[0]
	if later.when.before(earlier.when) {
		later, earlier = earlier, later
	}
	x, y := later.cell.num, earlier.cell.num
	d := new(big.Rat).Sub(x.Value, y.Value)
	out := Answer{Value: d, Scale: g.scaleOf(later), From: "table", Sure: later.sure() - guessed, Formula: fmt.Sprintf("%s − %s", x.Text, y.Text)}
	if a.op == percentChange {
		if y.Value.Sign() == 0 {
			return Answer{}, false
		}
		out.Value = d.Mul(d.Quo(d, y.Value), big.NewRat(100, 1))
		out.Scale = Percent
		out.Formula = fmt.Sprintf("(%s − %s) ÷ %s × 100", x.Text, y.Text, y.Text)
	}
	out.Text = Decimal(out.Value, 4)
	return out, true
}

// neighbours are the times of the two columns that "the change" without times, or with one, is about.
func (g *grid) neighbours(p phrase, times []when) ([]when, bool) {
	w := when{}
	if len(times) == 1 {
		w = times[0]
	}
	fs := g.find(p, w)
	if len(fs) == 0 {
		return nil, false
	}
	ws, _ := fs[0].line.columnTimes()
	slices.SortFunc(ws, func(a, b when) int {
		if b.before(a) {
			return -1
		}
		return 1
	})
	for i := range ws[:max(0, len(ws)-1)] {
		if w == (when{}) || w.fits(ws[i]) {
			return []when{ws[i+1], ws[i]}, true
		}
	}
	return nil, false
}

// two finds the operands of a question about two things, and computes.
func (g *grid) two(a ask, compute func(x, y found) (*big.Rat, string)) (Answer, bool) {
	var best Answer
	for _, s := range a.splits() {
		wx, wy := first(whens(s.a)), first(whens(s.b))
		if wx == (when{}) {
			wx = wy
		}
		if wy == (when{}) {
			wy = wx
		}
		if len(a.times) > 0 && wx == (when{}) {
			wx, wy = a.times[0], a.times[0]
		}
		pa, pb := g.phrase(s.a), g.phrase(s.b)
		// One side may be a time alone: "the ratio of X in 2019 to 2018".
		if len(pb.words) == 0 && wx != wy {
			pb = pa
		}
		if len(pa.words) == 0 && wx != wy {
			pa = pb
		}
		if len(pa.words) == 0 || len(pb.words) == 0 {
			continue
		}
		fa, fb := g.find(pa, wx), g.find(pb, wy)
		// One side may leave out what both have in common: "total revenue between network solutions and services".
		if len(fa) == 0 || len(fb) == 0 {
			continue
		}
		x, y := fa[0], fb[0]
		if x.line == y.line && x.cell.col == y.cell.col {
			continue
		}
		v, formula := compute(x, y)
		if v == nil {
			continue
		}
		sure := min(x.sure(), y.sure())*0.7 + (x.sure()+y.sure())*0.15
		if sure > best.Sure {
			best = Answer{Value: v, Text: Decimal(v, 4), Scale: g.scaleOf(x), From: "table", Sure: sure, Formula: formula}
			if g.scaleOf(x) != g.scaleOf(y) {
				best.Sure -= 0.3
			}
		}
	}
	return best, best.Value != nil
}

func first(ws []when) when {
	if len(ws) == 0 {
		return when{}
	}
	return ws[0]
}

// quotient is a ratio, or a share in percent.
func (g *grid) quotient(a ask) (Answer, bool) {
	best, ok := g.two(a, func(x, y found) (*big.Rat, string) {
		if y.cell.num.Value.Sign() == 0 {
			return nil, ""
		}
		v := new(big.Rat).Quo(x.cell.num.Value, y.cell.num.Value)
		if v.Sign() < 0 { // brackets mark an outflow or a cost, which a ratio of sizes does not keep
			v.Neg(v)
		}
		return v, x.cell.text + " ÷ " + y.cell.text
	})
	if !ok {
		if a.op == share { // a percentage that the table holds
			told, ok := g.lookup(a)
			return told, ok && told.Scale == Percent
		}
		return best, false
	}
	best.Scale = One
	if a.op == share {
		best.Value.Mul(best.Value, big.NewRat(100, 1))
		best.Scale, best.Text = Percent, Decimal(best.Value, 4)
		best.Formula += " × 100"
	}
	return best, true
}

// aggregate is a sum or a mean: over times of one row, over two things, or down a column.
func (g *grid) aggregate(a ask) (Answer, bool) {
	p := g.phrase(a.text)
	if len(a.times) >= 2 {
		times := a.times
		if fs := g.row(p, a.times[:2]); fs != nil {
			times = g.between(a, fs[0].line)
		}
		fs := g.row(p, times)
		if fs == nil {
			return Answer{}, false
		}
		return g.total(a, fs, fs[0].sure()), true
	}
	if a.op == sum {
		if severalRx.MatchString(a.text) && strings.Contains(strings.ToLower(a.text), "top ") {
			return Answer{}, false
		}
		single, ok1 := g.lookup(a)
		if pair, ok := g.two(a, func(x, y found) (*big.Rat, string) {
			return new(big.Rat).Add(x.cell.num.Value, y.cell.num.Value), x.cell.text + " + " + y.cell.text
		}); ok && strings.Contains(strings.ToLower(a.text), " and ") && pair.Sure > single.Sure-0.1 {
			return pair, true
		}
		if (!ok1 || single.Sure < sureTable) && strings.Contains(strings.ToLower(a.text), " all ") {
			return g.down(a, p)
		}
		return single, ok1
	}
	if strings.Contains(strings.ToLower(a.text), " and ") {
		if pair, ok := g.two(a, func(x, y found) (*big.Rat, string) {
			v := new(big.Rat).Add(x.cell.num.Value, y.cell.num.Value)
			return v.Quo(v, big.NewRat(2, 1)), "(" + x.cell.text + " + " + y.cell.text + ") ÷ 2"
		}); ok && pair.Sure >= sureTable {
			return pair, true
		}
	}
	if fs := g.find(p, first(a.times)); len(fs) > 0 && fs[0].sure() > 0.8 && len(a.times) == 0 {
		// "The average X" without times is over all the columns that the row has.
		if ws, _ := fs[0].line.columnTimes(); len(ws) >= 2 {
			if all := g.row(p, ws); all != nil {
				return g.total(a, all, fs[0].sure()-0.1), true
			}
		}
	}
	return g.down(a, p)
}

func (g *grid) total(a ask, fs []found, sure float64) Answer {
	fs = sizes(fs)
	v := new(big.Rat)
	var parts []string
	for _, f := range fs {
		if g.scaleOf(f) != g.scaleOf(fs[0]) {
			sure = 0 // values and shares are not added
		}
		v.Add(v, f.cell.num.Value)
		parts = append(parts, f.cell.text)
	}
	formula := strings.Join(parts, " + ")
	if a.op == average {
		v.Quo(v, big.NewRat(int64(len(fs)), 1))
		formula = fmt.Sprintf("(%s) ÷ %d", formula, len(fs))
	}
	return Answer{Value: v, Text: Decimal(v, 4), Scale: g.scaleOf(fs[0]), From: "table", Sure: sure, Formula: formula}
}

// down takes a whole column: "the average age of the executive officers".
func (g *grid) down(a ask, p phrase) (Answer, bool) {
	bestCol, bestScore, bestGot := -1, 0.0, 0.0
	if len(g.lines) == 0 {
		return Answer{}, false
	}
	l := g.lines[0]
	for j := 1; j < len(l.heads); j++ {
		head := unique(content(timeless(l.heads[j])))
		var all, got float64
		for w := range head {
			all += g.weight(w)
			if p.set[w] {
				got += g.weight(w)
			}
		}
		if all > 0 && got/all > 0.7 && got > bestGot {
			bestCol, bestScore, bestGot = j, got/all, got
		}
	}
	if bestCol < 0 || bestScore < 0.75 {
		return Answer{}, false
	}
	narrow := g.narrowed(p)
	var fs []found
	for _, l := range g.lines {
		if l.total || strings.HasPrefix(strings.ToLower(l.label), "total") || len(narrow) > 1 && !narrow[l] {
			continue
		}
		for _, c := range l.cells {
			if c.col == bestCol && c.is && l.timed(c, first(a.times)) >= 0 {
				fs = append(fs, found{line: l, cell: c})
			}
		}
	}
	if len(fs) < 2 {
		return Answer{}, false
	}
	sure := 0.62 + 0.2*bestScore
	if len(narrow) < 2 {
		sure -= g.unknown(p)
	}
	return g.total(a, fs, sure), true
}

// narrowed are the rows whose own words hold all that the labels do not know: "the Vice Presidents" of a list of officers.
func (g *grid) narrowed(p phrase) map[*line]bool {
	corner := unique(content(g.corner))
	var rest []string
	for w := range p.set {
		if g.df[w] == 0 && !asked[w] && !corner[w] && !g.title[w] {
			rest = append(rest, w)
		}
	}
	out := map[*line]bool{}
	for _, l := range g.lines {
		var own []string
		for _, c := range l.cells {
			if !c.is {
				own = append(own, c.text)
			}
		}
		has := unique(content(strings.Join(own, " ")))
		if len(rest) > 0 && !slices.ContainsFunc(rest, func(w string) bool { return !has[w] }) {
			out[l] = true
		}
	}
	return out
}

// unknown lowers the sureness for words that the table does not know: they may narrow the choice of rows.
func (g *grid) unknown(p phrase) (less float64) {
	corner := unique(content(g.corner))
	for w := range p.set {
		if g.df[w] == 0 && !asked[w] && !corner[w] && !g.title[w] {
			less += 0.04
		}
	}
	return less
}

// holds says whether a value is on the asked side of a bound. The bound's scale counts where it is named, else the table's.
func (g *grid) holds(b *bound, f found) bool {
	x := new(big.Rat).Set(f.cell.num.Value)
	limit := new(big.Rat).Set(b.value.Value)
	if s := b.value.Scale; s != One {
		limit.Mul(limit, s.Factor())
		x.Mul(x, g.scaleOf(f).Factor())
	}
	if b.below {
		return x.Cmp(limit) < 0
	}
	return x.Cmp(limit) > 0
}

func (g *grid) count(a ask) (Answer, bool) {
	low := strings.ToLower(a.text)
	text := boundRx.ReplaceAllString(a.text, " ")
	text = countRx.ReplaceAllString(text, " ")
	fs := g.find(g.phrase(text), when{})
	if len(fs) == 0 || !strings.Contains(countRx.FindString(low), "year") {
		return Answer{}, false
	}
	ws, cells := fs[0].line.columnTimes()
	if len(ws) < 2 {
		return Answer{}, false
	}
	n := 0
	var parts []string
	for _, c := range cells {
		f := found{line: fs[0].line, cell: c}
		yes := false
		switch {
		case a.bound != nil:
			yes = g.holds(a.bound, f)
		case strings.Contains(low, "positive"):
			yes = c.num.Value.Sign() > 0
		case strings.Contains(low, "negative"), strings.Contains(low, "loss"):
			yes = c.num.Value.Sign() < 0
		default:
			return Answer{}, false
		}
		if yes {
			n++
			parts = append(parts, c.text)
		}
	}
	return Answer{Text: fmt.Sprint(n), Value: big.NewRat(int64(n), 1), From: "table", Sure: fs[0].sure(), Formula: "count of " + strings.Join(parts, ", ")}, true
}

// whichTime names the column in which a row is largest, smallest, or beyond a bound.
func (g *grid) whichTime(a ask) (Answer, bool) {
	text := timeRx.ReplaceAllString(superRx.ReplaceAllString(boundRx.ReplaceAllString(a.text, " "), " "), " ")
	p := g.phrase(text)
	fs := g.find(p, when{})
	if len(fs) == 0 {
		return Answer{}, false
	}
	_, cells := fs[0].line.columnTimes()
	sure := fs[0].sure()
	var best *cell
	hits := 0
	var all []found
	for _, c := range cells {
		all = append(all, found{line: fs[0].line, cell: c})
	}
	for i, f := range absolute(all) {
		c := f.cell
		if a.bound != nil {
			if g.holds(a.bound, f) {
				best = &cells[i]
				hits++
			}
			continue
		}
		if best == nil || a.low == (c.num.Value.Cmp(best.num.Value) < 0) && c.num.Value.Cmp(best.num.Value) != 0 {
			cells[i] = c
			best = &cells[i]
		}
	}
	if len(cells) < 2 && a.bound == nil {
		if told, ok := g.whichNamed(a, p); ok {
			return told, true
		}
	}
	if best != nil && len(cells) > 1 && hits <= 1 {
		return Answer{Text: yearOf(fs[0].line.heads[best.col]), From: "table", Sure: sure}, true
	}
	return g.whichRowTime(a, p)
}

// whichNamed chooses among the times that are asked for, or that the sections name, wherever they stand.
func (g *grid) whichNamed(a ask, p phrase) (Answer, bool) {
	times := a.times
	if len(times) < 2 {
		times = nil
		for _, l := range g.lines {
			times = append(times, l.times...)
		}
		times = distinct(times)
	}
	if len(times) < 2 || len(times) > 8 {
		return Answer{}, false
	}
	fs := g.row(p, times)
	if fs == nil {
		return Answer{}, false
	}
	best := fs[0]
	for _, f := range fs[1:] {
		if a.low == (f.cell.num.Value.Cmp(best.cell.num.Value) < 0) {
			best = f
		}
	}
	return Answer{Text: fmt.Sprint(best.when.year), From: "table", Sure: best.sure()}, best.when.year != 0
}

// whichRowTime is whichTime where the times stand down the side.
func (g *grid) whichRowTime(a ask, p phrase) (Answer, bool) {
	var best found
	n := 0
	for _, f := range g.find(p, when{}) {
		if len(whens(f.line.label)) == 0 || best.line != nil && f.cell.col != best.cell.col {
			continue
		}
		n++
		if best.line == nil || a.low == (f.cell.num.Value.Cmp(best.cell.num.Value) < 0) {
			score := max(f.score, best.score)
			best = f
			best.score = score
		}
	}
	if n < 2 || a.bound != nil {
		return Answer{}, false
	}
	return Answer{Text: yearOf(best.line.label), From: "table", Sure: min(best.score, 1)}, true
}

// yearOf is the shortest name of a heading's time.
func yearOf(head string) string {
	if m := yearRx.FindStringSubmatch(head); m != nil && len(whens(head)) == 1 {
		if m[1] != "" && !strings.HasPrefix(strings.ToLower(m[0]), "f") || strings.HasPrefix(strings.ToLower(m[0]), "fiscal") {
			return m[1]
		}
		if m[2] != "" { // without the footnote's digit
			return m[0][:strings.Index(m[0], m[2])+2]
		}
		return strings.TrimSpace(m[0])
	}
	return head
}

// whichRow names the row that has the largest or smallest value in the column that is meant.
func (g *grid) whichRow(a ask) (Answer, bool) {
	if sumRx.MatchString(a.text) && severalRx.MatchString(a.text) { // the sum of the three highest
		return Answer{}, false
	}
	text := superRx.ReplaceAllString(a.text, " ")
	p := g.phrase(text)
	type choice struct {
		col   int
		score float64
	}
	var best choice
	best.col = -1
	for _, l := range g.lines[:min(1, len(g.lines))] {
		for _, c := range l.cells {
			head := unique(content(timeless(l.heads[c.col])))
			var all, got float64
			for w := range head {
				all += g.weight(w)
				if p.set[w] {
					got += g.weight(w)
				}
			}
			score := 0.5
			if all > 0 {
				score = got / all
			}
			if len(a.times) > 0 {
				if t := l.timed(c, a.times[0]); t > 0 {
					score += t
				} else if t < 0 {
					continue
				}
			}
			if score > best.score {
				best = choice{c.col, score}
			}
		}
	}
	if best.col < 0 || best.score < 0.7 {
		return Answer{}, false
	}
	var top *line
	var value *big.Rat
	n := 0
	named := g.namedRows(a.text)
	negative := true
	for _, l := range g.lines {
		for _, c := range l.cells {
			negative = negative && (c.col != best.col || !c.is || c.num.Value.Sign() <= 0)
		}
	}
	for _, l := range g.lines {
		if len(named) > 1 && !named[l] {
			continue
		}
		if l.total || l.label == "" || strings.Contains(strings.ToLower(l.label), "total") || len(whens(l.label)) > 0 {
			continue
		}
		for _, c := range l.cells {
			if c.col != best.col || !c.is {
				continue
			}
			n++
			v := c.num.Value
			if negative {
				v = new(big.Rat).Neg(v)
			}
			if value == nil || a.low == (v.Cmp(value) < 0) && v.Cmp(value) != 0 {
				top, value = l, v
			}
		}
	}
	if n < 2 {
		return Answer{}, false
	}
	sure := min(0.55+0.25*best.score, 0.95)
	if len(named) < 2 { // a word that the table does not know may narrow the choice
		sure -= g.unknown(p)
	}
	return Answer{Text: top.label, From: "table", Sure: sure}, true
}

// namedRows are the rows whose labels a question quotes.
func (g *grid) namedRows(q string) map[*line]bool {
	text := " " + strings.Join(words(timeless(q)), " ") + " "
	out := map[*line]bool{}
	for _, l := range g.lines {
		if label := strings.Join(words(timeless(l.label)), " "); len(l.words) > 0 && strings.Contains(text, " "+label+" ") {
			out[l] = true
		}
	}
	return out
}
