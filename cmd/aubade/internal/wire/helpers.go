package wire

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/aubade/aubade/internal/domain"
	"github.com/aubade/aubade/internal/fetch"
	"github.com/aubade/aubade/internal/redact"
	"github.com/aubade/aubade/subagents"
	"github.com/aubade/aubade/subagents/calc"
	"github.com/aubade/aubade/subagents/calendar"
	"github.com/aubade/aubade/subagents/declared"
	"github.com/aubade/aubade/subagents/fundamentals"
	"github.com/aubade/aubade/subagents/news"
	"github.com/aubade/aubade/subagents/options"
	"github.com/aubade/aubade/subagents/quote"
	"github.com/aubade/aubade/subagents/tables"
)

// asksOptions are the metrics that only an option chain knows, unless domain.yaml says otherwise.
var asksOptions = []string{"implied-volatility", "put-call-ratio"}

// helpers are the subagents of the domain, and who is asked for which metric; "" stands for every other metric.
func helpers(b *Brain) ([]subagents.Member, map[string]string, error) {
	settings := map[string]domain.Helper{}
	for _, h := range b.Domain.Helpers {
		settings[h.Name] = h
	}
	sums, err := calc.New(calc.Options{Rates: settings["calc"].Rates})
	if err != nil {
		return nil, nil, fmt.Errorf("helper calc: %w", err)
	}
	zone, err := b.Domain.Location()
	if err != nil {
		return nil, nil, err
	}
	out := dayClient(b.Domain)
	sec := companyFacts(b.Domain, out)
	members := []subagents.Member{
		{Agent: options.New(b.DB, b.Domain.Name)},
		{Agent: sums, Cheap: true},
		{Agent: fundamentals.New(b.DB, fundamentals.Options{SEC: sec}), Cheap: sec == nil},
		prices(b, settings["quote"], out),
		{Agent: calendar.New(b.DB, b.Domain.Name, b.Now), Cheap: true},
		{Agent: tables.New(b.DB, b.Domain.Name)},
	}
	if feeds := feedsOf(b.Domain); len(feeds) > 0 {
		members = append(members, subagents.Member{Agent: news.New(b.DB, news.Options{Feeds: feeds, Get: out, Now: b.Now, Zone: zone})})
	}
	for _, h := range b.Domain.Helpers {
		if h.Kind == "builtin" {
			continue
		}
		agent, err := declared.New(h, b.DB, out)
		if err != nil {
			return nil, nil, err
		}
		b.closers = append(b.closers, agent.Close)
		// A tool may do more than look; an address that is read may be read twice.
		members = append(members, subagents.Member{Agent: discreetAgent{agent}, Once: h.Kind == "mcp"})
	}
	routes := map[string]string{"": "fundamentals", "close": "quote", "change-day": "quote", "volume": "quote"}
	for _, m := range asksOptions {
		routes[m] = "options"
	}
	for i := range members {
		m := &members[i]
		h, ok := settings[m.Agent.Name()]
		if m.Patience = b.Config.Helpers.Patience; ok && h.Patience > 0 {
			m.Patience = h.Patience
		}
		if ok && h.Delay > 0 {
			m.Agent, m.Cheap, m.Usually = subagents.Slowly(m.Agent, h.Delay), false, h.Delay
		}
		for _, metric := range h.Metrics {
			routes[metric] = m.Agent.Name()
		}
		if b.tamper != nil {
			if other := b.tamper(m.Agent); other != nil {
				m.Agent, m.Cheap, m.Twin = other, false, nil
			}
		}
	}
	return members, routes, nil
}

// discreetAgent is a helper that somebody else runs: it learns nothing of what callers said that identifies them.
type discreetAgent struct{ subagents.Agent }

func (d discreetAgent) Find(ctx context.Context, q subagents.Question) (subagents.Finding, error) {
	q.Text = redact.Text(q.Text)
	return d.Agent.Find(ctx, q)
}

// dayClient is the way out by day: as polite as by night, but quick to give up, because the Desk decides about asking
// again.
func dayClient(d *domain.Domain) *fetch.Client {
	o := fetch.Options{
		Contact: d.Fetch.Contact, PerHost: max(d.Fetch.PerHost, 5), AllowPrivate: d.Fetch.AllowPrivate,
		Tries: 1, Timeout: 10 * time.Second, MaxWait: time.Second,
	}
	if d.Fetch.Mirror != "" {
		o.Mirror = os.DirFS(filepath.Join(d.Dir, d.Fetch.Mirror))
	}
	return fetch.New(o)
}

// companyFacts is the SEC, where the domain names it. A mirror holds nothing that the edition does not.
func companyFacts(d *domain.Domain, out *fetch.Client) *fundamentals.SEC {
	for _, s := range d.Sources {
		if s.Kind == domain.EDGAR && len(s.CIKs) > 0 && len(s.URLs) > 0 && d.Fetch.Mirror == "" {
			return &fundamentals.SEC{URL: s.URLs[0], CIKs: s.CIKs, Get: out}
		}
	}
	return nil
}

// feedsOf are the domain's feeds: what is in them that the night did not see is new.
func feedsOf(d *domain.Domain) []news.Feed {
	var feeds []news.Feed
	for _, s := range d.Sources {
		if s.Kind != domain.Feed {
			continue
		}
		for _, u := range s.URLs {
			feeds = append(feeds, news.Feed{URL: u, Publisher: s.Publisher})
		}
	}
	return feeds
}

// prices are the edition's; with a live source, that is asked, and the edition is its quick twin.
func prices(b *Brain, h domain.Helper, out *fetch.Client) subagents.Member {
	stored := quote.New(b.DB, quote.Options{Now: b.Now})
	if h.URL == "" {
		return subagents.Member{Agent: stored, Cheap: true}
	}
	publisher := h.URL
	if u, err := url.Parse(h.URL); err == nil {
		publisher = u.Hostname()
	}
	live := &quote.Source{URL: h.URL, Publisher: publisher, Get: out}
	return subagents.Member{Agent: quote.New(b.DB, quote.Options{Live: live, Now: b.Now}), Twin: stored}
}
