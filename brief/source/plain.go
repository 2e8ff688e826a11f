// Package source fetches the documents of a domain.
package source

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/aubade/aubade/brief"
	"github.com/aubade/aubade/internal/domain"
	"github.com/aubade/aubade/store"
)

// Plain reads what a domain keeps in its own folder as plain text: CSV, Markdown, text and JSON lines; and the company
// facts of an EDGAR source that the domain mirrors.
func Plain(d *domain.Domain) []brief.Source {
	var out []brief.Source
	for _, s := range d.Sources {
		if s.Path != "" || s.Kind == domain.EDGAR && d.Fetch.Mirror != "" {
			out = append(out, &plain{d, s})
		}
	}
	return out
}

type plain struct {
	domain *domain.Domain
	spec   domain.Source
}

func (p *plain) Name() string { return p.spec.Name }

func (p *plain) Fetch(ctx context.Context, _ time.Time) iter.Seq2[store.Document, error] {
	return func(yield func(store.Document, error) bool) {
		if p.spec.Kind == domain.EDGAR {
			p.facts(yield)
			return
		}
		pattern := filepath.Join(p.domain.Dir, p.spec.Path)
		if info, err := os.Stat(pattern); err == nil && info.IsDir() {
			pattern = filepath.Join(pattern, "*")
		}
		files, err := filepath.Glob(pattern)
		if err != nil {
			yield(store.Document{}, err)
			return
		}
		for _, f := range files {
			raw, err := os.ReadFile(f)
			if err != nil {
				yield(store.Document{}, err)
				return
			}
			for _, d := range p.read(f, raw) {
				if ctx.Err() != nil || !yield(d, nil) {
					return
				}
			}
		}
	}
}

func (p *plain) read(file string, raw []byte) []store.Document {
	rel, err := filepath.Rel(p.domain.Dir, file)
	if err != nil {
		rel = file
	}
	d := store.Document{Source: p.spec.Name, URL: "file:" + filepath.ToSlash(rel), Title: strings.TrimSuffix(filepath.Base(file), filepath.Ext(file)), Publisher: p.spec.Publisher,
		Entities: p.spec.Entities, Raw: raw, Media: "text/plain", Unverified: p.spec.Unverified || p.spec.Kind == domain.Social}
	switch {
	case p.spec.Kind == domain.Prices:
		d.Kind = store.Prices
	case p.spec.Kind == domain.Chain:
		d.Kind = store.Chain
	case p.spec.As != "":
		d.Kind = store.DocumentKind(p.spec.As)
	default:
		d.Kind = store.Note
	}
	switch filepath.Ext(file) {
	case ".jsonl":
		return p.posts(d, raw)
	case ".csv":
		d.Text = string(raw)
		for _, line := range strings.Split(d.Text, "\n") {
			if t, err := time.Parse(time.DateOnly, line[:min(10, len(line))]); err == nil && t.After(d.Published) && d.Kind == store.Prices {
				d.Published = t.Add(21 * time.Hour)
			}
		}
	case ".md", ".txt":
		p.frontMatter(&d, string(raw))
	default:
		return nil
	}
	d.ID = store.DocumentID(d.Source, d.URL)
	d.AsOf = d.Published
	return []store.Document{d}
}

func (p *plain) frontMatter(d *store.Document, text string) {
	text = strings.TrimPrefix(text, "---\n")
	for {
		line, rest, ok := strings.Cut(text, "\n")
		k, v, isKey := strings.Cut(line, ":")
		if !ok || !isKey || strings.ContainsAny(k, " #") {
			break
		}
		v = strings.Trim(strings.TrimSpace(v), `"[]`)
		switch k {
		case "title":
			d.Title = v
		case "publisher":
			d.Publisher = v
		case "published":
			d.Published, _ = time.Parse(time.DateOnly, v)
		case "entities":
			for e := range strings.SplitSeq(v, ",") {
				d.Entities = append(d.Entities, strings.TrimSpace(e))
			}
		}
		text = rest
	}
	d.Text = strings.TrimPrefix(text, "---\n")
}

func (p *plain) posts(d store.Document, raw []byte) []store.Document {
	var out []store.Document
	for sc := bufio.NewScanner(bytes.NewReader(raw)); sc.Scan(); {
		var post struct {
			Author, Text, URL string
			Entities          []string
			Published         time.Time
		}
		if json.Unmarshal(sc.Bytes(), &post) != nil || post.Text == "" {
			continue
		}
		x := d
		x.Kind, x.URL, x.Title, x.Text, x.Raw = store.Social, post.URL, "Post by "+post.Author, post.Text, bytes.Clone(sc.Bytes())
		x.Entities, x.Published, x.AsOf = post.Entities, post.Published, post.Published
		x.ID = store.DocumentID(x.Source, x.URL)
		out = append(out, x)
	}
	return out
}

// facts reads the mirrored company facts, one document for each company.
func (p *plain) facts(yield func(store.Document, error) bool) {
	u, err := url.Parse(p.spec.URLs[0])
	if err != nil {
		yield(store.Document{}, err)
		return
	}
	for id, cik := range p.spec.CIKs {
		rel := fmt.Sprintf("%s/api/xbrl/companyfacts/CIK%010s.json", u.Host, cik)
		raw, err := os.ReadFile(filepath.Join(p.domain.Dir, p.domain.Fetch.Mirror, filepath.FromSlash(rel)))
		if err != nil {
			continue
		}
		var facts struct {
			EntityName string
			Facts      map[string]map[string]struct {
				Units map[string][]struct {
					Start, End, Filed string
					Val               json.Number
				}
			}
		}
		if err := json.Unmarshal(raw, &facts); err != nil {
			yield(store.Document{}, fmt.Errorf("%s: %w", rel, err))
			return
		}
		d := store.Document{Source: p.spec.Name, URL: "https://" + rel, Kind: store.Filing, Title: facts.EntityName + " company facts", Publisher: p.spec.Publisher, Entities: []string{id}, Raw: raw, Media: "application/json"}
		var b strings.Builder
		b.WriteString("concept | unit | start | end | value\n")
		for ns, concepts := range facts.Facts {
			for c, x := range concepts {
				for unit, rows := range x.Units {
					for _, r := range rows {
						fmt.Fprintf(&b, "%s:%s | %s | %s | %s | %s\n", ns, c, unit, r.Start, r.End, r.Val)
						if t, err := time.Parse(time.DateOnly, r.Filed); err == nil && t.After(d.Published) {
							d.Published = t
						}
					}
				}
			}
		}
		lines := strings.SplitAfter(b.String(), "\n")
		d.Text = lines[0] + strings.Join(sorted(lines[1:]), "")
		d.ID, d.AsOf = store.DocumentID(d.Source, d.URL), d.Published
		if !yield(d, nil) {
			return
		}
	}
}

func sorted(lines []string) []string {
	slices.Sort(lines)
	return lines
}
