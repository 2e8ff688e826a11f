package speech

import (
	"slices"
	"testing"
)

var sentenceCases = []struct {
	text string
	want []string
}{
	{"Revenue was $2.31 billion. It rose 14.4%.", []string{"Revenue was $2.31 billion.", "It rose 14.4%."}},
	{"Dr. Voss of Larkspur Inc. spoke. He said no.", []string{"Dr. Voss of Larkspur Inc. spoke.", "He said no."}},
	{"The U.S. market fell. Why?", []string{"The U.S. market fell.", "Why?"}},
	{"PFR.B closed at $3.5. See the 10-Q.", []string{"PFR.B closed at $3.5.", "See the 10-Q."}},
	{"It rose 4%. [1] It fell. [2]", []string{"It rose 4%. [1]", "It fell. [2]"}},
	{"It rose 4%.[1] Fine.", []string{"It rose 4%.[1]", "Fine."}},
	{"He said \"no.\" Then he left", []string{"He said \"no.\"", "Then he left"}},
	{"one line\ntwo lines", []string{"one line", "two lines"}},
	{"", nil},
}

func TestSentences(t *testing.T) {
	for _, tc := range sentenceCases {
		for _, step := range []int{1, 3, 7, 1000} {
			s := NewSentences()
			var got []string
			for i := 0; i < len(tc.text); i += step {
				got = append(got, s.Write(tc.text[i:min(i+step, len(tc.text))])...)
			}
			got = append(got, s.Flush()...)
			if !slices.Equal(got, tc.want) {
				t.Errorf("%q in steps of %d: %q, want %q", tc.text, step, got, tc.want)
			}
		}
	}
}

func FuzzSentences(f *testing.F) {
	for _, tc := range sentenceCases {
		f.Add(tc.text, uint8(3))
	}
	f.Fuzz(func(t *testing.T, text string, step uint8) {
		split := func(n int) (out []string) {
			s := NewSentences()
			for i := 0; i < len(text); i += n {
				out = append(out, s.Write(text[i:min(i+n, len(text))])...)
			}
			return append(out, s.Flush()...)
		}
		if a, b := split(1), split(int(step)+1); !slices.Equal(a, b) {
			t.Errorf("%q: %q by bytes, %q by %d", text, a, b, step+1)
		}
	})
}
