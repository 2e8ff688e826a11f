package speech

import (
	"testing"
	"time"

	"github.com/aubade/aubade/internal/lexicon"
)

func TestNamesAndTheYearOfTheTalk(t *testing.T) {
	lex := lexicon.Lexicon{Terms: []lexicon.Term{
		{ID: "LRKS", Kind: lexicon.Company, Name: "Larkspur Semiconductor", Spoken: "Larkspur", Ticker: "LRKS", SayTicker: "spell"},
		{ID: "LS", Kind: lexicon.Company, Name: "Larkspur Semis", Spoken: "Larkspur"},
		{ID: "PFR.B", Kind: lexicon.Company, Name: "Pfennig & Rowe", Ticker: "PFR.B", SayTicker: "spell"},
	}}
	v := NewVerbaliser(Options{Lexicon: lex, Now: time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)})
	for _, tc := range []struct{ in, want string }{
		{"Larkspur Semiconductor's revenue was $2.31 billion in the third quarter of fiscal 2027.", "Larkspur's revenue was two point three one billion dollars in the third quarter of fiscal twenty twenty-seven."},
		{"It closed at $21.46 on November 20, 2026.", "It closed at twenty-one dollars and forty-six cents on November twentieth."},
		{"It closed at $21.46 on 2025-11-20.", "It closed at twenty-one dollars and forty-six cents on November twentieth twenty twenty-five."},
		{"a loss of -$0.42 a share", "a loss of forty-two cents a share"},
		{"up 14.4%, or 25bps", "up fourteen point four percent, or twenty-five basis points"},
		{"LRKS fell 2.0%, to $18.92.", "L R K S fell two point zero percent, to eighteen dollars and ninety-two cents."},
		{"12,400 trucks in Q3 FY26", "twelve thousand four hundred trucks in the third quarter of fiscal twenty twenty-six"},
		{"Pfennig & Rowe at 3.5x", "Pfennig and Rowe at three point five times"},
		{"PFR.B closed", "P F R dot B closed"},
		{"€12m since 2024.", "twelve million euros since twenty twenty-four."},
		{"Larkspur Semis' close", "Larkspur's close"},
		{"nothing to change here", "nothing to change here"},
	} {
		if got := v.Say(tc.in); got != tc.want {
			t.Errorf("%q\n got %q\nwant %q", tc.in, got, tc.want)
		}
	}
}

func BenchmarkVerbalise(b *testing.B) {
	v := NewVerbaliser(Options{Lexicon: sampleNames})
	const sentence = "Larkspur Semiconductor's revenue was $2.31 billion in Q3 FY26, up 14.4% from a year earlier, and it lost $0.42 a share."
	b.ReportAllocs()
	for b.Loop() {
		v.Verbalise(sentence)
	}
}

func TestASentenceCostsAtMostFiveAllocations(t *testing.T) {
	v := NewVerbaliser(Options{Lexicon: sampleNames})
	const sentence = "Larkspur Semiconductor's revenue was $2.31 billion in Q3 FY26, up 14.4% from a year earlier, and it lost $0.42 a share."
	if n := testing.AllocsPerRun(100, func() { v.Verbalise(sentence) }); n > 5 {
		t.Errorf("%.0f allocations", n)
	}
}

// The reader of values knows accountants' brackets around money alone, so that these are not among the golden cases.
func TestABracketedPercentIsAFall(t *testing.T) {
	v := NewVerbaliser(Options{})
	for written, want := range map[string]string{
		"(2.5)%":                   "minus two point five percent",
		"Margin was (2.5)% in Q3.": "Margin was minus two point five percent in the third quarter.",
		"(see 2.5%)":               "see two point five percent",
	} {
		if got := v.Say(written); got != want {
			t.Errorf("%q: %q, want %q", written, got, want)
		}
	}
}
