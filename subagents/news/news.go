package news

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/mmcdole/gofeed"
	"golang.org/x/sync/errgroup"

	"github.com/aubade/aubade/internal/fetch"
	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/subagents"
	"github.com/aubade/aubade/subagents/words"
)

// Library is what the helper reads.
type Library interface {
	Edition(ctx context.Context, id int64) (store.Edition, error)
}

// Getter is the way out to the web.
type Getter interface {
	Get(ctx context.Context, address string) (*fetch.Response, error)
}

// A Feed is where news comes from: RSS, Atom or JSON.
type Feed struct {
	URL       string
	Publisher string // empty: the feed's own title
}

// Options are the helper's.
type Options struct {
	Feeds []Feed
	Get   Getter
	Now   func() time.Time // nil means the real clock
	Zone  *time.Location   // of the times that are told; nil means UTC
}

// Helper tells what is new.
type Helper struct {
	library Library
	o       Options
}

// New returns the helper.
func New(l Library, o Options) *Helper {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	return &Helper{l, o}
}

// Name is "news".
func (h *Helper) Name() string { return "news" }

// longest is how many runes of a headline are told.
const longest = 160

// told is how many stories fit into an answer.
const told = 2

// A Story is one thing that happened, as the first to report it put it.
type Story struct {
	Headline  string
	Publisher string
	URL       string
	Published time.Time
	Others    int // outlets that repeat it

	words map[string]bool
}

// Find tells the newest stories since the edition, about the question's subject, or about the watch-list where none is
// named.
func (h *Helper) Find(ctx context.Context, q subagents.Question) (subagents.Finding, error) {
	if q.Metric != "" || q.Subject() == "" && !words.Mentions(q.Text, "news", "new", "happened", "happening", "headlines", "latest", "story", "stories") {
		return subagents.Finding{}, subagents.ErrNothing
	}
	edition, err := h.library.Edition(ctx, q.Edition)
	if err != nil {
		return subagents.Finding{}, fmt.Errorf("news: %w", err)
	}
	var subjects []lexicon.Term
	for _, id := range append(slices.Clone(q.Entities), watch(q, edition)...) {
		if t, ok := edition.Lexicon.Term(id); ok {
			subjects = append(subjects, t)
		}
	}
	since := edition.AsOf
	if since.IsZero() {
		since = edition.Published
	}
	items, err := h.items(ctx)
	if err != nil {
		return subagents.Finding{}, err
	}
	stories := cluster(relevant(items, subjects, since, h.o.Now()))
	if len(stories) == 0 {
		return subagents.Finding{}, subagents.ErrNothing
	}
	f := subagents.Finding{Agent: h.Name(), AsOf: stories[0].Published, ValidUntil: h.o.Now().Add(time.Hour)}
	for i, s := range stories[:min(told, len(stories))] {
		if i > 0 {
			f.Text += " "
		}
		f.Text += h.sentence(s)
		f.Citations = append(f.Citations, store.Citation{
			Title: s.Headline, URL: s.URL, Publisher: s.Publisher, Published: s.Published, Kind: store.News, Quote: s.Headline,
		})
	}
	return f, nil
}

func watch(q subagents.Question, e store.Edition) []string {
	if q.Subject() != "" {
		return nil
	}
	return e.Watch
}

func (h *Helper) sentence(s Story) string {
	at := s.Published.In(h.o.Zone)
	when := at.Format("January 2")
	if now := h.o.Now().In(h.o.Zone); now.Format(time.DateOnly) == at.Format(time.DateOnly) {
		when = at.Format("3:04 PM")
	}
	also := ""
	switch {
	case s.Others == 1:
		also = ", and another outlet has it, too"
	case s.Others > 1:
		also = ", and other outlets have it, too"
	}
	return fmt.Sprintf("%s reported at %s: “%s”%s.", s.Publisher, when, s.Headline, also)
}

// items asks all feeds at once. One that fails is left out; when all fail, that is the error.
func (h *Helper) items(ctx context.Context) ([]Story, error) {
	var (
		g     errgroup.Group
		mu    sync.Mutex
		out   []Story
		fails []error
	)
	g.SetLimit(8)
	for _, feed := range h.o.Feeds {
		g.Go(func() error {
			items, err := h.read(ctx, feed)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				fails = append(fails, err)
			}
			out = append(out, items...)
			return nil
		})
	}
	_ = g.Wait() // the feeds' errors are kept
	if len(fails) > 0 && len(fails) == len(h.o.Feeds) {
		return nil, fmt.Errorf("news: %w", errors.Join(fails...))
	}
	slices.SortFunc(out, func(a, b Story) int {
		return cmp.Or(b.Published.Compare(a.Published), cmp.Compare(a.Publisher, b.Publisher), cmp.Compare(a.Headline, b.Headline))
	})
	return out, nil
}

func (h *Helper) read(ctx context.Context, feed Feed) ([]Story, error) {
	r, err := h.o.Get.Get(ctx, feed.URL)
	if err != nil {
		return nil, err
	}
	return parse(r.Body, feed)
}

// parse reads a feed's items. Those without a headline, an address or a time are left out, and so are those that speak
// to the machine.
func parse(body []byte, feed Feed) (out []Story, err error) {
	f, err := gofeed.NewParser().Parse(bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", feed.URL, err)
	}
	publisher := words.Clean(cmp.Or(feed.Publisher, f.Title, feed.URL), 60)
	for _, it := range f.Items {
		headline := words.Clean(it.Title, longest)
		published := it.PublishedParsed
		if published == nil {
			published = it.UpdatedParsed
		}
		if headline == "" || it.Link == "" || published == nil || words.Commanding(headline) {
			continue
		}
		out = append(out, Story{Headline: headline, Publisher: publisher, URL: it.Link, Published: *published, words: wordSet(headline)})
	}
	return out, nil
}

// relevant keeps what is newer than the edition, not from the future, and about one of the subjects.
func relevant(items []Story, subjects []lexicon.Term, since, now time.Time) []Story {
	return slices.DeleteFunc(items, func(s Story) bool {
		return !s.Published.After(since) || s.Published.After(now.Add(time.Hour)) ||
			!slices.ContainsFunc(subjects, func(t lexicon.Term) bool { return about(t, s.Headline) })
	})
}

// cluster tells each story once: the earliest report stands for it. The newest stories come first.
func cluster(items []Story) []Story {
	slices.SortStableFunc(items, func(a, b Story) int { return a.Published.Compare(b.Published) })
	var out []Story
	outlets := map[int]map[string]bool{}
	for _, it := range items {
		i := slices.IndexFunc(out, func(s Story) bool { return overlap(s.words, it.words) >= alike })
		if i < 0 {
			out = append(out, it)
			outlets[len(out)-1] = map[string]bool{it.Publisher: true}
			continue
		}
		if !outlets[i][it.Publisher] {
			outlets[i][it.Publisher] = true
			out[i].Others++
		}
	}
	slices.Reverse(out)
	return out
}
