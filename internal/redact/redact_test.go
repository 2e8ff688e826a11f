package redact

import (
	"strings"
	"testing"
)

func TestWhatIdentifiesPeopleIsTakenOutAndFiguresStay(t *testing.T) {
	for said, want := range map[string]string{
		"write to jane.doe+x@mail.example.com, please":               "write to [mail], please",
		"it's jane dot doe at example dot com":                       "it's [mail]",
		"call me at (555) 010-4477 or 555-010-4477":                  "call me at [phone] or [phone]",
		"call +44 20 7946 0958":                                      "call [phone]",
		"call five five five, oh one oh, four four seven seven":      "call [number]",
		"my card is 4111 1111 1111 1111":                             "my card is [card]",
		"my account is GB82 WEST 1234 5698 7654 32":                  "my account is [account]",
		"my social is 078-05-1120":                                   "my social is [id]",
		"Larkspur's revenue was 2310000000 dollars":                  "Larkspur's revenue was 2310000000 dollars",
		"from $2,310,450,000 to $3,120,000,000 in 2025-11-14":        "from $2,310,450,000 to $3,120,000,000 in 2025-11-14",
		"the CIK is 0009000001, filing 0009000001-26-000012":         "the CIK is 0009000001, filing 0009000001-26-000012",
		"how did it do in 2024 2025 and 2026":                        "how did it do in 2024 2025 and 2026",
		"between 1234567890123 and 1234567890124":                    "between 1234567890123 and 1234567890124",
		"what did it look like at Halden dot":                        "what did it look like at Halden dot",
		"one two three, go":                                          "one two three, go",
		"does Ostrander trade at 41.9 or 555.010 a share":            "does Ostrander trade at 41.9 or 555.010 a share",
		"compare Q1 2025 margin of 12.5 % with Q2's 13.1 % +3 or so": "compare Q1 2025 margin of 12.5 % with Q2's 13.1 % +3 or so",
	} {
		if got := Text(said); got != want {
			t.Errorf("%q\n got %q\nwant %q", said, got, want)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add("call +44 20 7946 0958, jane@example.com, 4111 1111 1111 1111")
	f.Fuzz(func(t *testing.T, s string) {
		once := Text(s)
		if strings.Count(once, "@") > strings.Count(s, "@") {
			t.Errorf("%q became %q", s, once)
		}
	})
}
