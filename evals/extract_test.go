package evals

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestExtract(t *testing.T) {
	dir := t.TempDir()
	for name, body := range map[string]string{
		"a.html": "the main   text", "b.html": "navigation and text", "c.html": "broken",
		"truth.json": `{"a.html": {"with": ["main text"], "without": ["navigation"]}, "b.html": {"with": ["text", "absent"], "without": ["navigation"]}, "c.html": {"with": ["x"], "without": []}}`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r, err := Extract(dir, filepath.Join(dir, "truth.json"), func(b []byte) (string, error) {
		if string(b) == "broken" {
			return "", errors.New("nothing to read")
		}
		return string(b), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	// Two fragments found, one intruder, two missed, one kept out.
	if r.Pages != 3 || r.Failed != 1 || r.Precision != 2.0/3 || r.Recall != 0.5 || r.F1 != 4.0/7 || r.Accuracy != 0.5 {
		t.Errorf("report = %+v", r)
	}
	if got := r.Predictions[1]; len(got.Missed) != 1 || len(got.Intrude) != 1 {
		t.Errorf("b.html: %+v", got)
	}
	if _, err := Extract(dir, filepath.Join(dir, "none.json"), nil); err == nil {
		t.Error("a truth file that is not there was scored")
	}
}
