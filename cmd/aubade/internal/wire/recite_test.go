package wire

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/aubade/aubade/cmd/aubade/internal/config"
	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/audio"
)

// A choir sings one frame a clause, and remembers the words.
type choir struct {
	sung []voice.Clause
	fail error
}

func (c *choir) Synthesize(_ context.Context, clause voice.Clause) iter.Seq2[audio.Frame, error] {
	return func(yield func(audio.Frame, error) bool) {
		c.sung = append(c.sung, clause)
		yield(audio.Frame{Rate: 16000, PCM: make([]int16, 320)}, c.fail)
	}
}

func TestAnAnswerIsSpokenOnceAsACallWouldSpeakIt(t *testing.T) {
	cfg := config.Default()
	cfg.Domain, cfg.Home = "../../../../data/sample", t.TempDir()
	cfg.Ears.Recognizer, cfg.Voice.Rate = "openai:whisper@http://127.0.0.1:1/v1", 1.25
	n, err := OpenNight(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	done, err := n.Recites(func(string) func() *exec.Cmd { return nil }, cfg.Log.Logger())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = done(context.Background()) }()
	if n.Builder.Recite == nil {
		t.Fatal("the builder has no voice")
	}
	db, err := store.Open(filepath.Join(t.TempDir(), "aubade.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	c := &choir{}
	b := &Brain{Config: cfg, Domain: n.Domain, DB: db}
	r := &Reciter{Synthesizer: c, Words: Clauses(b.Verbaliser(store.Edition{})), Voice: VoiceKey(cfg), Rate: cfg.Voice.Rate, Cache: db}
	const answer = "Larkspur's revenue was $2.31 billion."
	wav, name, err := r.Recite(t.Context(), answer)
	if err != nil || name != "flite:slt at 1.25" {
		t.Fatal(name, err)
	}
	rec, err := audio.ReadWAV(bytes.NewReader(wav))
	if err != nil || len(rec.PCM) != 320*len(c.sung) {
		t.Errorf("%d samples of %d clauses, %v", len(rec.PCM), len(c.sung), err)
	}
	var said string
	for _, s := range c.sung {
		said += s.Text + " "
		if s.Rate != 1.25 {
			t.Errorf("%q is spoken at %g", s.Text, s.Rate)
		}
	}
	if want := b.Verbaliser(store.Edition{}).Say(answer); said != want+" " && said != want {
		t.Errorf("said %q, want %q", said, want)
	}
	before := len(c.sung)
	again, _, err := r.Recite(t.Context(), answer)
	if err != nil || !bytes.Equal(again, wav) || len(c.sung) != before {
		t.Errorf("it was spoken again: %d clauses, %v", len(c.sung)-before, err)
	}
	c.fail = errors.New("hoarse")
	if _, _, err := r.Recite(t.Context(), "Halden's revenue was $1.48 billion."); !errors.Is(err, c.fail) {
		t.Errorf("a voice that is gone: %v", err)
	}
}
