package calc

import (
	"errors"
	"strings"
	"testing"

	"github.com/aubade/aubade/subagents"
)

func helper(t testing.TB) *Helper {
	t.Helper()
	h, err := New(Options{Rates: map[string]string{"EUR/USD": "1.0850", "USD/JPY": "150.20"}, RatesFrom: "last night's rates"})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestSums(t *testing.T) {
	for _, c := range []struct{ ask, want, formula string }{
		{"what is 15 percent of 2.3 billion", "15% × 2.3 billion is 345 million.", "15% × 2.3 billion"},
		{"12 times 45.20", "12 × 45.20 is 542.4.", "12 × 45.20"},
		{"what's $45.20 times 12?", "$45.20 × 12 is $542.40.", ""},
		{"0.1 plus 0.2", "0.1 + 0.2 is 0.3.", ""},
		{"$0.10 + $0.20", "$0.10 + $0.20 is $0.30.", ""},
		{"(2+3)*4", "(2 + 3) × 4 is 20.", ""},
		{"2+3*4", "2 + 3 × 4 is 14.", ""},
		{"10 - 4 - 3", "10 − 4 − 3 is 3.", ""},
		{"10 - (4 - 3)", "10 − (4 − 3) is 9.", ""},
		{"2 ^ 3 ^ 2", "", "2^(3^2)"},
		{"3 * -4", "3 × -4 is -12.", ""},
		{"1,000,000 / 3", "1 million ÷ 3 is about 333,333.3333.", ""},
		{"How much is 3.12 billion minus 1.964 billion?", "3.12 billion − 1.964 billion is 1.156 billion.", ""},
		{"5 times minus 2", "5 × -2 is -10.", ""},
		{"how much is $100 divided by 3", "$100 ÷ 3 is about $33.33.", ""},
		{"$2.31 billion divided by $1.155 billion", "$2.31 billion ÷ $1.155 billion is 2.", ""},
		{"$200 plus 8 percent", "$200 + 8% × $200 is $216.", ""},
		{"$200 less 8%", "$200 − 8% × $200 is $184.", ""},
		{"fifteen percent of two billion dollars", "15% × $2 billion is $300 million.", ""},
		{"1.5x of 20", "1.5x × 20 is 30.", ""},
		{"5% - 3%", "5% − 3% is 2%.", ""},
		{"the percent change from 2.02 to 2.31", "From 2.02 to 2.31 is a rise of 14.4%.", "(2.31 − 2.02) ÷ 2.02"},
		{"how much did it fall from $80 to $60", "From $80 to $60 is a fall of 25.0%.", ""},
		{"compound growth from $2 billion to $3 billion over 4 years", "From $2 billion to $3 billion in 4 years is 10.7% a year, compounded.", "($3 billion ÷ $2 billion)^(1 ÷ 4) − 1"},
		{"what percent of 80 is 20", "20 is 25.0% of 80.", "20 ÷ 80"},
		{"$1.2 billion as a percentage of $4.8 billion", "$1.2 billion is 25.0% of $4.8 billion.", ""},
		{"$1,000 compounded at 5% for 10 years", "$1,000, compounded at 5% for 10 periods, is about $1,628.89.", "$1,000 × (1 + 5%)^10"},
		{"convert 250 euros to dollars", "€250 is $271.25, at 1.0850 dollars to the euro, last night's rates.", "€250 × 1.0850"},
		{"what is $100 in euros?", "$100 is about €92.17, at 1.0850 dollars to the euro, last night's rates.", "$100 ÷ 1.0850"},
		{"100 euros in yen", "€100 is ¥16,296.70, at 1.0850 dollars to the euro and 150.20 yen to the dollar, last night's rates.", "€100 × 1.0850 × 150.20"},
	} {
		f, err := helper(t).Find(t.Context(), subagents.Question{Text: c.ask})
		if err != nil {
			t.Errorf("%q: %v", c.ask, err)
			continue
		}
		if c.want != "" && f.Text != c.want || c.formula != "" && f.Formula != c.formula {
			t.Errorf("%q:\n got %s  [%s]\nwant %s  [%s]", c.ask, f.Text, f.Formula, c.want, c.formula)
		}
		if len(f.Values) < 2 {
			t.Errorf("%q: evidence %+v", c.ask, f.Values)
		}
	}
}

func TestWhatIsNoSumIsNothing(t *testing.T) {
	for _, ask := range []string{
		"", "how did Halden close", "what was revenue in 2025", "revenue of 2.3 billion", "between 3 and 5", "5 apples and 3 pears plus 2",
		"$5 plus 3 shares", "convert 250 euros to apples", "convert 250 pounds to francs", "(2+3", "2+", "*4", "2 3", "1 (2) 3",
		strings.Repeat("1+", 300) + "1",
	} {
		if f, err := helper(t).Find(t.Context(), subagents.Question{Text: ask}); !errors.Is(err, subagents.ErrNothing) {
			t.Errorf("%q: %q, %v", ask, f.Text, err)
		}
	}
	for ask, want := range map[string]error{"5 divided by 0": errZero, "9999 to the power of 999": errSize, "1 / 900000000": errSize} {
		if f, err := helper(t).Find(t.Context(), subagents.Question{Text: ask}); !errors.Is(err, want) {
			t.Errorf("%q: %q, %v, want %v", ask, f.Text, err, want)
		}
	}
}

func TestBadRatesAreRefused(t *testing.T) {
	for _, r := range []map[string]string{{"EURUSD": "1"}, {"EUR/USD": "much"}, {"EUR/USD": "-1"}, {"EUR/USD": "NaN"}, {"E/USD": "1"}} {
		if _, err := New(Options{Rates: r}); err == nil {
			t.Errorf("%v was taken", r)
		}
	}
}

func FuzzFind(f *testing.F) {
	for _, s := range []string{"what is 15 percent of 2.3 billion", "(2+3)*4 ^ 2", "from $2 to $3 over 4 years growth", "100 euros in yen", "9 ^ 9 ^ 9", "$1 compounded at 5% for 10 years"} {
		f.Add(s)
	}
	h := helper(f)
	f.Fuzz(func(t *testing.T, text string) {
		got, err := h.Find(t.Context(), subagents.Question{Text: text})
		if err == nil && (got.Text == "" || got.Formula == "") {
			t.Errorf("%q: %+v", text, got)
		}
	})
}
