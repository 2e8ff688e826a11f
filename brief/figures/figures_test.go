package figures

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/cockroachdb/apd/v3"

	"github.com/aubade/aubade/internal/quantity"
)

func TestFind(t *testing.T) {
	for text, want := range map[string]string{
		"Revenue was $2.31 billion, up 14.4% from $2.02 billion.": "2310000000 USD; 14.4 %; 2020000000 USD",
		"a loss of $0.15 per diluted share":                       "0.15 USD/share",
		"12 cents a share":                                        "0.12 USD/share",
		"($49) million":                                           "-49 USD",
		"Operating income (loss) | (31 | ) | 38":                  "-31; 38",
		"-2.1% and −$0.42":                                        "-2.1 %; -0.42 USD",
		"1,234,567 shares at 3.5x":                                "1234567 shares; 3.5 x",
		"$12M, €4bn and 25bps":                                    "12000000 USD; 4000000000 EUR; 25 bp",
		"Q3 of FY26 and 10-K":                                     "10",
		"November 18, 2026":                                       "18; 2026",
		"between 2024-2025":                                       "2024; 2025",
		"18,420 vehicles":                                         "18420",
		"up 30 basis points":                                      "30 bp",
		"1,2 and 3":                                               "1; 2; 3",
		"about $4 million":                                        "4000000 USD",
	} {
		var got []string
		for _, f := range Find(text) {
			s := f.Quantity.Value.Text('f')
			if f.Quantity.Unit != "" {
				s += " " + string(f.Quantity.Unit)
			}
			got = append(got, s)
		}
		if s := strings.Join(got, "; "); s != want {
			t.Errorf("%q holds %q, want %q", text, s, want)
		}
	}
}

func TestAgree(t *testing.T) {
	q := func(s string, digits int) quantity.Quantity {
		d, _, err := apd.NewFromString(s)
		if err != nil {
			t.Fatal(err)
		}
		return quantity.Quantity{Value: *d, Digits: digits}
	}
	for _, c := range []struct {
		name string
		a, b quantity.Quantity
		want bool
	}{
		{"the same", q("2310000000", 10), q("2.31E9", 3), true},
		{"rounded", q("61489000", 8), q("6.15E7", 3), true},
		{"rounded the other way round", q("6.15E7", 3), q("61489000", 8), true},
		{"another number", q("12400", 5), q("14200", 5), false},
		{"near, but not by rounding", q("61489000", 8), q("6.16E7", 3), false},
		{"zero is not nearly anything", q("0", 1), q("0.4", 1), false},
	} {
		if got := Agree(c.a, c.b); got != c.want {
			t.Errorf("%s: %t", c.name, got)
		}
	}
}

func FuzzFind(f *testing.F) {
	f.Add("Revenue was US$2.31 billion (−4.4%), $.5 per share | (31 | )")
	f.Fuzz(func(t *testing.T, text string) {
		end := 0
		for _, x := range Find(text) {
			if x.Start < 0 || x.End > len(text) || x.Start >= x.End || x.End <= end {
				t.Fatalf("figure at %d..%d of %d bytes, after %d", x.Start, x.End, len(text), end)
			}
			if utf8.ValidString(text) && !utf8.ValidString(text[x.Start:x.End]) {
				t.Fatalf("figure cuts a rune: %q", text[x.Start:x.End])
			}
			end = x.End
		}
	})
}
