package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aubade/aubade/cmd/aubade/internal/config"
	"github.com/aubade/aubade/internal/doctor"
)

// keys are where a configuration says what is used.
var keys = map[doctor.Use]string{doctor.Brain: "answer.model", doctor.Ears: "ears.recognizer", doctor.Voice: "voice.synthesizer"}

// offer says what was found, and what would put it to work.
func offer(found []doctor.Server) string {
	var names, lines []string
	for _, f := range found {
		var models []string
		for _, use := range slices.Sorted(maps.Keys(f.Models)) {
			models = append(models, f.Models[use])
		}
		names = append(names, fmt.Sprintf("%s (%s)", f.Name, strings.Join(models, ", ")))
	}
	settings := doctor.Settings(found)
	for _, use := range slices.Sorted(maps.Keys(settings)) {
		lines = append(lines, fmt.Sprintf("%s: %q", keys[use], settings[use]))
	}
	return strings.Join(names, ", ") + "; to use it: aubade up --local, or in the configuration " + strings.Join(lines, ", ")
}

// takeLocal puts what was found to work, in front of what is configured. What already names a server is somebody's choice and stays.
func takeLocal(cfg *config.Config, found []doctor.Server) {
	for use, spec := range doctor.Settings(found) {
		switch use {
		case doctor.Brain:
			if cfg.Answer.Model == "reader:" {
				cfg.Answer.Model = spec
			}
		case doctor.Ears:
			cfg.Ears.Recognizer = inFront(spec, cfg.Ears.Recognizer)
		case doctor.Voice:
			cfg.Voice.Synthesizer = inFront(spec, cfg.Voice.Synthesizer)
		}
	}
}

func inFront(spec, configured string) string {
	if strings.Contains(configured, "|") || strings.Contains(configured, "://") {
		return configured
	}
	return spec + " | " + configured
}
