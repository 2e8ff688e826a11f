package evals

import (
	"os"
	"path/filepath"
	"testing"
)

const tat = `[{"table": {"table": [["(in thousands)", "2026", "2025"], ["Trucks", "$1,095", "$1,247"], ["Vans", "281", "275"]]},
 "paragraphs": [{"text": "Warranty provisions are measured at the expected cost of repair."}],
 "questions": [
  {"uid": "1", "question": "What was Trucks in 2026?", "answer": ["1,095"], "answer_type": "span", "scale": "thousand"},
  {"uid": "2", "question": "What was the change in Vans between 2025 and 2026?", "answer": 6, "answer_type": "arithmetic", "scale": "thousand"},
  {"uid": "3", "question": "What was the percentage change in Vans between 2025 and 2026?", "answer": 2.18, "answer_type": "arithmetic", "scale": "percent"},
  {"uid": "4", "question": "What was Vans in 2025?", "answer": ["275"], "answer_type": "span", "scale": "million"},
  {"uid": "5", "question": "What was the goodwill in 2026?", "answer": ["12"], "answer_type": "span", "scale": ""},
  {"uid": "6", "question": "In which year was Trucks larger?", "answer": ["2025"], "answer_type": "span", "scale": ""},
  {"uid": "7", "question": "How are warranty provisions measured?", "answer": ["measured at the expected cost of repair"], "answer_type": "span", "scale": ""},
  {"uid": "8", "question": "What were Trucks in 2026 and 2025?", "answer": ["1,095", "1,247"], "answer_type": "multi-span", "scale": "thousand"}]}]`

func TestFacts(t *testing.T) {
	file := filepath.Join(t.TempDir(), "tables.json")
	if err := os.WriteFile(file, []byte(tat), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := Facts(file)
	if err != nil {
		t.Fatal(err)
	}
	// The fourth is right but for its scale, the fifth asks for a row that is not there, the eighth is a list.
	want := map[string]string{"1": "right", "2": "right", "3": "right", "4": "wrong", "5": "declined", "6": "right", "7": "right"}
	for _, p := range r.Predictions {
		if p.Verdict != want[p.ID] {
			t.Errorf("%s %q: %s with %q %s, want %s", p.ID, p.Question, p.Verdict, p.Answer, p.Told, want[p.ID])
		}
	}
	if r.Questions != 7 || r.Right != 5 || r.Wrong != 1 || r.Declined != 1 || r.Lists != 1 || r.Words.Questions != 2 || r.Numbers.Questions != 5 {
		t.Errorf("report = %+v", r)
	}
	if _, err := Facts(filepath.Join(t.TempDir(), "none.json")); err == nil {
		t.Error("a file that is not there was scored")
	}
}

func TestGoldNumber(t *testing.T) {
	for _, c := range []struct{ text, scale, want string }{
		{"$(77,328)", "thousand", "-77328000"}, {"$12.8 million", "", "12800000"}, {"7.2%", "", "9/125"}, {"-9.03", "percent", "-903/10000"},
		{"2019", "", ""}, {"Finance costs", "", ""}, {"5 bps", "", "5"}, {"12.5 years", "", ""},
	} {
		v, ok := goldNumber(c.text, c.scale)
		if got := ""; ok {
			if got = v.RatString(); got != c.want {
				t.Errorf("goldNumber(%q, %q) = %s, want %q", c.text, c.scale, got, c.want)
			}
		} else if c.want != "" {
			t.Errorf("goldNumber(%q, %q) is no number", c.text, c.scale)
		}
	}
}
