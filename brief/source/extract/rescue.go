package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// The extractor sometimes settles on a side column. A page's own paragraphs tell: if the text that was found is less than
// this share of them, they are taken instead.
const settled = 0.25

// Paragraphs shorter than this are captions and teasers as often as not.
const paragraph = 70

// prose collects the paragraphs of a scrubbed page that are sentences rather than links.
func prose(doc *html.Node) string {
	var out []string
	var walk func(*html.Node, int)
	walk = func(n *html.Node, depth int) {
		if depth > maxDepth {
			return
		}
		switch n.DataAtom {
		case atom.Nav, atom.Footer, atom.Aside, atom.Form:
			return
		case atom.P, atom.Blockquote, atom.Pre:
			if t := inline(n); len(t) >= paragraph && linked(n)*3 < len(t) {
				out = append(out, t)
			}
			return
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, depth+1)
		}
	}
	walk(doc, 0)
	return strings.Join(out, "\n\n")
}

// linked is how much of a node's text is links.
func linked(n *html.Node) (bytes int) {
	for c := range n.Descendants() {
		if c.DataAtom == atom.A {
			bytes += len(inline(c))
		}
	}
	return bytes
}

// undangle removes headings at the end of a text: what they announced, a list of links, was left out.
func undangle(n *html.Node) {
	for {
		last := lastBlock(n)
		if last == nil {
			return
		}
		switch last.DataAtom {
		case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
			last.Parent.RemoveChild(last)
		default:
			return
		}
	}
}

// lastBlock is the last element that holds text, going down through containers.
func lastBlock(n *html.Node) *html.Node {
	for c := n.LastChild; c != nil; c = c.PrevSibling {
		if c.Type == html.TextNode && strings.TrimSpace(c.Data) != "" {
			return c
		}
		if c.Type != html.ElementNode || inline(c) == "" {
			continue
		}
		if c.DataAtom == atom.Div || c.DataAtom == atom.Section || c.DataAtom == atom.Article {
			return lastBlock(c)
		}
		return c
	}
	return nil
}
