package evals

import (
	"math"
	"os"
	"strings"
	"testing"
)

func TestJudgeAgreesWithTheLabelsOfItsOwnSet(t *testing.T) {
	f, err := os.Open("testdata/judge.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	cases, err := ReadJudgeCases(f)
	if err != nil {
		t.Fatal(err)
	}
	r := JudgeAgreement(cases)
	for _, p := range r.Predictions {
		if p.Predicted != p.Label {
			t.Logf("%s, not %s (%s): gold %q: %s", p.Predicted, p.Label, p.Why, p.Gold, p.Answer)
		}
	}
	t.Logf("n %d, agreement %.3f, kappa %.3f, pure numbers %.3f of %d", r.N, r.Agreement, r.Kappa, r.PureNumberAgreement, r.PureNumberN)
	if r.N < 60 || r.Agreement < 0.95 || r.PureNumberAgreement < 0.95 {
		t.Errorf("the judge must agree on 95 %% of its own set, and of the pure numbers in it")
	}
}

func TestKappaTakesAwayWhatChanceWouldGive(t *testing.T) {
	r := JudgeReport{N: 50, Agreement: 0.7, Confusion: map[JudgeLabel]map[JudgeLabel]int{
		LabelCorrect:   {LabelCorrect: 20, LabelIncorrect: 5},
		LabelIncorrect: {LabelCorrect: 10, LabelIncorrect: 15},
	}}
	if k := r.kappa(); math.Abs(k-0.4) > 1e-9 {
		t.Errorf("kappa %.4f, want 0.4", k)
	}
}

func TestReadJudgeCasesNamesTheLine(t *testing.T) {
	_, err := ReadJudgeCases(strings.NewReader("{\"label\":\"correct\"}\n{\"label\":\"fine\"}\n"))
	if err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("got %v", err)
	}
}

func TestPureNumberIsANumberWithItsUnitAndNothingElse(t *testing.T) {
	for gold, want := range map[string]bool{
		"$1577.00": true, "-3.7%": true, "24.26": true, "8.7 USD billions": true, "Approximately 93.9 days.": true,
		"No": false, "1.9% in 2020 and 2% in 2021": false, "The ratio fell to 0.66": false, "Q3": false,
	} {
		if _, got := pureNumber(gold); got != want {
			t.Errorf("pureNumber(%q) = %v", gold, got)
		}
	}
}
