package evals

import (
	"strings"
	"testing"

	"github.com/aubade/aubade/voice"
)

var revenue = Case{ID: "n", Kind: KindNumber, Question: "q", Value: &Value{Number: "2310000000", Unit: "USD", Tolerance: "0.005"}, Sources: []string{"https://filings.example/a"}}

func cite(url string) []voice.Citation { return []voice.Citation{{URL: url}} }

// Each planted fault must be caught, and what is right must pass.
func TestGradeCatchesPlantedFaults(t *testing.T) {
	ok := cite("https://filings.example/a")
	fall := Case{Kind: KindChange, Value: &Value{Number: "-12.4", Unit: "%", Tolerance: "0.02"}}
	points := Case{Kind: KindComparison, Value: &Value{Number: "23.7", Unit: "pp", Tolerance: "0.01"}}
	loss := Case{Kind: KindNumber, Value: &Value{Number: "-0.15", Unit: "USD/share"}}
	news := Case{Kind: KindNews, Accept: []string{"met its main goal", "met the primary goal"}, Must: []string{"31"}, MustNot: []string{"failed"}}
	none := Case{Kind: KindUnanswerable}
	slow := Case{Kind: KindSlow, Value: &Value{Number: "42", Unit: "%", Tolerance: "0.05"}}
	told := func(n int, text string) Answer {
		return Answer{Shown: "I am looking it up.", Deferred: []Late{{Question: "q", Told: n, Shown: text, Citations: ok}}}
	}
	for _, tc := range []struct {
		name string
		c    Case
		a    Answer
		want Verdict
		why  string
	}{
		{"the right number with its source", revenue, Answer{Shown: "Revenue was $2.31 billion.", Citations: ok}, Right, ""},
		{"the right number in words", revenue, Answer{Shown: "Revenue was two point three one billion dollars.", Citations: ok}, Right, ""},
		{"the right number rounded as written", revenue, Answer{Shown: "Revenue was $2.3 billion.", Citations: ok}, Right, ""},
		{"a wrong scale", revenue, Answer{Shown: "Revenue was $2.31 million.", Citations: ok}, Wrong, "2.31 million"},
		{"a wrong unit", revenue, Answer{Shown: "Revenue was €2.31 billion.", Citations: ok}, Wrong, "no number"},
		{"a percentage for an amount", revenue, Answer{Shown: "Revenue was 2.31%.", Citations: ok}, Wrong, "no number"},
		{"another number", revenue, Answer{Shown: "Revenue was $2.19 billion.", Citations: ok}, Wrong, "$2.19 billion"},
		{"a number that is nearly right", revenue, Answer{Shown: "Revenue was $2.35 billion.", Citations: ok}, Wrong, "$2.35 billion"},
		{"a rounding that goes the wrong way", revenue, Answer{Shown: "Revenue was $2.4 billion.", Citations: ok}, Wrong, "$2.4 billion"},
		{"a swapped citation", revenue, Answer{Shown: "Revenue was $2.31 billion.", Citations: cite("https://filings.example/b")}, Wrong, "sources"},
		{"no citation", revenue, Answer{Shown: "Revenue was $2.31 billion."}, Wrong, "cites nothing"},
		{"a refusal where there is an answer", revenue, Answer{Shown: "The brief has no revenue of Larkspur."}, Declined, ""},
		{"an invented number for a question without answer", none, Answer{Shown: "It has $5 million.", Citations: ok}, Wrong, "decline"},
		{"a refusal that says a number all the same", none, Answer{Shown: "The brief has no tax rate, but it was 12%."}, Wrong, "12%"},
		{"a refusal where right", none, Answer{Shown: "The brief has no tax rate of Kittiwake."}, Right, ""},
		{"a refusal that offers questions with numbers", none, Answer{Shown: "The brief has nothing on that about Halden. You could ask: who paid $5 million?"}, Right, ""},
		{"a fall in words", fall, Answer{Shown: "Revenue fell 12.4%.", Citations: ok}, Right, ""},
		{"a fall that is told as a rise", fall, Answer{Shown: "Revenue rose 12.4%.", Citations: ok}, Wrong, "12.4%"},
		{"a percentage for percentage points", points, Answer{Shown: "The margins are 23.7% apart.", Citations: ok}, Wrong, "no number"},
		{"percentage points", points, Answer{Shown: "They are 23.7 percentage points apart.", Citations: ok}, Right, ""},
		{"a loss without its sign", loss, Answer{Shown: "It earned $0.15 a share.", Citations: ok}, Wrong, "$0.15"},
		{"a loss in words", loss, Answer{Shown: "It lost $0.15 a share.", Citations: ok}, Right, ""},
		{"news that holds what it must", news, Answer{Shown: "The trial met its main goal, by 31%.", Citations: ok}, Right, ""},
		{"news that lacks a must", news, Answer{Shown: "The trial met its main goal.", Citations: ok}, Wrong, "31"},
		{"news that says what it must not", news, Answer{Shown: "It met its main goal by 31% and failed.", Citations: ok}, Wrong, "failed"},
		{"told once, later", slow, told(1, "Implied volatility is 41.9%."), Right, ""},
		{"told twice", slow, told(2, "Implied volatility is 41.9%."), Wrong, "2 times"},
		{"never told", slow, told(0, ""), Wrong, "0 times"},
		{"told at once, though it could not be known", slow, Answer{Shown: "It is 42%.", Citations: ok}, Wrong, "not deferred"},
		{"told late and wrong", slow, told(1, "Implied volatility is 14.9%."), Wrong, "14.9%"},
	} {
		got := tc.c.Grade(tc.a)
		if got.Verdict != tc.want || !strings.Contains(strings.Join(got.Why, "; "), tc.why) {
			t.Errorf("%s: %s because %q, want %s with %q", tc.name, got.Verdict, got.Why, tc.want, tc.why)
		}
	}
}

func TestLoadCasesReadsTheSample(t *testing.T) {
	cases, err := LoadCases("../data/sample/questions.jsonl", "../data/sample/questions-hand.jsonl")
	if err != nil || len(cases) < 60 {
		t.Fatal(len(cases), err)
	}
}
