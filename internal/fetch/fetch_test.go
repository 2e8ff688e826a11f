package fetch

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"
)

// local is a client that may reach the test's own server, and does not wait between requests.
func local(o Options) *Client {
	o.AllowPrivate = []string{"127.0.0.1"}
	o.PerHost = 1000
	return New(o)
}

func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			fmt.Fprint(w, "User-agent: *\nDisallow: /secret\nUser-agent: Greedy\nDisallow: /\n")
			return
		}
		h(w, r)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func TestGet(t *testing.T) {
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/page":
			w.Header().Set("Content-Type", "text/html; charset=windows-1252")
			w.Write([]byte("caf\xe9"))
		case "/meta":
			w.Header().Set("Content-Type", "text/html")
			w.Write([]byte("<meta charset=iso-8859-2>\xb9"))
		case "/hop":
			http.Redirect(w, r, "/page", http.StatusFound)
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		case "/into-secret":
			http.Redirect(w, r, "/secret/x", http.StatusFound)
		case "/to-file":
			http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
		case "/inside":
			http.Redirect(w, r, "http://localhost:1/", http.StatusFound)
		case "/gone":
			w.WriteHeader(http.StatusGone)
		case "/forbidden":
			w.WriteHeader(http.StatusForbidden)
		case "/large":
			w.Write(make([]byte, 3000))
		case "/bomb": // small on the wire
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			z.Write(make([]byte, 1<<20))
			z.Close()
		case "/agent":
			fmt.Fprint(w, r.UserAgent())
		}
	})
	c := local(Options{MaxBytes: 2000, Tries: 1, Contact: "night desk n@d.example"})
	for _, x := range []struct {
		name, path, want string
		err              error
		says             string
	}{
		{name: "a page in another charset is read as UTF-8", path: "/page", want: "café"},
		{name: "a page that declares its charset itself", path: "/meta", want: "<meta charset=iso-8859-2>š"},
		{name: "a redirect is followed", path: "/hop", want: "café"},
		{name: "a loop of redirects ends", path: "/loop", says: "redirects"},
		{name: "a redirect does not lead around robots.txt", path: "/into-secret", err: ErrRobots},
		{name: "a redirect does not lead to a file", path: "/to-file", says: "no web address"},
		{name: "a redirect does not lead inside by another name", path: "/inside", err: ErrPrivate},
		{name: "what robots.txt forbids is not fetched", path: "/secret/page", err: ErrRobots},
		{name: "what is gone is said to be", path: "/gone", err: ErrGone},
		{name: "a refusal is an error with its status", path: "/forbidden", says: "403"},
		{name: "a page over the cap is refused", path: "/large", err: ErrTooLarge},
		{name: "a page that is over the cap once inflated is refused", path: "/bomb", err: ErrTooLarge},
		{name: "the contact is declared", path: "/agent", want: "Aubade (night desk n@d.example)"},
	} {
		t.Run(x.name, func(t *testing.T) {
			r, err := c.Get(t.Context(), base+x.path)
			switch {
			case x.err == nil && x.says == "" && err != nil:
				t.Fatal(err)
			case x.err != nil && !errors.Is(err, x.err), x.says != "" && (err == nil || !strings.Contains(err.Error(), x.says)):
				t.Fatalf("error = %v, want %v%s", err, x.err, x.says)
			case err == nil && r.Text() != x.want:
				t.Errorf("text = %q, want %q", r.Text(), x.want)
			}
		})
	}
}

func TestPrivateAddressesAreRefusedByDefault(t *testing.T) {
	base := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "inside") })
	if _, err := New(Options{Tries: 1}).Get(t.Context(), base); !errors.Is(err, ErrPrivate) {
		t.Errorf("error = %v, want ErrPrivate", err)
	}
	// A name is judged by what it resolves to when it is dialled.
	if _, err := New(Options{Tries: 1}).Get(t.Context(), strings.Replace(base, "127.0.0.1", "localhost", 1)); !errors.Is(err, ErrPrivate) {
		t.Errorf("error = %v, want ErrPrivate", err)
	}
}

func TestPublic(t *testing.T) {
	for addr, want := range map[string]bool{
		"93.184.216.34:80": true, "[2606:2800:220:1:248:1893:25c8:1946]:443": true,
		"127.0.0.1:80": false, "10.1.2.3:80": false, "172.16.0.1:80": false, "192.168.1.1:80": false, "169.254.169.254:80": false,
		"0.0.0.0:80": false, "100.64.1.1:80": false, "255.255.255.255:80": false, "224.0.0.1:80": false,
		"[::1]:80": false, "[::]:80": false, "[fe80::1%eth0]:80": false, "[fd00::1]:80": false, "[::ffff:127.0.0.1]:80": false,
		"[64:ff9b::a00:1]:80": false, "[2002:a00:1::]:80": false, "nonsense": false,
	} {
		if got := public(addr) == nil; got != want {
			t.Errorf("public(%s) = %v, want %v", addr, got, want)
		}
	}
}

func TestRevalidation(t *testing.T) {
	var full, conditional atomic.Int32
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") == `"v1"` && r.Header.Get("If-Modified-Since") != "" {
			conditional.Add(1)
			w.WriteHeader(http.StatusNotModified)
			return
		}
		full.Add(1)
		w.Header().Set("ETag", `"v1"`)
		w.Header().Set("Last-Modified", "Fri, 20 Nov 2026 12:00:00 GMT")
		w.Header().Set("Content-Type", "text/plain")
		fmt.Fprint(w, "hello")
	})
	dir := t.TempDir()
	for night := range 3 { // each night is a process of its own
		r, err := local(Options{Cache: NewCache(dir)}).Get(t.Context(), base+"/feed")
		if err != nil {
			t.Fatal(err)
		}
		if string(r.Body) != "hello" || r.Media() != "text/plain" || r.Unchanged != (night > 0) {
			t.Errorf("night %d: body %q, type %s, unchanged %v", night, r.Body, r.Type, r.Unchanged)
		}
	}
	if full.Load() != 1 || conditional.Load() != 2 {
		t.Errorf("sent %d times and revalidated %d times, want 1 and 2", full.Load(), conditional.Load())
	}
}

func TestMisbehavingServers(t *testing.T) {
	var cuts atomic.Int32
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/drip": // a byte at a time, for ever
			for r.Context().Err() == nil {
				io.WriteString(w, "x")
				w.(http.Flusher).Flush()
				time.Sleep(20 * time.Millisecond)
			}
		case "/silent":
			<-r.Context().Done()
		case "/cut": // whole at the second time
			if cuts.Add(1) == 1 {
				w.Header().Set("Content-Length", "1000")
				io.WriteString(w, "half")
				return
			}
			io.WriteString(w, "whole")
		case "/headers":
			for i := range 2000 {
				w.Header().Set(fmt.Sprintf("X-%d", i), strings.Repeat("y", 1000))
			}
		}
	})
	c := local(Options{Timeout: 300 * time.Millisecond, Tries: 2})
	for _, path := range []string{"/drip", "/silent", "/headers"} {
		began := time.Now()
		if _, err := c.Get(t.Context(), base+path); err == nil {
			t.Errorf("%s: no error", path)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%s held us for %v", path, took)
		}
	}
	r, err := local(Options{}).Get(t.Context(), base+"/cut")
	if err != nil || string(r.Body) != "whole" {
		t.Errorf("a body that was cut off: %v, %v", r, err)
	}
}

// scripted answers by the number of the request, without a socket, so that it lives in a bubble.
type scripted func(n int, r *http.Request) (status int, header http.Header, body string)

type transport struct {
	n    int
	seen []time.Time
	do   scripted
}

func (s *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Path == "/robots.txt" {
		return answer(r, 404, http.Header{}, nil), nil
	}
	s.n++
	s.seen = append(s.seen, time.Now())
	status, h, body := s.do(s.n, r)
	if h == nil {
		h = http.Header{}
	}
	return answer(r, status, h, []byte(body)), nil
}

func TestPatience(t *testing.T) {
	always := func(status int, h http.Header) scripted {
		return func(int, *http.Request) (int, http.Header, string) { return status, h, "" }
	}
	for _, x := range []struct {
		name     string
		do       scripted
		tries    int
		ok       bool
		min, max time.Duration
	}{
		{"a server that asks for 30 seconds gets them", func(n int, _ *http.Request) (int, http.Header, string) {
			if n == 1 {
				return 429, http.Header{"Retry-After": {"30"}}, ""
			}
			return 200, nil, "ok"
		}, 2, true, 30 * time.Second, 31 * time.Second},
		{"a server that names a date gets it", func(n int, _ *http.Request) (int, http.Header, string) {
			if n == 1 {
				return 503, http.Header{"Retry-After": {time.Now().Add(20 * time.Second).UTC().Format(http.TimeFormat)}}, ""
			}
			return 200, nil, "ok"
		}, 2, true, 18 * time.Second, 21 * time.Second},
		{"a server that asks for an hour is left alone", always(503, http.Header{"Retry-After": {"3600"}}), 1, false, 0, time.Second},
		{"a broken server is asked four times and no more", always(500, nil), 4, false, time.Millisecond, 30 * time.Second},
		{"a refusal is not argued with", always(403, nil), 1, false, 0, time.Second},
	} {
		t.Run(x.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &transport{do: x.do}
				began := time.Now()
				_, err := New(Options{Transport: s, PerHost: 1000}).Get(t.Context(), "https://site.example/")
				if (err == nil) != x.ok {
					t.Errorf("error = %v", err)
				}
				if took := time.Since(began); s.n != x.tries || took < x.min || took > x.max {
					t.Errorf("%d tries in %v, want %d in %v to %v", s.n, took, x.tries, x.min, x.max)
				}
			})
		})
	}
}

func TestOneHostIsAskedSlowly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &transport{do: func(int, *http.Request) (int, http.Header, string) { return 200, nil, "ok" }}
		c := New(Options{Transport: s, PerHost: 50})
		c.Limit("data.example", 10)
		for i := range 20 {
			if _, err := c.Get(t.Context(), fmt.Sprintf("https://data.example/%d", i)); err != nil {
				t.Fatal(err)
			}
		}
		// Never more than ten in any second.
		for i := range s.seen[10:] {
			if gap := s.seen[i+10].Sub(s.seen[i]); gap < 999*time.Millisecond {
				t.Errorf("requests %d to %d came within %v", i, i+10, gap)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := c.Get(ctx, "https://data.example/x"); !errors.Is(err, context.Canceled) {
			t.Errorf("after cancelling: %v", err)
		}
	})
}

type robotsOnly string

func (r robotsOnly) RoundTrip(q *http.Request) (*http.Response, error) {
	if q.URL.Path != "/robots.txt" {
		return answer(q, 200, http.Header{}, []byte("page")), nil
	}
	if r == "down" {
		return answer(q, 503, http.Header{"Retry-After": {"0"}}, nil), nil
	}
	return answer(q, 200, http.Header{}, []byte(r)), nil
}

func TestRobots(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, x := range []struct {
			name   string
			robots string
			path   string
			err    error
			took   time.Duration
		}{
			{"a group for us counts before the one for all", "User-agent: *\nAllow: /\nUser-agent: aubade\nDisallow: /x\n", "/x", ErrRobots, 0},
			{"the longer rule wins", "User-agent: *\nDisallow: /a\nAllow: /a/b\n", "/a/b/c", nil, 0},
			{"a server that is down forbids everything", "down", "/x", ErrRobots, 0},
			{"a file that is not one forbids nothing", "\x00\x01<html>", "/x", nil, 0},
			{"a crawl delay is kept", "User-agent: *\nCrawl-delay: 7\n", "/x", nil, 7 * time.Second},
			{"a rule with a query", "User-agent: *\nDisallow: /*?print=\n", "/x?print=1", ErrRobots, 0},
		} {
			c := New(Options{Transport: robotsOnly(x.robots), PerHost: 1000})
			began := time.Now()
			_, err := c.Get(t.Context(), "https://site.example"+x.path)
			if !errors.Is(err, x.err) {
				t.Errorf("%s: error = %v, want %v", x.name, err, x.err)
			}
			if err == nil {
				_, _ = c.Get(t.Context(), "https://site.example"+x.path)
			}
			if took := time.Since(began); took < x.took {
				t.Errorf("%s: two requests in %v, want %v", x.name, took, x.took)
			}
		}
	})
}

func TestMirror(t *testing.T) {
	fsys := fstest.MapFS{
		"wire.example/feed.xml":       {Data: []byte("<rss/>")},
		"wire.example/dir/index.html": {Data: []byte("<p>index")},
		"wire.example/robots.txt":     {Data: []byte("User-agent: *\nDisallow: /no\n")},
		"wire.example/no.html":        {Data: []byte("no")},
		"secret.txt":                  {Data: []byte("secret")},
	}
	c := New(Options{Mirror: fsys, Transport: robotsOnly(""), Cache: NewCache(t.TempDir())})
	get := func(u string) (*Response, error) { return c.Get(t.Context(), u) }
	if r, err := get("https://wire.example/feed.xml?utm_source=x"); err != nil || string(r.Body) != "<rss/>" {
		t.Errorf("feed: %v, %v", r, err)
	}
	if r, err := get("https://wire.example/feed.xml?utm_source=x"); err != nil || !r.Unchanged || string(r.Body) != "<rss/>" {
		t.Errorf("feed again: %v, %v", r, err)
	}
	if r, err := get("https://wire.example/dir/"); err != nil || r.Text() != "<p>index" {
		t.Errorf("index: %v, %v", r, err)
	}
	if _, err := get("https://wire.example/absent"); !errors.Is(err, ErrGone) {
		t.Errorf("what is not there: %v", err)
	}
	if _, err := get("https://wire.example/no.html"); !errors.Is(err, ErrRobots) {
		t.Errorf("what its robots.txt forbids: %v", err)
	}
	if _, err := get("https://wire.example/../secret.txt"); !errors.Is(err, ErrGone) {
		t.Errorf("a path that climbs out: %v", err)
	}
	if r, err := get("https://other.example/"); err != nil || string(r.Body) != "page" {
		t.Errorf("a host that is not mirrored: %v, %v", r, err)
	}
}

func TestCacheSurvivesDamage(t *testing.T) {
	dir := t.TempDir()
	c := NewCache(dir)
	c.save("https://a.example/", &Response{ETag: "x", Body: []byte("body")})
	if r := c.load("https://a.example/"); r == nil || string(r.Body) != "body" {
		t.Fatalf("load = %v", r)
	}
	if err := os.WriteFile(c.path("https://a.example/"), []byte("garbage"), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := c.load("https://a.example/"); r != nil {
		t.Errorf("a damaged entry was believed: %v", r)
	}
}

func FuzzRetryAfter(f *testing.F) {
	f.Add("120")
	f.Add("Fri, 20 Nov 2026 12:00:00 GMT")
	f.Fuzz(func(t *testing.T, h string) {
		if d := retryAfter(h, time.Unix(1e9, 0)); d < 0 {
			t.Errorf("retryAfter(%q) = %v", h, d)
		}
	})
}
