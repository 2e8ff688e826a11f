package speech

import "testing"

func TestListenerWrites(t *testing.T) {
	l := NewListener(sampleNames)
	for _, tc := range []struct{ heard, want string }{
		{"revenue of two point three billion dollars", "revenue of $2.3 billion"},
		{"two point three billion", "2.3 billion"},
		{"the third quarter of twenty twenty five", "the third quarter of 2025"},
		{"q three of fiscal twenty twenty six", "Q3 of fiscal 2026"},
		{"in fiscal twenty six", "in fiscal 2026"},
		{"how did p f r dot b do", "how did PFR.B do"},
		{"b r k dot b", "BRK.B"},
		{"l r k s and n v d a", "LRKS and NVDA"},
		{"what is its p e", "what is its P/E"},
		{"fourteen point four percent", "14.4%"},
		{"twenty five basis points", "25 basis points"},
		{"minus forty two cents a share", "-$0.42 a share"},
		{"a hundred and fifty dollars and twenty five cents", "$150.25"},
		{"on november twentieth twenty twenty six", "on November 20, 2026"},
		{"the third of november", "the November 3"},
		{"since two thousand and six", "since 2006"},
		{"two thousand trucks", "2,000 trucks"},
		{"nineteen ninety four", "1994"},
		{"twelve thousand four hundred trucks", "12,400 trucks"},
		{"one of the three companies", "one of the three companies"},
		{"i have a question", "i have a question"},
		{"at four thirty p m", "at 4:30 p.m."},
		{"before nine a m", "before 9 a.m."},
		{"the nineteen nineties", "the 1990s"},
		{"twenty twenty-four's results", "2024's results"},
		{"five euros and fifty cents", "€5.50"},
		{"the ten k and the ten q", "the 10-K and the 10-Q"},
		{"call two one two five five five", "call two one two five five five"},
		{"nothing to write", "nothing to write"},
		{"it rose 5% to $3", "it rose 5% to $3"},
		{"", ""},
	} {
		got, marks := l.Write(tc.heard)
		if got != tc.want {
			t.Errorf("%q: %q, want %q", tc.heard, got, tc.want)
		}
		for _, m := range marks {
			if tc.heard[m.From:m.To] != m.Heard {
				t.Errorf("%q: the words of %+v are not kept", tc.heard, m)
			}
		}
	}
}

func FuzzListener(f *testing.F) {
	f.Add("two point three billion in the third quarter of twenty twenty five for b r k dot b")
	l := NewListener(sampleNames)
	f.Fuzz(func(t *testing.T, s string) {
		_, marks := l.Write(s)
		at := 0
		for _, m := range marks {
			if m.From < at || m.To <= m.From || s[m.From:m.To] != m.Heard {
				t.Fatalf("%q: %+v after %d", s, m, at)
			}
			at = m.To
		}
	})
}
