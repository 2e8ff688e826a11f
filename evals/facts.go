package evals

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"regexp"
	"strings"

	"github.com/aubade/aubade/retrieval/table"
)

// FactsReport is how exactly values were told from tables and the text around them. Scored are the questions whose answer is
// one number or one span; those that ask for a list are counted apart.
type FactsReport struct {
	Questions int `json:"questions"`
	Right     int `json:"right"`
	Wrong     int `json:"wrong"`
	Declined  int `json:"declined"`
	Lists     int `json:"lists"`
	// The same for numbers, told or computed, and for spans of words.
	Numbers FactsCount `json:"numbers"`
	Words   FactsCount `json:"words"`
	// Exact counts right answers of words that are the gold span and nothing else.
	Exact int `json:"words_exact"`

	Predictions []FactPrediction `json:"-"`
}

// FactsCount is a part of the questions.
type FactsCount struct {
	Questions int `json:"questions"`
	Right     int `json:"right"`
	Wrong     int `json:"wrong"`
	Declined  int `json:"declined"`
}

// FactPrediction is what was told for one question.
type FactPrediction struct {
	ID       string  `json:"id"`
	Question string  `json:"question"`
	Gold     string  `json:"gold"`
	Scale    string  `json:"gold_scale"`
	Answer   string  `json:"answer,omitempty"`
	Told     string  `json:"scale,omitempty"`
	Formula  string  `json:"formula,omitempty"`
	From     string  `json:"from,omitempty"`
	Sure     float64 `json:"sure,omitempty"`
	Verdict  string  `json:"verdict"` // right, wrong, declined
}

// tatContext is one context of TAT-QA's format.
type tatContext struct {
	Table struct {
		Rows [][]string `json:"table"`
	} `json:"table"`
	Paragraphs []struct {
		Text string `json:"text"`
	} `json:"paragraphs"`
	Questions []struct {
		UID      string          `json:"uid"`
		Question string          `json:"question"`
		Answer   json.RawMessage `json:"answer"`
		Type     string          `json:"answer_type"`
		Scale    string          `json:"scale"`
	} `json:"questions"`
}

// Facts answers the questions of a file in TAT-QA's format. A number is right within one percent with its scale multiplied
// out; a cell in an accountant's brackets may be told with or without its sign; words are right if they share most of their tokens with the gold span (F1 of at least 0.7).
func Facts(file string) (FactsReport, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return FactsReport{}, fmt.Errorf("eval facts: %w", err)
	}
	var contexts []tatContext
	if err := json.Unmarshal(raw, &contexts); err != nil {
		return FactsReport{}, fmt.Errorf("eval facts: %s: %w", file, err)
	}
	var r FactsReport
	for _, c := range contexts {
		in := table.Context{Table: c.Table.Rows}
		for _, p := range c.Paragraphs {
			in.Paragraphs = append(in.Paragraphs, p.Text)
		}
		for _, q := range c.Questions {
			gold, ok := oneAnswer(q.Answer)
			if !ok {
				r.Lists++
				continue
			}
			p := FactPrediction{ID: q.UID, Question: q.Question, Gold: gold, Scale: q.Scale, Verdict: "declined"}
			a, told := in.Answer(q.Question)
			if told {
				p.Answer, p.Told, p.Formula, p.From, p.Sure = a.Text, string(a.Scale), a.Formula, a.From, a.Sure
			}
			r.score(&p, a, told)
			r.Predictions = append(r.Predictions, p)
		}
	}
	if r.Questions == 0 {
		return r, fmt.Errorf("eval facts: %s holds no question with one answer", file)
	}
	return r, nil
}

func (r *FactsReport) score(p *FactPrediction, a table.Answer, told bool) {
	value, isNumber := goldNumber(p.Gold, p.Scale)
	part := &r.Words
	if isNumber {
		part = &r.Numbers
	}
	r.Questions++
	part.Questions++
	switch {
	case !told:
		r.Declined++
		part.Declined++
		return
	case isNumber && a.Value != nil && a.Formula == "" && strings.Contains(a.Text, "(") && withinOne(new(big.Rat).Neg(value), new(big.Rat).Mul(a.Value, a.Scale.Factor()), a.Scale.Factor()),
		isNumber && a.Value != nil && withinOne(value, new(big.Rat).Mul(a.Value, a.Scale.Factor()), a.Scale.Factor()):
		p.Verdict = "right"
	case !isNumber && overlap(p.Gold, a.Text) >= 0.7:
		p.Verdict = "right"
		if overlap(p.Gold, a.Text) == 1 {
			r.Exact++
		}
	default:
		p.Verdict = "wrong"
		r.Wrong++
		part.Wrong++
		return
	}
	r.Right++
	part.Right++
}

// oneAnswer takes the answer if it is one number or one span.
func oneAnswer(raw json.RawMessage) (string, bool) {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) == nil {
		if len(list) != 1 {
			return "", false
		}
		raw = list[0]
	}
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s, true
	}
	s = string(bytes.TrimSpace(raw))
	return s, s != "" && s != "null"
}

var goldNumberRx = regexp.MustCompile(`(?i)^(\()?\s*(-)?\s*(?:[a-z]{0,3}[$€£]|rmb|usd|eur)?\s*(-)?(\()?\s*([\d,]*\.?\d+)\)?\s*(%|percent|million|billion|thousand|bps|basis points)?\s*\)?$`)

// goldNumber reads a gold answer that is a number, its scale multiplied out.
func goldNumber(s, scale string) (*big.Rat, bool) {
	m := goldNumberRx.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return nil, false
	}
	digits := strings.ReplaceAll(m[5], ",", "")
	if scale == "" && len(digits) == 4 && digits == m[5] && (strings.HasPrefix(digits, "19") || strings.HasPrefix(digits, "20")) {
		return nil, false // a year is a name
	}
	v, ok := new(big.Rat).SetString(digits)
	if !ok {
		return nil, false
	}
	if m[1] != "" || m[2] != "" || m[3] != "" || m[4] != "" {
		v.Neg(v)
	}
	own := table.Scale(strings.ToLower(m[6]))
	if own == "%" {
		own = table.Percent
	}
	if own == table.One {
		own = table.Scale(scale)
	}
	return v.Mul(v, own.Factor()), true
}

// withinOne allows one percent, or half of the last of the two decimals that gold answers are rounded to.
func withinOne(want, got *big.Rat, unit *big.Rat) bool {
	off := new(big.Rat).Sub(want, got)
	off.Abs(off)
	limit := new(big.Rat).Mul(want, big.NewRat(1, 100))
	rounding := new(big.Rat).Mul(unit, big.NewRat(5, 1000))
	return off.Cmp(limit.Abs(limit)) <= 0 || off.Cmp(rounding) <= 0
}

// overlap is the F1 of the tokens of two texts, without case, punctuation and articles.
func overlap(a, b string) float64 {
	x, y := tokens(a), tokens(b)
	if len(x) == 0 || len(y) == 0 {
		return 0
	}
	left := map[string]int{}
	for _, t := range x {
		left[t]++
	}
	same := 0
	for _, t := range y {
		if left[t] > 0 {
			left[t]--
			same++
		}
	}
	return 2 * float64(same) / float64(len(x)+len(y))
}

func tokens(s string) []string {
	var out []string
	for _, t := range strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '%' || r == '.' || r > 127)
	}) {
		if t = strings.Trim(t, "."); t != "" && t != "a" && t != "an" && t != "the" {
			out = append(out, t)
		}
	}
	return out
}
