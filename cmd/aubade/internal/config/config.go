// Package config is the settings of the program. The embedded default.yaml is both the documentation and the defaults.
package config

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/goccy/go-yaml"
)

//go:embed default.yaml
var defaults []byte

// Config is every setting. Its keys, defaults and units are documented in default.yaml.
type Config struct {
	Domain  string  `yaml:"domain"`
	Home    string  `yaml:"home"`
	Web     Web     `yaml:"web"`
	LiveKit LiveKit `yaml:"livekit"`
	Ears    Ears    `yaml:"ears"`
	Voice   Voice   `yaml:"voice"`
	Turn    Turn    `yaml:"turn"`
	Answer  Answer  `yaml:"answer"`
	Helpers Helpers `yaml:"helpers"`
	Brief   Brief   `yaml:"brief"`
	Log     Log     `yaml:"log"`
}

// Web is where the page is served.
type Web struct {
	Listen    string `yaml:"listen"`
	MediaPort int    `yaml:"media_port"`
}

// LiveKit is the server to join; with no URL, one is embedded.
type LiveKit struct {
	URL          string   `yaml:"url"`
	FallbackURLs []string `yaml:"fallback_urls"`
	AgentName    string   `yaml:"agent_name"`
	MaxCalls     int      `yaml:"max_calls"`
}

// Ears are specs of what listens.
type Ears struct {
	Recognizer string `yaml:"recognizer"`
	VAD        string `yaml:"vad"`
	Turn       string `yaml:"turn"`
}

// Voice is the spec of what speaks.
type Voice struct {
	Synthesizer string  `yaml:"synthesizer"`
	Rate        float64 `yaml:"rate"`
	Earcons     bool    `yaml:"earcons"`
}

// Turn is the timing of a conversation.
type Turn struct {
	Budget      time.Duration `yaml:"budget"`
	Nudge       time.Duration `yaml:"nudge"`
	Patience    time.Duration `yaml:"patience"`
	Acknowledge time.Duration `yaml:"acknowledge"`
}

// Answer is the brain.
type Answer struct {
	Model         string        `yaml:"model"`
	Reranker      string        `yaml:"reranker"`
	Tone          bool          `yaml:"tone"`
	Tools         bool          `yaml:"tools"`
	Temperature   float64       `yaml:"temperature"`
	MaxSentences  int           `yaml:"max_sentences"`
	MaxSpeech     time.Duration `yaml:"max_speech"`
	HistoryTurns  int           `yaml:"history_turns"`
	HistoryTokens int           `yaml:"history_tokens"`
	RoundForEars  bool          `yaml:"round_for_ears"`
}

// Helpers is how subagents are asked.
type Helpers struct {
	Patience        time.Duration `yaml:"patience"`
	HedgeShare      float64       `yaml:"hedge_share"`
	RememberCallers bool          `yaml:"remember_callers"`
}

// Brief is how editions are built.
type Brief struct {
	Digester  string  `yaml:"digester"`
	Embedder  string  `yaml:"embedder"`
	MaxTokens int     `yaml:"max_tokens"`
	MaxUSD    float64 `yaml:"max_usd"`
	USDIn     float64 `yaml:"usd_per_million_in"`
	USDOut    float64 `yaml:"usd_per_million_out"`
	Keep      int     `yaml:"keep"`
}

// Log is what is logged.
type Log struct {
	Level string `yaml:"level"`
	PII   bool   `yaml:"pii"`
}

// Default is the configuration of default.yaml.
func Default() Config {
	var c Config
	if err := decode(defaults, &c); err != nil {
		panic(fmt.Sprintf("default.yaml: %v", err)) // embedded, and tested
	}
	return c
}

// Load is the defaults overlaid with the file; with no file named, the defaults alone.
func Load(file string) (Config, error) {
	c := Default()
	if file == "" {
		return c, nil
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return Config{}, fmt.Errorf("config: %w", err)
	}
	if err := decode(raw, &c); err != nil {
		return Config{}, fmt.Errorf("config %s: %w", file, err)
	}
	if err := c.Validate(); err != nil {
		return Config{}, fmt.Errorf("config %s: %w", file, err)
	}
	return c, nil
}

func decode(raw []byte, c *Config) error {
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil
	}
	// Strict names the unknown key and its line: a misspelt setting would otherwise silently do nothing.
	if err := yaml.NewDecoder(bytes.NewReader(raw), yaml.Strict()).Decode(c); err != nil {
		return errors.New(yaml.FormatError(err, false, true))
	}
	return nil
}

// Validate says what is wrong with values that decode but cannot work.
func (c Config) Validate() error {
	var errs []error
	bad := func(key, why string) { errs = append(errs, fmt.Errorf("%s: %s", key, why)) }
	if c.Domain == "" {
		bad("domain", "names no folder")
	}
	if c.Turn.Budget <= 0 {
		bad("turn.budget", "must be longer than 0")
	}
	if c.Turn.Nudge <= 0 || c.Turn.Patience <= c.Turn.Nudge {
		bad("turn.patience", "must be longer than turn.nudge, and both longer than 0")
	}
	if c.Voice.Rate < 0.5 || c.Voice.Rate > 2 {
		bad("voice.rate", "must be between 0.5 and 2")
	}
	if c.Answer.MaxSentences < 1 {
		bad("answer.max_sentences", "must be at least 1")
	}
	if c.Answer.Temperature < 0 || c.Answer.Temperature > 2 {
		bad("answer.temperature", "must be between 0 and 2")
	}
	if c.Helpers.HedgeShare < 0 || c.Helpers.HedgeShare > 1 {
		bad("helpers.hedge_share", "must be between 0 and 1")
	}
	if _, err := c.Log.level(); err != nil {
		bad("log.level", "must be debug, info, warn or error")
	}
	return errors.Join(errs...)
}

func (l Log) level() (slog.Level, error) {
	var v slog.Level
	err := v.UnmarshalText([]byte(l.Level))
	return v, err
}

// Logger writes to standard error.
func (l Log) Logger() *slog.Logger { return l.To(os.Stderr) }

// Quiet leaves out what is not at least a warning.
func (l Log) Quiet() Log {
	if v, err := l.level(); err != nil || v < slog.LevelWarn {
		l.Level = "warn"
	}
	return l
}

// To is a logger that writes elsewhere. Attributes whose key begins with "pii." are dropped unless log.pii is set.
func (l Log) To(w io.Writer) *slog.Logger {
	level, _ := l.level()
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{
		Level: level,
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if !l.PII && len(a.Key) > 4 && a.Key[:4] == "pii." {
				return slog.Attr{}
			}
			return a
		},
	}))
}

// HomeDir is the folder of everything that is kept; it is made if it is missing.
func (c Config) HomeDir() (string, error) {
	dir := c.Home
	if dir == "" {
		base := os.Getenv("XDG_DATA_HOME")
		if base == "" {
			home, err := os.UserHomeDir()
			if err != nil {
				return "", fmt.Errorf("find a place for Aubade's data (set home in the config): %w", err)
			}
			base = filepath.Join(home, ".local", "share")
		}
		dir = filepath.Join(base, "aubade")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("make the folder for Aubade's data (choose another with --home): %w", err)
	}
	return dir, nil
}
