package lm

import (
	"strings"
	"testing"

	"github.com/aubade/aubade/internal/lexicon"
)

func TestQuestionsEndWhereTheyAreWhole(t *testing.T) {
	e := Expect(lexicon.Lexicon{Terms: []lexicon.Term{
		{Kind: lexicon.Company, Name: "Larkspur Semiconductor", Aliases: []string{"Larkspur"}},
		{Kind: lexicon.Company, Name: "Halden Motors", Aliases: []string{"Halden"}},
		{Kind: lexicon.Metric, Name: "revenue"}, {Kind: lexicon.Metric, Name: "operating margin"}, {Kind: lexicon.Metric, Name: "implied volatility"},
	}}, func(s string) []string { return strings.Fields(strings.ToLower(s)) })
	for _, c := range []struct {
		words    string
		from, to float64
	}{
		{"what was larkspur's revenue last quarter", 0.9, 1},
		{"so what was halden motors' revenue in the third quarter of fiscal twenty twenty six", 0.9, 1},
		{"how did halden close yesterday", 0.9, 1},
		{"how did halden close", 0.3, 0.7}, // on Friday?
		{"what is the implied volatility of halden motors", 0.7, 0.9},
		{"um which had more revenue last quarter larkspur or halden", 0.9, 1},
		{"what was larkspur's", 0, 0},
		{"what was the revenue of", 0, 0},
		{"compare larkspur and", 0, 0},
		{"and thirdly the porcelain", 0, 0},
		{"okay", 0, 0},
		{"", 0, 0},
	} {
		if p := e.Ends(strings.Fields(c.words)); p < c.from || p > c.to {
			t.Errorf("%q ends with probability %.2f, want %.2f to %.2f", c.words, p, c.from, c.to)
		}
	}
}
