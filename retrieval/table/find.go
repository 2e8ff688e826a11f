package table

import (
	"slices"
	"strings"
)

// A found cell, and how surely it is the one that was meant.
type found struct {
	line  *line
	cell  cell
	when  when
	score float64
	// second is the score of the best cell of another row.
	second float64
}

// A phrase is the words by which something is named.
type phrase struct {
	words []string
	set   map[string]bool
	text  string // the words joined, for labels that are quoted as they are
}

func (g *grid) phrase(s string) phrase {
	ws := content(timeless(s))
	for i, w := range ws {
		if g.df[w] == 0 && !asked[w] && !g.title[w] {
			ws[i] = near(w, g.df)
		}
	}
	return phrase{ws, unique(ws), " " + strings.Join(words(timeless(s)), " ") + " "}
}

// matched is how well a cell's labels and a phrase cover each other, 0 to about 1.
func (g *grid) matched(l *line, c cell, p phrase) float64 {
	head := unique(content(timeless(l.heads[c.col])))
	label, section := unique(l.words), unique(l.sections)
	corner := unique(content(g.corner))
	var all, got float64
	for w := range p.set {
		x := g.weight(w)
		all += x
		switch {
		case label[w]:
			got += x
		case head[w]:
			got += x * 0.95
		case section[w]:
			got += x * 0.8
		case l.total && g.title[w] && len(l.sections) == 0:
			got += x * 0.85
		case corner[w], g.title[w]:
			got += x * 0.5
		case asked[w]:
			got += x * 0.5
		}
	}
	coverage := 0.0
	if all > 0 {
		coverage = got / all
	}
	precise := func(ws map[string]bool) (float64, float64) {
		var all, got float64
		for w := range ws {
			x := g.weight(w)
			all += x
			if p.set[w] {
				got += x
			}
		}
		return got, all
	}
	lg, la := precise(label)
	precision := 0.0
	if la > 0 {
		precision = lg / la
	}
	if l.total && precision < 0.5 { // what has no name of its own is meant less often
		precision = 0.4
	}
	if la == 0 { // a row without words, a year: its column must say it all
		hg, ha := precise(head)
		if ha > 0 {
			precision = hg / ha
		}
	}
	score := 0.55*coverage + 0.45*precision
	if n := len(l.words); n > 0 {
		quoted := " " + strings.Join(words(timeless(l.label)), " ") + " "
		if len(quoted) > 4 && strings.Contains(p.text, quoted) {
			score += 0.12
		}
	}
	// Words side by side in both name more than the same words apart.
	for i := 1; i < len(l.words) && i < 12; i++ {
		if strings.Contains(p.text, " "+l.words[i-1]+" "+l.words[i]+" ") {
			score += 0.02
		}
	}
	// A heading of words that were not asked for is another column's.
	if hg, ha := precise(head); ha > 0 {
		score += 0.12 * (hg/ha - 0.5)
		if hg == 0 && changeHead(l.heads[c.col]) {
			score -= 0.25
		}
	}
	return score
}

// changeHead says that a column holds differences rather than values.
func changeHead(h string) bool {
	h = strings.ToLower(h)
	return strings.Contains(h, "change") || strings.Contains(h, "variance") || strings.Contains(h, "increase") || strings.Contains(h, "%") || strings.Contains(h, "percent")
}

// timed says how a cell fits a time: 1 if it is named, 0 if the table names none there, negative if another is.
func (l *line) timed(c cell, w when) float64 {
	if w == (when{}) {
		return 0
	}
	for i, ts := range [][]when{whens(l.heads[c.col]), whens(l.label), whens(l.section)} {
		if len(ts) == 0 {
			continue
		}
		if i == 0 && len(ts) > 1 && changeHead(l.heads[c.col]) { // the change between two times is neither's value
			return -1
		}
		hit, partial := false, false
		for _, t := range ts {
			if w.fits(t) {
				hit = true
				if w.year != 0 && t.year == 0 || w.month != 0 && t.month == 0 || w.quarter != 0 && t.quarter == 0 {
					partial = true
				}
			}
		}
		if !hit {
			if i == 1 && len(whens(l.section)) > 0 { // a year in a label may be part of a name
				continue
			}
			return -1
		}
		if !partial {
			return 1
		}
		// The rest of the time may be named elsewhere: the quarter by the row, the year by the heading.
		rest := 0.6
		for _, others := range [][]when{whens(l.label), whens(l.section), whens(l.heads[c.col])} {
			for _, t := range others {
				if w.fits(t) && (w.year == 0 || t.year != 0 || w.month != 0 && t.month != 0 || w.quarter != 0 && t.quarter != 0) && t != ts[0] {
					rest = 0.95
				} else if !w.fits(t) {
					return -1
				}
			}
		}
		return rest
	}
	return 0
}

// find ranks the cells with numbers for a phrase at a time, best first, one for each row.
func (g *grid) find(p phrase, w when) []found {
	var out []found
	for _, l := range g.lines {
		best := found{score: -1}
		for _, c := range l.cells {
			if !c.is {
				continue
			}
			t := l.timed(c, w)
			if t < 0 {
				continue
			}
			score := g.matched(l, c, p)
			if w != (when{}) {
				score += 0.1 * (t - 0.6)
				if t == 0 {
					score -= 0.08
				}
				if t > 0.9 && len(l.words) == 0 && len(l.times) > 0 { // the time is the row's whole name
					score += 0.25
				}
			}
			if score > best.score+1e-9 {
				best = found{line: l, cell: c, when: w, score: score}
			}
		}
		if best.line != nil {
			out = append(out, best)
		}
	}
	slices.SortStableFunc(out, func(a, b found) int {
		switch {
		case a.score > b.score:
			return -1
		case a.score < b.score:
			return 1
		}
		return 0
	})
	for i := range out {
		out[i].second = 0
		for j := range out {
			if j != i && out[j].cell.text != out[i].cell.text {
				out[i].second = out[j].score
				break
			}
		}
	}
	return out
}

// text finds the cell of words, or of a date, that a phrase means by its row and its heading.
func (g *grid) text(p phrase, w when) (f found, ok bool) {
	f.score = -1
	for _, l := range g.lines {
		for _, c := range l.cells {
			if c.is || l.timed(c, w) < 0 {
				continue
			}
			head := unique(content(timeless(l.heads[c.col])))
			hits := 0
			for h := range head {
				if p.set[h] {
					hits++
				}
			}
			if len(head) == 0 || hits*10 < len(head)*7 {
				continue
			}
			switch score := g.matched(l, c, p); {
			case score > f.score:
				f = found{line: l, cell: c, score: score, second: f.score}
			case score > f.second:
				f.second = score
			}
		}
	}
	return f, f.line != nil
}

// row finds one row that has a cell for each of the times.
func (g *grid) row(p phrase, times []when) []found {
	type candidate struct {
		cells []found
		score float64
	}
	byLine := map[*line]*candidate{}
	var order []*line
	for i, w := range times {
		for _, f := range g.find(p, w) {
			c := byLine[f.line]
			if c == nil {
				if i > 0 {
					continue
				}
				c = &candidate{}
				byLine[f.line] = c
				order = append(order, f.line)
			}
			if len(c.cells) == i {
				c.cells = append(c.cells, f)
				c.score += f.score
			}
		}
	}
	var best, second *candidate
	for _, l := range order {
		c := byLine[l]
		if len(c.cells) != len(times) {
			continue
		}
		if len(times) > 1 && sameCells(c.cells) {
			continue
		}
		switch {
		case best == nil || c.score > best.score:
			best, second = c, best
		case second == nil || c.score > second.score:
			second = c
		}
	}
	if best == nil {
		return g.acrossRows(p, times)
	}
	for i := range best.cells {
		best.cells[i].score = best.score / float64(len(times))
		best.cells[i].second = 0
		if second != nil {
			best.cells[i].second = second.score / float64(len(times))
		}
	}
	if across := g.acrossRows(p, times); across != nil && across[0].score > best.cells[0].score+0.02 {
		return across
	}
	return best.cells
}

func sameCells(fs []found) bool {
	for _, f := range fs[1:] {
		if f.line == fs[0].line && f.cell.col == fs[0].cell.col {
			return true
		}
	}
	return false
}

// acrossRows finds a cell for each time in rows of their own, in one column: tables that name the times down the side.
func (g *grid) acrossRows(p phrase, times []when) []found {
	if len(times) < 2 {
		return nil
	}
	var out []found
	for _, w := range times {
		fs := g.find(p, w)
		ok := false
		for _, f := range fs {
			if f.line.timed(f.cell, w) > 0 && (len(out) == 0 || f.cell.col == out[0].cell.col && f.line != out[0].line && strings.EqualFold(alike(f.line), alike(out[0].line))) {
				out = append(out, f)
				ok = true
				break
			}
		}
		if !ok {
			return nil
		}
	}
	return out
}

// alike is a label without its times: the same of a metric's row for each year.
func alike(l *line) string { return strings.Join(content(timeless(l.label)), " ") }

// columnTimes are the times of a row's headings, each with its first column of plain values.
func (l *line) columnTimes() (ws []when, cells []cell) {
	for _, c := range l.cells {
		if !c.is || changeHead(l.heads[c.col]) {
			continue
		}
		ts := whens(l.heads[c.col])
		if len(ts) != 1 || slices.Contains(ws, ts[0]) {
			continue
		}
		ws = append(ws, ts[0])
		cells = append(cells, c)
	}
	return ws, cells
}
