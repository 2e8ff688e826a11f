// Package faulty serves answers as bad servers do, for the tests of helpers that ask over HTTP.
package faulty

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aubade/aubade/internal/fetch"
)

// Client is a way out that reaches the servers of a test and gives up quickly.
func Client() *fetch.Client {
	return fetch.New(fetch.Options{Contact: "test@localhost", AllowPrivate: []string{"127.0.0.1"}, PerHost: 1000, Tries: 1, Timeout: 300 * time.Millisecond, MaxBytes: 1 << 20})
}

// Recorded serves bodies by path; another path is 404. It counts what was asked.
func Recorded(t testing.TB, bodies map[string]string) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, ok := bodies[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, body)
	}))
	t.Cleanup(s.Close)
	return s
}

// Each calls check with the address of one server for each way of being bad. body is what a good one would answer.
func Each(t *testing.T, body string, check func(t *testing.T, address string)) {
	for name, handler := range map[string]http.HandlerFunc{
		"it answers 500": func(w http.ResponseWriter, _ *http.Request) { http.Error(w, body, 500) },
		"it answers 404": func(w http.ResponseWriter, _ *http.Request) { http.Error(w, body, 404) },
		"it asks to come back later": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(429)
		},
		"it wants a key":  func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(401) },
		"it says nothing": func(http.ResponseWriter, *http.Request) {},
		"it sends a page": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html><p>Sorry, 42.</html>") },
		"it sends null":   func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "null") },
		"it sends a list": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "[1, 2, 3]") },
		"it sends half": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", fmt.Sprint(len(body)))
			fmt.Fprint(w, body[:len(body)/2])
		},
		"it hangs up": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"it never ends": func(w http.ResponseWriter, _ *http.Request) {
			for range 64 {
				if _, err := fmt.Fprint(w, strings.Repeat(" ", 1<<16)); err != nil {
					return
				}
			}
			fmt.Fprint(w, body)
		},
		"it stalls": func(w http.ResponseWriter, r *http.Request) {
			w.(http.Flusher).Flush()
			select {
			case <-r.Context().Done():
			case <-time.After(5 * time.Second):
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := httptest.NewServer(handler)
			defer s.Close()
			began := time.Now()
			check(t, s.URL)
			if took := time.Since(began); took > 3*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}
