package models

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// A Machine is what models could run on.
type Machine struct {
	Cores  int   `json:"cores"`
	Memory int64 `json:"memory"` // bytes; 0: unknown
	GPUs   []GPU `json:"gpus"`
}

// A GPU is one card as nvidia-smi tells of it.
type GPU struct {
	Name   string `json:"name"`
	Memory int64  `json:"memory"` // bytes
	Free   int64  `json:"free"`
}

// Look reads the machine. No card is the normal case and no error.
func Look(ctx context.Context) Machine {
	m := Machine{Cores: runtime.NumCPU(), GPUs: []GPU{}}
	if f, err := os.Open("/proc/meminfo"); err == nil {
		defer f.Close()
		s := bufio.NewScanner(f)
		for s.Scan() {
			if fields := strings.Fields(s.Text()); len(fields) >= 2 && fields[0] == "MemTotal:" {
				kb, _ := strconv.ParseInt(fields[1], 10, 64)
				m.Memory = kb << 10
			}
		}
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, "nvidia-smi", "--query-gpu=name,memory.total,memory.free", "--format=csv,noheader,nounits").Output()
	if err == nil {
		m.GPUs = parseGPUs(string(out))
	}
	return m
}

// parseGPUs reads nvidia-smi's CSV: name, MiB in all, MiB free.
func parseGPUs(csv string) []GPU {
	gpus := []GPU{}
	for line := range strings.Lines(csv) {
		f := strings.Split(strings.TrimSpace(line), ", ")
		if len(f) != 3 {
			continue
		}
		total, err1 := strconv.ParseInt(f[1], 10, 64)
		free, err2 := strconv.ParseInt(f[2], 10, 64)
		if err1 == nil && err2 == nil {
			gpus = append(gpus, GPU{f[0], total << 20, free << 20})
		}
	}
	return gpus
}

// Advice names a set for a machine.
type Advice struct {
	Machine Machine `json:"machine"`
	// Settings are the lines of a configuration.
	Settings []string `json:"settings"`
	Models   []string `json:"models"` // to pull
	Size     int64    `json:"size"`   // of the models, bytes
	// Latency is what to expect from the end of speech to first audio, where it was measured or can be said.
	Latency string `json:"latency"`
	Why     string `json:"why"`
}

// Recommend says what to run on a machine.
func (l *Library) Recommend(m Machine) Advice {
	a := Advice{Machine: m}
	vram := int64(0)
	for _, g := range m.GPUs {
		vram = max(vram, g.Memory)
	}
	const gb = 1 << 30
	embedded := []string{`ears.recognizer: "pocketsphinx:"`, `ears.vad: "silero: | energy:"`, `voice.synthesizer: "flite:slt"`}
	switch {
	case vram >= 7*gb:
		a.Why = fmt.Sprintf("a card with %d GB takes a 3–4 B model in 4 bits, streaming recognition and a neural voice: deploy/gpu/compose.yaml", vram/gb)
		a.Settings = []string{`answer.model: "openai:MODEL@http://127.0.0.1:8080/v1"`, `ears.recognizer: "openai:MODEL@http://127.0.0.1:8000/v1 | pocketsphinx:"`, `voice.synthesizer: "openai:VOICE@http://127.0.0.1:8880/v1 | flite:slt"`}
		a.Models = []string{"silero-vad", "onnxruntime", "smart-turn"}
		a.Latency = "not measured on a card of this size by this project"
	case m.Cores >= 4 && m.Memory >= 5*gb:
		a.Why = "cores enough for neural ears and a neural voice without a card; the built-in ones stand behind them. With 8 cores or more a small model runs beside them (Ollama, llama.cpp)"
		a.Settings = []string{`ears.recognizer: "sherpa:streaming-zipformer-en | pocketsphinx:"`, `ears.vad: "silero: | energy:"`, `ears.turn: "smartturn:"`, `voice.synthesizer: "sherpa:kitten-nano-en#expr-voice-2-f | flite:slt"`, `answer.model: "reader:"`}
		if m.Cores >= 8 && m.Memory >= 15*gb {
			a.Settings[4] = `answer.model: "openai:MODEL@http://127.0.0.1:11434/v1"`
		}
		a.Models = []string{"silero-vad", "onnxruntime", "sherpa-onnx", "streaming-zipformer-en", "kitten-nano-en", "smart-turn"}
		a.Latency = "not measured with these weights by this project: aubade doctor --gpu times each stage on yours, card or not"
	default:
		a.Why = "few cores and no card: the built-in ears, reader and voice need neither"
		a.Settings = append(embedded, `answer.model: "reader:"`)
		a.Models = []string{"silero-vad", "onnxruntime"}
		a.Latency = "final transcript in 60–80 ms of processor time, first audio of a short clause in 20–40 ms (2 cores)"
	}
	for _, name := range a.Models {
		if model, err := l.Find(name); err == nil {
			a.Size += model.Size()
		}
	}
	return a
}
