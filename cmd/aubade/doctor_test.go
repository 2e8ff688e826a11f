package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aubade/aubade/internal/doctor"
	"github.com/aubade/aubade/voice/tts/ttstest"
)

// examine runs doctor --gpu with servers of a machine that has the card of a faked nvidia-smi.
func examine(t *testing.T, card string, transcript time.Duration) map[string]doctor.Finding {
	t.Helper()
	bin := t.TempDir()
	if err := os.WriteFile(filepath.Join(bin, "nvidia-smi"), []byte("#!/bin/sh\n"+card+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	t.Setenv("AUBADE_TTS_KEY", "secret")
	var asked atomic.Int32
	brain := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		cached := 0
		if asked.Add(1) > 1 {
			cached = 790
		}
		fmt.Fprintf(w, "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hello\"},\"finish_reason\":\"stop\"}]}\n\ndata: {\"choices\":[],\"usage\":{\"prompt_tokens\":800,\"completion_tokens\":1,\"prompt_tokens_details\":{\"cached_tokens\":%d}}}\n\ndata: [DONE]\n\n", cached)
	}))
	defer brain.Close()
	ears := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		select {
		case <-time.After(transcript):
		case <-r.Context().Done():
		}
		fmt.Fprint(w, `{"text":"what was the revenue"}`)
	}))
	defer ears.Close()
	voice := ttstest.New(t, 24000, "input")
	cfg := filepath.Join(t.TempDir(), "c.yaml")
	settings := fmt.Sprintf("domain: ../../data/sample\nears: {recognizer: \"openai:w@%s/v1\", vad: \"energy:\"}\nvoice: {synthesizer: \"openai:k/v@%s/v1\"}\nanswer: {model: \"openai:q@%s/v1\"}\nweb: {listen: \"127.0.0.1:0\"}\n", ears.URL, voice.URL, brain.URL)
	if err := os.WriteFile(cfg, []byte(settings), 0o644); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	c := root()
	c.Writer = &out
	_ = c.Run(t.Context(), []string{"aubade", "--home", t.TempDir(), "--config", cfg, "doctor", "--gpu", "--json"}) // an edition is missing
	var found []doctor.Finding
	if err := json.Unmarshal(out.Bytes(), &found); err != nil {
		t.Fatalf("%v: %s", err, out.Bytes())
	}
	by := map[string]doctor.Finding{}
	for _, f := range found {
		kind, _, _ := strings.Cut(f.Part, " openai:")
		by[kind] = f
	}
	return by
}

const rtx = "echo 'NVIDIA GeForce RTX 3060, 12288, %d'"

func TestTheDoctorNamesTheStageThatBreaksATurn(t *testing.T) {
	by := examine(t, fmt.Sprintf(rtx, 11900), 1500*time.Millisecond)
	if f := by["gpu"]; f.Verdict != doctor.Works || !strings.Contains(f.Detail, "profile gpu12 ") {
		t.Errorf("the card: %+v", f)
	}
	if f := by["ears"]; f.Verdict != doctor.Slow || !strings.Contains(f.Detail, `heard "what was the revenue"`) || !strings.Contains(f.Detail, "cold") {
		t.Errorf("the ears: %+v", f)
	}
	if f := by["turn"]; f.Verdict != doctor.Slow || !strings.Contains(f.Detail, "what breaks it is the final transcript") {
		t.Errorf("the turn: %+v", f)
	}
	if f := by["model"]; !strings.Contains(f.Detail, "790 of 800 prompt tokens from its cache") {
		t.Errorf("the model: %+v", f)
	}
	if f := by["voice"]; !strings.Contains(f.Detail, "cold") {
		t.Errorf("the voice: %+v", f)
	}
}

func TestTheDoctorCountsWhatIsFreeOnTheCard(t *testing.T) {
	for card, want := range map[string]doctor.Finding{
		fmt.Sprintf(rtx, 4000):                     {Verdict: doctor.Lacking, Detail: "4000 are free"},
		"echo 'NVIDIA GeForce GT 710, 2048, 2000'": {Verdict: doctor.Lacking, Detail: "no plan"},
		"exit 9": {Verdict: doctor.Lacking, Detail: "no card"},
	} {
		f := examine(t, card, 0)["gpu"]
		if f.Verdict != want.Verdict || !strings.Contains(f.Detail, want.Detail) {
			t.Errorf("%s: %+v", card, f)
		}
	}
}

func TestADeadServerDoesNotHideBehindWhatStandsInForIt(t *testing.T) {
	cfg := filepath.Join(t.TempDir(), "c.yaml")
	live := ttstest.New(t, 24000, "input")
	t.Setenv("AUBADE_TTS_KEY", "secret")
	settings := fmt.Sprintf("domain: ../../data/sample\nears: {recognizer: \"openai:w@http://127.0.0.1:1/v1\", vad: \"energy:\"}\nvoice: {synthesizer: \"openai:k/dead@http://127.0.0.1:1/v1 | openai:k/live@%s/v1\"}\nanswer: {model: \"openai:q@http://127.0.0.1:1/v1\"}\n", live.URL)
	if err := os.WriteFile(cfg, []byte(settings), 0o644); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	c := root()
	c.Writer = &out
	err := c.Run(t.Context(), []string{"aubade", "--home", t.TempDir(), "--config", cfg, "doctor"})
	if err == nil {
		t.Error("deaf ears are healthy")
	}
	for _, want := range []string{"voice openai:k/dead@http://127.0.0.1:1/v1 +missing", "voice openai:k/live@.* +works", "ears openai:w@.* +broken", "model openai:q@.* +missing", "turn +broken +no final transcript"} {
		if !regexp.MustCompile(want).MatchString(out.String()) {
			t.Errorf("no line like %q in\n%s", want, out.String())
		}
	}
}
