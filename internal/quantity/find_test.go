package quantity

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestFind(t *testing.T) {
	for _, tc := range []struct{ text, want string }{
		{"Revenue was $2.31 billion.", "2310000000 USD"},
		{"$2.3B", "2300000000 USD"},
		{"a loss of -$0.42 a share", "-0.42 USD/share"},
		{"EPS of $1.63", "1.63 USD"},
		{"US$1.25T and €12m", "1250000000000 USD; 12000000 EUR"},
		{"$1.2–1.4 billion", "1200000000 USD; 1400000000 USD"},
		{"between $1.2 and $1.4 billion", "1.2 USD; 1400000000 USD"},
		{"up 12.5% and 25bps, or 25 basis points", "12.5 %; 25 bp; 25 bp"},
		{"1.2 percentage points", "1.2 pp"},
		{"at 3.5x sales", "3.5 x"},
		{"12 million shares", "12000000 shares"},
		{"$1.63 per diluted share", "1.63 USD/share"},
		{"two point three billion dollars", "2300000000 USD"},
		{"forty-two cents a share", "0.42 USD/share"},
		{"fourteen point four percent", "14.4 %"},
		{"(82,668)", "-82668"},
		{"$(77,328)", "-77328 USD"},
		{"1,234.5", "1234.5"},
		{"the 10-K for Q3 says so at 9:30", ""},
		{"its 3rd plant, the S-1", ""},
		{"one of the outlets", ""},
		{"a dozen trucks", "12"},
		{"about 2,400 trucks", "2400"},
		{"minus 3 percent", "-3 %"},
		{"(up 5%)", "5 %"},
		{"$4", "4 USD"},
		{"4.5 million", "4500000"},
		{"sixty-one thousand", "61000"},
		{"one point two to one point four billion dollars", "1200000000 USD; 1400000000 USD"},
		{"five hundred to one thousand units", "500; 1000"},
		{"five to six million dollars", "5000000 USD; 6000000 USD"},
		{"one point two five trillion U S dollars", "1250000000000 USD"},
		{"twenty-five Hong Kong dollars", "25 HKD"},
		{"two and a half million", "2500000"},
		{"twenty-seven euro cents and five Canadian cents", "0.27 EUR; 0.05 CAD"},
		{"by 25 basis points to three point seven five to four percent", "25 bp; 3.75 %; 4 %"},
		{"", ""},
	} {
		var got []string
		for _, m := range Find(tc.text) {
			got = append(got, strings.TrimSpace(fmt.Sprintf("%s %s", m.Quantity.Value.Text('f'), m.Quantity.Unit)))
		}
		if s := strings.Join(got, "; "); s != tc.want {
			t.Errorf("Find(%q) = %q, want %q", tc.text, s, tc.want)
		}
	}
}

func TestSame(t *testing.T) {
	for _, tc := range []struct {
		a, b string
		want bool
	}{
		{"$2.3 billion", "$2,314,000,000", true},
		{"$2.4 billion", "$2,314,000,000", false},
		{"$2.31 billion", "$2.35 billion", false},
		{"2.31 billion dollars", "$2,310 million", true},
		{"two point three one billion", "$2.31B", true},
		{"25 basis points", "0.25 percentage points", true},
		{"12%", "12", false},
		{"12%", "12.4%", true},
		{"$1.63 a share", "$1.63", true},
		{"$1", "$1.40", false},
		{"3.5x", "3.5", true},
		{"€5 million", "$5 million", false},
		{"-3%", "3%", false},
	} {
		a, err1 := Parse(tc.a)
		b, err2 := Parse(tc.b)
		if err1 != nil || err2 != nil {
			t.Fatal(tc, err1, err2)
		}
		if got := Same(a, b); got != tc.want {
			t.Errorf("Same(%s, %s) = %v", tc.a, tc.b, got)
		}
	}
}

func TestFindPeriods(t *testing.T) {
	ref := time.Date(2026, 11, 20, 21, 0, 0, 0, time.UTC) // a Friday
	for _, tc := range []struct{ text, want string }{
		{"the third quarter of fiscal 2026", "the third quarter of fiscal 2026"},
		{"Q3 FY26 against Q3 2025", "the third quarter of fiscal 2026; the third quarter of 2025"},
		{"2Q22", "the second quarter of 2022"},
		{"in the second quarter", "the second quarter"},
		{"FY2025 and 1H26", "fiscal 2025; the first half of 2026"},
		{"on 2026-11-20", "November 20, 2026"},
		{"November 3, 2026 or 3 November 2025", "November 3, 2026; November 3, 2025"},
		{"on November 3", "November 3, 2026"},
		{"on Thursday", "November 19, 2026"},
		{"as of Friday's close", "November 20, 2026"},
		{"since 2024", "2024"},
		{"a revenue of 2024 dollars", ""},
	} {
		var got []string
		for _, m := range FindPeriods(tc.text, ref) {
			got = append(got, m.Period.String())
		}
		if s := strings.Join(got, "; "); s != tc.want {
			t.Errorf("FindPeriods(%q) = %q, want %q", tc.text, s, tc.want)
		}
	}
}

func TestComputing(t *testing.T) {
	q := func(s string) Quantity {
		v, err := Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, tc := range []struct {
		name          string
		got           func() (Quantity, string, error)
		want, formula string
	}{
		{"a change", func() (Quantity, string, error) { return PercentChange(q("$2.31 billion"), q("$2.02 billion")) }, "14.4%", "($2.31 billion − $2.02 billion) ÷ $2.02 billion"},
		{"a fall from a loss", func() (Quantity, string, error) { return PercentChange(q("-$3 million"), q("-$2 million")) }, "-50.0%", ""},
		{"a difference of percentages", func() (Quantity, string, error) { return Diff(q("61.2%"), q("60.0%")) }, "1.2 percentage points", ""},
		{"a margin", func() (Quantity, string, error) { return Ratio(q("$1 billion"), q("$4 billion"), true) }, "25.0%", ""},
		{"compound growth", func() (Quantity, string, error) { return CAGR(q("$121"), q("$100"), 2) }, "10.0%", ""},
		{"a sum", func() (Quantity, string, error) { return Sum(q("$1.5 million"), q("$2.5 million")) }, "$4 million", "$1.5 million + $2.5 million"},
	} {
		got, formula, err := tc.got()
		if err != nil || got.String() != tc.want || tc.formula != "" && formula != tc.formula {
			t.Errorf("%s: %s by %s, %v; want %s", tc.name, got, formula, err, tc.want)
		}
	}
	if _, _, err := Diff(q("$1"), q("€1")); err == nil {
		t.Error("dollars minus euros is something")
	}
}

func FuzzFind(f *testing.F) {
	for _, s := range []string{"$1.2–1.4 billion", "(82,668)", "two hundred and five point oh", "Q3 FY26", "-.5%", "a half million", "١٢"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		end := 0
		for _, m := range Find(s) {
			if m.Start < end || m.End <= m.Start || m.End > len(s) {
				t.Fatalf("match %d–%d after %d in %q", m.Start, m.End, end, s)
			}
			end = m.End
			_ = m.Quantity.String()
		}
		for _, p := range FindPeriods(s, time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)) {
			if p.End <= p.Start || p.End > len(s) {
				t.Fatalf("period %d–%d in %q", p.Start, p.End, s)
			}
		}
	})
}
