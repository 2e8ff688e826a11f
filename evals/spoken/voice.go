package spoken

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/aubade/aubade/voice/audio"
)

// Voices are what a caller may speak with, the best understood first. Neither shares anything with the agent's.
var Voices = []string{"festival", "espeak-ng:en-us+f2"}

// FindVoice is the first of the voices that is installed.
func FindVoice() (string, error) {
	for _, v := range Voices {
		if _, err := exec.LookPath(program(v)); err == nil {
			return v, nil
		}
	}
	return "", fmt.Errorf("no voice for the caller: install festival (text2wave) or espeak-ng")
}

func program(voice string) string {
	if kind, _, _ := strings.Cut(voice, ":"); kind == "festival" {
		return "text2wave"
	}
	return "espeak-ng"
}

// Synthesise speaks a text with a voice, "festival" or "espeak-ng:NAME", at audio.Rate, with a little silence at the end.
func Synthesise(ctx context.Context, voice, text string) ([]int16, error) {
	dir, err := os.MkdirTemp("", "caller-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary folder
	out := filepath.Join(dir, "say.wav")
	var cmd *exec.Cmd
	switch kind, name, _ := strings.Cut(voice, ":"); kind {
	case "festival":
		cmd = exec.CommandContext(ctx, "text2wave", "-o", out)
		cmd.Stdin = strings.NewReader(text)
	case "espeak-ng":
		if name == "" {
			name = "en-us+f2"
		}
		cmd = exec.CommandContext(ctx, "espeak-ng", "-v", name, "-s", "145", "-w", out, "--", text)
	default:
		return nil, fmt.Errorf("voice %q: festival or espeak-ng:NAME", voice)
	}
	if msg, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%s: %w: %s", program(voice), err, bytes.TrimSpace(msg))
	}
	raw, err := os.ReadFile(out)
	if err != nil {
		return nil, err
	}
	rec, err := audio.ReadWAV(bytes.NewReader(raw))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", program(voice), err)
	}
	return audio.Resample(rec.Mono(), rec.Rate, audio.Rate), nil
}
