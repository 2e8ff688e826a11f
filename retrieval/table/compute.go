package table

import (
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strings"
)

var severalRx = regexp.MustCompile(`(?i)\b(?:top|two|three|four|five|2|3|4|5)\b`)

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
