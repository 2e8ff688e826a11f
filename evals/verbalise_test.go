package evals

import (
	"strings"
	"testing"
)

func TestVerbaliseIgnoresCaseHyphensSpacingAndAnd(t *testing.T) {
	cases, err := ReadVerbaliseCases(strings.NewReader("money\t$2.01\ttwo dollars and one cent\ttwo oh one\nword\tx\ty\n"))
	if err != nil {
		t.Fatal(err)
	}
	r := Verbalise(cases, func(string) string { return "Two dollars one-cent" })
	if r.Total != 2 || r.Exact != 1 || r.Classes["money"].Exact != 1 || len(r.Misses) != 1 || r.Misses[0].Written != "x" {
		t.Errorf("%+v", r)
	}
	if spokenKey("thousand") == spokenKey("thous") {
		t.Error("an \"and\" inside a word was dropped")
	}
	if _, err := ReadVerbaliseCases(strings.NewReader("money\t$2\n")); err == nil {
		t.Error("a line without a spoken form was accepted")
	}
}
