package subagents

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/aubade/aubade/store"
)

var update = flag.Bool("update", false, "rewrite the goldens")

// TestGoldens plays the scripts of testdata: what is asked and told when, with a Desk and a Ledger on virtual time.
func TestGoldens(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) < 8 {
		t.Fatalf("%d goldens, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var got string
			synctest.Test(t, func(t *testing.T) { got = play(t, string(a.Files[0].Data)) })
			if *update {
				a.Files = []txtar.File{a.Files[0], {Name: "want", Data: []byte(got)}}
				if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if len(a.Files) != 2 || !bytes.Equal(a.Files[1].Data, []byte(got)) {
				t.Errorf("got\n%s", got)
			}
		})
	}
}

// A stage is one script under way.
type stage struct {
	t       *testing.T
	mu      sync.Mutex // over out and ledger, which late answers reach from beside
	out     strings.Builder
	began   time.Time
	keep    *paper
	desk    *Desk
	session *Session
	ledger  *Ledger
	calls   int
	playing []string
	over    chan struct{}
}

func (s *stage) say(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Fprintf(&s.out, "%6.3f %s\n", time.Since(s.began).Seconds(), fmt.Sprintf(format, args...))
}

// An asked question is told by its text: "takes=2s says=… valid=…" or "takes=2s fails".
func scripted(ctx context.Context, q Question) (Finding, error) {
	o := options(q.Text)
	takes, _ := time.ParseDuration(o["takes"])
	select {
	case <-time.After(takes):
	case <-ctx.Done():
		return Finding{}, ctx.Err()
	}
	if _, fails := o["fails"]; fails {
		return Finding{}, errors.New("503")
	}
	f := Finding{Text: o["says"]}
	if valid, err := time.ParseDuration(o["valid"]); err == nil {
		f.ValidUntil = time.Now().Add(valid)
	}
	return f, nil
}

func options(text string) map[string]string {
	o := map[string]string{}
	for _, field := range strings.Fields(text) {
		k, v, _ := strings.Cut(field, "=")
		o[k] = v
	}
	return o
}

func (s *stage) call() {
	s.calls++
	s.session = s.desk.Open(s.t.Context(), fmt.Sprint("call", s.calls))
	s.answer()
	session, over := s.session, make(chan struct{})
	s.over = over
	go func() {
		defer close(over)
		for a := range session.Late() {
			s.mu.Lock()
			l := s.ledger
			s.mu.Unlock()
			if err := l.Arrived(s.t.Context(), a); err != nil {
				s.t.Error(err)
			}
		}
	}()
}

// answer opens the ledger: at the begin of a call, and after a reconnect.
func (s *stage) answer() {
	l, err := OpenLedger(s.t.Context(), s.keep, LedgerConfig{Session: s.session.ID, Caller: "ann", Changed: func(f store.Finding) {
		what := f.Text
		if f.Failed {
			what = "in vain"
		}
		s.say("ledger  %s: %s %s", f.Question, f.State, what)
	}})
	if err != nil {
		s.t.Fatal(err)
	}
	s.mu.Lock()
	s.ledger = l
	s.mu.Unlock()
	s.playing = nil
}

func (s *stage) hangup() {
	if err := s.session.Close(); err != nil {
		s.t.Error(err)
	}
	<-s.over
	if err := s.ledger.End(s.t.Context()); err != nil {
		s.t.Error(err)
	}
}

func play(t *testing.T, script string) string {
	s := &stage{t: t, began: time.Now(), keep: &paper{}}
	var err error
	s.desk, err = NewDesk(Config{HedgeShare: -1, Members: []Member{
		{Agent: Func("quote", scripted)}, {Agent: Func("iv", scripted)}, {Agent: Func("news", scripted)},
	}})
	if err != nil {
		t.Fatal(err)
	}
	s.call()
	for line := range strings.Lines(script) {
		f := strings.Fields(line)
		if len(f) == 0 {
			continue
		}
		at, err := strconv.ParseFloat(f[0], 64)
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		time.Sleep(time.Until(s.began.Add(time.Duration(at * float64(time.Second)))))
		synctest.Wait()
		s.do(f[1], f[2:])
	}
	s.hangup()
	return s.out.String()
}

func (s *stage) do(verb string, args []string) {
	ctx := s.t.Context()
	check := func(err error) {
		if err != nil {
			s.t.Error(err)
		}
	}
	tell := func(m Match) {
		f, ok, err := s.ledger.Take(ctx, m)
		check(err)
		switch {
		case !ok:
			s.say("agent   nothing to tell")
		case f.Failed:
			s.say("agent   about %s that you asked for: there is no answer", f.Question)
		default:
			s.say("agent   about %s that you asked for: %s", f.Question, f.Text)
		}
		if ok {
			s.playing = append(s.playing, f.ID)
		}
	}
	switch verb {
	case "ask": // agent/subject options [agent/subject options]
		var asks []Ask
		for _, part := range strings.Split(strings.Join(args, " "), " + ") {
			who, text, _ := strings.Cut(part, " ")
			agent, subject, _ := strings.Cut(who, "/")
			asks = append(asks, Ask{Agent: agent, Question: Question{Text: text, Entities: []string{subject}, Metric: agent, Name: "the " + agent + " of " + subject}})
		}
		got := s.session.Ask(ctx, 1, time.Now().Add(800*time.Millisecond), asks...)
		s.say("desk    gathered %d, deferred %d, failed %d", len(got.Findings), len(got.Deferred), len(got.Failed))
		for _, d := range got.Deferred {
			check(s.ledger.Defer(ctx, d))
		}
		for _, a := range got.Findings {
			check(s.ledger.Supersede(ctx, a.Ask.Question.Subject(), a.Ask.Question.Metric))
		}
	case "lull":
		tell(Match{})
	case "about":
		s.say("user    what about that %s?", args[0])
		tell(Match{Metric: args[0]})
	case "heard", "interrupted":
		s.say("user    %s", verb)
		check(s.ledger.Heard(ctx, s.playing[0], verb == "heard"))
		s.playing = s.playing[1:]
	case "nevermind":
		s.say("user    never mind")
		gone, err := s.ledger.Withdraw(ctx, Match{})
		check(err)
		for _, f := range gone {
			s.session.Drop(f.ID)
		}
	case "reconnect":
		s.say("user    reconnects")
		s.answer()
	case "hangup":
		s.say("user    hangs up")
		s.hangup()
	case "call":
		s.say("user    calls again")
		s.call()
	default:
		s.t.Fatalf("unknown verb %q", verb)
	}
}
