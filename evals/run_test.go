package evals

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
)

func results(kind string, verdicts string) (out []Result) {
	for i, v := range verdicts {
		x := Result{Case: Case{ID: kind + string(rune('a'+i)), Kind: kind}, Score: Score{Verdict: Wrong}}
		if v == '+' {
			x.Score.Verdict = Right
		}
		out = append(out, x)
	}
	return out
}

func summed(all ...[]Result) (r Run) {
	for _, x := range all {
		r.Results = append(r.Results, x...)
	}
	r.sum(1)
	return r
}

func TestAFloorHoldsOrIsFallenBelow(t *testing.T) {
	r := summed(results(KindNumber, "++-"), results(KindNews, "-"))
	for _, c := range []struct {
		right map[string]int
		want  string
	}{
		{map[string]int{KindNumber: 2, all: 2}, ""},
		{map[string]int{KindNumber: 3}, KindNumber},
		{map[string]int{KindNews: 1, KindNumber: 1}, KindNews},
		{map[string]int{KindSlow: 1}, KindSlow},
	} {
		var fell []string
		for _, x := range (Baseline{Right: c.right}).Compare(r, 1) {
			if x.Regressed {
				fell = append(fell, x.Kind)
			}
		}
		if got := strings.Join(fell, " "); got != c.want {
			t.Errorf("%v: fell %q, want %q", c.right, got, c.want)
		}
	}
}

func TestAFloorRisesWithTheTimesThatEachCaseIsAsked(t *testing.T) {
	once := results(KindNumber, "+--")
	var twice []Result
	for n := range 2 {
		for _, r := range once {
			r.Repeat = n
			twice = append(twice, r)
		}
	}
	floor := Baseline{Right: map[string]int{KindNumber: 2}}
	if !Regressed(floor.Compare(summed(twice), 1)) {
		t.Error("one of three right, twice, is no two of three")
	}
	floor.Right[KindNumber] = 1
	if c := floor.Compare(summed(twice), 1); Regressed(c) {
		t.Errorf("one of three right, twice, is one of three: %+v", c)
	}
}

func TestADifferenceWithinTheNoiseIsNoRegression(t *testing.T) {
	was := Baseline{Results: results(KindNumber, strings.Repeat("+", 20))}
	for verdicts, want := range map[string]struct{ regressed, noise bool }{
		strings.Repeat("+", 20):                           {false, true},
		strings.Repeat("+", 19) + "-":                     {false, true}, // one of twenty may be chance
		strings.Repeat("+", 10) + strings.Repeat("-", 10): {true, false},
	} {
		c := was.Compare(summed(results(KindNumber, verdicts)), 1)[0]
		if c.Regressed != want.regressed || c.Noise != want.noise {
			t.Errorf("%s: regressed %v, noise %v (%.2f to %.2f)", verdicts, c.Regressed, c.Noise, c.Low, c.High)
		}
		if len(c.Lost) != strings.Count(verdicts, "-") {
			t.Errorf("%s: lost %q", verdicts, c.Lost)
		}
	}
	better := Baseline{Results: results(KindNumber, strings.Repeat("-", 20))}.Compare(summed(results(KindNumber, strings.Repeat("+", 20))), 1)
	if better[0].Regressed || better[0].Noise || len(better[0].Won) != 20 {
		t.Errorf("better: %+v", better[0])
	}
}

func TestAPlanGoesOnWhereItWasBrokenOff(t *testing.T) {
	cases := []Case{{ID: "a", Kind: KindNews}, {ID: "b", Kind: KindNews}, {ID: "c", Kind: KindNews}}
	var asked atomic.Int32
	ask := func(_ context.Context, c Case) (Result, error) {
		asked.Add(1)
		if c.ID == "c" {
			return Result{Case: c}, errors.New("no line")
		}
		return Result{Case: c, Score: Score{Verdict: Right}}, nil
	}
	var told []Result
	p := Plan{Cases: cases, Repeat: 2, Parallel: 2, Ask: ask, Each: func(r Result) error { told = append(told, r); return nil }}
	r, err := p.Run(t.Context())
	if err != nil || asked.Load() != 6 || len(told) != 6 {
		t.Fatal(err, asked.Load(), len(told))
	}
	if last := r.Kinds[len(r.Kinds)-1]; last.Right != 4 || last.Wrong != 2 || last.N != 6 {
		t.Errorf("tally %+v", last)
	}
	// What failed is asked again; what has changed, too.
	p.Done, p.Cases = told, []Case{cases[0], {ID: "b", Kind: KindNews, Question: "other"}, cases[2]}
	asked.Store(0)
	if _, err := p.Run(t.Context()); err != nil || asked.Load() != 4 {
		t.Errorf("asked %d again, want 4: %v", asked.Load(), err)
	}
}

func TestVerdictsThatDifferAreUnsteady(t *testing.T) {
	a, b := results(KindNews, "+"), results(KindNews, "-")
	b[0].Repeat = 1
	if r := summed(a, b); len(r.Unsteady) != 1 {
		t.Errorf("unsteady: %q", r.Unsteady)
	}
}

func TestPredictionsAreReadBackUpToWhereTheyWereCutOff(t *testing.T) {
	got, err := ReadResults(strings.NewReader(`{"case":{"id":"a","kind":"news"}}` + "\n" + `{"case":{"id":"b",`))
	if err != nil || len(got) != 1 {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := ReadResults(strings.NewReader("{}\n{}\n")); err == nil {
		t.Error("other JSON is no prediction")
	}
}

func TestCasesThatMakeNoSenseAreRefused(t *testing.T) {
	for line, want := range map[string]string{
		`{"id":"a","kind":"news","question":"q","faults":[{"helper":"quote"}]}`:                                  "fault",
		`{"id":"a","kind":"news","question":"q","faults":[{"helper":"quote","delay":"x"}]}`:                      "fault",
		`{"id":"a","kind":"news","question":"q","barge_in":{"after":"1s"}}`:                                      "barge-in",
		`{"id":"a","kind":"news","question":"q","within":"soon"}`:                                                "within",
		`{"id":"a","kind":"news","question":"q","faults":[{"helper":"quote","error":"503"}],"voice":"festival"}`: "",
	} {
		_, err := decodeCase([]byte(line))
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", line, err)
		}
	}
}
