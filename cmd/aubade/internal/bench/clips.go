package bench

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/aubade/aubade/voice/audio"
	"github.com/aubade/aubade/voice/livekit/caller"
)

// ReadClips reads the WAV files of a folder.
func ReadClips(dir string) ([]*caller.Clip, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.wav"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("read recorded questions: %s holds no .wav files", dir)
	}
	var clips []*caller.Clip
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			return nil, fmt.Errorf("read recorded questions: %w", err)
		}
		rec, err := audio.ReadWAV(f)
		_ = f.Close()
		if err != nil {
			return nil, fmt.Errorf("read recorded questions: %s: %w", file, err)
		}
		c, err := caller.Encode(audio.Resample(rec.Mono(), rec.Rate, audio.Rate), audio.Rate)
		if err != nil {
			return nil, fmt.Errorf("read recorded questions: %s: %w", file, err)
		}
		clips = append(clips, c)
	}
	return clips, nil
}

// Recite has Festival say questions: a synthetic voice that is not the agent's.
func Recite(questions []string) ([]*caller.Clip, error) {
	dir, err := os.MkdirTemp("", "aubade-bench-")
	if err != nil {
		return nil, fmt.Errorf("recite questions: %w", err)
	}
	defer os.RemoveAll(dir)
	for i, q := range questions {
		cmd := exec.Command("text2wave", "-o", filepath.Join(dir, fmt.Sprintf("%02d.wav", i)))
		cmd.Stdin = strings.NewReader(q)
		if out, err := cmd.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("recite questions with text2wave (Debian's festival; or give --audio): %w %s", err, out)
		}
	}
	return ReadClips(dir)
}
