package evals

import (
	"math"
	"strings"
	"testing"
)

func TestRepairIsScored(t *testing.T) {
	terms, err := ReadRepairTerms(strings.NewReader("Halden Motors\tHalden\nNvidia\n\n"))
	if err != nil || len(terms) != 2 || terms[0].Aliases[0] != "Halden" {
		t.Fatal(terms, err)
	}
	cases, err := ReadRepairCases(strings.NewReader(`{"id":"1","reference":"How did Halden's stock close?","hypothesis":"how did hall den stock close"}
{"id":2,"reference":"open the hall","hypothesis":"open the hall"}`))
	if err != nil || len(cases) != 2 || cases[1].ID != "2" {
		t.Fatal(cases, err)
	}
	r := Repair(terms, cases, func(s string, _ []string) string {
		return strings.NewReplacer("hall den", "Halden's", "the hall", "the Nvidia").Replace(s)
	})
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"recall before", r.Before.Recall, 0}, {"precision before, where nothing was claimed", r.Before.Precision, 1}, {"WER before", r.Before.WER, 2.0 / 8},
		{"recall after", r.After.Recall, 1}, {"precision after", r.After.Precision, 0.5}, {"WER after", r.After.WER, 1.0 / 8},
	} {
		if math.Abs(c.got-c.want) > 1e-9 {
			t.Errorf("%s: %v, want %v", c.name, c.got, c.want)
		}
	}
	if r.Changed != 2 || len(r.Worse) != 1 || r.Worse[0].ID != "2" {
		t.Errorf("changed %d, worse %v", r.Changed, r.Worse)
	}
	if _, err := ReadRepairCases(strings.NewReader("{")); err == nil {
		t.Error("half an object was accepted")
	}
}
