package extract

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"github.com/markusmobius/go-trafilatura"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/aubade/aubade/internal/fetch"
)

// ErrNoText says that a page has nothing to read.
var ErrNoText = errors.New("no text")

// Options say how a page is read.
type Options struct {
	URL         *url.URL // of the page, for its links; may be nil
	ContentType string   // as the server stated it
	Main        string   // CSS selector of the article, where the site is known
	Remove      string   // CSS selector of what is cut out
	// Thorough compares with a second and a third extractor where the first is unsure: better, and dearer.
	Thorough bool
}

// An Article is what was read.
type Article struct {
	Meta
	Text string // paragraphs separated by a blank line, a table row as one line of "cell | cell"
}

// Page reads the main text of a web page. Navigation, advertisements and comments are left out.
func Page(raw []byte, o Options) (a Article, err error) {
	defer recovered(&err)
	doc, err := parse(raw, o.ContentType)
	if err != nil {
		return Article{}, err
	}
	a.Meta = readMeta(doc, o.URL)
	Scrub(doc)
	if o.Remove != "" || o.Main != "" {
		q := goquery.NewDocumentFromNode(doc)
		if o.Remove != "" {
			q.Find(o.Remove).Remove()
		}
		if o.Main != "" {
			var parts []string
			q.Find(o.Main).Each(func(_ int, s *goquery.Selection) {
				parts = append(parts, Render(s.Nodes[0]))
			})
			a.Text = strings.Trim(strings.Join(parts, "\n\n"), "\n")
		}
	}
	if a.Text == "" {
		a.Text, err = mainText(doc, o)
		if err != nil {
			return a, err
		}
	}
	if a.Text == "" {
		return a, ErrNoText
	}
	return a, nil
}

// Document reads everything visible of a document that is all content, such as a filing.
func Document(raw []byte, o Options) (a Article, err error) {
	defer recovered(&err)
	doc, err := parse(raw, o.ContentType)
	if err != nil {
		return Article{}, err
	}
	a.Meta = readMeta(doc, o.URL)
	Scrub(doc)
	if a.Text = Render(doc); a.Text == "" {
		return a, ErrNoText
	}
	return a, nil
}

// Links are the addresses that a selector finds on a page, absolute, in the page's order, each once.
func Links(raw []byte, contentType string, base *url.URL, selector string) (links []string, err error) {
	defer recovered(&err)
	doc, err := parse(raw, contentType)
	if err != nil {
		return nil, err
	}
	if selector == "" {
		selector = "a[href]"
	}
	seen := map[string]bool{}
	goquery.NewDocumentFromNode(doc).Find(selector).Each(func(_ int, s *goquery.Selection) {
		if u := resolve(base, s.AttrOr("href", "")); u != "" && !seen[u] {
			seen[u] = true
			links = append(links, u)
		}
	})
	return links, nil
}

func parse(raw []byte, contentType string) (*html.Node, error) {
	doc, err := html.Parse(strings.NewReader(fetch.DecodeText(raw, contentType)))
	if err != nil {
		return nil, fmt.Errorf("parse: %w", err)
	}
	return doc, nil
}

// mainText finds the article on a scrubbed page.
func mainText(doc *html.Node, o Options) (string, error) {
	prune(doc)
	flatten(doc)
	res, err := trafilatura.ExtractDocument(doc, trafilatura.Options{
		OriginalURL:     o.URL,
		ExcludeComments: true,
		EnableFallback:  o.Thorough,
		HtmlDateMode:    trafilatura.Disabled, // dates come from readMeta
	})
	if err != nil {
		if rest := prose(doc); rest != "" {
			return rest, nil
		}
		return "", fmt.Errorf("%w: %w", ErrNoText, err)
	}
	name(res.ContentNode)
	undangle(res.ContentNode)
	text := Render(res.ContentNode)
	if rest := prose(doc); float64(len(text)) < settled*float64(len(rest)) {
		return rest, nil
	}
	return text, nil
}

// flatten rebuilds tables of data with one cell for each value, before the extractor drops their spans.
func flatten(doc *html.Node) {
	for _, t := range goquery.NewDocumentFromNode(doc).Find("table").Nodes {
		if !data(t) {
			continue
		}
		lines := rows(t)
		for t.FirstChild != nil {
			t.RemoveChild(t.FirstChild)
		}
		for _, line := range lines {
			tr := element("tr")
			for _, text := range line {
				td := element("td")
				if text == "" {
					text = blank
				}
				td.AppendChild(&html.Node{Type: html.TextNode, Data: text})
				tr.AppendChild(td)
			}
			t.AppendChild(tr)
		}
	}
}

// blank keeps an empty cell of a rebuilt table from being dropped, and with it the row's place under its heading. It is from
// the private use area: [Scrub] has removed any that the page itself may hold.
const blank = "\uE000"

// name gives the nodes that the extractor made their atoms, which all of this package goes by.
func name(n *html.Node) {
	for c := range n.Descendants() {
		if c.Type == html.ElementNode && c.DataAtom == 0 {
			c.DataAtom = atom.Lookup([]byte(c.Data))
		}
	}
}

// chrome are class names and ids of what stands around an article on very many sites.
var chrome = map[string]bool{
	"ad": true, "ads": true, "advert": true, "adverts": true, "advertisement": true, "ad-slot": true, "ad-container": true, "adsbygoogle": true,
	"cookie": true, "cookies": true, "cookie-banner": true, "cookie-notice": true, "cookie-consent": true, "gdpr": true, "consent": true,
	"newsletter": true, "newsletter-signup": true, "share": true, "sharing": true, "share-buttons": true, "social-share": true, "breadcrumb": true, "breadcrumbs": true,
}

// prune removes what its own name gives away, unless it holds most of the page.
func prune(doc *html.Node) {
	all := weight(doc)
	var walk func(*html.Node, int)
	walk = func(n *html.Node, depth int) {
		for c := n.FirstChild; c != nil && depth < maxDepth; {
			next := c.NextSibling
			if named(c) && weight(c)*4 < all {
				n.RemoveChild(c)
			} else {
				walk(c, depth+1)
			}
			c = next
		}
	}
	walk(doc, 0)
}

func named(n *html.Node) bool {
	if n.Type != html.ElementNode || n.DataAtom == atom.Body {
		return false
	}
	for _, a := range n.Attr {
		if a.Key == "class" || a.Key == "id" {
			for token := range strings.FieldsSeq(a.Val) {
				if chrome[strings.ToLower(token)] {
					return true
				}
			}
		}
	}
	return false
}

// recovered turns a panic of a parser on hostile input into an error.
func recovered(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("read page: %v", r)
	}
}
