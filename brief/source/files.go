package source

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/aubade/aubade/brief/source/extract"
	"github.com/aubade/aubade/internal/fetch"
	"github.com/aubade/aubade/store"
)

// files reads local Markdown, text, HTML, CSV and PDF. Markdown may begin with a front matter between "---" lines, text
// with "key: value" lines before the first blank one: title, publisher, published, entities.
type files struct{ base }

// Frontmatter is what a file says about itself before it begins.
type frontmatter struct {
	Title     string   `yaml:"title"`
	Publisher string   `yaml:"publisher"`
	Published string   `yaml:"published"`
	Entities  []string `yaml:"entities"`
	URL       string   `yaml:"url"`
}

func (f files) Fetch(ctx context.Context, since time.Time) iter.Seq2[store.Document, error] {
	return func(yield func(store.Document, error) bool) {
		paths, err := f.paths()
		if err != nil {
			fail(f.conf.Name, yield, err)
			return
		}
		var late error
		for _, p := range paths {
			if err := ctx.Err(); err != nil {
				fail(f.conf.Name, yield, err)
				return
			}
			d, changed, err := f.read(ctx, p)
			if errors.Is(err, errNotOurs) {
				continue
			}
			if err != nil {
				late = f.problem(ctx, local(p), err, late)
				continue
			}
			// A file that was changed since is new, whatever date it states.
			if changed.Before(since) || f.conf.Lookback > 0 && !d.Published.IsZero() && d.Published.Before(f.after(time.Time{})) {
				continue
			}
			if !yield(d, nil) {
				return
			}
		}
		if late != nil {
			fail(f.conf.Name, yield, late)
		}
	}
}

// List implements [Lister].
func (f files) List(context.Context) ([]string, error) { return f.list() }

var errNotOurs = errors.New("a kind of file that is not read")

func (f files) read(ctx context.Context, p string) (d store.Document, changed time.Time, err error) {
	raw, changed, err := readLocal(f.dir, p)
	if err != nil {
		return d, changed, err
	}
	d = f.document(local(p), store.Note)
	d.Raw, d.Published = raw, changed
	if f.fixed {
		d.Published = f.opt.Now
	}
	d.Title = strings.TrimSuffix(filepath.Base(p), filepath.Ext(p))
	var front frontmatter
	switch strings.ToLower(filepath.Ext(p)) {
	case ".md", ".markdown":
		var body string
		if front, body, err = cutFront(fetch.DecodeText(raw, "")); err != nil {
			return d, changed, err
		}
		d.Media, d.Text = "text/markdown", markdown(body)
		if t := firstHeading(body); t != "" {
			d.Title = t
		}
	case ".txt", ".text":
		var body string
		front, body = cutHeader(fetch.DecodeText(raw, ""))
		d.Media, d.Text = "text/plain", plain(body)
	case ".htm", ".html":
		a, err := extract.Document(raw, extract.Options{})
		if err != nil {
			return d, changed, err
		}
		d.Media, d.Text = "text/html", a.Text
		if a.Title != "" {
			d.Title = a.Title
		}
		if !a.Published.IsZero() {
			d.Published = a.Published
		}
	case ".csv":
		d.Media = "text/csv"
		if d.Text, err = csvText(raw); err != nil {
			return d, changed, err
		}
	case ".pdf":
		info, text, err := readPDF(ctx, raw)
		if err != nil {
			return d, changed, err
		}
		d.Media, d.Text = "application/pdf", text
		if info.title != "" {
			d.Title = info.title
		}
		if d.Publisher == "" {
			d.Publisher = info.author
		}
		if !info.created.IsZero() {
			d.Published = info.created
		}
	default:
		return d, changed, errNotOurs
	}
	if strings.TrimSpace(d.Text) == "" {
		return d, changed, extract.ErrNoText
	}
	if front.Title != "" {
		d.Title = extract.Line(front.Title, 300)
	}
	if front.Publisher != "" {
		d.Publisher = extract.Line(front.Publisher, 100)
	}
	if t := extract.Time(front.Published); !t.IsZero() {
		d.Published = t
	}
	for _, id := range front.Entities {
		if !slices.Contains(d.Entities, id) {
			d.Entities = append(d.Entities, id)
		}
	}
	return finish(d), changed, nil
}

// cutFront takes the YAML between two "---" lines off the top.
func cutFront(text string) (f frontmatter, body string, err error) {
	rest, ok := strings.CutPrefix(strings.ReplaceAll(text, "\r\n", "\n"), "---\n")
	if !ok {
		return f, text, nil
	}
	head, body, ok := strings.Cut(rest, "\n---\n")
	if !ok {
		return f, text, nil
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("front matter: %v", r)
		}
	}()
	if err := yaml.Unmarshal([]byte(head), &f); err != nil {
		return f, body, fmt.Errorf("front matter: %w", err)
	}
	return f, body, nil
}

// cutHeader takes "key: value" lines with known keys off the top.
func cutHeader(text string) (f frontmatter, body string) {
	head, rest, ok := strings.Cut(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n")
	if !ok {
		return f, text
	}
	for line := range strings.SplitSeq(head, "\n") {
		key, value, ok := strings.Cut(line, ": ")
		if !ok {
			return frontmatter{}, text
		}
		switch strings.ToLower(key) {
		case "title":
			f.Title = value
		case "publisher":
			f.Publisher = value
		case "published":
			f.Published = value
		case "entities":
			f.Entities = strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ' ' })
		default:
			return frontmatter{}, text
		}
	}
	return f, rest
}
