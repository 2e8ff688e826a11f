package source

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"

	"github.com/aubade/aubade/brief/source/extract"
	"github.com/aubade/aubade/store"
)

// A feed is RSS, Atom or JSON. Its items are announcements: the pages that they link to are the documents, unless the
// source says that summaries are all that is wanted, or a page cannot be had.
type feed struct{ base }

// The most items of one feed that are looked at.
const maxItems = 2000

// An item is what a feed says of one story.
type item struct {
	title, author, link string
	published           time.Time
	text                string // of its summary or content
}

func (f feed) Fetch(ctx context.Context, since time.Time) iter.Seq2[store.Document, error] {
	return func(yield func(store.Document, error) bool) {
		left := f.conf.Limit
		var late error
		for _, address := range f.conf.URLs {
			res, err := f.opt.Client.Get(ctx, address)
			if err != nil {
				fail(f.conf.Name, yield, err)
				return
			}
			items, err := parseFeed(res.Body, res.URL)
			if err != nil {
				fail(f.conf.Name, yield, fmt.Errorf("%s: %w", address, err))
				return
			}
			for _, it := range items {
				if !it.published.IsZero() && it.published.Before(f.after(since)) {
					continue
				}
				d, ok := f.read(ctx, it, &late)
				if ctx.Err() != nil {
					fail(f.conf.Name, yield, ctx.Err())
					return
				}
				if !ok {
					continue
				}
				if !yield(d, nil) {
					return
				}
				if left--; left == 0 {
					return
				}
			}
		}
		if late != nil {
			fail(f.conf.Name, yield, late)
		}
	}
}

// read makes the document of an item.
func (f feed) read(ctx context.Context, it item, late *error) (store.Document, bool) {
	if it.link == "" || f.conf.Summaries {
		return f.summary(it)
	}
	d, err := f.article(ctx, it.link, store.News)
	switch {
	case gone(err):
		return f.vanished(Canonical(it.link)), true
	case errors.Is(err, extract.ErrNoText), err != nil && it.text != "":
		*late = f.problem(ctx, it.link, err, *late)
		return f.summary(it)
	case err != nil:
		*late = f.problem(ctx, it.link, err, *late)
		return store.Document{}, false
	}
	if it.title != "" {
		d.Title = it.title
	}
	if !it.published.IsZero() { // the feed's time is the publisher's; a page may state the day only
		d.Published, d.AsOf = it.published.UTC(), it.published.UTC()
	}
	return d, true
}

func (f feed) summary(it item) (store.Document, bool) {
	if it.text == "" {
		return store.Document{}, false
	}
	address := it.link
	if address == "" {
		address = f.conf.URLs[0] + "#" + store.DocumentID("", it.title+it.published.String())
	} else {
		address = Canonical(address)
	}
	d := f.document(address, store.News)
	d.Title, d.Published, d.Media, d.Raw, d.Text = it.title, it.published, "text/plain", []byte(it.text), it.text
	return finish(d), true
}

// parseFeed reads a feed in any dialect. Hostile input may not panic: parsers of the wild are trusted this far only.
func parseFeed(raw []byte, from string) (items []item, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("parse feed: %v", r)
		}
	}()
	parsed, err := gofeed.NewParser().Parse(bytes.NewReader(raw))
	if err != nil {
		return nil, fmt.Errorf("parse feed: %w", err)
	}
	base, _ := url.Parse(from)
	for _, x := range parsed.Items[:min(len(parsed.Items), maxItems)] {
		if x == nil {
			continue
		}
		it := item{title: headline(x.Title)}
		if u, err := url.Parse(x.Link); err == nil && x.Link != "" {
			if base != nil {
				u = base.ResolveReference(u)
			}
			if u.Scheme == "http" || u.Scheme == "https" {
				it.link = u.String()
			}
		}
		if len(x.Authors) > 0 && x.Authors[0] != nil {
			it.author = extract.Line(x.Authors[0].Name, 100)
		}
		switch {
		case x.PublishedParsed != nil:
			it.published = x.PublishedParsed.UTC()
		case x.UpdatedParsed != nil:
			it.published = x.UpdatedParsed.UTC()
		}
		body := x.Content
		if body == "" {
			body = x.Description
		}
		if a, err := extract.Document([]byte(body), extract.Options{ContentType: "text/html; charset=utf-8"}); err == nil {
			it.text = a.Text
		}
		items = append(items, it)
	}
	return items, nil
}

// headline is an item's title as it is read: Atom's may be HTML, and publishers put HTML into RSS as well.
func headline(s string) string {
	if strings.ContainsAny(s, "<&") {
		if a, err := extract.Document([]byte(s), extract.Options{ContentType: "text/html; charset=utf-8"}); err == nil && a.Text != "" {
			s = a.Text
		}
	}
	return extract.Line(s, 300)
}
