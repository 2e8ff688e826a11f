package speech

import (
	"strings"
	"testing"
)

func TestClauses(t *testing.T) {
	v := NewVerbaliser(Options{})
	for _, tc := range []struct{ written, want string }{
		{"Revenue rose.", "Revenue rose."},
		{"Yes, revenue rose 5%.", "Yes, revenue rose five percent."},
		{"In the third quarter, revenue was $2.3B.", "In the third quarter,|revenue was two point three billion dollars."},
		{"Larkspur sold more power chips to data centers in the quarter because two of its customers opened new sites.",
			"Larkspur sold more power chips to data centers|in the quarter because two of its customers opened new sites."},
		{"", ""},
	} {
		var got []string
		written := v.Verbalise(tc.written)
		for _, c := range written.Clauses() {
			got = append(got, c.Text)
			for _, w := range c.Words {
				if w.End > len(c.Text) {
					t.Errorf("%q: word %+v is beyond its clause %q", tc.written, w, c.Text)
				}
			}
		}
		if s := strings.Join(got, "|"); s != tc.want {
			t.Errorf("%q: %q, want %q", tc.written, s, tc.want)
		}
	}
}

func TestHeardIsAPrefixOfTheWriting(t *testing.T) {
	v := NewVerbaliser(Options{})
	const written = "Revenue was $2.3B, up 12%."
	said := v.Verbalise(written) // Revenue was two point three billion dollars, up twelve percent.
	for _, tc := range []struct {
		words int
		want  string
	}{
		{0, ""}, {1, "Revenue"}, {2, "Revenue was"}, {4, "Revenue was"}, {7, "Revenue was $2.3B,"}, {8, "Revenue was $2.3B, up"}, {9, "Revenue was $2.3B, up"}, {10, written}, {99, written},
	} {
		if got := said.Heard(written, tc.words); got != tc.want {
			t.Errorf("after %d words: %q, want %q", tc.words, got, tc.want)
		}
	}
}
