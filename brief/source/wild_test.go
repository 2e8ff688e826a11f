package source_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aubade/aubade/brief/source"
	"github.com/aubade/aubade/internal/domain"
	"github.com/aubade/aubade/internal/fetch"
	"github.com/aubade/aubade/store"
)

// run fetches one source of a domain against a server, and collects what came, what was reported, and how it ended.
func run(t *testing.T, h http.HandlerFunc, s domain.Source) (docs []store.Document, problems []source.Problem, end error) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		h(w, r)
	}))
	t.Cleanup(server.Close)
	for i, u := range s.URLs {
		s.URLs[i] = server.URL + u
	}
	d := &domain.Domain{Name: "wild", Dir: t.TempDir(), TimeZone: "UTC", Sources: []domain.Source{s}}
	client := fetch.New(fetch.Options{AllowPrivate: []string{"127.0.0.1"}, PerHost: 1000, Tries: 1, Timeout: 2 * time.Second})
	sources, err := source.New(d, source.Options{Client: client, Problem: func(p source.Problem) { problems = append(problems, p) }})
	if err != nil {
		t.Fatal(err)
	}
	for doc, err := range sources[0].Fetch(t.Context(), time.Time{}) {
		if err != nil {
			end = err
			continue
		}
		docs = append(docs, doc)
	}
	return docs, problems, end
}

func story(n int) string {
	return fmt.Sprintf("<html><body><article><h1>Story %d</h1>%s</article></body></html>", n, strings.Repeat("<p>Halden Motors delivered fewer trucks in the quarter, because axles were short for most of the summer.</p>", 4))
}

func rss(links ...string) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><rss version="2.0"><channel><title>Wire</title>`)
	for i, l := range links {
		fmt.Fprintf(&b, "<item><title>Story %d</title><link>%s</link><pubDate>Fri, 20 Nov 2026 12:00:00 GMT</pubDate></item>", i, l)
	}
	return b.String() + "</channel></rss>"
}

func TestMisbehavingFeeds(t *testing.T) {
	feed := func(body string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/feed":
				fmt.Fprint(w, body)
			case "/good":
				fmt.Fprint(w, story(1))
			case "/empty":
				fmt.Fprint(w, "<html><body></body></html>")
			case "/broken":
				w.WriteHeader(http.StatusInternalServerError)
			case "/forbidden":
				w.WriteHeader(http.StatusForbidden)
			default:
				http.NotFound(w, r)
			}
		}
	}
	for _, c := range []struct {
		name           string
		body           string
		docs, problems int
		end            string // of the error; empty: none
	}{
		{"a feed that is not one", "<html>maintenance</html>", 0, 0, "parse feed"},
		{"a feed cut off in the middle", rss("/good")[:120], 0, 0, "parse feed"},
		{"an empty answer", "", 0, 0, "parse feed"},
		{"a feed without items", rss(), 0, 0, ""},
		{"a page that is gone is yielded as gone", rss("/nowhere"), 1, 0, ""},
		{"a page without text is reported, and not asked for again", rss("/good", "/empty"), 1, 1, ""},
		{"a page that may be had tomorrow ends the source in an error, after the others", rss("/broken", "/good"), 1, 1, "500"},
		{"a page that is refused is reported only", rss("/forbidden", "/good"), 1, 1, ""},
		{"links that are no web addresses are left alone", rss("javascript:alert(1)", "file:///etc/passwd", "/good"), 1, 0, ""},
		{"links into the machine are not followed", rss("http://localhost:1/admin", "/good"), 1, 1, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			docs, problems, end := run(t, feed(c.body), domain.Source{Name: "wire", Kind: domain.Feed, URLs: []string{"/feed"}})
			if len(docs) != c.docs || len(problems) != c.problems {
				t.Errorf("%d documents and %d problems (%v), want %d and %d", len(docs), len(problems), problems, c.docs, c.problems)
			}
			if (end == nil) != (c.end == "") || end != nil && !strings.Contains(end.Error(), c.end) {
				t.Errorf("the source ended in %v, want %q", end, c.end)
			}
		})
	}
}

func TestFeedDialects(t *testing.T) {
	for name, body := range map[string]string{
		"Atom": `<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><entry><title>Story</title><link rel="alternate" href="/good"/><updated>2026-11-20T12:00:00Z</updated></entry></feed>`,
		"JSON": `{"version":"https://jsonfeed.org/version/1.1","title":"x","items":[{"id":"1","url":"/good","title":"Story","date_published":"2026-11-20T12:00:00Z"}]}`,
		"RDF":  `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><item><title>Story</title><link>/good</link><dc:date>2026-11-20T12:00:00Z</dc:date></item></rdf:RDF>`,
	} {
		docs, _, end := run(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/feed" {
				fmt.Fprint(w, body)
			} else {
				fmt.Fprint(w, story(1))
			}
		}, domain.Source{Name: "wire", Kind: domain.Feed, URLs: []string{"/feed"}})
		if end != nil || len(docs) != 1 || docs[0].Title != "Story" || docs[0].Published.Format(time.RFC3339) != "2026-11-20T12:00:00Z" {
			t.Errorf("%s: %+v, %v", name, docs, end)
		}
	}
}

// A page may not pass itself off as another site's.
func TestCanonicalAddressStaysOnItsHost(t *testing.T) {
	docs, _, _ := run(t, func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, strings.Replace(story(1), "<body>", `<head><link rel="canonical" href="https://trusted.example/news"></head><body>`, 1))
	}, domain.Source{Name: "wire", Kind: domain.Page, URLs: []string{"/a"}})
	if len(docs) != 1 || strings.Contains(docs[0].URL, "trusted") {
		t.Errorf("docs = %+v", docs)
	}
}

func TestEDGARThatMisbehaves(t *testing.T) {
	subs := `{"name":"Larkspur","filings":{"recent":{"accessionNumber":["0001-26-000001","0001-26-000002"],"filingDate":["2026-11-18","2026-11-18"],"reportDate":["2026-10-31"],
		"form":["10-Q","8-K"],"primaryDocument":["a.htm","b.htm"]}}}`
	for _, c := range []struct {
		name, subs string
		docs       int
		end        string
	}{
		{"submissions that are no JSON", "<html>", 0, "submissions"},
		{"columns of different lengths, and facts that do not exist", subs, 2, ""},
	} {
		docs, _, end := run(t, func(w http.ResponseWriter, r *http.Request) {
			switch {
			case strings.HasPrefix(r.URL.Path, "/submissions"):
				fmt.Fprint(w, c.subs)
			case strings.HasPrefix(r.URL.Path, "/Archives"):
				fmt.Fprint(w, "<html><body><p>Item 1. Financial Statements</p><p>Revenue was $2.31 billion.</p></body></html>")
			default:
				http.NotFound(w, r)
			}
		}, domain.Source{Name: "sec", Kind: domain.EDGAR, URLs: []string{""}, CIKs: map[string]string{"LRKS": "9000001"}})
		if len(docs) != c.docs || (end == nil) != (c.end == "") || end != nil && !strings.Contains(end.Error(), c.end) {
			t.Errorf("%s: %d documents, ended in %v", c.name, len(docs), end)
		}
	}
}

func TestACompanyThatIsNotThereKeepsNoOtherFromBeingRead(t *testing.T) {
	docs, _, end := run(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/submissions/CIK0009000002.json"):
			fmt.Fprint(w, `{"name":"Halden","filings":{"recent":{"accessionNumber":["0001-26-000001"],"filingDate":["2026-11-18"],"reportDate":["2026-10-31"],"form":["10-Q"],"primaryDocument":["a.htm"]}}}`)
		case strings.HasPrefix(r.URL.Path, "/Archives"):
			fmt.Fprint(w, "<html><body><p>Item 1. Financial Statements</p><p>Revenue was $1.48 billion.</p></body></html>")
		default:
			http.NotFound(w, r)
		}
	}, domain.Source{Name: "sec", Kind: domain.EDGAR, URLs: []string{""}, CIKs: map[string]string{"AAAA": "9000001", "HLDN": "9000002"}})
	if len(docs) != 1 || end == nil || !strings.Contains(end.Error(), "AAAA") {
		t.Errorf("%d documents, ended in %v", len(docs), end)
	}
}

func TestLocalFilesThatMisbehave(t *testing.T) {
	dir := t.TempDir()
	outside := filepath.Join(t.TempDir(), "secret.md")
	for name, body := range map[string]string{
		outside: "secret", filepath.Join(dir, "notes/a.md"): "# Fine\n\nHalden delivered 18,420 vehicles.", filepath.Join(dir, "notes/b.pdf"): "%PDF-1.4 nonsense",
		filepath.Join(dir, "notes/c.md"): "---\ntitle: [unclosed\n---\ntext", filepath.Join(dir, "notes/d.bin"): "\x00\x01", filepath.Join(dir, "notes/.hidden.md"): "hidden",
		filepath.Join(dir, "prices/X.csv"): "date,open,high,low,close,volume\n2026-11-20,1,2,0.5,3,100\n",
	} {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(outside, filepath.Join(dir, "notes/link.md")); err != nil {
		t.Fatal(err)
	}
	d := &domain.Domain{Dir: dir, TimeZone: "UTC", Sources: []domain.Source{{Name: "notes", Kind: domain.Files, Path: "notes"}, {Name: "prices", Kind: domain.Prices, Path: "prices/*.csv"}, {Name: "none", Kind: domain.Files, Path: "none"}}}
	var problems []string
	sources, err := source.New(d, source.Options{Problem: func(p source.Problem) { problems = append(problems, p.URL+": "+p.Err.Error()) }})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	ends := 0
	for _, s := range sources {
		for doc, err := range s.Fetch(t.Context(), time.Time{}) {
			if err != nil {
				ends++
				continue
			}
			got = append(got, doc.URL)
			if strings.Contains(doc.Text, "secret") {
				t.Errorf("a link led out of the domain's folder: %s", doc.URL)
			}
		}
	}
	if len(got) != 1 || got[0] != "file:notes/a.md" {
		t.Errorf("documents %v, want the good note alone", got)
	}
	if all := strings.Join(problems, "\n"); len(problems) != 3 || !strings.Contains(all, "b.pdf") || !strings.Contains(all, "c.md") || !strings.Contains(all, "line 2") {
		t.Errorf("problems:\n%s", all)
	}
	if ends != 3 {
		t.Errorf("%d of 3 sources ended in an error", ends)
	}
}

func TestListSaysWhatIsThere(t *testing.T) {
	d := load(t)
	sources, err := source.New(d, source.Options{Client: source.Client(d, "")})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sources {
		l, ok := s.(source.Lister)
		if !ok {
			continue
		}
		urls, err := l.List(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for range s.Fetch(t.Context(), time.Time{}) {
			n++
		}
		if n != len(urls) {
			t.Errorf("%s lists %d documents and yields %d", s.Name(), len(urls), n)
		}
	}
}
