package lm

import (
	"bufio"
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"
)

// The probabilities of all words after any context add up to one, once the held-back part is shared out.
func TestProbabilitiesAddUpToOne(t *testing.T) {
	m := newModel()
	for _, s := range []string{"what was the revenue", "what was the margin", "how did it close", "what is it"} {
		m.add(strings.Fields(s), 1)
	}
	var b bytes.Buffer
	if err := m.write(&b); err != nil {
		t.Fatal(err)
	}
	prob, bow := read(t, &b)
	p := func(h []string, w string) float64 {
		scale := 1.0
		for {
			key := strings.Join(append(h[:len(h):len(h)], w), " ")
			if x, ok := prob[key]; ok {
				return scale * x
			}
			if len(h) == 0 {
				return 0
			}
			if x, ok := bow[strings.Join(h, " ")]; ok {
				scale *= x
			}
			h = h[1:]
		}
	}
	for _, h := range []string{"<s> what", "what was", "was the", "close zebra", "it", ""} {
		sum := 0.0
		for _, w := range m.words {
			if w != begin {
				sum += p(strings.Fields(h), w)
			}
		}
		if math.Abs(sum-1) > 0.01 {
			t.Errorf("after %q the probabilities add up to %.3f", h, sum)
		}
	}
	if a, b := p([]string{"was", "the"}, "revenue"), p([]string{"was", "the"}, "close"); a < 5*b {
		t.Errorf("what was seen is hardly likelier (%.3f) than what was not (%.3f)", a, b)
	}
}

// read is a reader of ARPA files as far as this test needs one.
func read(t *testing.T, r *bytes.Buffer) (prob, bow map[string]float64) {
	prob, bow = map[string]float64{}, map[string]float64{}
	n := 0
	for s := bufio.NewScanner(r); s.Scan(); {
		if strings.HasPrefix(s.Text(), "\\") {
			n = 0
			_, _ = fmt.Sscanf(s.Text(), "\\%d-grams:", &n)
			continue
		}
		f := strings.Fields(s.Text())
		if n == 0 || len(f) < n+1 {
			continue
		}
		var p float64
		if _, err := fmt.Sscan(f[0], &p); err != nil {
			t.Fatal(err)
		}
		key := strings.Join(f[1:n+1], " ")
		prob[key] = math.Pow(10, p)
		if len(f) > n+1 {
			if _, err := fmt.Sscan(f[n+1], &p); err != nil {
				t.Fatal(err)
			}
			bow[key] = math.Pow(10, p)
		}
	}
	return prob, bow
}
