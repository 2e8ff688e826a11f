package extract

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// unseen are elements whose content no reader sees, or that is not text.
var unseen = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Noscript: true, atom.Template: true, atom.Iframe: true, atom.Object: true,
	atom.Embed: true, atom.Applet: true, atom.Svg: true, atom.Math: true, atom.Canvas: true, atom.Audio: true, atom.Video: true,
	atom.Map: true, atom.Datalist: true, atom.Select: true, atom.Textarea: true, atom.Input: true, atom.Meta: true, atom.Link: true,
	atom.Title: true, atom.Frameset: true, atom.Noembed: true, atom.Noframes: true, atom.Img: true,
}

// spoken are attributes whose value is text for somebody else than the reader.
var spoken = []string{"alt", "title", "placeholder", "aria-label", "aria-description", "summary", "content", "value", "label", "srcdoc", "style", "onclick"}

// Scrub removes from a parsed page all that a reader does not see. It is safe to call on any tree.
func Scrub(doc *html.Node) {
	hidden := hiddenSelectors(doc)
	all := 0
	if len(hidden) > 0 {
		all = weight(doc)
	}
	scrub(doc, func(n *html.Node) bool {
		return slices.ContainsFunc(hidden, func(s cascadia.Sel) bool { return s.Match(n) }) && weight(n)*2 < all
	})
}

// weight is how much text there is below a node. What holds most of a page is not hidden for good: a script shows it.
func weight(n *html.Node) (bytes int) {
	for c := range n.Descendants() {
		if c.Type == html.TextNode && c.Parent.DataAtom != atom.Script && c.Parent.DataAtom != atom.Style {
			bytes += len(strings.TrimSpace(c.Data))
		}
	}
	return bytes
}

func scrub(n *html.Node, styled func(*html.Node) bool) {
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		switch {
		case c.Type == html.CommentNode, c.Type == html.DoctypeNode, c.Type == html.RawNode:
			n.RemoveChild(c)
		case c.Type == html.TextNode:
			c.Data = visible(c.Data)
		case c.Type == html.ElementNode && gone(c, styled):
			n.RemoveChild(c)
		default:
			c.Attr = slices.DeleteFunc(c.Attr, func(a html.Attribute) bool { return slices.Contains(spoken, a.Key) })
			scrub(c, styled)
		}
		c = next
	}
}

func gone(n *html.Node, styled func(*html.Node) bool) bool {
	if unseen[n.DataAtom] || n.Namespace != "" { // svg and math bring CDATA and titles of their own
		return true
	}
	if n.DataAtom == atom.Html || n.DataAtom == atom.Body || n.DataAtom == atom.Head {
		return false // pages hide themselves until their script has run
	}
	for _, a := range n.Attr {
		switch a.Key {
		case "hidden":
			return true
		case "aria-hidden":
			if strings.EqualFold(strings.TrimSpace(a.Val), "true") {
				return true
			}
		case "style":
			if hides(a.Val) {
				return true
			}
		}
	}
	if n.DataAtom == atom.Dialog && !slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "open" }) {
		return true
	}
	return styled(n)
}

// far is a shift that puts an element off any screen, in pixels.
const far = -900

// hides says that an inline style makes its element invisible.
func hides(style string) bool {
	if len(style) > 4096 {
		style = style[:4096]
	}
	p := declarations(style)
	switch {
	case p["display"] == "none",
		p["visibility"] == "hidden", p["visibility"] == "collapse",
		zero(p["opacity"]),
		tiny(p["font-size"]),
		p["color"] == "transparent",
		p["color"] != "" && p["color"] == p["background-color"], p["color"] != "" && p["color"] == p["background"],
		pixels(p["text-indent"]) < far, pixels(p["margin-left"]) < far, pixels(p["margin-top"]) < far,
		strings.HasPrefix(p["clip"], "rect(0") || strings.HasPrefix(p["clip"], "rect(1px"),
		strings.HasPrefix(p["clip-path"], "inset(50%") || strings.HasPrefix(p["clip-path"], "inset(100%") || strings.HasPrefix(p["clip-path"], "circle(0"),
		strings.HasPrefix(p["transform"], "scale(0)") || strings.HasPrefix(p["transform"], "translate") && strings.Contains(p["transform"], "-999"):
		return true
	}
	if p["position"] == "absolute" || p["position"] == "fixed" || p["position"] == "relative" {
		for _, side := range []string{"left", "top", "right", "bottom"} {
			if pixels(p[side]) < far {
				return true
			}
		}
	}
	if p["overflow"] == "hidden" && (tiny(p["height"]) || tiny(p["width"]) || tiny(p["max-height"]) || tiny(p["max-width"])) {
		return true
	}
	return false
}

var cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)

func declarations(style string) map[string]string {
	p := map[string]string{}
	for d := range strings.SplitSeq(cssComment.ReplaceAllString(strings.ToLower(style), ""), ";") {
		if k, v, ok := strings.Cut(d, ":"); ok {
			v = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(v), "!important"))
			p[strings.TrimSpace(k)] = strings.Join(strings.Fields(v), " ")
		}
	}
	return p
}

// pixels reads a length; what is none is 0. Other units than pixels are larger, so that far is far in them too.
func pixels(v string) float64 {
	i := 0
	for i < len(v) && (v[i] == '-' || v[i] == '+' || v[i] == '.' || v[i] >= '0' && v[i] <= '9') {
		i++
	}
	f, err := strconv.ParseFloat(v[:i], 64)
	if err != nil {
		return 0
	}
	switch v[i:] {
	case "em", "rem", "%", "vw", "vh":
		return f * 16
	}
	return f
}

func zero(v string) bool {
	f, err := strconv.ParseFloat(strings.TrimSuffix(v, "%"), 64)
	return err == nil && f < 0.02
}

// tiny is a size of at most one pixel that is stated.
func tiny(v string) bool {
	return v != "" && (v[0] >= '0' && v[0] <= '9' || v[0] == '.') && pixels(v) <= 1
}

// The most selectors of style sheets that are matched against a page.
const maxHiddenSelectors = 64

// hiddenSelectors are those to which a style sheet of the page itself gives an invisible style.
func hiddenSelectors(doc *html.Node) (out []cascadia.Sel) {
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.DataAtom == atom.Style && n.FirstChild != nil {
			for _, s := range hidingRules(n.FirstChild.Data) {
				if len(out) == maxHiddenSelectors {
					return
				}
				if sel, err := cascadia.Parse(s); err == nil && sel.PseudoElement() == "" {
					out = append(out, sel)
				}
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(doc)
	return out
}

// simple is a selector of one class or id: longer ones depend on states that a script may change.
var simple = regexp.MustCompile(`^[a-z0-9]*[.#][A-Za-z_-][\w-]*$`)

// hidingRules reads the top-level rules of a style sheet; those inside @media and the like hold only sometimes.
func hidingRules(css string) (selectors []string) {
	if len(css) > 1<<18 {
		css = css[:1<<18]
	}
	css = cssComment.ReplaceAllString(css, "")
	for len(css) > 0 {
		open := strings.IndexByte(css, '{')
		if open < 0 {
			return selectors
		}
		head := strings.TrimSpace(css[:open])
		if i := strings.LastIndexByte(head, ';'); i >= 0 { // @import and @charset have no block
			head = strings.TrimSpace(head[i+1:])
		}
		depth, end := 1, open+1
		for end < len(css) && depth > 0 {
			switch css[end] {
			case '{':
				depth++
			case '}':
				depth--
			}
			end++
		}
		if body := css[open+1 : max(open+1, end-1)]; !strings.HasPrefix(head, "@") && len(body) < 2048 && hides(body) {
			for s := range strings.SplitSeq(head, ",") {
				if s = strings.TrimSpace(s); simple.MatchString(s) {
					selectors = append(selectors, s)
				}
			}
		}
		css = css[end:]
	}
	return selectors
}

// visible drops characters that take no place: zero-width ones, direction marks, tags, fillers.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\u00a0', r == '\u202f', r == '\u2007':
			return ' '
		case r < 0x20 && r != '\n' && r != '\t', unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r), r == unicode.ReplacementChar,
			r >= 0xFE00 && r <= 0xFE0F, r >= 0xE0100 && r <= 0xE01EF, r == 0x115F, r == 0x1160, r == 0x3164, r == 0xFFA0, r == 0x034F:
			return -1
		}
		return r
	}, s)
}

// Visible drops from plain text the characters that take no place.
func Visible(s string) string { return visible(s) }
