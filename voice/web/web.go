package web

import (
	"context"
	"crypto/rand"
	"embed"
	"encoding/json"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// ErrNotFound is what Options.Passage returns for an ID that no edition knows.
var ErrNotFound = errors.New("not found")

// Options says what the page is served with. Token is required; the rest may be nil.
type Options struct {
	// LiveKit is the server behind /livekit/, e.g. ws://127.0.0.1:7880. Where it is empty, PublicLiveKit is told to the page.
	LiveKit string
	// PublicLiveKit is a LiveKit server that browsers reach by themselves, e.g. wss://name.livekit.cloud.
	PublicLiveKit string
	// Token signs a pass to a room.
	Token func(room, identity string) (string, error)
	// RoomExists says whether a room that a link names is there.
	RoomExists func(ctx context.Context, room string) (bool, error)
	// Info says what is at work. It is asked at each visit.
	Info func(ctx context.Context) Info
	// Questions are suggestions from the brief.
	Questions func(ctx context.Context) ([]string, error)
	// Passage finds what a citation's ID stands for; [ErrNotFound] where there is no such thing.
	Passage func(ctx context.Context, id string) (Passage, error)
	// Hosts are the names, other than localhost and plain addresses, under which the page may be asked for: any other
	// name may be a stranger's page that was made to point here. "*" allows all.
	Hosts []string
}

// Info is what the page says about itself.
type Info struct {
	Market   string `json:"market"`             // "the sample market"
	Invented bool   `json:"invented"`           // nothing in it is real
	Edition  string `json:"edition"`            // "21 November 2026"; empty when there is none yet
	Stale    string `json:"stale,omitempty"`    // why this is not today's edition
	NextRun  string `json:"next_run,omitempty"` // of the nightly build
	Ears     string `json:"ears"`               // who recognises
	Voice    string `json:"voice"`              // who speaks
	Brain    string `json:"brain"`              // who answers
	Basic    bool   `json:"basic"`              // only the embedded speech is at work
	Agent    string `json:"agent"`              // "Aubade"
	Version  string `json:"version"`
}

// Passage is what a citation card opens.
type Passage struct {
	ID        string    `json:"id"`
	Title     string    `json:"title"`
	URL       string    `json:"url"`
	Publisher string    `json:"publisher"`
	Published time.Time `json:"published"`
	Kind      string    `json:"kind"`
	Text      string    `json:"text"`  // the passage in its surroundings
	Quote     string    `json:"quote"` // the words in Text that support the claim
	Edition   string    `json:"edition"`
	Facts     []string  `json:"facts,omitempty"` // typed facts read from it, as sentences
}

//go:embed all:dist
var built embed.FS

//go:embed unbuilt.html
var unbuilt []byte

// Handler serves the page.
func Handler(o Options) http.Handler {
	return newHandler(o, dist())
}

// dist is the built client; nil where it was not built.
func dist() fs.FS {
	sub, err := fs.Sub(built, "dist")
	if err != nil {
		return nil
	}
	if _, err := fs.Stat(sub, "index.html"); err != nil {
		return nil
	}
	return sub
}

// Built says whether the client is in this binary.
func Built() bool { return dist() != nil }

func newHandler(o Options, client fs.FS) http.Handler {
	h := &handler{o: o}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/info", h.info)
	mux.HandleFunc("POST /api/token", h.token)
	mux.HandleFunc("GET /api/questions", h.questions)
	mux.HandleFunc("GET /api/passage/{id...}", h.passage)
	if target, err := url.Parse(strings.Replace(o.LiveKit, "ws", "http", 1)); err == nil && o.LiveKit != "" {
		mux.Handle("/livekit/", http.StripPrefix("/livekit", signalling(target)))
	}
	if client == nil {
		mux.HandleFunc("/{$}", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = w.Write(unbuilt)
		})
	} else {
		files := http.FileServerFS(client)
		mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
			// The files change with the binary and are small: ask each time.
			w.Header().Set("Cache-Control", "no-cache")
			files.ServeHTTP(w, r)
		})
	}
	return h.guard(mux)
}

// signalling carries LiveKit's WebSockets. A server that is not there is said as such, not as a bad gateway.
func signalling(target *url.URL) http.Handler {
	p := httputil.NewSingleHostReverseProxy(target)
	p.ErrorHandler = func(w http.ResponseWriter, _ *http.Request, _ error) {
		http.Error(w, "the call server does not answer", http.StatusBadGateway)
	}
	return p
}

type handler struct{ o Options }

// guard keeps strangers' pages out: a name that was made to point at this machine, and forms posted from elsewhere.
func (h *handler) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !h.known(r.Host) {
			http.Error(w, "this page is not served under the name "+r.Host, http.StatusMisdirectedRequest)
			return
		}
		if origin := r.Header.Get("Origin"); origin != "" {
			if u, err := url.Parse(origin); err != nil || u.Host != r.Host {
				http.Error(w, "another site asked", http.StatusForbidden)
				return
			}
		}
		hd := w.Header()
		hd.Set("Content-Security-Policy", "default-src 'self'; connect-src 'self' ws: wss: https:; img-src 'self' data:; media-src 'self' blob: mediastream:; "+
			"worker-src 'self' blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'")
		hd.Set("X-Content-Type-Options", "nosniff")
		hd.Set("Referrer-Policy", "no-referrer")
		hd.Set("Permissions-Policy", "microphone=(self), autoplay=(self)")
		next.ServeHTTP(w, r)
	})
}

func (h *handler) known(host string) bool {
	name := host
	if n, _, err := net.SplitHostPort(host); err == nil {
		name = n
	}
	if name == "localhost" || net.ParseIP(strings.Trim(name, "[]")) != nil {
		return true
	}
	for _, ours := range h.o.Hosts {
		if ours == "*" || strings.EqualFold(ours, name) {
			return true
		}
	}
	return false
}

func (h *handler) info(w http.ResponseWriter, r *http.Request) {
	var i Info
	if h.o.Info != nil {
		i = h.o.Info(r.Context())
	}
	reply(w, http.StatusOK, i)
}

func (h *handler) questions(w http.ResponseWriter, r *http.Request) {
	qs := []string{}
	if h.o.Questions != nil {
		got, err := h.o.Questions(r.Context())
		if err != nil {
			fail(w, http.StatusServiceUnavailable, "there is no brief to suggest questions from yet")
			return
		}
		qs = append(qs, got...)
	}
	reply(w, http.StatusOK, qs)
}

func (h *handler) passage(w http.ResponseWriter, r *http.Request) {
	if h.o.Passage == nil {
		fail(w, http.StatusNotFound, "no passages are served here")
		return
	}
	p, err := h.o.Passage(r.Context(), r.PathValue("id"))
	switch {
	case errors.Is(err, ErrNotFound):
		fail(w, http.StatusNotFound, "no edition holds this passage any more")
	case err != nil:
		fail(w, http.StatusServiceUnavailable, "the brief cannot be read at the moment")
	default:
		reply(w, http.StatusOK, p)
	}
}

// roomName is what may name a room in a link.
var roomName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// A request for a pass: empty for a new call, both names for the call that was left, a room alone for a link.
type passRequest struct {
	Room     string `json:"room"`
	Identity string `json:"identity"`
}

type pass struct {
	URL      string `json:"url"`
	Token    string `json:"token"`
	Room     string `json:"room"`
	Identity string `json:"identity"`
}

func (h *handler) token(w http.ResponseWriter, r *http.Request) {
	var ask passRequest
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 4096)).Decode(&ask); err != nil {
		fail(w, http.StatusBadRequest, "the request is not JSON")
		return
	}
	for _, name := range []string{ask.Room, ask.Identity} {
		if name != "" && !roomName.MatchString(name) {
			fail(w, http.StatusBadRequest, "a room's name has letters, digits, - and _ only")
			return
		}
	}
	if ask.Room != "" && h.o.RoomExists != nil {
		ok, err := h.o.RoomExists(r.Context(), ask.Room)
		if err != nil {
			fail(w, http.StatusBadGateway, "the call server does not answer")
			return
		}
		if !ok {
			fail(w, http.StatusNotFound, "this room does not exist, or its call has ended")
			return
		}
	}
	p := pass{Room: ask.Room, Identity: ask.Identity, URL: h.o.PublicLiveKit}
	if p.Room == "" {
		p.Room = "call-" + strings.ToLower(rand.Text())[:12]
	}
	if p.Identity == "" {
		p.Identity = "caller-" + strings.ToLower(rand.Text())[:12]
	}
	if h.o.LiveKit != "" {
		p.URL = "/livekit" // the page makes an address of it
	}
	var err error
	if p.Token, err = h.o.Token(p.Room, p.Identity); err != nil {
		fail(w, http.StatusInternalServerError, "no pass could be signed")
		return
	}
	reply(w, http.StatusOK, p)
}

func reply(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

func fail(w http.ResponseWriter, status int, why string) {
	reply(w, status, struct {
		Error string `json:"error"`
	}{why})
}
