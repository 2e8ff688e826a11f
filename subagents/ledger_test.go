package subagents

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/aubade/aubade/store"
)

// paper keeps rows in memory as the store does on disk, and refuses when told to.
type paper struct {
	rows   []store.Finding
	broken bool
}

var errPaper = errors.New("disk full")

func (p *paper) SaveFinding(_ context.Context, f store.Finding) error {
	if p.broken {
		return errPaper
	}
	i := slices.IndexFunc(p.rows, func(o store.Finding) bool { return o.ID == f.ID })
	switch {
	case i < 0:
		p.rows = append(p.rows, f)
	case p.rows[i].Session != f.Session:
		return store.ErrClaimed
	default:
		p.rows[i] = f
	}
	return nil
}

func (p *paper) Findings(_ context.Context, session string) (out []store.Finding, err error) {
	for _, f := range p.rows {
		if f.Session == session {
			out = append(out, f)
		}
	}
	return out, nil
}

func (p *paper) ClaimFindings(_ context.Context, caller, session string) (out []store.Finding, err error) {
	if p.broken {
		return nil, errPaper
	}
	for i, f := range p.rows {
		if caller != "" && f.Caller == caller && f.Session != session && f.Open() {
			p.rows[i].Session = session
			out = append(out, p.rows[i])
		}
	}
	return out, nil
}

var _ Keeper = (*store.DB)(nil)

// TestLedgerInvariants plays any order of questions, answers, failures, duplicates, interruptions, withdrawals,
// reconnects, crashes and calls, on paper that sometimes cannot be written, and checks what a listener would mind.
func TestLedgerInvariants(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ctx := context.Background()
		now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
		keep := &paper{}
		caller := rapid.SampledFrom([]string{"", "ann"}).Draw(t, "caller")
		calls := 0
		open := func() *Ledger {
			l, err := OpenLedger(ctx, keep, LedgerConfig{Session: fmt.Sprint("call", calls), Caller: caller, Now: func() time.Time { return now }})
			if err != nil {
				t.Fatal(err)
			}
			return l
		}
		l := open()
		var ids []string
		name := map[string]string{}     // by id
		key := map[string]string{}      // by id
		heard := map[string]int{}       // to the end
		dead := map[string]string{}     // id → why it must not be told any more
		valid := map[string]time.Time{} // by id
		var playing []string
		pick := func() string { return rapid.SampledFrom(append(ids, "stranger")).Draw(t, "id") }
		kill := func(why string, match func(id string) bool) {
			for _, id := range ids {
				if dead[id] == "" && heard[id] == 0 && match(id) {
					dead[id] = why
				}
			}
		}
		offered := func(f store.Finding) {
			switch {
			case heard[f.ID] > 0:
				t.Fatalf("%s is told again", f.ID)
			case dead[f.ID] != "":
				t.Fatalf("%s is told although %s", f.ID, dead[f.ID])
			case f.Question != name[f.ID]:
				t.Fatalf("%s names %q, asked was %q", f.ID, f.Question, name[f.ID])
			case !valid[f.ID].IsZero() && now.After(valid[f.ID]):
				t.Fatalf("%s is told past its validity", f.ID)
			case !f.Failed && f.Text != "the answer to "+f.ID:
				t.Fatalf("%s says %q", f.ID, f.Text)
			case slices.Contains(playing, f.ID):
				t.Fatalf("%s is told twice at once", f.ID)
			}
			playing = append(playing, f.ID)
		}
		t.Repeat(map[string]func(*rapid.T){
			"ask": func(t *rapid.T) {
				id := fmt.Sprint("q", len(ids))
				k := rapid.SampledFrom([]string{"HLDN", "LRKS"}).Draw(t, "subject")
				a := Arrival{ID: id, Ask: Ask{Agent: "iv", Question: Question{Entities: []string{k}, Metric: "iv", Name: "the volatility of " + k + " " + id}}}
				if err := l.Defer(ctx, a); err != nil {
					return
				}
				kill("asked anew", func(id string) bool { return key[id] == k })
				ids = append(ids, id)
				name[id], key[id] = a.Ask.Question.Name, k
			},
			"answer": func(t *rapid.T) {
				id := pick()
				a := Arrival{ID: id}
				if rapid.Bool().Draw(t, "fails") {
					a.Err = errors.New("503")
				} else {
					a.Finding = Finding{Text: "the answer to " + id}
					if rapid.Bool().Draw(t, "short-lived") {
						a.Finding.ValidUntil = now.Add(time.Minute)
					}
				}
				was, _, _ := l.Find(ctx, Match{ID: id})
				if l.Arrived(ctx, a) == nil && was.State == store.Pending {
					valid[id] = a.Finding.ValidUntil
				}
			},
			"tell": func(t *rapid.T) {
				if f, ok, err := l.Next(ctx); err == nil && ok {
					offered(f)
				}
			},
			"asked for": func(t *rapid.T) {
				k := rapid.SampledFrom([]string{"HLDN", "LRKS"}).Draw(t, "subject")
				f, ok, err := l.Take(ctx, Match{Subject: k, Metric: "iv"})
				if err == nil && ok {
					if f.Subject != k {
						t.Fatalf("asked for %s, told of %s", k, f.Subject)
					}
					offered(f)
				}
			},
			"heard": func(t *rapid.T) {
				if len(playing) == 0 {
					return
				}
				id := playing[0]
				complete := rapid.Bool().Draw(t, "complete")
				if l.Heard(ctx, id, complete) != nil {
					return // the report is repeated when there is room again
				}
				playing = playing[1:]
				if complete {
					heard[id]++
				}
			},
			"never mind": func(t *rapid.T) {
				k := rapid.SampledFrom([]string{"HLDN", "LRKS"}).Draw(t, "subject")
				gone, _ := l.Withdraw(ctx, Match{Subject: k})
				for _, f := range gone {
					dead[f.ID] = "withdrawn"
				}
			},
			"answered otherwise": func(t *rapid.T) {
				k := rapid.SampledFrom([]string{"HLDN", "LRKS"}).Draw(t, "subject")
				if l.Supersede(ctx, k, "iv") == nil {
					kill("superseded", func(id string) bool { return key[id] == k })
				}
			},
			"time passes": func(t *rapid.T) {
				now = now.Add(time.Duration(rapid.IntRange(1, 90).Draw(t, "seconds")) * time.Second)
			},
			"disk": func(t *rapid.T) { keep.broken = !keep.broken },
			"reconnect": func(t *rapid.T) { // or a crash: nothing is said goodbye to
				keep.broken = false
				playing = nil
				l = open()
			},
			"next call": func(t *rapid.T) {
				keep.broken = false
				if err := l.End(ctx); err != nil {
					t.Fatal(err)
				}
				if caller == "" {
					kill("the call ended without consent", func(string) bool { return true })
				}
				playing = nil
				calls++
				l = open()
			},
			"": func(t *rapid.T) {
				for id, n := range heard {
					if n > 1 {
						t.Fatalf("%s was heard %d times", id, n)
					}
				}
				for _, f := range l.List() {
					if heard[f.ID] == 1 && f.State != store.Spoken && dead[f.ID] == "" {
						t.Fatalf("%s was heard and is %s", f.ID, f.State)
					}
				}
			},
		})
	})
}

func TestOrphansAreAskedAgainUnderTheirOwnID(t *testing.T) {
	keep := &paper{}
	c := LedgerConfig{Session: "s"}
	l, err := OpenLedger(t.Context(), keep, c)
	if err != nil {
		t.Fatal(err)
	}
	q := Question{Entities: []string{"HLDN"}, Metric: "iv", Name: "the volatility of Halden", Turn: 3}
	if err := l.Defer(t.Context(), Arrival{ID: "s.3.x.1", Ask: Ask{Agent: "iv", Question: q}}); err != nil {
		t.Fatal(err)
	}
	if l, err = OpenLedger(t.Context(), keep, c); err != nil {
		t.Fatal(err)
	}
	orphans := l.Orphans()
	if len(orphans) != 1 || orphans[0].Agent != "iv" || orphans[0].Question.Name != q.Name {
		t.Fatalf("%+v", orphans)
	}
	_, s := open(t, Member{Agent: after("iv", 20*time.Millisecond, "0.42")})
	if got := s.Ask(t.Context(), 1, time.Now().Add(time.Millisecond), orphans...); len(got.Deferred) != 1 {
		t.Fatalf("%+v", got)
	}
	if err := l.Arrived(t.Context(), <-s.Late()); err != nil {
		t.Fatal(err)
	}
	if f, ok, err := l.Next(t.Context()); err != nil || !ok || f.Text != "0.42" {
		t.Errorf("%+v, %v, %v", f, ok, err)
	}
}
