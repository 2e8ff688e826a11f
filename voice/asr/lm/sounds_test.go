package lm

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aubade/aubade/internal/lexicon"
)

func TestAccents(t *testing.T) {
	cases := []struct {
		name, in, british, american string
	}{
		{"an r after a vowel is not said in England, and a t is tapped in America", "K W AO R T ER", "K W AO T AH", "K W AO R D ER"},
		{"an r before a vowel is said everywhere", "EH R OW S P EY S", "", ""},
		{"near ends in a schwa", "Y IH R", "Y IH AH", ""},
		{"the s of a possessive changes nothing", "L AA R K S P ER Z", "L AA K S P AH Z", ""},
		{"a t before a stressed vowel is no tap", "AH T AE K", "", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := british(c.in); got != c.british {
				t.Errorf("British %q, want %q", got, c.british)
			}
			if got := american(c.in); got != c.american {
				t.Errorf("American %q, want %q", got, c.american)
			}
		})
	}
}

func TestANameSoundsInAllItsWays(t *testing.T) {
	dict := filepath.Join(t.TempDir(), "words.dict")
	if err := os.WriteFile(dict, []byte("halden HH AE L D AH N\nclose K L OW Z\nclose(2) K L OW S\nlast L AE S T\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	src := Source{Dictionary: dict, Lexicon: lexicon.Lexicon{Terms: []lexicon.Term{
		{ID: "HLDN", Kind: lexicon.Company, Name: "Halden", Pronunciations: map[string][]string{"halden": {"HH AO L D AH N"}}},
	}}}
	lines, unknown, err := src.pronounce(t.Context(), []string{begin, end, "halden", "halden's", "close", "last"})
	if err != nil || len(unknown) != 0 {
		t.Fatal(unknown, err)
	}
	for _, want := range []string{"halden HH AO L D AH N", "halden(2) HH AE L D AH N", "halden's HH AO L D AH N Z", "halden's(2) HH AE L D AH N Z", "close(2) K L OW S", "last(2) L AA S T"} {
		if !slices.Contains(lines, want) {
			t.Errorf("no %q in\n%s", want, strings.Join(lines, "\n"))
		}
	}
}

func TestTemplatesAreWellFormed(t *testing.T) {
	slots := []string{"{co}", "{co's}", "{co2}", "{co2's}", "{metric}", "{thing}", "{period}", "{when?}"}
	for _, t1 := range slices.Concat(askedOfCompany, askedOfAny, plainly) {
		for _, choice := range t1 {
			for _, phrase := range choice {
				if strings.ContainsAny(phrase, "()") || strings.Contains(phrase, "{") && !slices.Contains(slots, phrase) {
					t.Errorf("%q in %v", phrase, t1)
				}
			}
		}
	}
}

func TestAYearIsSaidInMoreWaysThanOne(t *testing.T) {
	for year, want := range map[int][]string{
		2026: {"twenty twenty six", "twenty twenty six", "two thousand twenty six", "two thousand and twenty six"},
		2005: {"two thousand five", "two thousand five", "two thousand and five"},
		2030: {"twenty thirty", "twenty thirty", "two thousand thirty", "two thousand and thirty"},
	} {
		if got := yearWays(year); !slices.Equal(got, want) {
			t.Errorf("%d: %q", year, got)
		}
	}
}
