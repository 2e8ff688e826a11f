package evals

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/audio"
)

func TestWordErrorsAreTheFewest(t *testing.T) {
	cases := []struct {
		name, said, heard string
		want              WordErrors
	}{
		{"the same words have none", "how did it close", "how did it close", WordErrors{Words: 4}},
		{"a wrong word is one substitution", "how did it close", "how did it rose", WordErrors{4, 1, 0, 0}},
		{"a missing word is one deletion", "how did it close", "how did close", WordErrors{4, 0, 1, 0}},
		{"a word too many is one insertion", "how did it close", "how did it did close", WordErrors{4, 0, 0, 1}},
		{"two for one are a substitution and an insertion", "halden closed", "hall den closed", WordErrors{2, 1, 0, 1}},
		{"silence deletes everything", "a b c", "", WordErrors{3, 0, 3, 0}},
		{"words in silence are all insertions", "", "a b", WordErrors{0, 0, 0, 2}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := CompareWords(strings.Fields(c.said), strings.Fields(c.heard)); got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

// oracle is a recognizer that answers each stream with the next of its transcripts.
type oracle struct{ next []voice.Transcript }

type oracleStream struct {
	t       voice.Transcript
	results chan voice.Transcript
}

func (o *oracle) Open(context.Context) (voice.Stream, error) {
	s := &oracleStream{o.next[0], make(chan voice.Transcript, 1)}
	o.next = o.next[1:]
	return s, nil
}
func (s *oracleStream) Write(audio.Frame) error          { return nil }
func (s *oracleStream) Flush() error                     { s.t.Final = true; s.results <- s.t; return nil }
func (s *oracleStream) Results() <-chan voice.Transcript { return s.results }
func (s *oracleStream) Err() error                       { return nil }
func (s *oracleStream) Close() error                     { return nil }

func TestRecognitionIsScored(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a.raw", "b.raw", "c.raw"} {
		if err := os.WriteFile(filepath.Join(dir, name), make([]byte, 32000), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	refs := filepath.Join(dir, "refs.tsv")
	table := "file\ttext\tentities\n# a comment\na.raw\tHow did Halden close?\tHLDN\nb.raw\tcompare Halden with Larkspur\tHLDN|LRKS\nc.raw\twho sings\n"
	if err := os.WriteFile(refs, []byte(table), 0o644); err != nil {
		t.Fatal(err)
	}
	clips, err := ReadClips(refs)
	if err != nil || len(clips) != 3 || len(clips[1].Entities) != 2 {
		t.Fatalf("%+v, %v", clips, err)
	}
	r := Recognition{
		Recognizer: &oracle{next: []voice.Transcript{{Text: "how did halden's close"}, {Text: "compare hall den with larkspur"}, {Text: "what about larkspur", Rejected: true}}},
		Words:      func(s string) []string { return strings.Fields(strings.ToLower(strings.Trim(s, "?"))) },
		Names: func(e string) [][]string {
			return map[string][][]string{"HLDN": {{"halden", "dynamics"}, {"halden"}}, "LRKS": {{"larkspur"}}}[e]
		},
		Quick: true,
	}
	got, err := r.Run(t.Context(), dir, clips)
	if err != nil {
		t.Fatal(err)
	}
	if got.Accepted != 2 || got.Entities != 3 || got.EntityAccuracy < 0.66 || got.EntityAccuracy > 0.67 || got.DelayP50 != nil {
		t.Errorf("got %+v", got)
	}
	if got.Errors.Words != 10 || got.Errors.Substitutions+got.Errors.Deletions+got.Errors.Insertions != 6 {
		t.Errorf("word errors %+v", got.Errors)
	}
	if m := got.Hearings[1].Missed; len(m) != 1 || m[0] != "HLDN" {
		t.Errorf("missed %v", m)
	}
}

func TestTranscriptsAreScoredAsACallRewritesThem(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.raw"), make([]byte, 32000), 0o644); err != nil {
		t.Fatal(err)
	}
	r := Recognition{
		Recognizer: &oracle{next: []voice.Transcript{{Text: "how did hall den close"}}},
		Rewrite: func(t voice.Transcript) voice.Transcript {
			t.Text = strings.ReplaceAll(t.Text, "hall den", "halden")
			return t
		},
		Words: strings.Fields, Quick: true,
	}
	got, err := r.Run(t.Context(), dir, []Clip{{File: "a.raw", Text: "how did halden close", Entities: []string{"halden"}}})
	if err != nil || got.WER != 0 || got.EntityAccuracy != 1 || got.Hearings[0].Heard != "how did halden close" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestATableThatIsNoneNamesItsLine(t *testing.T) {
	refs := filepath.Join(t.TempDir(), "refs.tsv")
	if err := os.WriteFile(refs, []byte("a.wav\tok\nno tabs here\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadClips(refs); err == nil || !strings.Contains(err.Error(), ":2:") {
		t.Errorf("got %v", err)
	}
}
