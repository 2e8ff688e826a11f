package evals

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
)

// A RepairTerm is a name with the other ways to write it.
type RepairTerm struct {
	Name    string
	Aliases []string
}

// A RepairCase is what was said and what a recogniser made of it.
type RepairCase struct {
	ID         string   `json:"id"`
	Reference  string   `json:"reference"`
	Hypothesis string   `json:"hypothesis"`
	Subjects   []string `json:"subjects,omitempty"` // names that the conversation is about
}

// RepairScore is how well transcripts hold the terms that were said, and the words.
type RepairScore struct {
	Recall    float64    `json:"term_recall"`    // of the terms that were said, those in the transcript
	Precision float64    `json:"term_precision"` // of the terms in the transcript, those that were said
	WER       float64    `json:"wer"`
	Words     WordErrors `json:"words"`
}

// RepairReport compares transcripts before and after their repair.
type RepairReport struct {
	Transcripts int           `json:"transcripts"`
	Changed     int           `json:"changed"`
	Before      RepairScore   `json:"before"`
	After       RepairScore   `json:"after"`
	Worse       []RepairWorse `json:"worse"` // transcripts with more word errors than before
}

// RepairWorse is a transcript that was made worse.
type RepairWorse struct {
	RepairCase
	Repaired string `json:"repaired"`
}

// ReadRepairTerms reads one term a line, its aliases after tabs.
func ReadRepairTerms(r io.Reader) ([]RepairTerm, error) {
	var terms []RepairTerm
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		f := strings.Split(strings.TrimSpace(lines.Text()), "\t")
		if f[0] == "" {
			continue
		}
		t := RepairTerm{Name: strings.TrimSpace(f[0])}
		for _, a := range f[1:] {
			if a = strings.TrimSpace(a); a != "" {
				t.Aliases = append(t.Aliases, a)
			}
		}
		terms = append(terms, t)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read terms: %w", err)
	}
	return terms, nil
}

// ReadRepairCases reads JSON objects with id, reference and hypothesis, one a line.
func ReadRepairCases(r io.Reader) ([]RepairCase, error) {
	var cases []RepairCase
	dec := json.NewDecoder(r)
	for {
		var c struct {
			ID         json.RawMessage `json:"id"`
			Reference  string          `json:"reference"`
			Hypothesis string          `json:"hypothesis"`
			Subjects   []string        `json:"subjects"`
		}
		if err := dec.Decode(&c); err == io.EOF {
			return cases, nil
		} else if err != nil {
			return nil, fmt.Errorf("read transcripts: after %d of them: %w", len(cases), err)
		}
		cases = append(cases, RepairCase{strings.Trim(string(c.ID), `"`), c.Reference, c.Hypothesis, c.Subjects})
	}
}

// Repair scores transcripts before and after a repair.
func Repair(terms []RepairTerm, cases []RepairCase, repair func(transcript string, subjects []string) string) RepairReport {
	r := RepairReport{Transcripts: len(cases), Worse: []RepairWorse{}}
	index := newTermIndex(terms)
	var before, after repairTally
	for _, c := range cases {
		repaired := repair(c.Hypothesis, c.Subjects)
		if repaired != c.Hypothesis {
			r.Changed++
		}
		b, a := before.add(index, c.Reference, c.Hypothesis), after.add(index, c.Reference, repaired)
		if a > b {
			r.Worse = append(r.Worse, RepairWorse{c, repaired})
		}
	}
	r.Before, r.After = before.score(), after.score()
	return r
}

type repairTally struct {
	said, heard, both int
	words             WordErrors
}

// add counts one transcript and returns its word errors.
func (t *repairTally) add(index termIndex, reference, transcript string) int {
	want, got := transcriptWords(reference), transcriptWords(transcript)
	e := CompareWords(want, got)
	t.words.Add(e)
	said, heard := index.count(want), index.count(got)
	for term, n := range said {
		t.said += n
		t.both += min(n, heard[term])
	}
	for _, n := range heard {
		t.heard += n
	}
	return e.Substitutions + e.Deletions + e.Insertions
}

func (t *repairTally) score() RepairScore {
	ratio := func(n, of int) float64 {
		if of == 0 {
			return 1
		}
		return float64(n) / float64(of)
	}
	return RepairScore{Recall: ratio(t.both, t.said), Precision: ratio(t.both, t.heard), WER: t.words.Rate(), Words: t.words}
}

// transcriptWords are the words of a transcript, without case and punctuation. Characters of Chinese are words each.
func transcriptWords(s string) []string {
	var words []string
	var b strings.Builder
	flush := func() {
		if w := strings.Trim(b.String(), "'"); w != "" {
			words = append(words, w)
		}
		b.Reset()
	}
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Han, r):
			flush()
			words = append(words, string(r))
		case unicode.IsLetter(r), unicode.IsDigit(r):
			b.WriteRune(unicode.ToLower(r))
		case r == '\'' || r == '’':
			b.WriteByte('\'')
		default:
			flush()
		}
	}
	flush()
	return words
}

// termIndex leads from the first word of a term to its ways of being written, longest first.
type termIndex map[string][]termForm

type termForm struct {
	words []string
	term  int
}

func newTermIndex(terms []RepairTerm) termIndex {
	x := termIndex{}
	for i, t := range terms {
		for _, n := range append([]string{t.Name}, t.Aliases...) {
			if w := transcriptWords(n); len(w) > 0 {
				x[w[0]] = append(x[w[0]], termForm{w, i})
			}
		}
	}
	for _, forms := range x {
		slices.SortStableFunc(forms, func(a, b termForm) int { return len(b.words) - len(a.words) })
	}
	return x
}

// count says how often each term occurs. A possessive is an occurrence too.
func (x termIndex) count(words []string) map[int]int {
	n := map[int]int{}
	stems := make([]string, len(words))
	for i, w := range words {
		stems[i] = strings.TrimSuffix(w, "'s")
	}
next:
	for i := 0; i < len(words); i++ {
		for _, f := range append(x[words[i]], x[stems[i]]...) {
			if len(f.words) > len(words)-i {
				continue
			}
			last := i + len(f.words) - 1
			if slices.Equal(f.words, words[i:last+1]) || slices.Equal(f.words[:len(f.words)-1], words[i:last]) && f.words[len(f.words)-1] == stems[last] {
				n[f.term]++
				i = last
				continue next
			}
		}
	}
	return n
}
