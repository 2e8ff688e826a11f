package extract

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A cell is text over the columns [from, to) of a table's grid.
type cell struct {
	from, to int
	text     string
	head     bool
}

// Bounds that keep hostile tables from costing more than large ones.
const (
	maxColumns = 400
	maxSpan    = 60
)

// rows reads a table into rows whose cells stand under each other. Filings put dollar signs, closing brackets and spacers
// into columns of their own; they are joined with their numbers, and columns that stay empty are dropped.
func rows(table *html.Node) [][]string {
	var grid [][]cell
	taken := map[int]map[int]bool{} // row → columns that a rowspan from above covers
	for _, tr := range tableRows(table) {
		i := len(grid)
		var row []cell
		col := 0
		for td := tr.FirstChild; td != nil; td = td.NextSibling {
			if td.DataAtom != atom.Td && td.DataAtom != atom.Th {
				continue
			}
			for taken[i][col] {
				col++
			}
			if col >= maxColumns {
				break
			}
			w, h := span(td, "colspan"), span(td, "rowspan")
			for r := i + 1; r < i+h; r++ {
				if taken[r] == nil {
					taken[r] = map[int]bool{}
				}
				for c := col; c < col+w; c++ {
					taken[r][c] = true
				}
			}
			row = append(row, cell{col, col + w, inline(td), td.DataAtom == atom.Th})
			col += w
		}
		grid = append(grid, glue(row))
	}
	return align(grid)
}

// tableRows are the rows of a table, but not those of tables in its cells.
func tableRows(n *html.Node) (trs []*html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch c.DataAtom {
		case atom.Tr:
			trs = append(trs, c)
		case atom.Tbody, atom.Thead, atom.Tfoot:
			trs = append(trs, tableRows(c)...)
		}
	}
	return trs
}

func span(n *html.Node, key string) int {
	for _, a := range n.Attr {
		if a.Key == key {
			if v, err := strconv.Atoi(strings.TrimSpace(a.Val)); err == nil && v > 1 {
				return min(v, maxSpan)
			}
		}
	}
	return 1
}

// glue joins signs with the numbers that they belong to.
func glue(row []cell) []cell {
	var out []cell
	prefix := -1 // start of a sign that waits for its number
	sign := ""
	for _, c := range row {
		t := strings.TrimSpace(c.text)
		switch {
		case t == "$" || t == "€" || t == "£" || t == "¥" || t == "US$" || t == "(":
			if prefix < 0 {
				prefix = c.from
			}
			sign += t
			continue
		case (t == ")" || t == "%" || t == ")%" || t == "x" || t == "bps" || t == "pts") && len(out) > 0 && out[len(out)-1].text != "" && sign == "":
			last := &out[len(out)-1]
			last.text += t
			last.to = c.to
			continue
		case t == "" && sign != "": // a spacer between the sign and the number
			continue
		case sign != "":
			c.from, c.text = prefix, sign+t
			prefix, sign = -1, ""
		}
		out = append(out, c)
	}
	if sign != "" {
		out = append(out, cell{prefix, prefix + 1, sign, false})
	}
	return slices.DeleteFunc(out, func(c cell) bool { return strings.TrimSpace(c.text) == "" })
}

// align puts cells that share a column under each other. Cells with numbers decide what a column is: a heading may
// stand over several and is then repeated, so that each number has it.
func align(grid [][]cell) [][]string {
	columns := clusters(grid, func(c cell) bool { return numeric(c.text) && !c.head })
	more := clusters(grid, func(c cell) bool {
		return !slices.ContainsFunc(columns, func(k [2]int) bool { return overlap(c, k) })
	})
	columns = append(columns, more...)
	slices.SortFunc(columns, func(a, b [2]int) int { return a[0] - b[0] })
	var out [][]string
	for _, row := range grid {
		if len(row) == 0 {
			continue
		}
		line := make([]string, len(columns))
		if len(row) == 1 && row[0].from == 0 && row[0].to > 1 && !numeric(row[0].text) { // a caption across the table
			out = append(out, []string{strings.TrimSpace(row[0].text)})
			continue
		}
		for _, c := range row {
			for k, column := range columns {
				if overlap(c, column) {
					line[k] = strings.TrimSpace(line[k] + " " + strings.TrimSpace(c.text))
					if numeric(c.text) {
						break // a number is in one column, a heading in all that it stands over
					}
				}
			}
		}
		for len(line) > 0 && line[len(line)-1] == "" {
			line = line[:len(line)-1]
		}
		out = append(out, line)
	}
	return out
}

// clusters are the column ranges that overlapping cells of a kind cover.
func clusters(grid [][]cell, which func(cell) bool) [][2]int {
	var spans [][2]int
	for _, row := range grid {
		for _, c := range row {
			if which(c) {
				spans = append(spans, [2]int{c.from, c.to})
			}
		}
	}
	slices.SortFunc(spans, func(a, b [2]int) int { return a[0] - b[0] })
	var out [][2]int
	for _, s := range spans {
		if n := len(out); n > 0 && s[0] < out[n-1][1] {
			out[n-1][1] = max(out[n-1][1], s[1])
		} else {
			out = append(out, s)
		}
	}
	return out
}

func overlap(c cell, column [2]int) bool { return c.from < column[1] && column[0] < c.to }

// numeric says that a cell is a value rather than words: it holds a digit or stands for nothing, and few letters. Years and
// dates are headings.
func numeric(s string) bool {
	s = strings.TrimSpace(s)
	switch s {
	case "-", "–", "—", "N/A", "n/a", "NM", "nm":
		return true
	}
	digits, letters := 0, 0
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z':
			letters++
		}
	}
	if digits == 0 || letters > 9 || letters > digits+3 {
		return false
	}
	if len(s) == 4 && (s[:2] == "19" || s[:2] == "20") && digits == 4 {
		return false
	}
	return true
}

// data says that a table holds figures or facts rather than the page's layout.
func data(table *html.Node) bool {
	trs := tableRows(table)
	if len(trs) < 2 || len(trs) > 5000 {
		return false
	}
	cells, numbers, heads, long, wide := 0, 0, 0, 0, 0
	for _, tr := range trs {
		n := 0
		for td := tr.FirstChild; td != nil; td = td.NextSibling {
			if td.DataAtom != atom.Td && td.DataAtom != atom.Th {
				continue
			}
			if nested(td) {
				return false
			}
			n++
			t := strings.TrimSpace(inline(td))
			switch {
			case td.DataAtom == atom.Th:
				heads++
			case t == "":
				continue
			case numeric(t):
				numbers++
			case len(t) > 160:
				long++
			}
			cells++
		}
		if n > 1 {
			wide++
		}
	}
	return cells > 3 && wide*2 > len(trs) && long*5 <= cells && (numbers*5 >= cells || heads > 1)
}

func nested(n *html.Node) bool {
	for c := range n.Descendants() {
		switch c.DataAtom {
		case atom.Table, atom.Form, atom.Article, atom.H1, atom.H2:
			return true
		}
	}
	return false
}
