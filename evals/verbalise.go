package evals

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
)

// A VerbaliseCase is writing and the forms in which it may be spoken.
type VerbaliseCase struct {
	Class   string   `json:"class"`
	Written string   `json:"written"`
	Spoken  []string `json:"spoken"`
}

// VerbaliseReport says how many cases were spoken in a form that is accepted.
type VerbaliseReport struct {
	Total   int                       `json:"total"`
	Exact   int                       `json:"exact"`
	Classes map[string]VerbaliseClass `json:"classes"`
	Misses  []VerbaliseMiss           `json:"misses"`
}

// VerbaliseClass is the count of one class of cases.
type VerbaliseClass struct {
	Total int `json:"total"`
	Exact int `json:"exact"`
}

// A VerbaliseMiss is a case that was spoken otherwise.
type VerbaliseMiss struct {
	VerbaliseCase
	Got string `json:"got"`
}

// ReadVerbaliseCases reads lines of class, written form and one or more accepted spoken forms, separated by tabs.
func ReadVerbaliseCases(r io.Reader) ([]VerbaliseCase, error) {
	var cases []VerbaliseCase
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		if strings.TrimSpace(lines.Text()) == "" {
			continue
		}
		f := strings.Split(strings.TrimRight(lines.Text(), "\r\n"), "\t")
		if len(f) < 3 {
			return nil, fmt.Errorf("read cases: line %d has %d columns, want class, written and spoken", n, len(f))
		}
		cases = append(cases, VerbaliseCase{Class: f[0], Written: f[1], Spoken: f[2:]})
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read cases: %w", err)
	}
	return cases, nil
}

// Verbalise scores a verbaliser. Case, hyphens, spacing and the word "and" do not count.
func Verbalise(cases []VerbaliseCase, say func(string) string) VerbaliseReport {
	r := VerbaliseReport{Classes: map[string]VerbaliseClass{}, Misses: []VerbaliseMiss{}}
	for _, c := range cases {
		got := say(c.Written)
		class := r.Classes[c.Class]
		class.Total++
		r.Total++
		if slices.ContainsFunc(c.Spoken, func(want string) bool { return spokenKey(want) == spokenKey(got) }) {
			class.Exact++
			r.Exact++
		} else {
			r.Misses = append(r.Misses, VerbaliseMiss{c, got})
		}
		r.Classes[c.Class] = class
	}
	return r
}

// spokenKey is what two spoken forms must share to count as the same.
func spokenKey(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == '-' || r == '‑' || unicode.IsSpace(r) {
			return ' '
		}
		return unicode.ToLower(r)
	}, s)
	words := strings.Fields(s)
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "and" }), "")
}
