package answer

import (
	"bytes"
	"time"

	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/voice/audio"
)

// recited is the sound of a prepared answer, made when the brief was built; nil where there is none in this voice.
func (c *Conversation) recited(q store.Question) []audio.Frame {
	if len(q.Audio) == 0 || q.Voice != c.a.c.Voice {
		return nil
	}
	rec, err := audio.ReadWAV(bytes.NewReader(q.Audio))
	if err != nil || rec.Channels != 1 {
		return nil // it is spoken anew
	}
	n := max(1, int(int64(rec.Rate)*int64(20*time.Millisecond)/int64(time.Second)))
	var out []audio.Frame
	for pcm := rec.PCM; len(pcm) > 0; {
		k := min(n, len(pcm))
		out = append(out, audio.Frame{Rate: rec.Rate, PCM: pcm[:k]})
		pcm = pcm[k:]
	}
	return out
}
