package evals

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
	"unicode"
)

// ExtractTruth says of a page which fragments its main text holds, and which belong to what is around it.
type ExtractTruth struct {
	With    []string `json:"with"`
	Without []string `json:"without"`
}

// ExtractReport is how well main text was told from the rest. A fragment that should be there and is counts as a true
// positive, one that should not be there and is as a false one.
type ExtractReport struct {
	Pages     int     `json:"pages"`
	Failed    int     `json:"failed"` // nothing was read
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
	Accuracy  float64 `json:"accuracy"`
	MeanMS    float64 `json:"mean_ms"` // wall clock of a page, one after the other
	P99MS     float64 `json:"p99_ms"`
	CPUMS     float64 `json:"cpu_ms"` // of the whole process, garbage collection included

	Predictions []ExtractPrediction `json:"-"`
}

// ExtractPrediction is what was read of one page.
type ExtractPrediction struct {
	Page    string   `json:"page"`
	Text    string   `json:"text"`
	Missed  []string `json:"missed,omitempty"`
	Intrude []string `json:"intruded,omitempty"`
	Error   string   `json:"error,omitempty"`
}

// Extract reads every page of the truth file from dir and scores the texts. White space and soft hyphens
// do not count.
func Extract(dir, truthFile string, read func(page []byte) (string, error)) (ExtractReport, error) {
	raw, err := os.ReadFile(truthFile)
	if err != nil {
		return ExtractReport{}, fmt.Errorf("eval extract: %w", err)
	}
	var truth map[string]ExtractTruth
	if err := json.Unmarshal(raw, &truth); err != nil {
		return ExtractReport{}, fmt.Errorf("eval extract: %s: %w", truthFile, err)
	}
	if len(truth) == 0 {
		return ExtractReport{}, fmt.Errorf("eval extract: %s names no page", truthFile)
	}
	r := ExtractReport{Pages: len(truth)}
	var tp, fp, fn, tn int
	var took []time.Duration
	cpu := processTime()
	for _, name := range slices.Sorted(maps.Keys(truth)) {
		if !filepath.IsLocal(name) {
			return r, fmt.Errorf("eval extract: page %q leaves the folder", name)
		}
		page, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return r, fmt.Errorf("eval extract: %w", err)
		}
		p := ExtractPrediction{Page: name}
		began := time.Now()
		text, err := read(page)
		took = append(took, time.Since(began))
		if err != nil {
			r.Failed++
			p.Error = err.Error()
		}
		p.Text = text
		text = squeeze(text)
		for _, w := range truth[name].With {
			if strings.Contains(text, squeeze(w)) {
				tp++
			} else {
				fn++
				p.Missed = append(p.Missed, w)
			}
		}
		for _, w := range truth[name].Without {
			if strings.Contains(text, squeeze(w)) {
				fp++
				p.Intrude = append(p.Intrude, w)
			} else {
				tn++
			}
		}
		r.Predictions = append(r.Predictions, p)
	}
	n := float64(len(took))
	r.CPUMS = float64(processTime()-cpu) / 1e6 / n
	for _, d := range took {
		r.MeanMS += float64(d) / 1e6 / n
	}
	slices.Sort(took)
	r.P99MS = float64(took[len(took)*99/100]) / 1e6
	r.Precision, r.Recall = ratio(tp, tp+fp), ratio(tp, tp+fn)
	r.F1, r.Accuracy = ratio(2*tp, 2*tp+fp+fn), ratio(tp+tn, tp+tn+fp+fn)
	return r, nil
}

// squeeze makes white space one blank and drops what has no width: hyphens that only show at a line's end.
func squeeze(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// processTime is the CPU time of this process so far.
func processTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
