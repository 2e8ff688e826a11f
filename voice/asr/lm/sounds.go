package lm

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/internal/native/pocketsphinx"
)

// pronounce makes the dictionary: the lexicon's own sounds, then the pronouncing dictionary's, then letter-to-sound. A name may
// sound in all of these ways, because callers who only ever read it say it as it is spelled.
func (src Source) pronounce(ctx context.Context, words []string) (lines, unknown []string, err error) {
	path := src.Dictionary
	if path == "" {
		path = filepath.Join(pocketsphinx.StockModel, "cmudict-en-us.dict")
	}
	wanted := map[string]bool{}
	for _, w := range words {
		if w != begin && w != end {
			wanted[w] = true
			wanted[owner(w)] = true
		}
	}
	known, err := readDictionary(path, wanted)
	if err != nil {
		return nil, nil, err
	}
	named := src.curated(known)
	var guess []string
	for w := range wanted {
		if w == owner(w) && (len(known[w]) == 0 || named[w]) {
			guess = append(guess, w)
		}
	}
	slices.Sort(guess)
	for w, phones := range letterToSound(ctx, guess) {
		known[w] = append(known[w], phones)
	}
	sorted := slices.Clone(words)
	slices.Sort(sorted)
	for _, w := range sorted {
		if w == begin || w == end {
			continue
		}
		sounds := known[w]
		if len(sounds) == 0 || named[owner(w)] {
			sounds = append(slices.Clone(sounds), possessiveSounds(w, known)...)
		}
		if len(sounds) == 0 {
			unknown = append(unknown, w)
			continue
		}
		for i, s := range accents(w, sounds) {
			if i == 0 {
				lines = append(lines, w+" "+s)
			} else {
				lines = append(lines, fmt.Sprintf("%s(%d) %s", w, i+1, s))
			}
		}
	}
	return lines, unknown, nil
}

// curated puts the lexicon's sounds before the dictionary's, and returns the words of names that it has sounds for.
func (src Source) curated(known map[string][]string) map[string]bool {
	named := map[string]bool{}
	for _, t := range src.Lexicon.Terms {
		for w, sounds := range t.Pronunciations {
			w = strings.ToLower(w)
			known[w] = append(slices.Clone(sounds), known[w]...)
			if t.Kind != lexicon.Metric {
				named[w] = true
			}
		}
	}
	return named
}

// owner is a word without the mark of possession.
func owner(w string) string {
	w, _ = strings.CutSuffix(strings.TrimSuffix(w, "'"), "'s")
	return w
}

// accents are all the ways that a word sounds, each once: the given ones, and how the British and Americans say them.
func accents(word string, sounds []string) []string {
	var out []string
	for _, more := range [][]string{sounds, mapped(sounds, british), mapped(sounds, american), {local[word]}} {
		for _, s := range more {
			if s = strings.Join(strings.Fields(s), " "); s != "" && !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	return out
}

func mapped(in []string, f func(string) string) []string {
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = f(s)
	}
	return out
}

// readDictionary reads the wanted words of a pronouncing dictionary.
func readDictionary(path string, wanted map[string]bool) (map[string][]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("pronouncing dictionary (Debian's pocketsphinx-en-us has one): %w", err)
	}
	defer f.Close()
	known := map[string][]string{}
	s := bufio.NewScanner(f)
	for s.Scan() {
		w, phones, ok := strings.Cut(s.Text(), " ")
		if i := strings.IndexByte(w, '('); i > 0 {
			w = w[:i]
		}
		if ok && wanted[w] {
			known[w] = append(known[w], strings.TrimSpace(phones))
		}
	}
	return known, s.Err()
}

// possessiveSounds adds the s of a possessive as it is spoken after the word's last sound.
func possessiveSounds(w string, known map[string][]string) []string {
	base, ok := strings.CutSuffix(w, "'s")
	if !ok {
		base, ok = strings.CutSuffix(w, "'")
		if !ok {
			return nil
		}
		return known[base] // "Rowes'" sounds as "Rowes"
	}
	var out []string
	for _, s := range known[base] {
		last := s[strings.LastIndexByte(s, ' ')+1:]
		switch last {
		case "S", "Z", "SH", "ZH", "CH", "JH":
			out = append(out, s+" IH Z")
		case "P", "T", "K", "F", "TH":
			out = append(out, s+" S")
		default:
			out = append(out, s+" Z")
		}
	}
	return out
}

// letterToSound asks flite how words sound that no dictionary has. Where flite is not installed, nobody knows.
func letterToSound(ctx context.Context, words []string) map[string]string {
	out := map[string]string{}
	for _, w := range words {
		raw, err := exec.CommandContext(ctx, "flite", "-ps", "-o", "none", "-t", w).Output()
		if err != nil {
			return out
		}
		var phones []string
		for _, p := range strings.Fields(strings.ToUpper(string(raw))) {
			switch p {
			case "PAU":
			case "AX":
				phones = append(phones, "AH")
			default:
				phones = append(phones, p)
			}
		}
		if len(phones) > 0 && len(phones) <= 3*len(w) {
			out[w] = strings.Join(phones, " ")
		}
	}
	return out
}
