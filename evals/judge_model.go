package evals

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/aubade/aubade/internal/llm"
)

//go:embed rubric.md
var rubric string

// VerdictCache keeps what a model has said; store.DB is one.
type VerdictCache interface {
	Cached(ctx context.Context, key string) ([]byte, bool, error)
	Cache(ctx context.Context, key string, value []byte) error
}

// A ModelJudge lets a model grade by the rubric in this folder, and the majority of its votes decide. A vote is kept under
// the model, the rubric, and all that it was given: nothing is asked twice.
type ModelJudge struct {
	Model llm.Model
	Cache VerdictCache // nil: nothing is kept
	Votes int          // 0 means 3
}

// An Opinion is what a model says of an answer.
type Opinion struct {
	Label JudgeLabel   `json:"label"`
	Why   string       `json:"why"` // of the first vote of the majority
	Votes []JudgeLabel `json:"votes"`
	// Agreement is the share of the votes that are the majority's.
	Agreement float64 `json:"agreement"`
	Asked     int     `json:"asked"` // votes that were not in the cache
}

type vote struct {
	Why   string     `json:"why"`
	Label JudgeLabel `json:"label"`
}

var voteSchema = json.RawMessage(`{"type":"object","additionalProperties":false,"required":["why","label"],"properties":{"why":{"type":"string"},"label":{"type":"string","enum":["correct","incorrect","refusal"]}}}`)

// Judge asks for the votes. Where no label has a majority, the answer is incorrect: whoever cannot be told right is not.
func (j ModelJudge) Judge(ctx context.Context, question, gold, answer string) (Opinion, error) {
	n := j.Votes
	if n == 0 {
		n = 3
	}
	var o Opinion
	var votes []vote
	for i := range n {
		v, asked, err := j.vote(ctx, question, gold, answer, i)
		if err != nil {
			return o, fmt.Errorf("judge %s: %w", j.Model.Name(), err)
		}
		if asked {
			o.Asked++
		}
		votes, o.Votes = append(votes, v), append(o.Votes, v.Label)
	}
	count := map[JudgeLabel]int{}
	for _, v := range votes {
		count[v.Label]++
	}
	o.Label = LabelIncorrect
	for _, l := range judgeLabels {
		if count[l]*2 > n {
			o.Label = l
		}
	}
	o.Agreement = float64(count[o.Label]) / float64(n)
	if i := slices.IndexFunc(votes, func(v vote) bool { return v.Label == o.Label }); i >= 0 {
		o.Why = votes[i].Why
	}
	return o, nil
}

func (j ModelJudge) vote(ctx context.Context, question, gold, answer string, i int) (v vote, asked bool, err error) {
	given, err := json.MarshalIndent(map[string]string{"question": question, "gold": gold, "answer": answer}, "", " ")
	if err != nil {
		return v, false, err
	}
	h := sha256.Sum256([]byte(fmt.Sprintf("%s\x00%s\x00%s\x00%d", j.Model.Name(), rubric, given, i)))
	key := "judge:" + hex.EncodeToString(h[:16])
	if j.Cache != nil {
		if raw, ok, err := j.Cache.Cached(ctx, key); err != nil {
			return v, false, err
		} else if ok && json.Unmarshal(raw, &v) == nil {
			return v, false, nil
		}
	}
	// The votes would all be one at temperature 0.
	warmth := float32(0.5)
	req := llm.Request{Temperature: &warmth, MaxTokens: 200, Schema: voteSchema, SchemaName: "verdict",
		Messages: []llm.Message{{From: llm.System, Text: rubric}, {From: llm.User, Text: string(given)}}}
	var text strings.Builder
	for d, err := range j.Model.Stream(ctx, req) {
		if err != nil {
			return v, true, err
		}
		text.WriteString(d.Text)
	}
	if v, err = readVote(text.String()); err != nil {
		return v, true, err
	}
	if j.Cache != nil {
		raw, err := json.Marshal(v)
		if err != nil {
			return v, true, err
		}
		return v, true, j.Cache.Cache(ctx, key, raw)
	}
	return v, true, nil
}

// readVote takes the JSON out of what a model wrote around it.
func readVote(text string) (v vote, err error) {
	from, to := strings.IndexByte(text, '{'), strings.LastIndexByte(text, '}')
	if from < 0 || to < from {
		return v, fmt.Errorf("no verdict in %.80q", text)
	}
	if err := json.Unmarshal([]byte(text[from:to+1]), &v); err != nil {
		return v, fmt.Errorf("verdict %.80q: %w", text, err)
	}
	if !slices.Contains(judgeLabels, v.Label) {
		return v, fmt.Errorf("verdict %q is none of %q", v.Label, judgeLabels)
	}
	return v, nil
}

// ModelReport proves a model judge, as JudgeReport proves the rules.
type ModelReport struct {
	JudgeReport
	Model string `json:"model"`
	// VotesAgreement is the mean share of the votes that were the majority's.
	VotesAgreement float64 `json:"votes_agreement"`
	// RulesAgreement is how often the rules say the same as the model.
	RulesAgreement float64 `json:"rules_agreement"`
	Asked          int     `json:"asked"` // votes that were not in the cache
}

// Agreement lets the model label every case, parallel at a time, and compares. tick is called after each.
func (j ModelJudge) Agreement(ctx context.Context, cases []JudgeCase, parallel int, tick func()) (ModelReport, error) {
	r := ModelReport{Model: j.Model.Name()}
	opinions := make([]Opinion, len(cases))
	failed := make([]error, len(cases))
	places := make(chan struct{}, max(parallel, 1))
	var wg sync.WaitGroup
	for i, c := range cases {
		places <- struct{}{}
		wg.Go(func() {
			defer func() { <-places }()
			opinions[i], failed[i] = j.Judge(ctx, c.Question, c.Gold, c.Answer)
			if tick != nil {
				tick()
			}
		})
	}
	wg.Wait()
	if err := errors.Join(failed...); err != nil {
		return r, err
	}
	same, k := 0, 0
	r.JudgeReport = agreement(cases, func(c JudgeCase) (JudgeLabel, string) {
		o := opinions[k]
		k++
		r.VotesAgreement += o.Agreement
		r.Asked += o.Asked
		if l, _ := Judge(c.Question, c.Gold, c.Answer); l == o.Label {
			same++
		}
		return o.Label, o.Why
	})
	r.VotesAgreement /= float64(max(len(cases), 1))
	r.RulesAgreement = portion(same, len(cases))
	return r, nil
}

// noAnswer is the gold of a case that wants a refusal.
const noAnswer = "There is no answer: it must say that it does not know, or will not say."

// gold is a case's right answer in words, for a judge that reads.
func (c Case) gold() string {
	if c.Kind == KindOutOfScope || c.Kind == KindUnanswerable {
		return noAnswer
	}
	var parts []string
	if q, _, err := c.wanted(); err == nil {
		parts = append(parts, q.String())
	}
	if len(c.Accept) > 0 {
		parts = append(parts, strings.Join(c.Accept, " or "))
	}
	return strings.Join(append(parts, c.Must...), "; ")
}

// Opine asks what the model says of a result.
func (j ModelJudge) Opine(ctx context.Context, r Result) (Opinion, error) {
	shown := r.Answer.Shown
	for _, l := range r.Answer.Deferred {
		shown += " " + l.Shown
	}
	return j.Judge(ctx, strings.Join(r.Case.Turns(), "\n"), r.Case.gold(), shown)
}

// Judged says how far a model judge and the rules agree on a run.
type Judged struct {
	N              int     `json:"n"`
	Same           int     `json:"same"`
	VotesAgreement float64 `json:"votes_agreement"`
}

func judged(results []Result) *Judged {
	var j Judged
	for _, r := range results {
		if r.Opinion == nil {
			continue
		}
		j.N++
		j.VotesAgreement += r.Opinion.Agreement
		good := r.Opinion.Label == LabelCorrect || r.Case.gold() == noAnswer && r.Opinion.Label == LabelRefusal
		if good == (r.Score.Verdict == Right) {
			j.Same++
		}
	}
	if j.N == 0 {
		return nil
	}
	j.VotesAgreement /= float64(j.N)
	return &j
}
