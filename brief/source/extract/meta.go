package extract

import (
	"encoding/json"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Meta is what a page says about itself in its head. It is a claim of the page's, used to name and date a document.
type Meta struct {
	Title     string
	Site      string
	Author    string
	Canonical string // absolute, or empty
	Published time.Time
	Modified  time.Time
}

// The longest title that is kept.
const maxTitle = 300

func readMeta(doc *html.Node, base *url.URL) Meta {
	var m Meta
	var title, og, h1 string
	set := func(dst *time.Time, v string) {
		if dst.IsZero() {
			*dst = Time(v)
		}
	}
	for n := range doc.Descendants() {
		switch n.DataAtom {
		case atom.Title:
			if title == "" && n.Namespace == "" {
				title = inlineTitle(n)
			}
		case atom.H1:
			if h1 == "" {
				h1 = inline(n)
			}
		case atom.Link:
			if m.Canonical == "" && strings.EqualFold(attr(n, "rel"), "canonical") {
				m.Canonical = resolve(base, attr(n, "href"))
			}
		case atom.Time:
			if attr(n, "datetime") != "" {
				set(&m.Published, attr(n, "datetime"))
			}
		case atom.Script:
			if strings.EqualFold(strings.TrimSpace(attr(n, "type")), "application/ld+json") && n.FirstChild != nil {
				readLinked(n.FirstChild.Data, &m)
			}
		case atom.Meta:
			v := attr(n, "content")
			key := strings.ToLower(attr(n, "property"))
			if key == "" {
				key = strings.ToLower(attr(n, "name"))
			}
			if key == "" {
				key = strings.ToLower(attr(n, "itemprop"))
			}
			switch key {
			case "og:title", "twitter:title":
				if og == "" {
					og = v
				}
			case "og:site_name":
				m.Site = v
			case "og:url":
				if m.Canonical == "" {
					m.Canonical = resolve(base, v)
				}
			case "author", "dc.creator", "article:author":
				if m.Author == "" && !strings.HasPrefix(v, "http") {
					m.Author = v
				}
			case "article:published_time", "datepublished", "date", "dc.date", "dc.date.issued", "dcterms.created", "pubdate", "publishdate", "sailthru.date", "parsely-pub-date":
				// What is stated in so many words wins over a <time> somewhere on the page.
				if t := Time(v); !t.IsZero() {
					m.Published = t
				}
			case "article:modified_time", "datemodified", "last-modified", "og:updated_time":
				set(&m.Modified, v)
			}
		}
	}
	for _, t := range []string{og, h1, title} {
		if t = Line(t, maxTitle); t != "" {
			m.Title = t
			break
		}
	}
	m.Site, m.Author = Line(m.Site, 100), Line(m.Author, 100)
	return m
}

// readLinked takes dates and names from linked data, whose objects nest in many ways.
func readLinked(text string, m *Meta) {
	var v any
	if len(text) > 1<<20 || json.Unmarshal([]byte(text), &v) != nil {
		return
	}
	var walk func(any, int)
	walk = func(v any, depth int) {
		if depth > 6 {
			return
		}
		switch x := v.(type) {
		case []any:
			for _, e := range x {
				walk(e, depth+1)
			}
		case map[string]any:
			if s, ok := x["datePublished"].(string); ok && m.Published.IsZero() {
				m.Published = Time(s)
			}
			if s, ok := x["dateModified"].(string); ok && m.Modified.IsZero() {
				m.Modified = Time(s)
			}
			if p, ok := x["publisher"].(map[string]any); ok && m.Site == "" {
				m.Site, _ = p["name"].(string)
			}
			if g, ok := x["@graph"]; ok {
				walk(g, depth+1)
			}
		}
	}
	walk(v, 0)
}

var layouts = []string{
	time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02T15:04:05-0700", "2006-01-02T15:04:05.000-0700", "2006-01-02T15:04Z07:00", "2006-01-02T15:04", "2006-01-02 15:04:05 -0700",
	"2006-01-02 15:04:05", "2006-01-02 15:04", time.DateOnly, time.RFC1123Z, time.RFC1123, time.RFC850, "2006/01/02", "January 2, 2006", "Jan 2, 2006", "2 January 2006", "2 Jan 2006",
	"20060102", "02.01.2006", "2.1.2006",
}

// Time reads the date formats that pages and feeds use, in UTC; the zero time where it is none of them.
func Time(s string) time.Time {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > 64 {
		return time.Time{}
	}
	for _, l := range layouts {
		if t, err := time.Parse(l, s); err == nil && t.Year() > 1900 && t.Year() < 2200 {
			return t.UTC()
		}
	}
	return time.Time{}
}

// Line makes one visible line of at most n bytes.
func Line(s string, n int) string {
	s = strings.Join(strings.Fields(visible(s)), " ")
	if len(s) > n {
		s = strings.ToValidUTF8(s[:n], "")
	}
	return s
}

func inlineTitle(n *html.Node) string {
	if n.FirstChild == nil {
		return ""
	}
	return n.FirstChild.Data
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func resolve(base *url.URL, ref string) string {
	u, err := url.Parse(strings.TrimSpace(ref))
	if err != nil || ref == "" {
		return ""
	}
	if base != nil {
		u = base.ResolveReference(u)
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return u.String()
}
