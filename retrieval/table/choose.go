package table

import (
	"fmt"
	"math/big"
	"strings"
)

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
