package main

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aubade/aubade/cmd/aubade/internal/config"
	"github.com/aubade/aubade/cmd/aubade/internal/wire"
	"github.com/aubade/aubade/evals"
)

// A liar is an OpenAI-compatible model that reads its evidence aloud, and in every third sentence changes each number of it.
type liar struct {
	mu     sync.Mutex
	said   int
	lies   []string        // the sentences, without their marks
	prompt map[string]bool // every figure that it was shown
}

var (
	evidenceTag = regexp.MustCompile(`(?s)<evidence n="(\d+)">(.*?)</evidence>`)
	figure      = regexp.MustCompile(`\d[\d,]*(?:\.\d+)?`)
)

func (l *liar) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var req struct {
		Messages []struct{ Role, Content string }
	}
	if err := json.NewDecoder(r.Body).Decode(&req); err != nil || len(req.Messages) == 0 {
		http.Error(w, "no messages", http.StatusBadRequest)
		return
	}
	last := req.Messages[len(req.Messages)-1].Content
	l.mu.Lock()
	for _, f := range figure.FindAllString(last, -1) {
		l.prompt[f] = true
	}
	var reply strings.Builder
	for _, m := range evidenceTag.FindAllStringSubmatch(last, 3) {
		sentence, _, _ := strings.Cut(m[2], ". ")
		sentence = strings.TrimRight(sentence, ".")
		if l.said++; l.said%3 == 0 && figure.MatchString(sentence) {
			sentence = figure.ReplaceAllStringFunc(sentence, func(f string) string { return "7" + strings.TrimLeft(f, "0") })
			l.lies = append(l.lies, sentence)
		}
		reply.WriteString(sentence + " [" + m[1] + "]. ")
	}
	l.mu.Unlock()
	w.Header().Set("Content-Type", "text/event-stream")
	for _, word := range strings.SplitAfter(reply.String(), " ") {
		fmt.Fprintf(w, "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":%s}}]}\n\n", strconv.Quote(word))
	}
	fmt.Fprint(w, "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n")
}

// A model that invents numbers is caught each time, and costs few answers: what it is caught at, the reader answers.
func TestInventedNumbersAreNeverSpokenAndMostQuestionsStillAnswered(t *testing.T) {
	cfg := builtSample(t)
	cases, err := casesOf(cfg, nil, false)
	if err != nil {
		t.Fatal(err)
	}
	model := &liar{prompt: map[string]bool{}}
	server := httptest.NewServer(model)
	defer server.Close()
	cfg.Answer.Model = "openai:liar@" + server.URL + "/v1"
	ask, closeAll, err := askInText(t.Context(), cfg, slog.New(slog.DiscardHandler), cases)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := closeAll(); err != nil {
			t.Error(err)
		}
	}()
	run, err := evals.Plan{Cases: cases, Parallel: 8, Ask: ask}.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	answerable, answered := 0, 0
	for _, r := range run.Results {
		shown := r.Answer.Shown
		for _, d := range r.Answer.Deferred {
			shown += " " + d.Shown
		}
		for _, lie := range model.lies {
			if strings.Contains(shown, lie) {
				t.Errorf("%s: it was said: %s", r.Case.ID, lie)
			}
		}
		switch r.Case.Kind {
		case evals.KindOutOfScope, evals.KindUnanswerable:
			continue
		}
		if answerable++; r.Score.Verdict == evals.Right {
			answered++
		} else {
			t.Logf("%s: %s\n\t%s", r.Case.ID, shown, strings.Join(r.Score.Why, "; "))
		}
	}
	t.Logf("%d sentences, %d invented; %d of %d answerable questions answered right", model.said, len(model.lies), answered, answerable)
	if len(model.lies) < 30 {
		t.Errorf("the model invented in %d sentences only: this proves nothing", len(model.lies))
	}
	if 10*answered < 9*answerable {
		t.Errorf("%d of %d answered", answered, answerable)
	}
}

// A caller of tools asks a helper first, its call cut into pieces as servers stream them, then says what it was given.
type toolCaller struct {
	mu      sync.Mutex
	offered string // the tools of the first request
	told    string // what the helper's message said
}

func (m *toolCaller) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var req struct {
		Messages []struct{ Role, Content string }
		Tools    json.RawMessage
	}
	if err := json.NewDecoder(r.Body).Decode(&req); err != nil || len(req.Messages) == 0 {
		http.Error(w, "no messages", http.StatusBadRequest)
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	w.Header().Set("Content-Type", "text/event-stream")
	send := func(delta string) { fmt.Fprintf(w, "data: {\"choices\":[{\"index\":0,\"delta\":%s}]}\n\n", delta) }
	if last := req.Messages[len(req.Messages)-1]; last.Role != "tool" {
		m.offered = string(req.Tools)
		send(`{"tool_calls":[{"index":0,"id":"call-1","type":"function","function":{"name":"ask_helper","arguments":""}}]}`)
		for _, piece := range []string{`{"helper":"calen`, `dar","company":"KT`, `WK","question":"when does it report earnings"}`} {
			send(`{"tool_calls":[{"index":0,"function":{"arguments":` + strconv.Quote(piece) + `}}]}`)
		}
	} else {
		m.told = last.Content
		if e := evidenceTag.FindStringSubmatch(last.Content); e != nil {
			send(`{"content":` + strconv.Quote(e[2]+" ["+e[1]+"]") + `}`)
			send(`{"content":` + strconv.Quote(" It will be up 93% [1].") + `}`)
		}
	}
	fmt.Fprint(w, "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n")
}

func TestASmallModelMayAskAHelperByAStreamedToolCall(t *testing.T) {
	cfg := builtSample(t)
	model := &toolCaller{}
	server := httptest.NewServer(model)
	defer server.Close()
	cfg.Answer.Model, cfg.Answer.Tools = "openai:caller@"+server.URL+"/v1", true
	b, err := wire.OpenBrain(cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	conv, err := b.Answerer.Open(t.Context(), "tools", "")
	if err != nil {
		t.Fatal(err)
	}
	defer conv.Close()
	d := &evals.Dialogue{Conversation: conv, Target: 5 * time.Second, Verbalise: func(s string) string { return s }}
	a, err := d.Ask(t.Context(), "Should I set my alarm clock for Kittiwake?")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(a.Shown, "December 2, 2026") || strings.Contains(a.Shown, "93%") || len(a.Citations) == 0 {
		t.Errorf("%q, cited %v", a.Shown, a.Citations)
	}
	if !strings.Contains(model.offered, `"calendar"`) || !strings.Contains(model.told, "December 2, 2026") {
		t.Errorf("offered %s, told %s", model.offered, model.told)
	}
}

// builtSample is the config of a home of its own with the sample market's edition.
func builtSample(t *testing.T) config.Config {
	t.Helper()
	cfg, err := config.Load("")
	if err != nil {
		t.Fatal(err)
	}
	cfg.Domain, cfg.Home = filepath.Join("..", "..", "data", "sample"), t.TempDir()
	n, err := wire.OpenNight(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	if _, _, err = n.Builder.Build(t.Context()); err != nil {
		t.Fatal(err)
	}
	return cfg
}

// What is owed is asked for in passing, after another company was spoken of.
func TestThatVolatilityIsTheOneThatIsOwed(t *testing.T) {
	cfg := builtSample(t)
	b, err := wire.OpenBrain(cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	conv, err := b.Answerer.Open(t.Context(), "owed", "")
	if err != nil {
		t.Fatal(err)
	}
	defer conv.Close()
	d := &evals.Dialogue{Conversation: conv, Target: time.Second, Verbalise: func(s string) string { return s }}
	for _, turn := range []struct{ asked, want string }{
		{"What is the implied volatility of Halden?", "I am looking up the implied volatility of Halden"},
		{"What was Larkspur's revenue last quarter?", "$2.31 billion"},
		{"What about that volatility?", "I am still looking up the implied volatility of Halden"},
		{"Never mind.", "I will drop it"},
		{"What about that volatility?", "realised volatility"},
	} {
		a, err := d.Ask(t.Context(), turn.asked)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(a.Shown, turn.want) {
			t.Errorf("%s: %q, want %q", turn.asked, a.Shown, turn.want)
		}
	}
}
