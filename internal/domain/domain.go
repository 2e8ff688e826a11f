// Package domain is what one brief is about: its scope, sources, watch-list, names and schedule, read from domain.yaml.
package domain

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/aubade/aubade/internal/lexicon"
)

// File is the name of a domain's description inside its folder.
const File = "domain.yaml"

// A Domain is one domain.yaml. Every path in it is relative to Dir and may not leave it.
type Domain struct {
	Dir string `yaml:"-"` // where domain.yaml was found

	Name  string `yaml:"name"`  // a slug: "sample"
	Title string `yaml:"title"` // as it is said: "the sample market"
	// Notice must be shown and said wherever the domain could be mistaken for something else: "This market is invented."
	Notice string `yaml:"notice"`
	Scope  Scope  `yaml:"scope"`

	TimeZone string `yaml:"time_zone"` // IANA: "America/New_York"
	Schedule string `yaml:"schedule"`  // five cron fields, in TimeZone
	// Today fixes the domain's present, "2026-11-20": "last quarter" and "yesterday" count from it. Empty: the wall clock.
	Today string `yaml:"today"`

	Watch   []string `yaml:"watch"` // lexicon IDs, most watched first
	Persona Persona  `yaml:"persona"`
	Fetch   Fetch    `yaml:"fetch"`
	Sources []Source `yaml:"sources"`
	Helpers []Helper `yaml:"helpers"`
	// Questions are suggested to callers who do not know what to ask.
	Questions []string       `yaml:"questions"`
	Lexicon   []lexicon.Term `yaml:"lexicon"`
}

// Scope says what the agent talks about and what it does not.
type Scope struct {
	About  string   `yaml:"about"`  // completes "I can talk about …"
	Never  []string `yaml:"never"`  // what is declined, and said to be: "advice to buy or sell"
	Topics []string `yaml:"topics"` // words that mark a question as in the domain, besides the lexicon's
}

// Persona is who speaks.
type Persona struct {
	Name  string `yaml:"name"`
	Style string `yaml:"style"` // one paragraph for the small model
	Greet string `yaml:"greet"` // the first words of a call
}

// Fetch is how the domain's sources are asked.
type Fetch struct {
	// Mirror is a folder that stands in for the network: a URL whose host has a folder of its name in it is read from
	// there, https://wire.example/a.html from MIRROR/wire.example/a.html.
	Mirror string `yaml:"mirror"`
	// Contact is who runs this: a name and an address that sites can complain to. EDGAR requires it.
	Contact string `yaml:"contact"`
	// AllowPrivate lists hosts whose private addresses may be reached. Empty: none, so that a feed cannot make the
	// builder reach inside.
	AllowPrivate []string `yaml:"allow_private"`
	// PerHost is the longest rate of requests to one host in a second; 0 means 1. EDGAR never gets more than 10.
	PerHost float64 `yaml:"per_host"`
}

// A Kind says what reads a source.
type Kind string

const (
	Feed   Kind = "feed"   // RSS, Atom or JSON feed, and the pages that it links to
	Page   Kind = "page"   // web pages, found by Discover on the URLs
	EDGAR  Kind = "edgar"  // submissions, filings and company facts of the SEC, or of a server with its paths
	Prices Kind = "prices" // daily bars, CSV
	Chain  Kind = "chain"  // option chains, CSV
	Files  Kind = "files"  // local Markdown, text, HTML and PDF
	Social Kind = "social" // JSON feed or JSON lines: always unverified
)

// Kinds are all of them.
var Kinds = []Kind{Feed, Page, EDGAR, Prices, Chain, Files, Social}

// A Source is one place that documents come from. It has URLs or a Path, not both.
type Source struct {
	Name string   `yaml:"name"`
	Kind Kind     `yaml:"kind"`
	URLs []string `yaml:"urls"`
	Path string   `yaml:"path"` // a file, a folder or a pattern, relative to the domain's folder
	// As is the kind of its documents in the store's words: news, filing, note, profile, calendar. Empty: by Kind.
	As        string            `yaml:"as"`
	Publisher string            `yaml:"publisher"`
	Entities  []string          `yaml:"entities"` // lexicon IDs that all of its documents are about
	Lookback  time.Duration     `yaml:"lookback"` // older documents are not fetched; 0 means no limit
	Limit     int               `yaml:"limit"`    // documents of one run; 0 means no limit
	Discover  Discover          `yaml:"discover"`
	Select    Select            `yaml:"select"`
	CIKs      map[string]string `yaml:"ciks"`  // EDGAR: lexicon ID → central index key
	Forms     []string          `yaml:"forms"` // EDGAR: 10-K, 10-Q, 8-K
	// Summaries says that the feed's own text is kept and its links are not followed.
	Summaries  bool `yaml:"summaries"`
	Unverified bool `yaml:"unverified"`
}

// Discover says which links of a page are articles.
type Discover struct {
	Links string `yaml:"links"` // CSS selector of the links
	Match string `yaml:"match"` // regular expression that the link's URL must match
}

// Select says where on a page the article is, for sites that the extractor misreads.
type Select struct {
	Main   string `yaml:"main"`   // CSS selector of the article
	Remove string `yaml:"remove"` // CSS selector of what is cut out before reading
}

// A Helper is a subagent's setting, or a whole subagent declared without code.
type Helper struct {
	Name string `yaml:"name"`
	// Kind is builtin (settings for one of ours), http or mcp.
	Kind     string        `yaml:"kind"`
	Metrics  []string      `yaml:"metrics"`  // lexicon IDs that it is asked for
	Patience time.Duration `yaml:"patience"` // how long it may run on after the deadline; 0: the program's default
	Delay    time.Duration `yaml:"delay"`    // sample and tests: it answers no sooner than this
	// URL of an http or mcp helper; {entity}, {ticker}, {metric} and {text} are replaced, escaped. Of the builtin quote: a
	// live source of prices, see package quote; {symbol} is replaced.
	URL string `yaml:"url"`
	// Value and Say are JSONPaths into an http helper's answer: the number, and the words.
	Value   string   `yaml:"value"`
	Say     string   `yaml:"say"`
	Unit    string   `yaml:"unit"`    // of Value, in the words of internal/quantity
	Command []string `yaml:"command"` // of an mcp helper that speaks over standard input and output
	Tool    string   `yaml:"tool"`    // of an mcp helper
	// Rates are the currency helper's stated rates: "EUR/USD" → "1.0850".
	Rates map[string]string `yaml:"rates"`
}

// Load reads dir/domain.yaml. An unknown key is an error that names the key and its line.
func Load(dir string) (*Domain, error) {
	raw, err := os.ReadFile(filepath.Join(dir, File))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("load domain: %s has no %s: %w", dir, File, err)
	}
	if err != nil {
		return nil, fmt.Errorf("load domain: %w", err)
	}
	d, err := Parse(raw)
	if err != nil {
		return nil, fmt.Errorf("load domain %s: %w", filepath.Join(dir, File), err)
	}
	d.Dir = dir
	return d, nil
}

// Parse decodes a domain strictly and checks that it holds together.
func Parse(raw []byte) (*Domain, error) {
	var d Domain
	if err := yaml.UnmarshalWithOptions(raw, &d, yaml.Strict()); err != nil {
		return nil, err
	}
	if err := d.Validate(); err != nil {
		return nil, err
	}
	return &d, nil
}

// Terms is the domain's part of an edition's lexicon.
func (d *Domain) Terms() lexicon.Lexicon { return lexicon.Lexicon{Terms: d.Lexicon} }

// Location is the domain's time zone.
func (d *Domain) Location() (*time.Location, error) {
	loc, err := time.LoadLocation(d.TimeZone)
	if err != nil {
		return nil, fmt.Errorf("time_zone: %w", err)
	}
	return loc, nil
}

// Now is the domain's present: the evening of Today where that is set, else the wall clock's time in the domain's zone.
func (d *Domain) Now(wall time.Time) time.Time {
	loc, err := d.Location()
	if err != nil {
		loc = time.UTC
	}
	if d.Today == "" {
		return wall.In(loc)
	}
	day, err := time.ParseInLocation(time.DateOnly, d.Today, loc)
	if err != nil {
		return wall.In(loc)
	}
	return day.Add(20 * time.Hour)
}
