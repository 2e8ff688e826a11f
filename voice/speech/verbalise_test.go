package speech

import (
	"testing"
	"time"

	"github.com/aubade/aubade/internal/lexicon"
)

func TestVerbalise(t *testing.T) {
	lex := lexicon.Lexicon{Terms: []lexicon.Term{
		{ID: "LRKS", Kind: lexicon.Company, Name: "Larkspur Semiconductor", Spoken: "Larkspur", Ticker: "LRKS", SayTicker: "spell"},
		{ID: "LS", Kind: lexicon.Company, Name: "Larkspur Semis", Spoken: "Larkspur"},
		{ID: "PFR.B", Kind: lexicon.Company, Name: "Pfennig & Rowe", Ticker: "PFR.B", SayTicker: "spell"},
	}}
	v := NewVerbaliser(lex, time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC))
	for _, tc := range []struct{ in, want string }{
		{"Larkspur Semiconductor's revenue was $2.31 billion in the third quarter of fiscal 2027.", "Larkspur's revenue was two point three one billion dollars in the third quarter of fiscal twenty twenty-seven."},
		{"It closed at $21.46 on November 20, 2026.", "It closed at twenty-one dollars and forty-six cents on November twentieth."},
		{"a loss of -$0.42 a share", "a loss of minus forty-two cents a share"},
		{"up 14.4%, or 25bps", "up fourteen point four percent, or twenty-five basis points"},
		{"LRKS fell 2.0%, to $18.92.", "L R K S fell two point zero percent, to eighteen dollars and ninety-two cents."},
		{"12,400 trucks in Q3 FY26", "twelve thousand four hundred trucks in the third quarter of fiscal twenty twenty-six"},
		{"Pfennig & Rowe at 3.5x", "Pfennig and Rowe at three point five times"},
		{"€12m since 2024.", "twelve million euros since twenty twenty-four."},
		{"Larkspur Semis' close", "Larkspur's close"},
		{"nothing to change here", "nothing to change here"},
	} {
		if got := v.Verbalise(tc.in); got != tc.want {
			t.Errorf("%q\n got %q\nwant %q", tc.in, got, tc.want)
		}
	}
}

func TestWordsCoverTheWriting(t *testing.T) {
	v := NewVerbaliser(lexicon.Lexicon{}, time.Time{})
	text := "Revenue was $2.31 billion, up 14.4%."
	at := 0
	for _, w := range v.Words(text) {
		if w.From < at && w.From != 0 && w.To < at || w.To > len(text) || w.From >= w.To {
			t.Errorf("%+v after %d", w, at)
		}
		at = max(at, w.From)
	}
}

func FuzzVerbalise(f *testing.F) {
	f.Add("Revenue was $2.31 billion in Q3 FY26, up 14.4%.")
	f.Add("€1.2–1.4m 2026-11-20 's &")
	v := NewVerbaliser(lexicon.Lexicon{Terms: []lexicon.Term{{Name: "A", Spoken: "B", Ticker: "A"}}}, time.Now())
	f.Fuzz(func(t *testing.T, s string) {
		for _, w := range v.Words(s) {
			if w.From < 0 || w.To > len(s) || w.From >= w.To || w.Text == "" {
				t.Fatalf("%q: %+v", s, w)
			}
		}
	})
}
