package evals

import (
	"math"
	"os"
	"strings"
	"testing"
)

func TestJudgeAgreesWithTheLabelsOfItsOwnSets(t *testing.T) {
	for _, file := range []string{"testdata/judge.jsonl", "testdata/judge-short.jsonl"} {
		t.Run(file, func(t *testing.T) { agreesOn(t, file) })
	}
}

func agreesOn(t *testing.T, file string) {
	f, err := os.Open(file)
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

func TestAShortGoldIsFoundInTheFormsThatPeopleWrite(t *testing.T) {
	for _, c := range []struct {
		question, gold, answer string
		want                   JudgeLabel
	}{
		{"How wide is it?", "24 m", "It is 78.7 feet wide.", LabelCorrect},
		{"What did it cost?", "24 m", "It cost 24 million.", LabelCorrect},
		{"Which Olympics were held in Ostby?", "1936", "The games of 1936.", LabelCorrect},
		{"How long is it?", "5 feet 6 inches", "It is 5'6\" long.", LabelCorrect},
		{"When was it founded?", "1894", "As of my last update in 2021, it was founded in 1894.", LabelCorrect},
		{"Which rivers meet there?", "Ash and Wey", "The Ash, the Wey and the Tolver meet there.", LabelIncorrect},
		{"Who ruled then?", "Pius IX", "Pope Pius the Ninth", LabelCorrect},
		{"Who ruled then?", "Pius IX", "Pius X", LabelIncorrect},
		{"Who sang it?", "Ilse Gager", "It was sung by Ilse Gager6.", LabelCorrect},
		{"who sings hold the lantern high", "Ilse Gager", "“Hold the Lantern High” is a song written by Bob Crow. It was recorded by Ilse Gager.", LabelCorrect},
		{"Who will win the next race?", "Tom Brand", "It is too early to tell who will win the race.", LabelRefusal},
	} {
		if got, why := Judge(c.question, c.gold, c.answer); got != c.want {
			t.Errorf("%s %q: %q is %s (%s), want %s", c.question, c.gold, c.answer, got, why, c.want)
		}
	}
}

func FuzzJudge(f *testing.F) {
	f.Add("How long?", "24 miles", "38.6 km (24 mi)")
	f.Add("Who?", "A/B (C) or D", "either A or B.")
	f.Add("When?", "1780s", "in 1784, not 31/12/1999")
	f.Fuzz(func(t *testing.T, question, gold, answer string) {
		if l, _ := Judge(question, gold, answer); l != LabelCorrect && l != LabelIncorrect && l != LabelRefusal {
			t.Errorf("label %q", l)
		}
	})
}
