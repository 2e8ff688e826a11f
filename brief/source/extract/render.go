package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

var blocks = map[atom.Atom]bool{
	atom.P: true, atom.Div: true, atom.Section: true, atom.Article: true, atom.Main: true, atom.Header: true, atom.Footer: true,
	atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true, atom.Blockquote: true, atom.Pre: true,
	atom.Ul: true, atom.Ol: true, atom.Dl: true, atom.Table: true, atom.Hr: true, atom.Figure: true, atom.Figcaption: true,
	atom.Address: true, atom.Aside: true, atom.Nav: true, atom.Form: true, atom.Fieldset: true, atom.Center: true, atom.Body: true,
	atom.Details: true, atom.Summary: true, atom.Td: true, atom.Th: true, atom.Dd: true, atom.Dt: true,
}

// A renderer collects paragraphs. Lines of one list or table stay together, a blank line stands between all others.
type renderer struct {
	out   strings.Builder
	line  strings.Builder
	tight bool // the line before and this one belong together
}

// Render writes a scrubbed tree as text: paragraphs separated by a blank line, a table row as one line of "cell | cell".
func Render(n *html.Node) string {
	var r renderer
	r.node(n, 0)
	r.flush(false)
	return strings.Trim(r.out.String(), "\n")
}

// Deeper trees than any page's are cut off: recursion must end.
const maxDepth = 512

func (r *renderer) node(n *html.Node, depth int) {
	if depth > maxDepth {
		return
	}
	switch {
	case n.Type == html.TextNode:
		r.line.WriteString(strings.ReplaceAll(n.Data, blank, ""))
		return
	case n.Type == html.ElementNode && unseen[n.DataAtom]:
		return
	case n.DataAtom == atom.Br:
		r.line.WriteByte('\n')
		return
	case n.DataAtom == atom.Table && simpleTable(n):
		r.flush(false)
		for _, row := range rows(n) {
			r.row(row)
		}
		r.tight = false
		return
	case n.DataAtom == atom.Li || n.DataAtom == atom.Tr:
		r.flush(r.tight)
		r.children(n, depth)
		r.flush(true)
		return
	case n.Type == html.ElementNode && blocks[n.DataAtom]:
		r.flush(r.tight)
		r.tight = r.tight && (n.DataAtom == atom.Td || n.DataAtom == atom.Th)
		r.children(n, depth)
		r.flush(false)
		return
	}
	r.children(n, depth)
}

func (r *renderer) children(n *html.Node, depth int) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		r.node(c, depth+1)
	}
}

// flush ends a paragraph; of two line breaks in a row it makes two.
func (r *renderer) flush(tight bool) {
	text := r.line.String()
	r.line.Reset()
	first := true
	for para := range strings.SplitSeq(text, "\n\n") {
		para = strings.Join(strings.Fields(para), " ")
		if para == "" || para == "|" {
			continue
		}
		if r.out.Len() > 0 {
			if r.tight && tight && first {
				r.out.WriteString("\n")
			} else {
				r.out.WriteString("\n\n")
			}
		}
		first = false
		r.out.WriteString(para)
		r.tight = tight
	}
	if !tight {
		r.tight = false
	}
}

// row writes one row. An empty cell keeps its place, at the line's beginning too.
func (r *renderer) row(cells []string) {
	text := strings.TrimRight(strings.Join(cells, " | "), " |")
	if text == "" {
		return
	}
	if r.out.Len() > 0 {
		if r.tight {
			r.out.WriteString("\n")
		} else {
			r.out.WriteString("\n\n")
		}
	}
	r.out.WriteString(text)
	r.tight = true
}

// simpleTable says that a table can be read as rows: it has cells side by side and no table in them.
func simpleTable(n *html.Node) bool {
	side := false
	for _, tr := range tableRows(n) {
		tds := 0
		for td := tr.FirstChild; td != nil; td = td.NextSibling {
			if td.DataAtom == atom.Td || td.DataAtom == atom.Th {
				tds++
				if nested(td) || len(inline(td)) > 2000 {
					return false
				}
			}
		}
		side = side || tds > 1
	}
	return side
}

// inline is the text of a node on one line.
func inline(n *html.Node) string {
	var b strings.Builder
	depth := 0
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if depth++; depth > maxDepth {
			depth--
			return
		}
		switch {
		case n.Type == html.TextNode:
			b.WriteString(n.Data)
		case n.Type == html.ElementNode && unseen[n.DataAtom]:
		default:
			if n.DataAtom == atom.Br || blocks[n.DataAtom] || n.DataAtom == atom.Li {
				b.WriteByte(' ')
			}
			for c := n.FirstChild; c != nil; c = c.NextSibling {
				walk(c)
			}
			if blocks[n.DataAtom] || n.DataAtom == atom.Li {
				b.WriteByte(' ')
			}
		}
		depth--
	}
	walk(n)
	return strings.Join(strings.Fields(strings.ReplaceAll(b.String(), blank, "")), " ")
}

func element(name string) *html.Node {
	return &html.Node{Type: html.ElementNode, Data: name, DataAtom: atom.Lookup([]byte(name))}
}
