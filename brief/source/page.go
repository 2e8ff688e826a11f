package source

import (
	"context"
	"fmt"
	"iter"
	"net/url"
	"regexp"
	"time"

	"github.com/aubade/aubade/brief/source/extract"
	"github.com/aubade/aubade/store"
)

// A page source reads web pages. With rules of discovery its URLs are lists, whose links are the documents; without, they
// are the documents themselves.
type page struct{ base }

// The most links of one list that are followed.
const maxLinks = 500

func (p page) Fetch(ctx context.Context, since time.Time) iter.Seq2[store.Document, error] {
	return func(yield func(store.Document, error) bool) {
		addresses, err := p.discover(ctx)
		if err != nil {
			fail(p.conf.Name, yield, err)
			return
		}
		left := p.conf.Limit
		var late error
		for _, address := range addresses {
			d, err := p.article(ctx, address, store.News)
			switch {
			case ctx.Err() != nil:
				fail(p.conf.Name, yield, ctx.Err())
				return
			case gone(err):
				d = p.vanished(Canonical(address))
			case err != nil:
				late = p.problem(ctx, address, err, late)
				continue
			case !d.Published.IsZero() && d.Published.Before(p.after(since)):
				continue
			}
			if !yield(d, nil) {
				return
			}
			if left--; left == 0 {
				return
			}
		}
		if late != nil {
			fail(p.conf.Name, yield, late)
		}
	}
}

// discover lists the addresses of the articles.
func (p page) discover(ctx context.Context) ([]string, error) {
	if p.conf.Discover.Links == "" && p.conf.Discover.Match == "" {
		return p.conf.URLs, nil
	}
	match, err := regexp.Compile(p.conf.Discover.Match)
	if err != nil {
		return nil, fmt.Errorf("discover.match: %w", err)
	}
	seen := map[string]bool{}
	var out []string
	for _, address := range p.conf.URLs {
		res, err := p.opt.Client.Get(ctx, address)
		if err != nil {
			return nil, err
		}
		at, err := url.Parse(res.URL)
		if err != nil {
			return nil, err
		}
		links, err := extract.Links(res.Body, res.Type, at, p.conf.Discover.Links)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", address, err)
		}
		for _, l := range links {
			if l = Canonical(l); !seen[l] && match.MatchString(l) && len(out) < maxLinks {
				seen[l] = true
				out = append(out, l)
			}
		}
	}
	return out, nil
}

// article fetches a page and reads its main text.
func (b base) article(ctx context.Context, address string, kind store.DocumentKind) (store.Document, error) {
	res, err := b.opt.Client.Get(ctx, address)
	if err != nil {
		return store.Document{}, err
	}
	at, err := url.Parse(res.URL)
	if err != nil {
		return store.Document{}, err
	}
	a, err := extract.Page(res.Body, extract.Options{
		URL: at, ContentType: res.Type, Main: b.conf.Select.Main, Remove: b.conf.Select.Remove, Thorough: true,
	})
	if err != nil {
		return store.Document{}, err
	}
	canonical := Canonical(res.URL)
	// A page may name its own address, on its own host: elsewhere it could pass itself off as another publisher's.
	if u, err := url.Parse(a.Canonical); err == nil && u.Host == at.Host {
		canonical = Canonical(a.Canonical)
	}
	d := b.document(canonical, kind)
	d.Title, d.Published, d.Retrieved, d.Media, d.Raw, d.Text = a.Title, a.Published, res.Retrieved.UTC(), "text/html", res.Body, a.Text
	if d.Publisher == "" {
		if d.Publisher = a.Site; d.Publisher == "" {
			d.Publisher = at.Hostname()
		}
	}
	return finish(d), nil
}
