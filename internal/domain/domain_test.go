package domain

import (
	"strings"
	"testing"
	"time"
)

const good = `
name: tiny
time_zone: America/New_York
schedule: "30 5 * * *"
today: "2026-11-20"
watch: [LRKS]
sources:
  - name: wire
    kind: feed
    urls: ["https://wire.example/feed.xml"]
    lookback: 720h
helpers:
  - {name: implied-volatility, kind: builtin, metrics: [revenue], delay: 4s}
lexicon:
  - {id: LRKS, kind: company, name: Larkspur, ticker: LRKS, fiscal_year_end: "01-31", pronunciations: {larkspur: [L AA R K S P ER]}}
  - {id: revenue, kind: metric, name: revenue, unit: USD}
`

func TestParse(t *testing.T) {
	d, err := Parse([]byte(good))
	if err != nil {
		t.Fatal(err)
	}
	if got := d.Helpers[0].Delay; got != 4*time.Second {
		t.Errorf("delay = %v, want 4s", got)
	}
	if got := d.Sources[0].Lookback; got != 720*time.Hour {
		t.Errorf("lookback = %v, want 720h", got)
	}
	if got := d.Now(time.Time{}).Format(time.RFC3339); got != "2026-11-20T20:00:00-05:00" {
		t.Errorf("now = %s", got)
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct{ name, old, new, want string }{
		{"an unknown key, named with its line", "watch:", "watched:", "watched"},
		{"a zone that is not one", "America/New_York", "Mars/Olympus", "Mars/Olympus"},
		{"a schedule of four fields", "30 5 * * *", "5 * * *", "schedule"},
		{"a day that is not one", "2026-11-20", "2026-13-20", "today"},
		{"a watched name that the lexicon does not have", "[LRKS]", "[LRK]", "LRK"},
		{"a kind that nobody reads", "kind: feed", "kind: telex", "telex"},
		{"a source with no place", `urls: ["https://wire.example/feed.xml"]`, "publisher: x", "urls or a path"},
		{"a path that leaves the folder", `urls: ["https://wire.example/feed.xml"]`, "path: ../../etc", "leaves"},
		{"an address that is not on the web", "https://wire.example/feed.xml", "ftp://wire.example/x", "ftp"},
		{"a phone that CMU does not know", "L AA R K S P ER", "L AA R K S P UR", "UR"},
		{"a fiscal year that ends on no day", "01-31", "31-01", "31-01"},
		{"a helper of no kind", "kind: builtin", "kind: magic", "magic"},
		{"a helper for a metric that is not one", "metrics: [revenue]", "metrics: [sales]", "sales"},
		{"EDGAR without a contact", "kind: feed", "kind: edgar\n    ciks: {LRKS: \"1\"}", "contact"},
		{"a name that is no slug", "name: tiny", "name: Tiny Market", "slug"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if !strings.Contains(good, c.old) {
				t.Fatalf("the case replaces %q, which is not there", c.old)
			}
			_, err := Parse([]byte(strings.Replace(good, c.old, c.new, 1)))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error = %v, want one that names %q", err, c.want)
			}
		})
	}
	t.Run("the line of an unknown key", func(t *testing.T) {
		_, err := Parse([]byte(strings.Replace(good, "watch:", "watched:", 1)))
		if err == nil || !strings.Contains(err.Error(), "[6:1]") {
			t.Errorf("error = %v, want one that names line 6", err)
		}
	})
}

func TestTheSECIsAskedOnlyByWhoSaysWhoTheyAre(t *testing.T) {
	sec := []Source{{Name: "wire", URLs: []string{"https://wire.example/feed.xml"}}, {Name: "filings", URLs: []string{"https://data.sec.gov", "https://www.sec.gov"}}}
	for _, c := range []struct {
		name string
		d    Domain
		ok   bool
	}{
		{"the example's contact", Domain{Sources: sec, Fetch: Fetch{Contact: "Your Name you@your-domain.example"}}, false},
		{"another placeholder", Domain{Sources: sec, Fetch: Fetch{Contact: "Jane Doe <jane@Example.com>"}}, false},
		{"no contact", Domain{Sources: sec}, false},
		{"a name alone", Domain{Sources: sec, Fetch: Fetch{Contact: "Your Name"}}, false},
		{"somebody", Domain{Sources: sec, Fetch: Fetch{Contact: "Jane Doe jane@doe.dev"}}, true},
		{"somebody at a testing firm", Domain{Sources: sec, Fetch: Fetch{Contact: "Jane Doe jane@testexample.org"}}, true},
		{"a mirror of the SEC", Domain{Sources: sec, Fetch: Fetch{Mirror: "mirror", Contact: "Your Name you@your-domain.example"}}, true},
		{"other sources", Domain{Sources: sec[:1]}, true},
	} {
		if err := c.d.Declared(); (err == nil) != c.ok || err != nil && (!strings.Contains(err.Error(), "data.sec.gov") || !strings.Contains(err.Error(), "fetch.contact")) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(good))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if d, err := Parse(raw); err == nil && d.Name == "" {
			t.Error("a domain without a name was accepted")
		}
	})
}
