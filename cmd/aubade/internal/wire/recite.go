package wire

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"os/exec"
	"sync"

	"github.com/aubade/aubade/brief"
	"github.com/aubade/aubade/cmd/aubade/internal/config"
	"github.com/aubade/aubade/internal/child"
	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/audio"
)

// VoiceKey names the voice that prepared answers are spoken in, with its rate: where either is another by day, they are
// spoken anew.
func VoiceKey(c config.Config) string {
	return fmt.Sprintf("%s at %g", c.Voice.Synthesizer, c.Voice.Rate)
}

// A Reciter speaks answers at night as a call would by day: the same words for ears, the same voice, the same rate.
type Reciter struct {
	Synthesizer voice.Synthesizer
	Words       func(written string) voice.Spoken
	Voice       string
	Rate        float64
	// Cache keeps what was spoken, so that a night on which an answer has not changed does not speak it again.
	Cache *store.DB
}

// Recites has the builder speak its most likely answers. Close what it returns when the build is over.
func (n *Night) Recites(command func(kind string) func() *exec.Cmd, log *slog.Logger) (close func(context.Context) error, err error) {
	b := &Brain{Config: n.Config, Domain: n.Domain, DB: n.DB, log: log}
	s := &Speech{brain: b, log: log, command: command, engines: map[string]*child.Engine{}, VoiceName: n.Config.Voice.Synthesizer}
	v, err := s.synthesizer()
	if err != nil {
		return nil, fmt.Errorf("voice.synthesizer: %w", err)
	}
	words := sync.OnceValue(func() func(string) voice.Spoken {
		return Clauses(b.Verbaliser(store.Edition{Lexicon: brief.Lexicon(n.Domain)}))
	})
	r := &Reciter{Synthesizer: v, Voice: VoiceKey(n.Config), Rate: n.Config.Voice.Rate, Cache: n.DB, Words: func(s string) voice.Spoken { return words()(s) }}
	n.Builder.Recite = r.Recite
	return s.Close, nil
}

// Recite is the sound of an answer as WAV, and the voice that it is in.
func (r *Reciter) Recite(ctx context.Context, answer string) (wav []byte, name string, err error) {
	spoken := r.Words(answer)
	key, err := r.key(spoken)
	if err != nil {
		return nil, "", err
	}
	if wav, ok, err := r.Cache.Cached(ctx, key); err != nil || ok {
		return wav, r.Voice, err
	}
	rec := audio.Recording{Channels: 1}
	for _, c := range spoken.Clauses {
		c.Rate = r.Rate
		for f, err := range r.Synthesizer.Synthesize(ctx, c.Clause) {
			if err != nil {
				return nil, "", fmt.Errorf("recite %q: %w", answer, err)
			}
			if len(f.PCM) == 0 {
				continue
			}
			if rec.Rate != 0 && rec.Rate != f.Rate {
				return nil, "", fmt.Errorf("recite %q: the voice changes from %d to %d Hz", answer, rec.Rate, f.Rate)
			}
			rec.Rate = f.Rate
			rec.PCM = append(rec.PCM, f.PCM...)
		}
	}
	if len(rec.PCM) == 0 {
		return nil, "", fmt.Errorf("recite %q: the voice said nothing", answer)
	}
	var b bytes.Buffer
	if err := rec.WriteWAV(&b); err != nil {
		return nil, "", err
	}
	return b.Bytes(), r.Voice, r.Cache.Cache(ctx, key, b.Bytes())
}

func (r *Reciter) key(s voice.Spoken) (string, error) {
	texts := []string{r.Voice}
	for _, c := range s.Clauses {
		texts = append(texts, c.Text, c.SSML)
	}
	b, err := json.Marshal(texts)
	if err != nil {
		return "", err
	}
	h := sha256.Sum256(b)
	return "recited:" + hex.EncodeToString(h[:16]), nil
}
