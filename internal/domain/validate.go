package domain

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // a domain's zone must load on machines without a zone database

	"github.com/aubade/aubade/internal/lexicon"
)

var slug = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*$`)

// Validate says everything that is wrong with the domain, not only the first thing.
func (d *Domain) Validate() error {
	var errs []error
	add := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }

	if !slug.MatchString(d.Name) {
		add("name %q: want a slug such as %q", d.Name, "us-equities")
	}
	if d.TimeZone == "" {
		add("time_zone is missing: an IANA name such as America/New_York")
	} else if _, err := d.Location(); err != nil {
		errs = append(errs, err)
	}
	if n := len(strings.Fields(d.Schedule)); d.Schedule != "" && n != 5 && !strings.HasPrefix(d.Schedule, "@") {
		add("schedule %q: want five cron fields, got %d", d.Schedule, n)
	}
	if d.Today != "" {
		if _, err := time.Parse(time.DateOnly, d.Today); err != nil {
			add("today %q: want a date such as 2026-11-20", d.Today)
		}
	}
	if err := inside(d.Fetch.Mirror); err != nil {
		add("fetch.mirror: %w", err)
	}
	if d.Fetch.PerHost < 0 {
		add("fetch.per_host is negative")
	}

	ids := map[string]bool{}
	for i, t := range d.Lexicon {
		if t.ID == "" || t.Name == "" {
			add("lexicon entry %d: id and name are needed", i+1)
		}
		if ids[t.ID] {
			add("lexicon: %s is there twice", t.ID)
		}
		ids[t.ID] = true
		errs = append(errs, checkTerm(t)...)
	}
	for _, id := range d.Watch {
		if !ids[id] {
			add("watch: %s is not in the lexicon", id)
		}
	}

	names := map[string]bool{}
	for i, s := range d.Sources {
		if names[s.Name] {
			add("sources: %s is there twice", s.Name)
		}
		names[s.Name] = true
		for _, err := range s.check(ids) {
			add("source %d (%s): %w", i+1, s.Name, err)
		}
	}
	if len(d.Sources) == 0 {
		add("sources: there are none")
	}
	if slices.ContainsFunc(d.Sources, func(s Source) bool { return s.Kind == EDGAR }) && d.Fetch.Contact == "" {
		add("fetch.contact is missing: EDGAR answers only to a declared contact")
	}

	names = map[string]bool{}
	for i, h := range d.Helpers {
		if h.Name == "" || names[h.Name] {
			add("helper %d (%s): the name is missing or taken", i+1, h.Name)
		}
		names[h.Name] = true
		for _, err := range h.check(ids) {
			add("helper %d (%s): %w", i+1, h.Name, err)
		}
	}
	return errors.Join(errs...)
}

// examples are the names that nobody can own (RFC 2606, RFC 6761): an address there is a placeholder's.
var examples = regexp.MustCompile(`(?i)(\.|@)(example|invalid|test|localhost|example\.(com|net|org))\b`)

// Declared says whether the SEC may be asked: it answers only to who says who they are, and blocks who says it falsely. A
// domain that is copied from the example and not filled in must not be the reason.
func (d *Domain) Declared() error {
	if d.Fetch.Mirror != "" || !examples.MatchString(d.Fetch.Contact) && strings.Contains(d.Fetch.Contact, "@") {
		return nil
	}
	for _, s := range d.Sources {
		for _, u := range s.URLs {
			if at, err := url.Parse(u); err == nil && (at.Hostname() == "sec.gov" || strings.HasSuffix(at.Hostname(), ".sec.gov")) {
				return fmt.Errorf("source %s asks %s, which wants to know who asks: put your own name and e-mail address into fetch.contact of %s (it says %q)",
					s.Name, at.Hostname(), filepath.Join(d.Dir, File), d.Fetch.Contact)
			}
		}
	}
	return nil
}

func checkTerm(t lexicon.Term) (errs []error) {
	kinds := []lexicon.Kind{lexicon.Company, lexicon.Index, lexicon.Person, lexicon.Product, lexicon.Metric, lexicon.Concept}
	if !slices.Contains(kinds, t.Kind) {
		errs = append(errs, fmt.Errorf("lexicon %s: kind %q is none of %v", t.ID, t.Kind, kinds))
	}
	if t.FiscalYearEnd != "" {
		if _, err := time.Parse("01-02", t.FiscalYearEnd); err != nil {
			errs = append(errs, fmt.Errorf("lexicon %s: fiscal_year_end %q: want month and day such as 01-31", t.ID, t.FiscalYearEnd))
		}
	}
	for word, variants := range t.Pronunciations {
		if word != strings.ToLower(word) {
			errs = append(errs, fmt.Errorf("lexicon %s: pronunciations: %q must be in lower case", t.ID, word))
		}
		for _, v := range variants {
			for p := range strings.FieldsSeq(v) {
				if !phones[p] {
					errs = append(errs, fmt.Errorf("lexicon %s: pronunciations: %q of %q is no CMU phone", t.ID, p, word))
				}
			}
		}
	}
	return errs
}

// phones are the 39 of the CMU pronouncing dictionary, without stress.
var phones = func() map[string]bool {
	m := map[string]bool{}
	for p := range strings.FieldsSeq("AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW V W Y Z ZH") {
		m[p] = true
	}
	return m
}()

func (s Source) check(ids map[string]bool) (errs []error) {
	add := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if !slug.MatchString(s.Name) {
		add("name %q: want a slug", s.Name)
	}
	if !slices.Contains(Kinds, s.Kind) {
		add("kind %q is none of %v", s.Kind, Kinds)
	}
	if (len(s.URLs) == 0) == (s.Path == "") {
		add("it needs urls or a path, and not both")
	}
	if s.Kind == Files && s.Path == "" {
		add("kind files reads a path")
	}
	if err := inside(s.Path); err != nil {
		add("path: %w", err)
	}
	for _, u := range s.URLs {
		if p, err := url.Parse(u); err != nil || (p.Scheme != "http" && p.Scheme != "https") || p.Host == "" {
			add("%q is no http address", u)
		}
	}
	for _, id := range s.Entities {
		if !ids[id] {
			add("entities: %s is not in the lexicon", id)
		}
	}
	for id := range s.CIKs {
		if !ids[id] {
			add("ciks: %s is not in the lexicon", id)
		}
	}
	if s.Kind == EDGAR && len(s.CIKs) == 0 {
		add("kind edgar needs ciks")
	}
	if _, err := regexp.Compile(s.Discover.Match); err != nil {
		add("discover.match: %w", err)
	}
	if s.Lookback < 0 || s.Limit < 0 {
		add("lookback and limit cannot be negative")
	}
	return errs
}

func (h Helper) check(ids map[string]bool) (errs []error) {
	switch h.Kind {
	case "builtin":
	case "http":
		if h.URL == "" {
			errs = append(errs, errors.New("kind http needs a url"))
		}
	case "mcp":
		if h.URL == "" && len(h.Command) == 0 {
			errs = append(errs, errors.New("kind mcp needs a url or a command"))
		}
	default:
		errs = append(errs, fmt.Errorf("kind %q is none of builtin, http, mcp", h.Kind))
	}
	for _, id := range h.Metrics {
		if !ids[id] {
			errs = append(errs, fmt.Errorf("metrics: %s is not in the lexicon", id))
		}
	}
	if h.Patience < 0 || h.Delay < 0 {
		errs = append(errs, errors.New("patience and delay cannot be negative"))
	}
	return errs
}

// inside refuses paths that leave the domain's folder: a domain may be somebody else's file.
func inside(p string) error {
	if p != "" && !filepath.IsLocal(p) {
		return fmt.Errorf("%q leaves the domain's folder", p)
	}
	return nil
}
