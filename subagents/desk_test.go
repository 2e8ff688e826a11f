package subagents

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// after answers with text after d, or ends with its context.
func after(name string, d time.Duration, text string) Agent {
	return Slowly(Func(name, func(context.Context, Question) (Finding, error) { return Finding{Text: text}, nil }), d)
}

func open(t *testing.T, members ...Member) (*Desk, *Session) {
	t.Helper()
	d, err := NewDesk(Config{Members: members})
	if err != nil {
		t.Fatal(err)
	}
	s := d.Open(t.Context(), "s")
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return d, s
}

func texts(as []Arrival) string {
	var out []string
	for _, a := range as {
		out = append(out, a.Ask.Agent+"="+a.Finding.Text)
	}
	return strings.Join(out, " ")
}

func TestAskReturnsAtTheDeadlineWithWhatCame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, s := open(t,
			Member{Agent: after("quote", 100*time.Millisecond, "12")},
			Member{Agent: after("iv", 4*time.Second, "0.42")})
		start := time.Now()
		got := s.Ask(t.Context(), 1, start.Add(800*time.Millisecond), Ask{Agent: "quote"}, Ask{Agent: "iv"}, Ask{Agent: "nobody"})
		if took := time.Since(start); took != 800*time.Millisecond {
			t.Errorf("took %v, want the deadline", took)
		}
		if texts(got.Findings) != "quote=12" || len(got.Deferred) != 1 || len(got.Failed) != 1 || !errors.Is(got.Failed[0].Err, ErrUnknown) {
			t.Fatalf("got %+v", got)
		}
		late := <-s.Late()
		if time.Since(start) != 4*time.Second || late.ID != got.Deferred[0].ID || late.Finding.Text != "0.42" || !late.Late {
			t.Errorf("late %+v after %v", late, time.Since(start))
		}
	})
}

func TestAskReturnsAtOnceWhenNothingIsMissing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, s := open(t,
			Member{Agent: after("a", 30*time.Millisecond, "1")},
			Member{Agent: Func("b", func(context.Context, Question) (Finding, error) { return Finding{}, ErrNothing })})
		start := time.Now()
		got := s.Ask(t.Context(), 1, start.Add(time.Second), Ask{Agent: "a"}, Ask{Agent: "b"})
		if time.Since(start) != 30*time.Millisecond {
			t.Errorf("took %v", time.Since(start))
		}
		if texts(got.Findings) != "a=1" || len(got.Failed) != 1 || !errors.Is(got.Failed[0].Err, ErrNothing) {
			t.Errorf("got %+v", got)
		}
	})
}

func TestAnInterruptedTurnLeavesItsQuestionsRunning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, s := open(t, Member{Agent: after("iv", time.Second, "0.42")})
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		got := s.Ask(ctx, 1, time.Now().Add(800*time.Millisecond), Ask{Agent: "iv"})
		if len(got.Deferred) != 1 {
			t.Fatalf("got %+v", got)
		}
		if late := <-s.Late(); late.Finding.Text != "0.42" {
			t.Errorf("late %+v", late)
		}
	})
}

func TestADroppedQuestionIsCancelledAndStaysSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var cause atomic.Value
		_, s := open(t, Member{Agent: Func("iv", func(ctx context.Context, _ Question) (Finding, error) {
			<-ctx.Done()
			cause.Store(context.Cause(ctx).Error())
			return Finding{}, ctx.Err()
		})})
		got := s.Ask(t.Context(), 1, time.Now().Add(time.Second), Ask{Agent: "iv"})
		if !s.Drop(got.Deferred[0].ID) || s.Drop("another") {
			t.Error("drop: want true for the deferred one, false for a stranger")
		}
		synctest.Wait()
		if cause.Load() == nil {
			t.Error("the attempt was not cancelled")
		}
		select {
		case a := <-s.Late():
			t.Errorf("late %+v, want silence", a)
		default:
		}
	})
}

func TestPatienceEndsALateQuestionWithAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, s := open(t, Member{Agent: after("iv", time.Hour, "0.42"), Patience: 5 * time.Second})
		start := time.Now()
		s.Ask(t.Context(), 1, start.Add(time.Second), Ask{Agent: "iv"})
		late := <-s.Late()
		if !errors.Is(late.Err, ErrPatience) || time.Since(start) != 5*time.Second {
			t.Errorf("late %+v after %v", late, time.Since(start))
		}
	})
}

func TestAPanicIsItsOwnAgentsFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, s := open(t,
			Member{Agent: Func("bad", func(context.Context, Question) (Finding, error) { panic("boom") })},
			Member{Agent: after("good", time.Millisecond, "1")})
		got := s.Ask(t.Context(), 1, time.Now().Add(time.Second), Ask{Agent: "bad"}, Ask{Agent: "good"})
		if texts(got.Findings) != "good=1" || len(got.Failed) != 1 || !strings.Contains(got.Failed[0].Err.Error(), "ask bad: panic: boom") {
			t.Errorf("got %+v", got)
		}
	})
}

func TestAnAgentThatDoesNotReturnHoldsOnlyItsOwnPlaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		d, s := open(t,
			Member{Agent: Func("stuck", func(context.Context, Question) (Finding, error) { <-release; return Finding{}, nil }), Concurrency: 2, Patience: 2 * time.Second},
			Member{Agent: after("good", time.Millisecond, "1")})
		for range 2 {
			s.Ask(t.Context(), 1, time.Now().Add(time.Second), Ask{Agent: "stuck"})
		}
		time.Sleep(10 * time.Second)
		got := s.Ask(t.Context(), 2, time.Now().Add(time.Second), Ask{Agent: "stuck"}, Ask{Agent: "good"})
		if texts(got.Findings) != "good=1" || len(got.Failed) != 1 || !errors.Is(got.Failed[0].Err, ErrStuck) {
			t.Errorf("got %+v", got)
		}
		if h := d.Health()[1]; h.Agent != "stuck" || h.Stuck != 2 {
			t.Errorf("health %+v", h)
		}
		close(release)
		synctest.Wait()
		if h := d.Health()[1]; h.Stuck != 0 || h.Running != 0 {
			t.Errorf("health after release %+v", h)
		}
	})
}

func TestCloseNamesAgentsThatDoNotStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		d, err := NewDesk(Config{Members: []Member{{Agent: Func("stuck", func(context.Context, Question) (Finding, error) { <-release; return Finding{}, nil })}}})
		if err != nil {
			t.Fatal(err)
		}
		s := d.Open(t.Context(), "s")
		s.Ask(t.Context(), 1, time.Now().Add(time.Second), Ask{Agent: "stuck"})
		if err := s.Close(); err == nil || !strings.Contains(err.Error(), "attempts of stuck do not stop") {
			t.Errorf("close: %v", err)
		}
		if _, open := <-s.Late(); open {
			t.Error("Late is still open")
		}
		close(release)
	})
}

func TestConcurrencyLimitQueues(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, s := open(t, Member{Agent: after("one", 300*time.Millisecond, "1"), Concurrency: 1})
		start := time.Now()
		got := s.Ask(t.Context(), 1, start.Add(700*time.Millisecond), Ask{Agent: "one"}, Ask{Agent: "one"}, Ask{Agent: "one"})
		if len(got.Findings) != 2 || len(got.Deferred) != 1 {
			t.Fatalf("got %+v", got)
		}
		if <-s.Late(); time.Since(start) != 900*time.Millisecond {
			t.Errorf("the third came after %v", time.Since(start))
		}
	})
}

func TestABrokenAgentIsNotAskedUntilAProbeSucceeds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int32
		var well atomic.Bool
		d, s := open(t, Member{Agent: Func("flaky", func(context.Context, Question) (Finding, error) {
			calls.Add(1)
			if well.Load() {
				return Finding{Text: "1"}, nil
			}
			return Finding{}, errors.New("503")
		})})
		ask := func() Gathered {
			return s.Ask(t.Context(), 1, time.Now().Add(time.Second), Ask{Agent: "flaky"})
		}
		for calls.Load() < breakerTrips {
			ask()
		}
		n := calls.Load()
		if got := ask(); !errors.Is(got.Failed[0].Err, ErrBroken) || calls.Load() != n {
			t.Errorf("got %+v after %d calls", got, calls.Load())
		}
		time.Sleep(breakerRest)
		if got := ask(); len(got.Failed) != 1 || calls.Load() != n+1 {
			t.Errorf("probe: got %+v, %d calls", got, calls.Load()-n)
		}
		time.Sleep(breakerRest)
		if got := ask(); !errors.Is(got.Failed[0].Err, ErrBroken) {
			t.Errorf("the rest did not double: %+v", got)
		}
		well.Store(true)
		time.Sleep(breakerRest)
		if got := ask(); texts(got.Findings) != "flaky=1" {
			t.Errorf("got %+v", got)
		}
		if h := d.Health()[0]; h.Breaker != "closed" {
			t.Errorf("health %+v", h)
		}
	})
}

func TestTheQuickTwinAnswersWhenTheAgentWouldBeLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, s := open(t, Member{Agent: after("quote", 500*time.Millisecond, "live"), Twin: after("cache", time.Millisecond, "cached"), Concurrency: 9})
		for range enough {
			s.Ask(t.Context(), 1, time.Now().Add(time.Second), Ask{Agent: "quote"})
		}
		got := s.Ask(t.Context(), 1, time.Now().Add(300*time.Millisecond), Ask{Agent: "quote"})
		if texts(got.Findings) != "quote=cached" || !got.Findings[0].Finding.Quick {
			t.Errorf("with too little time: %+v", got)
		}
		got = s.Ask(t.Context(), 1, time.Now().Add(900*time.Millisecond), Ask{Agent: "quote"})
		if texts(got.Findings) != "quote=live" || got.Findings[0].Finding.Quick {
			t.Errorf("with time enough: %+v", got)
		}
	})
}

func TestNobodyIsKeptWaitingForAnAnswerThatCannotComeInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, s := open(t,
			Member{Agent: after("chain", 4*time.Second, "0.42"), Usually: 4 * time.Second, Concurrency: 99},
			Member{Agent: after("stranger", 4*time.Second, "0.42"), Concurrency: 99},
			Member{Agent: after("quote", 200*time.Millisecond, "148"), Concurrency: 99})
		waited := func(agents ...string) time.Duration {
			asks := make([]Ask, len(agents))
			for i, a := range agents {
				asks[i] = Ask{Agent: a}
			}
			began := time.Now()
			s.Ask(t.Context(), 1, began.Add(700*time.Millisecond), asks...)
			took := time.Since(began)
			time.Sleep(time.Minute)
			for len(s.Late()) > 0 {
				<-s.Late()
			}
			return took
		}
		if got := waited("chain"); got != 0 {
			t.Errorf("%v for an agent that is known to be slow", got)
		}
		if got := waited("chain", "quote"); got != 200*time.Millisecond {
			t.Errorf("%v for a quick one beside a slow one", got)
		}
		if got := waited("stranger"); got != 700*time.Millisecond {
			t.Errorf("%v for an agent of which nothing is known", got)
		}
		for range enough {
			waited("stranger")
		}
		if got := waited("stranger"); got != 0 {
			t.Errorf("%v once it was seen to be slow", got)
		}
	})
}

func TestASlowAttemptIsHedgedWithinTheShare(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n, cancelled atomic.Int32
		d, s := open(t, Member{Concurrency: 9, Agent: Func("quote", func(ctx context.Context, q Question) (Finding, error) {
			wait := 50 * time.Millisecond
			if q.Attempt == 0 && n.Add(1)%20 == 0 {
				wait = 5 * time.Second
			}
			select {
			case <-time.After(wait):
				return Finding{Text: "1"}, nil
			case <-ctx.Done():
				cancelled.Add(1)
				return Finding{}, ctx.Err()
			}
		})})
		late := 0
		for range 400 {
			got := s.Ask(t.Context(), 1, time.Now().Add(800*time.Millisecond), Ask{Agent: "quote"})
			late += len(got.Deferred)
			time.Sleep(10 * time.Second)
			for len(s.Late()) > 0 {
				<-s.Late()
			}
		}
		ordinary, extra := d.Calls()
		if float64(extra) > 0.1*float64(ordinary) || extra < 15 {
			t.Errorf("%d extra calls to %d", extra, ordinary)
		}
		if late > 4 {
			t.Errorf("%d of 400 were late, want only those of the first lessons", late)
		}
		if cancelled.Load() != int32(extra) {
			t.Errorf("%d losers were cancelled of %d", cancelled.Load(), extra)
		}
	})
}

func TestOnceIsNeverAskedTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, s := open(t, Member{Once: true, Agent: Func("order", func(_ context.Context, q Question) (Finding, error) {
			if q.Attempt > 0 {
				t.Error("asked twice")
			}
			return Finding{}, errors.New("503")
		})})
		for range 50 {
			s.Ask(t.Context(), 1, time.Now().Add(time.Second), Ask{Agent: "order"})
			time.Sleep(time.Minute)
		}
	})
}

func TestPreparedQuestionsAreAdopted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int32
		count := func(a Agent) Agent {
			return Func(a.Name(), func(ctx context.Context, q Question) (Finding, error) { calls.Add(1); return a.Find(ctx, q) })
		}
		_, s := open(t,
			Member{Agent: count(after("facts", 400*time.Millisecond, "1")), Cheap: true},
			Member{Agent: count(after("paid", 400*time.Millisecond, "2"))})
		halden := Ask{Agent: "facts", Question: Question{Text: "halden revenue", Entities: []string{"HLDN"}}}
		larkspur := Ask{Agent: "facts", Question: Question{Text: "larkspur revenue", Entities: []string{"LRKS"}}}
		s.Prepare(1, larkspur, Ask{Agent: "paid"})
		time.Sleep(100 * time.Millisecond)
		s.Prepare(1, halden) // a better guess: the first is cancelled
		time.Sleep(300 * time.Millisecond)
		start := time.Now()
		halden.Question.Name = "the revenue of Halden"
		got := s.Ask(t.Context(), 2, start.Add(time.Second), halden)
		if q := got.Findings[0].Ask.Question; q.Turn != 2 || q.Name != "the revenue of Halden" || q.Speculative {
			t.Errorf("the question is still the guess: %+v", q)
		}
		if texts(got.Findings) != "facts=1" || time.Since(start) != 100*time.Millisecond {
			t.Errorf("got %+v after %v", got, time.Since(start))
		}
		if calls.Load() != 2 {
			t.Errorf("%d calls, want one for each guess and none for the paid agent", calls.Load())
		}
	})
}

func TestTooManyLateAnswersAreRefusedNotLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, s := open(t, Member{Agent: after("iv", 3*time.Second, "1"), Concurrency: 1000})
		asks := make([]Ask, maxOwed+3)
		for i := range asks {
			asks[i] = Ask{Agent: "iv"}
		}
		got := s.Ask(t.Context(), 1, time.Now().Add(time.Second), asks...)
		if len(got.Deferred) != maxOwed || len(got.Failed) != 3 || !errors.Is(got.Failed[0].Err, ErrTooMuchOwed) {
			t.Fatalf("%d deferred, %d failed", len(got.Deferred), len(got.Failed))
		}
		for range maxOwed {
			<-s.Late()
		}
	})
}
