package frontier_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aubade/aubade/brief"
	"github.com/aubade/aubade/brief/extractive"
	"github.com/aubade/aubade/brief/frontier"
	"github.com/aubade/aubade/brief/prompts"
	"github.com/aubade/aubade/store"
)

// prepare writes a file that answers for one document, under the key that its request has.
func prepare(t *testing.T, d store.Document, answer string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "prepared.jsonl")
	write := func(lines ...any) {
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		for _, l := range lines {
			if err := json.NewEncoder(f).Encode(l); err != nil {
				t.Fatal(err)
			}
		}
	}
	head := frontier.PreparedHead{Label: "prepared by a test", Prompts: prompts.Version}
	write(head)
	// Whoever is asked and knows nothing still tells the key of what it was asked.
	p, err := frontier.ReadPrepared(path)
	if err != nil {
		t.Fatal(err)
	}
	asked := &askedFor{}
	g := frontier.New(frontier.Config{Model: p, Cache: p.Over(asked), Plain: extractive.New()})
	if out := digest(t, g, d); !strings.Contains(out.Unread, frontier.ErrUnprepared.Error()) {
		t.Fatalf("unread: %q", out.Unread)
	}
	write(head, frontier.PreparedAnswer{Document: d.URL, Key: asked.key, Answer: json.RawMessage(answer)})
	return path
}

func replay(t *testing.T, path string, d store.Document) (brief.Digest, string) {
	t.Helper()
	p, err := frontier.ReadPrepared(path)
	if err != nil {
		t.Fatal(err)
	}
	g := frontier.New(frontier.Config{Model: p, Version: p.Version, Cache: p.Over(memory{}), Plain: extractive.New()})
	return digest(t, g, d), g.Name()
}

func TestAPreparedAnswerIsReplayedAndChecked(t *testing.T) {
	d := document()
	path := prepare(t, d, good)
	out, name := replay(t, path, d)
	if len(out.Facts) != 1 || len(out.Passages) != 1 || len(out.Refused) != 0 || out.Unread != "" || out.Spent.Cached != 1 || out.Spent.Calls != 0 {
		t.Errorf("digest %+v", out)
	}
	// A file that says what its document does not is no better than a model that does: nobody can mend the claim, so the
	// document is read without it.
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range [][2]string{{`"2310000000"`, `"2410000000"`}, {`build a plant in Tarrant Falls.","quote"`, `build two plants in Tarrant Falls.","quote"`}} {
		forged := strings.Replace(string(b), change[0], change[1], 1)
		if forged == string(b) {
			t.Fatalf("%s is not in the file", change[0])
		}
		if err := os.WriteFile(path, []byte(forged), 0o644); err != nil {
			t.Fatal(err)
		}
		out, renamed := replay(t, path, d)
		if out.Unread == "" || renamed == name {
			t.Errorf("%s: unread %q, digester %s", change[1], out.Unread, renamed)
		}
		for _, f := range out.Facts {
			if f.Value.Value.Text('f') == "2410000000" {
				t.Errorf("a forged value was believed: %+v", f)
			}
		}
		for _, p := range out.Passages {
			if strings.Contains(p.Text, "two plants") {
				t.Errorf("a forged passage was believed: %q", p.Text)
			}
		}
	}
}

func TestAFileOfPreparedAnswersMustSayWhatItIs(t *testing.T) {
	for name, text := range map[string]string{
		"another version of the prompts": `{"label":"x","prompts":"0"}`,
		"no label":                       `{"prompts":"` + prompts.Version + `"}`,
		"no JSON":                        "Here are your answers:",
		"a line that is cut off":         `{"label":"x","prompts":"` + prompts.Version + `"}` + "\n" + `{"key":"llm:1","answer":{"fac`,
	} {
		path := filepath.Join(t.TempDir(), "prepared.jsonl")
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := frontier.ReadPrepared(path); err == nil {
			t.Errorf("%s: it was taken", name)
		}
	}
	if _, err := frontier.ReadPrepared(filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
}

// askedFor remembers the first key that it was asked for.
type askedFor struct {
	memory
	key string
}

func (a *askedFor) Cached(_ context.Context, key string) ([]byte, bool, error) {
	if a.key == "" {
		a.key = key
	}
	return nil, false, nil
}
