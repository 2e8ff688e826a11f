package evals

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aubade/aubade/internal/llm/openai"
	"github.com/aubade/aubade/store"
)

// judgeServer is an OpenAI-compatible server that says the next of the labels each time, and counts.
func judgeServer(t *testing.T, labels ...string) (ModelJudge, *atomic.Int32, *atomic.Value) {
	t.Helper()
	var asked atomic.Int32
	var last atomic.Value
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		last.Store(string(body))
		n := int(asked.Add(1)) - 1
		w.Header().Set("Content-Type", "text/event-stream")
		text, _ := json.Marshal(fmt.Sprintf("Here it is: {\"why\": \"vote %d\", \"label\": %q}", n, labels[n%len(labels)]))
		fmt.Fprintf(w, "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":%s}}]}\n\ndata: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n", text)
	}))
	t.Cleanup(s.Close)
	db, err := store.Open(filepath.Join(t.TempDir(), "x.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return ModelJudge{Model: openai.New(openai.Config{BaseURL: s.URL + "/v1", Model: "m", FirstToken: 5 * time.Second, Stall: 5 * time.Second}), Cache: db}, &asked, &last
}

func TestTheMajorityOfThreeDecidesAndIsKept(t *testing.T) {
	j, asked, last := judgeServer(t, "correct", "incorrect", "correct")
	for round := range 2 {
		o, err := j.Judge(t.Context(), "Who?", "Marta", "Marta did.")
		if err != nil {
			t.Fatal(err)
		}
		if o.Label != LabelCorrect || o.Agreement < 0.66 || o.Agreement > 0.67 || o.Why != "vote 0" || len(o.Votes) != 3 {
			t.Errorf("round %d: %+v", round, o)
		}
	}
	if asked.Load() != 3 {
		t.Errorf("asked %d times: what was judged once is kept", asked.Load())
	}
	body := last.Load().(string)
	for _, want := range []string{"You grade one answer", "Marta did."} {
		if !strings.Contains(body, want) {
			t.Errorf("the request lacks %q: %s", want, body)
		}
	}
	if _, err := j.Judge(t.Context(), "Who?", "Marta", "Marta did it."); err != nil || asked.Load() != 6 {
		t.Errorf("another answer is judged anew: %d, %v", asked.Load(), err)
	}
}

func TestWithoutAMajorityNothingIsRight(t *testing.T) {
	j, _, _ := judgeServer(t, "correct", "incorrect", "refusal")
	if o, err := j.Judge(t.Context(), "Who?", "Marta", "Marta?"); err != nil || o.Label != LabelIncorrect {
		t.Errorf("%+v, %v", o, err)
	}
}

func TestAVerdictThatIsNoneIsAnError(t *testing.T) {
	j, _, _ := judgeServer(t, "fine")
	if _, err := j.Judge(t.Context(), "Who?", "Marta", "Marta?"); err == nil || !strings.Contains(err.Error(), "fine") {
		t.Errorf("got %v", err)
	}
}

func TestAModelIsProvenLikeTheRules(t *testing.T) {
	j, _, _ := judgeServer(t, "correct")
	cases := []JudgeCase{{Question: "Who?", Gold: "Marta Berg", Answer: "Marta Berg.", Label: LabelCorrect}, {Question: "Who?", Gold: "Marta Berg", Answer: "Jon Weir.", Label: LabelIncorrect}}
	r, err := j.Agreement(context.Background(), cases, 2, nil)
	if err != nil || r.Agreement != 0.5 || r.RulesAgreement != 0.5 || r.VotesAgreement != 1 || r.N != 2 {
		t.Errorf("%+v, %v", r, err)
	}
}
