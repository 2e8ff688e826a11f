package table

import (
	"math"
	"math/big"
	"regexp"
	"slices"
	"strings"
)

// A line is one row that holds values.
type line struct {
	index   int // in the table
	label   string
	section string   // the headings above it, outermost first
	heads   []string // of each column, as they stand above this row
	cells   []cell

	words    []string // of label
	sections []string // of section
	times    []when   // of label, else of section
	total    bool     // without a label of its own, under others
}

// A cell is one value.
type cell struct {
	col  int
	text string
	num  Number
	is   bool // a number
}

// A grid is a table that was read.
type grid struct {
	lines  []*line
	corner string // of the heading rows, what stands over the labels
	title  map[string]bool
	scale  Scale
	df     map[string]int // in how many labels and headings a word stands
	n      int
}

// The most rows and columns that are read.
const (
	maxRows = 400
	maxCols = 60
)

var inScale = regexp.MustCompile(`(?i)(?:\bin\s+|\(|dollars\s+in\s+|\$|€|£|rmb|’|'|usd|us\$)\s*(?:u\.?s\.?\s+)?(?:dollars?\s+)?(?:in\s+)?(thousands?|millions?|billions?|000s?|mn?\b|bn)|\b(thousands?|millions?|billions?) (?:of|shares|units)\b|\b(?:usd|us\$|\$|€|£|nok|eur)\s?(thousands?|millions?|billions?|m\b|k\b)|(?:['’‘]\s?000)|\bUSDm\b|\$m\b|€m\b|£m\b`)

// scaleOf reads "(in thousands)", "$m", "€ million", "US$’000".
func scaleOf(s string) Scale {
	m := inScale.FindStringSubmatch(s)
	if m == nil {
		return One
	}
	t := strings.ToLower(m[1] + m[2] + m[3])
	switch {
	case strings.HasPrefix(t, "thousand"), strings.HasPrefix(t, "000"), t == "k", strings.HasSuffix(m[0], "000"):
		return Thousand
	case strings.HasPrefix(t, "billion"), t == "bn":
		return Billion
	default:
		return Million
	}
}

func read(rows [][]string, paragraphs []string) *grid {
	g := &grid{df: map[string]int{}}
	cols := 0
	for _, r := range rows[:min(len(rows), maxRows)] {
		cols = max(cols, min(len(r), maxCols))
	}
	heads := make([]string, cols)
	var since, section, outer string // the headings that hold now, the times first
	wasSection := -1
	heading := true // still in a block of headings
	sinceTotal := 0
	for i, raw := range rows[:min(len(rows), maxRows)] {
		row := make([]string, cols)
		for j := range raw[:min(len(raw), cols)] {
			row[j] = strings.Join(strings.Fields(raw[j]), " ")
		}
		cells, numbers, times, texts := readCells(row)
		label := ""
		if cols > 0 {
			label = row[0]
		}
		switch {
		case numbers == 0 && times == 0 && texts == 0: // a section, or nothing
			if label != "" {
				switch {
				case isTime(label): // it holds for all sections until the next time
					since, outer, section = label, "", ""
				case wasSection == i-1 && section != "": // a heading right under a heading
					outer, section = section, label
				default:
					outer, section = "", label
				}
				wasSection = i
				if len(g.lines) == 0 && scaleOf(label) != One {
					g.corner += " " + label
				}
				sinceTotal = 0
			}
			continue
		case numbers == 0 && (times > 0 || len(g.lines) == 0 || heading), numbers == 0 && label == "" && texts > 1:
			if !heading { // a second block of headings
				heads = make([]string, cols)
			}
			heading = true
			g.corner += " " + label
			spread(row, heads, i+1 < len(rows) && isHeading(rows[i+1]))
			for j := 1; j < cols; j++ {
				heads[j] = strings.TrimSpace(heads[j] + " " + row[j])
			}
			if label != "" && len(whens(label)) > 0 && times == 0 {
				section = label
			}
			continue
		}
		heading = false
		label = footnote.ReplaceAllString(label, "")
		if len(cells) > 0 && cells[0].col == 1 && !cells[0].is && isTime(cells[0].text) { // a date beside the label is part of it
			label += " " + cells[0].text
		}
		l := &line{index: i, label: label, section: strings.Join(strings.Fields(since+" "+outer+" "+section), " "), heads: slices.Clone(heads), cells: cells}
		if label == "" && sinceTotal > 0 {
			l.total = true
			l.label = "Total"
		}
		if rest := content(timeless(l.label)); len(rest) == 0 || len(rest) == 1 && rest[0] == "total" {
			l.total = l.total || strings.Contains(strings.ToLower(l.label), "total")
		}
		sinceTotal++
		g.lines = append(g.lines, l)
	}
	g.percents(cols)
	g.title = titleOf(paragraphs)
	g.index()
	g.scale = scaleOf(g.corner)
	if g.scale == One { // most columns say it
		votes := map[Scale]int{}
		for j := 1; j < cols; j++ {
			votes[scaleOf(heads[j])]++
		}
		for _, s := range []Scale{Thousand, Million, Billion} {
			if votes[s]*2 > cols-1 {
				g.scale = s
			}
		}
	}
	for _, l := range g.lines {
		if g.scale == One {
			g.scale = scaleOf(l.section)
		}
	}
	for _, p := range paragraphs {
		if g.scale == One && len(p) > 0 {
			if m := aroundTable.FindString(p); m != "" {
				g.scale = scaleOf(m)
			}
		}
	}
	if g.scale == One {
		g.scale = g.retold(paragraphs)
	}
	return g
}

var footnote = regexp.MustCompile(`(?:\s*\((?:\d{1,2}|[a-z])\))+$`)

// percents marks the values of columns that write the sign in the first and last rows only.
func (g *grid) percents(cols int) {
	for j := 1; j < cols; j++ {
		signs, small := 0, true
		for _, l := range g.lines {
			for _, c := range l.cells {
				if c.col != j || !c.is {
					continue
				}
				if c.num.Scale == Percent {
					signs++
				} else if c.num.Money || new(big.Rat).Abs(c.num.Value).Cmp(big.NewRat(100, 1)) > 0 {
					small = false
				}
			}
		}
		if signs < 2 || !small {
			continue
		}
		for _, l := range g.lines {
			for k := range l.cells {
				if c := &l.cells[k]; c.col == j && c.is && c.num.Scale == One {
					c.num.Scale = Percent
				}
			}
		}
	}
}

// titleOf collects the words of headings around a table and of the sentence that announces it: they name what its total
// is the total of.
func titleOf(paragraphs []string) map[string]bool {
	out := map[string]bool{}
	for _, p := range paragraphs {
		low := strings.ToLower(p)
		if len(p) < 90 && !strings.HasSuffix(strings.TrimSpace(p), ".") || strings.Contains(low, "following table") || strings.Contains(low, "as follows") || strings.Contains(low, "table below") || strings.Contains(low, "consisted of the following") {
			for _, w := range content(p[:min(len(p), 300)]) {
				out[w] = true
			}
		}
	}
	return out
}

// retold infers the scale from sentences that tell a cell's value in other words: 261,000 is "$261 million".
func (g *grid) retold(paragraphs []string) Scale {
	votes := map[Scale]int{}
	for _, p := range paragraphs {
		for _, m := range textNumber.FindAllStringSubmatch(p, -1) {
			unit := scaleWord(m[5])
			if unit != Million && unit != Billion {
				continue
			}
			digits := strings.ReplaceAll(m[3], ",", "")
			if len(strings.Trim(digits, "0.")) < 2 { // too round to tell
				continue
			}
			told, ok := new(big.Rat).SetString(digits)
			if !ok {
				continue
			}
			_, dec, _ := strings.Cut(digits, ".")
			for _, l := range g.lines {
				for _, c := range l.cells {
					if !c.is || c.num.Scale != One || c.num.Value.Sign() == 0 {
						continue
					}
					for _, s := range []Scale{One, Thousand, Million, Billion} {
						v := new(big.Rat).Mul(c.num.Value, s.Factor())
						v.Abs(v.Quo(v, unit.Factor()))
						if v.FloatString(len(dec)) == told.FloatString(len(dec)) {
							votes[s]++
						}
					}
				}
			}
		}
	}
	best := One
	for _, s := range []Scale{Thousand, Million, Billion} {
		if votes[s] > votes[best] {
			best = s
		}
	}
	return best
}

// aroundTable is how a text says the scale of the table beside it.
var aroundTable = regexp.MustCompile(`(?i)\((?:[^()]{0,60}\s)?(?:in|amounts?|dollars?|\$)[^()]{0,40}(?:thousands|millions|billions|000)[^()]{0,60}\)|\bin (?:us\$ ?|u\.s\. |\$ ?)?(?:dollars? )?(?:in )?(?:thousands|millions|billions)\b`)

// bareTime is a year with at most a footnote: a heading, not a value.
var bareTime = regexp.MustCompile(`^(?:19|20)\d{2}\s*(?:\(\w\)|\*|[a-z])?$`)

func readCells(row []string) (cells []cell, numbers, times, texts int) {
	for j := 1; j < len(row); j++ {
		t := row[j]
		if t == "" {
			continue
		}
		c := cell{col: j, text: t}
		year := bareTime.MatchString(t)
		if n, ok := ParseCell(t); ok && !year {
			c.num, c.is = n, true
			numbers++
		} else if isTime(t) {
			times++
		} else {
			texts++
		}
		cells = append(cells, c)
	}
	return cells, numbers, times, texts
}

// spread repeats a heading over the empty cells to its right, and from the middle over those to its left: headings stand
// over several columns, and the tables say so by leaving the others empty.
func spread(row, above []string, more bool) {
	if !more {
		return
	}
	first := ""
	filled := 0
	for j := 1; j < len(row); j++ {
		if row[j] != "" {
			filled++
			if first == "" {
				first = row[j]
			}
		}
	}
	if filled == 0 || filled == len(row)-1 {
		return
	}
	if filled == 1 { // one heading over all
		for j := 1; j < len(row); j++ {
			row[j] = first
		}
		return
	}
	for j := 2; j < len(row); j++ {
		if row[j] == "" && row[j-1] != "" && above[j] == above[j-1] {
			row[j] = row[j-1]
		}
	}
}

// isHeading says that a row has no value.
func isHeading(row []string) bool {
	_, numbers, _, texts := readCells(append([]string{}, row...))
	return numbers == 0 && (texts > 0 || len(row) > 1)
}

// index counts in how many labels each word stands: the rarer, the more it says.
func (g *grid) index() {
	for _, l := range g.lines {
		l.words = content(timeless(l.label))
		l.sections = content(timeless(l.section))
		if l.times = whens(l.label); len(l.times) == 0 {
			l.times = whens(l.section)
		}
		for w := range unique(l.words) {
			g.df[w]++
		}
		g.n++
	}
	if len(g.lines) > 0 {
		for _, h := range g.lines[0].heads {
			if h == "" {
				continue
			}
			for w := range unique(content(timeless(h))) {
				g.df[w]++
			}
			g.n++
		}
	}
}

// weight is how much a word says. Words of the operation say little: they may be the row's or the question's.
func (g *grid) weight(w string) float64 {
	x := math.Log(1 + float64(g.n+1)/float64(1+g.df[w]))
	if asked[w] {
		x *= 0.35
	}
	return x
}

func unique(ws []string) map[string]bool {
	m := map[string]bool{}
	for _, w := range ws {
		m[w] = true
	}
	return m
}
