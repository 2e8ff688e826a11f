package evals

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// A JudgeLabel is what a person, or the judge, says of an answer.
type JudgeLabel string

const (
	LabelCorrect   JudgeLabel = "correct"
	LabelIncorrect JudgeLabel = "incorrect"
	// LabelRefusal: the answer says that it cannot tell, and tells nothing.
	LabelRefusal JudgeLabel = "refusal"
)

// judgeLabels are all the labels, in the order of the confusion matrix.
var judgeLabels = []JudgeLabel{LabelCorrect, LabelIncorrect, LabelRefusal}

// A JudgeCase is an answer that a person has labelled.
type JudgeCase struct {
	Question string     `json:"question"`
	Gold     string     `json:"gold"`
	Answer   string     `json:"answer"`
	Label    JudgeLabel `json:"label"`
}

// A JudgePrediction is what the judge says beside what the person said.
type JudgePrediction struct {
	JudgeCase
	Predicted  JudgeLabel `json:"predicted"`
	Why        string     `json:"why"`
	PureNumber bool       `json:"pure_number"`
}

// JudgeReport says how far the judge can be trusted. Kappa is Cohen's: agreement beyond what chance would give two
// judges with the same habits (Cohen, "A coefficient of agreement for nominal scales", 1960).
type JudgeReport struct {
	N         int     `json:"n"`
	Agreement float64 `json:"agreement"`
	Kappa     float64 `json:"kappa"`
	// The cases whose gold is one number, with at most a unit, a currency and a scale.
	PureNumberN         int     `json:"pure_number_n"`
	PureNumberAgreement float64 `json:"pure_number_agreement"`
	// Confusion counts the cases by the person's label, then by the judge's.
	Confusion map[JudgeLabel]map[JudgeLabel]int `json:"confusion"`

	Predictions []JudgePrediction `json:"-"`
}

// ReadJudgeCases reads labelled answers, one JSON object a line.
func ReadJudgeCases(r io.Reader) ([]JudgeCase, error) {
	var out []JudgeCase
	s := bufio.NewScanner(r)
	s.Buffer(nil, 16<<20)
	for line := 1; s.Scan(); line++ {
		if strings.TrimSpace(s.Text()) == "" {
			continue
		}
		var c JudgeCase
		if err := json.Unmarshal(s.Bytes(), &c); err != nil {
			return nil, fmt.Errorf("labelled answers: line %d: %w", line, err)
		}
		if !slices.Contains(judgeLabels, c.Label) {
			return nil, fmt.Errorf("labelled answers: line %d: label %q is none of %q", line, c.Label, judgeLabels)
		}
		out = append(out, c)
	}
	if err := s.Err(); err != nil {
		return nil, fmt.Errorf("labelled answers: %w", err)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("labelled answers: there are none")
	}
	return out, nil
}

// JudgeAgreement lets the rules label every case, and compares.
func JudgeAgreement(cases []JudgeCase) JudgeReport {
	return agreement(cases, func(c JudgeCase) (JudgeLabel, string) { return Judge(c.Question, c.Gold, c.Answer) })
}

func agreement(cases []JudgeCase, judge func(JudgeCase) (JudgeLabel, string)) JudgeReport {
	r := JudgeReport{N: len(cases), Confusion: map[JudgeLabel]map[JudgeLabel]int{}}
	for _, l := range judgeLabels {
		r.Confusion[l] = map[JudgeLabel]int{LabelCorrect: 0, LabelIncorrect: 0, LabelRefusal: 0}
	}
	same, pureSame := 0, 0
	for _, c := range cases {
		p := JudgePrediction{JudgeCase: c}
		p.Predicted, p.Why = judge(c)
		_, p.PureNumber = pureNumber(tidy(c.Gold))
		r.Confusion[c.Label][p.Predicted]++
		if p.PureNumber {
			r.PureNumberN++
		}
		if p.Predicted == c.Label {
			same++
			if p.PureNumber {
				pureSame++
			}
		}
		r.Predictions = append(r.Predictions, p)
	}
	r.Agreement = portion(same, r.N)
	r.PureNumberAgreement = portion(pureSame, r.PureNumberN)
	r.Kappa = r.kappa()
	return r
}

func (r JudgeReport) kappa() float64 {
	if r.N == 0 {
		return 0
	}
	chance, n := 0.0, float64(r.N)
	for _, l := range judgeLabels {
		person, judge := 0, 0
		for _, m := range judgeLabels {
			person += r.Confusion[l][m]
			judge += r.Confusion[m][l]
		}
		chance += float64(person) / n * float64(judge) / n
	}
	if chance == 1 {
		return 1 // both know one label only, and agree on it
	}
	return (r.Agreement - chance) / (1 - chance)
}

func portion(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

// Judge labels an answer by rules alone, and says why. It grades what the answer concludes:
//
//	gold is one number   the number that the answer ends on, or begins with, must be it (judge_number.go)
//	gold says yes or no  the answer must say the same (judge_text.go)
//	gold is short        a name, a date, a measure, a list: the answer must claim it, in whichever form (judge_short.go)
//	any other gold       the answer must hold most of what the gold tells beyond the question (judge_text.go)
//
// An answer that declines is a refusal, unless it goes on to answer all the same (judge_refusal.go).
func Judge(question, gold, answer string) (JudgeLabel, string) {
	question, gold = tidy(question), tidy(gold)
	a := readReply(answer)
	if len(a.sentences) == 0 {
		return LabelRefusal, "it says nothing"
	}
	golds, short := shortGold(gold)
	_, date := goldDates(gold)
	_, measured := goldMeasure(question, gold)
	if g, ok := pureNumber(gold); ok && !measured && !(date && !asksAmount.MatchString(question)) {
		return judgeNumber(question, g, a)
	}
	if n, ok := counted(question, gold); ok && !measured && !date {
		return judgeNumber(question, n, a)
	}
	if short && (len(golds) > 1 || readPolarity(gold) == unclear) && !declines(gold) {
		return judgeShort(question, golds, a)
	}
	return judgeText(question, gold, a)
}
