package web

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

func options() Options {
	return Options{
		LiveKit: "ws://127.0.0.1:1",
		Token:   func(room, identity string) (string, error) { return "jwt:" + room + ":" + identity, nil },
		RoomExists: func(_ context.Context, room string) (bool, error) {
			if room == "broken" {
				return false, errors.New("no server")
			}
			return room == "there", nil
		},
		Info:      func(context.Context) Info { return Info{Market: "the sample market", Invented: true} },
		Questions: func(context.Context) ([]string, error) { return []string{"What changed?"}, nil },
		Passage: func(_ context.Context, id string) (Passage, error) {
			switch id {
			case "p/1":
				return Passage{ID: id, Text: "Revenue rose."}, nil
			case "bad":
				return Passage{}, errors.New("disk")
			}
			return Passage{}, ErrNotFound
		},
		Hosts: []string{"aubade.example"},
	}
}

var client = fstest.MapFS{"index.html": {Data: []byte("<title>Aubade</title>")}, "app.js": {Data: []byte("1")}}

func TestHandler(t *testing.T) {
	tests := []struct {
		name         string
		method, path string
		host, origin string
		body         string
		status       int
		want         string
	}{
		{name: "the page", path: "/", status: 200, want: "<title>Aubade</title>"},
		{name: "its script", path: "/app.js", status: 200, want: "1"},
		{name: "what is at work", path: "/api/info", status: 200, want: `"invented":true`},
		{name: "suggestions", path: "/api/questions", status: 200, want: `["What changed?"]`},
		{name: "a passage whose ID has a slash", path: "/api/passage/p/1", status: 200, want: "Revenue rose."},
		{name: "a passage that is gone", path: "/api/passage/x", status: 404, want: "no edition holds"},
		{name: "a brief that cannot be read", path: "/api/passage/bad", status: 503, want: "cannot be read"},
		{name: "a pass to a new room", method: "POST", path: "/api/token", body: `{}`, status: 200, want: `"url":"/livekit","token":"jwt:call-`},
		{name: "back into the call", method: "POST", path: "/api/token", body: `{"room":"there","identity":"me"}`, status: 200, want: "jwt:there:me"},
		{name: "a room that does not exist", method: "POST", path: "/api/token", body: `{"room":"gone"}`, status: 404, want: "does not exist"},
		{name: "a call server that is not there", method: "POST", path: "/api/token", body: `{"room":"broken"}`, status: 502, want: "does not answer"},
		{name: "a room's name that is none", method: "POST", path: "/api/token", body: `{"room":"../x"}`, status: 400, want: "letters, digits"},
		{name: "a body that is not JSON", method: "POST", path: "/api/token", body: `<xml>`, status: 400, want: "not JSON"},
		{name: "a body that is too long", method: "POST", path: "/api/token", body: `{"room":"` + strings.Repeat("a", 5000), status: 400, want: "not JSON"},
		{name: "a stranger's name for this machine", path: "/", host: "evil.example", status: 421, want: "not served under"},
		{name: "a configured name", path: "/", host: "Aubade.example:8080", status: 200},
		{name: "an address", path: "/", host: "[::1]:8080", status: 200},
		{name: "a form on another site", method: "POST", path: "/api/token", body: `{}`, origin: "https://evil.example", status: 403, want: "another site"},
		{name: "signalling to a server that is down", path: "/livekit/rtc", status: 502, want: "does not answer"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest(tt.method, tt.path, strings.NewReader(tt.body))
			r.Host = "127.0.0.1:8080"
			if tt.host != "" {
				r.Host = tt.host
			}
			if tt.origin != "" {
				r.Header.Set("Origin", tt.origin)
			}
			w := httptest.NewRecorder()
			newHandler(options(), client).ServeHTTP(w, r)
			if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.want) {
				t.Errorf("got %d %s, want %d and %q", w.Code, w.Body, tt.status, tt.want)
			}
		})
	}
}

func TestTheUnbuiltPageSaysHowToBuildIt(t *testing.T) {
	w := httptest.NewRecorder()
	newHandler(options(), nil).ServeHTTP(w, httptest.NewRequest("GET", "http://localhost/", nil))
	if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "make web build") {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

func TestEveryCallGetsARoomOfItsOwn(t *testing.T) {
	h := newHandler(options(), client)
	seen := map[string]bool{}
	for range 5 {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("POST", "http://localhost/api/token", strings.NewReader("{}")))
		var p pass
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
			t.Fatal(err)
		}
		if seen[p.Room] || !roomName.MatchString(p.Room) || !roomName.MatchString(p.Identity) {
			t.Errorf("got %+v again or badly named", p)
		}
		seen[p.Room] = true
	}
}

func TestSelfSignedServesTheAddressesItWasMadeFor(t *testing.T) {
	cert, err := SelfSigned("127.0.0.1", "aubade.local")
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewUnstartedServer(newHandler(options(), client))
	s.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
	s.StartTLS()
	defer s.Close()
	leaf, err := x509.ParseCertificate(cert.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	c := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}}
	resp, err := c.Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, _ := io.ReadAll(resp.Body); !strings.Contains(string(body), "Aubade") {
		t.Errorf("got %s", body)
	}
}
