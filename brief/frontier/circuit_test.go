package frontier_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/aubade/aubade/brief"
	"github.com/aubade/aubade/brief/extractive"
	"github.com/aubade/aubade/brief/frontier"
	"github.com/aubade/aubade/internal/domain"
	"github.com/aubade/aubade/internal/llm/openai"
	"github.com/aubade/aubade/store"
)

// wire is a source of so many stories.
type wire int

func (wire) Name() string { return "wire" }

func (n wire) Fetch(context.Context, time.Time) iter.Seq2[store.Document, error] {
	return func(yield func(store.Document, error) bool) {
		for i := range int(n) {
			d := document()
			d.ID, d.URL, d.Text = "", fmt.Sprintf("https://wire.example/%d", i), fmt.Sprintf("%s\n\nStory %d.", text, i)
			if !yield(d, nil) {
				return
			}
		}
	}
}

// stories is how many documents the nights of these tests have.
const stories = 40

// night is a builder over a store that has an edition already, whose model is at address and is asked three times, a
// millisecond apart.
func night(t *testing.T, address string) *brief.Builder {
	t.Helper()
	cores := runtime.GOMAXPROCS(2) // as many documents are read at a time
	t.Cleanup(func() { runtime.GOMAXPROCS(cores) })
	db, err := store.Open(filepath.Join(t.TempDir(), "aubade.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	b := &brief.Builder{DB: db, Sources: []brief.Source{wire(stories)}, Embedder: brief.LSA{Dims: 16}, Digester: extractive.New(),
		Domain: &domain.Domain{Name: "tiny", TimeZone: "UTC", Today: "2026-11-20", Watch: []string{"LRKS"}, Lexicon: testLexicon().Terms[:1]}}
	if e, _, err := b.Build(t.Context()); err != nil || e.State != store.Published {
		t.Fatal(e.State, err)
	}
	b.Digester = model(b.DB, address)
	return b
}

func model(db *store.DB, address string) *frontier.Digester {
	return frontier.New(frontier.Config{Cache: db, Plain: extractive.New(),
		Model: openai.New(openai.Config{BaseURL: address + "/v1", Model: "big", Retries: 2, MaxWait: time.Millisecond, FirstToken: 50 * time.Millisecond, Stall: 50 * time.Millisecond})})
}

func TestANightEndsWhereTheModelIsOfNoUse(t *testing.T) {
	page := func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "<html>It works!</html>") }
	invents := strings.ReplaceAll(good, `"quote":"`, `"quote":"Reportedly `)
	for name, c := range map[string]struct {
		act  http.HandlerFunc // nil: nobody listens
		want string
		most int // requests: two documents are read at a time, so that one more may be on its way
	}{
		"nobody listens":              {nil, "gave no answer for 3 documents in a row: the server cannot be reached", 0},
		"the server fails for ever":   {fails(503), "gave no answer for 3 documents in a row: the server failed (HTTP 503)", 3 * 5},
		"the server stalls for ever":  {stalls, "gave no answer for 3 documents in a row: the server stalled", 3 * 5},
		"the key is refused":          {fails(401), "the key is missing or not accepted (HTTP 401)", 4},
		"the key may not":             {fails(403), "the key is missing or not accepted (HTTP 403)", 4},
		"the model is not there":      {fails(404), "gave no answer of use for 10 documents in a row: the server does not accept the request (HTTP 404)", 14},
		"it is another kind of site":  {page, "gave no answer of use for 10 documents in a row: the answer makes no sense: it is not a stream of events", 14},
		"the model chats":             {says("Happy to help!"), "gave no answer of use for 10 documents in a row: it is not JSON of the form that was asked for", 28},
		"the model has its own form":  {says(`{"answer":42}`), "gave no answer of use for 10 documents in a row: it is not JSON of the form that was asked for", 28},
		"answers are always cut off":  {cutsOff, "gave no answer of use for 10 documents in a row: the answer was cut off", 14},
		"the model invents its spans": {says(invents), "gave no answer of use for 10 documents in a row: no claim stood up to the checks: the quote is not in the document", 28},
	} {
		t.Run(name, func(t *testing.T) {
			s := &server{acts: []http.HandlerFunc{c.act}}
			h := httptest.NewServer(s)
			defer h.Close()
			if c.act == nil {
				h.Close()
			}
			address := h.URL
			b := night(t, address)
			_, _, err := b.Build(t.Context())
			h.Close() // the last request has ended
			if !errors.Is(err, brief.ErrGaveUp) {
				t.Fatalf("the night ended with %v", err)
			}
			for _, w := range []string{"openai:big@" + address, c.want, fmt.Sprintf("of %d documents are digested and kept", stories), "edition 1 is still served"} {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("%q is not in: %v", w, err)
				}
			}
			if len(s.asked) > c.most {
				t.Errorf("asked %d times, at most %d are of use", len(s.asked), c.most)
			}
			if live, err := b.DB.Current(t.Context(), "tiny"); err != nil || live.ID != 1 {
				t.Errorf("live is %d, %v", live.ID, err)
			}
		})
	}
}

func TestWhatWasDigestedBeforeTheModelWentAwayIsKept(t *testing.T) {
	var acts []http.HandlerFunc
	for range 12 {
		acts = append(acts, says(good))
	}
	s := &server{acts: append(acts, fails(401))}
	h := httptest.NewServer(s)
	defer h.Close()
	b := night(t, h.URL)
	_, _, err := b.Build(t.Context())
	h.Close() // the last request has ended
	if !errors.Is(err, brief.ErrGaveUp) {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", h.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	mended := &server{acts: []http.HandlerFunc{says(good)}}
	again := &httptest.Server{Listener: l, Config: &http.Server{Handler: mended}}
	again.Start()
	defer again.Close()
	b.Digester = model(b.DB, again.URL)
	e, r, err := b.Build(t.Context())
	// The night that ends takes along the one answer that was still on its way.
	if n := len(mended.asked); err != nil || e.State != store.Published || len(r.Unread) > 0 || n < stories-12 || n > stories-11 {
		t.Errorf("the next night: %s, asked %d times, unread %v, %v", e.State, n, r.Unread, err)
	}
}

func TestANightOutlastsWhatIsNotInARow(t *testing.T) {
	// Nine documents without an answer of use, one with, over and over, and then ten without.
	var acts []http.HandlerFunc
	for range 3 {
		for range 9 {
			acts = append(acts, fails(404))
		}
		acts = append(acts, says(good))
	}
	g, _, _ := digester(t, append(acts, fails(404))...)
	for i := range 41 {
		d := document()
		d.Text = fmt.Sprintf("%s\n\nStory %d.", text, i)
		_, err := g.Digest(t.Context(), d, testLexicon())
		if ended := errors.Is(err, brief.ErrGaveUp); ended != (i >= 39) || err != nil && !ended {
			t.Fatalf("document %d: %v", i, err)
		}
	}
}
