package speech

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// streamed is what a stream gives out for a text that is cut at random.
func streamed(v *Verbaliser, text string, rng *rand.Rand) string {
	s := v.Stream()
	var b strings.Builder
	for len(text) > 0 {
		n := 1 + rng.IntN(min(len(text), 9))
		b.WriteString(s.Write(text[:n]))
		text = text[n:]
	}
	b.WriteString(s.Flush())
	return b.String()
}

var streamTexts = []string{
	"Larkspur earned $2.3 billion in Q3 FY26, up 12.5% from $1.2–1.4 billion; EPS was -$0.42 a share (a loss).",
	"On November 20, 2026 at 4:00 p.m. ET, PFR.B closed at $150.25 — its 52-week high. [1] See the 10-K.",
	"Call 1-800-555-0100 or write to ir@larkspur.example; 2 1/2 lbs, 25 July 2012, 60 km/h, Chapter IV.",
	"拉克斯珀第三季度营收为$2.3B，同比增长12.5%，2026年11月20日收于$150.25。",
	"a  b\n\nc\t5 % of 10 USD 7 million dollars 3/4",
	"the S&P 500 rose 1.2% in the quarter. $",
}

func TestStreamIsIndependentOfTheSplit(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	n := 20_000
	if testing.Short() {
		n = 2_000
	}
	for _, o := range []Options{{}, {Style: Literal}, {Language: "zh"}, {Lexicon: sampleNames}} {
		v := NewVerbaliser(o)
		for _, text := range streamTexts {
			long := strings.Repeat(text+" ", 6)
			want := v.Say(long)
			for range n / 400 {
				if got := streamed(v, long, rng); got != want {
					t.Fatalf("%+v %q:\n got %q\nwant %q", o, text, got, want)
				}
			}
			want = v.Say(text)
			for range n / 24 {
				if got := streamed(v, text, rng); got != want {
					t.Fatalf("%q:\n got %q\nwant %q", text, got, want)
				}
			}
		}
	}
}

func TestAStreamSaysAWordOnceTheNextHasCome(t *testing.T) {
	s := NewVerbaliser(Options{}).Stream()
	if got := s.Write("Revenue"); got != "" {
		t.Errorf("a word that may go on was said: %q", got)
	}
	if got := s.Write(" rose"); got != "Revenue" {
		t.Errorf("got %q after the next token, want the word before it", got)
	}
	if got := s.Write(" 5%"); got != " rose" {
		t.Errorf("got %q", got)
	}
	if got := s.Flush(); got != " five percent" {
		t.Errorf("got %q", got)
	}
}

func FuzzStream(f *testing.F) {
	for _, s := range streamTexts {
		f.Add(s, uint64(1))
	}
	en, zh, literal := NewVerbaliser(Options{Lexicon: sampleNames}), NewVerbaliser(Options{Language: "zh"}), NewVerbaliser(Options{Style: Literal})
	f.Fuzz(func(t *testing.T, text string, seed uint64) {
		rng := rand.New(rand.NewPCG(seed, 7))
		for _, v := range []*Verbaliser{en, zh, literal} {
			if got, want := streamed(v, text, rng), v.Say(text); got != want {
				t.Errorf("%q:\n got %q\nwant %q", text, got, want)
			}
		}
		said := en.Verbalise(text)
		end := 0
		for _, w := range said.Words {
			if w.Start < end || w.End <= w.Start || w.End > len(said.Text) || w.From < 0 || w.To > len(text) || w.To < w.From {
				t.Fatalf("%q: word %+v after %d of %q", text, w, end, said.Text)
			}
			end = w.End
		}
	})
}
