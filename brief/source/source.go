package source

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/aubade/aubade/brief/source/extract"
	"github.com/aubade/aubade/internal/domain"
	"github.com/aubade/aubade/internal/fetch"
	"github.com/aubade/aubade/store"
)

// A Source is one configured place. It is what the builder asks for as brief.Source.
type Source interface {
	Name() string
	Fetch(ctx context.Context, since time.Time) iter.Seq2[store.Document, error]
}

// A Lister is a source that knows all that it has: what it had once and does not list is gone.
type Lister interface {
	// List returns the URLs of its documents.
	List(ctx context.Context) ([]string, error)
}

// A Problem is a document that could not be had while others of its source can: it is reported, and the night goes on.
type Problem struct {
	Source, URL string
	Err         error
}

// Options are what sources need besides the domain.
type Options struct {
	Client *fetch.Client
	// Now is the domain's present, which lookbacks count from; zero: the wall clock in the domain's zone.
	Now time.Time
	// Problem is told of every document that could not be had; nil: they are dropped silently.
	Problem func(Problem)
}

// Client makes the fetcher that a domain asks for. Answers that can be revalidated are kept below cache, if that is named.
func Client(d *domain.Domain, cache string) *fetch.Client {
	o := fetch.Options{Contact: d.Fetch.Contact, PerHost: d.Fetch.PerHost, AllowPrivate: d.Fetch.AllowPrivate}
	if d.Fetch.Mirror != "" {
		o.Mirror = os.DirFS(filepath.Join(d.Dir, d.Fetch.Mirror))
	}
	if cache != "" {
		o.Cache = fetch.NewCache(cache)
	}
	return fetch.New(o)
}

// New makes the sources of a domain, in its order.
func New(d *domain.Domain, o Options) ([]Source, error) {
	if o.Now.IsZero() {
		o.Now = d.Now(time.Now())
	}
	if o.Problem == nil {
		o.Problem = func(Problem) {}
	}
	var out []Source
	for _, s := range d.Sources {
		b := base{conf: s, dir: d.Dir, opt: o, fixed: d.Today != ""}
		switch s.Kind {
		case domain.Feed:
			out = append(out, feed{b})
		case domain.Page:
			out = append(out, page{b})
		case domain.EDGAR:
			out = append(out, edgar{b})
		case domain.Prices:
			out = append(out, table{b, store.Prices, pricesText})
		case domain.Chain:
			out = append(out, table{b, store.Chain, chainText})
		case domain.Files:
			out = append(out, files{b})
		case domain.Social:
			out = append(out, social{b})
		default:
			return nil, fmt.Errorf("source %s: kind %q is none of %v", s.Name, s.Kind, domain.Kinds)
		}
	}
	return out, nil
}

// base is what all sources share.
type base struct {
	conf domain.Source
	dir  string
	opt  Options
	// fixed says that the domain's present stands still: files without a date are of that day, not of their last copy.
	fixed bool
}

// Name is the source's name in domain.yaml.
func (b base) Name() string { return b.conf.Name }

// problem reports a document that could not be had. What may be had another night becomes the source's own error, at its
// end: the builder then asks for the same stretch of time again, and no document is lost.
func (b base) problem(ctx context.Context, address string, err, late error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	b.opt.Problem(Problem{Source: b.conf.Name, URL: address, Err: err})
	var status fetch.StatusError
	switch {
	case errors.Is(err, fetch.ErrRobots), errors.Is(err, fetch.ErrPrivate), errors.Is(err, fetch.ErrTooLarge), errors.Is(err, extract.ErrNoText),
		errors.As(err, &status) && status.Status < 500 && status.Status != 429:
		return late // another night will not change it
	}
	if late == nil {
		late = err
	}
	return late
}

// after is the earliest time that a document may be of, under since and the lookback.
func (b base) after(since time.Time) time.Time {
	if b.conf.Lookback > 0 {
		if t := b.opt.Now.Add(-b.conf.Lookback); t.After(since) {
			return t
		}
	}
	return since
}

// document begins a document with what is known before it is read.
func (b base) document(address string, kind store.DocumentKind) store.Document {
	if b.conf.As != "" {
		kind = store.DocumentKind(b.conf.As)
	}
	return store.Document{
		ID: store.DocumentID(b.conf.Name, address), Source: b.conf.Name, URL: address, Publisher: b.conf.Publisher, Kind: kind,
		Entities: slices.Clone(b.conf.Entities), Retrieved: time.Now().UTC(), Unverified: b.conf.Unverified,
	}
}

// finish fills in what follows from the rest.
func finish(d store.Document) store.Document {
	d.Hash = store.TextHash(d.Text)
	d.Published = d.Published.UTC()
	if d.AsOf.IsZero() {
		d.AsOf = d.Published
	}
	return d
}

// vanished is a document that its server says is gone.
func (b base) vanished(address string) store.Document {
	d := b.document(address, store.News)
	d.Gone = true
	return d
}

// marks are query parameters that say how a reader came, not what is read.
var marks = []string{"utm_", "fbclid", "gclid", "mc_cid", "mc_eid", "cmpid", "ncid", "ref_src", "smid"}

// Canonical makes one address of all that lead to the same page: no fragment, no tracking, the host in lower case.
func Canonical(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Host == "" {
		return address
	}
	u.Fragment, u.RawFragment, u.User = "", "", nil
	u.Scheme, u.Host = strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	if (u.Scheme == "https" && u.Port() == "443") || (u.Scheme == "http" && u.Port() == "80") {
		u.Host = u.Hostname()
	}
	q := u.Query()
	for k := range q {
		if slices.ContainsFunc(marks, func(m string) bool { return strings.HasPrefix(strings.ToLower(k), m) }) {
			q.Del(k)
		}
	}
	u.RawQuery = q.Encode()
	if u.Path == "" {
		u.Path = "/"
	}
	return u.String()
}

// local names a file of the domain's as a URL.
func local(rel string) string { return "file:" + path.Clean(filepath.ToSlash(rel)) }

// The largest local file that is read.
const maxFile = 64 << 20

// readLocal reads a file below the domain's folder; a link that leads out of it is refused.
func readLocal(dir, rel string) ([]byte, time.Time, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, time.Time{}, err
	}
	defer root.Close()
	f, err := root.Open(rel)
	if err != nil {
		return nil, time.Time{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, time.Time{}, err
	}
	if info.Size() > maxFile {
		return nil, time.Time{}, fmt.Errorf("%s: larger than %d bytes", rel, maxFile)
	}
	if !info.Mode().IsRegular() {
		return nil, time.Time{}, fmt.Errorf("%s: not a file", rel)
	}
	raw := make([]byte, info.Size())
	n, err := readFull(f, raw)
	return raw[:n], info.ModTime(), err
}

// paths are the local files that a source's path means: a file, a folder's files, or those that match a pattern.
func (b base) paths() ([]string, error) {
	full := filepath.Join(b.dir, b.conf.Path)
	if info, err := os.Stat(full); err == nil {
		if !info.IsDir() {
			return []string{b.conf.Path}, nil
		}
		var out []string
		err := filepath.WalkDir(full, func(p string, e os.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if strings.HasPrefix(e.Name(), ".") && p != full {
				if e.IsDir() {
					return filepath.SkipDir
				}
				return nil
			}
			if e.Type().IsRegular() {
				rel, err := filepath.Rel(b.dir, p)
				if err != nil {
					return err
				}
				out = append(out, rel)
			}
			return nil
		})
		return out, err
	}
	found, err := filepath.Glob(full)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%s: %w", b.conf.Path, os.ErrNotExist)
	}
	for i, p := range found {
		if found[i], err = filepath.Rel(b.dir, p); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// gone says that an answer means that a document is no longer there.
func gone(err error) bool { return errors.Is(err, fetch.ErrGone) }

// fail ends a sequence with an error that names the source.
func fail(name string, yield func(store.Document, error) bool, err error) {
	yield(store.Document{}, fmt.Errorf("source %s: %w", name, err))
}
