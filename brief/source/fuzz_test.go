package source

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/aubade/aubade/brief/source/extract"
)

func seed(f *testing.F, patterns ...string) {
	f.Helper()
	for _, p := range patterns {
		found, err := filepath.Glob(filepath.Join("../../data/sample", p))
		if err != nil || len(found) == 0 {
			f.Fatalf("no file matches %s (%v)", p, err)
		}
		raw, err := os.ReadFile(found[0])
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw[:min(len(raw), 4096)])
	}
}

func FuzzFeed(f *testing.F) {
	seed(f, "site/harbourwire.example/feed.xml", "site/ledgerline.example/atom.xml")
	f.Add([]byte(`{"version":"https://jsonfeed.org/version/1","items":[null,{}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		items, err := parseFeed(raw, "https://wire.example/feed")
		if err != nil && strings.Contains(err.Error(), "parse feed: runtime error") {
			t.Skip("caught: the library's own") // it must be caught, and it is
		}
		for _, it := range items {
			if it.link != "" && !strings.HasPrefix(it.link, "http") {
				t.Errorf("link %q", it.link)
			}
		}
	})
}

func FuzzCSV(f *testing.F) {
	seed(f, "prices/*.csv", "chains/*.csv")
	f.Fuzz(func(t *testing.T, raw []byte) {
		if bars, err := Bars(raw); err == nil && len(bars) == 0 {
			t.Error("no bars and no error")
		}
		for _, read := range []func([]byte) (string, error){
			func(b []byte) (string, error) { s, _, err := pricesText(b); return s, err },
			func(b []byte) (string, error) { s, _, err := chainText(b); return s, err },
		} {
			if s, err := read(raw); err == nil && !utf8.ValidString(s) {
				t.Error("not UTF-8")
			}
		}
	})
}

func FuzzFiling(f *testing.F) {
	f.Add("PART I\n\nItem 1. Business\n\nWe make chips.\n\nItem 1A. Risk Factors ..... 12\n\nItem 1A. Risk Factors\n\nMuch.")
	f.Fuzz(func(t *testing.T, text string) {
		last := 0
		for _, it := range Items(text) {
			if it.Start < last || it.End < it.Start || it.End > len(text) {
				t.Errorf("item %+v of %d bytes", it, len(text))
			}
			last = it.Start
		}
	})
}

func FuzzCompanyFacts(f *testing.F) {
	f.Add([]byte(`{"entityName":"x","facts":{"us-gaap":{"Revenues":{"units":{"USD":[{"start":"2026-08-01","end":"2026-10-31","val":2310000000,"filed":"2026-11-18"}]}}}}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if _, text, _, _, err := factRows(raw); err == nil && !strings.HasPrefix(text, "concept | ") {
			t.Errorf("text = %q", text)
		}
	})
}

func FuzzPDF(f *testing.F) {
	seed(f, "notes/*.pdf")
	f.Fuzz(func(t *testing.T, raw []byte) {
		if _, text, err := readPDF(t.Context(), raw); err == nil && !utf8.ValidString(text) {
			t.Error("not UTF-8")
		}
	})
}

func FuzzMarkdown(f *testing.F) {
	f.Add("---\ntitle: x\nentities: [A]\n---\n# Head\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n- item\n> quote <b>bold</b> [text](http://x) ![alt](y) <!-- note")
	f.Fuzz(func(t *testing.T, text string) {
		_, body, err := cutFront(text)
		if err != nil {
			return
		}
		if got := markdown(body); strings.Contains(got, "<!--") && strings.Contains(got, "-->") {
			t.Errorf("a comment survived: %q", got)
		}
		cutHeader(text)
		plain(text)
	})
}

func FuzzPosts(f *testing.F) {
	seed(f, "social.jsonl")
	f.Fuzz(func(t *testing.T, raw []byte) {
		if posts, err := parsePosts(raw, "https://x.example/"); err == nil && len(posts) == 0 && !looksLikeFeed(raw) {
			t.Error("no posts and no error")
		}
	})
}

func TestMarkdownIsWhatAReaderSees(t *testing.T) {
	for in, want := range map[string]string{
		"# Head\n\nSome **bold** and _soft_ text\nover two lines.": "Head\n\nSome bold and soft text over two lines.",
		"A [link](https://x.example/?q=secret) and ![alt](p.png).": "A link and .",
		"before <!-- hidden\nlines --> after":                      "before after",
		"| a | b |\n|---|---|\n| 1 | 2 |":                          "a | b\n1 | 2",
		"- one\n- two\n1. three":                                   "one\n\ntwo\n\nthree",
		"[x]: https://x.example 'hidden title'\n\ntext":            "text",
		"a\u200bb <span title='hidden'>c</span>":                   "ab c",
		"> quoted\n> text":                                         "quoted text",
	} {
		if got := markdown(in); got != want {
			t.Errorf("markdown(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestCanonical(t *testing.T) {
	for in, want := range map[string]string{
		"HTTPS://Wire.Example:443/a?utm_source=x&b=2&fbclid=y#top": "https://wire.example/a?b=2",
		"http://wire.example":              "http://wire.example/",
		"https://user:pass@wire.example/a": "https://wire.example/a",
		"https://wire.example/a?b=2&a=1":   "https://wire.example/a?a=1&b=2",
		"not an address":                   "not an address",
	} {
		if got := Canonical(in); got != want {
			t.Errorf("Canonical(%q) = %q, want %q", in, got, want)
		}
	}
}

// Files that were damaged on the way are read, or refused, without a panic and in time.
func TestDamagedFiles(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	damage := func(raw []byte) []byte {
		out := slices.Clone(raw)
		for range 1 + rnd.IntN(8) {
			switch i := rnd.IntN(len(out)); rnd.IntN(4) {
			case 0:
				out[i] = byte(rnd.IntN(256))
			case 1:
				out = slices.Delete(out, i, min(len(out), i+1+rnd.IntN(20)))
			case 2:
				out = slices.Insert(out, i, out[i:min(len(out), i+rnd.IntN(40))]...)
			default:
				out = out[:max(1, i)]
			}
			if len(out) == 0 {
				return raw[:1]
			}
		}
		return out
	}
	for pattern, read := range map[string]func([]byte){
		"notes/*.pdf":                       func(b []byte) { readPDF(t.Context(), b) },
		"site/harbourwire.example/feed.xml": func(b []byte) { parseFeed(b, "https://x.example/") },
		"site/ledgerline.example/atom.xml":  func(b []byte) { parseFeed(b, "https://x.example/") },
		"site/fernside.example/2026/*/*/*":  func(b []byte) { extract.Page(b, extract.Options{Thorough: true}) },
		"site/filings.example/Archives/*/*/9000001/*/*": func(b []byte) {
			if a, err := extract.Document(b, extract.Options{}); err == nil {
				Items(a.Text)
			}
		},
		"prices/*.csv": func(b []byte) { pricesText(b) },
		"chains/*.csv": func(b []byte) { chainText(b) },
		"social.jsonl": func(b []byte) { parsePosts(b, "https://x.example/") },
	} {
		found, err := filepath.Glob(filepath.Join("../../data/sample", pattern))
		if err != nil || len(found) == 0 {
			t.Fatalf("no file matches %s (%v)", pattern, err)
		}
		raw, err := os.ReadFile(found[0])
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		for range 60 {
			read(damage(raw))
		}
		if took := time.Since(began); took > pdfPatience {
			t.Errorf("%s: 60 damaged files took %v", pattern, took)
		}
	}
}
