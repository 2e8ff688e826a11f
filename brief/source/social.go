package source

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/aubade/aubade/brief/source/extract"
	"github.com/aubade/aubade/store"
)

// social reads posts, from a JSON feed or from JSON lines. Whatever it says is unverified, and is spoken so.
type social struct{ base }

// A post is one JSON line. The names are those that exporters use.
type post struct {
	ID        string   `json:"id"`
	URL       string   `json:"url"`
	Author    string   `json:"author"`
	Published string   `json:"published"`
	Created   string   `json:"created_at"`
	Text      string   `json:"text"`
	Entities  []string `json:"entities"`
}

// The longest line of JSON lines.
const maxPost = 1 << 20

func (s social) Fetch(ctx context.Context, since time.Time) iter.Seq2[store.Document, error] {
	return func(yield func(store.Document, error) bool) {
		places := s.conf.URLs
		if s.conf.Path != "" {
			paths, err := s.paths()
			if err != nil {
				fail(s.conf.Name, yield, err)
				return
			}
			places = paths
		}
		left := s.conf.Limit
		for _, p := range places {
			raw, from := []byte(nil), p
			if s.conf.Path == "" {
				res, err := s.opt.Client.Get(ctx, p)
				if err != nil {
					fail(s.conf.Name, yield, err)
					return
				}
				raw = res.Body
			} else {
				var err error
				if raw, _, err = readLocal(s.dir, p); err != nil {
					fail(s.conf.Name, yield, err)
					return
				}
				from = local(p)
			}
			posts, err := parsePosts(raw, from)
			if err != nil {
				fail(s.conf.Name, yield, fmt.Errorf("%s: %w", from, err))
				return
			}
			for _, p := range posts {
				d := s.post(p, from)
				if d.Text == "" || !d.Published.IsZero() && d.Published.Before(s.after(since)) {
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
	}
}

func (s social) post(p post, from string) store.Document {
	address := Canonical(p.URL)
	if p.URL == "" {
		address = from + "#" + p.ID
	}
	d := s.document(address, store.Social)
	d.Unverified = true
	d.Entities = append(d.Entities, p.Entities...)
	d.Published = extract.Time(p.Published)
	if d.Published.IsZero() {
		d.Published = extract.Time(p.Created)
	}
	d.Text = plain(p.Text)
	d.Title = extract.Line(p.Text, 80)
	if p.Author != "" {
		d.Title = "Post by " + extract.Line(p.Author, 60)
	}
	d.Media, d.Raw = "text/plain", []byte(p.Text)
	return finish(d)
}

// parsePosts reads a JSON feed, whose items are posts, or JSON lines. A line that is not JSON is an error that names it.
func parsePosts(raw []byte, from string) ([]post, error) {
	if looksLikeFeed(raw) {
		items, err := parseFeed(raw, from)
		if err != nil {
			return nil, err
		}
		var posts []post
		for i, it := range items {
			p := post{ID: fmt.Sprint(i), URL: it.link, Author: it.author, Text: it.text}
			if !it.published.IsZero() {
				p.Published = it.published.Format(time.RFC3339)
			}
			posts = append(posts, p)
		}
		return posts, nil
	}
	var posts []post
	lines := bufio.NewScanner(bytes.NewReader(raw))
	lines.Buffer(nil, maxPost)
	for n := 1; lines.Scan(); n++ {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		var p post
		if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		if p.ID == "" {
			p.ID = fmt.Sprint(n)
		}
		posts = append(posts, p)
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if len(posts) == 0 {
		return nil, errors.New("no posts")
	}
	return posts, nil
}

func looksLikeFeed(raw []byte) bool {
	head := strings.TrimSpace(string(raw[:min(len(raw), 400)]))
	return strings.HasPrefix(head, "<") || strings.HasPrefix(head, "{") && strings.Contains(head, "jsonfeed.org")
}
