package wire

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/aubade/aubade/cmd/aubade/internal/config"
	"github.com/aubade/aubade/internal/llm"
	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/subagents"
)

// overheard is a server that keeps what it was asked.
func overheard(t *testing.T) (address string, asked func() string) {
	t.Helper()
	var mu sync.Mutex
	var all strings.Builder
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		mu.Lock()
		all.Write(raw)
		mu.Unlock()
		switch r.URL.Path {
		case "/v1/rerank":
			fmt.Fprint(w, `{"results":[{"index":1,"relevance_score":0.9},{"index":0,"relevance_score":0.1}]}`)
		case "/v1/embeddings":
			fmt.Fprint(w, `{"data":[{"index":0,"embedding":[1,0]}]}`)
		default:
			w.Header().Set("Content-Type", "text/event-stream")
			fmt.Fprint(w, "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"yes\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n")
		}
	}))
	t.Cleanup(s.Close)
	return s.URL + "/v1", func() string { mu.Lock(); defer mu.Unlock(); return all.String() }
}

const said = "I am jane@example.com, call 555-010-4477. What was Halden's revenue of $2,310,000,000?"

func ask(t *testing.T, m llm.Model) {
	t.Helper()
	r := llm.Request{Messages: []llm.Message{{From: llm.System, Text: "mail ir@halden.example"}, {From: llm.User, Text: said}, {From: llm.Assistant, Text: "You said jane@example.com."}}}
	for _, err := range m.Stream(t.Context(), r) {
		if err != nil {
			t.Fatal(err)
		}
	}
	if r.Messages[1].Text != said {
		t.Error("the caller's own messages were changed")
	}
}

func TestWhatIdentifiesACallerDoesNotLeaveTheMachine(t *testing.T) {
	here, asked := overheard(t)
	m, err := Model("openai:m@" + here)
	if err != nil {
		t.Fatal(err)
	}
	ask(t, m)
	if got := asked(); !strings.Contains(got, "jane@example.com") {
		t.Errorf("a model on this machine was told only %s", got)
	}
	before := len(asked())
	ask(t, discreet("https://models.example/v1", m)) // the same server, as if it were elsewhere
	got := asked()[before:]
	if got == "" || strings.Contains(got, "jane@") || strings.Contains(got, "4477") || !strings.Contains(got, "2,310,000,000") || !strings.Contains(got, "ir@halden.example") {
		t.Errorf("a model elsewhere was told %s", got)
	}
}

func TestARerankerIsAskedOverItsServer(t *testing.T) {
	here, asked := overheard(t)
	r, err := reranker("openai:bge@" + here)
	if err != nil {
		t.Fatal(err)
	}
	scores, err := r.Rerank(t.Context(), "q", []string{"a", "b"})
	if err != nil || len(scores) != 2 || scores[1] != 0.9 {
		t.Errorf("%v, %v", scores, err)
	}
	var body struct{ Query string }
	if json.Unmarshal([]byte(asked()), &body) != nil || body.Query != "q" {
		t.Error(asked())
	}
	for _, bad := range []string{"lsa:", "openai:", "openai:x"} {
		if _, err := reranker(bad); err == nil {
			t.Errorf("%s was taken", bad)
		}
	}
	if r, err := reranker(""); r != nil || err != nil {
		t.Error("no reranker is one")
	}
}

func TestLoopbackIsThisMachine(t *testing.T) {
	for address, want := range map[string]bool{
		"http://127.0.0.1:1/v1": true, "http://[::1]:1/v1": true, "http://localhost:1": true, "http://192.168.1.2/v1": false, "https://api.openai.com/v1": false, "": false,
	} {
		if loopback(address) != want {
			t.Errorf("%q: %v", address, !want)
		}
	}
}

func TestAModelOfOnesOwnIsWarmedWithWhatEveryPromptBeginsWith(t *testing.T) {
	here, asked := overheard(t)
	c := config.Default()
	c.Domain, c.Home = "../../../../data/sample", t.TempDir()
	c.Answer.Model = "openai:m@" + here
	b, err := OpenBrain(c, c.Log.Logger())
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if err := b.WarmModel(t.Context()); !errors.Is(err, store.ErrNoEdition) {
		t.Errorf("without an edition: %v", err)
	}
	d, err := b.DB.Begin(t.Context(), store.Edition{Domain: b.Domain.Name})
	if err != nil {
		t.Fatal(err)
	}
	e, err := d.Seal(t.Context(), func(e *store.Edition) { e.Lexicon = b.Domain.Terms() })
	if err == nil {
		err = b.DB.Publish(t.Context(), e.ID)
	}
	if err == nil {
		err = b.WarmModel(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	if got := asked(); !strings.Contains(got, "Names that you may meet: ") || !strings.Contains(got, `"max_tokens":1`) {
		t.Errorf("it was asked %s", got)
	}
	before := len(asked())
	for _, spec := range []string{"reader:", "openai:m@https://models.example/v1", "openai:m"} {
		b.Config.Answer.Model = spec
		if err := b.WarmModel(t.Context()); err != nil {
			t.Errorf("%s: %v", spec, err)
		}
	}
	if more := asked()[before:]; more != "" {
		t.Errorf("somebody was asked %s", more)
	}
}

type echo struct{ got string }

func (e *echo) Name() string { return "echo" }

func (e *echo) Find(_ context.Context, q subagents.Question) (subagents.Finding, error) {
	e.got = q.Text
	return subagents.Finding{}, nil
}

func TestAHelperOfSomebodyElsesLearnsNothingOfTheCaller(t *testing.T) {
	var e echo
	if _, err := (discreetAgent{&e}).Find(t.Context(), subagents.Question{Text: said}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(e.got, "jane@") || !strings.Contains(e.got, "Halden's revenue") {
		t.Errorf("it was told %q", e.got)
	}
}
