package evals

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestScoresOfARanking(t *testing.T) {
	relevant := map[string]int{"a": 2, "b": 1, "c": 1}
	for name, c := range map[string]struct {
		ranked string
		want   RetrievalScores
	}{
		"the ideal order":         {"a b c", RetrievalScores{1, 1, 1, 1}},
		"nothing found":           {"x y z", RetrievalScores{}},
		"the best one second":     {"x a", RetrievalScores{2 / math.Log2(3) / (2 + 1/math.Log2(3) + 0.5), 1.0 / 3, 1.0 / 3, 0.5}},
		"found beyond the fifth":  {"1 2 3 4 5 b", RetrievalScores{1 / math.Log2(7) / (2 + 1/math.Log2(3) + 0.5), 0, 1.0 / 3, 1.0 / 6}},
		"found beyond the tenth":  {"1 2 3 4 5 6 7 8 9 10 b", RetrievalScores{0, 0, 1.0 / 3, 1.0 / 11}},
		"the order among equals":  {"a c b", RetrievalScores{1, 1, 1, 1}},
		"the better one is third": {"b c a", RetrievalScores{(1 + 1/math.Log2(3) + 1) / (2 + 1/math.Log2(3) + 0.5), 1, 1, 1}},
	} {
		var got RetrievalScores
		got.add(strings.Fields(c.ranked), relevant)
		for _, d := range []float64{got.NDCG10 - c.want.NDCG10, got.Recall5 - c.want.Recall5, got.Recall100 - c.want.Recall100, got.MRR - c.want.MRR} {
			if math.Abs(d) > 1e-9 {
				t.Errorf("%s: %+v, want %+v", name, got, c.want)
			}
		}
	}
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	p := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestRetrievalOnASmallCollection(t *testing.T) {
	var corpus strings.Builder
	for i, s := range []string{"A drug against migraine met its goal.", "The bank raised its dividend.", "Oil prices fell with demand.", "Chips for data centers sold well.", "The airline ordered engines.", "A brake recall hits trucks."} {
		corpus.WriteString(`{"_id":"d` + string(rune('0'+i)) + `","title":"","text":"` + s + `"}` + "\n")
	}
	c, err := LoadCorpus(write(t, "corpus.jsonl", corpus.String()),
		write(t, "queries.jsonl", `{"_id":"q1","text":"which trucks are recalled"}`+"\n"+`{"_id":"q2","text":"dividends of banks"}`+"\n"+`{"_id":"q3","text":"nobody judged this"}`+"\n"),
		write(t, "qrels.tsv", "query-id\tcorpus-id\tscore\nq1\td5\t1\nq2\td1\t1\nq2\td2\t0\n"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := Retrieval(t.Context(), c, t.TempDir(), nil)
	if err != nil || r.Queries != 2 || r.Documents != 6 || r.Lexical.NDCG10 != 1 || r.Fused.MRR != 1 {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestWhatCollectionsWriteInTheirOwnWay(t *testing.T) {
	c, err := LoadCorpus(write(t, "corpus.jsonl", `{"_id":1,"title":null,"text":"Halden recalls trucks","metadata":{"url":"x"}}`+"\r\n"+`{"_id":"2","text":""}`+"\n"+`{"_id":"3","title":"Émission","text":"COVID-19, 1,25(OH)2 ﷺ"}`+"\n"),
		write(t, "queries.jsonl", `{"_id":7,"text":"truck recall"}`+"\n"+`{"_id":"8","text":"the of and"}`+"\n"+`{"_id":"9","text":"covid 19 \"quoted\" OR NOT NEAR(x) * ^ : -"}`+"\n"),
		write(t, "qrels.tsv", "7\t1\t1\r\n8\t2\t1\n9 0 3 2\n"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := Retrieval(t.Context(), c, t.TempDir(), nil)
	if err != nil || r.Queries != 3 || math.Abs(r.Lexical.MRR-2.0/3) > 1e-9 {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestAMalformedCollectionIsNamedByLine(t *testing.T) {
	ok := write(t, "corpus.jsonl", `{"_id":"d"}`)
	_, err := LoadCorpus(ok, ok, write(t, "qrels.tsv", "query-id\tcorpus-id\tscore\nq1 d5\n"))
	if err == nil || !strings.Contains(err.Error(), "qrels.tsv:2") {
		t.Errorf("error %v", err)
	}
}
